// What leaves the window as a file, as somebody does it with the keyboard: packets, dissections, a page, bytes, keys.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, test } from './fixtures.ts';
import type { App } from './harness.ts';
import { openWork } from './work.ts';

describe('files', () => {
  let app: App;
  let keys: string;
  let close: () => Promise<void>;

  test.beforeAll(async ({ openApp }) => {
    ({ app, keys, close } = await openWork(openApp));
  });
  test.afterAll(() => close());

  const command = (name: string): Promise<void> => app.command(name);
  /** The file that came last, and waits for its message. */
  const saved = async (said: RegExp, ending: string): Promise<Buffer> => {
    await app.page.locator('.toast', { hasText: said }).last().waitFor({ timeout: 30_000 });
    const names = readdirSync(join(app.folder, 'saved')).filter((name) => name.endsWith(ending));
    assert.equal(names.length, 1, `one file ends with ${ending}: ${names.join(' ')}`);
    return readFileSync(join(app.folder, 'saved', names[0]!));
  };

  test('packets of a range are exported as pcap, and what is lost is said before', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Shift+S');
    await page.locator('.export-notes', { hasText: 'will be written' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByLabel('Range, such as').fill('3-');
    await page.getByLabel('Range, such as').fill('2-4,6');
    await page.locator('.export-notes', { hasText: '4 packets will be written.' }).waitFor();
    await page.getByRole('button', { name: 'pcap (µs)' }).press('Enter');
    await page.getByRole('button', { name: 'gzip' }).press('Enter');
    await page.getByLabel('Range, such as').fill('4-2');
    await page.locator('dialog .bad', { hasText: "The range '4-2' ends before it begins." }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Export', exact: true }).isDisabled(), true);
    await page.getByLabel('Range, such as').fill('2-4,6');
    await page.locator('.export-notes', { hasText: '4 packets will be written.' }).waitFor();
    await page.getByLabel('Range, such as').press('Enter');
    const bytes = await saved(/4 packets are saved|saved/, '.pcap.gz');
    assert.deepEqual([...bytes.subarray(0, 2)], [0x1f, 0x8b]);
  });

  test('what is selected is counted, of the capture and of what is displayed', async () => {
    const { page } = app;
    await page.locator('.grid').press('Home');
    await page.locator('.grid').press('Shift+ArrowDown');
    await page.locator('.grid').press('Shift+ArrowDown');
    await command('export-packets');
    const row = page.locator('.export-range tr', { hasText: 'Selected packets' });
    await row.locator('td', { hasText: '3' }).first().waitFor();
    await page.getByLabel('Selected packets').press('Space');
    await page.locator('.export-notes', { hasText: '3 packets will be written.' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  test('dissections are exported as JSON, and a page is made for printing', async () => {
    const { page } = app;
    await command('export-dissections');
    await page.getByRole('button', { name: 'JSON' }).press('Enter');
    assert.deepEqual(await axeFindings(page), []);
    await page.getByLabel('Range, such as').fill('4');
    await page.locator('.export-notes', { hasText: '1 packet will be written.' }).waitFor();
    await page.getByLabel('Range, such as').press('Enter');
    const json = (await saved(/Dissections of 1 packet are saved/, '.json')).toString('utf8');
    assert.equal((JSON.parse(json) as unknown[]).length, 1);
    assert.match(json, /"frame\.number": "4"/);
    await page.keyboard.press('Control+p');
    await page.locator('.export-notes', { hasText: 'will be written' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Make the page' }).press('Enter');
    const html = (await saved(/open and print it/, '.html')).toString('utf8');
    assert.match(html, /<section>.*fox\.html/s);
  });

  test('bytes of the chosen line and keys of sessions are exported', async () => {
    const { page } = app;
    await page.locator('.grid').press('Home');
    await page.keyboard.press('Control+Shift+X');
    await page.locator('.toast', { hasText: 'Choose a line of the details first' }).waitFor();
    await page.locator('[role="treeitem"]', { hasText: 'Ethernet II' }).click();
    await page.locator('.hex .lit').first().waitFor();
    await page.keyboard.press('Control+Shift+X');
    assert.equal((await saved(/14 bytes are saved/, '.bin')).length, 14);
    await command('tls-keys');
    await page.locator('dialog textarea').fill(keys);
    await page.getByRole('button', { name: 'Use these keys' }).click();
    await page.locator('.key-state', { hasText: '1 key' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await command('export-keys');
    assert.equal((await saved(/1 key is saved/, '.keys')).toString(), keys);
  });

  test('times are shifted, the list follows, and the shift is undone', async () => {
    const { page } = app;
    await page.locator('.grid').press('Home');
    await page.keyboard.press('Control+Shift+T');
    await page.getByRole('button', { name: 'Two packets to times' }).press('Enter');
    assert.deepEqual(await axeFindings(page), []);
    const to = page.locator('.shift-set input.mono');
    await to.nth(0).fill('2024-01-02 00:00:00');
    await to.nth(1).fill('2024-01-02 01:00:00');
    await to.nth(1).press('Enter');
    await page.locator('.toast', { hasText: 'at other times now' }).waitFor();
    await page.locator('.grid').press('End');
    await page.locator('.grid-row', { hasText: '3600.000000' }).waitFor();
    await app.filter('frame.time >= "2024-01-02 00:59:59"');
    // A list that has just moved has its rows as elements a moment later.
    await page.locator('.grid-row').filter({ hasText: '3600.000000' }).waitFor();
    assert.equal(await page.locator('.grid-row').filter({ hasText: '3600.000000' }).count(), 1);
    await app.filter('');
    await command('time-shift');
    await page.getByRole('button', { name: 'Undo all shifts' }).press('Enter');
    await page.locator('.toast', { hasText: 'times of the capture again' }).waitFor();
    await page.locator('.grid-row', { hasText: '3600.000000' }).waitFor({ state: 'detached' });
  });

  test('a table of keys is taken, or refused by its line and without a word of it', async () => {
    const { page } = app;
    await command('key-tables');
    await page.locator('dialog textarea').fill('"wpa-pwd","x"');
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Use these keys' }).press('Enter');
    // What the dissector says of it repeats the key: the place is told, and no more.
    await page.locator('.toast', { hasText: 'The dissector does not take' }).waitFor({ timeout: 30_000 });
    await page.locator('dialog textarea').fill('"wpa-pwd","Induction:Coherer"');
    await page.getByRole('button', { name: 'Use these keys' }).press('Enter');
    await page.locator('.decode-list', { hasText: '1 key' }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Forget' }).press('Enter');
    await page.locator('.decode-list', { hasText: '1 key' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });
});
