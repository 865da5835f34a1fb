// The model file: one JSON document, arrays in base64, its own SHA-256, and what a verdict needs beside the trees.
import { hash } from 'node:crypto';
import { type Message, SaidError, say } from '../../contract/index.ts';
import { featureIndex, SCHEMA_HASH } from '../features/index.ts';
import { isMlForest, mlForestModel } from './ml-forest.ts';
import { ensembleIn, isRecord, partsIn } from './model-parts.ts';
import type { ModelResult, TreeModel } from './model-type.ts';
import { leafLogShares } from './trees.ts';

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
  if (!isRecord(raw) || raw['format'] !== 'sightline-model' || raw['version'] !== 1)
    return { ok: false, reason: 'not-a-model', message: say('model-no-model') };
  const { sha256, ...body } = raw;
  if (typeof sha256 !== 'string' || digestOf(body) !== sha256)
    return { ok: false, reason: 'damaged', message: say('model-damaged') };
  const { schema } = raw;
  if (schema !== SCHEMA_HASH)
    return { ok: false, reason: 'other-schema', message: otherSchema(typeof schema === 'string' ? schema : '') };
  const parts = partsIn(raw);
  if (parts === null) return { ok: false, reason: 'damaged', message: say('model-parts-damaged') };
  const places = Int32Array.from(parts.features, featureIndex);
  if (places.some((p) => p < 0)) return { ok: false, reason: 'other-schema', message: say('model-no-feature') };
  const ensemble = ensembleIn(raw['ensemble'], places.length);
  if (ensemble === null) return { ok: false, reason: 'damaged', message: say('model-trees-damaged') };
  const logShares = leafLogShares(ensemble);
  return { ok: true, model: { ...parts, kind: 'trees', ensemble, sha256, places, logShares } };
}

/** @returns null for what is nested so deeply that it cannot be written again */
function digestOf(body: Readonly<Record<string, unknown>>): string | null {
  try {
    return hash('sha256', JSON.stringify(body), 'hex');
  } catch {
    return null;
  }
}

function otherSchema(schema: string): Message {
  return say('model-other-schema', { theirs: schema.slice(0, 12), ours: SCHEMA_HASH.slice(0, 12) });
}

/** JSON has no Infinity. */
function finite(x: number): number {
  return Number.isFinite(x) ? x : Number.MAX_VALUE;
}

function b64(a: ArrayBufferView): string {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('base64');
}
