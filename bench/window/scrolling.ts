// Work of the main thread between two frames while ten million rows scroll (Chromium's trace), and the window's heap.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { App } from '../../e2e/harness.ts';
import { writeLarge } from '../../e2e/large.ts';
import { type Figure, median, share } from './figures.ts';
import { mainThreadWork, type Work } from './frame-work.ts';

const RUNS = 3;
const GOAL = 8;

/** The wheel, then the thumb from end to end and back. */
async function scroll(page: Page): Promise<void> {
  const box = (await page.locator('.grid').boundingBox())!;
  await page.mouse.move(box.x + 400, box.y + 200);
  for (let i = 0; i < 150; i++) {
    await page.mouse.wheel(0, 180);
    await page.waitForTimeout(16);
  }
  const x = box.x + box.width - 6;
  await page.mouse.move(x, box.y + 14);
  await page.mouse.down();
  for (const to of [box.height - 8, 20]) await page.mouse.move(x, box.y + to, { steps: 150 });
  await page.mouse.up();
}

/** @param file a capture of many rows; made where it is not there, and removed afterwards */
export async function scrolling(cache: string, rows: number): Promise<Figure[]> {
  const file = join(cache, `large-${rows}.pcap`);
  mkdirSync(cache, { recursive: true });
  const made = !existsSync(file);
  if (made) writeLarge(file, rows);
  const app = await App.open({ args: [file] });
  try {
    const { page } = app;
    const text = `${rows.toLocaleString('en-US')} packets`;
    await page.locator('.status', { hasText: text }).waitFor({ timeout: 600_000 });
    await app.settled();
    await page.waitForTimeout(3000);
    const session = await page.context().newCDPSession(page);
    const runs: Work[] = [];
    for (let i = 0; i < RUNS; i++) {
      runs.push(await mainThreadWork(session, () => scroll(page)));
      await page.waitForTimeout(1000);
    }
    await session.send('HeapProfiler.enable');
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const of = (p: number): number => median(runs.map((run) => share(run.frames, p)));
    const last = runs.at(-1)!;
    const parts = [...last.kinds]
      .toSorted((a, b) => b[1] - a[1])
      .map(([kind, ms]) => `${kind} ${(ms / last.frames.length).toFixed(2)}`);
    return [
      { what: 'work a frame, median', ours: of(0.5), unit: 'ms', note: `${last.frames.length} frames a run` },
      { what: 'work a frame, p95', ours: of(0.95), unit: 'ms', most: GOAL, note: `ms a frame: ${parts.join(', ')}` },
      { what: 'work a frame, largest', ours: of(1), unit: 'ms' },
      { what: 'heap of the window', ours: usedSize / 1e6, unit: 'MB' },
    ];
  } finally {
    await app.close();
    if (made) rmSync(file);
  }
}
