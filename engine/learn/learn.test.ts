import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomForestClassifier } from 'ml-random-forest';
import { forestJson, leafLogShares, loadMlForest, loadModel, scoreVector, type RawScore } from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { testModel } from '../testing/models.ts';
import { testRandom } from '../testing/packets.ts';
import { Trainer } from '../lab/trainer.ts';
import { bernoulliBayes, multinomialBayes } from './bayes.ts';
import { binColumns, MISSING_BIN } from './bins.ts';
import { mergeDuplicates, type Examples } from './examples.ts';
import { linearSvm, logisticRegression } from './linear.ts';
import { auc, averagePrecision, thresholdAt, weightedScores } from './metrics.ts';
import { hostPairs } from './original.ts';
import { rbfSvm } from './svm.ts';
import { BOOSTING_DEFAULTS, FOREST_DEFAULTS, type Method, trainHere, type TrainingSet } from './train.ts';

function blobs(rows: number, width: number, seed: number): { x: Float32Array; y: Uint8Array } {
  const random = testRandom(seed);
  const x = new Float32Array(rows * width);
  const y = new Uint8Array(rows);
  for (let r = 0; r < rows; r++) {
    y[r] = r % 2;
    for (let c = 0; c < width; c++) x[r * width + c] = random() + random() + (c < 3 ? y[r]! * 0.9 : 0);
    if (random() < 0.1) x[r * width] = NaN;
  }
  return { x, y };
}

function trainingSet(x: Float32Array, y: Uint8Array, width: number): TrainingSet {
  return {
    binned: binColumns(
      x,
      y.length,
      width,
      Array.from({ length: width }, (_, i) => i),
    ),
    y,
    weight: new Float64Array(y.length).fill(1),
  };
}

test('the same seed gives the same model with 1, 2 and 3 threads', async () => {
  const { x, y } = blobs(600, 8, 1);
  const set = trainingSet(x, y, 8);
  for (const method of ['random-forest', 'extra-trees', 'boosting'] satisfies Method[]) {
    const options =
      method === 'boosting'
        ? { ...BOOSTING_DEFAULTS, trees: 3, rounds: 5 }
        : { ...FOREST_DEFAULTS, method, trees: 7, maxDepth: 6 };
    const here = trainHere(set, options);
    for (const threads of [2, 3]) {
      const trainer = new Trainer(threads);
      assert.deepEqual(await trainer.train(set, options), here);
      await trainer.close();
    }
  }
});

test('every method learns what can be learned', () => {
  const { x, y } = blobs(800, 6, 2);
  const test = blobs(400, 6, 3);
  for (const method of ['random-forest', 'extra-trees', 'decision-tree', 'boosting'] satisfies Method[]) {
    const model = trainHere(
      trainingSet(x, y, 6),
      method === 'boosting'
        ? { ...BOOSTING_DEFAULTS, trees: 1, columnShare: 1 }
        : { ...FOREST_DEFAULTS, method, trees: 40 },
    );
    const s: RawScore = { raw: 0, novelty: 0 };
    const shares = leafLogShares(model);
    const places = Int32Array.from([0, 1, 2, 3, 4, 5]);
    const scores = Array.from(test.y, (_, r) => {
      scoreVector(model, shares, places, test.x, r * 6, s);
      return s.raw;
    });
    assert.ok(auc(scores, test.y) > (method === 'decision-tree' ? 0.8 : 0.93), `${method}: ${auc(scores, test.y)}`);
  }
  const rows = Array.from(y, (_, r) => Float64Array.from(x.subarray(r * 6, r * 6 + 6), (v) => (v === v ? v : 1)));
  const labels = [...y];
  for (const classifier of [
    logisticRegression(rows, labels),
    linearSvm(rows, labels, 1),
    rbfSvm(rows.slice(0, 300), labels.slice(0, 300), 1),
    multinomialBayes(rows, labels),
  ]) {
    assert.ok(
      auc(
        rows.map((r) => classifier.score(r)),
        labels,
      ) > 0.85,
    );
  }
  assert.ok(
    bernoulliBayes(
      rows.map((r) => r.map((v) => (v > 1.3 ? 1 : 0))),
      labels,
    ).score([1, 1, 1, 0, 0, 0]) > 0,
  );
});

test('bins keep order, and missing has its own', () => {
  const x = Float32Array.from({ length: 5000 }, (_, i) => (i % 50 === 0 ? NaN : Math.sin(i) * 1e6));
  const b = binColumns(x, 5000, 1, [0]);
  for (let i = 1; i < 5000; i++) {
    if (x[i] !== x[i]) assert.equal(b.data[i], MISSING_BIN);
    else if (x[i - 1] === x[i - 1])
      assert.ok(x[i]! >= x[i - 1]! === b.data[i]! >= b.data[i - 1]! || b.data[i] === b.data[i - 1]);
  }
});

test('metrics equal values worked out by hand', () => {
  assert.equal(auc([1, 2, 3, 4], [0, 1, 0, 1]), 0.75);
  assert.ok(Math.abs(averagePrecision([4, 3, 2, 1], [1, 0, 1, 0]) - (0.5 + 0.5 * (2 / 3))) < 1e-12);
  assert.equal(thresholdAt([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.1), 9);
  assert.deepEqual(weightedScores([1, 1, 0, 0], [1, 0, 0, 0]), {
    f1: 0.25 * (2 / 3) + 0.75 * 0.8,
    precision: 0.25 * 0.5 + 0.75 * 1,
    accuracy: 0.75,
  });
});

test('an ml-random-forest model scores here as it votes there', () => {
  const { x, y } = blobs(200, 4, 7);
  const rows = Array.from(y, (_, r) => [...x.subarray(r * 4, r * 4 + 4)].map((v) => (v === v ? v : 1)));
  const theirs = new RandomForestClassifier({
    seed: 3,
    nEstimators: 15,
    maxFeatures: 0.75,
    replacement: false,
    noOOB: true,
  });
  theirs.train(rows, [...y]);
  const ours = loadMlForest(JSON.parse(JSON.stringify(theirs.toJSON())));
  assert.ok(ours.ok);
  const predicted = theirs.predict(rows);
  const score: RawScore = { raw: 0, novelty: 0 };
  const shares = leafLogShares(ours.ensemble);
  rows.forEach((r, i) => {
    scoreVector(ours.ensemble, shares, Int32Array.from([0, 1, 2, 3]), Float32Array.from(r), 0, score);
    assert.equal(score.raw > 0.5 ? 1 : 0, predicted[i]);
  });
  assert.equal(loadMlForest({ name: 'x' }).ok, false);
});

test('a forest of ours votes in ml-random-forest as its trees do here, with missing values too, and comes back', () => {
  const ours = testModel();
  assert.ok(ours.ensemble.missingLeft.includes(1), 'some splits send what is missing left');
  const text = forestJson(ours)!;
  const theirs = RandomForestClassifier.load(JSON.parse(text));
  const back = loadModel(text);
  assert.ok(back.ok);
  assert.deepEqual(back.model.features, ours.features);
  const random = testRandom(5);
  const score: RawScore = { raw: 0, novelty: 0 };
  const { ensemble, places } = ours;
  let malicious = 0;
  for (let r = 0; r < 500; r++) {
    const x = new Float32Array(FEATURE_COUNT);
    for (let i = 0; i < x.length; i++) x[i] = random() < 0.2 ? NaN : random() * 200 - 20;
    // Values of the splits themselves, where one float decides.
    for (let i = r % 7; i < ensemble.feature.length; i += 7) {
      const split = ensemble.threshold[i]!;
      if (ensemble.feature[i]! >= 0 && Number.isFinite(split) && random() < 0.2)
        x[places[ensemble.feature[i]!]!] = split;
    }
    const row = Array.from(places, (p) => x[p]!);
    let votes = 0;
    for (const root of ensemble.roots) {
      const one = { ...ensemble, roots: Int32Array.of(root), base: 0, scale: 1 };
      scoreVector(one, ours.logShares, places, x, 0, score);
      votes += score.raw > 0.5 ? 1 : 0;
    }
    const there = [[...row, ...row.map((v) => -v)]];
    assert.equal(
      theirs
        .predictionValues(there)
        .getRow(0)
        .reduce((sum, vote) => sum + vote, 0),
      votes,
    );
    if (votes * 2 !== ensemble.roots.length)
      assert.deepEqual(theirs.predict(there), [votes * 2 > ensemble.roots.length ? 1 : 0]);
    scoreVector(back.model.ensemble, back.model.logShares, back.model.places, x, 0, score);
    assert.ok(Math.abs(score.raw - votes / ensemble.roots.length) < 1e-12);
    if (votes * 2 > ensemble.roots.length) malicious++;
  }
  assert.ok(malicious > 20 && malicious < 480, `${malicious} of 500`);
  assert.equal(forestJson({ ...ours, method: 'boosting' }), null);
  // What JSON reads as infinite is no split.
  const odd = loadModel(text.replace(/"splitValue":-?[\d.e+-]+/, '"splitValue":-1e999'));
  assert.equal(odd.ok, false);
  // In the package a split asks a column from 0 on; ours calls a leaf -1.
  for (const column of ['-1', '-1255', '0.5', '1e9', 'null']) {
    const none = loadModel(text.replace(/"splitColumn":\d+/, `"splitColumn":${column}`));
    assert.equal(none.ok ? '' : none.message.say, 'forest-damaged', column);
  }
});

test('near-duplicates of a source are merged, those of another are not', () => {
  const x = Float32Array.from([1.0001, 2, 1.0002, 2, 1.0001, 2, 1.5, 2]);
  const e: Examples = {
    rows: 4,
    stride: 2,
    x,
    label: new Uint8Array(4),
    capture: new Int32Array(4),
    source: Int32Array.from([0, 0, 1, 0]),
    family: new Int32Array(4),
    group: new Uint8Array(4),
    tcp: new Uint8Array(4),
    trust: new Float64Array(1).fill(1),
    sourceNames: ['a', 'b'],
    familyNames: [''],
  };
  assert.deepEqual([...mergeDuplicates(e, Int32Array.from([0, 1]))], [0, 2, 3]);
});

test('host pairs are unordered, and the first packet’s info is not counted', () => {
  const row = (source: string, destination: string, length: number) => ({
    time: 0,
    source,
    destination,
    length,
    info: 'Ether / IP / UDP',
    label: 'good' as const,
  });
  const { x, y } = hostPairs([row('a', 'b', 10), row('b', 'a', 30), row('', 'b', 5)]);
  assert.equal(x.length, 1);
  assert.deepEqual([x[0]![0], x[0]![5], x[0]![6], y[0]], [20, 1, 1, 1]);
});
