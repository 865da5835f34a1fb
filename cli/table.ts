// Tables for a terminal: aligned, cut to its width, coloured where colour is wanted.
import { plainText } from '../contract/index.ts';
import { paint, terminal, type Colour, type Line } from './terminal.ts';

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** @param colourOf colour of a row's first cell @returns the lines, head first */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colourOf?: (row: readonly string[]) => Colour | null,
): Line[] {
  const limit = terminal.width;
  // Texts are cleaned before they are measured, so that no cell is wider on the terminal than here.
  const clean = rows.map((row) => row.map(plainText));
  const widths = columns.map((c, i) => clean.reduce((width, r) => Math.max(width, r[i]!.length), c.title.length));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) => (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)));
    return padded.join('  ').trimEnd();
  };
  const cut = (text: string): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
  const out: Line[] = [paint(cut(line(columns.map((c) => c.title))), 'bold')];
  clean.forEach((row, n) => {
    const text = cut(line(row));
    const colour = colourOf?.(rows[n]!) ?? null;
    out.push(colour === null ? text : [paint(text.slice(0, widths[0]!), colour), text.slice(widths[0]!)]);
  });
  return out;
}

export function bytes(n: number): string {
  if (n < 10_000) return `${n} B`;
  return n < 10_000_000 ? `${(n / 1000).toFixed(0)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}
