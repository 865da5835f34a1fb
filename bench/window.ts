// How the window feels, measured in Chromium: first rows of a large capture, tasks while it is read, work a frame when
// ten million rows scroll, the heap. Writes docs/bench-window.md. Files are made in the temporary folder and removed.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { WebSocket } from 'ws';
import { encode } from '../contract/index.ts';
import { App } from '../e2e/harness.ts';
import { writeLarge } from '../e2e/large.ts';

const ROWS = 10_000_000;
const REAL = join(import.meta.dirname, '.cache', 'clone-2500000.pcap');
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));

interface Opening {
  readonly file: string;
  readonly first: number;
  readonly read: number;
  readonly longest: number;
  readonly over: number;
}

/** Opens a file as another window would: the page on screen hears of it and shows it. */
async function opening(file: string, name: string): Promise<Opening> {
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
    file: name,
    first: seen.first - begun,
    read,
    longest: Math.max(0, ...seen.tasks),
    over: seen.tasks.filter((t) => t > 100).length,
  };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tid: number;
  readonly pid: number;
  readonly args?: { readonly name?: string };
}

async function traced(session: CDPSession, run: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const e of value) events.push(e as unknown as TraceEvent);
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  await run();
  const done = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.end');
  await done;
  return events;
}

/** Milliseconds of main-thread work between one frame and the next. */
function workPerFrame(events: readonly TraceEvent[]): number[] {
  const main = events
    .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
    .map((e) => `${e.pid} ${e.tid}`);
  const frames = new Map<string, number[]>();
  for (const e of events) {
    const key = `${e.pid} ${e.tid}`;
    if (e.name === 'FireAnimationFrame' && main.includes(key)) frames.set(key, [...(frames.get(key) ?? []), e.ts]);
  }
  const [thread, stamps] = [...frames].sort((a, b) => b[1].length - a[1].length)[0] ?? ['', []];
  stamps.sort((a, b) => a - b);
  const work = new Float64Array(stamps.length);
  for (const e of events) {
    if (`${e.pid} ${e.tid}` !== thread || !e.name.endsWith('RunTask') || e.dur === undefined) continue;
    let i = stamps.length - 1;
    while (i >= 0 && stamps[i]! > e.ts + e.dur) i--;
    if (i >= 0) work[i]! += e.dur / 1000;
  }
  return [...work];
}

function share(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN;
}

async function scrolling(): Promise<{
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly heap: number;
  readonly read: number;
}> {
  const file = join(folder, 'ten-million.pcap');
  writeLarge(file, ROWS);
  const app = await App.open({ args: [file] });
  const { page } = app;
  const begun = Date.now();
  await page.locator('.status', { hasText: '10,000,000 packets' }).waitFor({ timeout: 600_000 });
  await app.settled();
  const read = Date.now() - begun;
  await page.waitForTimeout(3000);
  const session = await page.context().newCDPSession(page);
  const box = (await page.locator('.grid').boundingBox())!;
  const events = await traced(session, async () => {
    await page.mouse.move(box.x + 400, box.y + 200);
    // The wheel, then the thumb from end to end and back.
    for (let i = 0; i < 150; i++) {
      await page.mouse.wheel(0, 180);
      await page.waitForTimeout(16);
    }
    const x = box.x + box.width - 6;
    await page.mouse.move(x, box.y + 14);
    await page.mouse.down();
    for (const to of [box.height - 8, 20]) await page.mouse.move(x, box.y + to, { steps: 150 });
    await page.mouse.up();
  });
  const work = workPerFrame(events).sort((a, b) => a - b);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await app.close();
  return {
    frames: work.length,
    p50: share(work, 0.5),
    p95: share(work, 0.95),
    max: work.at(-1) ?? NaN,
    heap: usedSize,
    read,
  };
}

const ms = (n: number): string => `${Math.round(n).toLocaleString('en-US')} ms`;
const openings: Opening[] = [];
if (existsSync(REAL)) for (let i = 0; i < 3; i++) openings.push(await opening(REAL, '2.5 M packets, real traffic'));
else console.error(`${REAL} is not there (npm run bench:open makes it); the generated file alone is measured.`);
const made = join(folder, 'two-and-a-half.pcap');
writeLarge(made, 2_500_000);
for (let i = 0; i < 3; i++) openings.push(await opening(made, '2.5 M packets, generated'));
rmSync(made);
const scroll = process.argv.includes('--no-scroll') ? null : await scrolling();
rmSync(folder, { recursive: true, force: true });

const openingRow = (o: (typeof openings)[number]): string => {
  const longest = o.longest === 0 ? 'under 50 ms' : ms(o.longest);
  return `| ${o.file} | ${ms(o.first)} | ${ms(o.read)} | ${longest} | ${o.over} |`;
};

const text = `# How the window feels

\`npm run bench:window\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of a shared machine, \
Chromium headless without a GPU: server, engine and browser share the cores.

## Opening

| capture | first rows on screen | whole capture read and scored | longest task in the window | tasks over 100 ms |
|---|---|---|---|---|
${openings.map(openingRow).join('\n')}
${
  scroll === null
    ? ''
    : `
## Scrolling ${ROWS.toLocaleString('en-US')} rows

A capture of ten million packets is made, opened, and scrolled by wheel and by the thumb from end to end and back. \
Work is what the main thread did between two frames (Chromium trace).

| frames | work a frame, p50 | p95 | largest | heap of the window |
|---|---|---|---|---|
| ${scroll.frames} | ${scroll.p50.toFixed(1)} ms | ${scroll.p95.toFixed(1)} ms | ${scroll.max.toFixed(1)} ms | \
${(scroll.heap / 1e6).toFixed(1)} MB |
`
}`;
console.log(text);
if (scroll !== null) writeFileSync(join(import.meta.dirname, '..', 'docs', 'bench-window.md'), text);
