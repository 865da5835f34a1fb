// What is other where rules stand in the line: bytes count as they arrive, what was let pass first is what is handed on,
// and what lies near new bytes is looked at with them again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captured, rulesOf } from '../../testing/asked-rules.ts';
import { packetsOf, tcp } from '../../testing/packets.ts';
import { RuleRunner } from '../index.ts';
import type { RunnerOptions } from './told.ts';

const [C, S] = ['10.0.0.1:40000', '10.0.0.2:9000'];
const OPEN = [
  tcp(C, S, { flags: 'S', seq: 100 }),
  tcp(S, C, { flags: 'SA', seq: 500, ack: 101 }),
  tcp(C, S, { flags: 'A', seq: 101, ack: 501 }),
];
const said = (seq: number, data: string): number[] => tcp(C, S, { flags: 'PA', seq, ack: 501, data });

/** [sid, packet from 1] */
function hits(text: string, frames: readonly (readonly number[])[], options: RunnerOptions): [number, number][] {
  const out: [number, number][] = [];
  const runner = new RuleRunner(rulesOf(text), (a) => out.push([a.rule.sid, a.packet + 1]), options);
  for (const packet of packetsOf(frames)) runner.packet(captured(packet));
  runner.finish();
  return out;
}

test('of two segments that tell the same place the first is handed on twice', () => {
  const text =
    'alert tcp-pkt any any -> any any (content:"EVIL"; sid:1;)\nalert tcp-pkt any any -> any any (content:"GOOD"; sid:2;)';
  const frames = [...OPEN, said(101, 'GOOD'), said(101, 'EVIL')];
  assert.deepEqual(hits(text, frames, { inline: true }), [
    [2, 4],
    [2, 5],
  ]);
  assert.deepEqual(hits(text, frames, {}), [
    [2, 4],
    [1, 5],
  ]);
});

test('a pattern near new bytes is found with them again, in line alone', () => {
  const text = 'alert tcp-stream any any -> any any (content:"needle"; sid:1;)';
  const frames = [...OPEN, said(101, 'a needle'), said(109, 'and hay')];
  assert.deepEqual(hits(text, frames, { inline: true }), [
    [1, 4],
    [1, 5],
  ]);
  assert.deepEqual(hits(text, frames, { oneSided: true }), [[1, 4]]);
});

test('bytes that are missing and not acknowledged may still come', () => {
  const text =
    'alert tcp any any -> any any (stream-event:reassembly_seq_gap; sid:1;)\n' +
    'alert tcp-stream any any -> any any (content:"behind it"; sid:2;)';
  const lost = [...OPEN, said(101, 'before'), said(110, 'behind it')];
  assert.deepEqual(hits(text, lost, { inline: true }), [[2, 5]]);
  const heard = [...lost, tcp(S, C, { flags: 'A', seq: 501, ack: 119 })];
  assert.ok(hits(text, heard, {}).some(([sid]) => sid === 1));
});
