// The twin's store of first payload bytes, 1 KiB a direction while a flow still collects, and what it measures of them.
import { BYTE_SAMPLE, countLog, printable } from '../../flow/byte-pool.ts';
import { D, D_STRIDE, type FlowState, type FlowTables, U, U_STRIDE } from '../../flow/state.ts';
import { byteClass } from './accumulate.ts';

/** Clean between two measurements. */
const seen = new Uint16Array(256);

/** Results of `measureBytes`. */
export interface ByteFigures {
  entropy: number;
  printable: number;
}

/** Entropy in bits a byte and printable share of what a slot's direction showed, into `out`; NaN before any byte. */
export function measureBytes(
  s: Pick<FlowTables, 'u' | 'd'>,
  samples: Uint8Array,
  slot: number,
  dir: number,
  out: ByteFigures,
): void {
  const fixed = s.d[slot * D_STRIDE + D.entropy2 + dir]!;
  if (fixed >= 0) {
    out.entropy = fixed;
    out.printable = s.d[slot * D_STRIDE + D.printable2 + dir]!;
    return;
  }
  const pool = s.u[slot * U_STRIDE + U.bytePool2 + dir]!;
  measure(samples, pool * BYTE_SAMPLE, pool === 0 ? 0 : s.u[slot * U_STRIDE + U.byteCount2 + dir]!, out);
}

/** The same of bytes that lie at a place. */
function measure(b: Uint8Array, at: number, total: number, out: ByteFigures): void {
  if (total === 0) {
    out.entropy = out.printable = NaN;
    return;
  }
  let shown = 0;
  for (let i = at, end = at + total; i < end; i++) {
    const byte = b[i]!;
    seen[byte] = seen[byte]! + 1;
  }
  let sum = 0;
  // Few bytes are cheaper to go through again than all values.
  for (let i = 0, end = total < 256 ? total : 256; i < end; i++) {
    const value = total < 256 ? b[at + i]! : i;
    const n = seen[value]!;
    if (n === 0) continue;
    sum += countLog[n]!;
    shown += n * printable[value]!;
    seen[value] = 0;
  }
  out.entropy = Math.max(0, Math.log2(total) - sum / total);
  out.printable = shown / total;
}

export class BytePool {
  /** 1 KiB a place; replaced by a longer copy when it is full. */
  samples = new Uint8Array(BYTE_SAMPLE * 64);
  private readonly free: number[] = [];
  private next = 1;
  private readonly figures: ByteFigures = { entropy: NaN, printable: NaN };

  /**
   * Adds captured payload bytes until 1 KiB of the direction was seen; then the figures are fixed and the place is
   * given back.
   */
  add(s: FlowState, slot: number, dir: number, buf: Uint8Array, at: number, length: number): void {
    const { u } = s;
    const u0 = slot * U_STRIDE;
    const had = u[u0 + U.byteCount2 + dir]!;
    if (had >= BYTE_SAMPLE || length === 0) return;
    const count = length < BYTE_SAMPLE - had ? length : BYTE_SAMPLE - had;
    u[u0 + U.byteCount2 + dir] = had + count;
    if (had === 0) {
      u[u0 + U.firstByteClass2 + dir] = byteClass(buf[at]!);
      if (count === BYTE_SAMPLE) {
        this.keep(s, slot, dir, buf, at, count);
        return;
      }
      u[u0 + U.bytePool2 + dir] = this.take();
    }
    const base = u[u0 + U.bytePool2 + dir]! * BYTE_SAMPLE;
    const { samples } = this;
    samples.set(buf.subarray(at, at + count), base + had);
    if (had + count < BYTE_SAMPLE) return;
    this.keep(s, slot, dir, samples, base, BYTE_SAMPLE);
    this.give(s, slot, dir);
  }

  give(s: FlowState, slot: number, dir: number): void {
    const at = slot * U_STRIDE + U.bytePool2 + dir;
    const pool = s.u[at]!;
    if (pool === 0) return;
    this.free.push(pool);
    s.u[at] = 0;
  }

  private keep(s: FlowState, slot: number, dir: number, b: Uint8Array, at: number, total: number): void {
    measure(b, at, total, this.figures);
    s.d[slot * D_STRIDE + D.entropy2 + dir] = this.figures.entropy;
    s.d[slot * D_STRIDE + D.printable2 + dir] = this.figures.printable;
  }

  private take(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if ((this.next + 1) * BYTE_SAMPLE > this.samples.length) {
      const larger = new Uint8Array(this.samples.length * 2);
      larger.set(this.samples);
      this.samples = larger;
    }
    return this.next++;
  }
}
