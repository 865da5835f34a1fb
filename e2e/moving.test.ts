// Rows of a list that moves are drawn on a canvas: the picture is that of the elements, and these are there as soon as
// anybody needs them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { axeFindings } from './axe.ts';
import { describe, expect, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

/** Of the rows that are compared, the part of pixels that may differ visibly: edges of letters. */
const MOST_DIFFERENT = 0.004;
/** Mean difference of a channel, of 255. */
const MOST_MEAN = 1;

const ROW = 22;

/** Keeps the list moving: a list whose bar tells of movements goes on moving, wherever it stands. */
async function holdMoving(page: Page, by: number): Promise<void> {
  await page.evaluate(async (step) => {
    const grid = document.querySelector('.grid')!;
    const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
    for (let i = 0; i < 4; i++) {
      grid.scrollTop += step / 4;
      await frame();
    }
    const held = window.setInterval(() => grid.dispatchEvent(new Event('scroll')), 30);
    Object.assign(window, { releaseMoving: () => window.clearInterval(held) });
  }, by);
  await page.locator('.grid-moving:not([hidden])').waitFor();
}

async function release(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { releaseMoving: () => void }).releaseMoving());
  await page.locator('.grid-moving[hidden]').waitFor({ state: 'attached' });
}

interface Difference {
  readonly mean: number;
  readonly part: number;
  /** Parts of each row's pixels that differ visibly, the worst first. */
  readonly worst: number;
}

async function difference(page: Page, one: Buffer, other: Buffer, rows: number): Promise<Difference> {
  return page.evaluate(
    async ([a, b, n]) => {
      const pixels = async (text: string): Promise<ImageData> => {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const pen = canvas.getContext('2d')!;
        pen.drawImage(image, 0, 0);
        return pen.getImageData(0, 0, image.width, image.height);
      };
      const [x, y] = [await pixels(a), await pixels(b)];
      if (x.width !== y.width || x.height !== y.height) throw new Error('pictures of two sizes');
      let sum = 0;
      const bands = new Float64Array(n);
      for (let i = 0; i < x.data.length; i += 4) {
        let largest = 0;
        for (let c = 0; c < 3; c++) {
          const d = Math.abs(x.data[i + c]! - y.data[i + c]!);
          sum += d;
          largest = Math.max(largest, d);
        }
        if (largest > 48) bands[Math.floor(((i / 4 / x.width) * n) / x.height)]!++;
      }
      const all = x.width * x.height;
      const different = bands.reduce((s, d) => s + d, 0);
      return { mean: sum / (all * 3), part: different / all, worst: Math.max(...bands) / (all / n) };
    },
    [one.toString('base64'), other.toString('base64'), rows] as const,
  );
}

/** Compares the picture of what is in sight while it moves with the elements of the same place. */
async function alike(page: Page, by: number, name: string): Promise<void> {
  const grid = page.locator('.grid');
  // Away from the rows: what is pointed at has a test of its own.
  await page.mouse.move(5, 5);
  const from = await grid.evaluate((e) => e.scrollTop);
  let moving: Buffer = Buffer.alloc(0);
  // Where the machine is busy, a frame may take so long that the list takes itself for still: then once more.
  await expect(async () => {
    await page.evaluate(() => (window as unknown as { releaseMoving?: () => void }).releaseMoving?.());
    await grid.evaluate((e, top) => (e.scrollTop = top), from);
    await expect(page.locator('.grid-moving:not([hidden])')).toHaveCount(0);
    await holdMoving(page, by);
    // Pages on their way have come.
    await page.waitForTimeout(600);
    const top = await grid.evaluate((e) => e.scrollTop);
    moving = await grid.screenshot();
    const isMoving = await page.locator('.grid-moving:not([hidden])').count();
    await release(page);
    assert.equal(isMoving, 1);
    assert.equal(await grid.evaluate((e) => e.scrollTop), top);
  }).toPass({ timeout: 60_000 });
  const still = await grid.screenshot();
  const found = await difference(page, moving, still, 24);
  // Between pixels of the screen the edge of an element is blended, that of the picture is not: a line of a dark row.
  const isBetween = await page.evaluate(() => devicePixelRatio % 1 !== 0);
  const most = isBetween ? 0.06 : 5 * MOST_DIFFERENT;
  const isAlike = found.mean < MOST_MEAN && found.part < MOST_DIFFERENT && found.worst < most;
  const place = join(tmpdir(), `sightline-${name}`);
  if (!isAlike) {
    writeFileSync(`${place}-moving.png`, moving);
    writeFileSync(`${place}-still.png`, still);
  }
  assert.ok(isAlike, `${name}: ${JSON.stringify(found)}; pictures are at ${place}-*.png`);
}

for (const theme of ['dark', 'light'] as const)
  for (const ratio of [1, 1.25, 2])
    describe(`rows that move, ${theme}, ${ratio} pixels to one`, () => {
      let app: App;
      test.beforeAll(async ({ openApp }) => {
        app = await openApp({ ...SAMPLE, theme, ratio });
      });
      test.afterAll(async () => {
        await app?.close();
      });

      test('packets with the colours of the rules, an alert, rows marked and selected', async () => {
        const { page } = app;
        await page.locator('.grid-row.coloured').first().waitFor();
        assert.equal(await page.evaluate(() => devicePixelRatio), ratio);
        // An alert stands after packet 339.
        await page.locator('.grid').evaluate((grid, row) => (grid.scrollTop = 336 * row), ROW);
        await page.locator('.grid-row.alert').first().waitFor();
        await page.locator('.grid-row:not(.alert)').nth(6).click();
        await page.keyboard.press('Control+m');
        await page.locator('.grid-row.marked').waitFor();
        await page.locator('.grid-row:not(.alert)').nth(8).click();
        await page.locator('.grid').evaluate((grid, row) => (grid.scrollTop = 332 * row), ROW);
        await alike(page, 66, `packets-${theme}-${ratio}`);
      });

      test('flows', async () => {
        const { page } = app;
        await page.keyboard.press('2');
        await page.locator('.flows .grid-row .chip').first().waitFor();
        await alike(page, 140, `flows-${theme}-${ratio}`);
      });
    });

const QUESTIONS =
  'alert dns any any -> any any (msg:"Question for a name under .test"; dns.query; content:".test"; endswith; priority:2; ' +
  'sid:4300001; rev:1;)\n';

for (const [theme, ratio] of [
  ['dark', 1],
  ['dark', 2],
  ['light', 1],
] as const)
  describe(`rows of rules that move, ${theme}, ${ratio} pixels to one`, () => {
    let app: App;
    test.beforeAll(async ({ openApp }) => {
      app = await openApp({ ...SAMPLE, theme, ratio });
    });
    test.afterAll(async () => {
      await app?.close();
    });

    test('rows of rules, beside rows that are ignored and commented', async () => {
      const { page } = app;
      const rules = join(app.folder, 'questions.rules');
      writeFileSync(rules, QUESTIONS);
      await page.keyboard.press('7');
      await page.getByLabel('File or folder of rules').fill(rules);
      await page.keyboard.press('Enter');
      await page.locator('.threat-files li', { hasText: 'questions.rules' }).waitFor();
      await page.locator('.threats .stats-nav button', { hasText: 'Rules that matched' }).click();
      await page.locator('.threat-grid .stat-row').first().waitFor();
      await page.getByRole('button', { name: 'Go to its first packet' }).click();
      const shown = page.locator('.grid-row.rule:not([hidden])');
      await shown.first().waitFor();
      const packets = page.locator('.grid-row:not(.rule):not(.alert):not([hidden])');
      await packets.nth(4).click();
      await page.keyboard.press('Control+d');
      await page.locator('.grid-row.ignored').waitFor();
      await packets.nth(7).click();
      await page.keyboard.press('Control+Alt+c');
      await page.locator('dialog textarea').fill('looked at');
      await page.locator('dialog button', { hasText: 'Save' }).click();
      await page.locator('.grid-row.commented').waitFor();
      await packets.nth(9).click();
      await page.keyboard.press('Control+m');
      await page.locator('.grid-row.marked').waitFor();
      await alike(page, 22, `rules-${theme}-${ratio}`);
      const inSight = await shown.count();
      assert.ok(inSight > 0 && inSight <= 12, `${inSight} rows of rules`);
      for (const kind of ['ignored', 'commented', 'marked'])
        assert.equal(await page.locator(`.grid-row.${kind}:not([hidden])`).count(), 1, kind);
    });
  });

describe('what ends a movement', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const firstRow = (page: Page): Promise<number> =>
    page.evaluate(() => Number(document.querySelector('.grid-row')!.getAttribute('aria-rowindex')));

  test('the wheel moves a picture; once it stands still the rows are elements, and axe finds nothing', async () => {
    const { page } = app;
    const box = (await page.locator('.grid').boundingBox())!;
    await page.mouse.move(box.x + 400, box.y + 200);
    let drawn = false;
    for (let i = 0; i < 12; i++) {
      await page.mouse.wheel(0, 90);
      await page.waitForTimeout(16);
      drawn ||= (await page.locator('.grid-moving:not([hidden])').count()) > 0;
    }
    assert.ok(drawn);
    await page.locator('.grid-moving[hidden]').waitFor({ state: 'attached' });
    const top = await page.locator('.grid').evaluate((e) => e.scrollTop);
    assert.equal(await firstRow(page), Math.floor(top / 22) + 1);
    assert.equal(await page.locator('.grid-pattern').count(), 0);
    assert.deepEqual(await axeFindings(page), []);
  });

  test('a press in the rows selects the row that is seen there', async () => {
    const { page } = app;
    for (const step of [0, 5, 11, 21]) {
      await page.locator('.grid').evaluate((e) => (e.scrollTop = 0));
      await holdMoving(page, 880 + step);
      const { top, box } = await page.locator('.grid').evaluate((e) => {
        const { x, y } = e.getBoundingClientRect();
        return { top: e.scrollTop, box: { x, y } };
      });
      const y = 203;
      await page.mouse.click(box.x + 500, box.y + y);
      const place = Math.floor((top + y) / 22);
      await page.locator(`.grid-row.selected[aria-rowindex="${place + 1}"]`).waitFor({ timeout: 3000 });
      await release(page);
    }
  });

  test('keys select while it moves, and a reader is told of the row', async () => {
    const { page } = app;
    await page.locator('.grid').evaluate((e) => (e.scrollTop = 0));
    await page.locator('[aria-rowindex="3"]').click();
    await holdMoving(page, 660);
    await page.keyboard.press('ArrowDown');
    await page.locator('.grid-row.selected[aria-rowindex="4"]').waitFor({ timeout: 3000 });
    assert.equal(await page.locator('.grid').getAttribute('aria-activedescendant'), 'packets-row');
    await release(page);
    // Held down, the key moves a picture until it is let go.
    await page.keyboard.down('PageDown');
    let drawn = false;
    for (let i = 0; i < 10; i++) {
      await page.keyboard.down('PageDown');
      await page.waitForTimeout(33);
      drawn ||= (await page.locator('.grid-moving:not([hidden])').count()) > 0;
    }
    await page.keyboard.up('PageDown');
    assert.ok(drawn);
    await page.locator('.grid-moving[hidden]').waitFor({ state: 'attached' });
    await page.locator('.grid-row.selected').waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('the row beneath the pointer is shown as such while it moves and after', async () => {
    const { page } = app;
    const box = (await page.locator('.grid').boundingBox())!;
    await page.mouse.move(box.x + 400, box.y + 150);
    await holdMoving(page, 220);
    const clip = { x: box.x, y: box.y + 100, width: 600, height: 100 };
    await page.waitForTimeout(200);
    const moving = await page.screenshot({ clip });
    await release(page);
    const still = await page.screenshot({ clip });
    const found = await difference(page, moving, still, 5);
    assert.ok(found.mean < MOST_MEAN, JSON.stringify(found));
  });
});
