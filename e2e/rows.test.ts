// What is done with rows: menus of incidents, hosts and statistics by mouse and by keys, marks of several packets, time
// references.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('rows', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp({ args: ['--sample'] });
    app.page.setDefaultTimeout(8_000);
    await app.settled();
    await app.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    await app.page.locator('.badge').waitFor();
  });
  test.afterAll(async () => {
    await app?.close();
  });

  // A menu that a test left open is not the next one's.
  test.afterEach(() => app.page.keyboard.press('Escape'));

  /** The status is there before the rows of the new order are. */
  const rowsShown = (n: number): Promise<unknown> =>
    app.page.waitForFunction((m) => document.querySelectorAll('.grid-row:not([hidden]) .c-no').length === m, n);
  const filter = (): Promise<string> => app.page.locator('#filter').inputValue();

  test('an incident: its state, its packets, and those chosen together', async () => {
    const { page } = app;
    await page.keyboard.press('3');
    await page.locator('.alerts .grid:focus').waitFor();
    await page.locator('.grid-row.selected[aria-rowindex="1"]').waitFor();
    await page.keyboard.press('Control+a');
    await page.locator('.incident-bar', { hasText: '2 chosen' }).waitFor();
    await page.keyboard.press('ContextMenu');
    await page.locator('.context-menu button:focus', { hasText: 'Open flow' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await app.choose('State', 'Acknowledged');
    await page.locator('.toast', { hasText: '2 incidents changed' }).waitFor();
    await page.locator('.i-state', { hasText: 'Acknowledged' }).nth(1).waitFor();
    await page.locator('.alerts .grid:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.incidents .i-evidence').nth(1).click({ button: 'right' });
    await app.choose('State', 'In work');
    await page.locator('.grid-row.selected[aria-rowindex="2"] .i-state', { hasText: 'In work' }).waitFor();
    assert.equal(await page.locator('.i-state', { hasText: 'Acknowledged' }).count(), 1);
    await page.locator('.incidents .i-evidence').first().click({ button: 'right' });
    await app.choose('Apply as filter', 'Selected');
    await page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
    assert.match(await filter(), /^flow\.incident == \d+$/);
    await app.filter('');
  });

  test('a host leads to its incidents, flows and packets', async () => {
    const { page } = app;
    await page.keyboard.press('6');
    await page.locator('.hosts-list .grid:focus').waitFor();
    await page.locator('.host-card h2', { hasText: '192.0.2.10' }).waitFor();
    await page.keyboard.press('Shift+F10');
    await page.locator('.context-menu button:focus', { hasText: 'Show flows' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await app.choose('Incidents of this host');
    await page.locator('.incidents .grid-row:not([hidden])').first().waitFor();
    assert.equal(await filter(), 'ip.addr == 192.0.2.10');
    await app.page.locator('#filter').fill('');
    await app.page.locator('#filter').press('Enter');
    await page.locator('.alerts .grid:focus').waitFor();
    await page.keyboard.press('6');
    await page.locator('.h-address', { hasText: '192.0.2.80' }).click({ button: 'right' });
    await app.choose('Apply as filter', 'Not selected');
    await page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
    assert.equal(await filter(), '!(ip.addr == 192.0.2.80)');
    await app.filter('');
  });

  test('a row of statistics: its filter, its packet, its texts', async () => {
    const { page } = app;
    await app.command('Conversations');
    await page.locator('.stat-row').first().waitFor();
    await page.locator('.stat-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ContextMenu');
    await page.locator('.context-menu button:focus', { hasText: 'Show packets' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    await page.locator('.stat-grid:focus').waitFor();
    const box = page.locator('.stat-row').nth(1).locator('[role="gridcell"]').nth(2);
    const text = await box.innerText();
    await box.click({ button: 'right' });
    await app.choose('Copy', 'Value');
    await page.locator('.toast', { hasText: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    await box.click({ button: 'right' });
    await app.choose('Apply as filter', 'Selected');
    await page.locator('.packets .grid').waitFor();
    await page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
    assert.notEqual(await filter(), '');
    await app.filter('');
  });

  test('several rows are marked and ignored at once, by the menu and by keys', async () => {
    const { page } = app;
    const marked = (n: number): Promise<unknown> =>
      page.waitForFunction((m) => document.querySelectorAll('.grid-row.marked:not([hidden])').length === m, n);
    await page.keyboard.press('1');
    await page.locator('.packets .grid').press('Control+Home');
    await app.cell('4', 'info').click();
    await app.cell('7', 'info').click({ modifiers: ['Shift'] });
    await app.cell('5', 'info').click({ button: 'right' });
    await app.choose('Mark 4 packets');
    await page.locator('.toast', { hasText: '4 packets marked.' }).waitFor();
    await marked(4);
    await app.cell('4', 'info').click();
    await page.keyboard.press('Control+Shift+n');
    await page.locator('.grid-row.selected .c-no', { hasText: /^5$/ }).waitFor();
    await app.cell('4', 'info').click();
    await app.cell('7', 'info').click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+m');
    await marked(0);
    await page.keyboard.press('Control+d');
    await page.locator('.toast', { hasText: '4 packets ignored.' }).waitFor();
    await page.locator('.grid-row.ignored').nth(3).waitFor();
    await page.keyboard.press('Control+d');
    await page.waitForFunction(() => document.querySelectorAll('.grid-row.ignored:not([hidden])').length === 0);
  });

  test('a time reference: *REF*, and times that count from it', async () => {
    const { page } = app;
    const time = (no: string): Promise<string> => app.cell(no, 'time').innerText();
    await page.keyboard.press('1');
    await app.cell('4', 'info').click();
    const [fourth, seventh] = [Number(await time('4')), Number(await time('7'))];
    await page.keyboard.press('Control+t');
    await app
      .cell('4', 'time')
      .filter({ hasText: /^\*REF\*$/ })
      .waitFor();
    assert.equal(Number(await time('7')).toFixed(6), (seventh - fourth).toFixed(6));
    await app.cell('6', 'info').click({ button: 'right' });
    await app.choose('Set time reference');
    await app
      .cell('6', 'time')
      .filter({ hasText: /^\*REF\*$/ })
      .waitFor();
    await app.filter('frame.ref_time');
    await rowsShown(2);
    await app.filter('');
    assert.deepEqual(await axeFindings(page), []);
    await app.command('Take all time references away');
    await page.waitForFunction(() => !document.body.textContent!.includes('*REF*'));
    assert.equal(Number(await time('7')), seventh);
  });

  test('keys that a browser keeps for itself in a tab have others there, which are shown', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await app.cell('4', 'info').click();
    await page.keyboard.press('Alt+Shift+T');
    await page.locator('.toast, .grid-row', { hasText: '*REF*' }).first().waitFor();
    await app.command('Take all time references away');
    await page.waitForFunction(() => !document.body.textContent!.includes('*REF*'));
    await page.keyboard.press('Control+f');
    await page.locator('#find-text').fill('www.sample.test');
    await page.keyboard.press('Enter');
    await page.locator('.pane-head h2', { hasText: /^Packet (?!4$)/ }).waitFor();
    const found = await page.locator('.pane-head h2').first().innerText();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F3');
    await page.waitForFunction((first) => document.querySelector('.pane-head h2')!.textContent !== first, found);
    await app
      .cell((await page.locator('.grid-row.selected .c-no').innerText()).trim(), 'info')
      .click({ button: 'right' });
    await page.locator('.context-menu kbd', { hasText: /^Alt\+Shift\+T$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.locator('dialog kbd').first().waitFor();
    const keys = (await page.locator('dialog kbd').allInnerTexts()).join('  ');
    assert.match(keys, /F3 \/ Ctrl\+B/);
    assert.doesNotMatch(keys, /Ctrl\+(Shift\+)?[NTW]\b/);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Home');
  });

  test('a comment is written by keys, shown as text, filtered and taken away', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await app.cell('4', 'info').click();
    await page.keyboard.press('Control+Alt+c');
    await page.locator('dialog textarea:focus').waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.type('seen <img src=x> here');
    await page.locator('dialog button', { hasText: 'Save' }).click();
    await page.locator('.packet-comments li', { hasText: 'seen <img src=x> here' }).waitFor();
    await page.locator('.grid-row.commented .c-no', { hasText: /^4$/ }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await app.filter('frame.comment contains "seen"');
    await rowsShown(1);
    await app.filter('');
    await page.locator('.packet-comments button').click();
    await page.locator('dialog textarea').fill('');
    await page.locator('dialog button', { hasText: 'Save' }).click();
    await page.locator('.packet-comments').waitFor({ state: 'detached' });
  });
});
