import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEIGHT, WIDTH } from './connection-layout.ts';
import { placeNames } from './connection-names.ts';

const at = (x: number, y: number): { x: number; y: number; radius: number } => ({ x, y, radius: 10 });

test('a name stands below its node, above it where another is, and beside it at the edge', () => {
  const far = at(800, 100);
  const [below, other] = placeNames([at(300, 300), far], ['host', 'other'], 20, 0);
  assert.deepEqual(below, { x: 300, y: 314, anchor: 'middle' });
  assert.equal(other?.y, 114);
  const above = placeNames([at(300, 300), at(310, 325)], ['host', 'next'], 20, 1);
  assert.equal(above[0]!.y, 266);
  const corner = placeNames([at(12, HEIGHT - 12)], ['a long name'], 20, -1);
  assert.equal(corner[0]!.anchor, 'start');
});

test('no two names lie over one another, and the one that is chosen is there', () => {
  const crowd = Array.from({ length: 60 }, (_, i) => at(480 + (i % 8) * 12, 320 + Math.floor(i / 8) * 12));
  const names = crowd.map((_, i) => `2001:db8::${i}`);
  const size = 30;
  const placed = placeNames(crowd, names, size, 59);
  assert.notEqual(placed[59], null);
  const boxes = placed.flatMap((p, i) => {
    if (p === null) return [];
    const width = names[i]!.length * size * 0.56;
    const left = p.x - { start: 0, middle: width / 2, end: width }[p.anchor];
    return [{ left, right: left + width, top: p.y, bottom: p.y + size }];
  });
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      assert.ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
  for (const box of boxes) assert.ok(box.right <= WIDTH + 1);
});
