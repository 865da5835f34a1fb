// `npm run campaign:onnx [-- --models N --seed S]`: damaged ONNX models through the reader and, where it takes them,
// through the runtime in its thread. Each is taken or refused with a sentence in time; this process goes on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { english, SaidError } from '../../contract/index.ts';
import { onnxModel, treesOnnx } from '../../engine/detect/index.ts';
import { seeded } from '../../engine/learn/index.ts';
import { testModel } from '../../engine/testing/models.ts';
import { endlessModel, greedyModel, madeModel } from '../../engine/testing/onnx-files.ts';
import { OnnxScorer } from '../../engine/workers/index.ts';
import { markdown } from '../run.ts';

const { values: v } = parseArgs({ options: { models: { type: 'string' }, seed: { type: 'string' } } });
const MODELS = Number(v.models ?? 200);
const random = seeded(Number(v.seed ?? 7));
const LIMITS = { start: 6_000, block: 6_000, megabytes: 256 };
/** Beyond its own limit a thread may take this long to end, ms. */
const GRACE = 4_000;

const seeds: readonly (readonly [string, Uint8Array])[] = [
  ['mean of two', madeModel()],
  ['trees', treesOnnx(testModel())],
  ['loop without end', endlessModel()],
  ['tensor of 4 MB', greedyModel(1_000_000)],
];

function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const at = Math.floor(random() * copy.length);
    copy[at] = random() < 0.5 ? copy[at]! ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256);
  }
  return copy;
}

interface Count {
  read: number;
  run: number;
  slow: number;
  greedy: number;
  taken: number;
  longest: number;
}
const counts = new Map(
  seeds.map(([name]): [string, Count] => [name, { read: 0, run: 0, slow: 0, greedy: 0, taken: 0, longest: 0 }]),
);
for (let n = 0; n < MODELS;) {
  const [name, bytes] = seeds[n % seeds.length]!;
  const count = counts.get(name)!;
  const read = onnxModel(damaged(bytes), null, 'damaged.onnx');
  if (!read.ok || read.model.kind !== 'onnx') {
    count.read++;
    continue;
  }
  n++;
  const started = performance.now();
  const scorer = new OnnxScorer(read.model, LIMITS);
  try {
    await scorer.ready();
    count.taken++;
  } catch (error) {
    if (!(error instanceof SaidError)) throw error;
    if (english(error.said) === '') throw new Error('a refusal without a word', { cause: error });
    if (error.said.say === 'onnx-too-slow') count.slow++;
    else if (error.said.say === 'onnx-memory') count.greedy++;
    else count.run++;
  }
  await scorer.close();
  count.longest = Math.max(count.longest, performance.now() - started);
  if (count.longest > LIMITS.start + GRACE) throw new Error(`${name}: ${count.longest.toFixed(0)} ms`);
}
const text = [
  '# Damaged ONNX models',
  '',
  `Written by \`npm run campaign:onnx\` on ${new Date().toISOString().slice(0, 10)} (seed ${v.seed ?? 7}): one to ` +
    `three bytes of a model changed; ${MODELS} that the reader took went to the runtime, with ` +
    `${LIMITS.start / 1000} s and ${LIMITS.megabytes} MB each. None ended or held this process.`,
  '',
  markdown(
    ['model', 'refused by the reader', 'refused by the runtime', 'ended: time', 'refused: memory', 'taken', 'longest'],
    [...counts].map(([name, c]) => [
      name,
      ...[c.read, c.run, c.slow, c.greedy, c.taken].map(String),
      `${(c.longest / 1000).toFixed(1)} s`,
    ]),
  ),
  '',
].join('\n');
writeFileSync(fileURLToPath(new URL(join('..', '..', 'docs', 'fuzz-onnx.md'), import.meta.url)), text);
process.stdout.write(text);
