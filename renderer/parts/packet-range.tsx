// Which packets an export is of, as Wireshark's dialogs ask it: what of the capture, or of what is displayed.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { type ExportLook, PACKET_RANGES, type PacketChoice, type Request, saidBy } from '../../contract/index.ts';
import { selectedPlaces } from '../state/file-export.ts';
import { useStore } from '../state/store.ts';
import { client, RequestError } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';

export interface Chosen {
  readonly choice: PacketChoice;
  readonly change: (part: Partial<PacketChoice>) => void;
}

const FIRST: PacketChoice = {
  which: 'all',
  displayed: true,
  withoutIgnored: true,
  range: '',
  selected: [],
  generation: 0,
};

/** The choice; what is selected in the list comes to it. */
export function usePacketChoice(): Chosen {
  const [choice, setChoice] = useState(FIRST);
  const change = (part: Partial<PacketChoice>): void => setChoice((now) => ({ ...now, ...part }));
  useEffect(() => {
    let current = true;
    void selectedPlaces().then((places) => {
      if (current) setChoice((now) => ({ ...now, ...places }));
    });
    return () => {
      current = false;
    };
  }, []);
  return { choice, change };
}

export interface Looked {
  readonly look: ExportLook | null;
  /** It is of what is chosen now. */
  readonly current: boolean;
  readonly problem: string | null;
}

/** What would be written, asked anew with every change; the answer before stands until then. */
export function useExportLook(
  choice: PacketChoice,
  as: Request<'exportLook'>['as'],
  secrets: Request<'exportLook'>['secrets'],
): Looked {
  const [looked, setLooked] = useState<Looked>({ look: null, current: false, problem: null });
  // Marks and filters change what there is.
  const revision = useStore((s) => s.views?.packets.generation);
  useEffect(() => {
    setLooked((before) => ({ ...before, current: false }));
    const job = client.begin('exportLook', { choice, as, secrets });
    let current = true;
    job.answer.then(
      (look) => {
        if (current) setLooked({ look, current: true, problem: look.problem === null ? null : sentence(look.problem) });
      },
      (error: unknown) => {
        if (current && error instanceof RequestError)
          setLooked({ look: null, current: true, problem: sentence(saidBy(error)) });
      },
    );
    return () => {
      current = false;
      job.cancel();
    };
  }, [choice, as, secrets, revision]);
  return looked;
}

export function PacketRangeFields({
  choice,
  change,
  look,
}: {
  readonly choice: PacketChoice;
  readonly change: Chosen['change'];
  readonly look: ExportLook | null;
}): ReactNode {
  const word = useWord();
  const range = useRef<HTMLInputElement>(null);
  const number = (which: PacketChoice['which'], of: 'captured' | 'displayed'): string =>
    look === null ? '…' : count(look.counts[which][of]);
  return (
    <fieldset className="export-range">
      <legend>{word('packetRange')}</legend>
      <table>
        <thead>
          <tr>
            <td />
            {(['captured', 'displayed'] as const).map((of) => (
              <th key={of} scope="col">
                <label>
                  <input
                    type="radio"
                    name="range-of"
                    checked={choice.displayed === (of === 'displayed')}
                    onChange={() => change({ displayed: of === 'displayed' })}
                  />
                  {word(`range.${of}`)}
                </label>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PACKET_RANGES.map((which) => (
            <tr key={which} className={choice.which === which ? 'chosen' : undefined}>
              <th scope="row">
                <label>
                  <input
                    type="radio"
                    name="range-which"
                    checked={choice.which === which}
                    onChange={() => {
                      change({ which });
                      if (which === 'range') range.current?.focus();
                    }}
                    {...(which === 'all' ? { 'data-first': true } : {})}
                  />
                  {word(`range.${which}`)}
                </label>
                {which === 'range' ? (
                  <input
                    ref={range}
                    className="field small mono"
                    value={choice.range}
                    aria-label={word('range.example')}
                    placeholder="1-5,8,10-"
                    onChange={(e) => change({ which: 'range', range: e.target.value })}
                  />
                ) : null}
              </th>
              {(['captured', 'displayed'] as const).map((of) => (
                <td key={of} className={choice.displayed === (of === 'displayed') ? 'number' : 'number dim'}>
                  {number(which, of)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <label className="check-line">
        <input
          type="checkbox"
          checked={choice.withoutIgnored}
          onChange={(e) => change({ withoutIgnored: e.target.checked })}
        />
        {word('range.withoutIgnored')}
      </label>
    </fieldset>
  );
}

/** How many packets would be written, and what would be lost; or why none can be. */
export function ExportNotes({ looked }: { readonly looked: Looked }): ReactNode {
  const word = useWord();
  const { look, problem } = looked;
  if (problem !== null)
    return (
      <p className="bad" role="alert">
        {problem}
      </p>
    );
  return (
    <div className="export-notes" role="status">
      <p>{look === null ? word('range.counting') : word('range.packets', { n: look.packets })}</p>
      {look === null || look.losses.length === 0 ? null : (
        <ul>
          {look.losses.map((loss, i) => (
            <li key={i}>{sentence(loss)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
