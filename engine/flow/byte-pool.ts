// What the first 1 KiB of payload a direction says: entropy and printable share. The kernel collects it.
import { D, D_STRIDE, type FlowTables, U, U_STRIDE } from './state.ts';

/** Bytes of a direction that entropy and printable share are taken of. */
export const BYTE_SAMPLE = 1024;

const countLog = new Float64Array(BYTE_SAMPLE + 1);
for (let n = 2; n <= BYTE_SAMPLE; n++) countLog[n] = n * Math.log2(n);

const printable = Uint8Array.from({ length: 256 }, (_, i) =>
  (i >= 32 && i < 127) || i === 9 || i === 10 || i === 13 ? 1 : 0,
);
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
export function measure(b: Uint8Array, at: number, total: number, out: ByteFigures): void {
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
