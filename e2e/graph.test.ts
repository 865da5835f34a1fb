// Groups of flows and unique values in a browser: what is counted leads to its flows and packets, by keys alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('groups and values', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(() => app?.close());

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
    // Verdicts are words of ours; what is filtered by is the filter's.
    await statistics('Group flows');
    await page().locator('.languages [lang="zh"]').click();
    await page().locator('#stat-row-1 > span', { hasText: '良性' }).waitFor();
    await page().locator('.languages [lang="en"]').click();
    await page().locator('#stat-row-1 > span', { hasText: verdict! }).waitFor();
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
    // The list scrolls to the flow that is selected, which takes a menu away that was opened before.
    await page().locator('.flows .grid-row.selected:not([hidden])').click({ button: 'right' });
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

describe('connections', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
    await app.page.keyboard.press('5');
    await app.page.locator('.stats-nav button', { hasText: 'Connections graph' }).click();
    await app.page.locator('.connection-picture').waitFor();
  });
  test.afterAll(() => app?.close());

  test('hosts are drawn with lines between them, the same each time; a press chooses one in the list', async () => {
    const { page } = app;
    assert.equal(await page.locator('.node').count(), 10);
    const places = (): Promise<(string | null)[]> =>
      page.locator('.node circle').evaluateAll((all) => all.map((c) => c.getAttribute('cx')));
    const first = await places();
    await page.locator('.segmented button', { hasText: 'Services' }).click();
    await page.locator('.node.service').first().waitFor();
    await page.locator('.segmented button', { hasText: 'Hosts' }).click();
    await page.locator('.node.service').first().waitFor({ state: 'detached' });
    assert.deepEqual(await places(), first);
    await page.locator('.node').nth(3).locator('circle').click();
    await page.locator('.connection-lists .value-row[aria-current="true"]').waitFor();
    const rows = page.locator('.connection-lists > ul').first().locator('.value-row');
    assert.equal(await rows.nth(3).getAttribute('aria-current'), 'true');
    await page.locator('.edge.malicious').first().waitFor({ state: 'attached' });
  });

  test('by keys alone: arrows choose, a host and a pair lead to their flows', async () => {
    const { page } = app;
    const rows = page.locator('.connection-lists > ul').first().locator('.value-row');
    await rows.nth(3).focus();
    await page.keyboard.press('Home');
    await page.locator('.node.chosen').first().waitFor();
    assert.equal(await rows.first().getAttribute('aria-current'), 'true');
    const flows = (await rows.first().locator('.value-count').first().textContent())!;
    const peer = page.locator('.connection-peers .value-row').first();
    const between = (await peer.locator('.value-count').first().textContent())!;
    await page.keyboard.press('Enter');
    await page.locator('.filter-status', { hasText: new RegExp(`^${flows} of 257`) }).waitFor();
    assert.match(await page.locator('#filter').inputValue(), /^flow\.host == /);
    await page.keyboard.press('5');
    await page.locator('.connection-peers .value-row').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.filter-status', { hasText: new RegExp(`^${between} of 257`) }).waitFor();
    assert.match(await page.locator('#filter').inputValue(), /^flow\.host == .* and flow\.host == /);
    await app.filter('');
    await page.keyboard.press('5');
    await page.locator('.connection-picture').waitFor();
  });

  test('it is saved as SVG and PNG, clean in both themes and fits a small window', async () => {
    const { page } = app;
    for (const as of ['SVG', 'PNG']) {
      const download = page.waitForEvent('download');
      await page.locator('.stat-foot button', { hasText: as }).click();
      const bytes = readFileSync(await (await download).path());
      const head = as === 'SVG' ? '<svg' : '\u0089PNG';
      assert.equal(bytes.toString('latin1', 0, 4), head);
      if (as === 'SVG') assert.match(bytes.toString(), /<circle[^>]* fill="rgb/);
    }
    for (const theme of ['Light theme', 'Dark theme']) {
      await app.command(theme);
      assert.deepEqual(await axeFindings(page), [], theme);
    }
    await page.setViewportSize({ width: 1024, height: 700 });
    const [list, foot] = await Promise.all([
      page.locator('.connection-lists').boundingBox(),
      page.locator('.stat-foot').boundingBox(),
    ]);
    assert.ok(list!.x + list!.width <= 1025 && list!.y + list!.height <= foot!.y + 1);
    for (const [width, height] of [
      [1024, 700],
      [720, 450],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(200);
      const names = await page.locator('.node-name').evaluateAll((all) =>
        all.map((e) => {
          const { left, right, top, bottom } = e.getBoundingClientRect();
          return { text: e.textContent, left, right, top, bottom };
        }),
      );
      assert.ok(names.length >= 7, `${names.length} names at ${width}`);
      // A line of text has some room above and below its letters.
      const over = names.flatMap((a, i) =>
        names
          .slice(i + 1)
          .filter((b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
          .map((b) => `${a.text} over ${b.text}`),
      );
      assert.deepEqual(over, [], `${width}`);
    }
    assert.deepEqual(app.problems, []);
  });
});

describe('live rates', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(() => app?.close());

  test('the last seconds as a graph, with the hosts and protocols that made them; each leads to its packets', async () => {
    const { page } = app;
    await page.keyboard.press('5');
    await page.locator('.stats-nav button', { hasText: 'Live rates' }).click();
    await page.locator('.u-over').waitFor();
    await page.locator('.stat-note', { hasText: 'The capture is over: these are its last 60 seconds.' }).waitFor();
    const host = page.locator('.rates-lists .value-row').first();
    const packets = /([\d,]+) packets/.exec((await host.textContent())!)![1]!;
    assert.deepEqual(await axeFindings(page), []);
    await page.setViewportSize({ width: 1024, height: 700 });
    const lists = (await page.locator('.rates-lists').boundingBox())!;
    const status = (await page.locator('.status').boundingBox())!;
    assert.ok(lists.y + lists.height <= status.y + 1, 'the lists are in sight');
    await host.focus();
    await page.keyboard.press('Enter');
    await page.locator('.filter-status', { hasText: new RegExp(`^${packets} of 1,066`) }).waitFor();
    await app.filter('');
  });

  test('limits are kept, that of packets is the one of Settings; no sound unless that is asked for', async () => {
    const { page } = app;
    await page.keyboard.press('5');
    const limits = page.locator('.rates-limits');
    assert.equal(await limits.locator('[type="checkbox"]:checked').count(), 0);
    await limits.locator('[type="number"]').first().fill('8');
    await limits.locator('[type="number"]').nth(1).fill('500');
    await limits.locator('[type="number"]').nth(1).press('Tab');
    await app.command('settings');
    const setting = page.locator('.setting', { hasText: 'Tell a live capture above' }).locator('input');
    await page.waitForFunction((field) => (field as HTMLInputElement).value === '500', await setting.elementHandle());
    await page.keyboard.press('Escape');
    await page.reload();
    await app.settled();
    await page.keyboard.press('5');
    await page.locator('.stats-nav button', { hasText: 'Live rates' }).click();
    assert.equal(await limits.locator('[type="number"]').first().inputValue(), '8');
    assert.equal(await limits.locator('[type="number"]').nth(1).inputValue(), '500');
    assert.deepEqual(app.problems, []);
  });

  test('a live capture is told also while another tab is shown, and once', async () => {
    const { page } = app;
    const pipe = join(app.folder, 'office');
    execFileSync('mkfifo', [pipe]);
    await app.command('New tab');
    await page.locator('.start').waitFor();
    await app.command('pipe');
    await page.locator('dialog input').fill(pipe);
    await page.locator('dialog .button.primary').click();
    const to = await open(pipe, 'w');
    await to.write(FILE_HEAD);
    await page.locator('.source.running').waitFor();
    await page.keyboard.press('Alt+1');
    await page.locator('.capture-tab.shown', { hasText: 'sample' }).waitFor();
    const told = page.locator('.toast', { hasText: /office.* has [\d,]+ packets a second, more than 500\./ });
    for (let i = 0; i < 25; i++) {
      await to.write(datagrams(300));
      await page.waitForTimeout(200);
    }
    await told.waitFor({ timeout: 5_000 });
    await to.close();
    assert.deepEqual(app.problems, []);
  });
});

describe('tags', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(() => app?.close());

  test('by keys: a flow is tagged, another gets the tag by completion, the list shows, filters and groups it', async () => {
    const { page } = app;
    await page.keyboard.press('2');
    await page.locator('.inspect-why').waitFor();
    await page.locator('.grid').focus();
    await page.keyboard.press('t');
    await page.locator('dialog input.field').fill('c2, seen before');
    await page.keyboard.press('Enter');
    await page.locator('dialog .tag-list .tag-chip').nth(1).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.f-tags', { hasText: /^c2, seen before$/ }).waitFor();
    await page.locator('.flow-tags .tag-chip', { hasText: 'seen before' }).waitFor();
    await page.locator('.grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('t');
    await page.locator('dialog .tags-used button', { hasText: 'c2' }).waitFor();
    await page.locator('dialog input.field').fill('se');
    await page.locator('dialog .tags-used button').nth(1).waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('dialog .tag-list .tag-chip', { hasText: 'seen before' }).waitFor();
    await page.keyboard.press('Escape');
    await app.filter('flow.tag == "seen before"');
    await page.locator('.filter-status', { hasText: /^2 of 257/ }).waitFor();
    await app.filter('flow.tag contains "c2"');
    await page.locator('.filter-status', { hasText: /^1 of 257/ }).waitFor();
    await app.filter('');
  });

  test('all flows of the list get a tag and lose it; a tag is taken away with its cross', async () => {
    const { page } = app;
    await app.filter('flow.app == "DNS"');
    await page.keyboard.press('t');
    await page.locator('dialog .tags-scope input').nth(1).check();
    await page.locator('dialog input.field').fill('names');
    await page.keyboard.press('Enter');
    await page.locator('.toast', { hasText: '20 flows were tagged.' }).waitFor();
    await page.locator('dialog input.field').fill('names');
    await page.locator('dialog button', { hasText: 'Take away' }).click();
    await page.locator('.toast', { hasText: 'Tags were taken away from 20 flows.' }).waitFor();
    await page.keyboard.press('Escape');
    await app.filter('flow.tag == "c2"');
    await page.keyboard.press('Home');
    await page.locator('.flow-tags button[aria-label="Take away c2"]').click();
    await page.locator('.filter-status', { hasText: /^0 of 257|^No/ }).waitFor();
    await app.filter('');
  });

  test('tags are there when the capture is opened again, fit a small window, and are clean', async () => {
    const { page } = app;
    await app.command('Close capture');
    await page.locator('.start').waitFor();
    await app.command('Try the sample');
    await app.settled();
    await page.keyboard.press('2');
    await app.row('seen before').first().waitFor();
    await page.setViewportSize({ width: 1024, height: 700 });
    const [list, head] = await Promise.all([
      page.locator('.list.flows').boundingBox(),
      page.locator('.list.flows .head', { hasText: 'Tags' }).boundingBox(),
    ]);
    assert.ok(head!.x + head!.width <= list!.x + list!.width + 1, 'the column is in sight');
    await page.locator('.grid').focus();
    await page.keyboard.press('t');
    await page.locator('dialog .tags-scope').waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    assert.deepEqual(app.problems, []);
  });
});

/** Of a capture file of raw IP. */
const FILE_HEAD = Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex');

/** Records of so many empty UDP datagrams that come now. */
function datagrams(count: number): Buffer {
  const record = Buffer.alloc(16 + 28);
  const now = Date.now();
  record.writeUInt32LE(Math.floor(now / 1000), 0);
  record.writeUInt32LE((now % 1000) * 1000, 4);
  record.writeUInt32LE(28, 8);
  record.writeUInt32LE(28, 12);
  record.write('4500001c00000000401100000a0000010a0000021f901f9100080000', 16, 'hex');
  return Buffer.concat(Array.from({ length: count }, () => record));
}
