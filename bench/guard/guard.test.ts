// The guard of speed on made-up lines: what counts as slower, against what, and what it says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Line, linesOf, machineName, over, record, withLine, yardstick } from './results.ts';
import { slowerOf } from './slower.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-guard-'));
after(() => rmSync(home, { recursive: true, force: true }));

const line = (n: number, ratios: Line['ratios'], machine = 'here', bench = 'open'): Line => ({
  bench,
  commit: `commit${n}`,
  date: new Date(Date.UTC(2026, 10, 1) + n * 86_400_000).toISOString(),
  machine,
  ratios,
});

test('slower is what lies more than a tenth over the median of the commits before, whatever the order of lines', () => {
  const before = [1, 1.02, 0.98, 5, 1.01].map((r, n) => line(n, { tshark: r }));
  assert.deepEqual(slowerOf([line(9, { tshark: 1.11 }), ...before]).slower, []);
  const [slower, ...more] = slowerOf([line(9, { tshark: 1.12 }), ...before]).slower;
  assert.deepEqual(more, []);
  assert.deepEqual(slower, {
    bench: 'open',
    machine: 'here',
    ratio: 'tshark',
    commit: 'commit9',
    now: 1.12,
    before: 1.01,
    commits: 5,
  });
  assert.deepEqual(slowerOf([...before, line(9, { tshark: 0.2 })]).slower, [], 'faster is none');
});

test('other machines, other benches and the same commit are nothing to compare with; only ten commits count', () => {
  const judged = slowerOf([
    line(1, { a: 1 }, 'there'),
    line(2, { a: 1 }, 'here', 'flows'),
    line(3, { a: 9, b: 2 }),
    line(3, { a: 1 }),
  ]);
  assert.deepEqual([judged.slower, judged.compared, judged.first], [[], 0, 3]);
  const old = Array.from({ length: 20 }, (_, n) => line(n, { a: 1 }));
  const recent = Array.from({ length: 10 }, (_, n) => line(20 + n, { a: 2 }));
  assert.deepEqual(slowerOf([...old, ...recent, line(40, { a: 2.1 })]).slower, []);
  assert.equal(slowerOf([...old, line(40, { a: 2.1 })]).slower.length, 1);
  const without = slowerOf([line(1, { a: 1 }), line(2, { b: 1 }), line(3, { a: 2 })]);
  assert.deepEqual(
    [without.slower.map((s) => s.commits), without.compared],
    [[1], 1],
    'a commit without it is passed over',
  );
});

test('a bench that runs again at a commit replaces what it measured; lines that are none are left out', () => {
  const lines = withLine([line(1, { a: 1, b: 2 }), line(2, { a: 1 })], line(1, { a: 3 }));
  assert.deepEqual(
    lines.map((l) => [l.commit, l.ratios]),
    [
      ['commit2', { a: 1 }],
      ['commit1', { a: 3, b: 2 }],
    ],
  );
  const text = [
    '',
    'no JSON',
    '{"bench":"x"}',
    JSON.stringify({ ...line(1, {}), ratios: { a: 'fast' } }),
    '[]',
    'null',
  ];
  assert.deepEqual(linesOf([...text, JSON.stringify(line(1, { a: 1 }))].join('\n')), [line(1, { a: 1 })]);
});

test('what a bench measured is a line of this commit and machine; what it could not measure is left out', () => {
  const path = join(home, 'results.jsonl');
  record('open', { 'time over tshark': over(1, 3), 'time over ndpi': over(1, null), odd: NaN, none: over(1, 0) }, path);
  record('open', { memory: 2 }, path);
  record('flows', { nothing: null }, path);
  const [only, ...more] = linesOf(readFileSync(path, 'utf8'));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [only!.bench, only!.ratios, only!.machine],
    ['open', { 'time over tshark': 0.3333, memory: 2 }, machineName()],
  );
  assert.match(only!.commit, /^([0-9a-f]{10}|unknown)\+?$/);
  assert.ok(Math.abs(Date.now() - Date.parse(only!.date)) < 60_000);
  assert.ok(yardstick() > 0 && yardstick() === yardstick());
});

test('the command says what is slower and ends with 1, with 0 where nothing is, with 2 where there is nothing', () => {
  const path = join(home, 'made.jsonl');
  const guard = (lines: readonly Line[]): { status: number | null; out: string } => {
    writeFileSync(path, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
    const done = spawnSync(process.execPath, [join(import.meta.dirname, 'guard.ts'), path], { encoding: 'utf8' });
    return { status: done.status, out: done.stdout };
  };
  const slow = guard([line(1, { tshark: 1, ndpi: 1 }), line(2, { tshark: 1.5, ndpi: 1.05 })]);
  assert.equal(slow.status, 1);
  assert.match(slow.out, /^slower by 50 %: open, tshark: 1\.5 at commit2, before 1 \(here\)\n1 of 2 ratios are slower/);
  const good = guard([line(1, { tshark: 1 }), line(2, { tshark: 1.09 })]);
  assert.deepEqual([good.status, good.out.startsWith('0 of 1 ratios are slower')], [0, true]);
  assert.equal(guard([]).status, 2);
});
