// Tables for a terminal: aligned, cut to its width, coloured where colour is wanted.
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

const COLOURS = { red: 31, amber: 33, violet: 35, green: 32, grey: 90, bold: 1 } as const;
export type Colour = keyof typeof COLOURS;

const colourful = process.stdout.isTTY === true && !process.env['NO_COLOR'];

export function paint(text: string, colour: Colour): string {
  return colourful ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
}

/** @param colourOf colour of a row's first cell */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], colourOf?: (row: readonly string[]) => Colour | null): string {
  const widths = columns.map((c, i) => rows.reduce((width, r) => Math.max(width, r[i]!.length), c.title.length));
  const limit = process.stdout.isTTY ? (process.stdout.columns ?? 120) : Infinity;
  const line = (cells: readonly string[]): string => cells.map((cell, i) => (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ').trimEnd();
  const cut = (text: string): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
  const out = [paint(cut(line(columns.map((c) => c.title))), 'bold')];
  for (const row of rows) {
    const text = cut(line(row));
    const colour = colourOf?.(row) ?? null;
    out.push(colour === null ? text : paint(text.slice(0, widths[0]!), colour) + text.slice(widths[0]!));
  }
  return out.join('\n');
}

export function count(n: number): string {
  // Not toLocaleString: loading the locale costs more than scoring a small capture.
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function bytes(n: number): string {
  return n < 10_000 ? `${n} B` : n < 10_000_000 ? `${(n / 1000).toFixed(0)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}
