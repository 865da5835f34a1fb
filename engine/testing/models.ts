// A model for tests that need one: small, trained on the spot, over real schema features.
import { makeModel, type TreeModel } from '../detect/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';
import { binColumns, FOREST_DEFAULTS, trainHere } from '../learn/index.ts';
import { testRandom } from './packets.ts';

export function testModel(): TreeModel {
  const places = FEATURES.flatMap((f, i) => (f.kind === 'context' ? [] : [i]));
  const random = testRandom(11);
  const rows = 300;
  const x = new Float32Array(rows * FEATURE_COUNT);
  for (let i = 0; i < x.length; i++) x[i] = random() < 0.2 ? NaN : random() * 200 - 20;
  const y = Uint8Array.from({ length: rows }, (_, r) => (x[r * FEATURE_COUNT + 4]! > 60 ? 1 : 0));
  const ensemble = trainHere(
    { binned: binColumns(x, rows, FEATURE_COUNT, places), y, weight: new Float64Array(rows).fill(1) },
    { ...FOREST_DEFAULTS, trees: 20, maxDepth: 6 },
  );
  return makeModel({
    name: 'test',
    method: 'random-forest',
    created: '2026-01-01',
    seed: 1,
    features: places.map((p) => FEATURES[p]!.name),
    ensemble,
    calibration: { raw: [0, 1], probability: [0.05, 0.95] },
    thresholds: { all: { malicious: 0.45, suspicious: 0.35, flows: 100 } },
    novelty: { all: 1e9 },
    ranks: {},
    reference: {},
    training: {},
  }).model;
}
