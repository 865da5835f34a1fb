// What an ONNX model says of itself for this program: names of its features, what stands for missing values, and what
// was measured of it. JSON in the metadata property `sightline`, or in a file beside the model.
import { type Message, say } from '../../../contract/index.ts';
import { featureIndex, SCHEMA_HASH } from '../../features/index.ts';
import type { Thresholds } from '../model-type.ts';
import { isRankTable } from '../ranks.ts';

export interface OnnxCard {
  readonly name: string | null;
  readonly features: readonly string[];
  /** Feature of the model → place in the vector. */
  readonly places: Int32Array;
  /** What missing values become; null hands them over as NaN. */
  readonly missing: Float32Array | null;
  /** Output to read, and its column; null where there is no choice. */
  readonly output: string | null;
  readonly column: number | null;
  readonly thresholds: Readonly<Record<string, Thresholds>> | null;
  readonly ranks: Readonly<Record<string, readonly number[]>>;
}

export type CardResult =
  | { readonly ok: true; readonly card: OnnxCard }
  | { readonly ok: false; readonly message: Message };

/** Larger ones are refused. */
export const LARGEST_CARD = 4 * 1024 * 1024;
/** Unknown features that are named. */
const NAMED = 5;
const LONGEST_NAME = 200;
const MOST_COLUMNS = 1_000;

function no(message: Message): CardResult {
  return { ok: false, message };
}

/** @returns why not, where a feature is unknown, named twice or the like; never throws */
export function readCard(text: string): CardResult {
  if (text.length > LARGEST_CARD) return no(say('onnx-card-too-large'));
  let doc: unknown;
  try {
    doc = JSON.parse(text);
  } catch {
    return no(say('onnx-card-no-json'));
  }
  if (!isRecord(doc)) return no(say('onnx-card-no-json'));
  const { name = null, features, missing = null, output = null, column = null, thresholds = null, ranks = {} } = doc;
  const { schema } = doc;
  if (schema !== undefined && schema !== SCHEMA_HASH) {
    const theirs = typeof schema === 'string' ? schema.slice(0, 12) : '';
    return no(say('model-other-schema', { theirs, ours: SCHEMA_HASH.slice(0, 12) }));
  }
  if (!isNames(features)) return no(say('onnx-card-field', { field: 'features' }));
  const unknown = features.filter((f) => featureIndex(f) < 0);
  if (unknown.length > 0) {
    const names = unknown.slice(0, NAMED).map((f) => f.slice(0, 64));
    return no(say('onnx-features-unknown', { count: unknown.length, names }));
  }
  const seen = new Set<string>();
  const twice = features.find((f) => seen.size === seen.add(f).size);
  if (twice !== undefined) return no(say('onnx-feature-twice', { name: twice }));
  if (name !== null && !isText(name)) return no(say('onnx-card-field', { field: 'name' }));
  if (output !== null && !isText(output)) return no(say('onnx-card-field', { field: 'output' }));
  if (column !== null && !isColumn(column)) return no(say('onnx-card-field', { field: 'column' }));
  const filled = fillings(missing, features.length);
  if (filled === undefined) return no(say('onnx-card-field', { field: 'missing' }));
  if (thresholds !== null && !isThresholds(thresholds)) return no(say('onnx-card-field', { field: 'thresholds' }));
  if (!isRanks(ranks)) return no(say('onnx-card-field', { field: 'ranks' }));
  const places = Int32Array.from(features, featureIndex);
  return { ok: true, card: { name, features, places, missing: filled, output, column, thresholds, ranks } };
}

function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function isFinite(v: unknown): v is number {
  return typeof v === 'number' && Number.isFinite(v);
}

function isText(v: unknown): v is string {
  return typeof v === 'string' && v !== '' && v.length <= LONGEST_NAME;
}

function isNames(v: unknown): v is string[] {
  return Array.isArray(v) && v.length > 0 && v.length < 10_000 && v.every((n) => typeof n === 'string');
}

function isColumn(v: unknown): v is number {
  return typeof v === 'number' && Number.isInteger(v) && v >= 0 && v < MOST_COLUMNS;
}

/** @returns undefined for what is no filling */
function fillings(v: unknown, features: number): Float32Array | null | undefined {
  if (v === null) return null;
  if (typeof v === 'number') return Number.isFinite(Math.fround(v)) ? new Float32Array(features).fill(v) : undefined;
  if (!Array.isArray(v) || v.length !== features) return undefined;
  return v.every((n) => typeof n === 'number' && Number.isFinite(Math.fround(n))) ? Float32Array.from(v) : undefined;
}

function isThresholds(v: unknown): v is Record<string, Thresholds> {
  if (!isRecord(v) || v['all'] === undefined) return false;
  return Object.values(v).every((t) => {
    if (!isRecord(t)) return false;
    const { malicious, suspicious, flows } = t;
    // JSON reads 1e999 as infinity, and writes none: such a model could not be read again once it was adopted.
    if (!isFinite(malicious) || !isFinite(suspicious) || !isFinite(flows)) return false;
    return suspicious <= malicious && Number.isInteger(flows) && flows >= 0;
  });
}

function isRanks(v: unknown): v is Record<string, readonly number[]> {
  return isRecord(v) && Object.values(v).every(isRankTable);
}
