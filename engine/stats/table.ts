// Tables of statistics: columns of numbers or texts over rows, each row with the filter and the packet that it leads
// to. Pages, order and CSV are the same for all of them.
import {
  csvCell,
  csvLine,
  type Message,
  packTexts,
  type StatColumn,
  type StatKind,
  type StatPage,
} from '../../contract/index.ts';
import { numberKeys, ranksOf, type SortKeys, sortRows, TextRanks, wholeKeys, type TimeSlices } from '../view/index.ts';

export type Column =
  | { readonly id: string; readonly kind: Exclude<StatKind, 'text'>; readonly numbers: ArrayLike<number> }
  | {
      readonly id: string;
      readonly kind: 'text';
      readonly text: (row: number) => string;
      /** How texts stand in order, where that is not the order of their letters. */
      readonly compare?: (a: number, b: number) => number;
    };

export interface StatTable {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The display filter of a row's packets, '' where there is none. */
  readonly filter: (row: number) => string;
  /** Number of the packet that a row leads to, from 1; 0 without. */
  readonly packet: (row: number) => number;
  /** How deep a row stands in a tree, 0 at the root. */
  readonly depth: ((row: number) => number) | null;
  /** What must be known to read the table rightly. */
  readonly note: Message | null;
  /** Packets that were counted. */
  readonly counted: number;
}

export interface StatOrder {
  readonly column: string;
  readonly descending: boolean;
}

/** Rows in the order of a column; equal ones stay as they are. Null: as the table has them. */
export async function ordered(
  t: StatTable,
  order: StatOrder | null,
  turns: TimeSlices,
): Promise<Uint32Array<ArrayBuffer> | null> {
  const column = order === null ? undefined : t.columns.find((c) => c.id === order.column);
  if (column === undefined) return null;
  const rows = Uint32Array.from({ length: t.rows }, (_, i) => i);
  return sortRows(rows, await keysOf(column, t.rows, turns), order!.descending, turns, 1);
}

async function keysOf(column: Column, rows: number, turns: TimeSlices): Promise<SortKeys> {
  // Missing values stand at the end of an ascending order.
  if (column.kind !== 'text') return numberKeys(rows, (i) => missingLast(column.numbers[i]!), turns);
  if (column.compare !== undefined) return [await ranksOf(rows, column.compare, turns, 0)];
  const texts = new TextRanks();
  const numbers = await wholeKeys(rows, (i) => texts.numberOf(column.text(i)), turns);
  const ranks = await texts.ranks(turns, 0);
  return [await wholeKeys(rows, (i) => ranks[numbers[i]!]!, turns)];
}

function missingLast(value: number): number {
  return value === value ? value : Number.MAX_VALUE;
}

export function pageOf(t: StatTable, order: Uint32Array | null, from: number, count: number): StatPage {
  const n = Math.max(0, Math.min(count, t.rows - from));
  const rows = Uint32Array.from({ length: n }, (_, i) => (order === null ? from + i : order[from + i]!));
  const columns = t.columns.map((c): StatColumn => {
    if (c.kind === 'text')
      return { id: c.id, kind: c.kind, numbers: null, texts: packTexts(Array.from(rows, (row) => c.text(row))) };
    return { id: c.id, kind: c.kind, numbers: Float64Array.from(rows, (row) => c.numbers[row]!), texts: null };
  });
  return {
    total: t.rows,
    from,
    columns,
    filter: packTexts(Array.from(rows, (row) => t.filter(row))),
    packet: Uint32Array.from(rows, (row) => t.packet(row)),
    depth: t.depth === null ? null : Uint8Array.from(rows, (row) => t.depth!(row)),
    note: t.note,
    counted: t.counted,
  };
}

/** What a spreadsheet opens: RFC 4180. What it would take for a formula is made a text. */
export function csvOf(t: StatTable, order: Uint32Array | null, limit: number): string {
  const lines = [csvLine(t.columns.map((c) => c.id))];
  const rows = Math.min(limit, t.rows);
  for (let i = 0; i < rows; i++) {
    const row = order === null ? i : order[i]!;
    const indent = t.depth === null ? '' : '  '.repeat(t.depth(row));
    lines.push(
      t.columns
        .map((c, k) => {
          if (c.kind === 'text') return csvCell((k === 0 ? indent : '') + c.text(row));
          const value = c.numbers[row]!;
          return value === value ? String(value) : '';
        })
        .join(','),
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}
