// `npm run bench:ml`: our trainer beside scikit-learn's forest and ml-random-forest on the same synthetic rows, in one
// run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomForestClassifier } from 'ml-random-forest';
import { leafLogShares, scoreVector, type RawScore } from '../engine/detect/index.ts';
import { binColumns, FOREST_DEFAULTS, seeded } from '../engine/learn/index.ts';
import { Trainer } from '../engine/lab/trainer.ts';
import { markdown } from './run.ts';

const ROWS = 20_000;
const COLUMNS = 80;
const TREES = 200;
const DEPTH = 12;
const SMALL = 1_000;

const centreRandom = seeded(99);
/** Centres of eight clusters, four a class, on the first 12 columns. */
const centres = Array.from({ length: 8 }, () => Array.from({ length: 12 }, () => centreRandom() * 2.4 - 1.2));

/** Two classes of Gaussian clusters on 12 columns, the rest noise, one label in 20 wrong. */
function rows(count: number, seed: number): { x: Float32Array; y: Uint8Array } {
  const random = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const x = new Float32Array(count * COLUMNS);
  const y = new Uint8Array(count);
  for (let r = 0; r < count; r++) {
    const label = r % 2;
    const cluster = Math.floor(random() * 4);
    for (let c = 0; c < COLUMNS; c++) x[r * COLUMNS + c] = normal() + (c < 12 ? centres[cluster * 2 + label]![c]! : 0);
    y[r] = random() < 0.05 ? 1 - label : label;
  }
  return { x, y };
}

const train = rows(ROWS, 1);
const test = rows(10_000, 2);
const out: string[][] = [];

const places = Int32Array.from({ length: COLUMNS }, (_, i) => i);
const accuracies = new Map<string, number>();
for (const threads of [1, 2]) {
  const trainer = new Trainer(threads);
  const started = performance.now();
  const set = {
    binned: binColumns(train.x, ROWS, COLUMNS, places),
    y: train.y,
    weight: new Float64Array(ROWS).fill(1),
  };
  const model = await trainer.train(set, { ...FOREST_DEFAULTS, trees: TREES, maxDepth: DEPTH });
  const seconds = (performance.now() - started) / 1000;
  await trainer.close();
  const s: RawScore = { raw: 0, novelty: 0 };
  const shares = leafLogShares(model);
  let right = 0;
  for (let r = 0; r < test.y.length; r++) {
    scoreVector(model, shares, places, test.x, r * COLUMNS, s);
    if ((s.raw > 0.5 ? 1 : 0) === test.y[r]) right++;
  }
  accuracies.set(`sightline ${threads}`, right / test.y.length);
  out.push([
    `sightline, ${threads} thread${threads > 1 ? 's' : ''}`,
    String(ROWS),
    String(TREES),
    `${seconds.toFixed(2)} s`,
    (right / test.y.length).toFixed(4),
  ]);
}

const folder = mkdtempSync(join(tmpdir(), 'sightline-ml-'));
for (const [name, set] of [
  ['train', train],
  ['test', test],
] as const) {
  writeFileSync(join(folder, `${name}.x`), new Uint8Array(set.x.buffer));
  writeFileSync(join(folder, `${name}.y`), set.y);
}
const script = `
import numpy as np, time, sys
from sklearn.ensemble import RandomForestClassifier
def load(n):
    return np.fromfile(f'${folder}/{n}.x', dtype=np.float32).reshape(-1, ${COLUMNS}), np.fromfile(f'${folder}/{n}.y', \
dtype=np.uint8)
x, y = load('train'); tx, ty = load('test')
for jobs in (1, 2):
    t = time.time()
    m = RandomForestClassifier(n_estimators=${TREES}, max_depth=${DEPTH}, random_state=1, n_jobs=jobs).fit(x, y)
    print(jobs, time.time() - t, m.score(tx, ty))
`;
// Debian's interpreter, which has python3-sklearn; another one first in the path may not.
const python = spawnSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' });
if (python.status === 0) {
  for (const line of python.stdout.trim().split('\n')) {
    const [jobs, seconds, accuracy] = line.split(' ').map(Number);
    accuracies.set(`sklearn ${jobs}`, accuracy!);
    out.push([
      `scikit-learn, ${jobs} job${jobs! > 1 ? 's' : ''}`,
      String(ROWS),
      String(TREES),
      `${seconds!.toFixed(2)} s`,
      accuracy!.toFixed(4),
    ]);
  }
} else console.error(`scikit-learn is not there: ${python.stderr.split('\n').at(-2)}`);

{
  const started = performance.now();
  const forest = new RandomForestClassifier({
    seed: 1,
    nEstimators: 10,
    maxFeatures: 0.2,
    replacement: true,
    noOOB: true,
  });
  forest.train(
    Array.from({ length: SMALL }, (_, r) => [...train.x.subarray(r * COLUMNS, (r + 1) * COLUMNS)]),
    [...train.y.subarray(0, SMALL)],
  );
  const seconds = (performance.now() - started) / 1000;
  const predicted = forest.predict(Array.from(test.y, (_, r) => [...test.x.subarray(r * COLUMNS, (r + 1) * COLUMNS)]));
  out.push([
    'ml-random-forest',
    String(SMALL),
    '10',
    `${seconds.toFixed(2)} s`,
    (predicted.filter((p, r) => p === test.y[r]).length / test.y.length).toFixed(4),
  ]);
}
const ours = accuracies.get('sightline 2')!;
const theirs = accuracies.get('sklearn 2');
const text = [
  '# The trainer beside its peers',
  '',
  `Written by \`npm run bench:ml\` on ${new Date().toISOString().slice(0, 10)}: synthetic rows of ${COLUMNS} ` +
    `columns, depth ${DEPTH}, accuracy on 10,000 other rows. ml-random-forest at the size that it can stand.`,
  '',
  markdown(['trainer', 'rows', 'trees', 'time', 'accuracy'], out),
  '',
  theirs === undefined
    ? 'scikit-learn was not installed.'
    : `Accuracy differs from scikit-learn's by ${Math.abs(ours - theirs).toFixed(4)} (at most 0.005 is wanted).`,
  '',
].join('\n');
writeFileSync(join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'bench-ml.md'), text);
console.log(text);
process.exit(theirs !== undefined && Math.abs(ours - theirs) > 0.005 ? 1 : 0);
