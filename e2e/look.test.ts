// Names in the lists, colouring rules, colours of conversations, and the columns of flows and tables.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, expect, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('names, colours and columns', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
    await app.page.locator('.grid-row.coloured').first().waitFor();
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const clipboard = (): Promise<string> => app.page.evaluate(() => navigator.clipboard.readText());
  async function copied(...entries: string[]): Promise<string> {
    await app.page.evaluate(() => navigator.clipboard.writeText('before'));
    await app.choose(...entries);
    await expect.poll(clipboard, { intervals: [50] }).not.toBe('before');
    return clipboard();
  }
  const ground = (no: string): Promise<string> =>
    app.cell(no, 'no').evaluate((cell) => {
      const row = cell.closest<HTMLElement>('.grid-row')!;
      return row.classList.contains('coloured') ? row.style.getPropertyValue('--row-ground') : '';
    });
  /** Waits until a packet's row has a ground: this one, or any but another. */
  const settles = (no: string, is: string | null, not = ''): Promise<unknown> =>
    app.page.waitForFunction(
      ([number, wanted, other]) => {
        const cells = [...document.querySelectorAll('.grid-row:not([hidden]) .c-no')];
        const row = cells.find((c) => c.textContent === number)?.closest<HTMLElement>('.grid-row');
        if (!row?.classList.contains('coloured')) return false;
        const now = row.style.getPropertyValue('--row-ground');
        return wanted === null ? now !== other : now === wanted;
      },
      [no, is, not] as const,
    );

  test('a well-known address of Ethernet has its name at once, addresses of IP once they are asked for', async () => {
    const { page } = app;
    await app
      .cell('2', 'destination')
      .filter({ hasText: /^Broadcast$/ })
      .waitFor();
    assert.equal(
      await app.cell('2', 'destination').getAttribute('title'),
      "Broadcast is ff:ff:ff:ff:ff:ff (Wireshark's tables)",
    );
    await app.goTo(27);
    await app
      .cell('27', 'destination')
      .filter({ hasText: /^192\.0\.2\.80$/ })
      .waitFor();
    await app.command('Names of network addresses');
    const cell = app.cell('27', 'destination').filter({ hasText: /^files\.sample\.test$/ });
    await cell.waitFor();
    assert.match(
      (await cell.getAttribute('title')) ?? '',
      /^files\.sample\.test is 192\.0\.2\.80 \(capture's DNS, packet \d+\)$/,
    );
    assert.equal(await cell.evaluate((c) => getComputedStyle(c).fontStyle), 'italic');
    await cell.click({ button: 'right' });
    await page.locator('.context-menu').waitFor();
    assert.equal(await copied('Copy', 'Value'), 'files.sample.test');
    await cell.click({ button: 'right' });
    assert.equal(await copied('Copy', 'Address'), '192.0.2.80');
    await cell.click({ button: 'right' });
    await app.choose('Apply as filter', 'Selected');
    assert.equal(await page.locator('#filter').inputValue(), 'ip.dst == 192.0.2.80');
    await page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
    await app.filter('');
  });

  test('a name by hand takes the place of the one that the capture gave, and goes again', async () => {
    const { page } = app;
    await app.goTo(27);
    await app.cell('27', 'destination').click({ button: 'right' });
    await app.choose('Name resolution', 'Name this address…');
    await page.locator('dialog', { hasText: 'Now: files.sample.test' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.locator('dialog [data-first]').fill('10.0.0.1');
    assert.equal(await page.locator('dialog .primary').isDisabled(), true);
    await page.locator('dialog [data-first]').fill('shop');
    await page.keyboard.press('Enter');
    await app
      .cell('27', 'destination')
      .filter({ hasText: /^shop$/ })
      .waitFor();
    await app.cell('27', 'destination').click({ button: 'right' });
    await app.choose('Name resolution', 'Name this address…');
    await page.locator('dialog button', { hasText: 'Take the name away' }).click();
    await app
      .cell('27', 'destination')
      .filter({ hasText: /^files\.sample\.test$/ })
      .waitFor();
  });

  test('names and services stand in Flows and in conversations; the page of names leads to its packets', async () => {
    const { page } = app;
    await app.command('Names of ports');
    await page.keyboard.press('2');
    await page
      .locator('.flows .grid-row', { hasText: /files\.sam.*…:https/ })
      .first()
      .waitFor();
    await app.command('Conversations');
    await page.locator('.stats .segmented button', { hasText: 'TCP' }).click();
    const row = page.locator('.stat-row', { hasText: 'files.sample.test' }).first();
    await row.waitFor();
    assert.match(await row.innerText(), /https/);
    await app.command('Resolved addresses');
    await page.locator('.stat-heads [data-column="saidIn"]').waitFor();
    const named = page.locator('.stat-row', { hasText: 'files.sample.test' }).first();
    await named.waitFor();
    assert.match(await named.innerText(), /192\.0\.2\.80/);
    assert.match(await named.innerText(), /capture's DNS/);
    assert.deepEqual(await axeFindings(page), []);
    const packet = await named.locator('[data-column="saidIn"]').innerText();
    await named.click();
    await page.locator('.stat-foot button', { hasText: 'Go to packet' }).click();
    await page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${packet}$`) }).waitFor();
    await app.command('Names of ports');
    await app.command('Names of network addresses');
    await app
      .cell(packet, 'source')
      .filter({ hasText: /^192\.0\.2\.\d+$/ })
      .waitFor();
  });

  test('rules: one is added, coloured and applied; it is there again, moves, is refused, and goes by the reset', async () => {
    const { page } = app;
    await app.goTo(4);
    await page.locator('.grid').press('Home');
    await app.cell('2', 'no').waitFor();
    await settles('2', null);
    const arp = await ground('2');
    await app.command('Colouring rules');
    const rules = page.locator('.colouring-rules > li');
    await rules.nth(20).waitFor();
    assert.equal(await rules.count(), 21);
    assert.equal(await rules.first().locator('.rule-name').inputValue(), 'Bad TCP');
    await page.locator('dialog button', { hasText: 'Add rule' }).click();
    await page.keyboard.type('mine');
    await rules.first().locator('.rule-filter').fill('arp ||');
    await rules.first().locator('.bad', { hasText: 'Not used:' }).waitFor();
    await rules.first().locator('input[type="color"]').last().fill('#206040');
    await rules.first().locator('.rule-note', { hasText: 'is under 4.5:1' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await rules.first().locator('.rule-filter').fill('arp');
    await rules.first().locator('.bad').waitFor({ state: 'detached' });
    await page.locator('dialog button', { hasText: 'Apply' }).click();
    await settles('2', '#206040');
    const text = await app.cell('2', 'info').evaluate((c) => getComputedStyle(c).color);
    assert.equal(text, 'rgb(255, 255, 255)', 'the text of the rule could not be read');
    await app.command('Colouring rules');
    await rules.nth(21).waitFor();
    assert.equal(await rules.first().locator('.rule-name').inputValue(), 'mine');
    const moved = page.waitForFunction(
      () => document.querySelectorAll<HTMLInputElement>('.colouring-rules .rule-name')[1]?.value === 'mine',
    );
    await rules.first().locator('[data-part="down"]').press('Enter');
    await moved;
    const file = join(app.folder, 'colorfilters');
    writeFileSync(file, '# theirs\n!@off@tcp@[1,2,3][4,5,6]\n@theirs@udp@[65535,65535,0][0,0,0]\nnonsense\n');
    await page.locator('dialog input[type="file"]').setInputFiles(file);
    await page
      .locator('.toast', { hasText: '2 rules of colorfilters now before the others. 1 line left out' })
      .waitFor();
    assert.equal(await rules.count(), 24);
    assert.equal(await rules.first().locator('[type="checkbox"]').isChecked(), false);
    await page.locator('dialog button', { hasText: "Wireshark's own" }).click();
    await page.waitForFunction(() => document.querySelectorAll('.colouring-rules > li').length === 21);
    await page.keyboard.press('Escape');
    await settles('2', arp);
  });

  test('a rule that is added before the others have come stays, and stands before them', async () => {
    const { page } = app;
    // Whoever is fast presses the button in the moment in which it is there.
    await page.evaluate(() => {
      const seen = new MutationObserver(() => {
        const add = [...document.querySelectorAll<HTMLElement>('dialog .button')].find((b) =>
          b.textContent.startsWith('Add rule'),
        );
        if (add === undefined || document.querySelector('.colouring-rules > li') !== null) return;
        seen.disconnect();
        add.click();
      });
      seen.observe(document.body, { childList: true, subtree: true });
    });
    await app.command('Colouring rules');
    const rules = page.locator('.colouring-rules > li');
    await rules.nth(21).waitFor();
    assert.equal(await rules.first().locator('.rule-name').inputValue(), '');
    assert.equal(await rules.nth(1).locator('.rule-name').inputValue(), 'Bad TCP');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  test('colours of conversations by keys and by kind, and none again', async () => {
    const { page } = app;
    await page.locator('.grid').press('Home');
    await app.cell('5', 'info').click();
    await page.locator('.pane-head h2', { hasText: /^Packet 5$/ }).waitFor();
    const [five, two] = [await ground('5'), await ground('2')];
    await page.keyboard.press('Control+4');
    await settles('5', null, five);
    const green = await ground('5');
    assert.equal(await ground('4'), green, 'the other direction');
    assert.equal(await ground('2'), two, 'another conversation');
    await app.cell('3', 'info').click({ button: 'right' });
    await app.choose('Colour conversation', 'Ethernet', 'Red');
    await settles('3', null, two);
    // The first colour holds where several do, as in Wireshark.
    await settles('5', await ground('3'));
    await page.keyboard.press('Control+Space');
    await settles('5', five);
    await settles('3', two);
  });

  test('columns of flows: hidden, moved, sized and aligned by keys and by the menu of a head, there after a reload', async () => {
    const { page } = app;
    await page.keyboard.press('2');
    await page.locator('.flows .grid-row').first().waitFor();
    const heads = (): Promise<string[]> =>
      page.locator('.flows .head').evaluateAll((all) => all.map((h) => h.dataset['column']!));
    const head = (id: string) => page.locator(`.flows .head[data-column="${id}"] .head-button`);
    const before = await heads();
    await head('label').click({ button: 'right' });
    assert.equal(await page.locator('.context-menu button', { hasText: 'Add column' }).count(), 0);
    await app.choose('Hide column');
    await head('bytes').focus();
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    await head('bytes').press('Alt+ArrowRight');
    await head('app').click({ button: 'right' });
    await app.choose('Align', 'Right');
    const wanted = before.filter((id) => id !== 'label' && id !== 'bytes');
    wanted.splice(wanted.indexOf('packets'), 0, 'bytes');
    assert.deepEqual(await heads(), wanted);
    const cells = (): Promise<string[]> =>
      page
        .locator('.flows .grid-row')
        .first()
        .locator('> span')
        .evaluateAll((all) => all.map((c) => c.dataset['column']!));
    assert.deepEqual(await cells(), wanted);
    await page.reload();
    await app.settled();
    await page.keyboard.press('2');
    await page.locator('.flows .grid-row:not([hidden]) .f-app').first().waitFor();
    assert.deepEqual(await heads(), wanted);
    assert.deepEqual(await cells(), wanted);
    assert.equal(await page.locator('.flows .head[data-column="bytes"]').evaluate((h) => h.clientWidth), 82);
    const align = await page
      .locator('.flows .grid-row .f-app')
      .first()
      .evaluate((c) => getComputedStyle(c).textAlign);
    assert.equal(align, 'end');
    await head('packets').click();
    await page.locator('.flows .head[data-column="packets"] .head-sort[aria-label="ascending"]').waitFor();
    await head('app').click({ button: 'right' });
    await app.choose('Columns as they were at first');
    assert.deepEqual(await heads(), before);
  });

  test('columns of a table of statistics: each table keeps its own', async () => {
    const { page } = app;
    await app.command('Endpoints');
    await page.locator('.stat-row').first().waitFor();
    const heads = (): Promise<string[]> =>
      page.locator('.stat-heads [data-column]').evaluateAll((all) => all.map((h) => h.dataset['column']!));
    const before = await heads();
    await page.locator('.stat-heads [data-column="bytes"] button').press('Alt+Shift+ArrowLeft');
    await page.locator('.stat-heads [data-column="txPackets"]').click({ button: 'right' });
    await app.choose('Hide column');
    const wanted = ['address', 'bytes', 'packets', ...before.slice(before.indexOf('txPackets') + 1)];
    assert.deepEqual(await heads(), wanted);
    const first = page.locator('.stat-row').first().locator('> span');
    assert.equal(await first.count(), wanted.length);
    await page.locator('.stats .segmented button', { hasText: 'TCP' }).click();
    await page.locator('.stat-heads [data-column="port"]').waitFor();
    assert.equal((await heads()).includes('txPackets'), true, 'another table');
    await page.locator('.stats .segmented button', { hasText: 'IPv4' }).click();
    await page.locator('.stat-heads [data-column="port"]').waitFor({ state: 'detached' });
    await page.locator('.stat-heads [data-column="bytes"]').waitFor();
    assert.deepEqual(await heads(), wanted);
    const width = (): Promise<number> =>
      page.locator('.stat-heads [data-column="address"]').evaluate((h) => h.clientWidth);
    const wide = await width();
    await page.locator('.stat-heads [data-column="address"] button').press('Alt+ArrowRight');
    assert.equal(Math.round((await width()) - wide), 12);
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(app.problems, []);
  });
});
