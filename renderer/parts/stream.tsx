// Follow stream: what both sides said, in order, in several forms; found in, saved, filtered out.
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { type FollowPage, packetRow, STREAM_FORMS, type StreamForm, streamLines } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { alsoFilter, saveStream } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { bytes, count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { StreamBody } from './stream-body.tsx';
import { StreamFind, useFind } from './stream-find-field.tsx';
import { type FollowedStream, useStream } from './use-stream.ts';

type LineForm = Exclude<StreamForm, 'raw'>;
const FORMS = STREAM_FORMS.filter((f): f is LineForm => f !== 'raw');

export function Stream(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const stream = useStream();
  const { what, page } = stream;
  const [as, setAs] = useState<LineForm>('text');
  const [side, setSide] = useState<0 | 1 | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const lines = useMemo(
    () => (page === null ? [] : streamLines(page, as, side, (n) => word('bytesMissing', { n: count(n) }))),
    [page, as, side, word],
  );
  const find = useFind(lines);
  const note = useNote(stream);
  const show = (line: number, leave: boolean): void => {
    const from = lines[line];
    if (from === undefined) return;
    if (leave) set({ dialog: null });
    goToPacket(packetRow(from.row));
  };
  const keys = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
      event.preventDefault();
      field.current?.focus();
    } else if (event.key === 'F3') {
      event.preventDefault();
      find.step(event.shiftKey ? -1 : 1);
    }
  };
  return (
    <Dialog title={word('followStream')} wide>
      <div onKeyDown={keys} className="stream-box">
        <StreamKinds stream={stream} />
        <div className="stream-head">
          <label>
            <span className="visually-hidden">{word('showAs')}</span>
            <select className="field" value={as} onChange={(e) => setAs(e.target.value as LineForm)}>
              {FORMS.map((form) => (
                <option key={form} value={form}>
                  {word(`form.${form}`)}
                </option>
              ))}
            </select>
          </label>
          {page === null ? null : (
            <div className="segmented" role="group" aria-label={word('side')}>
              {([null, 0, 1] as const).map((s) => (
                <button key={String(s)} type="button" aria-pressed={side === s} onClick={() => setSide(s)}>
                  {s === null ? word('bothSides') : sideOf(page, s)}
                </button>
              ))}
            </div>
          )}
          <StreamFind find={find} field={field} />
        </div>
        <StreamBody lines={lines} find={find} note={note} onShow={show} />
        <div className="stream-foot">
          <p className="dim">{page === null ? '' : <Remarks page={page} />}</p>
          <div className="dialog-actions">
            <button
              type="button"
              className="button"
              disabled={page === null}
              onClick={() => {
                set({ dialog: null });
                void alsoFilter(`!(${page!.filter})`);
              }}
            >
              {word('filterOut')}
            </button>
            {(['raw', as] as const).map((form) => (
              <button
                key={form}
                type="button"
                className="button"
                disabled={page === null || page.bytes.length === 0}
                onClick={() => void saveStream(what!, side, form)}
              >
                {word(form === 'raw' ? 'saveRaw' : 'saveShown')}
              </button>
            ))}
          </div>
        </div>
      </div>
    </Dialog>
  );
}

/** What the stream is followed as, the one before and after, and which of its own streams is shown. */
function StreamKinds({ stream }: { readonly stream: FollowedStream }): ReactNode {
  const word = useWord();
  const [end, setEnd] = useState('');
  const { what, page, follow, next } = stream;
  // While another kind is read, the kinds stay.
  const offered = useRef<FollowPage['offered']>([]);
  if (page !== null) offered.current = page.offered;
  const step = async (forward: boolean): Promise<void> =>
    setEnd((await next(forward)) ? '' : word(forward ? 'noNextStream' : 'noPreviousStream'));
  const substreams = page?.substreams ?? new Float64Array(0);
  return (
    <div className="stream-head">
      <div className="segmented" role="group" aria-label={word('followAs')}>
        {offered.current.map((kind) => (
          <button key={kind} type="button" aria-pressed={kind === what?.kind} onClick={() => follow(kind, null)}>
            {word(`follow.${kind}`)}
          </button>
        ))}
      </div>
      {what !== null && substreams.length > 0 ? (
        <label className="stream-number">
          <span>{word('substream')}</span>
          <select
            className="field"
            value={String(page?.substream ?? '')}
            onChange={(e) => follow(what.kind, Number(e.target.value))}
          >
            {Array.from(substreams, (n) => (
              <option key={n} value={n}>
                {n}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <span className="stream-steps">
        <span className="dim" role="status">
          {end}
        </span>
        <button type="button" className="button" disabled={what === null} onClick={() => void step(false)}>
          {word('previousStream')}
        </button>
        <button type="button" className="button" disabled={what === null} onClick={() => void step(true)}>
          {word('nextStream')}
        </button>
      </span>
    </div>
  );
}

/** Why nothing is shown, null where something is. */
function useNote({ what, page, problem }: FollowedStream): string | null {
  const word = useWord();
  const finding = useStore((s) => s.finding);
  if (problem !== null) return sentence(problem);
  if (what === null) return word(finding ? 'readingFlow' : 'noFlow');
  if (page === null) return word('readingFlow');
  if (page.bytes.length > 0) return null;
  if (what.kind === 'tcp' || what.kind === 'udp') return word('noPayload');
  return word(what.kind === 'sip' ? 'noneOfKind' : 'noneWithoutKeys', { kind: word(`follow.${what.kind}`) });
}

/** What has to be known of what is shown. */
function Remarks({ page }: { readonly page: FollowPage }): ReactNode {
  const word = useWord();
  return [
    word('streamHint'),
    page.missing > 0 ? word('streamMissing', { n: count(page.missing) }) : '',
    page.coded > 0 ? word('streamCoded', { n: page.coded }) : '',
    page.cut ? word('streamCut') : '',
    page.partial ? word('streamPartial') : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** One side of a stream and how much it sent. */
function sideOf(stream: FollowPage, side: 0 | 1): string {
  return side === 0
    ? `${stream.client} → ${bytes(stream.clientBytes)}`
    : `${stream.server} → ${bytes(stream.serverBytes)}`;
}
