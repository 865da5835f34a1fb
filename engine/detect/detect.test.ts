import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { say } from '../../contract/index.ts';
import { FEATURES } from '../features/index.ts';
import { binColumns, BOOSTING_DEFAULTS, FOREST_DEFAULTS, trainHere, type TrainingSet } from '../learn/index.ts';
import { testRandom } from '../testing/packets.ts';
import { learnBaseline, loadBaseline, ownBaseline } from './baseline.ts';
import { calibrated, fitIsotonic } from './isotonic.ts';
import { loadModel, makeModel } from './model.ts';
import type { TreeModel } from './model-type.ts';
import { treeShap } from './shap.ts';
import { scoreBlock } from './block-scorer.ts';
import { packTrees } from './packed-trees.ts';
import { leafLogShares, scoreVector, type Ensemble, type RawScore } from './trees.ts';
import { RANK_STEPS, rankOf, rankTable, shownRank } from './ranks.ts';
import { foreignBaseline, reasonRecord, reasonsFor, unfamiliar, witness } from './verdict.ts';

const WIDTH = 4;

/** Rows whose class depends on two of four columns, some values missing. */
function toy(rows: number, seed: number): { x: Float32Array; set: TrainingSet } {
  const random = testRandom(seed);
  const x = new Float32Array(rows * WIDTH);
  const y = new Uint8Array(rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < WIDTH; c++) x[r * WIDTH + c] = random() < 0.1 ? NaN : random() * 10;
    y[r] = (x[r * WIDTH]! > 5 ? 1 : 0) ^ (x[r * WIDTH + 1]! > 7 ? 1 : 0);
  }
  return { x, set: { binned: binColumns(x, rows, WIDTH, [0, 1, 2, 3]), y, weight: new Float64Array(rows).fill(1) } };
}

const places = Int32Array.from([0, 1, 2, 3]);

/** Value of a coalition: known features follow x, hidden ones go both ways by cover. */
function coalition(e: Ensemble, node: number, x: Float32Array, at: number, known: number): number {
  const f = e.feature[node]!;
  if (f < 0) return e.value[node]!;
  const l = e.left[node]!;
  const r = e.right[node]!;
  if (known & (1 << f)) {
    const v = x[at + f]!;
    const goesLeft = Number.isNaN(v) ? e.missingLeft[node] === 1 : v <= e.threshold[node]!;
    return coalition(e, goesLeft ? l : r, x, at, known);
  }
  const cover = e.cover[l]! + e.cover[r]!;
  return (e.cover[l]! * coalition(e, l, x, at, known) + e.cover[r]! * coalition(e, r, x, at, known)) / cover;
}

function shapley(e: Ensemble, x: Float32Array, at: number): number[] {
  const value = (known: number): number =>
    e.scale * e.roots.reduce((sum, root) => sum + coalition(e, root, x, at, known), 0);
  const factorial = [1, 1, 2, 6, 24];
  return [0, 1, 2, 3].map((i) => {
    let phi = 0;
    for (let s = 0; s < 16; s++) {
      if (s & (1 << i)) continue;
      const size = [0, 1, 2, 3].filter((j) => s & (1 << j)).length;
      phi += ((factorial[size]! * factorial[3 - size]!) / factorial[4]!) * (value(s | (1 << i)) - value(s));
    }
    return phi;
  });
}

test('TreeSHAP equals brute force over all coalitions and adds up to 1e-9', () => {
  for (const [kind, options] of [
    ['walk', { ...FOREST_DEFAULTS, trees: 5, maxDepth: 9, minChild: 1 }],
    ['masks', { ...FOREST_DEFAULTS, trees: 5, maxDepth: 5 }],
    ['masks', { ...BOOSTING_DEFAULTS, trees: 2, rounds: 10, columnShare: 1, maxDepth: 4 }],
  ] as const) {
    const { x, set } = toy(400, 3);
    // Labels that nothing tells apart make trees of many leaves.
    const e = trainHere(kind === 'walk' ? { ...set, y: set.y.map((v, i) => (i % 3 === 0 ? 1 - v : v)) } : set, options);
    const shares = leafLogShares(e);
    const score: RawScore = { raw: 0, novelty: 0 };
    const packed = packTrees(e, places, shares);
    assert.equal(packed.kind, kind);
    const raw = new Float64Array(60);
    const novelty = new Float64Array(60);
    scoreBlock(packed, x, 60, WIDTH, raw, novelty);
    for (let r = 0; r < 60; r++) {
      const { base, values } = treeShap(e, places, x, r * WIDTH);
      scoreVector(e, shares, places, x, r * WIDTH, score);
      assert.deepEqual({ raw: raw[r], novelty: novelty[r] }, score);
      assert.ok(Math.abs(base + values.reduce((a, b) => a + b, 0) - score.raw) < 1e-9);
      shapley(e, x, r * WIDTH).forEach((phi, i) =>
        assert.ok(Math.abs(phi - values[i]!) < 1e-9, `row ${r}, feature ${i}: ${phi} and ${values[i]}`),
      );
    }
  }
});

function toyModel(): { model: TreeModel; text: string } {
  const { set } = toy(300, 4);
  const ensemble = trainHere(set, { ...FOREST_DEFAULTS, trees: 6, maxDepth: 5 });
  return makeModel({
    name: 'toy',
    method: 'random-forest',
    created: '2026-01-01',
    seed: 1,
    features: FEATURES.slice(3, 3 + WIDTH).map((f) => f.name),
    ensemble,
    calibration: { raw: [0, 1], probability: [0.1, 0.9] },
    thresholds: { all: { malicious: 0.8, suspicious: 0.6, flows: 100 } },
    novelty: { all: 100 },
    ranks: {},
    reference: {},
    training: {},
  });
}

test('a model survives writing and reading, and a changed byte is noticed', () => {
  const { model, text } = toyModel();
  const again = loadModel(text);
  assert.ok(again.ok);
  assert.deepEqual(again.model.ensemble.value, model.ensemble.value);
  assert.equal(again.model.sha256, model.sha256);
  const damaged = loadModel(text.replace('"seed": 1', '"seed": 2'));
  assert.deepEqual([damaged.ok, !damaged.ok && damaged.reason], [false, 'damaged']);
  assert.equal(loadModel('{}').ok, false);
  assert.equal(loadModel('not json').ok, false);
});

test('trees that share nodes, or point backward or outside, are no trees', () => {
  const { model, text } = toyModel();
  const { sha256: _, ...body } = JSON.parse(text) as { sha256: string; ensemble: Record<string, string> };
  const { roots, feature, left, right } = model.ensemble;
  const loaded = (name: string, array: Int32Array): unknown => {
    const changed = { ...body, ensemble: { ...body.ensemble, [name]: Buffer.from(array.buffer).toString('base64') } };
    const again = loadModel(JSON.stringify({ ...changed, sha256: hash('sha256', JSON.stringify(changed), 'hex') }));
    return again.ok || again.message;
  };
  const split = feature.findIndex((f) => f >= 0);
  const other = feature.findIndex((f, i) => f >= 0 && i > split);
  assert.equal(loaded('roots', roots.slice()), true);
  for (const [name, array] of [
    ['left', left.with(split, right[split]!)],
    ['left', left.with(split, left[other]!)],
    ['left', left.with(split, split)],
    ['left', left.with(split, feature.length)],
    ['roots', roots.with(1, roots[0]!)],
    ['roots', roots.with(1, left[split]!)],
    ['roots', roots.with(1, -1)],
  ] as const)
    assert.deepEqual(loaded(name, array), say('model-trees-damaged'));
});

test('the model adds a point over the threshold of 1 %, and never two without a baseline of one’s own', () => {
  const base = foreignBaseline(toyModel().model);
  assert.equal(witness(0.9, base, 'tls'), 1);
  assert.equal(witness(0.7, base, 'tls'), 1);
  assert.equal(witness(0.1, base, 'tls'), 0);
  assert.equal(unfamiliar(101, base, 'tls'), true);
  assert.equal(unfamiliar(1, base, 'tls'), false);
});

test('a rank is the share of ordinary flows that score lower, between steps on a line', () => {
  const table = rankTable(Array.from({ length: 10_000 }, (_, i) => i));
  assert.equal(table.length, RANK_STEPS.length);
  assert.equal(rankOf(table, -1), 0);
  assert.ok(Math.abs(rankOf(table, 5_000) - 50) < 0.1);
  assert.ok(Math.abs(rankOf(table, 9_950) - 99.5) < 0.1);
  assert.equal(rankOf(table, 10_001), 100);
  assert.deepEqual([50, 99.9, 100].map(shownRank), [50, 99.9, 99.95], 'no flow is said to be above all ordinary ones');
  assert.equal(rankOf(rankTable([3, 3, 3]), 3), 0);
});

test('reasons add up to the raw score with their base, and stand in order of weight', () => {
  const { model } = toyModel();
  const vector = new Float32Array(FEATURES.length).fill(NaN);
  vector.set([8, 2, 5, 5], 3);
  const scored: RawScore = { raw: 0, novelty: 0 };
  scoreVector(model.ensemble, model.logShares, model.places, vector, 0, scored);
  const { base, groups, reasons } = reasonsFor(model, vector, 0, 10);
  assert.ok(Math.abs(base + [...groups.values()].reduce((a, b) => a + b, 0) - scored.raw) < 1e-9);
  for (let i = 1; i < reasons.length; i++)
    assert.ok(Math.abs(reasons[i - 1]!.contribution) >= Math.abs(reasons[i]!.contribution));
});

test('a reason is data; its record has six digits and the English text', () => {
  const vector = new Float32Array(FEATURES.length).fill(NaN);
  const [feature] = reasonsFor(toyModel().model, vector, 0, 1).reasons;
  assert.deepEqual(
    [feature!.by, feature!.value, reasonRecord(feature!).text],
    ['feature', null, `${FEATURES.find((f) => f.name === feature!.feature)!.meaning}: missing`],
  );
  const group = 'Endpoints';
  assert.deepEqual(
    reasonRecord({ by: 'feature', group, feature: 'scope_responder', value: 2, contribution: 0.123_456_789 }),
    {
      group,
      feature: 'scope_responder',
      value: 2,
      contribution: 0.123457,
      text: 'responder’s address (0 private, 1 public, 2 multicast or broadcast): 2',
    },
  );
  const said = say('ev-model-witness', { share: '99.1' });
  const reason = { by: 'rule', rule: 'x', kind: 'model', points: 1, counts: true, flows: 3, said } as const;
  assert.deepEqual(reasonRecord(reason), {
    group: 'Evidence',
    feature: 'x',
    value: 1,
    contribution: 0,
    text: 'The model scores a flow higher than 99.1 % of ordinary flows of its protocol.',
  });
});

test('a learned baseline moves the threshold to this network’s own scores, and knows its model', () => {
  const { model } = toyModel();
  const raw = Array.from({ length: 2000 }, (_, i) => i / 4000);
  const doc = learnBaseline(model, new Map([['tls', { raw, novelty: raw.map(() => 1) }]]), [], new Date(0));
  const own = ownBaseline(model, loadBaseline(JSON.stringify(doc))!)!;
  assert.equal(own.learned, true);
  // 0.5 % are trimmed, then two in a thousand may exceed.
  assert.ok(Math.abs(doc.groups['tls']!.malicious - 0.4965) < 0.002);
  // Other networks' ordinary flows reach 0.6: below that a score is rare here only, and has one point.
  assert.equal(own.thresholds('tls').malicious, 0.6);
  assert.equal(witness(0.52, own, 'tls'), 1);
  assert.equal(witness(0.61, own, 'tls'), 2);
  assert.equal(witness(own.thresholds('tls').suspicious + 1e-6, own, 'tls'), 1);
  assert.ok(own.rank('tls', 0.25) > 45 && own.rank('tls', 0.25) < 55);
  assert.equal(ownBaseline({ ...model, sha256: 'other' }, doc), null);
  assert.equal(loadBaseline('{"format":"x"}'), null);
});

test('isotonic calibration is monotone and equals pooled means', () => {
  const c = fitIsotonic([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1]);
  for (let i = 1; i < c.probability.length; i++) assert.ok(c.probability[i]! >= c.probability[i - 1]!);
  assert.ok(calibrated(c, 0) < calibrated(c, 7));
});
