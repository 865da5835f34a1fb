// One series of the I/O graph as it is written: filter, value, field, smoothing.
import { useId, useState, type ReactNode } from 'react';
import { GRAPH_VALUES, type Message } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { useSentence, useWord, type WordKey } from '../words/words.ts';
import { CHART_COLOURS } from './chart-data.ts';
import { type Series, WITHOUT_FIELD } from './io-chart.ts';

/** As in Wireshark's list. */
const SMOOTH = [0, 10, 20, 50, 100, 200, 500, 1000] as const;
/** Offered before anything is typed: fields that the columns have, and times that things take. */
const COMMON: readonly string[] = [
  'frame.len',
  'frame.time_delta',
  'tcp.len',
  'tcp.window_size',
  'tcp.analysis.ack_rtt',
  'tcp.analysis.bytes_in_flight',
  'dns.time',
  'http.time',
  'ip.ttl',
];

export interface SeriesProps {
  readonly series: Series;
  /** From 1. */
  readonly number: number;
  readonly problem: Message | null;
  readonly partial: Message | null;
  readonly alone: boolean;
  /** @param draw it is drawn at once */
  readonly edit: (part: Partial<Series>, draw: boolean) => void;
  readonly draw: () => void;
  readonly remove: () => void;
}

export function IoSeries({ series: s, number, problem, partial, alone, edit, draw, remove }: SeriesProps): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const withField = !WITHOUT_FIELD.includes(s.value);
  return (
    <div className="stats-serie">
      <input
        type="checkbox"
        checked={s.shown}
        aria-label={`${word('stats.g.shown')} ${number}`}
        onChange={(e) => edit({ shown: e.target.checked }, true)}
      />
      <i
        className="stats-swatch"
        style={{ background: `var(${CHART_COLOURS[(number - 1) % CHART_COLOURS.length]})` }}
      />
      <input
        className="field mono"
        value={s.filter}
        placeholder={word('stats.g.all')}
        aria-label={word('stats.g.filter', { n: number })}
        aria-invalid={problem !== null}
        spellCheck={false}
        onChange={(e) => edit({ filter: e.target.value }, false)}
        onBlur={draw}
        onKeyDown={(e) => {
          if (e.key === 'Enter') draw();
        }}
      />
      <select
        className="field"
        value={s.value}
        aria-label={word('stats.g.value', { n: number })}
        onChange={(e) => edit({ value: e.target.value as Series['value'] }, true)}
      >
        {GRAPH_VALUES.map((v) => (
          <option key={v} value={v}>
            {word(`stats.g.${v}` as WordKey)}
          </option>
        ))}
      </select>
      {withField ? (
        <FieldName value={s.field} number={number} invalid={problem !== null} edit={edit} draw={draw} />
      ) : null}
      <select
        className="field"
        value={s.smooth}
        aria-label={word('stats.g.smooth', { n: number })}
        title={word('stats.g.smooth', { n: number })}
        onChange={(e) => edit({ smooth: Number(e.target.value) }, false)}
      >
        {SMOOTH.map((n) => (
          <option key={n} value={n}>
            {n === 0 ? word('stats.g.unsmoothed') : word('stats.g.smoothed', { n })}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="icon-button"
        aria-label={word('stats.g.remove', { n: number })}
        disabled={alone}
        onClick={remove}
      >
        ×
      </button>
      {problem === null ? null : (
        <span className="bad" role="alert">
          {sentence(problem)}
        </span>
      )}
      {problem !== null || partial === null ? null : <span className="dim">{sentence(partial)}</span>}
    </div>
  );
}

/** Any field of Wireshark's, with those that begin as what is typed. */
function FieldName(p: {
  readonly value: string;
  readonly number: number;
  readonly invalid: boolean;
  readonly edit: SeriesProps['edit'];
  readonly draw: () => void;
}): ReactNode {
  const word = useWord();
  const id = useId();
  const [offered, setOffered] = useState(COMMON);
  const offer = (text: string): void => {
    if (text.length < 2) {
      setOffered(COMMON);
      return;
    }
    void client.ask('complete', { which: 'packets', filter: text, caret: text.length }).then(
      ({ suggestions }) => setOffered(suggestions.map((one) => one.text.trim())),
      () => undefined,
    );
  };
  return (
    <>
      <input
        className="field mono stats-field"
        list={id}
        value={p.value}
        aria-label={word('stats.g.field', { n: p.number })}
        aria-invalid={p.invalid}
        spellCheck={false}
        onChange={(e) => {
          p.edit({ field: e.target.value }, false);
          offer(e.target.value);
        }}
        onBlur={p.draw}
        onKeyDown={(e) => {
          if (e.key === 'Enter') p.draw();
        }}
      />
      <datalist id={id}>
        {offered.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
