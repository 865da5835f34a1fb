// I/O graphs: several filters as series over time.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { GRAPH_FIELDS, GRAPH_VALUES, type GraphPage, packetRow, type Request } from '../../contract/index.ts';
import { goToPacket, say } from '../state/actions.ts';
import { useCounting } from '../state/counting.ts';
import { useStore } from '../state/store.ts';
import { seconds } from '../words/format.ts';
import { useSentence, useWord, type WordKey } from '../words/words.ts';
import { CHART_COLOURS, type ChartData } from './chart-data.ts';
import { Chart } from './chart.tsx';
import { CountingNote } from './counting-note.tsx';

type Series = Request<'statsGraph'>['series'][number] & { readonly shown: boolean };

const INTERVALS = [0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600] as const;
const MAX_SERIES = 12;
const FIRST: readonly Series[] = [
  { filter: '', value: 'packets', field: 'frame.len', shown: true },
  { filter: 'flow.verdict == malicious', value: 'packets', field: 'frame.len', shown: true },
];
/** Intervals that are wanted where nobody chose one. */
const WANTED = 400;

/** Series stay while other pages are looked at. */
let kept: readonly Series[] = FIRST;

export function IoGraph(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const counting = useCounting();
  const { ask } = counting;
  const [series, setSeries] = useState(kept);
  const [interval, setInterval] = useState(0);
  const [log, setLog] = useState(false);
  const [page, setPage] = useState<GraphPage | null>(null);
  const [drawn, setDrawn] = useState<readonly Series[]>([]);
  const [turn, setTurn] = useState(0);
  const done = useStore((s) => s.session?.phase === 'done');
  const first = useStore((s) => s.session?.firstTime ?? 0);
  const last = useStore((s) => s.session?.lastTime ?? 0);
  const step = interval === 0 ? automatic(last - first) : interval;
  useEffect(() => {
    const shown = kept.filter((s) => s.shown);
    const asked = shown.map(({ filter, value, field }) => ({ filter, value, field }));
    void ask('statsGraph', { series: asked, interval: step }).then((made) => {
      if (made === null) return;
      setPage(made);
      setDrawn(shown);
    });
  }, [ask, step, turn, done]);
  const change = (next: readonly Series[], draw: boolean): void => {
    kept = next;
    setSeries(next);
    if (draw) setTurn((t) => t + 1);
  };
  const edit = (at: number, part: Partial<Series>, draw: boolean): void =>
    change(
      series.map((s, i) => (i === at ? { ...s, ...part } : s)),
      draw,
    );
  const data = useMemo(() => (page === null ? null : chartOf(page, drawn, log, word)), [page, drawn, log, word]);
  return (
    <div className="stats-graph">
      <CountingNote counting={counting} again={() => setTurn(turn + 1)} />
      {data === null || page === null ? (
        <div className="chart-frame" />
      ) : (
        <Chart
          data={data}
          open={(i) => {
            const packet = page.packet[i] ?? 0;
            if (packet > 0) goToPacket(packetRow(packet - 1));
            else say(word('stats.g.noPacket'));
          }}
        />
      )}
      <div className="stats-series" role="group" aria-label={word('stats.g.series')}>
        {series.map((s, i) => {
          const problem = page?.series[drawn.indexOf(s)]?.problem ?? null;
          return (
            <div key={i} className="stats-serie">
              <input
                type="checkbox"
                checked={s.shown}
                aria-label={`${word('stats.g.shown')} ${i + 1}`}
                onChange={(e) => edit(i, { shown: e.target.checked }, true)}
              />
              <i className="stats-swatch" style={{ background: `var(${CHART_COLOURS[i % CHART_COLOURS.length]})` }} />
              <input
                className="field mono"
                value={s.filter}
                placeholder={word('stats.g.all')}
                aria-label={word('stats.g.filter', { n: i + 1 })}
                aria-invalid={problem !== null}
                spellCheck={false}
                onChange={(e) => edit(i, { filter: e.target.value }, false)}
                onBlur={() => setTurn((t) => t + 1)}
                onKeyDown={(e) => {
                  if (e.key === 'Enter') setTurn((t) => t + 1);
                }}
              />
              <select
                className="field"
                value={s.value}
                aria-label={word('stats.g.value', { n: i + 1 })}
                onChange={(e) => edit(i, { value: e.target.value as Series['value'] }, true)}
              >
                {GRAPH_VALUES.map((v) => (
                  <option key={v} value={v}>
                    {word(`stats.g.${v}` as WordKey)}
                  </option>
                ))}
              </select>
              <select
                className="field"
                value={s.field}
                disabled={s.value === 'packets' || s.value === 'bytes' || s.value === 'bits'}
                aria-label={word('stats.g.field', { n: i + 1 })}
                onChange={(e) => edit(i, { field: e.target.value as Series['field'] }, true)}
              >
                {GRAPH_FIELDS.map((f) => (
                  <option key={f} value={f}>
                    {f}
                  </option>
                ))}
              </select>
              <button
                type="button"
                className="icon-button"
                aria-label={word('stats.g.remove', { n: i + 1 })}
                disabled={series.length === 1}
                onClick={() =>
                  change(
                    series.filter((_, k) => k !== i),
                    true,
                  )
                }
              >
                ×
              </button>
              {problem === null ? null : (
                <span className="bad" role="alert">
                  {sentence(problem)}
                </span>
              )}
            </div>
          );
        })}
        <div className="stats-serie">
          <button
            type="button"
            className="button"
            disabled={series.length >= MAX_SERIES}
            onClick={() => change([...series, { filter: '', value: 'bytes', field: 'frame.len', shown: true }], true)}
          >
            {word('stats.g.add')}
          </button>
          <label className="stats-option">
            <span>{word('stats.g.interval')}</span>
            <select className="field" value={interval} onChange={(e) => setInterval(Number(e.target.value))}>
              <option value={0}>{word('stats.g.auto', { s: seconds(automatic(last - first)) })}</option>
              {INTERVALS.map((n) => (
                <option key={n} value={n}>
                  {seconds(n)}
                </option>
              ))}
            </select>
          </label>
          <label className="stats-option">
            <input type="checkbox" checked={log} onChange={(e) => setLog(e.target.checked)} />
            <span>{word('stats.g.log')}</span>
          </label>
        </div>
      </div>
    </div>
  );
}

/** The shortest interval of the list with not too many of them; seconds. */
function automatic(span: number): number {
  return INTERVALS.find((n) => span / n <= WANTED) ?? Math.ceil(span / WANTED / 60) * 60;
}

function chartOf(page: GraphPage, drawn: readonly Series[], log: boolean, word: ReturnType<typeof useWord>): ChartData {
  const per = word('stats.g.perInterval', { s: seconds(page.interval) });
  const right = (s: Series): boolean => s.value !== 'packets';
  const kinds = [...new Set(drawn.filter(right).map((s) => word(`stats.g.${s.value}` as WordKey)))];
  return {
    file: 'io-graph',
    title: word('stats.io'),
    x: Float64Array.from(page.packet, (_, i) => i * page.interval),
    xName: word('stats.g.time'),
    yName: `${word('stats.g.packets')} ${per}`,
    rightName: `${kinds.join(', ')} ${per}`,
    log,
    series: page.series.flatMap((values, i) => {
      const s = drawn[i];
      if (s === undefined || values.problem !== null) return [];
      const name = `${s.filter === '' ? word('stats.g.all') : s.filter} (${word(`stats.g.${s.value}` as WordKey)})`;
      return [{ name, values: values.values, colour: kept.indexOf(s), draw: 'line' as const, right: right(s) }];
    }),
  };
}
