// The values that fields have in packets, as `tshark -T fields` writes them: each value a text. They come from columns of
// the engine, which know hidden fields too; what columns do not hold (labels of protocols, expert information, texts
// that are too long for them) from the packet's tree.
import { type Message, type PacketRow, say } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { DeepWork } from './deep.ts';
import type { OfferedField } from './filtering.ts';
import type { FieldShown } from './frame-rows.ts';
import { isOtherInContext } from './piece-fields.ts';
import { OWN_COLUMNS, type PrintedRow, printedRows } from './print-run.ts';
import { lineValue } from './print-values.ts';
import { isWhole, type TreeSource } from './trees.ts';
import type { PrintedLines } from './work-print.ts';

/** How the values of a field are had and written. */
type Manner =
  /** As the engine's column has them: numbers without names. */
  | 'plain'
  /** Texts and bytes: the column with names has them as tshark writes them. */
  | 'named'
  /** A field without a value: 1 for each time that it is there. */
  | 'present'
  /** The label of a line of the tree. */
  | 'label'
  /** The value of a line of the tree. */
  | 'line'
  /** One of the columns that every list has. */
  | 'own';

export interface AskedField {
  readonly name: string;
  readonly manner: Manner;
  /** A field of bytes, whose lines have colons. */
  readonly bytes: boolean;
  /** Of `own`. */
  readonly column: number;
  /** Its name in words: a protocol's line that says no more is told by `name`. */
  readonly title: string;
}

export interface FieldRow {
  readonly row: PacketRow;
  /** By field, in the order of the capture. */
  readonly values: readonly (readonly string[])[];
  /** Fields of which a text was too long for the engine's columns, and stands in no tree. */
  readonly cut: number;
}

/** Wireshark's types (epan/ftypes/ftypes.h, 4.4), by their numbers. */
const NONE = 0;
const PROTOCOL = 1;
const TEXTS: ReadonlySet<number> = new Set([26, 27, 28, 43, 45]);
const BYTES: ReadonlySet<number> = new Set([30, 31]);
/** Made only where somebody wants a tree. */
const OF_TREES = /^_ws\.(?:expert|malformed|short|unreassembled)/;
const OWN_COLUMN = /^_ws\.col\.(\w+)$/i;
/** Names of the columns in tshark 4.0 and 4.4, in the engine's order. */
const OWN_NAMES: readonly (readonly string[])[] = [
  ['number', 'no'],
  ['time', 'cls_time'],
  ['source', 'def_src', 'src'],
  ['destination', 'def_dst', 'dst'],
  ['protocol'],
  ['length', 'packet_length'],
  ['info'],
];
/** The engine's columns end here: a packet with longer texts is looked at whole. */
const LONGEST = 1_900;
/** Packets whose long texts are asked for together. */
const TOGETHER = 400;
/** Fields that are offered instead of one that there is not. */
const MOST_NEAR = 3;

/** @param offered what the engine has by the beginning `name` @returns why it is no field */
export function askedField(name: string, offered: readonly OfferedField[]): AskedField | Message {
  const own = OWN_COLUMN.exec(name)?.[1]?.toLowerCase();
  if (own !== undefined) {
    const column = OWN_NAMES.findIndex((names) => names.includes(own));
    return column < 0 ? say('cli-field-column', { name }) : { name, manner: 'own', bytes: false, column, title: '' };
  }
  const found = offered.find(({ field }) => field === name);
  const near = offered.slice(0, MOST_NEAR).map(({ field }) => field);
  if (found === undefined && near.length > 0) return say('cli-field-like', { name, near });
  if (found === undefined) return say('cli-field-unknown', { name });
  const { type, name: title } = found;
  return { name, manner: mannerOf(name, type), bytes: BYTES.has(type), column: -1, title };
}

function mannerOf(name: string, type: number): Manner {
  if (type === PROTOCOL) return 'label';
  if (OF_TREES.test(name)) return 'line';
  if (type === NONE) return 'present';
  return TEXTS.has(type) || BYTES.has(type) ? 'named' : 'plain';
}

/** The first field whose values a part of a capture does not tell; null where there is none, or all of it is there. */
export function neededWhole(s: TreeSource, fields: readonly AskedField[]): string | null {
  if (isWhole(s)) return null;
  return fields.find(({ name }) => isOtherInContext(name))?.name ?? null;
}

/**
 * @param rows ascending
 * @throws SaidError where the dissector cannot answer
 */
export async function* fieldRows(
  deep: DeepWork,
  s: TreeSource,
  rows: Uint32Array,
  fields: readonly AskedField[],
  turns: TimeSlices,
): AsyncGenerator<FieldRow> {
  const columns = fields.flatMap(columnsOf);
  const inTree = fields.some(({ manner }) => manner === 'label' || manner === 'line');
  const orders = (tree: boolean): Parameters<typeof printedRows>[4] => ({
    details: { of: tree ? 'all' : 'none' },
    columns: true,
    bytes: false,
  });
  for (let from = 0; from < rows.length; from += TOGETHER) {
    const some = rows.subarray(from, from + TOGETHER);
    const found: PrintedRow[] = [];
    for await (const one of printedRows(deep, s, some, columns, orders(inTree), turns)) found.push(one);
    const long = inTree ? [] : found.filter((one) => hasLong(one, fields)).map(({ row }) => row);
    const trees = new Map<PacketRow, PrintedLines>();
    for await (const { row, packet } of printedRows(deep, s, Uint32Array.from(long), columns, orders(true), turns))
      trees.set(row, packet.lines);
    for (const one of found) {
      const lines = trees.get(one.row) ?? one.packet.lines;
      yield { row: one.row, ...valuesOf(one, fields, lines) };
    }
  }
}

function columnsOf({ name, manner }: AskedField): FieldShown[] {
  if (manner === 'present') return [{ field: name, as: 'count' }];
  if (manner !== 'plain' && manner !== 'named') return [];
  return [
    { field: name, as: manner },
    { field: name, as: 'count' },
  ];
}

/** Whether a column may have been cut, or does not say where one value ends. */
function hasLong(one: PrintedRow, fields: readonly AskedField[]): boolean {
  return columnTexts(one, fields).some((c) => c !== null && c.split === null);
}

interface ColumnText {
  readonly text: string;
  readonly count: number;
  /** Null where the text does not tell. */
  readonly split: readonly string[] | null;
}

/** By field; null where it is none of a column. */
function columnTexts({ packet }: PrintedRow, fields: readonly AskedField[]): (ColumnText | null)[] {
  let at = OWN_COLUMNS;
  return fields.map(({ manner }) => {
    if (manner === 'present') {
      const often = Number(packet.columns[at++] ?? '0') || 0;
      return { text: '1', count: often, split: Array.from({ length: often }, () => '1') };
    }
    if (manner !== 'plain' && manner !== 'named') return null;
    const text = packet.columns[at++] ?? '';
    const count = Number(packet.columns[at++] ?? '0') || 0;
    return { text, count, split: splitText(text, count) };
  });
}

function splitText(text: string, count: number): readonly string[] | null {
  if (count === 0) return [];
  if (text.length >= LONGEST) return null;
  if (count === 1) return [text];
  const parts = text.split(',');
  return parts.length === count ? parts : null;
}

function valuesOf(
  one: PrintedRow,
  fields: readonly AskedField[],
  lines: PrintedLines,
): Pick<FieldRow, 'values' | 'cut'> {
  const columns = columnTexts(one, fields);
  let cut = 0;
  const values = fields.map((field, i): readonly string[] => {
    const { manner } = field;
    if (manner === 'own') return [one.packet.columns[field.column] ?? ''];
    if (manner === 'label' || manner === 'line') return inTree(lines, field);
    const { split, text, count } = columns[i]!;
    if (split !== null) return split.map((value) => told(value, manner));
    const found = inTree(lines, field);
    // What is hidden stands in no tree: the column's text is all that there is.
    if (found.length === count) return found;
    if (text.length >= LONGEST) cut++;
    return [told(text, manner)];
  });
  return { values, cut };
}

function inTree(lines: PrintedLines, { name, manner, bytes, title }: AskedField): string[] {
  const found: string[] = [];
  for (const [i, said] of lines.field.entries()) {
    if (said !== name && !said.startsWith(`${name} ==`) && !said.startsWith(`${name}[`)) continue;
    const label = lines.label[i]!;
    const whole = label === title ? name : label;
    const value = manner === 'label' ? whole : (lineValue(said, label).value ?? label);
    found.push(bytes && /^[\da-f]{2}(?::[\da-f]{2})*:?$/i.test(value) ? value.replaceAll(':', '') : escaped(value));
  }
  return found;
}

/** As tshark writes a value: switches as 1 and 0, moments of UTC by that name. */
function told(value: string, manner: Manner): string {
  if (manner === 'named') return value;
  if (value === 'True') return '1';
  if (value === 'False') return '0';
  return escaped(value.replace(/ Coordinated Universal Time$/, ' UTC'));
}

/** Control characters as C writes them, so that a value is one line. */
function escaped(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f]/g,
    (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
