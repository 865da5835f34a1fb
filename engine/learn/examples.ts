// Training examples, and what is done to them before training: near-duplicates are merged, and weights keep any capture
// from dominating.

/** Labelled vectors with where they come from. Labels: 1 malicious, 0 benign, 2 background (never taught). */
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
  readonly sourceNames: readonly string[];
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
    sourceNames: e.sourceNames,
  };
}

/**
 * A weight is one over a power of the number of the capture's flows; then both classes get the same total. So a capture
 * of 10,000 short flows does not outweigh the others.
 */
export function exampleWeights(e: Examples, rows: Int32Array, power: number): Float64Array {
  const perCapture = new Map<number, number>();
  for (const r of rows) perCapture.set(e.capture[r]!, (perCapture.get(e.capture[r]!) ?? 0) + 1);
  const weight = Float64Array.from(rows, (r) => perCapture.get(e.capture[r]!)! ** -power);
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
