// What a model's document says, held to what its readers count on: a text where a number belongs would make thresholds
// that nothing exceeds, and every flow benign.
import { isRankTable } from './ranks.ts';
import { REFERENCE_STEPS, type Reference, type Thresholds, type TreeModel } from './model-type.ts';
import { LEAF, MAX_DEPTH, type Ensemble } from './trees.ts';

type Doc = Readonly<Record<string, unknown>>;
type Parts = Omit<TreeModel, 'kind' | 'sha256' | 'places' | 'logShares' | 'ensemble'>;

const LONGEST_TEXT = 1_000;

export function isRecord(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

/** @returns each entry as it was read, null where one does not fit */
function eachOf<T>(said: unknown, read: (value: unknown) => T | null): Record<string, T> | null {
  if (!isRecord(said)) return null;
  const entries: [string, T][] = [];
  for (const [key, value] of Object.entries(said)) {
    const one = read(value);
    if (one === null) return null;
    entries.push([key, one]);
  }
  return Object.fromEntries(entries);
}

function thresholdsIn(value: unknown): Thresholds | null {
  if (!isRecord(value)) return null;
  const { malicious, suspicious, flows } = value;
  return isFinite(malicious) && isFinite(suspicious) && isFinite(flows) ? { malicious, suspicious, flows } : null;
}

function calibrationIn(value: unknown): TreeModel['calibration'] | null {
  if (!isRecord(value)) return null;
  const { raw, probability } = value;
  if (!Array.isArray(raw) || !Array.isArray(probability) || raw.length !== probability.length) return null;
  const rises = raw.every((v, i) => isFinite(v) && (i === 0 || v >= (raw as number[])[i - 1]!));
  const likely = probability.every((p) => isFinite(p) && p >= 0 && p <= 1);
  return rises && likely ? { raw: raw as number[], probability: probability as number[] } : null;
}

/** JSON has no infinity: a group without a limit of novelty has null. */
function noveltyIn(value: unknown): number | null {
  if (value === null) return Infinity;
  return isFinite(value) ? value : null;
}

/** Rank tables of a document; what is no table is left out. */
function ranksIn(said: unknown): Record<string, readonly number[]> {
  if (!isRecord(said)) return {};
  return Object.fromEntries(Object.entries(said).filter((e): e is [string, number[]] => isRankTable(e[1])));
}

/** All but the trees. @returns null where something does not fit */
export function partsIn(doc: Doc): Parts | null {
  const { name, method, created, seed, features, training } = doc;
  if (!isText(name) || !isText(method) || !isText(created) || !isFinite(seed) || !isRecord(training)) return null;
  if (!Array.isArray(features) || features.length === 0 || !features.every(isText)) return null;
  const calibration = calibrationIn(doc['calibration']);
  const thresholds = eachOf(doc['thresholds'], thresholdsIn);
  const novelty = eachOf(doc['novelty'], noveltyIn);
  const reference = eachOf(doc['reference'], (value): Reference | null => {
    if (!isRecord(value) || !isFinite(value['flows'])) return null;
    const quantiles = arrayIn(Float32Array, value['quantiles']);
    if (quantiles?.length !== features.length * REFERENCE_STEPS) return null;
    return { flows: value['flows'], quantiles };
  });
  if (calibration === null || thresholds === null || novelty === null || reference === null) return null;
  const ranks = ranksIn(doc['ranks']);
  return { name, method, created, seed, features, calibration, thresholds, novelty, reference, ranks, training };
}

/** @returns null where the arrays do not fit each other, or trees could not be scored */
export function ensembleIn(said: unknown, features: number): Ensemble | null {
  if (!isRecord(said)) return null;
  const { base, scale } = said;
  if (!isFinite(base) || !isFinite(scale)) return null;
  const roots = arrayIn(Int32Array, said['roots']);
  const feature = arrayIn(Int16Array, said['feature']);
  const threshold = arrayIn(Float32Array, said['threshold']);
  const left = arrayIn(Int32Array, said['left']);
  const right = arrayIn(Int32Array, said['right']);
  const missingLeft = arrayIn(Uint8Array, said['missingLeft']);
  const value = arrayIn(Float64Array, said['value']);
  const cover = arrayIn(Float32Array, said['cover']);
  if (roots === null || feature === null || threshold === null || left === null || right === null) return null;
  if (missingLeft === null || value === null || cover === null) return null;
  const made = { base, scale, roots, feature, threshold, left, right, missingLeft, value, cover };
  return wellFormed(made, features) ? made : null;
}

/**
 * Children must come after their parent and inside the arrays, and nodes have one parent or are one root, so that
 * scoring always ends and trees laid out anew are no larger. Numbers must be some, so that scores are.
 */
function wellFormed(e: Ensemble, features: number): boolean {
  const n = e.feature.length;
  if ([e.threshold, e.left, e.right, e.missingLeft, e.value, e.cover].some((a) => a.length !== n)) return false;
  let largest = 0;
  const taken = new Uint8Array(n);
  const depth = new Uint8Array(n);
  const isFirst = (node: number): boolean => taken[node]!++ === 0;
  for (let i = 0; i < n; i++) {
    const f = e.feature[i]!;
    if (f >= features || f < LEAF || !(e.cover[i]! > 0 && e.cover[i]! < Infinity)) return false;
    if (f === LEAF) {
      if (!Number.isFinite(e.value[i])) return false;
      largest = Math.max(largest, Math.abs(e.value[i]!));
      continue;
    }
    if (Number.isNaN(e.threshold[i]) || depth[i]! >= MAX_DEPTH) return false;
    for (const child of [e.left[i]!, e.right[i]!]) {
      if (child <= i || child >= n || !isFirst(child)) return false;
      depth[child] = depth[i]! + 1;
    }
  }
  const rooted = e.roots.every((r, t) => {
    const after = t === 0 ? r >= 0 : r > e.roots[t - 1]!;
    return after && r < n && isFirst(r);
  });
  // Whichever leaves are reached, their sum is a number.
  const most = Math.abs(e.base) + Math.abs(e.scale) * largest * e.roots.length;
  return e.roots.length > 0 && rooted && Number.isFinite(most) && Number.isFinite(largest * e.roots.length);
}

/** Numbers out of base64; null for what is none, or breaks off within a number. */
function arrayIn<T>(
  Kind: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  said: unknown,
): T | null {
  if (typeof said !== 'string') return null;
  const bytes = Buffer.from(said, 'base64');
  return bytes.length % Kind.BYTES_PER_ELEMENT === 0 ? new Kind(new Uint8Array(bytes).buffer as ArrayBuffer) : null;
}
