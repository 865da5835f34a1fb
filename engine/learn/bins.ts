// Feature values to at most 255 bins from quantiles; missing has a bin of its own. Column-major bytes, shareable
// between threads.

export const MISSING_BIN = 255;
const MAX_BINS = 255;

export interface Binned {
  readonly rows: number;
  readonly columns: number;
  /** `data[column * rows + row]`. */
  readonly data: Uint8Array;
  /** Upper edges of each column's bins but the last: x <= edges[b] is bin b or lower. */
  readonly edges: readonly Float32Array[];
}

/** @param x row-major values, `rows` x `stride`; only `places` are taken, in their order */
export function binColumns(
  x: Float32Array,
  rows: number,
  stride: number,
  places: Int32Array | readonly number[],
): Binned {
  const columns = places.length;
  const data = new Uint8Array(new SharedArrayBuffer(rows * columns));
  const edges: Float32Array[] = [];
  const column = new Float32Array(rows);
  for (let c = 0; c < columns; c++) {
    let n = 0;
    for (let r = 0; r < rows; r++) {
      const v = x[r * stride + places[c]!]!;
      if (v === v) column[n++] = v;
    }
    const edge = columnEdges(column.subarray(0, n).slice().sort());
    edges.push(edge);
    for (let r = 0; r < rows; r++) data[c * rows + r] = binOf(edge, x[r * stride + places[c]!]!);
  }
  return { rows, columns, data, edges };
}

/** Edges midway between neighbouring distinct values, at quantiles where there are too many. */
function columnEdges(sorted: Float32Array): Float32Array {
  const distinct: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) {
      distinct.push(sorted[i]!);
      starts.push(i);
    }
  }
  const edges: number[] = [];
  if (distinct.length <= MAX_BINS) {
    for (let i = 1; i < distinct.length; i++) edges.push(middle(distinct[i - 1]!, distinct[i]!));
  } else {
    let d = 0;
    for (let b = 1; b < MAX_BINS; b++) {
      const rank = Math.floor((b * sorted.length) / MAX_BINS);
      while (d < distinct.length && starts[d]! < rank) d++;
      if (d === 0 || d >= distinct.length) continue;
      const edge = middle(distinct[d - 1]!, distinct[d]!);
      if (edges.length === 0 || edge > edges[edges.length - 1]!) edges.push(edge);
    }
  }
  return Float32Array.from(edges);
}

function middle(a: number, b: number): number {
  const m = Math.fround(a + (b - a) / 2);
  return m >= b || !Number.isFinite(m) ? a : m;
}

function binOf(edges: Float32Array, v: number): number {
  if (v !== v) return MISSING_BIN;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (v <= edges[mid]!) high = mid;
    else low = mid + 1;
  }
  return low;
}
