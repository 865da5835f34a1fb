// How fields of a flow's record are stored in tables with types.
import type { FLOW_FIELDS } from './flow-csv.ts';

/** How a field of the record is stored; the others are texts. */
export type Kind = 'port' | 'whole' | 'real' | 'text' | 'time';
export type Field = (typeof FLOW_FIELDS)[number];
const KINDS: Readonly<Partial<Record<Field, Kind>>> = {
  id: 'whole',
  sport: 'port',
  dport: 'port',
  first_packet: 'whole',
  last_packet: 'whole',
  points: 'whole',
  score: 'real',
  start: 'time',
  end: 'time',
};
export function kindOf(name: Field): Kind {
  return KINDS[name] ?? 'text';
}

const STAMP = /^([+-]?\d+-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** @param text RFC 3339 in UTC @returns nanoseconds since the epoch; null where it is none or 64 bits do not hold it */
export function nanosecondsOf(text: string): bigint | null {
  const m = STAMP.exec(text);
  const milliseconds = m === null ? NaN : Date.parse(`${m[1]}Z`);
  if (m === null || Number.isNaN(milliseconds)) return null;
  const value = BigInt(milliseconds) * 1_000_000n + BigInt((m[2] ?? '').padEnd(9, '0'));
  return BigInt.asIntN(64, value) === value ? value : null;
}

export function stored(kind: Kind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'whole') return BigInt(value as number);
  return kind === 'time' ? nanosecondsOf(String(value)) : value;
}
