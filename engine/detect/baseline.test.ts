// Baselines as files: both versions load, damaged ones do not, and two of one network are put together.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BaselineDocument, learnBaseline, loadBaseline, mergeBaselines, ownBaseline } from './baseline.ts';
import { loadModel } from './model.ts';
import { LIMITS, type NetworkFacts, NetworkNotes } from './network.ts';

const loaded = loadModel(readFileSync(join(import.meta.dirname, '..', '..', 'models', 'default.json'), 'utf8'));
assert.ok(loaded.ok);
const { model } = loaded;

function learned(scores: readonly number[], note: (n: NetworkNotes) => void = () => undefined): BaselineDocument {
  const notes = new NetworkNotes();
  note(notes);
  const group = { raw: [...scores], novelty: scores.map(() => 0.5) };
  const files = [{ file: 'a.pcap', flows: scores.length, left_out: 0 }];
  return learnBaseline(model, new Map([['tls', group]]), files, new Date(0), notes.facts());
}

const steps = (from: number, n: number): number[] => Array.from({ length: n }, (_, i) => from + i / n);

test('version 2 comes back as it was written; version 1 loads without what is known of the network', () => {
  const doc = learned(steps(0, 50), (n) => n.peer('example.test', 4));
  assert.deepEqual(loadBaseline(JSON.stringify(doc)), doc);
  const { network: _, ...rest } = doc;
  const { sketch: __, ...group } = doc.groups['tls']!;
  const old = loadBaseline(JSON.stringify({ ...rest, version: 1, groups: { tls: group, all: group } }));
  assert.equal(old?.version, 1);
  assert.equal(old.network, undefined);
  assert.equal(ownBaseline(model, old)?.thresholds('tls').flows, 50);
});

test('a damaged baseline is none', () => {
  const doc = learned(steps(0, 50), (n) => n.client('10.0.0.5', ['a'], 3));
  const network = doc.network!;
  const many = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
  const odd: readonly Partial<Record<keyof NetworkFacts, unknown>>[] = [
    { peers: [] },
    { peers: { a: 'many' } },
    { peers: { a: -1 } },
    { peers: { a: 1e308 } },
    { clients: { a: { flows: 0.5, ja4: [] } } },
    { serverNames: [1] },
    { clients: { a: { flows: 1 } } },
    { clients: { a: null } },
    { administrators: 'all' },
    { resolvers: many(LIMITS.hosts + 1) },
    { regular: undefined },
  ];
  for (const change of odd)
    assert.equal(
      loadBaseline(JSON.stringify({ ...doc, network: { ...network, ...change } })),
      null,
      JSON.stringify(change).slice(0, 60),
    );
  for (const change of [{ version: 3 }, { network: null }, { network: [] }, { files: 'x' }, { learned: 1 }])
    assert.equal(loadBaseline(JSON.stringify({ ...doc, ...change })), null, JSON.stringify(change));
  assert.notEqual(loadBaseline(JSON.stringify(doc)), null);
  const text = JSON.stringify(doc);
  for (let cut = 0; cut < text.length; cut += 997) assert.equal(loadBaseline(text.slice(0, cut)), null);
});

test('two baselines together are as one that was learned from all, and say what is new', () => {
  const [a, b] = [steps(0, 300), steps(0.5, 200)];
  const merged = mergeBaselines(
    learned(a, (n) => n.peer('old.test', 2)),
    learned(b, (n) => {
      n.peer('old.test', 3);
      n.peer('new.test');
      n.role('administrators', '10.0.0.9');
    }),
  );
  assert.ok(merged !== null);
  const whole = learned([...a, ...b]);
  const got = merged.document.groups['tls']!;
  const want = whole.groups['tls']!;
  assert.deepEqual(
    [got.flows, got.malicious, got.suspicious, got.median],
    [500, want.malicious, want.suspicious, want.median],
  );
  assert.equal(merged.document.network!.peers['old.test'], 5);
  assert.deepEqual(merged.document.network!.administrators, ['10.0.0.9']);
  assert.deepEqual(merged.newPeers, ['new.test']);
  const moved = merged.drift.find((d) => d.group === 'tls')!;
  assert.ok(moved.after.suspicious > moved.before.suspicious);
});

test('of many flows the highest scores are kept as they are, and quantiles hold within half a percent', () => {
  const scores = steps(0, 40_000);
  const merged = mergeBaselines(learned(scores), learned(scores))!;
  const group = merged.document.groups['tls']!;
  assert.equal(group.flows, 80_000);
  assert.ok(group.sketch!.top.length <= 512 && group.sketch!.body.length <= 512);
  const want = learned(scores).groups['tls']!;
  for (const key of ['malicious', 'suspicious', 'median'] as const)
    assert.ok(Math.abs(group[key] - want[key]) < 0.005, `${key}: ${group[key]} and ${want[key]}`);
});

test('counts that somebody made as large as they go are still counts when they are put together', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const doc = learned(steps(0, 50), (n) => {
    n.peer('a', most);
    n.client('10.0.0.5', [], most);
  });
  const all = { ...doc.groups['all']!, flows: most };
  const large = loadBaseline(JSON.stringify({ ...doc, groups: { ...doc.groups, all } })) ?? assert.fail();
  const { document } = mergeBaselines(large, large) ?? assert.fail();
  const again = loadBaseline(JSON.stringify(document)) ?? assert.fail('cannot be read');
  assert.deepEqual([again.network!.peers['a'], again.groups['all']!.flows], [most, most]);
});

test('baselines of two models are not put together', () => {
  const doc = learned(steps(0, 50));
  assert.equal(mergeBaselines(doc, { ...doc, model: 'another' }), null);
});

test('what is noted of a network is bounded', () => {
  const notes = new NetworkNotes();
  for (let i = 0; i < LIMITS.peers + 10; i++) notes.peer(`p${i}`);
  for (let i = 0; i < 100; i++) notes.client('10.0.0.5', [`j${i}`]);
  for (let i = 0; i < LIMITS.clients + 10; i++) notes.client(`h${i}`, []);
  notes.peer('x'.repeat(300));
  const facts = notes.facts();
  assert.equal(Object.keys(facts.peers).length, LIMITS.peers);
  assert.equal(facts.clients['10.0.0.5']!.ja4.length, LIMITS.ja4);
  assert.equal(Object.keys(facts.clients).length, LIMITS.clients);
});

test('two points of the witness need 500 flows, and a score that is not ordinary elsewhere either', () => {
  const elsewhere = (model.thresholds['tls'] ?? model.thresholds['all'])!.suspicious;
  const two = (scores: readonly number[]): number => ownBaseline(model, learned(scores))!.thresholds('tls').malicious;
  assert.equal(two(steps(elsewhere + 1, 499)), Infinity);
  const high = steps(elsewhere + 1, 500);
  assert.equal(two(high), learned(high).groups['tls']!.malicious);
  assert.equal(two(steps(elsewhere - 5, 500)), elsewhere);
});
