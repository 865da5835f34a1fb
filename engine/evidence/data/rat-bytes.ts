// First bytes that programs of remote control send to their servers, November 2026. Ramnit, NetWire, STRRAT, the two
// with Turkish texts: seen in the captures that the rules were made with. njRAT, Gh0st, Remcos: analyses that anybody
// can read. Texts without a known family are left out.

/** As many of the first bytes are looked at. */
export const RAT_LOOKED_AT = 24;

export interface RatBytes {
  readonly family: string;
  /** On the first 24 bytes as Latin-1. */
  readonly pattern: RegExp;
  /** What each text of the pattern holds: of each of these one character at least. Told without making a text. */
  readonly holds: readonly string[];
  /** What else must hold of the first bytes (at most 96), and of the initiator's payload in all. */
  readonly also?: (first: Uint8Array, payload: number) => boolean;
}

export const RAT_BYTES: readonly RatBytes[] = [
  { family: 'Ramnit', pattern: /^\x00\xff[^]\x00\x00\x00/, holds: ['\x00', '\xff'] },
  // A length word, a command, and as many bytes as the length says.
  {
    family: 'NetWire',
    pattern: /^[\x3f-\x45]\x00\x00\x00[\x03\x99\x9b\x05]/,
    holds: ['?@ABCDE', '\x00', '\x03\x99\x9b\x05'],
    also: (b) => b.length >= 4 + b[0]!,
  },
  { family: 'STRRAT', pattern: /STRRAT/, holds: ['S', 'T', 'R', 'A'] },
  { family: 'Turkojan', pattern: /BAGLANTI|ANABILGI/, holds: ['A', 'B', 'G', 'I', 'L', 'N'] },
  { family: 'njRAT', pattern: /^\d{1,7}\x00?(?:ll|inf|act|lv)[|']/, holds: ['0123456789', "|'"] },
  { family: 'njRAT', pattern: /^[^]{0,8}\|?'\|?'\|/, holds: ["'", '|'] },
  // A word, two lengths (of the message, and of what it is unpacked), and a stream of zlib; kin differ in byte order.
  { family: 'Gh0st', pattern: /^[\x20-\x7e]{5,12}[^]{8}\x78\x9c/, holds: ['\x78', '\x9c'], also: hasLength },
  { family: 'Remcos', pattern: /^\[DataStart\]/, holds: ['[', 'D', 'S', ']'] },
  { family: 'Remcos', pattern: /^\x24\x04\xff\x00/, holds: ['\x24', '\x04', '\xff', '\x00'] },
];

/** Whether the first bytes hold what any of the families needs: of most flows they do not. */
export function mayBeRat(first: Uint8Array): boolean {
  const end = Math.min(first.length, RAT_LOOKED_AT);
  let held = 0;
  for (let i = 0; i < end; i++) held |= BITS[first[i]!]!;
  for (let i = 0; i < NEEDED.length; i++) if ((NEEDED[i]! & ~held) === 0) return true;
  return false;
}

/** Each different text of `holds` has a bit. */
const HELD = [...new Set(RAT_BYTES.flatMap((r) => r.holds))];
/** By byte: the texts that have it. */
const BITS = Int32Array.from({ length: 256 }, (_, byte) => bitsOf((text) => text.includes(String.fromCharCode(byte))));
/** By family: the texts that it needs something of. */
const NEEDED = Int32Array.from(RAT_BYTES, (r) => bitsOf((text) => r.holds.includes(text)));

function bitsOf(is: (text: string) => boolean): number {
  return HELD.reduce((bits, text, i) => (is(text) ? bits | (1 << i) : bits), 0);
}

/** The first of the two lengths before the stream, of either byte order, is one that the payload can hold. */
function hasLength(b: Uint8Array, payload: number): boolean {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  for (let zlib = 13; zlib <= 20 && zlib + 1 < b.length; zlib++) {
    if (b[zlib] !== 0x78 || b[zlib + 1] !== 0x9c) continue;
    const lengths = [view.getUint32(zlib - 8, true), view.getUint32(zlib - 8, false)];
    if (lengths.some((length) => length > zlib + 1 && length <= payload)) return true;
  }
  return false;
}
