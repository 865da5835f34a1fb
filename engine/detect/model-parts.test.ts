// Model files whose digest is right, by whoever made them otherwise: each is refused with a sentence, none throws.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { say } from '../../contract/index.ts';
import { testModel } from '../testing/models.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { loadModel, makeModel, packTrees, reasonsFor, scoreVector } from './index.ts';
import { MAX_DEPTH } from './trees.ts';

type Body = Record<string, unknown>;

const { sha256: _, ...BODY } = JSON.parse(makeModel(testModel()).text) as Body;

function said(body: Body): unknown {
  const loaded = loadModel(JSON.stringify({ ...body, sha256: hash('sha256', JSON.stringify(body), 'hex') }));
  return loaded.ok ? 'taken' : loaded.message.say;
}

const b64 = (a: ArrayBufferView): string => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('base64');

/** One tree that is a chain of splits. */
function chain(depth: number, asked = 40): Body {
  const n = depth * 2 + 1;
  const splits = (i: number): boolean => i < n - 1 && i % 2 === 0;
  return {
    base: 0,
    scale: 1,
    roots: b64(Int32Array.of(0)),
    feature: b64(Int16Array.from({ length: n }, (__, i) => (splits(i) ? (i >> 1) % asked : -1))),
    threshold: b64(new Float32Array(n)),
    left: b64(Int32Array.from({ length: n }, (__, i) => (splits(i) ? i + 1 : 0))),
    right: b64(Int32Array.from({ length: n }, (__, i) => (splits(i) ? i + 2 : 0))),
    missingLeft: b64(new Uint8Array(n)),
    value: b64(Float64Array.from({ length: n }, (__, i) => (i % 7) / 7)),
    // As many as leaves below.
    cover: b64(Float32Array.from({ length: n }, (__, i) => (splits(i) ? depth + 1 - i / 2 : 1))),
  };
}

test('the file of a model, and the one that is shipped, are taken', () => {
  assert.equal(said(BODY), 'taken');
  const shipped = loadModel(readFileSync(new URL('../../models/default.json', import.meta.url), 'utf8'));
  assert.equal(shipped.ok, true);
  // A group without a limit of novelty: JSON has no infinity.
  assert.equal(said({ ...BODY, novelty: { all: null } }), 'taken');
});

test('what stands beside the trees is what its readers count on, or the model is refused', () => {
  const odd: readonly Body[] = [
    { features: undefined },
    { features: 'packets_fwd' },
    { features: [] },
    { features: [1] },
    { name: 1 },
    { created: null },
    { seed: '1' },
    { calibration: null },
    { calibration: { raw: [0, 1], probability: [0] } },
    { calibration: { raw: [1, 0], probability: [0, 1] } },
    { calibration: { raw: [0, 1], probability: [0, 2] } },
    { calibration: { raw: ['0'], probability: [0] } },
    { thresholds: { all: { malicious: '0.8', suspicious: 0.5, flows: 1 } } },
    { thresholds: { all: {} } },
    { thresholds: [] },
    { novelty: { all: '3' } },
    { novelty: undefined },
    { reference: { all: { flows: 1, quantiles: 'AAAA' } } },
    { reference: { all: { flows: 1, quantiles: 7 } } },
    { reference: null },
    { training: 'much' },
  ];
  for (const change of odd) assert.equal(said({ ...BODY, ...change }), 'model-parts-damaged', JSON.stringify(change));
  assert.equal(said({ ...BODY, features: ['no_such'] }), 'model-no-feature');
  assert.equal(said({ ...BODY, schema: { toString: 1 } }), 'model-other-schema');
});

test('trees are whole numbers of nodes, no deeper than can be walked, with numbers in them', () => {
  const trees = BODY['ensemble'] as Body;
  const odd: readonly unknown[] = [
    undefined,
    null,
    [],
    { ...trees, base: null },
    { ...trees, scale: '1' },
    { ...trees, roots: undefined },
    { ...trees, roots: '' },
    { ...trees, roots: 'AAA=' },
    { ...trees, feature: 'AAAA' },
    { ...chain(3), value: b64(new Float64Array(7).fill(NaN)) },
    { ...chain(3), threshold: b64(new Float32Array(7).fill(NaN)) },
    { ...chain(3), cover: b64(new Float32Array(7)) },
    { ...chain(3), cover: b64(Float32Array.of(4, 1, 3, 0, 0, 1, 1)) },
    { ...chain(3), cover: b64(new Float32Array(7).fill(-1)) },
    { ...chain(3), value: b64(new Float64Array(7).fill(1e308)), scale: 1e10 },
    chain(MAX_DEPTH + 1),
    chain(20_000),
  ];
  for (const ensemble of odd)
    assert.equal(said({ ...BODY, ensemble }), 'model-trees-damaged', JSON.stringify(ensemble)?.slice(0, 200));
  assert.equal(said({ ...BODY, ensemble: chain(MAX_DEPTH) }), 'taken');
});

test('the deepest trees that are taken are laid out and explained, or have no reasons: never wrong ones', () => {
  const told = (asked: number): number => {
    const body = { ...BODY, ensemble: chain(MAX_DEPTH, asked) };
    const loaded = loadModel(JSON.stringify({ ...body, sha256: hash('sha256', JSON.stringify(body), 'hex') }));
    assert.ok(loaded.ok);
    const { model } = loaded;
    packTrees(model.ensemble, model.places, model.logShares);
    let reasons = 0;
    for (const value of [NaN, 0, -1, 1e30]) {
      const x = new Float32Array(FEATURE_COUNT).fill(value);
      const { base, groups, reasons: some } = reasonsFor(model, x, 0, 10);
      const s = { raw: 0, novelty: 0 };
      scoreVector(model.ensemble, model.logShares, model.places, x, 0, s);
      const sum = [...groups.values()].reduce((a, b) => a + b, base);
      if (some.length > 0)
        assert.ok(Math.abs(sum - s.raw) < 1e-5, `${asked} features of ${value}: ${sum} for ${s.raw}`);
      reasons += some.length;
    }
    return reasons;
  };
  const all = told(10);
  assert.ok(all > 0);
  assert.ok(told(100) < all, 'contributions that are off by ten orders of magnitude are not told');
});

test('a document that is nested without end is refused', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const loaded = loadModel(`{"format":"sightline-model","version":1,"sha256":"x","training":${deep}}`);
  assert.deepEqual(loaded, { ok: false, reason: 'damaged', message: say('model-damaged') });
});
