// Flows as CSV (RFC 4180): the record's fields, then every feature of the schema.
import { plainText, type FlowRecord } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';

/** Fields of a flow's record that stand before its features; packets and bytes are features themselves. */
export const FLOW_FIELDS = [
  'id',
  'community_id',
  'start',
  'end',
  'src',
  'sport',
  'dst',
  'dport',
  'proto',
  'end_reason',
  'grade',
  'app',
  'sni',
  'ja3',
  'ja3s',
  'ja4',
  'ja3_retry',
  'ja4_retry',
  'first_packet',
  'last_packet',
  'verdict',
  'points',
  'incidents',
  'rules',
  'score',
  'label',
  'tags',
] as const satisfies readonly (keyof FlowRecord)[];

/** What spreadsheets begin a formula with, full-width forms included, also behind blanks. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/**
 * One cell. Texts come from packets: one that a spreadsheet would take for a formula has an apostrophe before it, and
 * what a terminal would obey is a dot (Parquet and JSON hold the text as it was).
 */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  if (typeof value === 'number') return text;
  const harmless = plainText(FORMULA.test(text) ? `'${text}` : text);
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** What a field's column is called: a feature says whether there was a server name, the field which. */
export function columnOf(field: (typeof FLOW_FIELDS)[number]): string {
  return field === 'sni' ? 'server_name' : field;
}

/** A field's value as one cell; several values stand with blanks between them, tags, which may have some, with commas. */
export function valueOf(record: FlowRecord, field: (typeof FLOW_FIELDS)[number]): string | number | null | undefined {
  const value = record[field];
  return typeof value === 'object' && value !== null ? value.join(field === 'tags' ? ', ' : ' ') : value;
}

export function flowCsvHeader(): string {
  return [...FLOW_FIELDS.map(columnOf), ...FEATURES.map((f) => f.name)].join(',');
}

/** @param vector all features at `at..`, or null when they are not known; missing values stay empty */
export function flowCsvLine(record: FlowRecord, vector: Float32Array | null, at: number): string {
  const cells = FLOW_FIELDS.map((f) => cell(valueOf(record, f)));
  for (let i = 0; i < FEATURE_COUNT; i++) {
    const v = vector === null ? NaN : vector[at + i]!;
    cells.push(v === v ? String(Number(v.toPrecision(7))) : '');
  }
  return cells.join(',');
}
