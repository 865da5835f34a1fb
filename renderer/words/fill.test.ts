import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from './en.ts';
import { fill } from './fill.ts';
import { zh } from './zh.ts';

test('a number has its own form of the word, and the words around it', () => {
  assert.equal(fill(en.nFlows, { n: 1 }), '1 flow');
  assert.equal(fill(en.nFlows, { n: '1,209' }), '1,209 flows');
  assert.equal(fill(en.hostIncidents, { n: '1', points: '2' }), '1 incident, 2 points');
  assert.equal(fill(en.streamMissing, { n: '1' }), '1 byte of the stream is missing from the capture.');
  assert.equal(fill(zh.nFlows, { n: 1 }), '1 个流');
  assert.equal(fill('{n} of {total}', { n: 1 }), '1 of {total}', 'what has no value stays');
});

test('no English word says “1 flows”', () => {
  for (const [key, text] of Object.entries(en)) {
    const values = Object.fromEntries([...text.matchAll(/\{(\w+)/g)].map(([, name]) => [name!, '1']));
    assert.doesNotMatch(fill(text, values), /\b1 (?:flows|packets|points|incidents|rows|lines)\b/, key);
  }
});

test('places of both languages are the same', () => {
  const names = (text: string): string[] =>
    [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!))].sort();
  for (const [key, text] of Object.entries(en)) {
    assert.deepEqual(names(zh[key as keyof typeof zh]), names(text), key);
  }
});
