// The model file: one JSON document, arrays in base64, its own SHA-256, and what a verdict needs beside the trees.
import { hash } from 'node:crypto';
import { type Message, SaidError, say } from '../../contract/index.ts';
import { featureIndex, SCHEMA_HASH } from '../features/index.ts';
import { isMlForest, mlForestModel } from './ml-forest.ts';
import type { ModelResult, TreeModel } from './model-type.ts';
import { isRankTable } from './ranks.ts';
import { leafLogShares, type Ensemble } from './trees.ts';

type Parts = Omit<TreeModel, 'kind' | 'sha256' | 'places' | 'logShares'>;

export function makeModel(parts: Parts): { model: TreeModel; text: string } {
  const body = {
    format: 'sightline-model',
    version: 1,
    name: parts.name,
    method: parts.method,
    created: parts.created,
    seed: parts.seed,
    schema: SCHEMA_HASH,
    features: parts.features,
    ensemble: {
      base: parts.ensemble.base,
      scale: parts.ensemble.scale,
      roots: b64(parts.ensemble.roots),
      feature: b64(parts.ensemble.feature),
      threshold: b64(parts.ensemble.threshold),
      left: b64(parts.ensemble.left),
      right: b64(parts.ensemble.right),
      missingLeft: b64(parts.ensemble.missingLeft),
      value: b64(parts.ensemble.value),
      cover: b64(parts.ensemble.cover),
    },
    calibration: parts.calibration,
    thresholds: Object.fromEntries(
      Object.entries(parts.thresholds).map(([g, t]) => [
        g,
        { malicious: finite(t.malicious), suspicious: finite(t.suspicious), flows: t.flows },
      ]),
    ),
    novelty: parts.novelty,
    reference: Object.fromEntries(
      Object.entries(parts.reference).map(([group, r]) => [group, { flows: r.flows, quantiles: b64(r.quantiles) }]),
    ),
    ranks: parts.ranks,
    training: parts.training,
  };
  const sha256 = hash('sha256', JSON.stringify(body), 'hex');
  const text = `${JSON.stringify({ ...body, sha256 }, null, 1)}\n`;
  const loaded = loadModel(text);
  if (!loaded.ok) throw new SaidError(loaded.message);
  return { model: loaded.model, text };
}

/** Reads a model document, ours or ml-random-forest's. Never throws on bad input. */
export function loadModel(text: string): ModelResult<TreeModel> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not-a-model', message: say('model-no-json') };
  }
  if (isMlForest(raw)) return mlForestModel(text);
  const doc = raw as Record<string, never> & {
    format?: unknown;
    version?: unknown;
    sha256?: string;
    schema?: unknown;
    features?: string[];
  };
  if (typeof raw !== 'object' || raw === null || doc.format !== 'sightline-model' || doc.version !== 1)
    return { ok: false, reason: 'not-a-model', message: say('model-no-model') };
  const { sha256, ...body } = doc;
  if (hash('sha256', JSON.stringify(body), 'hex') !== sha256)
    return { ok: false, reason: 'damaged', message: say('model-damaged') };
  if (doc.schema !== SCHEMA_HASH)
    return { ok: false, reason: 'other-schema', message: otherSchema(String(doc.schema)) };
  const places = Int32Array.from(doc.features!, featureIndex);
  if (places.some((p) => p < 0)) return { ok: false, reason: 'other-schema', message: say('model-no-feature') };
  const e = doc['ensemble'] as Record<string, string> & { base: number; scale: number };
  const ensemble: Ensemble = {
    base: e.base,
    scale: e.scale,
    roots: from(Int32Array, e['roots']!),
    feature: from(Int16Array, e['feature']!),
    threshold: from(Float32Array, e['threshold']!),
    left: from(Int32Array, e['left']!),
    right: from(Int32Array, e['right']!),
    missingLeft: from(Uint8Array, e['missingLeft']!),
    value: from(Float64Array, e['value']!),
    cover: from(Float32Array, e['cover']!),
  };
  if (!wellFormed(ensemble, places.length))
    return { ok: false, reason: 'damaged', message: say('model-trees-damaged') };
  const reference = Object.fromEntries(
    Object.entries(doc['reference'] as Record<string, { flows: number; quantiles: string }>).map(([group, r]) => [
      group,
      { flows: r.flows, quantiles: from(Float32Array, r.quantiles) },
    ]),
  );
  const model: TreeModel = {
    ...(doc as unknown as Parts),
    kind: 'trees',
    ensemble,
    reference,
    ranks: ranksIn(doc['ranks']),
    sha256,
    places,
    logShares: leafLogShares(ensemble),
  };
  return { ok: true, model };
}

/** Rank tables of a document; what is no table is left out. */
function ranksIn(said: unknown): Record<string, readonly number[]> {
  if (typeof said !== 'object' || said === null) return {};
  return Object.fromEntries(Object.entries(said).filter((e): e is [string, number[]] => isRankTable(e[1])));
}

function otherSchema(schema: string): Message {
  return say('model-other-schema', { theirs: schema.slice(0, 12), ours: SCHEMA_HASH.slice(0, 12) });
}

/**
 * Children must come after their parent and inside the arrays, and nodes have one parent or are one root, so that
 * scoring always ends and trees laid out anew are no larger.
 */
function wellFormed(e: Ensemble, features: number): boolean {
  const n = e.feature.length;
  if ([e.threshold, e.left, e.right, e.missingLeft, e.value, e.cover].some((a) => a.length !== n)) return false;
  const taken = new Uint8Array(n);
  const isFirst = (node: number): boolean => taken[node]!++ === 0;
  for (let i = 0; i < n; i++) {
    const f = e.feature[i]!;
    if (f >= features) return false;
    if (f < 0) continue;
    for (const child of [e.left[i]!, e.right[i]!]) if (child <= i || child >= n || !isFirst(child)) return false;
  }
  return e.roots.every((r) => r >= 0 && r < n && isFirst(r));
}

/** JSON has no Infinity. */
function finite(x: number): number {
  return Number.isFinite(x) ? x : Number.MAX_VALUE;
}

function b64(a: ArrayBufferView): string {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('base64');
}

function from<T>(Kind: { new (buffer: ArrayBuffer): T }, text: string): T {
  const bytes = Buffer.from(text, 'base64');
  return new Kind(new Uint8Array(bytes).buffer as ArrayBuffer);
}
