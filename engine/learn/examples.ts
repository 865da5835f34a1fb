// Training examples, and what is done to them before training: near-duplicates are merged, and weights keep any capture
// from dominating.

/** Labelled vectors with where they come from. Labels: 1 malicious, 0 benign, 2 neither (never taught). */
export interface Examples {
  readonly rows: number;
  readonly stride: number;
  readonly x: Float32Array;
  readonly label: Uint8Array;
  readonly capture: Int32Array;
  readonly source: Int32Array;
  readonly family: Int32Array;
  readonly group: Uint8Array;
  readonly tcp: Uint8Array;
  /** By capture, not by row: how far its labels are believed, 0 to 1. */
  readonly trust: Float64Array;
  readonly sourceNames: readonly string[];
  readonly familyNames: readonly string[];
}

/**
 * Flows of one source with the same label and the same vector to three digits count once (docs/detection.md, section
 * 4).
 */
export function mergeDuplicates(e: Examples, places: Int32Array): Int32Array {
  const seen = new Set<string>();
  const kept: number[] = [];
  const digits = new Int32Array(places.length);
  const bytes = Buffer.from(digits.buffer);
  for (let r = 0; r < e.rows; r++) {
    for (let p = 0; p < places.length; p++) digits[p] = threeDigits(e.x[r * e.stride + places[p]!]!);
    const key = `${e.source[r]}/${e.label[r]}/${bytes.toString('latin1')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(r);
  }
  return Int32Array.from(kept);
}

function threeDigits(v: number): number {
  if (v !== v) return -2147483648;
  if (v === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(v))) - 2;
  return Math.round(v / 10 ** exponent) * 64 + exponent;
}

export function pick(e: Examples, rows: Int32Array): Examples {
  const x = new Float32Array(rows.length * e.stride);
  rows.forEach((r, i) => x.set(e.x.subarray(r * e.stride, (r + 1) * e.stride), i * e.stride));
  const take = <T extends Uint8Array | Int32Array>(a: T): T =>
    (a.constructor as unknown as { from(v: Iterable<number>): T }).from(Array.from(rows, (r) => a[r]!));
  return {
    rows: rows.length,
    stride: e.stride,
    x,
    label: take(e.label),
    capture: take(e.capture),
    source: take(e.source),
    family: take(e.family),
    group: take(e.group),
    tcp: take(e.tcp),
    trust: e.trust,
    sourceNames: e.sourceNames,
    familyNames: e.familyNames,
  };
}

/** Flows of one label below which a capture weighs less than others: one flow alone is not a whole capture's word. */
const FULL_CAPTURE = 10;

/**
 * Each capture weighs the same in all, for each label that its flows have: twelve captures hold nine tenths of all
 * malicious flows. A capture of fewer than FULL_CAPTURE flows weighs less, and so does one whose labels are believed
 * less. Then both classes get the same total, and the mean weight is 1.
 */
export function exampleWeights(e: Examples, rows: Int32Array): Float64Array {
  const key = (r: number): number => e.capture[r]! * 4 + e.label[r]!;
  const flows = new Map<number, number>();
  for (const r of rows) flows.set(key(r), (flows.get(key(r)) ?? 0) + 1);
  const weight = Float64Array.from(rows, (r) => e.trust[e.capture[r]!]! / Math.max(flows.get(key(r))!, FULL_CAPTURE));
  const total = [0, 0];
  rows.forEach((r, i) => {
    total[e.label[r]!] = total[e.label[r]!]! + weight[i]!;
  });
  const mean = rows.length / 2;
  rows.forEach((r, i) => {
    weight[i] = (weight[i]! * mean) / total[e.label[r]!]!;
  });
  return weight;
}
