// The icons of packages, out of renderer/style/icon.svg: pictures drawn by Chromium, an ICO and an ICNS that hold them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { ROOT } from '../node24.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512, 1024];
/** Apple's names of pictures by their size in pixels. */
const APPLE = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' } as const;
const WINDOWS = [16, 32, 48, 64, 128, 256];

/** A picture of each size in one file, as Windows reads it: a head, a row for each, then the PNGs. */
function ico(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const head = Buffer.alloc(6 + 16 * WINDOWS.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(WINDOWS.length, 4);
  let at = head.length;
  WINDOWS.forEach((size, i) => {
    const row = 6 + 16 * i;
    const { length } = pictures.get(size)!;
    // 256 is written as 0.
    head[row] = size % 256;
    head[row + 1] = size % 256;
    head.writeUInt16LE(1, row + 4);
    head.writeUInt16LE(32, row + 6);
    head.writeUInt32LE(length, row + 8);
    head.writeUInt32LE(at, row + 12);
    at += length;
  });
  return Buffer.concat([head, ...WINDOWS.map((size) => pictures.get(size)!)]);
}

/** The same for macOS: each PNG with its name and length before it. */
function icns(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const blocks = Object.entries(APPLE).map(([size, name]) => {
    const picture = pictures.get(Number(size))!;
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(8 + picture.length, 4);
    return Buffer.concat([head, picture]);
  });
  const all = Buffer.concat(blocks);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + all.length, 4);
  return Buffer.concat([head, all]);
}

const folder = join(ROOT, 'packaging', 'icons');
mkdirSync(folder, { recursive: true });
const svg = readFileSync(join(ROOT, 'renderer', 'style', 'icon.svg'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const pictures = new Map<number, Buffer>();
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  pictures.set(size, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
for (const [size, picture] of pictures) writeFileSync(join(folder, `${size}x${size}.png`), picture);
writeFileSync(join(folder, 'icon.ico'), ico(pictures));
writeFileSync(join(folder, 'icon.icns'), icns(pictures));
