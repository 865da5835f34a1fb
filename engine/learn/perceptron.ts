// A small neural network (multilayer perceptron) on flow features: what goes into it, its training by TensorFlow.js,
// and the plain walk through it. Kept beside the trees to be measured (docs/evidence.md); it leaves as ONNX.
import { SaidError, say } from '../../contract/index.ts';
import type { Scalar } from '@tensorflow/tfjs-core';
import { sigmoid } from '../detect/index.ts';
import { seeded, shuffle, subSeed, type Random } from './random.ts';

export interface PerceptronOptions {
  readonly method: 'perceptron';
  readonly seed: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Weight of the squared weights in what is minimised. */
  readonly decay: number;
  /** Share of inputs of a row that are hidden in a step, against leaning on single features. */
  readonly blanked: number;
}

export const PERCEPTRON_DEFAULTS: PerceptronOptions = {
  method: 'perceptron',
  seed: 1,
  hidden: [64, 32],
  epochs: 4,
  batch: 256,
  learningRate: 1e-3,
  decay: 1e-4,
  blanked: 0.2,
};

/** Values stand at most so many deviations from their mean: what is farther out says no more. */
export const FARTHEST = 4;

/** One layer: `weights[i * units + u]` from input i to unit u. */
export interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Inputs are the features' values, log-scaled and standardised, 0 where they are missing; and as many again, 1 where
 * they are. All layers but the last are rectified; the last has one unit, log odds.
 */
export interface Perceptron {
  /** By feature, of sign(x) log(1 + |x|) over the rows taught. */
  readonly mean: Float32Array;
  /** One over the deviation; 0 for a feature that never differs. */
  readonly steep: Float32Array;
  readonly layers: readonly Layer[];
}

/** Rows to be taught: `features` values each, NaN where missing. */
export interface PerceptronSet {
  readonly x: Float32Array;
  readonly features: number;
  readonly y: Uint8Array;
  readonly weight: Float64Array;
}

function logScaled(v: number): number {
  return Math.sign(v) * Math.log1p(Math.abs(v));
}

/** Inputs of the first layer for one row. */
function inputsOf(
  n: Pick<Perceptron, 'mean' | 'steep'>,
  x: Float32Array,
  at: number,
  out: Float32Array,
  to: number,
): void {
  const { mean, steep } = n;
  const { length } = mean;
  for (let f = 0; f < length; f++) {
    const v = x[at + f]!;
    const missing = v !== v;
    const z = missing ? 0 : (logScaled(v) - mean[f]!) * steep[f]!;
    out[to + f] = Math.min(FARTHEST, Math.max(-FARTHEST, z));
    out[to + length + f] = missing ? 1 : 0;
  }
}

function standardised({ x, features, weight }: PerceptronSet): Pick<Perceptron, 'mean' | 'steep'> {
  const mean = new Float32Array(features);
  const steep = new Float32Array(features);
  const rows = weight.length;
  for (let f = 0; f < features; f++) {
    let total = 0;
    let sum = 0;
    let squares = 0;
    for (let r = 0; r < rows; r++) {
      const v = x[r * features + f]!;
      if (v !== v) continue;
      const z = logScaled(v);
      total += weight[r]!;
      sum += weight[r]! * z;
      squares += weight[r]! * z * z;
    }
    if (total === 0) continue;
    mean[f] = sum / total;
    const variance = squares / total - (sum / total) ** 2;
    steep[f] = variance > 1e-9 ? 1 / Math.sqrt(variance) : 0;
  }
  return { mean, steep };
}

/** TensorFlow.js on its WebAssembly backend, in one thread: sums are in the same order each time. */
async function tensorflow(): Promise<typeof import('@tensorflow/tfjs-core')> {
  try {
    const tf = await import('@tensorflow/tfjs-core');
    if (tf.getBackend() === 'wasm') return tf;
    // Derivatives of its operations come with this package only; nothing else of it is used.
    await import('@tensorflow/tfjs-layers');
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setThreadsCount(1);
    await tf.setBackend('wasm');
    await tf.ready();
    return tf;
  } catch (error) {
    throw new SaidError(say('perceptron-without', { why: error instanceof Error ? error.message : String(error) }));
  }
}

/** Weights of a layer by He et al. 2015, uniform. */
function firstWeights(inputs: number, units: number, random: Random): Float32Array {
  const limit = Math.sqrt(6 / inputs);
  return Float32Array.from({ length: inputs * units }, () => (random() * 2 - 1) * limit);
}

/**
 * Trains by Adam on weighted cross entropy. The same set and options give the same network on the same machine.
 * @throws SaidError where TensorFlow.js is not installed
 */
export async function trainPerceptron(set: PerceptronSet, o: PerceptronOptions): Promise<Perceptron> {
  const tf = await tensorflow();
  const rows = set.weight.length;
  const inputs = set.features * 2;
  const scale = standardised(set);
  const all = new Float32Array(rows * inputs);
  for (let r = 0; r < rows; r++) inputsOf(scale, set.x, r * set.features, all, r * inputs);
  const random = seeded(subSeed(o.seed, 0));
  const sizes = [inputs, ...o.hidden, 1];
  const variables = sizes
    .slice(1)
    .map((units, i) => ({
      weights: tf.variable(tf.tensor2d(firstWeights(sizes[i]!, units, random), [sizes[i]!, units])),
      bias: tf.variable(tf.zeros([units])),
    }));
  const optimizer = tf.train.adam(o.learningRate);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const picked = new Float32Array(o.batch * inputs);
  for (let epoch = 0; epoch < o.epochs; epoch++) {
    shuffle(order, random);
    for (let from = 0; from < rows; from += o.batch) {
      const count = Math.min(o.batch, rows - from);
      const y = new Float32Array(count);
      const weight = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const r = order[from + i]!;
        picked.set(all.subarray(r * inputs, (r + 1) * inputs), i * inputs);
        blank(picked, i * inputs, set.features, o.blanked, random);
        y[i] = set.y[r]!;
        weight[i] = set.weight[r]!;
      }
      tf.tidy(() => {
        const x = tf.tensor2d(picked.slice(0, count * inputs), [count, inputs]);
        const wanted = tf.tensor2d(y, [count, 1]);
        const counts = tf.tensor2d(weight, [count, 1]);
        optimizer.minimize(() => {
          let z: ReturnType<typeof tf.matMul> = x;
          let squares = tf.scalar(0);
          for (const [i, { weights, bias }] of variables.entries()) {
            const sum = tf.add(tf.matMul(z, weights), bias);
            z = i < variables.length - 1 ? tf.relu(sum) : sum;
            squares = tf.add(squares, tf.sum(tf.square(weights)));
          }
          // log(1 + e^z) - y z, by max(z, 0) so that nothing overflows
          const softplus = tf.add(tf.relu(z), tf.log(tf.add(tf.exp(tf.neg(tf.abs(z))), 1)));
          const loss = tf.sub(softplus, tf.mul(wanted, z));
          return tf.add<Scalar>(tf.mean(tf.mul(counts, loss)), tf.mul(squares, o.decay));
        });
      });
    }
  }
  const layers = variables.map(({ weights, bias }): Layer => {
    const [from, units] = weights.shape as [number, number];
    const layer = {
      inputs: from,
      units,
      weights: Float32Array.from(weights.dataSync()),
      bias: Float32Array.from(bias.dataSync()),
    };
    weights.dispose();
    bias.dispose();
    return layer;
  });
  optimizer.dispose();
  return { ...scale, layers };
}

/** Makes a share of a row's features missing. */
function blank(x: Float32Array, at: number, features: number, share: number, random: Random): void {
  if (share === 0) return;
  for (let f = 0; f < features; f++) {
    if (random() >= share) continue;
    x[at + f] = 0;
    x[at + features + f] = 1;
  }
}

/** The plain walk. @param x values of the network's features from `at` on @returns log odds */
export function perceptronScore(n: Perceptron, x: Float32Array, at: number): number {
  let values = new Float32Array(n.mean.length * 2);
  inputsOf(n, x, at, values, 0);
  for (const [i, layer] of n.layers.entries()) {
    const next = Float32Array.from(layer.bias);
    for (let j = 0; j < layer.inputs; j++) {
      const v = values[j]!;
      if (v === 0) continue;
      const row = j * layer.units;
      for (let u = 0; u < layer.units; u++) next[u] = next[u]! + v * layer.weights[row + u]!;
    }
    if (i < n.layers.length - 1) for (let u = 0; u < next.length; u++) next[u] = Math.max(0, next[u]!);
    values = next;
  }
  return values[0]!;
}

/** Of log odds. */
export const probabilityOf = sigmoid;
