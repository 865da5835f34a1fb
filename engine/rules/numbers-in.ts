// Numbers that stand in a buffer, as the byte keywords read them.
import type { Endian } from './signature.ts';

/** Bytes of one binary number, digits of one that is written. */
const MAX_BINARY = 8;
const MAX_DIGITS = 23;

/** @returns the number, 64 bits; null where the buffer does not hold it */
export function numberAt(
  buffer: Uint8Array,
  at: number,
  bytes: number,
  endian: Endian,
  text: 'hex' | 'dec' | 'oct' | null,
): bigint | null {
  if (bytes < 0 || at < 0 || at + bytes > buffer.length) return null;
  if (text !== null) return bytes > MAX_DIGITS ? null : digitsAt(buffer, at, bytes, text);
  if (bytes > MAX_BINARY) return null;
  let value = 0n;
  if (endian === 'little') for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(buffer[at + i]!);
  else for (let i = 0; i < bytes; i++) value = (value << 8n) | BigInt(buffer[at + i]!);
  return value;
}

/** As strtoull() of C: white space first, then digits until there are no more. */
function digitsAt(buffer: Uint8Array, at: number, bytes: number, text: 'hex' | 'dec' | 'oct'): bigint | null {
  const said = Buffer.from(buffer.buffer, buffer.byteOffset + at, bytes).toString('latin1');
  const form = { hex: /^\s*[+]?(?:0x)?([0-9a-f]+)/i, dec: /^\s*[+]?([0-9]+)/, oct: /^\s*[+]?([0-7]+)/ }[text];
  const digits = form.exec(said)?.[1];
  if (digits === undefined) return null;
  return BigInt.asUintN(64, BigInt({ hex: `0x${digits}`, dec: digits, oct: `0o${digits}` }[text]));
}

/** A number under a mask, moved so that the mask's lowest bit is its own. */
export function underMask(value: bigint, mask: number | null): bigint {
  if (mask === null) return value;
  let m = BigInt(mask);
  let out = value & m;
  while (m !== 0n && (m & 1n) === 0n) {
    m >>= 1n;
    out >>= 1n;
  }
  return out;
}
