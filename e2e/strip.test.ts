// The time strip: what the mouse brushes is offered at once, as a filter and as a closer look; by keys too.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('the time strip', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(() => app?.close());

  async function brush(from: number, to: number): Promise<void> {
    const { page } = app;
    // Until its packets are there the strip has nothing to be brushed.
    await page.locator('.strip:not([aria-valuemax="0"])').waitFor();
    const box = (await page.locator('.strip').boundingBox())!;
    await page.mouse.move(box.x + from, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + to, box.y + 20, { steps: 4 });
    await page.mouse.up();
  }

  test('a brush offers its range when the mouse is let go, and the filter holds its packets', async () => {
    const { page } = app;
    await brush(400, 700);
    const note = page.locator('.brush-note', { hasText: 'packets' });
    await note.waitFor({ timeout: 2_000 });
    const promised = Number(/^([\d,]+) packets/.exec(await note.innerText())![1]!.replaceAll(',', ''));
    await note.locator('button', { hasText: 'Filter' }).click();
    await page.locator('.filter-status', { hasText: `${promised} of 1,066` }).waitFor();
    await app.filter('');
  });

  test('a closer look has the range alone, and goes back to the whole', async () => {
    const { page } = app;
    const range = (): Promise<string | null> => page.locator('.strip').getAttribute('aria-valuetext');
    await brush(150, 1_300);
    const all = await range();
    await page.locator('.brush-note button', { hasText: 'Zoom' }).click();
    await page.locator('.brush-note.zoomed').waitFor();
    // All of what is shown now is the range that was brushed.
    await page.locator('.strip[data-part="shown"]').waitFor();
    await page.locator('.strip').focus();
    await page.keyboard.press('ArrowRight');
    const bars = Number(await page.locator('.strip').getAttribute('aria-valuemax'));
    for (let i = 0; i < bars; i++) await page.keyboard.press('Shift+ArrowRight');
    assert.equal(await range(), all);
    await page.keyboard.press('Escape');
    await page.keyboard.press('-');
    await page.locator('.brush-note.zoomed').waitFor({ state: 'detached' });
    assert.deepEqual(await axeFindings(page), []);
  });
});
