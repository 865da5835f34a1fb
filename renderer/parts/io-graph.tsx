// I/O graphs: several filters as series over time.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { type GraphPage, packetRow } from '../../contract/index.ts';
import { goToPacket, say } from '../state/actions.ts';
import { useCounting } from '../state/counting.ts';
import { useStore } from '../state/store.ts';
import { seconds } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { Chart } from './chart.tsx';
import { CountingNote } from './counting-note.tsx';
import { intervalItems, ioChart, type Series } from './io-chart.ts';
import { IoSeries } from './io-series.tsx';

const INTERVALS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600,
] as const;
const MAX_SERIES = 12;
const FIRST: readonly Series[] = [
  { filter: '', value: 'packets', field: 'frame.len', shown: true, smooth: 0 },
  { filter: 'flow.verdict == malicious', value: 'packets', field: 'frame.len', shown: true, smooth: 0 },
];
/** Intervals that are wanted where nobody chose one. */
const WANTED = 400;

interface Drawn {
  readonly place: number;
  readonly series: Series;
}

/** Series stay while other pages are looked at. */
let kept: readonly Series[] = FIRST;

export function IoGraph(): ReactNode {
  const word = useWord();
  const counting = useCounting();
  const { ask } = counting;
  const [series, setSeries] = useState(kept);
  const [interval, setInterval] = useState(0);
  const [log, setLog] = useState(false);
  const [page, setPage] = useState<GraphPage | null>(null);
  /** Series as they were drawn, and their places. */
  const [drawn, setDrawn] = useState<readonly Drawn[]>([]);
  const [turn, setTurn] = useState(0);
  const done = useStore((s) => s.session?.phase === 'done');
  const first = useStore((s) => s.session?.firstTime ?? 0);
  const last = useStore((s) => s.session?.lastTime ?? 0);
  const step = interval === 0 ? automatic(last - first) : interval;
  useEffect(() => {
    const shown = kept.flatMap((one, place): Drawn[] => (one.shown ? [{ place, series: one }] : []));
    const asked = shown.map(({ series: { filter, value, field } }) => ({ filter, value, field }));
    void ask('statsGraph', { series: asked, interval: step }).then((made) => {
      if (made === null) return;
      setPage(made);
      setDrawn(shown);
    });
  }, [ask, step, turn, done]);
  const draw = (): void => setTurn((t) => t + 1);
  const change = (next: readonly Series[], again: boolean): void => {
    kept = next;
    setSeries(next);
    if (again) draw();
  };
  // Smoothing is done here, so that it needs no other answer.
  const shownSeries = useMemo(
    () => drawn.map(({ place, series: one }) => ({ ...one, smooth: series[place]?.smooth ?? 0 })),
    [drawn, series],
  );
  const data = useMemo(() => {
    const places = drawn.map(({ place }) => place);
    return page === null ? null : ioChart(page, shownSeries, places, log);
  }, [page, shownSeries, drawn, log]);
  return (
    <div className="stats-graph">
      <CountingNote counting={counting} again={draw} />
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
          items={(i, shown) => intervalItems(page, shownSeries, i, shown)}
        />
      )}
      <div className="stats-series" role="group" aria-label={word('stats.g.series')}>
        {series.map((s, i) => {
          const answer = page?.series[drawn.findIndex(({ place }) => place === i)];
          return (
            <IoSeries
              key={i}
              series={s}
              number={i + 1}
              problem={answer?.problem ?? null}
              partial={answer?.partial ?? null}
              alone={series.length === 1}
              edit={(part, again) =>
                change(
                  series.map((one, k) => (k === i ? { ...one, ...part } : one)),
                  again,
                )
              }
              draw={draw}
              remove={() => {
                setDrawn([]);
                change(
                  series.filter((_, k) => k !== i),
                  true,
                );
              }}
            />
          );
        })}
        <div className="stats-serie">
          <button
            type="button"
            className="button"
            disabled={series.length >= MAX_SERIES}
            onClick={() =>
              change([...series, { filter: '', value: 'bytes', field: 'frame.len', shown: true, smooth: 0 }], true)
            }
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
