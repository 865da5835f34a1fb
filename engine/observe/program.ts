// Finds a program of DOS or Windows in a stream of bytes: MZ, and within 400 bytes what its stub says.
import { copyBytes, latin1 } from '../decode/index.ts';

const TAIL = 450;
/** Bytes on either side of a seam between segments that a stub's text may stand across. */
const SEAM = 44;
const ENDS = ['cannot be run', 'must be run'];
/** Where MZ stands before that: 50 to 400 bytes lie between. */
const FARTHEST = 402;
const NEAREST = 52;
const SAYS = 'This program ';
/** So few bytes are looked through one by one. */
const FEW = 64;
const NOTHING = Buffer.alloc(0);
const SAYS_BYTES = Buffer.from(SAYS, 'latin1');

export class ProgramFinder {
  /** It was found, or looking is over. */
  over = false;
  private tail = NOTHING;
  private tailLength = 0;
  private left: number;
  private readonly most: number;

  /** @param most bytes to look through */
  constructor(most: number) {
    this.most = most;
    this.left = most;
  }

  /** Bytes that are kept of what came. */
  get holds(): number {
    return this.tailLength === 0 ? 0 : TAIL;
  }

  /** Begins again with another stream; what was kept is room for it. */
  reset(): void {
    this.over = false;
    this.tailLength = 0;
    this.left = this.most;
  }

  /** @returns the start of the program's stub text where one was found now, else null */
  look(b: Uint8Array, at: number, end: number): string | null {
    if (this.over) return null;
    const stop = Math.min(end, at + this.left);
    this.left -= stop - at;
    if (this.left <= 0) this.over = true;
    const said = this.says(b, at, stop)
      ? stubIn(this.tail.toString('latin1', 0, this.tailLength) + latin1(b, at, stop))
      : null;
    if (said !== null) {
      this.over = true;
      this.tailLength = 0;
      return said;
    }
    this.keep(b, at, stop);
    return null;
  }

  /** Bytes are missing: what stood before them belongs to nothing that follows. */
  gap(count: number): void {
    this.tailLength = 0;
    this.left -= count;
    if (this.left <= 0) this.over = true;
  }

  /** Whether a stub's text may be there, in the bytes or across the seam before them. */
  private says(b: Uint8Array, at: number, end: number): boolean {
    if (bytesSay(b, at, end)) return true;
    const before = Math.min(SEAM, this.tailLength);
    if (before === 0) return false;
    let begins = this.tailLength - before;
    while (begins < this.tailLength && this.tail[begins] !== SAYS_BYTES[0]) begins++;
    if (begins === this.tailLength) return false;
    const seam = this.tail.toString('latin1', begins, this.tailLength);
    return (seam + latin1(b, at, Math.min(end, at + SEAM))).includes(SAYS);
  }

  private keep(b: Uint8Array, at: number, end: number): void {
    if (this.over) {
      this.tailLength = 0;
      return;
    }
    if (this.tail.length === 0) this.tail = Buffer.alloc(TAIL);
    const more = Math.min(TAIL, end - at);
    const before = Math.min(this.tailLength, TAIL - more);
    if (before > 0) this.tail.copyWithin(0, this.tailLength - before, this.tailLength);
    copyBytes(b, end - more, more, this.tail, before);
    this.tailLength = before + more;
  }
}

/** @returns the start of a program's stub text in bytes that stand alone, null without */
export function programIn(b: Uint8Array, at: number, end: number): string | null {
  return bytesSay(b, at, end) ? stubIn(latin1(b, at, end)) : null;
}

function bytesSay(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < SAYS.length) return false;
  if (end - at <= FEW) return fewSay(b, at, end - SAYS.length);
  return Buffer.from(b.buffer, b.byteOffset + at, end - at).indexOf(SAYS_BYTES) >= 0;
}

/** @param last where the text can begin at the latest */
function fewSay(b: Uint8Array, at: number, last: number): boolean {
  for (let from = at; from <= last; from++) {
    let i = 0;
    while (i < SAYS_BYTES.length && b[from + i] === SAYS_BYTES[i]) i++;
    if (i === SAYS_BYTES.length) return true;
  }
  return false;
}

function stubIn(text: string): string | null {
  for (let p = text.indexOf(SAYS); p >= 0; p = text.indexOf(SAYS, p + 1)) {
    const says = ENDS.find((e) => text.startsWith(e, p + SAYS.length));
    if (says === undefined) continue;
    const start = text.indexOf('MZ', Math.max(0, p - FARTHEST));
    if (start >= 0 && start <= p - NEAREST) return SAYS + says;
  }
  return null;
}
