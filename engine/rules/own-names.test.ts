// Words that every object of the language has, where rules and packets are looked up in tables: none is known there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english, keyed } from '../../contract/index.ts';
import { numbersOf, type Subject } from '../filter/index.ts';
import { signatureRule } from '../evidence/index.ts';
import { packetsOf } from '../testing/packets.ts';
import { httpAnswer, talk } from '../testing/talk.ts';
import { CapturedPacket } from '../read/index.ts';
import { readRules, RuleRunner, ruleVariables } from './index.ts';

const OF_EVERY_OBJECT = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];
const known = ruleVariables([]);
assert.ok(!('why' in known));

test('a table has what is in it, and no more', () => {
  const table = keyed<number>({ a: 1 });
  assert.equal(table['a'], 1);
  for (const word of OF_EVERY_OBJECT) assert.equal(table[word], undefined, word);
  assert.deepEqual(Object.entries(table), [['a', 1]]);
});

test('a rule with such a word is refused, and the word is named', () => {
  for (const word of OF_EVERY_OBJECT)
    for (const rule of [
      `alert ${word} any any -> any any (sid:1;)`,
      `alert tcp any any -> any any (flow:${word}; sid:1;)`,
      `alert tcp any any -> any any (flow:${word},established; sid:1;)`,
      `alert tcp any any -> any any (app-layer-protocol:${word}; sid:1;)`,
      `alert tcp any any -> any any (app-layer-protocol:http,${word}; sid:1;)`,
      `alert krb5 any any -> any any (krb5.ticket_encryption:${word}; sid:1;)`,
      `alert http2 any any -> any any (http2.settings:${word}; sid:1;)`,
      `alert ${word} any any -> any any (${word}:1; sid:1;)`,
    ]) {
      const { rules, refused } = readRules(rule, 'x.rules', known);
      assert.deepEqual([rules.length, refused.length], [0, 1], rule);
      assert.match(english(refused[0]!.why).toLowerCase(), new RegExp(word.toLowerCase()), rule);
    }
});

test('a rule of such a class is a signature like every other', () => {
  for (const classtype of OF_EVERY_OBJECT) {
    const facts = { gid: 1, sid: 1, classtype, priority: 1, msg: 'm', metadata: [] };
    assert.deepEqual(signatureRule(facts), signatureRule({ ...facts, classtype: 'no-such-class' }), classtype);
  }
});

test('headers of such names are headers without a buffer of their own', () => {
  const lines = OF_EVERY_OBJECT.map((word) => `${word}: x`);
  const { rules } = readRules(
    'alert http any any -> any any (http.header; content:"constructor|3a 20|x"; sid:1;)\n' +
      'alert http any any -> any any (flow:to_client; http.header; content:"__proto__|3a 20|x"; sid:2;)',
    'x.rules',
    known,
  );
  const told: number[] = [];
  const runner = new RuleRunner(rules, (match) => told.push(match.rule.sid));
  const packet = new CapturedPacket();
  const request = `GET / HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`;
  for (const { bytes, time } of packetsOf(
    talk('10.0.0.1:40000', '192.0.2.5:80', [
      [0, request],
      [1, httpAnswer(lines, Buffer.from('x'))],
    ]),
  )) {
    packet.place(bytes, 0, bytes.length, 0);
    packet.tell(bytes.length, Math.floor(time), 0, 1);
    runner.packet(packet);
  }
  runner.finish();
  assert.deepEqual(told.sort(), [1, 1, 2], 'of both sides, and of the server’s');
});

test('no such name has numbers for a graph', () => {
  for (const name of OF_EVERY_OBJECT) assert.equal(numbersOf(name, {} as Subject), null, name);
});
