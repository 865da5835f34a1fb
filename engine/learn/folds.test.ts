import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafLogShares, type RawScore, scoreVector } from '../detect/index.ts';
import { testRandom } from '../testing/packets.ts';
import { capturesRaised, permuted, tlsByFamily } from './audit.ts';
import { exampleWeights, type Examples } from './examples.ts';
import { type Fold, type FoldOptions, trainFolds } from './folds.ts';
import { foldOf } from './source-folds.ts';
import { BOOSTING_DEFAULTS, trainHere } from './train.ts';

const WIDTH = 6;
const rowsOf = (e: Examples): Int32Array => Int32Array.from({ length: e.rows }, (_, i) => i);

/** Flows of captures, of sources by number; values of malicious flows are larger. */
function made(capture: readonly number[], captures: readonly (readonly [source: number, label: number])[]): Examples {
  const random = testRandom(11);
  const label = Uint8Array.from(capture, (c) => captures[c]![1]);
  const x = new Float32Array(capture.length * WIDTH);
  x.forEach((_, i) => (x[i] = random() + label[Math.floor(i / WIDTH)]! * 3));
  const sources = Math.max(...captures.map(([s]) => s)) + 1;
  return {
    rows: capture.length,
    stride: WIDTH,
    x,
    label,
    capture: Int32Array.from(capture),
    source: Int32Array.from(capture, (c) => captures[c]![0]),
    family: Int32Array.from(capture, (c) => captures[c]![1]),
    group: new Uint8Array(capture.length),
    tcp: new Uint8Array(capture.length),
    trust: new Float64Array(captures.length).fill(1),
    sourceNames: Array.from({ length: sources }, (_, s) => `s${s}`),
    familyNames: ['', 'bad'],
  };
}

/** Five sources of four captures of 40 flows, the odd ones malicious. */
function corpus(): Examples {
  return made(
    Array.from({ length: 800 }, (_, r) => Math.floor(r / 40)),
    Array.from({ length: 20 }, (_, c) => [c >> 2, c % 2] as const),
  );
}

const OPTIONS: FoldOptions = {
  train: (set, options) => Promise.resolve(trainHere(set, options)),
  options: { ...BOOSTING_DEFAULTS, trees: 1, rounds: 8, columnShare: 1 },
  places: Int32Array.from({ length: WIDTH }, (_, i) => i),
  perCapture: 300,
  folds: 3,
  groupNames: ['tls'],
  progress: () => {},
};

async function folds(e: Examples): Promise<Fold[]> {
  const all: Fold[] = [];
  for await (const fold of trainFolds(e, OPTIONS)) all.push(fold);
  return all;
}

test('folds hold whole sources, each once, and their thresholds tell flows of sources they never saw', async () => {
  const e = corpus();
  const all = await folds(e);
  assert.deepEqual(all.flatMap((f) => f.sources).sort(), [0, 1, 2, 3, 4]);
  const s: RawScore = { raw: 0, novelty: 0 };
  const over = [0, 0];
  for (const { ensemble, sources, thresholds } of all) {
    const shares = leafLogShares(ensemble);
    for (const r of rowsOf(e)) {
      if (!sources.includes(e.source[r]!)) continue;
      scoreVector(ensemble, shares, OPTIONS.places, e.x, r * WIDTH, s);
      if (s.raw > thresholds['all']!.suspicious) over[e.label[r]!] = over[e.label[r]!]! + 1;
    }
  }
  assert.equal(over[1], 400);
  assert.ok(over[0]! <= 8, `${over[0]} of 400 ordinary flows are over a threshold of 1 %`);
  assert.deepEqual(await folds(corpus()), all);
});

test('only sources of the rows given are dealt, so that no inner fold stands empty', () => {
  const e = corpus();
  const inside = rowsOf(e).filter((r) => e.source[r] !== 0);
  const place = foldOf(e, 4, inside);
  assert.deepEqual([1, 2, 3, 4].map(place), [0, 1, 2, 3]);
});

test('each capture weighs the same, small and doubted ones less, and both classes the same', () => {
  const capture = [100, 20, 20, 5].flatMap((n, c) => Array.from({ length: n }, () => c));
  const e = {
    ...made(capture, [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 0],
    ]),
    trust: Float64Array.of(1, 1, 0.25, 1),
  };
  const weight = exampleWeights(e, rowsOf(e));
  const of = (c: number): number => weight.reduce((sum, w, r) => sum + (capture[r] === c ? w : 0), 0);
  const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
  near(of(0), of(1));
  near(of(2), of(1) / 4);
  near(of(3), 72.5);
  near(of(0) + of(1) + of(2), 72.5);
  const small = made(
    [...capture.slice(0, 120), 2, 2, 3, 3],
    [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 0],
    ],
  );
  const light = exampleWeights(small, rowsOf(small));
  near(light[120]! + light[121]!, light.subarray(0, 100).reduce((a, b) => a + b) / 5);
});

test('labels dealt by chance stay whole by capture, as many as before', () => {
  const e = corpus();
  const dealt = permuted(e, 3);
  const by = (label: Uint8Array): number[] => Array.from({ length: 20 }, (_, c) => label[c * 40]!);
  assert.ok(dealt.label.every((l, r) => l === by(dealt.label)[e.capture[r]!]));
  assert.deepEqual(by(dealt.label).sort(), by(e.label).sort());
  assert.notDeepEqual([...by(dealt.label)], [...by(e.label)]);
});

test('captures raised and TLS by family count what is over the thresholds', () => {
  const e = made(
    [0, 0, 1, 1, 2],
    [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
  );
  const raw = Float64Array.of(5, 1, 2, 4, 3);
  const split = { split: 'source' as const, raw, foreign: new Map([['all flows', new Float64Array(5).fill(4.5)]]) };
  assert.deepEqual(capturesRaised(e, split), { malicious: 1, ofMalicious: 2, benign: 0, ofBenign: 1 });
  assert.deepEqual(tlsByFamily(e, split), [{ family: 'bad', flows: 3, recall: 1 / 3 }]);
});
