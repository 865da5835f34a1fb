// Groups of flows and unique values in a browser: what is counted leads to its flows and packets, by keys alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { axeFindings } from './axe.ts';
import { App, NO_BROWSER } from './harness.ts';

describe('groups and values', { skip: NO_BROWSER }, () => {
  let app: App;
  before(async () => {
    app = await App.sample();
  });
  after(() => app?.close());

  async function statistics(name: string): Promise<void> {
    const { page } = app;
    await page.keyboard.press('5');
    await page.locator('.stats-nav button', { hasText: name }).click();
    await page.locator('.stats-head h2', { hasText: name }).waitFor();
  }

  /** Texts of a row's cells. */
  async function row(place: number): Promise<string[]> {
    const cells = page().locator(`#stat-row-${place} > span`);
    await cells.first().waitFor();
    return cells.allTextContents();
  }
  const page = (): App['page'] => app.page;
  const matched = (n: string): Promise<void> =>
    page()
      .locator('.filter-status', { hasText: new RegExp(`^${n} of 257`) })
      .waitFor();

  test('flows are grouped by what is chosen, the largest group first; Enter shows its flows', async () => {
    await statistics('Group flows');
    const group = page().locator('.group-bar select');
    await page().locator('.stat-count', { hasText: '7 groups of 257 flows' }).waitFor();
    assert.deepEqual((await row(0)).slice(0, 3), ['TCP', '200', '400']);
    await group.first().selectOption('verdict');
    await page().locator('.stat-count', { hasText: '3 groups of 257 flows' }).waitFor();
    await group.nth(1).selectOption('app');
    await page().locator('.stat-heads', { hasText: 'Protocol' }).waitFor();
    const [verdict, protocol, flows] = await row(1);
    await page().locator('.stat-grid').focus();
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Enter');
    await page().locator('.list.flows').waitFor();
    const filter = await page().locator('#filter').inputValue();
    assert.equal(filter, `flow.verdict == "${verdict}" and flow.app == "${protocol}"`);
    await matched(flows!);
  });

  test('only flows of the list count when that is asked', async () => {
    await statistics('Group flows');
    await page().locator('.stats-displayed input').check();
    await page().locator('.stat-count', { hasText: '1 group of ' }).waitFor();
    assert.match((await page().locator('.stats-displayed code').textContent())!, /^flow\.verdict ==/);
    await page().locator('.stats-displayed input').uncheck();
    await page().locator('.stat-count', { hasText: 'of 257 flows' }).waitFor();
  });

  test('groups are saved as CSV', async () => {
    await statistics('Group flows');
    const download = page().waitForEvent('download');
    await page().locator('.stat-foot button', { hasText: 'Save as CSV' }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), 'flows-by-verdict-app.csv');
    assert.match(readFileSync(await file.path(), 'utf8'), /^flow\.verdict,flow\.app,flows,packets,bytes,average/);
  });

  test('values of every fact, the rarest first; by keys one leads to its flows, another to its packets', async () => {
    await statistics('Unique values');
    const card = page().locator('.value-card', { hasText: 'User agent' });
    await card.locator('.value-row', { hasText: 'curl/7.88.1' }).waitFor();
    const first = page().locator('.value-row').first();
    await first.focus();
    await page().keyboard.press('ArrowDown');
    await page()
      .locator('.value-row:focus', { hasNotText: (await first.textContent())! })
      .waitFor();
    await page().locator('.segmented button', { hasText: 'Rarest first' }).click();
    const app1 = page().locator('.value-card', { has: page().locator('#fact-app') });
    await app1.locator('.value-row').first().filter({ hasText: /1$/ }).waitFor();
    const counts = await app1.locator('.value-count').allTextContents();
    assert.deepEqual(counts, ['1', '1', '3', '8', '20', '24', '200']);
    await app1.locator('.value-row', { hasText: 'HTTP' }).focus();
    await page().keyboard.press('Shift+Enter');
    await page().locator('.list.packets').waitFor();
    assert.equal(await page().locator('#filter').inputValue(), 'flow.app == "HTTP"');
    await app.filter('');
    await statistics('Unique values');
    await app1.locator('.value-row', { hasText: 'HTTP' }).focus();
    await page().keyboard.press('Enter');
    await page().locator('.list.flows').waitFor();
    await matched('8');
    await app.filter('');
  });

  test('a value has a menu, and its fact can be seen as groups', async () => {
    await statistics('Unique values');
    const card = page().locator('.value-card', { has: page().locator('#fact-app') });
    await card.locator('.value-row', { hasText: 'DNS' }).click({ button: 'right' });
    await app.choose('As groups');
    await page().locator('.stat-count', { hasText: '7 groups of 257 flows' }).waitFor();
    await page().keyboard.press('2');
    await page().locator('.grid-row:not([hidden])').first().click({ button: 'right' });
    await app.choose('Group flows by', 'Responder');
    await page().locator('.stat-heads', { hasText: 'Responder' }).waitFor();
  });

  test('both pages are clean in both themes, at 1024x700 and in Chinese', async () => {
    for (const theme of ['Light theme', 'Dark theme']) {
      await app.command(theme);
      for (const name of ['Group flows', 'Unique values']) {
        await statistics(name);
        await page().locator('.stat-row, .value-row').first().waitFor();
        assert.deepEqual(await axeFindings(page()), [], `${name}, ${theme}`);
      }
    }
    await page().setViewportSize({ width: 1024, height: 700 });
    for (const name of ['Group flows', 'Unique values']) {
      await statistics(name);
      await page().locator('.stat-row, .value-row').first().waitFor();
      assert.ok(await page().evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      const wide = await page()
        .locator('.stats-scroll')
        .evaluateAll((boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth));
      assert.ok(
        wide.every((px) => px <= 0),
        'values are not beside the window',
      );
    }
    await page().locator('.status button', { hasText: '中文' }).click();
    await page().locator('.stats-head h2', { hasText: '唯一值' }).waitFor();
    assert.deepEqual(app.problems, []);
  });
});
