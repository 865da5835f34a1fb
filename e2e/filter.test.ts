// Wireshark's filters in the window: fields that only its engine knows, lines of the tree, completion, Flows.
import assert from 'node:assert/strict';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('the display filter', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const shown = async (): Promise<number> => {
    const status = await app.page.locator('.filter-status').innerText();
    return Number(/^([\d,]+) of/.exec(status)![1]!.replaceAll(',', ''));
  };

  test('a field that the engine knows applies, in Packets and in Flows', async () => {
    await app.filter('http.response.code == 200');
    const packets = await shown();
    assert.ok(packets > 0);
    await app.filter('flow.http.host and not http');
    assert.ok((await shown()) > packets);
    await app.page.keyboard.press('2');
    await app.filter('http.response.code == 200');
    assert.equal(await shown(), packets, 'one answer a flow in this capture');
    await app.filter('');
    await app.page.keyboard.press('1');
    await app.filter('');
  });

  test('a mistake of the language is told in the bar, at its place', async () => {
    const { page } = app;
    await page.locator('#filter').fill('http and tcp.prt == 1');
    await page.locator('.filter-bar.invalid').waitFor();
    assert.equal(await page.locator('.filter-back mark').innerText(), 'tcp.prt');
    assert.match(await page.locator('.filter-status').innerText(), /no field 'tcp\.prt'/);
    await app.filter('');
  });

  test('F on a line of the tree applies its filter, which finds the packet', async () => {
    const { page } = app;
    await app.filter('http.response');
    await page.keyboard.press('Home');
    const no = await page.locator('.grid-row.selected .c-no').innerText();
    await page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
    const line = page.locator('[role="treeitem"]', { hasText: 'Transmission Control Protocol' });
    await line.click();
    await page.keyboard.press('ArrowRight');
    await page.locator('[role="treeitem"]', { hasText: 'Stream index' }).click();
    await page.keyboard.press('f');
    await page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>('#filter')!.value.startsWith('tcp.stream =='),
    );
    await page.locator('.filter-bar.valid').waitFor();
    await page.locator('.filter-status', { hasText: /\d of .*·/ }).waitFor();
    assert.ok((await shown()) > 2);
    await page.locator('.grid-row:not([hidden]) .c-no', { hasText: new RegExp(`^${no}$`) }).waitFor();
    await app.filter('');
  });

  test('completion knows Wireshark’s fields, and ours beside them', async () => {
    const { page } = app;
    await page.locator('#filter').fill('');
    await page.locator('#filter').pressSequentially('dns and http.hos');
    await page.locator('.suggestions li', { hasText: /^http\.host/ }).waitFor();
    await page.locator('.suggestions li', { hasText: 'flow.http.host' }).waitFor();
    await page.keyboard.press('Escape');
  });
});
