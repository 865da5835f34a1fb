// `npm run bench:window [-- --only filters,contains,sorts,tree,rows,reading,scroll]`: how the window feels, measured in
// Chromium and asked of its host, on a capture of 2.5 million packets, a small one and one of ten million rows. Writes
// docs/bench-window.md; parts that are not measured keep the figures of before.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, ROOT } from '../e2e/harness.ts';
import { cloneOf } from './peers.ts';
import { type Figure, keep, load, PARTS, type Part } from './window/figures.ts';
import { Host } from './window/host.ts';
import { contains, filters, sorts } from './window/lists.ts';
import { rows, trees } from './window/looking.ts';
import { reading } from './window/reading.ts';
import { scrolling } from './window/scrolling.ts';

const CACHE = join(import.meta.dirname, '.cache');
/** Smaller ones, for trying the tool: `--packets 100000`. */
const PACKETS = Number(after('--packets') ?? 2_500_000);
const NAME = `${PACKETS.toLocaleString('en-US')} packets`;
const ROWS = 10_000_000;
/** Places of the list of a run; the host rests between two. */
const PLACES = { small: 25, large: 20 };
const REST = { small: 200, large: 800 };
/** Packets that are pressed in a run. */
const PRESSED = { small: 34, large: 100 };

function after(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function wanted(): readonly Part[] {
  const only = after('--only');
  if (only === undefined) return PARTS;
  const named = only.split(',');
  const unknown = named.filter((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown.length === 0) return PARTS.filter((part) => named.includes(part));
  console.error(`no such part: ${unknown.join(', ')}; parts are ${PARTS.join(', ')}`);
  process.exit(2);
}

const parts = wanted();
const begun = performance.now();

async function measured(part: Part, measure: () => Promise<Figure[]>): Promise<void> {
  if (!parts.includes(part)) return;
  const before = load();
  const from = performance.now();
  keep(part, await measure(), before);
  console.log(`${part}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
}

const large = parts.every((part) => part === 'scroll') ? '' : await cloneOf(PACKETS);
await measured('reading', () => reading(large, NAME));
if (parts.some((part) => part !== 'reading' && part !== 'scroll')) {
  const small = join(CACHE, 'sample.pcapng');
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(small)) copyFileSync(join(ROOT, 'assets', 'sample.pcapng'), small);
  const smallFigures = new Map<Part, Figure[]>();
  if (parts.includes('tree') || parts.includes('rows')) {
    const app = await App.open({ args: [small] });
    await app.settled();
    await app.page.waitForTimeout(2_000);
    if (parts.includes('rows')) smallFigures.set('rows', await rows(app.page, 'small', PLACES.small, REST.small));
    if (parts.includes('tree')) smallFigures.set('tree', await trees(app.page, 'small', PRESSED.small));
    await app.close();
  }
  console.log('the large capture is read…');
  const app = await App.open({ args: [large] });
  await app.page.locator('.status', { hasText: NAME }).waitFor({ timeout: 300_000 });
  await app.settled();
  await app.page.waitForTimeout(3_000);
  console.log(`read after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const host = await Host.of(app);
  await measured('filters', () => filters(host, large));
  await measured('contains', () => contains(host, large));
  await measured('sorts', () => sorts(host));
  await measured('tree', async () => [
    ...(smallFigures.get('tree') ?? []),
    ...(await trees(app.page, NAME, PRESSED.large)),
  ]);
  await measured('rows', async () => [
    ...(smallFigures.get('rows') ?? []),
    ...(await rows(app.page, NAME, PLACES.large, REST.large)),
  ]);
  host.close();
  await app.close();
}
await measured('scroll', () => scrolling(CACHE, ROWS));
console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s in all`);
process.exit(0);
