// A capture that is opened again is where it was left: view, filters, order, selection.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, folderFor, type OpenApp, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

describe('a capture that is opened again', () => {
  const folder = folderFor('sightline-reopened');
  const file = join(folder, 'mine.pcapng');
  test.beforeAll(() => copyFileSync(join(ROOT, 'assets', 'sample.pcapng'), file));
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (openApp: OpenApp): Promise<App> => {
    const app = await openApp({ args: [file], folder });
    await app.settled();
    return app;
  };
  /** Places are told when they have settled. */
  const kept = (text: RegExp): Promise<void> => {
    const places = join(folder, 'data', 'places.json');
    return expect
      .poll(() => (existsSync(places) ? readFileSync(places, 'utf8') : ''), { message: places })
      .toMatch(text);
  };
  const head = (app: App, no: number): Promise<void> =>
    app.page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${no}$`) }).waitFor();

  test('the first time it begins at its beginning, and is left at a packet of a filtered list', async ({ openApp }) => {
    const app = await start(openApp);
    try {
      await head(app, 1);
      assert.equal(await app.page.locator('#filter').inputValue(), '');
      await app.filter('udp.port == 53');
      await app.page.keyboard.press('Control+g');
      await app.page.locator('dialog input').fill('16');
      await app.page.keyboard.press('Enter');
      await head(app, 16);
      await kept(/"filter":"udp\.port == 53".*"packet":15/);
    } finally {
      await app.close();
    }
  });

  test('the second time it is as it was left', async ({ openApp }) => {
    const app = await start(openApp);
    try {
      await head(app, 16);
      assert.equal(await app.page.locator('#filter').inputValue(), 'udp.port == 53');
      assert.match(await app.page.locator('.filter-status').innerText(), /\d+ (of|\/) /);
      assert.deepEqual(app.problems, []);
      await app.page.keyboard.press('2');
      await app.page.locator('.flows .grid-row:not([hidden])').nth(2).click();
      await kept(/"view":"flows".*"flow":\d/);
    } finally {
      await app.close();
    }
  });

  test('also where that was another view', async ({ openApp }) => {
    const app = await start(openApp);
    try {
      await app.page.locator('.flows .grid-row.selected:not([hidden])').waitFor();
      await app.page.keyboard.press('1');
      await app.page.waitForFunction(() => document.querySelector<HTMLInputElement>('#filter')?.value !== '');
      assert.equal(await app.page.locator('#filter').inputValue(), 'udp.port == 53');
    } finally {
      await app.close();
    }
  });
});
