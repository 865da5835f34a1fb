import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectionsPage, packTexts } from '../../contract/index.ts';
import { edgeWidths, HEIGHT, layout, radii, WIDTH } from './connection-layout.ts';

/** A star: every host speaks with the first one. */
function star(nodes: number): ConnectionsPage {
  const texts = packTexts(Array.from({ length: nodes }, (_, i) => `10.0.0.${i}`));
  const edges = nodes - 1;
  return {
    address: texts,
    name: texts,
    service: packTexts(Array.from({ length: nodes }, () => '')),
    nodeFlows: new Float64Array(nodes).fill(1),
    nodeBytes: Float64Array.from({ length: nodes }, (_, i) => 1000 / (i + 1)),
    nodeVerdict: new Uint8Array(nodes),
    nodeFilter: texts,
    from: new Uint16Array(edges),
    to: Uint16Array.from({ length: edges }, (_, i) => i + 1),
    flows: new Float64Array(edges).fill(1),
    bytes: Float64Array.from({ length: edges }, (_, i) => 10 ** i),
    verdict: new Uint8Array(edges),
    filter: texts,
    counted: edges,
    leftFlows: 0,
    leftNodes: 0,
  };
}

test('a graph is drawn alike each time, within the picture, its nodes apart', async () => {
  const page = star(24);
  const [first, second] = [await layout(page, 'bytes', () => true), await layout(page, 'bytes', () => true)];
  assert.deepEqual(first, second);
  for (const [i, a] of first!.entries()) {
    assert.ok(a.x >= 0 && a.x <= WIDTH && a.y >= 0 && a.y <= HEIGHT, `node ${i}`);
    for (const b of first!.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > (a.radius + b.radius) / 2);
  }
});

test('two hundred nodes take no longer than they may, and a graph that is not waited for is given up', async () => {
  const page = star(200);
  const begun = performance.now();
  assert.equal((await layout(page, 'bytes', () => true))!.length, 200);
  assert.ok(performance.now() - begun < 4_000);
  assert.equal(await layout(star(200), 'bytes', () => false), null);
});

test('areas of nodes and widths of edges follow what was chosen', () => {
  const page = star(6);
  const [bytes, flows] = [radii(page, 'bytes'), radii(page, 'flows')];
  assert.deepEqual(
    bytes,
    bytes.toSorted((a, b) => b - a),
  );
  assert.equal(new Set(flows).size, 1);
  const widths = edgeWidths(page, 'bytes');
  assert.deepEqual(
    widths,
    widths.toSorted((a, b) => a - b),
  );
  assert.ok(widths[0]! >= 1 && widths.at(-1)! <= 7);
});
