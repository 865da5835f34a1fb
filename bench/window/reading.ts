// A large capture is read to its end in the window, beside the command line that scores it, in turns.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { encode } from '../../contract/index.ts';
import { App, ROOT } from '../../e2e/harness.ts';
import { NODE_FLAGS } from '../../scripts/node24.mjs';
import { type Figure, median } from './figures.ts';

const RUNS = 3;
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

interface Opening {
  readonly first: number;
  readonly read: number;
  readonly longest: number;
  readonly over: number;
}

/** Opens a file as another window would: the page on screen hears of it and shows it. */
async function opening(file: string): Promise<Opening> {
  const app = await App.open();
  const { page } = app;
  await page.locator('.start').waitFor();
  await page.waitForTimeout(1500);
  const secret = await page.evaluate(() => sessionStorage.getItem('sightline.session') ?? '');
  const url = new URL(page.url());
  const socket = new WebSocket(`ws://${url.host}/contract`, ['sightline', secret], { headers: { Origin: url.origin } });
  await new Promise((resolve) => {
    socket.once('open', resolve);
  });
  await page.evaluate(() => {
    const w = window as unknown as { first: number; tasks: number[] };
    w.first = 0;
    w.tasks = [];
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) w.tasks.push(e.duration);
    }).observe({ entryTypes: ['longtask'] } as never);
    const look = (): void => {
      const info = document.querySelector('.packets .grid-row:not([hidden]) .c-info');
      // Painted: the frame after the one in which the text was written.
      if (info?.textContent)
        requestAnimationFrame(() => {
          w.first = Date.now();
        });
      else requestAnimationFrame(look);
    };
    look();
  });
  const begun = Date.now();
  socket.send(encode({ id: 1, kind: 'open', body: { path: file } }));
  await page.waitForFunction(() => (window as unknown as { first: number }).first > 0, undefined, { timeout: 60_000 });
  await page.waitForFunction(() => document.querySelector('progress') === null, undefined, { timeout: 300_000 });
  const read = Date.now() - begun;
  await page.waitForTimeout(1500);
  const seen = await page.evaluate(() => {
    const w = window as unknown as { first: number; tasks: number[] };
    return { first: w.first, tasks: w.tasks };
  });
  socket.close();
  await app.close();
  return {
    first: seen.first - begun,
    read,
    longest: Math.max(0, ...seen.tasks),
    over: seen.tasks.filter((t) => t > 100).length,
  };
}

function scored(file: string): number {
  const begun = performance.now();
  const args = [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file];
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  return status === 2 ? NaN : performance.now() - begun;
}

export async function reading(file: string, name: string): Promise<Figure[]> {
  const openings: Opening[] = [];
  const scores: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    scores.push(scored(file));
    openings.push(await opening(file));
  }
  const of = (value: (o: Opening) => number): number => median(openings.map(value));
  const ratios = openings.map((o, i) => o.read / scores[i]!);
  const each = openings.map((o) => (o.read / 1000).toFixed(1)).join(', ');
  return [
    { what: `first rows on screen, ${name}`, ours: of((o) => o.first), unit: 'ms' },
    { what: `read to the end and scored, ${name}`, ours: of((o) => o.read) / 1000, unit: 's', note: `runs: ${each}` },
    { what: '`sightline score`', ours: median(scores) / 1000, unit: 's' },
    { what: 'window to command line', ours: median(ratios), unit: 'times', most: 1.5 },
    { what: 'longest task in the window', ours: of((o) => o.longest), unit: 'ms', note: '0: none above 50' },
    { what: 'tasks above 100 ms', ours: of((o) => o.over), unit: 'times' },
  ];
}
