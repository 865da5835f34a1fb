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
const RIGHT = 74;
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
  const inside = (i: number): boolean => data.x[i]! >= from && data.x[i]! <= to;
  const x = (v: number): number => LEFT + ((v - from) / (to - from || 1)) * (width - LEFT - RIGHT);
  const topOf = (right: boolean): number => {
    let most = 0;
    for (const s of data.series)
      if ((s.right === true) === right)
        for (let i = 0; i < data.x.length; i++) if (inside(i) && s.values[i]! > most) most = s.values[i]!;
    return most === 0 ? 1 : most * 1.05;
  };
  const tops = [topOf(false), topOf(true)] as const;
  const y = (v: number, right: boolean): number => {
    const top = tops[right ? 1 : 0];
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
    parts.push(
      `<text x="${x(vx)}" y="${height - BOTTOM + 18}" text-anchor="middle">${Number(vx.toPrecision(5))}</text>`,
    );
    const vy = data.log === true ? Math.max(10, tops[0]) ** (k / TICKS) : (tops[0] * k) / TICKS;
    parts.push(
      `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(vy, false)}" y2="${y(vy, false)}" stroke="#ddd"/>`,
      `<text x="${LEFT - 6}" y="${y(vy, false) + 4}" text-anchor="end">${short(vy)}</text>`,
    );
  }
  data.series.forEach((s, k) => {
    const colour = colourOf(s.colour);
    const right = s.right === true;
    const points: string[] = [];
    for (let i = 0; i < data.x.length; i++) {
      const v = s.values[i]!;
      if (v === v && inside(i)) points.push(`${x(data.x[i]!).toFixed(1)},${y(v, right).toFixed(1)}`);
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

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
