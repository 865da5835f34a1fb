// Counts around flows, against plain counts of everything that happened before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AROUND, SURROUNDINGS, Surroundings } from './surroundings.ts';

interface Start {
  readonly source: number;
  readonly peer: number;
  readonly at: number;
}

/** Told by hand: tenths of a window, the one of `now` and nine before it. */
const inside = (at: number, now: number, tenth: number): boolean =>
  Math.floor(at / tenth) > Math.floor(now / tenth) - 10;

/** What is said around the last of `starts`, counted from all of them. */
function counted(starts: readonly Start[], failures: readonly Start[]): number[] {
  const { source, peer, at } = starts.at(-1)!;
  const ofSource = starts.filter((s) => s.source === source);
  const ofPair = ofSource.filter((s) => s.peer === peer);
  const gaps = ofPair
    .slice(-8)
    .map((s) => s.at)
    .map((now, i, all) => now - all[i - 1]!)
    .slice(1);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const squares = gaps.reduce((a, b) => a + b * b, 0) / gaps.length;
  return [
    ofSource.filter((s) => inside(s.at, at, 6)).length,
    ofSource.filter((s) => inside(s.at, at, 60)).length,
    new Set(ofSource.filter((s) => inside(s.at, at, 60)).map((s) => s.peer)).size,
    failures.filter((s) => s.source === source && inside(s.at, at, 60)).length,
    ofPair.filter((s) => inside(s.at, at, 60)).length,
    ofPair.length < 2 ? NaN : at - ofPair.at(-2)!.at,
    gaps.length < 3 ? NaN : Math.sqrt(Math.max(0, squares - mean * mean)) / mean,
    starts.filter((s) => s.peer === peer && inside(s.at, at, 60)).length,
  ];
}

/** The same numbers each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

function columnsOf(rows: number) {
  return {
    initiator: new Uint32Array(rows),
    responder: new Uint32Array(rows),
    surroundings: new Float32Array(rows * SURROUNDINGS),
  };
}

test('what stands around a flow is what a count of all flows before it says', () => {
  const rows = 3_000;
  const columns = columnsOf(rows);
  const around = new Surroundings(columns);
  const roll = dice(7);
  const starts: Start[] = [];
  const failures: Start[] = [];
  let at = 0;
  for (let row = 0; row < rows; row++) {
    // Now and then a silence that empties a window, or all of them.
    at += roll(50) === 0 ? roll(900) : roll(1_000) / 250;
    const start = { source: 1 + roll(6), peer: 10 + roll(12), at };
    columns.initiator[row] = start.source;
    columns.responder[row] = start.peer;
    starts.push(start);
    around.began(row, at);
    const heard = [...columns.surroundings.subarray(row * SURROUNDINGS, row * SURROUNDINGS + 8)];
    assert.deepEqual(heard, [...Float32Array.from(counted(starts, failures))], `flow ${row} at ${at}`);
    if (roll(4) !== 0) continue;
    // A failure is told of later than it is stamped.
    const failed = { ...start, at: Math.max(0, at - roll(40)) };
    failures.push(failed);
    around.failed(row, failed.at);
  }
});

test('a failure that is stamped before the capture began is one failure, and leaves with its window', () => {
  const columns = columnsOf(1);
  const around = new Surroundings(columns);
  columns.initiator[0] = 1;
  around.failed(0, -1);
  for (const [at, failed] of [
    [0, 1],
    [599, 1],
    [600, 0],
  ] as const) {
    around.began(0, at);
    assert.equal(columns.surroundings[AROUND.failed], failed, `at ${at} s`);
  }
});

test('other peers of a fingerprint are those of the last ten minutes, the latest 64', () => {
  const columns = columnsOf(1);
  const around = new Surroundings(columns);
  const roll = dice(3);
  const peersOf = (name: string) => meetings.filter((m) => m.name === name);
  const meetings: { readonly name: string; readonly peer: number; readonly at: number }[] = [];
  let at = 0;
  for (let i = 0; i < 4_000; i++) {
    at += roll(60) === 0 ? 400 : roll(1_000) / 500;
    const met = { name: `t13d${roll(3)}`, peer: roll(90), at };
    const last = new Map<number, number>();
    for (const m of peersOf(met.name)) {
      last.delete(m.peer);
      last.set(m.peer, m.at);
    }
    const others = [...last].slice(-64).filter(([peer, seen]) => peer !== met.peer && at - seen <= 600);
    columns.responder[0] = met.peer;
    around.fingerprint(0, met.name, at);
    assert.equal(columns.surroundings[AROUND.fingerprintPeers], others.length, `meeting ${i}`);
    meetings.push(met);
  }
});
