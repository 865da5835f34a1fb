// Figures of the window: what was measured, what it shall be, and who else takes how long. They are kept between runs, so
// that a part can be measured alone and the table still has all of them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { over, record, yardstick } from '../guard/results.ts';

export const PARTS = ['filters', 'contains', 'sorts', 'tree', 'rows', 'reading', 'scroll'] as const;
export type Part = (typeof PARTS)[number];

export interface Figure {
  readonly what: string;
  /** Of three runs the median, in its unit; null where it could not be measured. */
  readonly ours: number | null;
  readonly unit: 'ms' | 'MB/s' | 'times' | 's' | 'MB';
  /** The goal; `least` where more is better. */
  readonly most?: number;
  readonly least?: number;
  /** Wireshark's or tshark's own, as text. */
  readonly theirs?: string;
  readonly note?: string;
}

interface Kept {
  readonly at: string;
  readonly load: string;
  readonly figures: readonly Figure[];
}

const FILE = join(import.meta.dirname, '..', '.cache', 'window.json');
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'bench-window.md');

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export function share(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN;
}

export function load(): string {
  return loadavg()
    .slice(0, 2)
    .map((n) => n.toFixed(1))
    .join(', ');
}

/** Puts a part's figures in place of those of before, and writes the page. */
export function keep(part: Part, figures: readonly Figure[], loadBefore: string): void {
  const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Kept>) : {};
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  kept[part] = { at, load: `${loadBefore} → ${load()}`, figures };
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(kept, null, 1));
  writeFileSync(PAGE, page(kept));
  record('window', Object.fromEntries(figures.map((f) => [`${part}: ${f.what}`, slowness(f)])));
  for (const figure of figures) console.log(line(figure));
}

/** Over another's time where it is one, else over a fixed piece of work; of what is better when more, the inverse. */
function slowness({ ours, unit, most, least }: Figure): number | null {
  switch (unit) {
    case 'times':
      // Without a goal it is a count.
      if (least !== undefined) return over(1, ours);
      return most === undefined ? null : ours;
    case 'ms':
      return over(ours, yardstick());
    case 's':
      return over(ours === null ? null : ours * 1_000, yardstick());
    case 'MB/s':
      return over(1_000, ours === null ? null : ours * yardstick());
    case 'MB':
      return null;
  }
}

function amount(value: number, unit: Figure['unit']): string {
  const digits = unit === 'times' || unit === 's' || (unit === 'ms' && value < 20) ? 1 : 0;
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === 'times' ? `${text} ×` : `${text} ${unit}`;
}

function verdict({ ours, most, least }: Figure): string {
  if (ours === null || Number.isNaN(ours)) return 'not measured';
  if (most === undefined && least === undefined) return '';
  return ours <= (most ?? Infinity) && ours >= (least ?? -Infinity) ? 'yes' : '**no**';
}

function line(f: Figure): string {
  const atMost = f.most === undefined ? '' : `≤ ${amount(f.most, f.unit)}`;
  const goal = f.least === undefined ? atMost : `≥ ${amount(f.least, f.unit)}`;
  const ours = f.ours === null || Number.isNaN(f.ours) ? '–' : amount(f.ours, f.unit);
  const cells = [f.what, ours, goal, verdict(f), f.theirs ?? '', f.note ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const TITLES: Readonly<Record<Part, string>> = {
  filters: 'Fast filters',
  contains: 'Bytes of all packets',
  sorts: 'Sorting',
  tree: 'Tree',
  rows: 'Texts of rows in sight',
  reading: 'Reading',
  scroll: 'Scrolling ten million rows',
};

function page(kept: Readonly<Record<string, Kept>>): string {
  const sections = PARTS.flatMap((part) => {
    const known = kept[part];
    if (known === undefined) return [];
    return [
      '',
      `## ${TITLES[part]}`,
      '',
      `${known.at}, load ${known.load}`,
      '',
      '| what | median of three | goal | reached | tshark or Wireshark | |',
      '|---|---|---|---|---|---|',
      ...known.figures.map(line),
    ];
  });
  return [
    '# How the window feels',
    '',
    `\`npm run bench:window\` (\`-- --only filters,rows\` measures parts): ${cpus().length} cores, Chromium headless without a`,
    'GPU; server, engine and browser share the cores. The large capture has 2.5 million packets cloned from real ones',
    '(`bench/clone.ts`). Times of filters and sorts are from the question to the first page of rows.',
    ...sections,
    '',
  ].join('\n');
}
