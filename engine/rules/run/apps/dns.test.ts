// DNS as rules see it: its codes in questions too, and what is odd about messages.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askFrames } from '../../../testing/asked-rules.ts';
import { udp } from '../../../testing/packets.ts';
import { talk } from '../../../testing/talk.ts';

const NAME = [3, 0x77, 0x77, 0x77, 4, 0x74, 0x65, 0x73, 0x74, 0];
const header = (flags: number, code: number, counts: readonly number[]): number[] => [
  0,
  7,
  flags,
  code,
  ...counts.flatMap((n) => [0, n]),
];
const question = [...header(1, 0, [1, 0, 0, 0]), ...NAME, 0, 1, 0, 1];
const asked = (message: readonly number[]): number[] => udp('10.0.0.1:5000', '10.0.0.2:53', message);
const answered = (message: readonly number[]): number[] => udp('10.0.0.2:53', '10.0.0.1:5000', message);

function sids(text: string, frames: readonly (readonly number[])[]): number[] {
  return askFrames(text, frames).map((a) => a.rule.sid);
}

test('the code of the answer stands in questions too, where it should be 0', () => {
  const rule = 'alert dns any any -> any any (dns.rcode:3; flow:to_server; sid:1;)';
  assert.deepEqual(sids(rule, [asked([...header(1, 3, [1, 0, 0, 0]), ...question.slice(12)])]), [1]);
  assert.deepEqual(sids(rule, [asked(question)]), []);
});

describe('what is odd', () => {
  const label = (n: number): number[] => [n, ...new Array<number>(n).fill(0x61)];
  /** [event, message, of the server] */
  const cases: readonly (readonly [string, readonly number[], boolean])[] = [
    ['name_too_long', [...header(1, 0, [1, 0, 0, 0]), ...[63, 63, 63, 63, 63].flatMap(label), 0, 0, 1, 0, 1], false],
    ['infinite_loop', [...header(1, 0, [1, 0, 0, 0]), 0xc0, 12, 0, 1, 0, 1], false],
    ['too_many_labels', [...header(1, 0, [1, 0, 0, 0]), ...new Array<number>(600).fill(1), 0, 0, 1, 0, 1], false],
    ['malformed_data', [...header(1, 0, [1, 0, 0, 0]), 9, 0x61], false],
    ['invalid_authorities', [...header(1, 0, [1, 0, 1, 0]), ...question.slice(12), 9, 0x61], false],
    ['invalid_additionals', [...header(1, 0, [1, 0, 0, 1]), ...question.slice(12), 9, 0x61], false],
    ['z_flag_set', [...header(1, 0x40, [1, 0, 0, 0]), ...question.slice(12)], false],
    ['invalid_opcode', [...header(0x78, 0, [1, 0, 0, 0]), ...question.slice(12)], false],
    ['not_response', question, true],
    ['not_a_response', question, true],
    ['not_request', [...header(0x80, 0, [1, 0, 0, 0]), ...question.slice(12)], false],
  ];
  for (const [event, message, ofServer] of cases) {
    test(event, () => {
      const rule = `alert dns any any -> any any (app-layer-event:dns.${event}; sid:1;)`;
      const frames = [asked(question), ofServer ? answered(message) : asked(message)];
      assert.deepEqual(sids(rule, frames), [1]);
      assert.deepEqual(sids(rule, [asked(question)]), []);
    });
  }
});

test('over TCP it may be spoken at the port of mDNS', () => {
  const sent = Buffer.from([0, question.length, ...question]).toString('latin1');
  const rule = 'alert dns any any -> any any (dns.query; content:"www.test"; sid:1;)';
  assert.deepEqual(sids(rule, talk('10.0.0.1:40000', '10.0.0.2:5353', [[0, sent]])), [1]);
});
