// Time shift: all packets by an offset, or so that one has a time, or two have theirs; and back to what was captured.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import type { Request } from '../../contract/index.ts';
import { ask, runJob, say } from '../state/actions.ts';
import { readAgain } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Segments } from './segments.tsx';

const HOW = ['by', 'set', 'scale'] as const;
type How = (typeof HOW)[number];
const NONE = { offset: '', first: null, second: null };

export function TimeShift(): ReactNode {
  const word = useWord();
  const packet = useStore((s) => s.packet);
  const packets = useStore((s) => s.session?.packets ?? 0);
  const [active, setActive] = useState(false);
  const [how, setHow] = useState<How>('by');
  const [offset, setOffset] = useState('');
  const [first, setFirst] = useState({ packet: String((packet ?? 0) + 1), time: '' });
  const [second, setSecond] = useState({ packet: String(packets), time: '' });
  useEffect(() => {
    void ask('timeShift', { ...NONE, act: 'look' }).then((now) => setActive(now?.active === true));
  }, []);
  const shift = async (body: Request<'timeShift'>, said: 'shifted' | 'shiftUndone'): Promise<void> => {
    const now = await runJob('timeShift', body, wordNow('shifting'));
    if (now === null) return;
    setActive(now.active);
    useStore.getState().set({ dialog: null });
    readAgain();
    say(wordNow(said));
  };
  const numbered = (set: { packet: string; time: string }): boolean =>
    /^\d+$/.test(set.packet) && Number(set.packet) >= 1 && Number(set.packet) <= packets && set.time.trim() !== '';
  const good = { by: offset.trim() !== '', set: numbered(first), scale: numbered(first) && numbered(second) }[how];
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    const at = (set: typeof first): { packet: number; time: string } => ({
      packet: Number(set.packet),
      time: set.time,
    });
    void shift(
      how === 'by'
        ? { ...NONE, act: 'by', offset }
        : { ...NONE, act: 'set', first: at(first), second: how === 'scale' ? at(second) : null },
      'shifted',
    );
  };
  return (
    <Dialog title={word('timeShift')}>
      <form onSubmit={go} className="export-form">
        <Segments
          label={word('shiftHow')}
          values={HOW}
          value={how}
          text={(h) => word(`shift.${h}`)}
          onChange={setHow}
        />
        {how === 'by' ? (
          <label className="field-row">
            <span>{word('shiftOffset')}</span>
            <input
              className="field mono"
              value={offset}
              placeholder="[-][[hh:]mm:]ss[.ddd]"
              onChange={(e) => setOffset(e.target.value)}
              data-first
            />
          </label>
        ) : (
          <SetTime of={first} onChange={setFirst} first />
        )}
        {how === 'scale' ? <SetTime of={second} onChange={setSecond} first={false} /> : null}
        <p className="dim">{word(how === 'by' ? 'shiftByLead' : 'shiftSetLead')}</p>
        <p className="dim">{word('shiftKept')}</p>
        <div className="dialog-actions">
          <button
            type="button"
            className="button"
            disabled={!active}
            onClick={() => void shift({ ...NONE, act: 'undo' }, 'shiftUndone')}
          >
            {word('shiftUndo')}
          </button>
          <button type="submit" className="button primary" disabled={!good}>
            {word('shiftNow')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A packet, and the time that it shall have. */
function SetTime({
  of,
  onChange,
  first,
}: {
  readonly of: { readonly packet: string; readonly time: string };
  readonly onChange: (of: { packet: string; time: string }) => void;
  readonly first: boolean;
}): ReactNode {
  const word = useWord();
  return (
    <div className="field-row shift-set">
      <label>
        <span>{word(first ? 'shiftPacket' : 'shiftSecond')}</span>
        <input
          className="field small"
          inputMode="numeric"
          value={of.packet}
          onChange={(e) => onChange({ ...of, packet: e.target.value })}
        />
      </label>
      <label>
        <span>{word('shiftTo')}</span>
        <input
          className="field mono"
          value={of.time}
          placeholder="[YYYY-MM-DD] hh:mm:ss[.ddd]"
          onChange={(e) => onChange({ ...of, time: e.target.value })}
        />
      </label>
    </div>
  );
}
