// A graph over time, drawn by uPlot: colours of the theme, zoom by mouse and keys, a click leads to what lies there,
// and it is saved as a picture or as numbers.
import uPlot from 'uplot';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { saveBlob } from '../state/download.ts';
import { useThemeShown } from '../state/theme.ts';
import { useWord } from '../words/words.ts';
import { type ChartData, type ChartSeries, colourOf, decimalsOf, short } from './chart-data.ts';
import { chartCsv, chartSvg } from './chart-files.ts';

function style(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param p `open` is told the index of the point that was clicked */
export function Chart({ data, open }: { readonly data: ChartData; readonly open: (index: number) => void }): ReactNode {
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
  const png = (): void => {
    plot.current?.ctx.canvas.toBlob((blob) => {
      if (blob !== null) saveBlob(blob, `${data.file}.png`);
    });
  };
  const size = (): { width: number; height: number } => ({
    width: box.current?.clientWidth ?? 900,
    height: box.current?.clientHeight ?? 420,
  });
  return (
    <div className="chart-frame">
      <div
        className="chart"
        ref={box}
        tabIndex={0}
        role="application"
        aria-label={word('stats.g.spoken', { title: data.title, n: data.x.length, at: spoken })}
        onKeyDown={keys}
      />
      <div className="chart-buttons">
        <span className="dim">{word('stats.g.hint')}</span>
        <span className="stat-space" />
        <button type="button" className="button" onClick={reset}>
          {word('stats.g.reset')}
        </button>
        <button type="button" className="button" onClick={png}>
          PNG
        </button>
        <button
          type="button"
          className="button"
          onClick={() =>
            saveBlob(
              new Blob([chartSvg(data, range(plot.current), size())], { type: 'image/svg+xml' }),
              `${data.file}.svg`,
            )
          }
        >
          SVG
        </button>
        <button
          type="button"
          className="button"
          onClick={() => saveBlob(new Blob([chartCsv(data)], { type: 'text/csv' }), `${data.file}.csv`)}
        >
          CSV
        </button>
      </div>
    </div>
  );
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

function options(
  data: ChartData,
  size: { readonly width: number; readonly height: number },
  moved: (index: number | null) => void,
): uPlot.Options {
  const [text, grid] = [style('--dim'), style('--border')];
  const font = `12px ${style('--sans')}`;
  const axis = {
    stroke: text,
    font,
    labelFont: font,
    labelSize: 18,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid },
  };
  const y = (name: string, right: boolean): uPlot.Axis => ({
    ...axis,
    scale: right ? 'right' : 'y',
    label: name,
    side: right ? 1 : 3,
    size: 68,
    values: (_u, splits) => splits.map((v: number | null) => (v === null ? '' : short(v))),
    grid: { stroke: grid, width: right ? 0 : 1 },
  });
  const hasRight = data.series.some((s) => s.right);
  const scale: uPlot.Scale =
    data.log === true ? { distr: 3 } : { range: (_u, min, max) => [Math.min(0, min), max > 0 ? max * 1.05 : 1] };
  return {
    ...size,
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: { x: { time: false }, y: scale, right: scale },
    axes: [
      { ...axis, label: data.xName, values: (_u, splits, _axis, _space, step) => splits.map(atStep(step)) },
      y(data.yName, false),
      ...(hasRight ? [y(data.rightName ?? '', true)] : []),
    ],
    legend: { live: true },
    hooks: { setCursor: [(u) => moved(u.cursor.idx ?? null)] },
    series: [
      { label: data.xName, value: (_u, v) => (typeof v === 'number' ? v.toFixed(6) : '–') },
      ...data.series.map((s) => drawn(s)),
    ],
  };
}

function drawn(s: ChartSeries): uPlot.Series {
  const stroke = colourOf(s.colour);
  const common: uPlot.Series = {
    label: s.name,
    scale: s.right === true ? 'right' : 'y',
    stroke,
    width: 1.5,
    value: (_u, v) => (typeof v === 'number' ? short(v) : '–'),
    points: { show: s.draw === 'points', size: 4, fill: stroke },
  };
  if (s.draw === 'points') return { ...common, paths: () => null };
  if (s.draw === 'bars') return { ...common, fill: `${stroke}55`, paths: uPlot.paths.bars!({ size: [0.8, 40] }) };
  if (s.draw === 'steps') return { ...common, paths: uPlot.paths.stepped!({ align: 1 }), spanGaps: true };
  return common;
}
