// Recycled DOM rows beside rows on a canvas, by themselves: what a frame of either costs the main thread while every row
// changes. `node bench/window/rows-trial.ts`; what was decided by it stands in docs/decisions.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../../e2e/harness.ts';
import { mainThreadWork } from './frame-work.ts';
import { median, share } from './figures.ts';

const ROWS = 42;
const FRAMES = 300;
const RUNS = 3;
const WIDTHS = [90, 130, 210, 210, 90, 70, 24, 560];

/** What a page does a frame, as text, since it runs there. */
const COMMON = `
  const WIDTHS = ${JSON.stringify(WIDTHS)};
  const ROWS = ${ROWS};
  const value = (row, column) => ['' + row, (row / 7).toFixed(9), '192.168.' + (row % 251) + '.' + (row % 13),
    '10.' + (row % 17) + '.0.' + (row % 199), row % 3 ? 'TLSv1.2' : 'TCP', '' + (row % 1500), '',
    '443 → 5' + (row % 9999) + ' [ACK] Seq=' + row + ' Ack=' + row * 3 + ' Win=501 Len=' + (row % 1460)][column];
  const style = document.createElement('style');
  style.textContent = 'body{margin:0;font:13px sans-serif;background:#14171c;color:#d8dde6}' +
    '.layer{position:relative;height:1000px;overflow:hidden;contain:strict}' +
    '.row{position:absolute;left:0;right:0;height:22px;display:flex;contain:strict}' +
    '.row span{overflow:hidden;white-space:nowrap;padding:0 6px;box-sizing:border-box;contain:strict;height:22px}';
  document.head.append(style);
  window.run = (frame) => new Promise((done) => {
    let n = 0;
    const step = () => { frame(n * 37); if (++n < ${FRAMES}) requestAnimationFrame(step); else done(null); };
    requestAnimationFrame(step);
  });`;

const DOM = `${COMMON}
  const layer = document.createElement('div');
  layer.className = 'layer';
  document.body.append(layer);
  const cells = [];
  for (let r = 0; r < ROWS; r++) {
    const row = document.createElement('div');
    row.className = 'row';
    row.style.transform = 'translateY(' + r * 22 + 'px)';
    for (const w of WIDTHS) {
      const span = document.createElement('span');
      span.style.width = w + 'px';
      span.append('');
      row.append(span);
      cells.push(span.firstChild);
    }
    layer.append(row);
  }
  window.go = () => run((top) => {
    for (let r = 0; r < ROWS; r++)
      for (let c = 0; c < WIDTHS.length; c++) cells[r * WIDTHS.length + c].nodeValue = value(top + r, c);
  });`;

const CANVAS = `${COMMON}
  const canvas = document.createElement('canvas');
  canvas.width = 1400;
  canvas.height = ROWS * 22;
  document.body.append(canvas);
  const pen = canvas.getContext('2d', { alpha: false });
  window.go = () => run((top) => {
    pen.fillStyle = '#14171c';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.font = '13px sans-serif';
    pen.fillStyle = '#d8dde6';
    for (let r = 0; r < ROWS; r++) {
      let x = 0;
      for (let c = 0; c < WIDTHS.length; c++) {
        pen.save();
        pen.beginPath();
        pen.rect(x, r * 22, WIDTHS[c], 22);
        pen.clip();
        pen.fillText(value(top + r, c), x + 6, r * 22 + 16);
        pen.restore();
        x += WIDTHS[c];
      }
    }
  });`;

/** Without a clip a cell: texts are cut to their characters before, as the list's painter does. */
const UNCLIPPED = CANVAS.replace(/pen\.save\(\);[^]*?pen\.clip\(\);/, '').replace('pen.restore();', '');

const folder = mkdtempSync(join(tmpdir(), 'sightline-rows-'));
const browser = await launch(folder);
try {
  for (const [name, script] of [
    ['recycled DOM', DOM],
    ['canvas, a clip a cell', CANVAS],
    ['canvas, texts cut before', UNCLIPPED],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    await page.setContent('<!doctype html><body></body>');
    await page.evaluate(script);
    const session = await page.context().newCDPSession(page);
    const all: number[][] = [];
    let parts = '';
    for (let i = 0; i < RUNS; i++) {
      const work = await mainThreadWork(session, async () => {
        await page.evaluate('window.go()');
      });
      all.push([...work.frames]);
      parts = [...work.kinds]
        .toSorted((a, b) => b[1] - a[1])
        .map(([kind, ms]) => `${kind} ${(ms / work.frames.length).toFixed(2)}`)
        .join(', ');
    }
    const of = (p: number): string => median(all.map((frames) => share(frames, p))).toFixed(1);
    console.log(`${name}: median ${of(0.5)} ms, p95 ${of(0.95)} ms a frame (${parts})`);
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
