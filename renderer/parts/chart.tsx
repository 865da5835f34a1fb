// A graph over time, drawn by uPlot: colours of the theme, zoom by mouse and keys, a click leads to what lies there,
// and it is saved as a picture or as numbers.
import uPlot from 'uplot';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { saveBlob } from '../state/download.ts';
import { isEcho, isMenuKey, type MenuItem, openMenuFor, type Point } from '../state/menu.ts';
import { useThemeShown } from '../state/theme.ts';
import { useWord } from '../words/words.ts';
import { type ChartData, type ChartSeries, colourOf, decimalsOf, short } from './chart-data.ts';
import { chartCsv, chartSvg } from './chart-files.ts';
import { chartItems, indexNear, type SaveChart } from './chart-menu.ts';

function style(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export interface ChartProps {
  readonly data: ChartData;
  /** Told the index of the point that was clicked. */
  readonly open: (index: number) => void;
  /** What can be done with a point, and with what is shown (from one index to another). */
  readonly items?: (index: number, shown: readonly [number, number]) => readonly MenuItem[];
}

export function Chart({ data, open, items }: ChartProps): ReactNode {
  const word = useWord();
  const theme = useThemeShown();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const opening = useRef(open);
  opening.current = open;
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    const element = box.current!;
    // The legend takes a line or more below the graph.
    const size = (): { width: number; height: number } => ({
      width: Math.max(200, element.clientWidth),
      height: Math.max(
        120,
        element.clientHeight - (element.querySelector<HTMLElement>('.u-legend')?.offsetHeight ?? 34) - 4,
      ),
    });
    const u = new uPlot(options(data, size(), setAt), aligned(data), element);
    plot.current = u;
    u.setSize(size());
    let down = 0;
    u.over.addEventListener('mousedown', (e) => {
      down = e.clientX;
    });
    u.over.addEventListener('click', (e) => {
      // A drag zooms.
      if (Math.abs(e.clientX - down) < 3 && typeof u.cursor.idx === 'number') opening.current(u.cursor.idx);
    });
    const watch = new ResizeObserver(() => u.setSize(size()));
    watch.observe(element);
    return () => {
      watch.disconnect();
      u.destroy();
      plot.current = null;
    };
  }, [data, theme]);

  const zoom = (by: number): void => {
    const u = plot.current;
    if (u === null) return;
    const { min, max } = u.scales['x']!;
    const middle = at === null ? (min! + max!) / 2 : data.x[at]!;
    const half = ((max! - min!) / 2) * by;
    const first = data.x[0]!;
    const last = data.x[data.x.length - 1]!;
    u.setScale('x', { min: Math.max(first, middle - half), max: Math.min(last, middle + half) });
  };
  const reset = (): void => plot.current?.setData(aligned(data));
  const step = (by: number): void => {
    const u = plot.current;
    if (u === null || data.x.length === 0) return;
    const next = Math.max(0, Math.min(data.x.length - 1, (at ?? (by > 0 ? -1 : data.x.length)) + by));
    u.setCursor({ left: u.valToPos(data.x[next]!, 'x'), top: u.over.clientHeight / 2 });
    setAt(next);
  };
  const keys = (event: KeyboardEvent): void => {
    if (isMenuKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      menu(at ?? 0, null);
      return;
    }
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => step(event.shiftKey ? -10 : -1),
      ArrowRight: () => step(event.shiftKey ? 10 : 1),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      '0': reset,
      Enter: () => {
        if (at !== null) open(at);
      },
    };
    const act = acts[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const spoken =
    at === null ? '–' : [data.x[at]!.toFixed(3), ...data.series.map((s) => `${s.name} ${s.values[at]}`)].join(', ');
  const size = (): { width: number; height: number } => ({
    width: box.current?.clientWidth ?? 900,
    height: box.current?.clientHeight ?? 420,
  });
  const save: SaveChart = {
    png: () => {
      plot.current?.ctx.canvas.toBlob((blob) => {
        if (blob !== null) saveBlob(blob, `${data.file}.png`);
      });
    },
    svg: () => {
      const picture = chartSvg(data, range(plot.current), size());
      saveBlob(new Blob([picture], { type: 'image/svg+xml' }), `${data.file}.svg`);
    },
    csv: () => saveBlob(new Blob([chartCsv(data)], { type: 'text/csv' }), `${data.file}.csv`),
  };
  /** @param point where it was pressed, null for a key: below what the cursor is at */
  const menu = (index: number | null, point: Point | null): void => {
    const element = box.current;
    if (element === null || index === null || data.x.length === 0) return;
    const [from, to] = range(plot.current) ?? [data.x[0]!, data.x[data.x.length - 1]!];
    const near = (value: number, after: boolean): number => indexNear(data.x, value, after);
    const shown: readonly [number, number] = [near(from, true), near(to, false)];
    openMenuFor(element, point ?? cursorPoint(plot.current, data.x[index]!), {
      label: data.title,
      items: chartItems({ data, index, own: items?.(index, shown) ?? [], open, zoom, reset, save }),
    });
  };
  return (
    <div className="chart-frame">
      <div
        className="chart"
        ref={box}
        tabIndex={0}
        role="application"
        aria-label={word('stats.g.spoken', { title: data.title, n: data.x.length, at: spoken })}
        onKeyDown={keys}
        onContextMenu={(e) => {
          e.preventDefault();
          if (!isEcho(e)) menu(plot.current?.cursor.idx ?? at, { x: e.clientX, y: e.clientY });
        }}
      />
      <div className="chart-buttons">
        <span className="dim">{word('stats.g.hint')}</span>
        <span className="stat-space" />
        <button type="button" className="button" onClick={reset}>
          {word('stats.g.reset')}
        </button>
        {(['png', 'svg', 'csv'] as const).map((kind) => (
          <button key={kind} type="button" className="button" onClick={save[kind]}>
            {kind.toUpperCase()}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Where the menu of a key stands: beside the point that the cursor is at. */
function cursorPoint(u: uPlot | null, x: number): Point | null {
  if (u === null) return null;
  const { left, top, height } = u.over.getBoundingClientRect();
  return { x: left + Math.max(0, u.valToPos(x, 'x')), y: top + height / 2 };
}

function range(u: uPlot | null): readonly [number, number] | null {
  const x = u?.scales['x'];
  return typeof x?.min === 'number' && typeof x.max === 'number' ? [x.min, x.max] : null;
}

const atStep =
  (step: number) =>
  (v: number | null): string =>
    v === null ? '' : v.toFixed(decimalsOf(step));

/** uPlot knows missing values as null. */
function aligned(data: ChartData): uPlot.AlignedData {
  const known = (values: ArrayLike<number>): (number | null)[] =>
    Array.from(values, (v) => (v !== v || (data.log === true && v <= 0) ? null : v));
  return [Array.from(data.x), ...data.series.map((s) => known(s.values))];
}

/** A graph that is lower has smaller titles, px. */
const LOW = 200;

/** The title of an upright axis as far as it has room, which it takes on both sides of the plot's middle. */
function fitting(u: uPlot, name: string, font: string): string {
  const { ctx, bbox } = u;
  const [height, middle] = [ctx.canvas.height / devicePixelRatio, (bbox.top + bbox.height / 2) / devicePixelRatio];
  const room = 2 * Math.min(middle, height - middle);
  ctx.save();
  ctx.font = font;
  let text = name;
  for (let n = name.length - 1; n > 1 && ctx.measureText(text).width > room; n--) text = `${name.slice(0, n)}…`;
  ctx.restore();
  return text;
}

function options(
  data: ChartData,
  size: { readonly width: number; readonly height: number },
  moved: (index: number | null) => void,
): uPlot.Options {
  const [text, grid] = [style('--dim'), style('--border')];
  const font = `12px ${style('--sans')}`;
  const labelFont = `${size.height < LOW ? 10.5 : 12}px ${style('--sans')}`;
  const axis = {
    stroke: text,
    font,
    labelFont,
    labelSize: 18,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid },
  };
  const y = (name: string, at: number): uPlot.Axis => ({
    ...axis,
    scale: scaleOf(at),
    label: (u) => fitting(u, name, labelFont),
    side: at === 0 ? 3 : 1,
    size: 68,
    values: (_u, splits) => splits.map((v: number | null) => (v === null ? '' : short(v))),
    // Lines of several scales would cross one another.
    grid: { show: at === 0, stroke: grid, width: 1 },
  });
  const scale: uPlot.Scale =
    data.log === true ? { distr: 3 } : { range: (_u, min, max) => [Math.min(0, min), max > 0 ? max * 1.05 : 1] };
  return {
    ...size,
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: { x: { time: false }, ...Object.fromEntries(data.axes.map((_, at) => [scaleOf(at), scale])) },
    axes: [
      { ...axis, label: data.xName, values: (_u, splits, _axis, _space, step) => splits.map(atStep(step)) },
      ...data.axes.map(y),
    ],
    legend: { live: true },
    hooks: { setCursor: [(u) => moved(u.cursor.idx ?? null)] },
    series: [
      { label: data.xName, value: (_u, v) => (typeof v === 'number' ? v.toFixed(6) : '–') },
      ...data.series.map((s) => drawn(s)),
    ],
  };
}

function scaleOf(axis: number): string {
  return `y${axis}`;
}

function drawn(s: ChartSeries): uPlot.Series {
  const stroke = colourOf(s.colour);
  const common: uPlot.Series = {
    label: s.name,
    scale: scaleOf(s.axis ?? 0),
    stroke,
    width: 1.5,
    value: (_u, v) => (typeof v === 'number' ? short(v) : '–'),
    points: { show: s.draw === 'points' || s.dots === true, size: 4, fill: stroke },
  };
  if (s.draw === 'points') return { ...common, paths: () => null };
  if (s.draw === 'bars') return { ...common, fill: `${stroke}55`, paths: uPlot.paths.bars!({ size: [0.8, 40] }) };
  if (s.draw === 'steps') return { ...common, paths: uPlot.paths.stepped!({ align: 1 }), spanGaps: true };
  return common;
}
