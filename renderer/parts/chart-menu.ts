// The menu of a graph: what its owner can do with a point, zoom, files, and the values as text.
import { copyText } from '../state/copy.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { word } from '../words/words.ts';
import type { ChartData } from './chart-data.ts';
import { chartCsv } from './chart-files.ts';

export type SaveChart = Readonly<Record<'png' | 'svg' | 'csv', () => void>>;

export interface ChartMenu {
  readonly data: ChartData;
  /** The point that was pressed. */
  readonly index: number;
  /** Entries of the graph's owner, which stand first. */
  readonly own: readonly MenuItem[];
  readonly open: (index: number) => void;
  readonly zoom: (by: number) => void;
  readonly reset: () => void;
  readonly save: SaveChart;
}

export function chartItems({ data, index, own, open, zoom, reset, save }: ChartMenu): MenuItem[] {
  const line: MenuItem = { kind: 'line' };
  return [
    ...own,
    ...(own.length === 0 ? [] : [line]),
    act('stats.goTo', () => open(index), 'Enter'),
    line,
    act('stats.g.zoomIn', () => zoom(0.5), '+'),
    act('stats.g.zoomOut', () => zoom(2), '−'),
    act('stats.g.reset', reset, '0'),
    line,
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        act('stats.g.copyPoint', () => copyText(pointText(data, index))),
        act('stats.g.copyAll', () =>
          copyText(chartCsv(data), word('stats.copied', { n: data.x.length, total: data.x.length })),
        ),
      ],
    },
    {
      kind: 'more',
      text: word('stats.g.saveAs'),
      items: (['png', 'svg', 'csv'] as const).map((kind) => ({
        kind: 'act',
        text: kind.toUpperCase(),
        run: save[kind],
      })),
    },
  ];
}

/** The point as a table of its own. */
function pointText(data: ChartData, index: number): string {
  const values = data.series.map((s) => `${s.name}\t${s.values[index] === s.values[index] ? s.values[index] : ''}`);
  return [`${data.xName}\t${data.x[index]}`, ...values].join('\n');
}

/** The first point at or after a value, or the last at or before it; within the graph. */
export function indexNear(x: ArrayLike<number>, value: number, after: boolean): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < value || (!after && x[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, Math.min(x.length - 1, after ? low : low - 1));
}
