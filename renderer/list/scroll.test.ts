import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_HEIGHT, ScrollMap } from './scroll.ts';

const ROW = 22;
const VIEW = 440;

function map(rows: number): ScrollMap {
  const m = new ScrollMap(ROW);
  m.resize(rows, VIEW);
  return m;
}

test('a short list is as long as its rows, and the bar is the position', () => {
  const m = map(1000);
  assert.equal(m.element, 22_000);
  assert.equal(m.scrolled(4400), null);
  assert.equal(m.first, 200);
});

test('ten million rows: the thumb reaches the first and the last row', () => {
  const m = map(10_000_000);
  assert.equal(m.element, MAX_HEIGHT);
  m.scrolled(MAX_HEIGHT - VIEW);
  assert.equal(m.first + VIEW / ROW, 10_000_000);
  assert.ok(m.atEnd);
  m.scrolled(0);
  assert.equal(m.first, 0);
});

test('a wheel moves by pixels, not by ratio, and every row can be reached', () => {
  const m = map(10_000_000);
  m.scrolled(MAX_HEIGHT / 2);
  const before = m.top;
  let bar = MAX_HEIGHT / 2;
  for (let i = 1; i <= 50; i++) m.scrolled((bar += ROW));
  assert.equal(m.top, before + 50 * ROW);
});

test('near the ends: small moves never leave rows out of reach', () => {
  const m = map(10_000_000);
  let bar = m.moveTo(100 * ROW);
  for (let i = 0; i < 400 && m.top > 0; i++) {
    bar = Math.max(0, bar - ROW);
    bar = m.scrolled(bar) ?? bar;
  }
  assert.equal(m.top, 0);
  bar = m.moveTo((10_000_000 - 100) * ROW);
  for (let i = 0; i < 400 && !m.atEnd; i++) {
    bar = Math.min(MAX_HEIGHT - VIEW, bar + ROW);
    bar = m.scrolled(bar) ?? bar;
  }
  assert.ok(m.atEnd);
});

test('random moves: position and rows agree, settle keeps the position', () => {
  const m = map(7_654_321);
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  let bar = 0;
  for (let i = 0; i < 20_000; i++) {
    if (random() < 0.1) bar = Math.floor(random() * (MAX_HEIGHT - VIEW));
    else bar = Math.max(0, Math.min(MAX_HEIGHT - VIEW, bar + Math.floor((random() - 0.5) * 300)));
    bar = m.scrolled(bar) ?? bar;
    assert.ok(m.top >= 0 && m.top <= m.full - VIEW);
    if (random() < 0.05) {
      const { top } = m;
      bar = m.settle() ?? bar;
      assert.equal(m.top, top);
    }
  }
});

test('revealing moves no further than needed', () => {
  const m = map(1000);
  assert.equal(m.reveal(5), null);
  m.reveal(30);
  assert.equal(m.top, 31 * ROW - VIEW);
  m.reveal(10);
  assert.equal(m.top, 10 * ROW);
});
