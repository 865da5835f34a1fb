// 'Learn this network' as the window asks for it: reviewed first, kept only then, used for what is opened afterwards.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadBaseline } from '../detect/index.ts';
import { TimeSlices } from '../view/index.ts';
import { Desk } from './desk.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const home = mkdtempSync(join(tmpdir(), 'sightline-lessons-'));
after(() => rmSync(home, { recursive: true, force: true }));

test('a network is learned from the open capture, after a look at what is left out; and forgotten', async () => {
  const desk = new Desk({
    product: 'Sightline',
    version: 'test',
    root: ROOT,
    cacheFolder: join(home, 'cache'),
    dataFolder: join(home, 'data'),
    helper: join(home, 'none'),
    native: false,
  });
  try {
    const turns = new TimeSlices();
    const path = join(home, 'data', 'baseline.json');
    await assert.rejects(desk.learn('review', turns), /capture/i);
    await assert.rejects(desk.learn('keep', turns), /reviewed/);
    await desk.openFile(join(ROOT, 'assets', 'sample.pcapng'), 'file');
    await desk.open().done;
    const seen = await desk.learn('review', turns);
    assert.ok(seen.review !== null && seen.stored === null);
    assert.ok(seen.review.flows > 0 && seen.review.leftOut > 0);
    assert.ok(seen.review.incidents.some((i) => i.what === 'left-out' && i.points >= 3));
    assert.equal(existsSync(path), false, 'a review keeps nothing');
    const kept = await desk.learn('keep', turns);
    assert.equal(kept.stored?.flows, seen.review.flows);
    assert.equal(desk.baseline.learned, true);
    assert.equal(loadBaseline(readFileSync(path, 'utf8'))?.version, 2);
    await assert.rejects(desk.learn('keep', turns), /reviewed/, 'it is kept once');
    assert.deepEqual((await desk.learn('look', turns)).stored, kept.stored);
    const gone = await desk.learn('forget', turns);
    assert.equal(gone.stored, null);
    assert.equal(desk.baseline.learned, false);
    assert.equal(existsSync(path), false);
    const cancelled = new TimeSlices();
    cancelled.cancel();
    await assert.rejects(desk.learn('review', cancelled), /given up/);
  } finally {
    await desk.close();
  }
});
