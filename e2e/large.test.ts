// 2.5 million packets: first rows while it is read, and the thumb dragged to the very last one.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, folderFor, test } from './fixtures.ts';
import type { App } from './harness.ts';
import { writeLarge } from './large.ts';

const PACKETS = 2_500_000;

describe('a capture of 2.5 million packets', () => {
  const folder = folderFor('sightline-large');
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    writeLarge(join(folder, 'large.pcap'), PACKETS);
    app = await openApp({ args: [join(folder, 'large.pcap')] });
  });
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the thumb is dragged to the last row, and the wheel still moves row by row', async () => {
    const { page } = app;
    await page.locator('.grid-row:not([hidden]) .c-info', { hasText: '→' }).first().waitFor();
    await app.settled();
    await page.locator('.status', { hasText: '2,500,000 packets' }).waitFor();
    await page.waitForFunction(
      (n) => Number(document.querySelector('.grid')?.getAttribute('aria-rowcount')) >= n,
      PACKETS,
    );
    const box = (await page.locator('.grid').boundingBox())!;
    const x = box.x + box.width - 6;
    await page.mouse.move(x, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height / 2, { steps: 5 });
    await page.mouse.move(x, box.y + box.height + 200, { steps: 5 });
    await page.mouse.up();
    await page.locator('.grid-row:not([hidden]) .c-no', { hasText: '2,500,000' }).waitFor();
    await app.row('2,500,000').click();
    await page.locator('.node', { hasText: 'Frame 2500000:' }).waitFor();
    assert.match(await page.locator('.pane-head .hint').innerText(), /partial context/);
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.mouse.wheel(0, -2200);
    await page.locator('.grid-row:not([hidden]) .c-no', { hasText: '2,499,900' }).waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('filtered and sorted, the old order stands until the new one is there', async () => {
    const { page } = app;
    await app.filter('frame.len > 1400');
    const matched = Number((await page.locator('.filter-status').innerText()).split(' ')[0]!.replaceAll(',', ''));
    assert.ok(matched > 8000 && matched < 20_000, String(matched));
    await app.filter('');
    await page.locator('.head-button', { hasText: 'Length' }).click();
    await page.locator('.head-button', { hasText: 'Length' }).click();
    await page.locator('.head-sort[aria-label="descending"]').waitFor({ timeout: 60_000 });
    await page.locator('.grid').press('Home');
    await page.locator('[aria-rowindex="1"] .c-length', { hasText: '1,455' }).waitFor();
  });
});
