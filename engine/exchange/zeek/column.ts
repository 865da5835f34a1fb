// Values of Zeek's logs as text: TSV as Zeek's ASCII writer has it (docs: Zeek Log Formats), and JSON.
import { type Stamp } from '../talks/stamp.ts';
import { hexOf, shownText } from '../talks/byte-text.ts';

export const SET_SEPARATOR = ',';
export const EMPTY = '(empty)';
export const UNSET = '-';

type One =
  | { readonly is: 'time'; readonly value: Stamp }
  /** Nanoseconds. */
  | { readonly is: 'interval'; readonly value: number }
  | { readonly is: 'count' | 'port'; readonly value: number }
  | { readonly is: 'bool'; readonly value: boolean }
  | { readonly is: 'string' | 'addr' | 'enum'; readonly value: string };
type Scalar = One['is'];
export type ColumnType = Scalar | 'set[string]' | 'set[enum]' | `vector[${'string' | 'interval' | 'addr'}]`;
export type Value = Stamp | number | boolean | string | readonly string[] | readonly number[] | null;

export interface Column<T> {
  readonly name: string;
  readonly type: ColumnType;
  /** @returns null where it is not set */
  readonly of: (row: T) => Value;
}

/** @returns six digits after the point: whole microseconds, what is finer is left out */
export function timeText({ seconds, nanoseconds }: Stamp): string {
  const micro = Math.floor(nanoseconds / 1000);
  if (seconds >= 0) return `${seconds}.${String(micro).padStart(6, '0')}`;
  const all = BigInt(seconds) * 1_000_000n + BigInt(micro);
  const size = all < 0n ? -all : all;
  return `${all < 0n ? '-' : ''}${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}`;
}

export function intervalText(nanoseconds: number): string {
  return (nanoseconds / 1e9).toFixed(6);
}

const ESCAPED = /[\\\p{Cc}\udc80-\udcff]/gu;

/** Controls and what is not UTF-8 as `\x0a`, a backslash doubled. @param inSet a comma would end the element */
function escaped(text: string, inSet: boolean): string {
  if (text === '') return EMPTY;
  // What would be read as nothing begins with its first character escaped.
  if (text === UNSET || text === EMPTY) return `\\x${hexOf(text.charCodeAt(0))}${text.slice(1)}`;
  const plain = text.replace(ESCAPED, (c) => (c === '\\' ? '\\\\' : hexadecimal(c)));
  return inSet ? plain.replaceAll(SET_SEPARATOR, `\\x${hexOf(SET_SEPARATOR.charCodeAt(0))}`) : plain;
}

function hexadecimal(c: string): string {
  const code = c.charCodeAt(0);
  if (code >= 0xdc80) return `\\x${hexOf(code - 0xdc00)}`;
  return [...Buffer.from(c, 'utf8')].map((byte) => `\\x${hexOf(byte)}`).join('');
}

/** Of sets and vectors the type of an element. */
function elementOf(type: ColumnType): Scalar | null {
  return (/^(?:set|vector)\[(.+)\]$/.exec(type)?.[1] ?? null) as Scalar | null;
}

function scalarText(type: Scalar, value: Value, inSet: boolean): string {
  switch (type) {
    case 'time':
      return timeText(value as Stamp);
    case 'interval':
      return intervalText(value as number);
    case 'bool':
      return value === true ? 'T' : 'F';
    case 'string':
    case 'enum':
      return escaped(value as string, inSet);
    default:
      return String(value);
  }
}

/** One cell of the TSV form. */
export function cellText(type: ColumnType, value: Value): string {
  if (value === null) return UNSET;
  const element = elementOf(type);
  if (element === null) return scalarText(type as Scalar, value, false);
  const values = value as readonly (string | number)[];
  return values.length === 0 ? EMPTY : values.map((v) => scalarText(element, v, true)).join(SET_SEPARATOR);
}

function scalarJson(type: Scalar, value: Value): string {
  if (type === 'time' || type === 'interval') return scalarText(type, value, false);
  return JSON.stringify(typeof value === 'string' ? shownText(value) : value);
}

/** One value of the JSON form; times are seconds since 1970. */
export function jsonText(type: ColumnType, value: Exclude<Value, null>): string {
  const element = elementOf(type);
  if (element === null) return scalarJson(type as Scalar, value);
  return `[${(value as readonly (string | number)[]).map((v) => scalarJson(element, v)).join(',')}]`;
}
