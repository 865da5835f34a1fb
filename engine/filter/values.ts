// Values of a filter: numbers, times, addresses and networks, bytes. Each is read as Wireshark reads it, or refused.
import { type Message, say } from '../../contract/index.ts';
import { isIP, isIPv4 } from 'node:net';
import { ADDRESS_MAC, NET_IP4, NET_IP6 } from '../decode/index.ts';
import type { Field } from './field.ts';
import { FilterError } from './lexer.ts';
import type { Value } from './parser.ts';

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['yes', 1],
  ['no', 0],
]);
const BASES: readonly (readonly [RegExp, number])[] = [
  [/^0x([0-9a-f]+)$/i, 16],
  [/^0b([01]+)$/i, 2],
  [/^(0[0-7]*|[1-9]\d*)$/, 0],
];
const NANOSECOND_DIGITS = 9;

function mistake(value: Value, message: Message): FilterError {
  return new FilterError(value.at, Math.max(1, value.length), message);
}

/** A whole number in decimal, 0x…, 0b… or, with a leading 0, octal digits; NaN when it is none. */
function wholeNumber(text: string): number {
  for (const [pattern, base] of BASES) {
    const digits = pattern.exec(text)?.[1];
    if (digits === undefined) continue;
    return Number.parseInt(digits, base !== 0 ? base : octalOrDecimal(digits));
  }
  return NaN;
}

function octalOrDecimal(digits: string): number {
  return digits.startsWith('0') ? 8 : 10;
}

export function numberValue(field: Field, value: Value): number {
  const word = value.text.toLowerCase();
  if (field.kind === 'flag') {
    // Any number but 0 is true, as in Wireshark.
    const flag = FLAGS.get(word) ?? Math.min(1, wholeNumber(word));
    if (Number.isNaN(flag))
      throw mistake(value, say('neither-true-nor-false', { field: field.name, text: value.text }));
    return flag;
  }
  if (field.max !== undefined) {
    const n = wholeNumber(word);
    if (Number.isNaN(n)) throw mistake(value, say('no-whole-number', { field: field.name, text: value.text }));
    if (n > field.max)
      throw mistake(value, say('more-than-can-be', { text: value.text, field: field.name, max: field.max }));
    return n;
  }
  const n = /^-?(0x[0-9a-f]+|\d+(\.\d+)?(e[+-]?\d+)?|\.\d+)$/i.test(word) ? Number(word) : NaN;
  if (Number.isNaN(n)) throw mistake(value, say('no-number', { field: field.name, text: value.text }));
  return n;
}

export interface Moment {
  readonly seconds: number;
  /** 0 to 999,999,999, counted upwards from `seconds`. */
  readonly nanoseconds: number;
}

/** Seconds with up to nine decimals, taken apart so that none is rounded. */
export function timeValue(field: Field, value: Value): Moment {
  const parts = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(value.text);
  if (parts === null) throw mistake(value, say('no-time', { field: field.name, text: value.text }));
  const seconds = Number(parts[2]);
  const nanoseconds = Number((parts[3] ?? '').padEnd(NANOSECOND_DIGITS, '0'));
  if (parts[1] === '') return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: 0 - seconds, nanoseconds }
    : { seconds: 0 - seconds - 1, nanoseconds: 1e9 - nanoseconds };
}

export interface Network {
  /** NET_IP4, NET_IP6 or ADDRESS_MAC. */
  readonly kind: number;
  readonly bytes: Uint8Array;
  /** Leading bits that count. */
  readonly bits: number;
}

/** What is said of an address that is not of a field's family. */
const NOT_OF_FAMILY: ReadonlyMap<number, 'not-ipv4' | 'not-ipv6'> = new Map([
  [NET_IP4, 'not-ipv4'],
  [NET_IP6, 'not-ipv6'],
]);

/** An address, or a network with its prefix length. @param family of the field, undefined for either IP */
export function networkOf(value: Value, family?: number): Network {
  if (family === ADDRESS_MAC) return macOf(value);
  const [address, prefix, ...more] = value.text.split('/');
  // An address in a packet has no zone, so one that is written is refused.
  const kind = address!.includes('%') ? 0 : isIP(address!);
  const whole = kind === 4 ? 32 : 128;
  let bits = prefix === undefined ? whole : NaN;
  if (prefix !== undefined && /^\d{1,3}$/.test(prefix)) bits = Number(prefix);
  if (kind === 0 || more.length > 0 || !(bits >= 0 && bits <= whole))
    throw mistake(value, say('no-network', { text: value.text }));
  const net = kind === 4 ? NET_IP4 : NET_IP6;
  if (family !== undefined && net !== family)
    throw mistake(value, say(NOT_OF_FAMILY.get(family)!, { text: value.text }));
  return { kind: net, bytes: addressBytes(address!), bits };
}

function macOf(value: Value): Network {
  const hex = value.text.replaceAll(/[:.-]/g, '');
  if (!/^([0-9a-f]{2}([:.-]?)([0-9a-f]{2}\2){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i.test(value.text)) {
    throw mistake(value, say('no-mac-such-as', { text: value.text }));
  }
  return { kind: ADDRESS_MAC, bytes: Uint8Array.from(Buffer.from(hex, 'hex')), bits: 48 };
}

/** Whether an address that lies at `at` is in the network; its kind is the network's. */
export function inNetwork(network: Network, buf: Uint8Array, at: number): boolean {
  const { bytes, bits } = network;
  for (let i = 0; i * 8 < bits; i++) {
    const left = bits - i * 8;
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if ((buf[at + i]! & mask) !== (bytes[i]! & mask)) return false;
  }
  return true;
}

/** The network as words of the table of addresses, those that count, each with its mask. */
export function networkWords({
  kind,
  bytes,
  bits,
}: Network): readonly { readonly mask: number; readonly word: number }[] {
  // A MAC address stands in the table as 32 bits and 16.
  const widths = kind === ADDRESS_MAC ? [32, 16] : [32, 32, 32, 32];
  const out: { mask: number; word: number }[] = [];
  for (let from = 0, i = 0; from < bits; from += widths[i++]!) {
    const width = widths[i]!;
    let word = 0;
    for (let k = 0; k < width / 8; k++) word = (word << 8) | bytes[from / 8 + k]!;
    const wanted = Math.min(width, bits - from);
    const mask = (wanted === 32 ? -1 : ((1 << wanted) - 1) << (width - wanted)) | 0;
    out.push({ mask, word: word & mask });
  }
  return out;
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const plain = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_m, a, b, c, d) => `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`,
  );
  const [head, tail] = plain.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups =
    tail === undefined
      ? left
      : [...left, ...new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return Uint8Array.from(
    groups.flatMap((g) => {
      const n = Number.parseInt(g || '0', 16);
      return [n >> 8, n & 255];
    }),
  );
}

/** Quoted text as UTF-8, or bytes such as aa:bb:cc, aa-bb-cc, aa.bb.cc and aabbcc. */
export function bytesPattern(value: Value): Buffer {
  if (value.text === '') throw mistake(value, say('nothing-looked-for'));
  if (value.quoted) return textBytes(value.text);
  if (/^[0-9a-f]{2}(([:.-]?)[0-9a-f]{2}(\2[0-9a-f]{2})*)?$/i.test(value.text))
    return Buffer.from(value.text.replaceAll(/[:.-]/g, ''), 'hex');
  throw mistake(value, say('neither-bytes-nor-text', { text: value.text }));
}

/**
 * Bytes above 0x7f that were written as \xHH stand in a text as lone halves of surrogates (the lexer puts them there).
 */
const ESCAPED_BYTES = 0xdc00;

/** Text to bytes: UTF-8, and each \xHH the byte that it says. */
export function textBytes(text: string): Buffer {
  const parts: Buffer[] = [];
  let plain = '';
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < ESCAPED_BYTES + 0x80 || code > ESCAPED_BYTES + 0xff) {
      plain += c;
      continue;
    }
    parts.push(Buffer.from(plain, 'utf8'), Buffer.from([code - ESCAPED_BYTES]));
    plain = '';
  }
  return Buffer.concat([...parts, Buffer.from(plain, 'utf8')]);
}
