// Models as JSON, ours and ml-random-forest's: whatever the text says is a model or refused with a sentence, and a model
// that was taken scores every vector with numbers, explains itself, and is the same model when it is written again.
import { createHash } from 'node:crypto';
import type * as Contract from '../../contract/index.ts';
import type * as Detect from '../../engine/detect/index.ts';
import type * as Features from '../../engine/features/index.ts';
import { testModel } from '../../engine/testing/models.ts';
import { spoken } from './contract-targets.ts';
import { latin } from './conversations.ts';
import { type Load, type Target, words } from './target.ts';
import { latinText } from './tokens.ts';

const bytesOf = (a: ArrayBufferView): string => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('base64');
/** Our model of one tree with one split, as its file says it without the digest. */
function smallBody(schema: string): Record<string, unknown> {
  return {
    format: 'sightline-model',
    version: 1,
    name: 'small',
    method: 'random-forest',
    created: '2026-01-01',
    seed: 1,
    schema,
    features: ['packets_fwd', 'bytes_fwd'],
    ensemble: {
      base: 0,
      scale: 1,
      roots: bytesOf(Int32Array.of(0)),
      feature: bytesOf(Int16Array.of(1, -1, -1)),
      threshold: bytesOf(Float32Array.of(5, 0, 0)),
      left: bytesOf(Int32Array.of(1, 0, 0)),
      right: bytesOf(Int32Array.of(2, 0, 0)),
      missingLeft: bytesOf(Uint8Array.of(1, 0, 0)),
      value: bytesOf(Float64Array.of(0, 0.1, 0.9)),
      cover: bytesOf(Float32Array.of(10, 6, 4)),
    },
    calibration: { raw: [0, 0.5, 1], probability: [0.1, 0.2, 0.9] },
    thresholds: {
      all: { malicious: 0.8, suspicious: 0.5, flows: 100 },
      tcp: { malicious: 0.9, suspicious: 0.5, flows: 9 },
    },
    novelty: { all: 3, tcp: 2 },
    reference: { all: { flows: 10, quantiles: bytesOf(new Float32Array(42).fill(1)) } },
    ranks: {},
    training: { rows: 3 },
  };
}

const LEAF = { distribution: [[0.2, 0.8]] };
const FOREST = {
  name: 'RFClassifier',
  baseModel: {
    n: 2,
    indexes: [[0, 1], [2]],
    estimators: [
      {
        root: {
          splitColumn: 1,
          splitValue: 3.5,
          left: LEAF,
          right: { splitColumn: 0, splitValue: 0, left: LEAF, right: LEAF },
        },
      },
      { root: LEAF },
    ],
  },
};
const ARRAYS = [
  Int32Array.of(1),
  Int32Array.of(-1, 3),
  Int32Array.of(0, 0, 0),
  Int16Array.of(300, -1),
  Float32Array.of(NaN, Infinity, 0),
  Float64Array.of(NaN, 1e308, 1),
  Uint8Array.of(1),
];
/** A tree that is one long chain, as deep as its file has nodes. */
function chain(schema: string, depth: number): Record<string, unknown> {
  const body = smallBody(schema);
  const n = depth * 2 + 1;
  const inner = (i: number): boolean => i < n - 1 && i % 2 === 0;
  const of = <A extends Int32Array | Int16Array>(a: A, value: (i: number) => number): string =>
    bytesOf(a.map((_, i) => value(i)));
  body['ensemble'] = {
    ...(body['ensemble'] as object),
    feature: of(new Int16Array(n), (i) => (inner(i) ? 0 : -1)),
    left: of(new Int32Array(n), (i) => (inner(i) ? i + 1 : 0)),
    right: of(new Int32Array(n), (i) => (inner(i) ? i + 2 : 0)),
    threshold: bytesOf(new Float32Array(n)),
    missingLeft: bytesOf(new Uint8Array(n)),
    value: bytesOf(new Float64Array(n)),
    cover: bytesOf(new Float32Array(n).fill(1)),
  };
  return body;
}

export async function modelTargets(load: Load): Promise<Target[]> {
  const detect = await load<typeof Detect>('detect/index');
  const { english } = await load<typeof Contract>('../contract/index');
  const { FEATURE_COUNT, SCHEMA_HASH } = await load<typeof Features>('features/index');
  const { calibrated, foreignBaseline, loadModel, makeModel, percentile, reasonRecord, reasonsFor, scoreVector } =
    detect;
  const vectors = [NaN, 0, -1, 1e30, Infinity, 7].map((value) => new Float32Array(FEATURE_COUNT).fill(value));
  const finite = (value: number, what: string): void => {
    if (!Number.isFinite(value)) throw new Error(`${what} is ${value}`);
  };

  /** A model that was taken is asked everything that the window asks. */
  const used = (model: Detect.TreeModel): void => {
    const baseline = foreignBaseline(model);
    const s = { raw: 0, novelty: 0 };
    for (const x of vectors) {
      scoreVector(model.ensemble, model.logShares, model.places, x, 0, s);
      finite(s.raw, 'a score');
      finite(s.novelty, 'novelty');
      const likely = calibrated(model.calibration, s.raw);
      if (!(likely >= 0 && likely <= 1)) throw new Error(`a probability of ${likely}`);
      for (const group of ['tcp', 'udp', 'other']) {
        const t = baseline.thresholds(group);
        if (![t.malicious, t.suspicious].every((v) => typeof v === 'number' && v === v))
          throw new Error('no threshold');
        const limit = baseline.noveltyLimit(group);
        if (typeof limit !== 'number' || limit !== limit) throw new Error('no limit of novelty');
        const rank = baseline.rank(group, s.raw);
        if (rank < 0 || rank > 100) throw new Error(`a rank of ${rank}`);
        const place = percentile(model, group, 0, x[0]!);
        if (place < 0 || place > 100) throw new Error(`a percentile of ${place}`);
      }
      const told = reasonsFor(model, x, 0, 5);
      finite(told.base, 'the base of reasons');
      for (const reason of told.reasons) spoken(reasonRecord(reason).text);
    }
    detect.packTrees(model.ensemble, model.places, model.logShares);
    for (const value of [model.name, model.method, model.created])
      if (typeof value !== 'string') throw new Error('a name that is none');
    const { model: again } = makeModel(model);
    if (!again.ensemble.feature.every((f, i) => f === model.ensemble.feature[i]))
      throw new Error('other trees when written');
  };
  const taken = (text: string): void => {
    const loaded = loadModel(text);
    if (loaded.ok) used(loaded.model);
    else spoken(english(loaded.message));
  };
  const known = words(',', '1e308', '-1', '32767', ...ARRAYS.map((a) => `"${bytesOf(a)}"`), '"__proto__":', '"AAA"');

  return [
    {
      name: 'model-body',
      limit: 4_000,
      isText: true,
      seeds: [smallBody(SCHEMA_HASH), chain(SCHEMA_HASH, 5)].map((body) => latin(JSON.stringify(body))),
      words: known,
      run: (data) => {
        let body: unknown;
        try {
          body = JSON.parse(latinText(data));
        } catch {
          return;
        }
        if (typeof body !== 'object' || body === null) return taken(latinText(data));
        // With a digest that is right: whoever makes such a file can count it.
        const { sha256: _, ...rest } = body as Record<string, unknown>;
        const sha256 = createHash('sha256').update(JSON.stringify(rest)).digest('hex');
        taken(JSON.stringify({ ...rest, sha256 }));
      },
    },
    {
      name: 'model-depth',
      limit: 8,
      seeds: [1, 8, 40].map((n) => Uint8Array.of(0, n)),
      words: [],
      run: (data) => {
        const body = chain(SCHEMA_HASH, 1 + (((data[0] ?? 0) << 8) | (data[1] ?? 0)));
        const sha256 = createHash('sha256').update(JSON.stringify(body)).digest('hex');
        taken(JSON.stringify({ ...body, sha256 }));
      },
    },
    {
      name: 'model-text',
      limit: 3_000,
      isText: true,
      seeds: [
        '{"format":"sightline-model","version":1}',
        '[]',
        'null',
        '"RFClassifier"',
        JSON.stringify(testModel()).slice(0, 500),
      ].map(latin),
      words: known,
      run: (data) => taken(Buffer.from(data).toString('utf8')),
    },
    {
      name: 'ml-forest',
      limit: 2_000,
      isText: true,
      seeds: [
        latin(JSON.stringify(FOREST)),
        latin(JSON.stringify({ ...FOREST, baseModel: { estimators: [{ root: LEAF }] } })),
      ],
      words: words(
        ',',
        '"left":',
        '"right":',
        '"root":null',
        '"indexes":[[0]]',
        '"splitColumn":-2',
        '40000',
        '1e308',
        '"constructor"',
      ),
      run: (data) => taken(Buffer.from(data).toString('utf8')),
    },
  ];
}
