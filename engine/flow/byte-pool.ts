// Byte counts of the first 1 KiB a direction, for entropy and printable share; only flows that still collect, or wait to be scored, hold 512 bytes here.
import { byteClass } from './accumulate.ts';
import { D, D_STRIDE, U, U_STRIDE, type FlowState } from './state.ts';

const BYTE_SAMPLE = 1024;

const countLog = new Float64Array(BYTE_SAMPLE + 1);
for (let n = 2; n <= BYTE_SAMPLE; n++) countLog[n] = n * Math.log2(n);

/** Results of `measureBytes`. */
export interface ByteFigures { entropy: number; printable: number }

/** Entropy in bits a byte and printable share of what a slot's direction showed, into `out`; NaN before any byte. Reads shared memory alone: any thread can. */
export function measureBytes(s: Pick<FlowState, 'u' | 'd'>, counts: Uint16Array, slot: number, dir: number, out: ByteFigures): void {
  const fixed = s.d[slot * D_STRIDE + D.entropy2 + dir]!;
  if (fixed >= 0) {
    out.entropy = fixed;
    out.printable = s.d[slot * D_STRIDE + D.printable2 + dir]!;
    return;
  }
  const pool = s.u[slot * U_STRIDE + U.bytePool2 + dir]!;
  const total = pool === 0 ? 0 : s.u[slot * U_STRIDE + U.byteCount2 + dir]!;
  let sum = 0;
  let printable = 0;
  // One pass that ends with the last byte counted.
  for (let i = 0, at = pool * 256, left = total; left > 0 && i < 256; i++, at++) {
    const n = counts[at]!;
    if (n === 0) continue;
    sum += countLog[n]!;
    if ((i >= 32 && i < 127) || i === 9 || i === 10 || i === 13) printable += n;
    left -= n;
  }
  out.entropy = total === 0 ? NaN : Math.max(0, Math.log2(total) - sum / total);
  out.printable = total === 0 ? NaN : printable / total;
}

export class BytePool {
  /** 256 counts a pool; replaced by a longer copy when it is full. */
  counts: Uint16Array = new Uint16Array(new SharedArrayBuffer(256 * 64 * 2));
  private readonly free: number[] = [];
  private next = 1;
  private readonly figures: ByteFigures = { entropy: NaN, printable: NaN };

  /** Adds captured payload bytes until 1 KiB of the direction was seen; then the figures are fixed and the counts are given back. */
  add(s: FlowState, slot: number, dir: number, buf: Uint8Array, at: number, length: number): void {
    const { u } = s;
    const u0 = slot * U_STRIDE;
    const seen = u[u0 + U.byteCount2 + dir]!;
    if (seen >= BYTE_SAMPLE || length === 0) return;
    let pool = u[u0 + U.bytePool2 + dir]!;
    if (pool === 0) {
      pool = this.take();
      u[u0 + U.bytePool2 + dir] = pool;
      u[u0 + U.firstByteClass2 + dir] = byteClass(buf[at]!);
    }
    const count = length < BYTE_SAMPLE - seen ? length : BYTE_SAMPLE - seen;
    const base = pool * 256;
    const { counts } = this;
    for (let i = at, end = at + count; i < end; i++) counts[base + buf[i]!]!++;
    u[u0 + U.byteCount2 + dir] = seen + count;
    if (seen + count >= BYTE_SAMPLE) {
      this.keep(s, slot, dir);
      this.give(s, slot, dir);
    }
  }

  /** Makes a copied slot independent of the pools of the flow that it was copied from. */
  fix(s: FlowState, slot: number): void {
    for (let dir = 0; dir < 2; dir++) {
      if (s.u[slot * U_STRIDE + U.bytePool2 + dir] === 0) continue;
      this.keep(s, slot, dir);
      s.u[slot * U_STRIDE + U.bytePool2 + dir] = 0;
    }
  }

  give(s: FlowState, slot: number, dir: number): void {
    const at = slot * U_STRIDE + U.bytePool2 + dir;
    const pool = s.u[at]!;
    if (pool === 0) return;
    this.counts.fill(0, pool * 256, pool * 256 + 256);
    this.free.push(pool);
    s.u[at] = 0;
  }

  private keep(s: FlowState, slot: number, dir: number): void {
    measureBytes(s, this.counts, slot, dir, this.figures);
    s.d[slot * D_STRIDE + D.entropy2 + dir] = this.figures.entropy;
    s.d[slot * D_STRIDE + D.printable2 + dir] = this.figures.printable;
  }

  private take(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if ((this.next + 1) * 256 > this.counts.length) {
      const larger = new Uint16Array(new SharedArrayBuffer(this.counts.byteLength * 2));
      larger.set(this.counts);
      this.counts = larger;
    }
    return this.next++;
  }
}
