// The folder of a running capture is deleted: it is noticed and said as it is, the desk lives, labels are stored, and
// what can still be read can be saved.
import { english, flowRow } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Store } from '../store/index.ts';
import { TimeSlices } from '../view/index.ts';
import { plainCapture } from './capture-source.ts';
import type { Asker } from './asker.ts';
import { handlers } from './handlers.ts';
import { testDesk } from '../testing/desks.ts';
import { noPipes, until } from '../testing/waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = readFileSync(join(ROOT, 'assets', 'sample.pcapng'));
const home = mkdtempSync(join(tmpdir(), 'sightline-deleted-'));
const skip = noPipes(home);
after(() => rmSync(home, { recursive: true, force: true }));

/** Milliseconds. */
const SOON = 15_000;

for (const [how, segmentBytes] of [
  ['before the next segment', 200_000],
  ['in the middle of one', 0],
] as const) {
  test(`deleted ${how}`, { skip }, async () => {
    const data = join(home, how);
    const desk = testDesk({ dataFolder: data, cacheFolder: join(home, 'cache') });
    const pipe = join(home, `pipe-${segmentBytes}`);
    spawnSync('mkfifo', [pipe]);
    // Both ends, so that opening waits for nobody.
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const feed = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to;) {
        try {
          at += writeSync(fd, SAMPLE, at, Math.min(16_384, to - at));
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
        }
      }
    };
    try {
      const plain = plainCapture(['-'], '');
      const s = await desk.capture({ ...plain, path: pipe, ring: { segmentBytes, segmentSeconds: 0, segments: 0 } });
      const half = 150_000;
      await feed(0, half);
      await until(
        () => s.analysis.packets.count > 50 && s.opened.ring,
        SOON,
        () => 'packets come',
      );
      assert.equal(desk.views('test')!.packets.shown.count >= 0, true);
      rmSync(data, { recursive: true });
      void feed(half, segmentBytes > 0 ? SAMPLE.length : half + 60_000).catch(() => undefined);
      s.lookAround();
      assert.match(
        english(desk.state()!.message!),
        /^The folder .* of this capture was deleted while it was open\. Its packets are gone when it is closed: save those displayed first\.$/,
      );
      if (segmentBytes > 0) await s.done;
      else {
        await until(
          () => s.analysis.packets.count > 150,
          SOON,
          () => 'the rest comes',
        );
        await s.stop();
      }
      assert.match(
        english(s.options.live!.ended!.message!),
        /^Capturing stopped: its files were deleted while it ran\. What was captured can be looked at until it is closed, and is gone then\.$/,
      );
      await desk.follow();
      const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
      const saved = await handlers.save(
        desk,
        asker,
        { what: 'displayed', path: join(home, `saved-${segmentBytes}.pcapng`) },
        new TimeSlices(),
      );
      assert.equal(saved.rows, desk.views('test')!.packets.shown.count);
      assert.ok(saved.rows > 50 && saved.note === null);
      await assert.rejects(
        async () => handlers.save(desk, asker, { what: 'capture', path: join(home, 'none.pcapng') }, new TimeSlices()),
        /was deleted: save the displayed packets/,
      );
      assert.equal(existsSync(join(home, 'none.pcapng')), false);
      // The store went with the folder: the label is in a new one.
      assert.equal(await desk.setLabels([0].map(flowRow), 'benign', new TimeSlices()), 1);
      const store = new Store(data);
      assert.equal(store.labels(s.opened.identity).size, 1);
      store.close();
    } finally {
      closeSync(fd);
      await desk.close();
    }
  });
}
