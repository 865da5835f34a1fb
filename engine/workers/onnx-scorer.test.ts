// ONNX models in their thread: what they answer, and what becomes of those that take too long, too much, or are none.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { english, SaidError } from '../../contract/index.ts';
import {
  FLOAT,
  onnxModel,
  type OnnxModel,
  scoreVector,
  treeProbability,
  treesOnnx,
  type TreeModel,
} from '../detect/index.ts';
import { FEATURE_COUNT, featureIndex } from '../features/index.ts';
import { testModel } from '../testing/models.ts';
import { endlessModel, greedyModel, int, madeCard, madeModel } from '../testing/onnx-files.ts';
import { testRandom } from '../testing/packets.ts';
import { Detector } from './detector.ts';
import { ONNX_LIMITS, OnnxScorer, proveModel } from './onnx-scorer.ts';
import { BLOCK_ROWS, VectorBlock } from './vector-block.ts';

const scorers: OnnxScorer[] = [];
after(() => Promise.all(scorers.map((s) => s.close())));

function loaded(bytes: Uint8Array): OnnxModel {
  const read = onnxModel(bytes, null, 'mine.onnx');
  assert.ok(read.ok && read.model.kind === 'onnx', read.ok ? '' : english(read.message));
  return read.model;
}

function scorer(bytes: Uint8Array, limits: Partial<typeof ONNX_LIMITS> = {}): OnnxScorer {
  const made = new OnnxScorer(loaded(bytes), { ...ONNX_LIMITS, ...limits });
  scorers.push(made);
  return made;
}

async function refusal(s: OnnxScorer): Promise<string> {
  try {
    await s.ready();
  } catch (error) {
    assert.ok(error instanceof SaidError);
    return english(error.said);
  }
  return 'taken';
}

/** Vectors as flows have them: many values missing, some large. */
function filled(block: VectorBlock, count: number, random: () => number): void {
  block.count = count;
  for (let i = 0; i < count * FEATURE_COUNT; i++) {
    const kind = random();
    if (kind < 0.3) block.vectors[i] = NaN;
    else block.vectors[i] = kind < 0.9 ? random() * 200 - 20 : random() * 1e7;
  }
}

const FORWARD = featureIndex('packets_fwd');
const REVERSE = featureIndex('packets_rev');

function vector(forward: number, reverse: number): Float32Array {
  const x = new Float32Array(FEATURE_COUNT).fill(NaN);
  x[FORWARD] = forward;
  x[REVERSE] = reverse;
  return x;
}

test('our trees as ONNX answer what they do, within a millionth', async () => {
  const model = testModel();
  const logOdds: TreeModel = { ...model, method: 'boosting', ensemble: { ...model.ensemble, base: -0.7, scale: 2.5 } };
  for (const m of [model, logOdds]) {
    const s = scorer(treesOnnx(m));
    const block = new VectorBlock();
    const random = testRandom(5);
    let worst = 0;
    const own = { raw: 0, novelty: 0 };
    for (const count of [BLOCK_ROWS, 1, 77]) {
      filled(block, count, random);
      await s.score(block.vectors, block.raw, count);
      for (let r = 0; r < count; r++) {
        scoreVector(m.ensemble, m.logShares, m.places, block.vectors, r * FEATURE_COUNT, own);
        worst = Math.max(worst, Math.abs(treeProbability(m, own.raw) - block.raw[r]!));
      }
    }
    assert.ok(worst < 1e-6, `${m.method} differs by ${worst}`);
    // A flow has its point by both or by neither: thresholds went along.
    const { all } = loaded(treesOnnx(m)).thresholds;
    assert.ok(Math.abs(all!.suspicious - treeProbability(m, m.thresholds['all']!.suspicious)) < 1e-12);
  }
});

test('missing values become what the model says; columns and fixed sizes are kept to', async () => {
  const half = scorer(madeModel({ card: madeCard({ missing: [0.2, 0.6] }) }));
  assert.ok(Math.abs((await half.scoreOne(vector(NaN, NaN))) - 0.4) < 1e-6);
  assert.ok(Math.abs((await half.scoreOne(vector(0.5, NaN))) - 0.55) < 1e-6);
  const three = scorer(
    madeModel({
      inputs: [{ name: 'x', type: FLOAT, shape: [3, 2] }],
      nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
      outputs: [{ name: 'y', type: FLOAT, shape: [3, 2] }],
      card: madeCard({ missing: 0, column: 0 }),
    }),
  );
  const block = new VectorBlock();
  for (let r = 0; r < 7; r++) block.vectors.set(vector(r / 10, 1), r * FEATURE_COUNT);
  await three.score(block.vectors, block.raw, 7);
  assert.deepEqual([...block.raw.subarray(0, 8)], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0].map(Math.fround));
});

test('a block of a detector is scored by an ONNX model in its order, whatever the number of threads', async () => {
  const model = loaded(madeModel());
  const done: number[] = [];
  const detector = new Detector(model, 3, (b) => done.push(b.raw[0]!));
  assert.equal(detector.trees, null);
  for (let n = 0; n < 5; n++) {
    const b = new VectorBlock();
    b.vectors.set(vector(n / 10, n / 10), 0);
    b.count = n === 0 ? BLOCK_ROWS : 1;
    detector.give(b);
  }
  await detector.finish();
  assert.deepEqual(
    done.map((v) => Number(v.toFixed(6))),
    [0, 0.1, 0.2, 0.3, 0.4],
  );
  await OnnxScorer.of(model).close();
});

test('a model that never answers is ended, and what waits for it hears why', async () => {
  const s = scorer(endlessModel(), { start: 4_000 });
  const waiting = s.scoreOne(vector(1, 1));
  waiting.catch(() => undefined);
  assert.equal(await refusal(s), 'it gave no answer for 4 s and was ended');
  await assert.rejects(
    waiting,
    (e: SaidError) => english(e.said) === 'The model made gives no scores: it gave no answer for 4 s and was ended.',
  );
  await assert.rejects(s.scoreOne(vector(1, 1)), SaidError, 'it stays ended');
});

test('a model that asks for too much memory is refused, and a smaller one is not', async () => {
  assert.match(await refusal(scorer(greedyModel(800_000_000))), /takes more memory than the 512 MB/);
  assert.equal(await refusal(scorer(greedyModel(1_000_000))), 'taken');
  assert.match(await refusal(scorer(greedyModel(30_000_000), { megabytes: 64 })), /takes more memory than the 64 MB/);
});

test('a model is tried out before it judges', async () => {
  assert.match(await refusal(scorer(madeModel({ card: madeCard() }))), /no number where values are missing/);
  const doubled = (card: string): Uint8Array =>
    madeModel({
      nodes: [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
      outputs: [{ name: 'y', type: FLOAT, shape: [null, 2] }],
      card,
    });
  assert.match(await refusal(scorer(doubled(madeCard({ missing: 0 })))), /answers 2, which is no probability/);
  const measured = { all: { malicious: 9, suspicious: 5, flows: 100 } };
  assert.equal(await refusal(scorer(doubled(madeCard({ missing: 0, thresholds: measured })))), 'taken');
  assert.match(await refusal(scorer(doubled(madeCard({ missing: 0, column: 2 })))), /answers \[512, 2\] for 512 flows/);
  const cube = madeModel({
    nodes: [{ operator: 'Unsqueeze', inputs: ['x', 'axis'], outputs: ['y'] }],
    tensors: [(w) => w.ints(1, [1]).int(2, 7).text(8, 'axis').ints(7, [2])],
    outputs: [{ name: 'y', type: FLOAT, shape: [null, 2, 1] }],
  });
  assert.match(await refusal(scorer(cube)), /answers \[512, 2, 1\]/);
});

test('what the runtime does not know is refused with its word', async () => {
  const unknown = madeModel({ nodes: [{ operator: 'Nonsense', inputs: ['x'], outputs: ['y'] }] });
  assert.match(await refusal(scorer(unknown)), /^the runtime refuses it: .*Nonsense/);
  const bad = madeModel({ nodes: [{ operator: 'Cast', inputs: ['x'], outputs: ['y'], attributes: [int('to', 99)] }] });
  assert.match(await refusal(scorer(bad)), /^the runtime refuses it: /);
  await assert.rejects(proveModel('/some/mine.onnx', loaded(unknown)), /model-not-used|mine\.onnx/);
  await proveModel('trees.json', testModel());
});
