// Values of a filter: numbers, addresses and networks, byte patterns, regular expressions that cannot run away.
import { isIP, isIPv4 } from 'node:net';
import { NET_IP4, NET_IP6 } from '../decode/index.ts';
import type { Field } from './fields.ts';
import { FilterError } from './lexer.ts';
import type { Value } from './parser.ts';

const FLAGS: Record<string, number> = { true: 1, false: 0, yes: 1, no: 0 };

export function numberValue(field: Field, value: Value): number {
  if (field.kind === 'flag' && value.text.toLowerCase() in FLAGS) return FLAGS[value.text.toLowerCase()]!;
  const n = /^-?(0x[0-9a-f]+|\d+(\.\d+)?(e[+-]?\d+)?|\.\d+)$/i.test(value.text) ? Number(value.text) : NaN;
  if (Number.isNaN(n)) throw new FilterError(value.at, Math.max(1, value.length), `${field.name} is a number; '${value.text}' is none`);
  return n;
}

/** An address or a network with its prefix length. */
export function addressMatcher(value: Value): (kind: number, bytes: Uint8Array) => boolean {
  const [address, prefix, ...more] = value.text.split('/');
  const family = isIP(address!);
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || more.length > 0 || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) throw new FilterError(value.at, Math.max(1, value.length), `'${value.text}' is neither an address nor a network such as 10.0.0.0/8`);
  const wanted = addressBytes(address!);
  const kind = family === 4 ? NET_IP4 : NET_IP6;
  return (k, bytes) => {
    if (k !== kind || bytes.length < wanted.length) return false;
    for (let i = 0; i * 8 < bits; i++) {
      const left = bits - i * 8;
      const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
      if ((bytes[i]! & mask) !== (wanted[i]! & mask)) return false;
    }
    return true;
  };
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const plain = address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_m, a, b, c, d) => `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`);
  const [head, tail] = plain.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups = tail === undefined ? left : [...left, ...new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return Uint8Array.from(groups.flatMap((g) => { const n = Number.parseInt(g || '0', 16); return [n >> 8, n & 255]; }));
}

/** "text" as UTF-8, or bytes such as aa:bb:cc. */
export function bytesPattern(value: Value): Buffer {
  if (!value.quoted && /^[0-9a-f]{2}(:[0-9a-f]{2})*$/i.test(value.text)) return Buffer.from(value.text.replaceAll(':', ''), 'hex');
  if (value.text === '') throw new FilterError(value.at, Math.max(1, value.length), 'nothing is looked for');
  return Buffer.from(value.text, 'utf8');
}

/**
 * A regular expression, case-insensitive as in Wireshark. A repeated group that itself repeats is refused: on bytes that
 * an attacker chose it could run for years.
 */
export function safePattern(value: Value): RegExp {
  if (runsAway(value.text)) throw new FilterError(value.at, value.length, 'a repeated group that holds a repetition can take forever; write it without');
  try {
    return new RegExp(value.text, 'i');
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new FilterError(value.at, value.length, `no regular expression: ${said}`);
  }
}

/** Backtracking grows with each unbounded repetition in a row; this many stay harmless on 300 characters. */
const MAX_REPEATS = 3;

function runsAway(pattern: string): boolean {
  const groups: { repeats: boolean; alternatives: boolean }[] = [{ repeats: false, alternatives: false }];
  let repeats = 0;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\') { if (/[1-9k]/.test(pattern[i + 1] ?? '')) return true; i++; continue; }
    if (c === '[') { while (++i < pattern.length && pattern[i] !== ']') if (pattern[i] === '\\') i++; continue; }
    if (c === '(') groups.push({ repeats: false, alternatives: false });
    else if (c === '|') groups[groups.length - 1]!.alternatives = true;
    else if (c === ')') {
      const closed = groups.length > 1 ? groups.pop()! : { repeats: false, alternatives: false };
      const next = pattern[i + 1] ?? '';
      if ((next === '*' || next === '+' || next === '{') && (closed.repeats || closed.alternatives)) return true;
      if (closed.repeats) groups[groups.length - 1]!.repeats = true;
    } else if (c === '*' || c === '+' || (c === '{' && /^\{\d+,\d*\}/.test(pattern.slice(i)))) {
      groups[groups.length - 1]!.repeats = true;
      repeats++;
    }
  }
  return repeats > MAX_REPEATS;
}
