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

test('a name stands where no line goes through it, and beside the middle where an edge or a neighbour is in the way', () => {
  const [top, bottom] = [at(300, 300), at(300, 500)];
  const names = ['host', ''];
  assert.equal(placeNames([top, bottom], names, 20, -1)[0]!.y, 314);
  assert.equal(placeNames([top, bottom], names, 20, -1, [[0, 1]])[0]!.y, 266, 'the line goes downwards');
  const around = [at(300, 300), at(300, 500), at(300, 100), at(100, 300), at(500, 300)];
  const star = [1, 2, 3, 4].map((to) => [0, to] as const);
  const beside = placeNames(around, ['host', '', '', '', ''], 20, -1, star)[0]!;
  assert.deepEqual([beside.y, beside.anchor], [314, 'start'], 'between the lines');
  // Near the left edge, with three nodes to the right of it.
  const right = [270, 300, 330].map((y) => at(250, y));
  const shifted = placeNames([at(160, 300), ...right], ['fe80::146c:31ff', '', '', ''], 24, -1)[0];
  assert.equal(shifted?.anchor, 'middle');
  assert.ok(shifted.x < 160);
});
