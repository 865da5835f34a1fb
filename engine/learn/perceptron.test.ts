import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { english } from '../../contract/index.ts';
import { onnxModel, sigmoid } from '../detect/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';
import { OnnxScorer } from '../workers/index.ts';
import { perceptronOnnx } from './perceptron-onnx.ts';
import {
  type Perceptron,
  PERCEPTRON_DEFAULTS,
  type PerceptronSet,
  perceptronScore,
  trainPerceptron,
} from './perceptron.ts';
import { seeded } from './random.ts';

const OPTIONS = { ...PERCEPTRON_DEFAULTS, hidden: [16, 8], epochs: 60, batch: 64, learningRate: 5e-3, blanked: 0 };
const COLUMNS = 12;
const ROWS = 600;

/** Two features tell the class together, neither does alone; others are noise of other sizes, many missing. */
function set(seed: number): PerceptronSet {
  const random = seeded(seed);
  const x = new Float32Array(ROWS * COLUMNS);
  for (let i = 0; i < x.length; i++) x[i] = random() < 0.15 ? NaN : (random() - 0.4) * 10 ** (i % 6);
  const y = new Uint8Array(ROWS);
  for (let r = 0; r < ROWS; r++) {
    const [a, b] = [random() < 0.5, random() < 0.5];
    x[r * COLUMNS] = (a ? 40 : 3) + random();
    x[r * COLUMNS + 1] = (b ? 9_000 : 200) * (1 + random());
    y[r] = a === b ? 1 : 0;
  }
  return { x, features: COLUMNS, y, weight: new Float64Array(ROWS).fill(1) };
}

const taught = set(3);
const trained = await trainPerceptron(taught, OPTIONS).catch((error: Error) => error);
const skip = trained instanceof Error ? `no TensorFlow.js: ${trained.message}` : false;
const scorers: OnnxScorer[] = [];
after(() => Promise.all(scorers.map((s) => s.close())));

test('a network learns what no single feature tells, and rows that it never saw', { skip }, () => {
  const n = trained as Perceptron;
  const other = set(8);
  let right = 0;
  for (let r = 0; r < ROWS; r++) if (perceptronScore(n, other.x, r * COLUMNS) > 0 === (other.y[r] === 1)) right++;
  assert.ok(right / ROWS > 0.9, `${right} of ${ROWS}`);
});

test('a seed gives the same network, another seed another one', { skip }, async () => {
  const n = trained as Perceptron;
  const again = await trainPerceptron(taught, OPTIONS);
  assert.deepEqual(again, n);
  const other = await trainPerceptron(taught, { ...OPTIONS, seed: 2 });
  assert.notDeepEqual(other.layers[0]!.weights, n.layers[0]!.weights);
});

test('a network as ONNX, read and run as anybody’s model, answers what the plain walk does', { skip }, async () => {
  const n = trained as Perceptron;
  const features = FEATURES.slice(20, 20 + COLUMNS).map((f) => f.name);
  const thresholds = { all: { malicious: 2, suspicious: 1, flows: 300 } };
  const bytes = perceptronOnnx(n, { name: 'small', features, thresholds, ranks: {} });
  const read = onnxModel(bytes, null, 'small.onnx');
  assert.ok(read.ok && read.model.kind === 'onnx', read.ok ? '' : english(read.message));
  assert.ok(Math.abs(read.model.thresholds['all']!.suspicious - sigmoid(1)) < 1e-12);
  const scorer = OnnxScorer.of(read.model);
  scorers.push(scorer);
  const vectors = new Float32Array(new SharedArrayBuffer(512 * FEATURE_COUNT * 4)).fill(7);
  const raw = new Float64Array(new SharedArrayBuffer(512 * 8));
  for (let r = 0; r < 512; r++) vectors.set(taught.x.subarray(r * COLUMNS, (r + 1) * COLUMNS), r * FEATURE_COUNT + 20);
  await scorer.score(vectors, raw, 512);
  let worst = 0;
  for (let r = 0; r < 512; r++)
    worst = Math.max(worst, Math.abs(raw[r]! - sigmoid(perceptronScore(n, taught.x, r * COLUMNS))));
  assert.ok(worst < 1e-5, `differs by ${worst}`);
});
