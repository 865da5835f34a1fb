// The context menu everywhere, by mouse and by keys, and the columns of the packet list.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, expect, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('menus and columns', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
    await app.page.locator('.grid-row.coloured').first().waitFor();
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const filter = (): Promise<string> => app.page.locator('#filter').inputValue();
  const clipboard = (): Promise<string> => app.page.evaluate(() => navigator.clipboard.readText());
  /** Waits for another text than the one before. */
  async function copied(copy: () => Promise<void>): Promise<string> {
    await app.page.evaluate(() => navigator.clipboard.writeText('before'));
    await copy();
    await expect.poll(clipboard, { intervals: [50] }).not.toBe('before');
    return clipboard();
  }
  const heads = (): Promise<string[]> =>
    app.page.locator('.packets .head').evaluateAll((all) => all.map((h) => h.dataset['column']!));

  test('a cell is applied and prepared as a filter, alone and joined', async () => {
    const { page } = app;
    await app.cell('4', 'source').click({ button: 'right' });
    await app.choose('Apply as filter', 'Selected');
    assert.equal(await filter(), 'ip.src == 192.0.2.10');
    await page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
    // The status is there before the rows of the new order are, which are used again.
    await page.waitForFunction(() => document.querySelector('.grid-row:not([hidden]) .c-no')?.textContent === '4');
    await app.cell('4', 'length').click({ button: 'right' });
    await app.choose('Apply as filter', '… and not selected');
    assert.equal(await filter(), '(ip.src == 192.0.2.10) && !(frame.len == 74)');
    await page.locator('.filter-bar.valid').waitFor();
    await page.locator('.grid-row:not([hidden])').nth(1).locator('[data-column="no"]').click({ button: 'right' });
    await app.choose('Prepare as filter', 'Not selected');
    assert.match(await filter(), /^!\(frame\.number == \d+\)$/);
    await page.locator('#filter:focus').waitFor();
    await app.filter('');
  });

  test('by keys alone: the menu key opens it, letters and arrows choose, Escape gives the focus back', async () => {
    const { page } = app;
    const grid = page.locator('.grid');
    await grid.press('Home');
    await grid.press('ContextMenu');
    await page.locator('.context-menu button:focus', { hasText: 'Mark packet' }).waitFor();
    await page.keyboard.press('a');
    await page.locator('.context-menu button:focus', { hasText: 'Apply as filter' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('.context-menu').nth(1).locator('button:focus', { hasText: 'Selected' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.context-menu button:focus', { hasText: 'Apply as filter' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.context-menu').count(), 0);
    await page.locator('.grid:focus').waitFor();
    await grid.press('Shift+F10');
    await page.locator('.context-menu button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.grid-row.marked').waitFor();
    await grid.press('Control+m');
    await page.waitForFunction(() => document.querySelectorAll('.grid-row.marked').length === 0);
  });

  test('rows are copied as text, CSV and JSON, and a packet’s bytes as C', async () => {
    const chosen = (entry: string): Promise<string> =>
      copied(async () => {
        await app.cell('4', 'info').click({ button: 'right' });
        await app.choose('Copy', entry);
      });
    assert.match(
      await chosen('Rows as CSV'),
      /^No\.,Time,Source,Destination,Protocol,Length,Info\n4,1\.750239,192\.0\.2\.10,192\.0\.2\.90,TCP,74,35494 → 8443 \[SYN\] Seq=0 Win=64240 Len=0 MSS=1460/,
    );
    assert.match(await chosen('Bytes as C array'), /bytes\[74\] = \{\n {2}0x[0-9a-f]{2},/);
  });

  test('several rows are selected by Shift and Ctrl, by mouse and by keys, and Ctrl+C copies them', async () => {
    const { page } = app;
    const text = (): Promise<string> => copied(() => page.locator('.grid').press('Control+c'));
    const numbers = (copy: string): string[] => copy.split('\n').map((line) => line.split('\t')[0]!);
    await app.cell('4', 'info').click();
    await app.cell('7', 'info').click({ modifiers: ['Shift'] });
    await page.waitForFunction(
      () => document.querySelectorAll('.grid-row:not([hidden])[aria-selected="true"]').length === 4,
    );
    await app.cell('9', 'info').click({ modifiers: ['Control'] });
    await app.cell('5', 'info').click({ modifiers: ['Control'] });
    assert.deepEqual(numbers(await text()), ['4', '6', '7', '9']);
    await app.cell('2', 'info').click();
    await page.waitForFunction(
      () => document.querySelectorAll('.grid-row:not([hidden])[aria-selected="true"]').length === 1,
    );
    await page.locator('.grid').press('Shift+ArrowDown');
    await page.locator('.grid').press('Shift+ArrowDown');
    assert.deepEqual(numbers(await text()), ['2', '3', '4']);
    // Also those that were never in sight, with the texts of the engine.
    await page.locator('.grid').press('Home');
    await page.locator('.grid').press('Shift+End');
    const all = await text();
    assert.equal(numbers(all).length, 1066);
    assert.equal(numbers(all)[1065], '1,066');
    assert.match(all, /\[SYN\] Seq=0 Win=64240 Len=0 MSS=1460/);
    await page.locator('.grid').press('Home');
    await page.waitForFunction(
      () => document.querySelectorAll('.grid-row:not([hidden])[aria-selected="true"]').length === 1,
    );
  });

  test('a time with its date fits its column', async () => {
    const { page } = app;
    await app.command('settings');
    await page.getByLabel('Time column').selectOption({ label: 'Date, UTC' });
    await page.keyboard.press('Escape');
    await app
      .cell('1', 'time')
      .filter({ hasText: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z$/ })
      .waitFor();
    await app.command('settings');
    await page.getByLabel('Time column').selectOption({ label: 'Since start' });
    await page.keyboard.press('Escape');
  });

  test('a line of the tree becomes a column, which has its values, moves, hides, and is there after a reload', async () => {
    const { page } = app;
    await app.cell('4', 'info').click();
    await page.locator('.node', { hasText: 'Internet Protocol Version 4' }).first().waitFor();
    const line = page.locator('.node', { hasText: 'Time to Live' });
    if ((await line.count()) === 0)
      await page.locator('.node', { hasText: 'Internet Protocol Version 4' }).first().dblclick();
    await line.click({ button: 'right' });
    await app.choose('Apply as column');
    await app.cell('4', 'ip.ttl').filter({ hasText: /^64$/ }).waitFor();
    assert.deepEqual((await heads()).slice(-2), ['ip.ttl', 'info']);
    const head = page.locator('.head[data-column="ip.ttl"]');
    await head.locator('.head-button').focus();
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    assert.deepEqual((await heads()).slice(-3), ['ip.ttl', 'length', 'info']);
    await head.click({ button: 'right' });
    await app.choose('Align', 'Right');
    await page.locator('.head[data-column="ip.ttl"].align-end').waitFor();
    await page.locator('.head[data-column="destination"]').dragTo(page.locator('.head[data-column="source"]'));
    assert.deepEqual((await heads()).slice(2, 5), ['time', 'destination', 'source']);
    await page.locator('.head[data-column="length"]').click({ button: 'right' });
    await app.choose('Hide column');
    assert.equal((await heads()).includes('length'), false);
    await page.reload();
    await app.settled();
    assert.deepEqual(await heads(), ['verdict', 'no', 'time', 'destination', 'source', 'protocol', 'ip.ttl', 'info']);
    await app.cell('4', 'ip.ttl').filter({ hasText: /^64$/ }).waitFor();
    await page.locator('.head[data-column="ip.ttl"]').click({ button: 'right' });
    await app.choose('Columns as they were at first');
    assert.equal((await heads()).length, 8);
    assert.equal((await heads()).includes('ip.ttl'), false);
  });

  test('a line of the tree is dragged to the bar: applied there, or joined to what is there by a menu', async () => {
    const { page } = app;
    const bar = page.locator('#filter');
    await app.cell('4', 'info').click();
    const line = page.locator('.node', { hasText: 'Transmission Control Protocol' }).first();
    await line.click();
    await line.dragTo(bar);
    await page.locator('.filter-status', { hasText: /^991 of 1,066/ }).waitFor();
    assert.equal(await filter(), 'tcp');
    assert.equal(await page.locator('.drop-here').count(), 0);
    // Two presses in quick succession open a line as well, and its lines push the first ones out of sight.
    await page.getByRole('tree').hover();
    await page.mouse.wheel(0, -5_000);
    const other = page.locator('.node', { hasText: 'Ethernet II' }).first();
    await other.click();
    await other.dragTo(bar);
    await app.choose('Prepare as filter', '… and not selected');
    assert.equal(await filter(), '(tcp) && !(eth)');
    await page.getByRole('button', { name: 'Clear the filter' }).press('Enter');
    assert.equal(await filter(), '');
    // Who clears the bar with its button goes on in the list, by keys too.
    await page.locator('.packets .grid:focus').waitFor();
  });

  test('a conversation is coloured; tree, bytes, flows and column heads have their menus', async () => {
    const { page } = app;
    await app.cell('4', 'info').click({ button: 'right' });
    await app.choose('Colour conversation', 'Green');
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>('.grid-row.coloured')!.style.getPropertyValue('--row-ground') !== '',
    );
    await page.locator('.hex-line').first().click({ button: 'right' });
    await page.locator('.context-menu button', { hasText: 'Bytes as Base64' }).click();
    await page.keyboard.press('2');
    await page.locator('.flows .grid-row.selected').waitFor();
    await page.locator('.flows .grid').press('ContextMenu');
    await page.locator('.context-menu button', { hasText: 'Label flow' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    assert.deepEqual(app.problems, []);
  });
});
