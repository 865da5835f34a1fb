// What the I/O graph draws of the host's answer, and what can be done with one of its intervals.
import type { GraphPage, GraphValue, Request } from '../../contract/index.ts';
import { showPackets } from '../state/actions.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { count, seconds, visible } from '../words/format.ts';
import { word, type WordKey } from '../words/words.ts';
import { type ChartData, smoothed } from './chart-data.ts';

export type Series = Request<'statsGraph'>['series'][number] & {
  readonly shown: boolean;
  /** Intervals of the moving average, 0 for none. */
  readonly smooth: number;
};

/** Values with one scale. */
const AXIS_OF: Readonly<Record<GraphValue, 'count' | 'bytes' | 'bits' | 'field' | 'load'>> = {
  packets: 'count',
  frames: 'count',
  fields: 'count',
  bytes: 'bytes',
  bits: 'bits',
  sum: 'field',
  max: 'field',
  min: 'field',
  avg: 'field',
  load: 'load',
};

export const WITHOUT_FIELD: readonly GraphValue[] = ['packets', 'bytes', 'bits'];

function nameOf(s: Series): string {
  const value = word(`stats.g.${s.value}` as WordKey);
  const of = WITHOUT_FIELD.includes(s.value) ? value : value.replace(/\(.*\)$/, `(${s.field})`);
  const average = s.smooth > 1 ? `, ${word('stats.g.smoothed', { n: s.smooth })}` : '';
  return `${s.filter === '' ? word('stats.g.all') : visible(s.filter)} (${of}${average})`;
}

/** @param colours of each series, by its place in the list */
export function ioChart(
  page: GraphPage,
  drawn: readonly Series[],
  colours: readonly number[],
  log: boolean,
): ChartData {
  const per = word('stats.g.perInterval', { s: seconds(page.interval) });
  const shown = page.series.flatMap((values, i) => {
    const s = drawn[i];
    return s === undefined || values.problem !== null ? [] : [{ s, values: values.values, colour: colours[i]! }];
  });
  const axes = [...new Set(shown.map(({ s }) => axisOf(s)))];
  return {
    file: 'io-graph',
    title: word('stats.io'),
    x: Float64Array.from(page.packet, (_, i) => i * page.interval),
    xName: word('stats.g.time'),
    axes:
      axes.length === 0
        ? ['']
        : axes.map((axis) =>
            axisName(
              axis,
              shown.map(({ s }) => s),
              per,
            ),
          ),
    log,
    series: shown.map(({ s, values, colour }) => ({
      name: nameOf(s),
      values: smoothed(values, s.smooth),
      colour,
      draw: 'line',
      dots: s.value === 'max' || s.value === 'min' || s.value === 'avg',
      axis: axes.indexOf(axisOf(s)),
    })),
  };
}

/** Sums, edges and means of one field share a scale; those of another field have their own. */
function axisOf(s: Series): string {
  const axis = AXIS_OF[s.value];
  return axis === 'field' ? `field ${s.field}` : axis;
}

function axisName(axis: string, series: readonly Series[], per: string): string {
  if (axis.startsWith('field ')) return axis.slice('field '.length);
  const values = [...new Set(series.filter((s) => axisOf(s) === axis).map((s) => s.value))];
  return `${values.map((value) => word(`stats.g.${value}` as WordKey)).join(', ')} ${per}`;
}

/** A moment of the graph as a filter writes it. @param intervals after the beginning */
function moment(page: GraphPage, intervals: number): string {
  const step = BigInt(Math.round(page.interval * 1e9));
  const from = BigInt(page.fromSeconds) * 1_000_000_000n + BigInt(page.fromNanoseconds);
  const at = from + step * BigInt(intervals);
  return `${at / 1_000_000_000n}.${String(at % 1_000_000_000n).padStart(9, '0')}`;
}

/** The filter of intervals `first` to `last`, both included. */
export function spanFilter(page: GraphPage, first: number, last: number): string {
  return `frame.time_epoch >= ${moment(page, first)} and frame.time_epoch < ${moment(page, last + 1)}`;
}

/** Packets of an interval: all of them, and those of each series that has a filter. */
export function intervalItems(
  page: GraphPage,
  drawn: readonly Series[],
  index: number,
  [first, last]: readonly [number, number],
): MenuItem[] {
  const here = spanFilter(page, index, index);
  const filtered = drawn.filter((s, i) => s.filter.trim() !== '' && page.series[i]?.problem === null);
  const zoomed = first > 0 || last < page.packet.length - 1;
  return [
    act('stats.g.packetsHere', () => void showPackets(here)),
    ...filtered.map((s): MenuItem => ({
      kind: 'act',
      text: word('stats.g.seriesHere', { filter: visible(s.filter) }),
      run: () => void showPackets(`(${s.filter}) and ${here}`),
    })),
    ...(zoomed
      ? [
          {
            kind: 'act' as const,
            text: word('stats.g.packetsShown', { n: count(last - first + 1) }),
            run: () => void showPackets(spanFilter(page, first, last)),
          },
        ]
      : []),
    { kind: 'line' },
    ...filterItems(zoomed ? spanFilter(page, first, last) : here),
  ];
}
