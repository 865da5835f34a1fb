// A graph as files: numbers for a spreadsheet, and a picture of lines that stays sharp.
import { csvLine } from '../../contract/index.ts';
import { type ChartData, colourOf, short } from './chart-data.ts';

export function chartCsv(data: ChartData): string {
  const lines = [csvLine([data.xName, ...data.series.map((s) => s.name)])];
  for (let i = 0; i < data.x.length; i++) {
    const values = data.series.map((s) => (s.values[i] === s.values[i] ? String(s.values[i]) : ''));
    lines.push([String(data.x[i]), ...values].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

const LEFT = 74;
/** For each axis on the right, and where there is none. */
const AXIS = 66;
const MARGIN = 20;
const TOP = 34;
const BOTTOM = 46;
const TICKS = 6;

/** @param shown what is zoomed to, null for all */
export function chartSvg(
  data: ChartData,
  shown: readonly [number, number] | null,
  size: { readonly width: number; readonly height: number },
): string {
  const { width, height } = size;
  const all = Array.from(data.x);
  const [from, to] = shown ?? [Math.min(...all.slice(0, 1)), all.at(-1) ?? 1];
  const end = width - MARGIN - AXIS * (data.axes.length - 1);
  const inside = (i: number): boolean => data.x[i]! >= from && data.x[i]! <= to;
  const x = (v: number): number => LEFT + ((v - from) / (to - from || 1)) * (end - LEFT);
  const tops = data.axes.map((_, axis) => topOf(data, axis, inside));
  const y = (v: number, axis: number): number => {
    const top = tops[axis]!;
    const share = data.log === true ? Math.log10(Math.max(1, v)) / Math.log10(Math.max(10, top)) : v / top;
    return height - BOTTOM - share * (height - TOP - BOTTOM);
  };
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20" font-weight="600">${escaped(data.title)}</text>`,
  ];
  for (let k = 0; k <= TICKS; k++) {
    const vx = from + ((to - from) * k) / TICKS;
    const at = height - BOTTOM + 18;
    parts.push(`<text x="${x(vx)}" y="${at}" text-anchor="middle">${Number(vx.toPrecision(5))}</text>`);
    tops.forEach((top, axis) => {
      const v = data.log === true ? Math.max(10, top) ** (k / TICKS) : (top * k) / TICKS;
      const place = y(v, axis);
      const left = axis === 0 ? LEFT - 6 : end + 6 + AXIS * (axis - 1);
      if (axis === 0) parts.push(`<line x1="${LEFT}" x2="${end}" y1="${place}" y2="${place}" stroke="#ddd"/>`);
      parts.push(`<text x="${left}" y="${place + 4}" text-anchor="${axis === 0 ? 'end' : 'start'}">${short(v)}</text>`);
    });
  }
  data.axes.forEach((name, axis) => {
    const left = axis === 0 ? LEFT : end + AXIS * (axis - 1);
    parts.push(`<text x="${left}" y="${TOP - 2}" font-size="10">${escaped(name.slice(0, 24))}</text>`);
  });
  data.series.forEach((s, k) => {
    const colour = colourOf(s.colour);
    const points: string[] = [];
    for (let i = 0; i < data.x.length; i++) {
      const v = s.values[i]!;
      if (v === v && inside(i)) points.push(`${x(data.x[i]!).toFixed(1)},${y(v, s.axis ?? 0).toFixed(1)}`);
    }
    if (s.draw === 'points')
      parts.push(
        ...points.map((at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="1.6" fill="${colour}"/>`),
      );
    else parts.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`);
    parts.push(`<text x="${LEFT + k * 170}" y="${height - 8}" fill="${colour}">${escaped(s.name.slice(0, 26))}</text>`);
  });
  parts.push('</svg>');
  return parts.join('\n');
}

function topOf(data: ChartData, axis: number, inside: (i: number) => boolean): number {
  let most = 0;
  for (const s of data.series)
    if ((s.axis ?? 0) === axis)
      for (let i = 0; i < data.x.length; i++) if (inside(i) && s.values[i]! > most) most = s.values[i]!;
  return most === 0 ? 1 : most * 1.05;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
