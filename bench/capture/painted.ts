// Inside of the namespace: the window in Chromium follows a capture; prints milliseconds from each packet's stamp to
// its row.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packetBytes, CaptureStream } from '../../engine/read/index.ts';
import { App } from '../../e2e/harness.ts';

const [name, folder, near, generator, frame, rate, seconds] = process.argv.slice(2);
const app = await App.open({ folder: join(folder!, 'painted'), args: ['--interface', name!] });
const { page } = app;
await page.locator('.packets').waitFor();
await page.waitForTimeout(1500);
await page.evaluate(() => {
  const w = window as unknown as { seen: [number, number][] };
  w.seen = [];
  const look = (): void => {
    let last = 0;
    for (const cell of document.querySelectorAll('.packets .grid-row:not([hidden]) .c-no')) {
      const n = Number((cell.textContent ?? '').replace(/\D/g, ''));
      if (n > last && (cell.parentElement?.querySelector('.c-info')?.textContent ?? '') !== '') last = n;
    }
    // What is looked at in this frame was painted by the one before.
    if (last > (w.seen.at(-1)?.[1] ?? 0)) w.seen.push([Date.now(), last]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
const child = spawn(
  'nsenter',
  [`--net=/run/netns/${near}`, generator!, 'slb-near', frame!, rate!, seconds!, '50', '1'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
await new Promise((resolve) => {
  child.once('close', resolve);
});
await page.waitForTimeout(1000);
const seen = await page.evaluate(() => (window as unknown as { seen: [number, number][] }).seen);
const parent = join(app.folder, 'data', 'captures');
const ring = join(parent, readdirSync(parent)[0]!);
const stamps: number[] = [];
const stream = new CaptureStream({
  packet: ({ sec, nsec }) => {
    stamps.push(sec * 1000 + nsec / 1e6);
  },
});
for (const file of readdirSync(ring)
  .filter((f) => f.endsWith('.pcapng'))
  .sort()) {
  const bytes = packetBytes(join(ring, file));
  for (
    let at = 0, piece = bytes.read(0, 1 << 20);
    piece.length > 0;
    at += piece.length, piece = bytes.read(at, 1 << 20)
  )
    stream.push(piece);
  bytes.close();
}
const out: number[] = [];
for (let i = 1; i < seen.length; i++) {
  const [at, row] = seen[i]!;
  const before = seen[i - 1]![1];
  for (let k = 1; k <= 20; k++) {
    const stamp = stamps[Math.round(before + ((row - before) * k) / 20) - 1];
    if (stamp !== undefined) out.push(at - stamp);
  }
}
console.log(JSON.stringify(out.map((v) => Math.round(v * 10) / 10)));
await app.close();
