// Profiles, as somebody makes and switches them: from the status bar, by keys, and out of a file.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('profiles', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
  });
  test.afterAll(async () => app.close());

  const leave = async (): Promise<void> => {
    await app.page.keyboard.press('Escape');
    await app.page.locator('dialog').waitFor({ state: 'detached' });
  };
  const inUse = (name: string): Promise<void> =>
    app.page.locator('#profile-button', { hasText: `Profile: ${name}` }).waitFor();
  const head = (name: string): Promise<void> => app.page.locator('.packet-heads, .heads', { hasText: name }).waitFor();

  test('the default one is what was there; another begins as everything is by itself', async () => {
    const { page } = app;
    await inUse('Default');
    await app.filter('arp');
    await app.command('save-filter');
    await page.locator('dialog input').first().fill('only arp');
    await page.keyboard.press('Enter');
    await page.locator('.saved-filters', { hasText: 'only arp' }).waitFor();
    await app.command('light');
    await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' });
    await page.keyboard.press('Control+Shift+a');
    const field = page.getByLabel('New profile');
    await field.fill('a/b');
    assert.ok(await page.getByRole('button', { name: 'Create' }).isDisabled());
    await field.fill('Night shift');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Use the profile Night shift' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Use the profile Night shift' }).click();
    await inUse('Night shift');
    await leave();
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    assert.equal(await page.locator('.saved-filters').count(), 0);
  });

  test('what is changed is kept in the one in use: times, filters, panes', async () => {
    const { page } = app;
    await app.command('settings');
    await page.getByLabel('Time column').selectOption({ label: 'Epoch' });
    await leave();
    await app
      .cell('2', 'time')
      .filter({ hasText: /^\d{10}\./ })
      .waitFor();
    await app.command('pane-flow');
    await page.locator('.flow-card').waitFor({ state: 'detached' });
    await page.locator('#profile-button').click();
    await app.choose('Default');
    await inUse('Default');
    await page.locator('.saved-filters', { hasText: 'only arp' }).waitFor();
    await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' });
    await app
      .cell('2', 'time')
      .filter({ hasText: /^\d{1,3}\./ })
      .waitFor();
    await page.locator('.flow-card').waitFor();
    // By keys alone, from the palette.
    await app.command('switch-profile');
    await page.locator('.context-menu').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await inUse('Night shift');
    await page.locator('.flow-card').waitFor({ state: 'detached' });
    await app
      .cell('2', 'time')
      .filter({ hasText: /^\d{10}\./ })
      .waitFor();
  });

  test('one is copied, renamed, exported, brought in again and deleted', async () => {
    const { page } = app;
    await app.command('profiles');
    await page.getByRole('button', { name: 'Copy · Night shift' }).click();
    await page.getByRole('button', { name: 'Rename · Night shift copy' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Day shift');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Export… · Day shift' }).click();
    const link = page.locator('.toast', { hasText: 'written to a file' }).locator('a');
    await link.waitFor();
    await leave();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const path = join(app.folder, 'day.json');
    await download.saveAs(path);
    const file = JSON.parse(readFileSync(path, 'utf8')) as { name: string; files: Record<string, { time?: string }> };
    assert.deepEqual([file.name, file.files['settings.json']!.time], ['Day shift', 'epoch']);
    await app.command('profiles');
    const bring = async (from: string): Promise<void> => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Import…' }).click(),
      ]);
      await chooser.setFiles(from);
    };
    await bring(path);
    await page.locator('.profile', { hasText: 'Day shift 2' }).waitFor();
    const odd = join(app.folder, 'odd.json');
    writeFileSync(odd, '{"form": "sightline-profile", "version": 9}');
    await bring(odd);
    await page.locator('.toast.bad', { hasText: 'is no profile of Sightline' }).waitFor();
    await page.getByRole('button', { name: 'Delete · Day shift 2' }).click();
    await page.locator('.profile', { hasText: 'Day shift 2' }).waitFor({ state: 'detached' });
    // The one in use goes too: the default one is used then.
    await page.getByRole('button', { name: 'Delete · Night shift' }).click();
    await inUse('Default');
    await leave();
    await head('Time');
    for (const [width, height] of [
      [1024, 700],
      [720, 450],
    ] as const) {
      await page.setViewportSize({ width, height });
      const [button, languages] = [page.locator('#profile-button'), page.locator('.languages')];
      const [b, l] = [(await button.boundingBox())!, (await languages.boundingBox())!];
      assert.ok(b.width > 40 && b.x + b.width <= l.x && l.x + l.width <= width, `${width}: it is there, over nothing`);
    }
    assert.deepEqual(app.problems, []);
  });
});
