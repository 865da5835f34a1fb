// Blocks that are scored over threads, where a thread is lost in the middle.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURE_COUNT } from '../features/index.ts';
import { testModel } from '../testing/models.ts';
import { testRandom } from '../testing/packets.ts';
import { Detector } from './detector.ts';
import { VectorBlock } from './vector-block.ts';

const BLOCKS = 12;
const ROWS = 40;

/** All scores in the order in which blocks came back. @param lose ends so many threads on the way */
async function scores(threads: number, lose: number): Promise<number[]> {
  const random = testRandom(29);
  const found: number[] = [];
  const detector = new Detector(testModel(), threads, (b) => found.push(...b.raw, ...b.novelty));
  for (let n = 0; n < BLOCKS; n++) {
    const block = new VectorBlock();
    for (let i = 0; i < ROWS * FEATURE_COUNT; i++) block.vectors[i] = random() * 100;
    block.count = ROWS;
    detector.give(block);
    if (n % 3 === 1 && n < lose * 3) void detector.threads[0]!.terminate();
    await detector.relax();
  }
  await detector.finish();
  assert.equal(detector.threads.length, 0);
  return found;
}

test('a thread that scores and is lost costs no score: what it had is scored here, in its order', async () => {
  const wanted = await scores(0, 0);
  assert.ok(new Set(wanted).size > 100);
  assert.deepEqual(await scores(2, 1), wanted);
  assert.deepEqual(await scores(1, 1), wanted);
});
