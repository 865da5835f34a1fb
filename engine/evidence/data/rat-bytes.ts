// First bytes that programs of remote control send to their servers, November 2026. Ramnit, NetWire, STRRAT, the two
// with Turkish texts: seen in the captures that the rules were made with. njRAT, Gh0st, Remcos: analyses that anybody
// can read. Texts without a known family are left out.

export interface RatBytes {
  readonly family: string;
  /** On the first 24 bytes as Latin-1. */
  readonly pattern: RegExp;
  /** What else must hold of the first bytes (at most 96), and of the initiator's payload in all. */
  readonly also?: (first: Uint8Array, payload: number) => boolean;
}

export const RAT_BYTES: readonly RatBytes[] = [
  { family: 'Ramnit', pattern: /^\x00\xff[^]\x00\x00\x00/ },
  // A length word, a command, and as many bytes as the length says.
  { family: 'NetWire', pattern: /^[\x3f-\x45]\x00\x00\x00[\x03\x99\x9b\x05]/, also: (b) => b.length >= 4 + b[0]! },
  { family: 'STRRAT', pattern: /STRRAT/ },
  { family: 'Turkojan', pattern: /BAGLANTI|ANABILGI/ },
  { family: 'njRAT', pattern: /^\d{1,7}\x00?(?:ll|inf|act|lv)[|']/ },
  { family: 'njRAT', pattern: /^[^]{0,8}\|?'\|?'\|/ },
  // Two length words, little endian: of the message, and of what it is unpacked (zlib begins at byte 13).
  {
    family: 'Gh0st',
    pattern: /^[\x20-\x7e]{5}[^]{8}\x78\x9c/,
    also: (b, payload) => lengthAt(b, 5) >= 15 && lengthAt(b, 5) <= payload,
  },
  { family: 'Remcos', pattern: /^\[DataStart\]|^\x24\x04\xff\x00/ },
];

function lengthAt(b: Uint8Array, at: number): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
}
