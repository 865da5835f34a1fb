// What is wrong with options of IPv4 (RFC 791, 3.1), by the names of events.
import type { NoteEvent } from './frame-events.ts';

const END = 0;
const NO_OPERATION = 1;
const TIMESTAMP = 68;
const ROUTES: ReadonlySet<number> = new Set([7, 131, 137]);
const CIPSO = 134;

/** Lengths that kinds must have. */
const LENGTHS: ReadonlyMap<number, (length: number) => boolean> = new Map([
  [7, (n: number) => n >= 3],
  [25, (n: number) => n >= 8],
  [TIMESTAMP, (n: number) => n >= 5],
  [130, (n: number) => n >= 3],
  [131, (n: number) => n >= 3],
  [133, (n: number) => n >= 3],
  [CIPSO, (n: number) => n >= 7],
  [136, (n: number) => n === 4],
  [137, (n: number) => n >= 3],
  [148, (n: number) => n === 4],
]);

/** Notes what is wrong with the options between two places. */
export function options4(b: Uint8Array, from: number, to: number, note: NoteEvent): void {
  const seen = new Set<number>();
  if ((to - from) % 8 !== 0) note('ipv4.opt_pad_required');
  for (let at = from; at < to;) {
    const kind = b[at]!;
    if (kind === END) return;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    if (at + 1 >= to) return note('ipv4.opt_eol_required');
    const length = b[at + 1]!;
    if (length < 2 || at + length > to) return note('ipv4.opt_invalid_len');
    option(b, at, length, seen, note);
    at += length;
  }
}

function option(b: Uint8Array, at: number, length: number, seen: Set<number>, note: NoteEvent): void {
  const kind = b[at]!;
  const fits = LENGTHS.get(kind);
  if (fits === undefined) {
    note('ipv4.opt_invalid');
    return note('ipv4.opt_unknown');
  }
  if (seen.has(kind)) return note('ipv4.opt_duplicate');
  seen.add(kind);
  if (!fits(length)) return note('ipv4.opt_invalid_len');
  if (!pointerFits(b, at, length)) note('ipv4.opt_malformed');
}

/** Routes and timestamps have a pointer, counted from 1, to the next free entry. */
function pointerFits(b: Uint8Array, at: number, length: number): boolean {
  const pointer = b[at + 2]!;
  if (ROUTES.has(b[at]!)) return pointer >= 4 && pointer % 4 === 0 && pointer <= length + 1;
  if (b[at] !== TIMESTAMP) return b[at] !== CIPSO || tagsFit(b, at + 6, at + length);
  const flag = b[at + 3]! & 15;
  const entry = flag === 1 || flag === 3 ? 8 : 4;
  return pointer >= 5 && (pointer - 5) % entry === 0 && pointer <= length + 1;
}

/** Tags of CIPSO (FIPS 188): a type and a length that counts both. */
function tagsFit(b: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at + 2 <= to && b[at + 1]! >= 2) at += b[at + 1]!;
  return at === to;
}
