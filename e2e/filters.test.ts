// Filters that are kept: the last ones, saved ones as buttons, macros; by keys alone, and in what is found by axe.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('filters that are kept', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const value = (): Promise<string> => app.page.locator('#filter').inputValue();
  const offered = (): Promise<string[]> => app.page.locator('.suggestions li > span:first-child').allInnerTexts();
  const applied = (text: string): Promise<void> =>
    app.page
      .locator('.filter-bar.valid:has(#filter:not(:placeholder-shown)) .filter-status', { hasText: / of .*·/ })
      .waitFor()
      .then(async () => assert.equal(await value(), text));
  /** The empty bar, with the filters of before offered. */
  async function ofEmptyBar(): Promise<string[]> {
    await app.page.locator('#filter').fill('');
    await app.page.keyboard.press('Escape');
    await app.filter('');
    await app.page.keyboard.press('Control+/');
    await app.page.keyboard.press('ArrowDown');
    await app.page.locator('.suggestions:not([hidden]) li').first().waitFor();
    return offered();
  }

  test('ArrowDown on the empty bar offers the last filters; Enter applies one, Delete forgets one', async () => {
    const { page } = app;
    for (const filter of ['tcp.port == 443', 'dns', 'udp']) await app.filter(filter);
    assert.deepEqual((await ofEmptyBar()).slice(0, 3), ['udp', 'dns', 'tcp.port == 443']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('#suggestion-1.chosen').waitFor();
    await page.keyboard.press('Enter');
    await applied('dns');
    assert.deepEqual((await ofEmptyBar()).slice(0, 3), ['dns', 'udp', 'tcp.port == 443']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => !document.querySelector('.suggestions')!.textContent.includes('udpapplied'));
    assert.deepEqual((await offered()).slice(0, 2), ['dns', 'tcp.port == 443']);
    await page.keyboard.press('Escape');
    assert.deepEqual((await ofEmptyBar()).slice(0, 2), ['dns', 'tcp.port == 443']);
    await page.keyboard.press('Escape');
    // Those of another list are its own.
    await page.keyboard.press('Escape');
    await page.locator('.grid').focus();
    await page.keyboard.press('2');
    assert.ok(!(await ofEmptyBar()).slice(0, 2).includes('dns'));
    await page.keyboard.press('Escape');
    await page.locator('.grid').focus();
    await page.keyboard.press('1');
  });

  test('a filter is saved with a name by keys alone, stands on a button, and applies', async () => {
    const { page } = app;
    await app.filter('tcp.flags.syn == 1');
    await app.command('Save filter');
    await page.locator('dialog', { hasText: 'Save filter' }).waitFor();
    await page.keyboard.type('SYN');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.saved-filters button', { hasText: 'SYN' }).waitFor();
    await app.filter('');
    await page.locator('.saved-filters button', { hasText: 'SYN' }).focus();
    await page.keyboard.press('Enter');
    await applied('tcp.flags.syn == 1');
    await app.filter('');
    await page.locator('.filter-menu-button').focus();
    await page.keyboard.press('Enter');
    await page.locator('.context-menu button:focus', { hasText: 'SYN' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Enter');
    await applied('tcp.flags.syn == 1');
    await app.filter('');
  });

  test('macros and saved filters are edited, moved and removed in one dialog; mistakes are told there', async () => {
    const { page } = app;
    await app.command('Filters and macros');
    const dialog = page.locator('dialog');
    await dialog.getByText('Add filter').click();
    await page.keyboard.type('Ports');
    await page.keyboard.press('Tab');
    await page.keyboard.type('${to:443}');
    await dialog.getByText('Add macro').click();
    await page.keyboard.type('to here');
    await dialog.locator('.filters-problem', { hasText: "'to here' is no name of a macro" }).waitFor();
    assert.equal(await dialog.locator('button[type="submit"]').isDisabled(), true);
    await dialog.locator('#macro-0-name').fill('to');
    await page.keyboard.press('Tab');
    await page.keyboard.type('tcp.port == $1');
    await dialog.locator('#saved-1-up').focus();
    await page.keyboard.press('Enter');
    assert.equal(await dialog.locator('#saved-0-name').inputValue(), 'Ports');
    assert.deepEqual(await axeFindings(page), []);
    await dialog.locator('button[type="submit"]').click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await page.locator('.saved-filters button').allInnerTexts(), ['Ports', 'SYN']);
    await page.locator('.saved-filters button', { hasText: 'Ports' }).click();
    await applied('${to:443}');
    const shown = await page.locator('.filter-status').innerText();
    await app.filter('tcp.port == 443');
    assert.equal((await page.locator('.filter-status').innerText()).split('·')[0], shown.split('·')[0]);
  });

  test('an unknown macro is a mistake at its place; a macro that is written is offered', async () => {
    const { page } = app;
    await page.locator('#filter').fill('tcp and ${too:1}');
    await page.locator('.filter-bar.invalid').waitFor();
    assert.equal(await page.locator('.filter-back mark').innerText(), '${too:1}');
    assert.match(await page.locator('.filter-status').innerText(), /no macro 'too'; did you mean to\?/);
    await page.locator('#filter').fill('tcp and ');
    await page.locator('#filter').pressSequentially('${');
    await page.locator('.suggestions li', { hasText: '${to:' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    assert.equal(await value(), 'tcp and ${to:');
    await page.keyboard.type('80}');
    await page.locator('.filter-bar.valid').waitFor();
    await app.filter('');
  });

  test('a macro that goes makes the filter in force a mistake, and the list says that it is older', async () => {
    const { page } = app;
    await app.filter('$to(443)');
    await app.command('Filters and macros');
    await page.locator('dialog [aria-label="Remove to"]').click();
    await page.locator('dialog button[type="submit"]').click();
    await page.locator('.filter-bar.invalid').waitFor();
    await app.filter('');
  });

  test('they are there again in a window that is opened anew, in Chinese too', async () => {
    const { page } = app;
    await page.reload();
    await app.settled();
    assert.deepEqual(await page.locator('.saved-filters button').allInnerTexts(), ['Ports', 'SYN']);
    await page.locator('.filter-menu-button').click();
    await page.locator('.context-menu button', { hasText: 'Filters and macros' }).click();
    await page.locator('dialog', { hasText: 'Recent filters' }).waitFor();
    assert.ok((await page.locator('.recent-filters li').count()) > 3);
    await page.locator('dialog [aria-label="Remove Ports"]').click();
    await page.locator('dialog').getByText('Forget all').click();
    await page.locator('dialog button[type="submit"]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await page.locator('.saved-filters button').allInnerTexts(), ['SYN']);
    assert.equal((await ofEmptyBar())[0], 'tcp.flags.syn == 1', 'what is saved is offered still');
    await page.keyboard.press('Escape');
    await page.locator('.languages [lang="zh"]').click();
    await page.locator('.filter-menu-button').click();
    await page.locator('.context-menu button', { hasText: '过滤器与宏' }).click();
    const dialog = page.locator('dialog', { hasText: '最近的过滤器' });
    await dialog.waitFor();
    assert.deepEqual((await dialog.innerText()).match(/[A-Za-z]{3,}/g), ['conv', 'conv']);
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    await page.locator('.languages [lang="en"]').click();
    assert.deepEqual(app.problems, []);
  });

  test('Escape before suggestions have come: none comes after it, and the next one leaves the bar', async () => {
    const { page } = app;
    await page.routeWebSocket(/\/contract$/, (ws) => {
      const server = ws.connectToServer();
      server.onMessage((message) => {
        setTimeout(() => ws.send(message), 300);
      });
    });
    await page.reload();
    await app.settled();
    await page.locator('#filter').fill('tcp.p');
    await page.locator('#filter').press('Escape');
    assert.equal(await value(), '');
    await page.waitForTimeout(900);
    assert.equal(await page.locator('.suggestions:not([hidden]) li').count(), 0);
    await page.locator('#filter').press('Escape');
    await page.locator('.packets .grid:focus').waitFor();
  });
});
