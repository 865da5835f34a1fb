// TCP stream graphs of the selected flow: time/sequence (tcptrace, Stevens), round trip, throughput, window.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { flowRow, packetRow, type StreamGraph } from '../../contract/index.ts';
import { goToPacket, openFlow, showPackets } from '../state/actions.ts';
import { useCounting } from '../state/counting.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { visible } from '../words/format.ts';
import { useSentence, useWord } from '../words/words.ts';
import type { ChartData, ChartSeries } from './chart-data.ts';
import { Chart } from './chart.tsx';
import { CountingNote } from './counting-note.tsx';

const KINDS = ['tcptrace', 'stevens', 'rtt', 'throughput', 'window'] as const;
type Kind = (typeof KINDS)[number];

/** Throughput is averaged over this long, s, as in Wireshark. */
const OVER = 1;

export function TcpGraphs(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const counting = useCounting();
  const { ask } = counting;
  const flow = useStore((s) => s.flow);
  const [graph, setGraph] = useState<StreamGraph | null>(null);
  const [kind, setKind] = useState<Kind>('tcptrace');
  const [reverse, setReverse] = useState<boolean | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setGraph(null);
    if (flow === null) return;
    void ask('statsStream', { flow }).then((made) => {
      if (made !== null) setGraph(made);
    });
  }, [ask, flow, turn]);
  // The direction that carried more is what one wants to see.
  const back = reverse ?? (graph === null ? false : heavier(graph));
  const data = useMemo(() => (graph === null ? null : chartOf(graph, kind, back, word)), [graph, kind, back, word]);
  if (flow === null || (graph === null && counting.stopped !== null))
    return (
      <p className="stat-none">
        {counting.stopped === null ? '' : `${sentence(counting.stopped)} `}
        {word('stats.t.none')}{' '}
        <button
          type="button"
          className="link-button"
          onClick={() => useStatistics.getState().set({ page: 'conversations', layer: 'tcp' })}
        >
          {word('stats.t.choose')}
        </button>
      </p>
    );
  return (
    <div className="stats-graph">
      <CountingNote counting={counting} again={() => setTurn(turn + 1)} />
      {graph === null || data === null ? (
        <div className="chart-frame" />
      ) : (
        <>
          <div className="stats-bar">
            <div className="segmented" role="group" aria-label={word('stats.t.kind')}>
              {KINDS.map((k) => (
                <button key={k} type="button" aria-pressed={k === kind} onClick={() => setKind(k)}>
                  {word(`stats.t.${k}`)}
                </button>
              ))}
            </div>
            <div className="stats-of">
              <span className="mono">{direction(graph, back, word)}</span>
              <button type="button" className="button" onClick={() => setReverse(!back)}>
                {word('stats.t.turn')}
              </button>
              <button type="button" className="link-button" onClick={() => openFlow(flowRow(flow))}>
                {word('stats.t.open')}
              </button>
            </div>
          </div>
          {kind === 'window' && !graph.scaled ? <p className="stat-note">{word('stats.t.unscaled')}</p> : null}
          {graph.cut ? <p className="stat-note">{word('stats.t.cut', { n: graph.packet.length })}</p> : null}
          <Chart
            data={data.chart}
            open={(i) => {
              const packet = graph.packet[data.points[i]!];
              if (packet !== undefined) goToPacket(packetRow(packet - 1));
            }}
            items={(i, [from, to]) => pointItems(graph, data.points, i, from, to)}
          />
        </>
      )}
    </div>
  );
}

/** Packets of the point, and those of the connection from the first that is shown to the last. */
function pointItems(
  g: StreamGraph,
  points: readonly number[],
  i: number,
  from: number,
  to: number,
): readonly MenuItem[] {
  const number = (at: number): number => g.packet[points[at]!]!;
  const ends = [number(from), number(to)].toSorted((a, b) => a - b);
  const first = number(i);
  const span = `frame.number >= ${ends[0]} and frame.number <= ${ends[1]} and ${endFilter(g.client)} and ${endFilter(g.server)}`;
  return [
    act('stats.t.packetsShown', () => void showPackets(span)),
    { kind: 'line' },
    ...filterItems(`frame.number == ${first}`),
  ];
}

/** @param end as address:port, an IPv6 address in brackets */
function endFilter(end: string): string {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(end) ?? [];
  const address = bracketed ?? plain ?? '';
  return `${address.includes(':') ? 'ipv6' : 'ip'}.addr == ${address} and tcp.port == ${port ?? 0}`;
}

function direction(g: StreamGraph, back: boolean, word: ReturnType<typeof useWord>): string {
  const [from, to] = back ? [g.server, g.client] : [g.client, g.server];
  return word('stats.t.direction', { from: visible(from), to: visible(to) });
}

function heavier(g: StreamGraph): boolean {
  let balance = 0;
  for (let i = 0; i < g.length.length; i++) balance += g.reverse[i] === 1 ? g.length[i]! : -g.length[i]!;
  return balance > 0;
}

/** A graph, and for each of its points the segment that it belongs to. */
interface Drawn {
  readonly chart: ChartData;
  readonly points: readonly number[];
}

function chartOf(g: StreamGraph, kind: Kind, back: boolean, word: ReturnType<typeof useWord>): Drawn {
  const own = (i: number): boolean => (g.reverse[i] === 1) === back;
  const all = Array.from(g.packet, (_, i) => i);
  const made = (
    points: readonly number[],
    yName: string,
    series: readonly ChartSeries[],
    rightName?: string,
  ): Drawn => ({
    points,
    chart: {
      file: `tcp-${kind}`,
      title: `${word(`stats.t.${kind}`)}: ${direction(g, back, word)}`,
      x: points.map((i) => g.time[i]!),
      xName: word('stats.g.time'),
      axes: [yName, ...(rightName === undefined ? [] : [rightName])],
      series,
    },
  });
  if (kind === 'rtt') {
    const points = all.filter((i) => own(i) && g.roundTrip[i] === g.roundTrip[i]);
    const values = points.map((i) => g.roundTrip[i]! * 1000);
    return made(points, word('stats.t.rttAxis'), [{ name: word('stats.t.rtt'), values, colour: 0, draw: 'points' }]);
  }
  if (kind === 'throughput') {
    const points = all.filter((i) => own(i) && g.length[i]! > 0);
    return made(
      points,
      word('stats.t.length'),
      [
        { name: word('stats.t.length'), values: points.map((i) => g.length[i]!), colour: 0, draw: 'points' },
        { name: word('stats.t.rate'), values: throughput(g, points), colour: 2, draw: 'line', axis: 1 },
      ],
      word('stats.t.rate'),
    );
  }
  if (kind === 'window') {
    // The window that the other end allows, and what is under way within it.
    const window = all.map((i) => (own(i) ? NaN : g.window[i]!));
    const flight = all.map((i) => (own(i) ? g.flight[i]! : NaN));
    return made(all, word('stats.t.windowAxis'), [
      { name: word('stats.t.edge'), values: window, colour: 2, draw: 'steps' },
      { name: word('stats.t.flight'), values: flight, colour: 0, draw: 'points' },
    ]);
  }
  const sequence = all.map((i) => (own(i) ? g.sequence[i]! : NaN));
  if (kind === 'stevens') {
    const points = all.filter((i) => own(i) && g.length[i]! > 0);
    const values = points.map((i) => g.sequence[i]!);
    return made(points, word('stats.t.sequence'), [
      { name: word('stats.t.segment'), values, colour: 0, draw: 'points' },
    ]);
  }
  const ack = all.map((i) => (own(i) ? NaN : g.acknowledged[i]!));
  const edge = all.map((i) => (own(i) ? NaN : g.acknowledged[i]! + g.window[i]!));
  const ends = all.map((i) => (own(i) && g.length[i]! > 0 ? g.sequence[i]! + g.length[i]! : NaN));
  const sack = all.map(() => NaN);
  g.sackOf.forEach((of, k) => {
    if (!own(of)) sack[of] = Math.max(sack[of] === sack[of] ? sack[of]! : -Infinity, g.sackRight[k]!);
  });
  return made(all, word('stats.t.sequence'), [
    {
      name: word('stats.t.segment'),
      values: sequence.map((v, i) => (ends[i] === ends[i] ? ends[i]! : v)),
      colour: 0,
      draw: 'points',
    },
    { name: word('stats.t.ack'), values: ack, colour: 3, draw: 'steps' },
    { name: word('stats.t.edge'), values: edge, colour: 2, draw: 'steps' },
    { name: word('stats.t.sack'), values: sack, colour: 1, draw: 'points' },
  ]);
}

/** Bits a second over the second before each point; of a connection's beginning over what there is. */
function throughput(g: StreamGraph, points: readonly number[]): number[] {
  let from = 0;
  let sum = 0;
  return points.map((i) => {
    sum += g.length[i]!;
    while (g.time[i]! - g.time[points[from]!]! > OVER) sum -= g.length[points[from++]!]!;
    return (sum * 8) / OVER;
  });
}
