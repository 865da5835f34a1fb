// Streams, objects, keys, dissectors and finding, as somebody does them with the keyboard.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, test } from './fixtures.ts';
import type { App } from './harness.ts';
import { openWork } from './work.ts';

const TEXT = 'The quick brown fox. '.repeat(200);

describe('work on packets', () => {
  let app: App;
  let keys: string;
  let close: () => Promise<void>;

  test.beforeAll(async ({ openApp }) => {
    ({ app, keys, close } = await openWork(openApp));
  });
  test.afterAll(() => close());

  const command = (name: string): Promise<void> => app.command(name);
  const leave = async (): Promise<void> => {
    await app.page.keyboard.press('Escape');
    await app.page.locator('dialog').waitFor({ state: 'detached' });
  };
  const saved = (): string[] => readdirSync(join(app.folder, 'saved'), { recursive: true, encoding: 'utf8' });

  test('a stream is followed as HTTP, found in, and its next one is shown', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Alt+Shift+T');
    await page.locator('.stream-line', { hasText: 'Content-Encoding: br' }).first().waitFor();
    assert.equal(await page.locator('.stream-line', { hasText: 'quick brown' }).count(), 0);
    await page.getByRole('button', { name: 'HTTP', exact: true }).click();
    await page.locator('.stream-line', { hasText: 'quick brown' }).first().waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('QUICK');
    await page.locator('.stream-find [role="status"]', { hasText: '1 of 200' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.stream-find [role="status"]', { hasText: '2 of 200' }).waitFor();
    await page.getByRole('button', { name: 'Match case' }).click();
    await page.locator('.stream-find [role="status"]', { hasText: 'Not in the stream' }).waitFor();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.locator('.stream-find input').fill('f[aeiou]x\\. ');
    await page.locator('.stream-find [role="status"]', { hasText: '1 of 200' }).waitFor();
    assert.equal(await page.locator('.stream mark').first().textContent(), 'fox. ');
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Save raw' }).click();
    await page.locator('.toast', { hasText: 'The stream is saved' }).waitFor();
    const raw = saved().find((name) => name.endsWith('.bin'))!;
    assert.ok(readFileSync(join(app.folder, 'saved', raw), 'latin1').endsWith(TEXT));
    await page.getByRole('button', { name: 'TCP', exact: true }).click();
    await page.getByRole('button', { name: 'Next stream' }).click();
    await page.getByRole('button', { name: 'Next stream' }).click();
    await page.locator('.stream-line', { hasText: '220 mail.test' }).waitFor();
    await page.locator('.stream-line', { hasText: '220 mail.test' }).click();
    await page.locator('.stream').press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.grid-row.selected', { hasText: '10.0.0.4' }).waitFor();
  });

  test('a stream is filtered out of what is shown', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Alt+Shift+T');
    await page.locator('.stream-line').first().waitFor();
    await page.getByRole('button', { name: 'Filter out this stream' }).click();
    await page.locator('.grid-row', { hasText: '10.0.0.4' }).first().waitFor({ state: 'hidden' });
    assert.match(await page.locator('#filter').inputValue(), /^!\(flow\.id == \d+\)$/);
    await app.filter('');
  });

  test('keys are pasted, and tree, stream and objects are decrypted', async () => {
    const { page } = app;
    await command('tls-keys');
    await page.locator('dialog textarea').fill(keys);
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Use these keys' }).click();
    await page.locator('.key-state', { hasText: '1 key' }).waitFor();
    await leave();
    await command('objects');
    await page.locator('.object-row', { hasText: 'secret.txt' }).waitFor({ timeout: 30_000 });
    assert.equal(await page.locator('.object-list .object-row').count(), 2);
    assert.deepEqual(await axeFindings(page), []);
    await page.locator('.object-list').press('Control+a');
    await page.getByRole('button', { name: 'Save chosen as zip' }).click();
    await page.locator('.toast', { hasText: '2 objects are saved' }).waitFor();
    assert.ok(saved().some((name) => name.endsWith('.zip')));
    await page.locator('.object-row', { hasText: 'secret.txt' }).dblclick();
    await leave();
    await page.locator('.tab', { hasText: 'Decrypted TLS' }).click();
    await page.locator('.hex-line', { hasText: 'HTTP/1.1 200 OK' }).first().waitFor();
    await page.getByRole('button', { name: 'Bits' }).click();
    await page.locator('.hex-line', { hasText: '01001000' }).first().waitFor();
    await page.getByRole('button', { name: 'Bits' }).click();
  });

  test('the find bar finds in list, details and bytes, and covers nothing', async () => {
    const { page } = app;
    await page.locator('.grid').press('Home');
    await page.keyboard.press('Control+f');
    await page.locator('#find-text').fill('MAIL.test');
    await page.getByLabel('Find in').selectOption('bytes');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Enter');
    await page.locator('.grid-row.selected', { hasText: '10.0.0.4' }).waitFor();
    await page.getByLabel('Find in').selectOption('details');
    await page.locator('#find-text').fill('status code: 200');
    await page.locator('#find-text').press('Enter');
    await page.locator('.grid-row.selected', { hasText: 'HTTP' }).waitFor();
    const [bar, grid] = [await page.locator('.find-bar').boundingBox(), await page.locator('.grid').boundingBox()];
    assert.ok(bar!.y + bar!.height <= grid!.y + 30, 'the bar stands above the list');
    assert.deepEqual(await axeFindings(page), []);
    await page.locator('#find-text').press('Escape');
    await page.locator('.find-bar').waitFor({ state: 'detached' });
  });

  test('preferences are searched and changed, a port is decoded as something else', async () => {
    const { page } = app;
    await command('dissectors');
    await page.getByPlaceholder('Search protocols').fill('validate tcp checksum');
    const box = page.getByRole('checkbox', { name: 'TCP: Validate the TCP checksum' });
    await box.click();
    await page.locator('.preference.changed', { hasText: 'Validate the TCP checksum' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Set back' }).click();
    await page.locator('.preference.changed').waitFor({ state: 'detached' });
    await leave();
    await command('decode-as');
    // The port of what is selected comes first: it would arrive between the two steps of Playwright's fill otherwise.
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.decode-form input')?.value === '80');
    await page.getByLabel('Port').fill('25');
    await page.getByLabel('Protocol').selectOption({ label: 'HTTP' });
    await page.getByRole('button', { name: 'Decode', exact: true }).click();
    await page.locator('.decode-list li', { hasText: 'tcp.port == 25' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.locator('.decode-list li').waitFor({ state: 'detached' });
    await leave();
    assert.deepEqual(app.problems, []);
  });
});
