import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english, decode, encode, packTexts, REQUESTS, textReader, transferable, unpackTexts } from './index.ts';

test('messages come out of the bytes as they went in, columns as columns', () => {
  const message = {
    id: 7,
    kind: 'packets',
    body: {
      a: [1, 'two', null, { deep: new Uint16Array([1, 2, 65_535]) }],
      f: new Float64Array([NaN, Infinity, -0.5]),
      e: new Uint8Array(0),
      i: new Int32Array([-3]),
    },
  };
  assert.deepEqual(decode(encode(message)), message);
  assert.equal(transferable(message).length, 4);
});

test('a column of any kind lies where its kind may lie', () => {
  for (let n = 0; n < 9; n++)
    assert.deepEqual(decode(encode({ b: new Uint8Array(n), f: new Float64Array([1.5]), x: 'y'.repeat(n) })), {
      b: new Uint8Array(n),
      f: new Float64Array([1.5]),
      x: 'y'.repeat(n),
    });
});

test('bytes that are no message are nothing, whatever they are', () => {
  const good = encode({ a: new Float32Array(100), b: 'text' });
  let seed = 3;
  const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 5000; i++) {
    const bad = good.slice(0, random(good.length + 1));
    for (let k = 0; k < random(4); k++) if (bad.length > 0) bad[random(bad.length)] = random(256);
    decode(bad);
  }
  assert.equal(decode(new Uint8Array([255, 255, 255, 255])), null);
  const lying = new TextEncoder().encode('    {"a":{"\\u0000column":"Float64Array","length":1e9}}');
  new DataView(lying.buffer).setUint32(0, lying.length - 4, true);
  assert.equal(decode(lying), null);
  const foreign = new TextEncoder().encode('    {"a":{"\\u0000column":"constructor","length":1}}');
  new DataView(foreign.buffer).setUint32(0, foreign.length - 4, true);
  assert.equal(decode(foreign), null);
});

test('texts of every kind keep their places', () => {
  const texts = ['', 'plain', 'grün', '中文', '😀', '\ud800', 'a\udc00b', '\u202e', '', 'end'];
  assert.deepEqual(
    unpackTexts(packTexts(texts)),
    texts.map((t) => t.toWellFormed()),
  );
});

test('schemas say what is wrong', () => {
  assert.equal(REQUESTS.packets.check({ from: 0, count: 10, generation: 0 }, 'packets'), null);
  assert.match(
    english(REQUESTS.packets.check({ from: 0.5, count: 10, generation: 0 }, 'packets')!),
    /packets\.from is no whole number/,
  );
  assert.match(
    english(REQUESTS.packets.check({ from: 0, count: 10, generation: 0, more: 1 }, 'packets')!),
    /unknown part 'more'/,
  );
  assert.match(
    english(REQUESTS.view.check({ which: 'nothing', filter: '', sort: null }, 'view')!),
    /none of packets, flows/,
  );
  assert.match(english(REQUESTS.label.check({ flows: [1, -1], label: null }, 'label')!), /flows\[1\]/);
});

test('a reader of a column gives each of its texts, whether all are ASCII or not', () => {
  for (const texts of [['', 'TCP', 'a b', '', 'x'], ['né', '', '🙂 b', 'plain', '\ud800'], []]) {
    const packed = packTexts(texts);
    const read = textReader(packed);
    assert.deepEqual(
      texts.map((_, i) => read(i)),
      unpackTexts(packed),
    );
  }
});
