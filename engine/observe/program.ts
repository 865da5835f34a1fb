// Finds a program of DOS or Windows in a stream of bytes: MZ, and within 400 bytes what its stub says.
import { latin1 } from './facts.ts';

const TAIL = 450;
const STUB = /MZ[^]{50,400}?This program (?:cannot be run|must be run)/;
const SAYS = 'This program ';

export class ProgramFinder {
  /** It was found, or looking is over. */
  over = false;
  private tail = '';
  private left: number;

  /** Bytes that are kept of what came. */
  get holds(): number {
    return this.tail.length;
  }

  /** @param most bytes to look through */
  constructor(most: number) {
    this.left = most;
  }

  /** @returns the start of the program's stub text where one was found now, else null */
  look(b: Uint8Array, at: number, end: number): string | null {
    if (this.over) return null;
    const stop = Math.min(end, at + this.left);
    this.left -= stop - at;
    if (this.left <= 0) this.over = true;
    const text = this.tail + latin1(b, at, stop);
    this.tail = text.slice(-TAIL);
    for (let p = text.indexOf(SAYS); p >= 0; p = text.indexOf(SAYS, p + 1)) {
      const near = STUB.exec(text.slice(Math.max(0, p - 402), p + 32));
      if (near === null) continue;
      this.over = true;
      return near[0].slice(near[0].lastIndexOf(SAYS));
    }
    return null;
  }

  /** Bytes are missing: what stood before them belongs to nothing that follows. */
  gap(count: number): void {
    this.tail = '';
    this.left -= count;
    if (this.left <= 0) this.over = true;
  }
}
