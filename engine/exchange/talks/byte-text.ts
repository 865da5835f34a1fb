// Texts out of packets: UTF-8 where they are, and every byte that is none told apart from all characters.

/** Bytes that are not UTF-8 become the lone halves of pairs U+DC80 to U+DCFF, which no text has. */
const LONE = 0xdc00;
const PLAIN = /^[\x20-\x7e]*$/;
const ODD = /[\udc80-\udcff]/g;

/** @param bytes one character a byte (latin1) @returns as characters where they are UTF-8 */
export function byteText(bytes: string): string {
  if (PLAIN.test(bytes)) return bytes;
  const b = Buffer.from(bytes, 'latin1');
  let out = '';
  for (let at = 0; at < b.length;) {
    const size = sequence(b, at);
    if (size === 0) out += String.fromCharCode(LONE + b[at]!);
    else out += b.toString('utf8', at, at + size);
    at += Math.max(size, 1);
  }
  return out;
}

/** A text as other tools write one: bytes that were no characters as `\x9f`. */
export function shownText(text: string): string {
  return text.replace(ODD, (c) => `\\x${hexOf(c.charCodeAt(0) - LONE)}`);
}

export function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** @returns bytes of a character in UTF-8 (RFC 3629, 4), 0 where none begins */
function sequence(b: Uint8Array, at: number): number {
  const first = b[at]!;
  if (first < 0x80) return 1;
  const size = 2 + Number(first >= 0xe0) + Number(first >= 0xf0);
  if (first < 0xc2 || first > 0xf4 || at + size > b.length) return 0;
  for (let i = 1; i < size; i++) if ((b[at + i]! & 0xc0) !== 0x80) return 0;
  const second = b[at + 1]!;
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 0 : size;
}
