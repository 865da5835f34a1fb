// 'Learn this network' in the window: of a file, of the first hour of a live capture, by name and by interface; the
// networks in the settings.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

describe('a network is learned', () => {
  let app: App;
  let bytes: Buffer;
  let to: FileHandle;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp({ args: ['--sample'] });
    const file = join(app.folder, 'hours.pcap');
    const made = spawnSync(process.execPath, [join(ROOT, 'engine', 'testing', 'hours.ts'), file], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    bytes = readFileSync(file);
    assert.equal(spawnSync('mkfifo', [join(app.folder, 'wlan0')]).status, 0);
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const keepAs = (name: string): Promise<void> =>
    app.page.locator('.learn-keep .segmented button', { hasText: name }).click();
  const counts = (): Promise<string[]> => app.page.locator('.learn-counts dd').allInnerTexts();

  test('a file: what is left out is listed, and it is kept by a name that is typed', async () => {
    const { page } = app;
    await app.settled();
    await app.command('learn this network');
    await page.locator('.learn-counts').waitFor();
    assert.deepEqual(await counts(), ['48', '209']);
    assert.match(await page.locator('.learn-review li').first().innerText(), /3 points[^]*many ports[^]*left out/);
    await keepAs('Another name');
    await page.locator('.learn-keep input').fill('the office');
    await page.locator('.learn-keep .bad').waitFor();
    assert.ok(await page.locator('.learn-keep .button.primary').isDisabled());
    await page.locator('.learn-keep input').fill('office');
    await page.getByText('Captures are judged by it once office is chosen in the settings.').waitFor();
    await page.locator('.learn-keep .button.primary').click();
    await page.getByText('office is learned from 48 flows.').waitFor();
    await page.locator('dialog .button.primary').click();
  });

  test('the settings choose by whom captures are judged; what is opened then is', async () => {
    const { page } = app;
    assert.match(await page.locator('.status-right').innerText(), /measured against other networks/);
    await app.command('settings');
    const office = page.locator('.networks li', { hasText: 'office' });
    await office.locator('input').click();
    await office.locator('input:checked').waitFor();
    await page.getByText('The model’s point is measured against this network.').waitFor();
    await page.keyboard.press('Escape');
    assert.match(
      await page.locator('.status-right').innerText(),
      /measured against other networks/,
      'what is open stays',
    );
    await app.command('close');
    await page.locator('.start').waitFor();
    await page.locator('.status-right', { hasText: 'measured against office' }).waitFor();
  });

  test('a live capture: the first hour is waited for, said when it is there, and kept for its interface', async () => {
    const { page } = app;
    const pipe = join(app.folder, 'wlan0');
    await page.locator('.other-sources button', { hasText: 'pipe' }).click();
    await page.locator('dialog input').fill(pipe);
    await page.locator('dialog .button.primary').click();
    to = await open(pipe, 'w');
    const half = Math.floor(bytes.length / 6);
    await to.writeFile(bytes.subarray(0, half));
    await page.locator('.source.running').waitFor();
    await app.command('learn this network');
    await page.locator('dialog input').fill('1');
    await page.locator('.learn-progress', { hasText: /0:[23]\d of 1 h captured/ }).waitFor();
    await page.locator('dialog .button', { hasText: 'Start learning' }).click();
    await page.locator('dialog .button', { hasText: 'Stop learning' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.status-button', { hasText: /Learning: 0:[23]\d of 1 h/ }).waitFor();
    await to.writeFile(bytes.subarray(half));
    await page.locator('.toast', { hasText: 'The first 1 h of wlan0 are captured' }).waitFor();
    await page.locator('.status-button.ready').click();
    await page.locator('dialog .button', { hasText: 'Look at it' }).click();
    await page.locator('.learn-counts').waitFor();
    assert.deepEqual(await counts(), ['180', '20']);
    assert.equal(await page.locator('.learn-review li').count(), 1, 'the scan of the third hour is not of the first');
    await keepAs('wlan0');
    await page.getByText('Live captures on wlan0 are judged by it.').waitFor();
    await page.locator('.learn-keep .button.primary').click();
    await page.getByText('wlan0 is learned from 180 flows.').waitFor();
    await page.locator('dialog .button.primary').click();
    assert.equal(await page.locator('.source.running').count(), 1, 'it goes on');
    assert.equal(await page.locator('.status-button.ready').count(), 0);
  });

  test('more of the same is put beside it, and what moved is shown', async () => {
    const { page } = app;
    await app.command('learn this network');
    await page.locator('dialog input').fill('2');
    await page.locator('dialog .button', { hasText: 'Look at it' }).click();
    await page.locator('.learn-keep [aria-pressed="true"]', { hasText: 'wlan0' }).waitFor();
    await page.locator('.setting', { hasText: 'from 180 flows' }).locator('[aria-pressed="true"]').waitFor();
    await page.locator('.learn-keep .button.primary').click();
    await page.getByText('wlan0 is learned from 540 flows.').waitFor();
    assert.match(await page.locator('.learn-moved').innerText(), /all together\s+\S+ → \S+\s+\S+ → \S+/);
    await page.getByText('New peers: 0. New server names: 0.').waitFor();
    await page.locator('dialog .button.primary').click();
    await app.command('stop');
    await to.close();
  });

  test('the next capture from there is judged by it', async () => {
    const { page } = app;
    await page.locator('.toolbar .button', { hasText: 'Close' }).click();
    await page.locator('.other-sources button', { hasText: 'pipe' }).click();
    await page.locator('dialog .button.primary').click();
    to = await open(join(app.folder, 'wlan0'), 'w');
    await to.writeFile(bytes.subarray(0, 10_000));
    await page.locator('.status-right', { hasText: 'measured against wlan0' }).waitFor();
    await to.close();
  });

  test('networks are exported and forgotten in the settings', async () => {
    const { page } = app;
    await app.command('settings');
    const row = page.locator('.networks li', { hasText: 'wlan0' });
    await row.locator('.button', { hasText: 'Export' }).click();
    await page.keyboard.press('Escape');
    const link = page.locator('.toast a', { hasText: 'Sightline baseline wlan0' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const saved = JSON.parse(readFileSync(await download.path(), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([saved['format'], saved['version']], ['sightline-baseline', 2]);
    await app.command('settings');
    await row.locator('.button', { hasText: 'Forget' }).click();
    await row.waitFor({ state: 'detached' });
    await page.locator('.networks li', { hasText: 'office' }).locator('.button', { hasText: 'Forget' }).click();
    await page.locator('.networks li', { hasText: 'This network' }).locator('input:checked').waitFor();
    assert.equal(await page.locator('.networks li').count(), 1);
    assert.deepEqual(app.problems, []);
  });
});
