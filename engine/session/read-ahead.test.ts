// Reading ahead in a thread of its own: whatever the sizes of parts and the number of threads, nobody waits for
// somebody who waits, and what stops or breaks in the middle ends.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignBaseline } from '../detect/index.ts';
import { testModel } from '../testing/models.ts';
import { packetsOf, pcap, udp } from '../testing/packets.ts';
import { BLOCK_ROWS } from '../workers/index.ts';
import { Scorer, type ScoringListener, type ScoringOptions } from './scoring.ts';

const model = testModel();
const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const options = (threads: number): ScoringOptions => ({
  model,
  baseline: foreignBaseline(model),
  threads,
  cacheFolder: folder,
  readAhead: true,
});

/** More than all blocks of vectors hold that are under way at once. */
const FLOWS = BLOCK_ROWS * 14;
const path = join(folder, 'flows.pcap');
writeFileSync(
  path,
  pcap(
    packetsOf(
      Array.from({ length: FLOWS }, (_, i) =>
        udp(`10.${i & 63}.0.1:${1024 + (i >> 6)}`, '10.64.0.2:2000', 'x'.repeat(10 + (i % 70))),
      ),
      1_700_000_000,
      0.01,
    ),
  ),
);

interface Ahead {
  readonly scorer: Scorer;
  readonly thread: ReturnType<Scorer['readAhead']>;
  /** Rows of completed flows and their raw scores, in the order in which they were told. */
  readonly told: [number, number][];
}

function ahead(threads: number, events: number, part = 4_096): Ahead {
  const told: [number, number][] = [];
  const listener: ScoringListener = { flow: (_a, flow) => told.push([flow.row, flow.raw]) };
  const scorer = new Scorer(options(threads), listener);
  return { scorer, thread: scorer.readAhead({ path, cacheFolder: folder, bytes: { part, events } }), told };
}

async function toItsEnd({ scorer, thread, told }: Ahead): Promise<[number, number][]> {
  try {
    while (await thread.step()) await scorer.relax();
    await scorer.finish();
    return told;
  } finally {
    await thread.close();
    await scorer.close();
  }
}

test('flows beyond all blocks are told once each, alike with 1 to 4 threads and any size of parts', async () => {
  const expected = await toItsEnd(ahead(1, 524_288, 2_097_152));
  assert.equal(new Set(expected.map(([row]) => row)).size, FLOWS);
  for (const threads of [1, 2, 3, 4])
    for (const events of [128, 32_768])
      assert.deepEqual(await toItsEnd(ahead(threads, events)), expected, `${threads} threads, ${events} bytes`);
});

test('reading that is stopped midway tells what was read by then, with 1 to 4 threads', async () => {
  for (const threads of [1, 2, 3, 4])
    for (const steps of [0, 40]) {
      const one = ahead(threads, 256);
      for (let i = 0; i < steps; i++) {
        assert.ok(await one.thread.step());
        await one.scorer.relax();
      }
      one.thread.stop();
      const told = await toItsEnd(one);
      assert.equal(told.length, one.scorer.analysis.flows.columns.count);
      assert.ok(told.length < FLOWS, `${told.length} flows after ${steps} steps with ${threads} threads`);
    }
});

test('a thread that is lost in the middle is an error to whoever waits for it, not a wait without end', async () => {
  for (const threads of [1, 2, 3]) {
    const one = ahead(threads, 256);
    for (let i = 0; i < 20; i++) await one.thread.step();
    await one.thread.close();
    await assert.rejects(toItsEnd(one), /The thread that reads ended with 1/);
  }
  // Blocks that only the lost thread could score are not waited for either.
  const scoring = ahead(2, 524_288, 2_097_152);
  for (let told = 0; told < BLOCK_ROWS * 2; told = scoring.scorer.analysis.flows.columns.count)
    await scoring.thread.step();
  await scoring.thread.close();
  scoring.scorer.flush();
  await assert.rejects(scoring.scorer.finish(), /The thread that reads ended with 1/);
  await scoring.scorer.close();
});
