import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { packetRow, packTexts, type PacketRow, type RowTextsPage } from '../../contract/index.ts';
import { SightTexts } from './sight-texts.ts';

function page(rows: readonly number[], partial = false): RowTextsPage {
  return {
    row: Uint32Array.from(rows),
    protocol: packTexts(rows.map(() => 'TCP')),
    info: packTexts(rows.map((row) => `info of ${row}`)),
    source: packTexts(rows.map(() => '')),
    destination: packTexts(rows.map(() => '')),
    background: Uint32Array.from(rows, () => 0xe7e6ff),
    foreground: Uint32Array.from(rows, () => 0x12272e),
    values: [packTexts(rows.map((row) => `value of ${row}`))],
    partial,
  };
}

const rows = (from: number, count: number): PacketRow[] => Array.from({ length: count }, (_, i) => packetRow(from + i));

test('only where the list stands still are texts asked for, and each once', async () => {
  const asked: (readonly number[])[] = [];
  let arrived = 0;
  const texts = new SightTexts({
    ask: (wanted) => {
      asked.push(wanted);
      return Promise.resolve(page(wanted));
    },
    arrived: () => void arrived++,
    visible: (text) => text,
  });
  for (let at = 0; at < 100; at += 10) texts.see(rows(at, 10));
  await wait(60);
  assert.deepEqual(asked, [rows(90, 10)]);
  assert.equal(texts.of(95)!.info, 'info of 95');
  assert.deepEqual(texts.of(95)!.values, ['value of 95']);
  assert.equal(texts.of(5), null);
  texts.see(rows(95, 10));
  await wait(60);
  assert.deepEqual(asked[1], rows(100, 5));
  assert.equal(arrived, 2);
  texts.close();
});

test('a row without a text is not asked for again, nor is one that failed three times', async () => {
  let asks = 0;
  const texts = new SightTexts({
    ask: () => {
      asks++;
      return Promise.resolve(page([1]));
    },
    arrived: () => undefined,
    visible: (text) => text,
  });
  texts.see(rows(0, 2));
  await wait(60);
  texts.see(rows(0, 2));
  await wait(60);
  assert.equal(asks, 1);
  assert.equal(texts.of(0), null);
  assert.equal(texts.of(1)!.protocol, 'TCP');
  texts.close();
});

test('an answer of the capture before is dropped', async () => {
  const answers: ((page: RowTextsPage) => void)[] = [];
  const texts = new SightTexts({
    ask: () => new Promise((resolve) => answers.push(resolve)),
    arrived: () => assert.fail('nothing may arrive'),
    visible: (text) => text,
  });
  texts.see(rows(0, 1));
  await wait(50);
  texts.reset([]);
  answers[0]!(page([0]));
  await wait(5);
  assert.equal(texts.of(0), null);
  texts.close();
});
