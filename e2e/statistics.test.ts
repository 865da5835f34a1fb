// Statistics in a browser: every page opens, leads to packets by keys alone, and is clean at both sizes, in both themes
// and languages.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

const PAGES = [
  'Capture file properties',
  'Protocol hierarchy',
  'Conversations',
  'Endpoints',
  'Packet lengths',
  'I/O graphs',
  'TCP stream graphs',
  'Flow graph',
  'Expert information',
  'DNS',
  'HTTP',
  'TLS',
  'Service map',
] as const;

describe('statistics', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(() => app?.close());

  /** Opens a page by its name in the list and waits until it has its content. */
  async function open(name: string): Promise<void> {
    const { page } = app;
    await page.locator('.stats-nav button').filter({ hasText: name }).first().click();
    await page.locator('.stats-head h2', { hasText: name }).waitFor();
    await page.locator('.stat-row, .stats-plain, .u-over, .seq-row, .stat-none').first().waitFor({ timeout: 60_000 });
  }

  test('a key and the palette lead there, under the words of Wireshark', async () => {
    const { page } = app;
    await page.keyboard.press('5');
    await page.locator('.stats-head h2', { hasText: 'Capture file properties' }).waitFor();
    for (const name of ['Conversations', 'Expert information', 'Flow graph', 'Protocol hierarchy', 'Endpoints']) {
      await page.keyboard.press('1');
      await page.locator('.grid').waitFor();
      await app.command(name);
      await page.locator('.stats-head h2', { hasText: name }).waitFor();
    }
  });

  test('the hashes of the file are made when asked for', async () => {
    const { page } = app;
    await open('Capture file properties');
    assert.equal(await page.locator('.stats-hash').count(), 0);
    await page.locator('.link-button', { hasText: 'Compute hashes' }).click();
    await page.locator('.stats-hash', { hasText: /^f5d61ff9f217f3ff/ }).waitFor();
  });

  test('a table sorts by its heads', async () => {
    const { page } = app;
    await open('Conversations');
    const packets = (): Promise<number[]> =>
      page
        .locator('.stat-row')
        .evaluateAll((rows) =>
          rows
            .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
            .map((row) => Number(row.children[2]!.textContent!.replaceAll(',', ''))),
        );
    const came = await packets();
    assert.deepEqual(
      came.toSorted((a, b) => a - b),
      [40, 75, 158, 204, 570],
    );
    await page.locator('.stat-heads button span', { hasText: /^Packets$/ }).click();
    await page.locator('[aria-sort="descending"]').waitFor();
    await page.locator('.stat-row').first().filter({ hasText: '570' }).waitFor();
    assert.deepEqual(await packets(), [570, 204, 158, 75, 40]);
    await page.locator('.stat-heads button span', { hasText: /^Packets$/ }).click();
    await page.locator('[aria-sort="ascending"]').waitFor();
    await page.locator('.stat-row').first().filter({ hasText: '40' }).waitFor();
  });

  test('by keys: a row is applied as a filter, and its packet is gone to', async () => {
    const { page } = app;
    await open('Conversations');
    await page.locator('.segmented button', { hasText: 'TCP' }).click();
    await page.locator('.stat-heads', { hasText: 'Stream ID' }).waitFor();
    const grid = page.locator('.stat-grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.locator('#stat-row-1[aria-selected="true"]').waitFor();
    const [portA, portB] = await page
      .locator('#stat-row-1 > span')
      .evaluateAll((cells) => [cells[1]!.textContent!, cells[3]!.textContent!]);
    await page.keyboard.press('Enter');
    await page.locator('.grid').waitFor();
    const filter = await page.locator('#filter').inputValue();
    assert.match(filter, new RegExp(`tcp\\.port == ${portA}.*tcp\\.port == ${portB}`));
    await page.locator('.filter-status', { hasText: /of 1,066/ }).waitFor();
    await page.keyboard.press('5');
    await grid.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+Enter');
    await page.locator('.grid').waitFor();
    await app.filter('');
  });

  test('the switch counts displayed packets alone', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await app.filter('udp');
    await page.keyboard.press('5');
    await open('Endpoints');
    await page.locator('.segmented button', { hasText: 'IPv4' }).click();
    await page.locator('.stat-count', { hasText: '6 rows, 1,066 packets looked at' }).waitFor();
    await page.locator('.stats-displayed input').check();
    await page.locator('.stat-count', { hasText: '2 rows, 40 packets looked at' }).waitFor();
    await page.locator('.stats-displayed input').uncheck();
    await page.keyboard.press('1');
    await app.filter('');
    await page.keyboard.press('5');
  });

  test('a table is copied as CSV', async () => {
    const { page } = app;
    await open('Endpoints');
    await page.locator('.stat-grid').focus();
    await page.keyboard.press('Control+c');
    await page.locator('.toast', { hasText: '6 rows copied as CSV' }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(
      text,
      /^address,packets,bytes,txPackets,txBytes,rxPackets,rxBytes\r?\n192\.0\.2\.10,1047,331171,546,56264/,
    );
    // The note about it lies over the buttons of a graph for a while, and lets presses through.
    await open('I/O graphs');
    await Promise.all([
      page.waitForEvent('download'),
      page.locator('.chart-buttons .button', { hasText: 'CSV' }).click({ timeout: 3_000 }),
    ]);
    await page.locator('.toast', { hasText: '6 rows copied as CSV' }).locator('button').click();
    await page.locator('.toast', { hasText: '6 rows copied as CSV' }).waitFor({ state: 'detached' });
  });

  test('the I/O graph: series, a mistake said, pictures, and a point that leads to its packet', async () => {
    const { page } = app;
    await open('I/O graphs');
    await page.locator('.stats-serie .button', { hasText: 'Add series' }).click();
    const third = page.locator('.stats-serie').nth(2);
    await third.locator('input.field').fill('nothing.like.this == 1');
    await page.keyboard.press('Enter');
    await third.locator('[role="alert"]').waitFor();
    await third.locator('input.field').fill('udp');
    await page.keyboard.press('Enter');
    await page.locator('.u-legend', { hasText: 'udp (Bytes)' }).waitFor();
    for (const [name, ending] of [
      ['CSV', 'csv'],
      ['SVG', 'svg'],
      ['PNG', 'png'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('.chart-buttons .button', { hasText: name }).click(),
      ]);
      assert.equal(download.suggestedFilename(), `io-graph.${ending}`);
    }
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page
      .locator('.grid-row.selected:not([hidden]), .grid-row[aria-selected="true"]:not([hidden])')
      .first()
      .waitFor();
    await page.keyboard.press('5');
  });

  test('the I/O graph of any field, from the engine too, smoothed, with axes of its own', async () => {
    const { page } = app;
    await open('I/O graphs');
    const third = page.locator('.stats-serie').nth(2);
    const value = third.locator('select').first();
    await third.locator('input.field').first().fill('');
    await value.selectOption('max');
    const field = third.locator('input.stats-field');
    await field.fill('dns.qry.name');
    await page.keyboard.press('Enter');
    await third.locator('[role="alert"]', { hasText: 'has no numbers' }).waitFor();
    await field.fill('tcp.analysis.ack_rtt');
    await page.keyboard.press('Enter');
    await page.locator('.u-legend', { hasText: 'MAX(tcp.analysis.ack_rtt)' }).waitFor();
    assert.equal(await third.locator('[role="alert"]').count(), 0);
    await third.locator('select').last().selectOption('10');
    await page.locator('.u-legend', { hasText: 'SMA 10' }).waitFor();
    await third.locator('select').last().selectOption('0');
    await value.selectOption('bytes');
    await page.locator('.u-legend', { hasText: '(Bytes)' }).waitFor();
  });

  test('the menu of a graph, by the menu key and by a right click', async () => {
    const { page } = app;
    const chart = page.locator('.chart');
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ContextMenu');
    const menu = page.locator('.context-menu').first();
    await menu.waitFor();
    const entries = await menu.locator('button').allInnerTexts();
    for (const name of [
      'Show packets of this interval',
      'Apply as filter',
      'Zoom in',
      'Reset zoom',
      'Save the graph as',
    ])
      assert.ok(
        entries.some((entry) => entry.startsWith(name)),
        `${name} in ${entries.join(', ')}`,
      );
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    // All values as text.
    await page.keyboard.press('ContextMenu');
    await app.choose('Copy', 'All values as CSV');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^"Time, s",/);
    // The packets of the interval under the pointer are those that the list then shows.
    await chart.click({ button: 'right', position: { x: 400, y: 120 } });
    await app.choose('Show packets of this interval');
    await page.locator('.filter-status', { hasText: /\d (of|\/) .*·/ }).waitFor();
    assert.match(
      await page.locator('#filter').inputValue(),
      /^frame\.time_epoch >= \d+\.\d{9} and frame\.time_epoch < \d+\.\d{9}$/,
    );
    await app.filter('');
    await page.keyboard.press('5');
  });

  test('a TCP conversation leads to its graphs', async () => {
    const { page } = app;
    await open('Conversations');
    await page.locator('.segmented button', { hasText: 'TCP' }).click();
    await page.locator('.stat-row').nth(1).click();
    await page.locator('.stat-foot .button', { hasText: 'TCP stream graphs' }).click();
    await page.locator('.u-over').waitFor();
    for (const kind of ['Stevens', 'Round trip', 'Throughput', 'Window', 'tcptrace']) {
      await page.locator('.stats-bar button', { hasText: kind }).click();
      await page.locator('.stats-bar [aria-pressed="true"]', { hasText: kind }).waitFor();
      await page.locator('.u-over').waitFor();
    }
  });

  test('the flow graph leads to a packet', async () => {
    const { page } = app;
    await open('Flow graph');
    await page.locator('.stat-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('#arrow-1[aria-selected="true"]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.grid').waitFor();
    await page.keyboard.press('5');
  });

  test('axe finds nothing on any page, and no page is wider than the window', async () => {
    const { page } = app;
    for (const theme of ['dark', 'light'] as const) {
      await app.command(theme);
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      for (const name of PAGES) {
        await open(name);
        assert.deepEqual(await axeFindings(page), [], `${theme} ${name}`);
      }
    }
    for (const [width, height] of [
      [1024, 700],
      [720, 450],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const name of PAGES) {
        await open(name);
        const over = await page.locator('.stats').evaluate((e) => e.scrollWidth - e.clientWidth);
        assert.equal(over, 0, `${name} ${width}`);
        const foot = page.locator('.stat-foot, .chart-buttons').last();
        if ((await foot.count()) > 0) {
          const box = (await foot.boundingBox())!;
          assert.ok(box.y + box.height <= height, `${name} ${width}: its buttons are in sight`);
        }
      }
    }
    assert.deepEqual(
      app.problems.filter((p) => !p.includes('favicon')),
      [],
    );
  });

  test('no English word of ours is left in 中文', async () => {
    const { page } = app;
    await page.locator('.languages [lang="zh"]').click();
    await page.locator('html[lang^="zh"]').waitFor();
    for (let i = 0; i < PAGES.length; i++) {
      await page.locator('.stats-nav button').nth(i).click();
      await page.locator('.stat-row, .stats-plain, .u-over, .seq-row, .stat-none').first().waitFor({ timeout: 60_000 });
      const heads = await page
        .locator('.stats-head, .stat-heads, .stat-foot, .chart-buttons, .stats-series')
        .allInnerTexts();
      const left = heads.join('\n').match(/\b(packets?|bytes|rows|counted|filter|first|duration|requests)\b/gi) ?? [];
      assert.deepEqual(left, [], heads.join('\n'));
    }
    await page.locator('.languages [lang="en"]').click();
  });
});
