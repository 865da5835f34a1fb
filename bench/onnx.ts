// `npm run bench:onnx [-- FILE.onnx…]`: models as ONNX beside ourselves on every labelled flow: do they say the same,
// and what does it cost? Files that are named are told of too, without anything to compare them with.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  onnxModel,
  type OnnxModel,
  packTrees,
  scoreBlock,
  scoreVector,
  type TreeModel,
  treeProbability,
  treesOnnx,
} from '../engine/detect/index.ts';
import { FEATURE_COUNT } from '../engine/features/index.ts';
import { readLesson } from '../engine/host-learn.ts';
import { folders, readLabels } from '../engine/host.ts';
import { shippedFile, usableModel } from '../engine/session/index.ts';
import { OnnxScorer, VectorBlock } from '../engine/workers/index.ts';
import { SHARED_DATA as DATA } from '../engine/testing/captures.ts';
import { testModel } from '../engine/testing/models.ts';
import { markdown } from './run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROWS = 512;

function loaded(bytes: Uint8Array, name: string): OnnxModel {
  const read = onnxModel(bytes, null, name);
  if (!read.ok || read.model.kind !== 'onnx') throw new Error(`${name} is not usable`);
  return read.model;
}

const lesson = await readLesson(readLabels(DATA), { folders: [DATA], cacheFolder: folders().cache, set: 'robust' });
const { x, rows } = lesson.whole;
const table: string[][] = [];

/** @param own the same model as ours; null where there is none */
async function measure(title: string, bytes: Uint8Array, own: TreeModel | null): Promise<void> {
  const scorer = new OnnxScorer(loaded(bytes, title), { start: 60_000, block: 60_000, megabytes: 512 });
  let started = performance.now();
  await scorer.ready();
  const ready = performance.now() - started;
  const trees = own === null ? null : packTrees(own.ensemble, own.places, own.logShares);
  const block = new VectorBlock();
  const raw = new Float64Array(ROWS);
  const novelty = new Float64Array(ROWS);
  const walked = { raw: 0, novelty: 0 };
  let [theirs, ours, worst] = [0, 0, 0];
  for (let from = 0; from < rows; from += ROWS) {
    const count = Math.min(ROWS, rows - from);
    block.vectors.set(x.subarray(from * FEATURE_COUNT, (from + count) * FEATURE_COUNT));
    started = performance.now();
    await scorer.score(block.vectors, block.raw, count);
    theirs += performance.now() - started;
    if (own === null || trees === null) continue;
    started = performance.now();
    scoreBlock(trees, block.vectors, count, FEATURE_COUNT, raw, novelty);
    ours += performance.now() - started;
    for (let r = 0; r < count; r++) {
      scoreVector(own.ensemble, own.logShares, own.places, block.vectors, r * FEATURE_COUNT, walked);
      worst = Math.max(worst, Math.abs(treeProbability(own, walked.raw) - block.raw[r]!));
    }
  }
  await scorer.close();
  const each = (ms: number): string => ((ms / rows) * 1000).toFixed(1);
  table.push([
    title,
    `${Math.ceil(bytes.length / 1024)} KB`,
    `${(ready / 1000).toFixed(1)} s`,
    `${each(theirs)} µs`,
    own === null ? '–' : `${each(ours)} µs`,
    own === null ? '–' : worst.toExponential(1),
  ]);
}

const shipped = usableModel(shippedFile(ROOT)) as TreeModel;
await measure(`${shipped.name} (boosting)`, treesOnnx(shipped), shipped);
const forest = testModel();
await measure('a forest of 20 trees', treesOnnx(forest), forest);
for (const file of process.argv.slice(2)) await measure(basename(file), readFileSync(file), null);

const runtime = join(ROOT, 'node_modules/onnxruntime-web');
const { version } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8')) as { version: string };
const wasm = statSync(join(runtime, 'dist/ort-wasm-simd-threaded.wasm')).size;
const text = [
  '# ONNX models beside ourselves',
  '',
  `Written by \`npm run bench:onnx\` on ${new Date().toISOString().slice(0, 10)}: ${rows} flows of the labelled ` +
    `captures, in blocks of ${ROWS}; onnxruntime-web ${version} (its WebAssembly has ${(wasm / 1e6).toFixed(0)} MB), ` +
    'one thread. "Ready" is the start of the thread and the runtime, loading, and a trial of one block; it is ' +
    'paid once a process.',
  '',
  markdown(['model', 'file', 'ready', 'a flow, ONNX', 'a flow, ours', 'largest difference of probabilities'], table),
  '',
].join('\n');
writeFileSync(join(ROOT, 'docs', 'bench-onnx.md'), text);
process.stdout.write(text);
