import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, CONVERSATION_COLOURS, LEAST_CONTRAST, readable, rowColours } from './row-colours.ts';

/** Numbers from 0 to 1, the same in every run. */
function testRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

/** 0xRRGGBB of what a row is given. */
function rgb(css: string): number {
  if (css.startsWith('#')) return Number.parseInt(css.slice(1), 16);
  const [h, s, l] = /hsl\((\d+) (\d+)% ([\d.]+)%\)/.exec(css)!.slice(1).map(Number) as [number, number, number];
  const a = (s / 100) * Math.min(l / 100, 1 - l / 100);
  const channel = (n: number): number => {
    const k = (n + h / 30) % 12;
    return Math.round(255 * (l / 100 - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return (channel(0) << 16) | (channel(8) << 8) | channel(4);
}

test('contrast is that of WCAG', () => {
  assert.equal(contrast(0, 0xffffff), 21);
  assert.equal(contrast(0x777777, 0xffffff).toFixed(2), '4.48');
  assert.equal(contrast(0xffffff, 0x767676).toFixed(2), '4.54');
});

test('the text of any rule can be read in both themes, and that of a good one is its own', () => {
  const random = testRandom(7);
  const any = (): number => Math.floor(random() * 0x1000000);
  for (let i = 0; i < 5_000; i++) {
    const [background, foreground] = [any(), any()];
    for (const dark of [true, false]) {
      const shown = rowColours(background, foreground, dark);
      if (shown === null) continue;
      const ratio = contrast(rgb(shown.background), rgb(shown.text));
      assert.ok(ratio >= LEAST_CONTRAST, `${background.toString(16)} ${foreground.toString(16)} ${dark}: ${ratio}`);
    }
  }
  assert.equal(readable(0xfaf0d7, 0x12272e), 0x12272e);
  assert.deepEqual(rowColours(0xfaf0d7, 0x12272e, false), { background: '#faf0d7', text: '#12272e' });
  for (const colour of CONVERSATION_COLOURS) assert.equal(readable(colour, 0x12272e), 0x12272e);
});
