// Pictures of what is worked with: tabs, profiles, exports, times, keys, names, colours, tags, and the pages of
// Statistics that count flows.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, ROOT } from './harness.ts';
import { closeDialog, type PathOf } from './screenshot-views.ts';
import { type Look, shooter, type Shot, WORK } from './screenshot-look.ts';
import { WORK_PAGES } from './screenshot-work-pages.ts';

const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const NAME_ADDRESS = { en: ['Name resolution', 'Name this address…'], zh: ['名称解析', '为此地址命名…'] } as const;
export async function takeWork(look: Look, pathOf: PathOf): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-screenshots-'));
  const names = ['office.pcapng', 'guest network.pcapng', 'night.pcapng'];
  for (const name of names) copyFileSync(SAMPLE, join(folder, name));
  const app = await App.open({ ...look, args: [join(folder, names[0]!)] });
  const shot = shooter(look, app.page, pathOf, WORK);
  try {
    if (look.language === 'zh') await app.page.locator('.languages [lang="zh"]').click();
    await app.settled();
    await dialogs(app, shot);
    await namesAndColours(app, shot, look);
    await tags(app, shot);
    await pages(app, shot);
    await tabs(app, shot, folder, names.slice(1));
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a dialog by its command's name, and takes it. */
async function dialog(app: App, shot: Shot, command: string, view: string, there: string): Promise<void> {
  await app.command(command);
  await app.page.locator(there).first().waitFor();
  await app.page.waitForTimeout(400);
  await shot(view);
  await closeDialog(app);
}

async function dialogs(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await app.command('profiles');
  await page.locator('dialog form input, dialog input').first().fill('Night shift');
  await page.keyboard.press('Enter');
  await page.locator('.profile').nth(1).waitFor();
  await page.waitForTimeout(300);
  await shot('profiles');
  await closeDialog(app);
  await page.locator('.grid').press('Home');
  await page.locator('.grid').press('Shift+ArrowDown');
  await page.locator('.grid').press('Shift+ArrowDown');
  await dialog(app, shot, 'export-packets', 'export-packets', '.export-notes');
  await dialog(app, shot, 'export-dissections', 'export-dissections', '.export-notes');
  await dialog(app, shot, 'time-shift', 'time-shift', '.shift-set, dialog .segmented');
  await dialog(app, shot, 'key-tables', 'other-keys', 'dialog textarea');
}

async function namesAndColours(app: App, shot: Shot, look: Look): Promise<void> {
  const { page } = app;
  await app.command('colouring-rules');
  await page.locator('.colouring-rules > li').nth(20).waitFor();
  await shot('colouring-rules');
  await closeDialog(app);
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+g');
  await page.locator('dialog input').fill('27');
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await app.cell('27', 'destination').click({ button: 'right' });
  await app.choose(...NAME_ADDRESS[look.language]);
  await page.locator('dialog [data-first]').fill('files');
  await page.waitForTimeout(300);
  await shot('name-address');
  await closeDialog(app);
}

async function tags(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('2');
  await page.locator('.inspect-why').waitFor();
  await page.locator('.grid').press('Home');
  await page.keyboard.press('t');
  await page.locator('dialog input.field').fill('c2, seen before');
  await page.keyboard.press('Enter');
  await page.locator('dialog .tag-list .tag-chip').nth(1).waitFor();
  await shot('tags');
  await closeDialog(app);
}

async function pages(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('5');
  const nav = page.locator('.stats-nav button');
  await nav.first().waitFor();
  const first = (await nav.count()) - Object.keys(WORK_PAGES).length;
  for (const [i, [view, there]] of Object.entries(WORK_PAGES).entries()) {
    await nav.nth(first + i).click();
    await page.locator(there).first().waitFor();
    if (view === 'group-flows') {
      await page.locator('.group-bar select').first().selectOption('verdict');
      await page.locator('.group-bar select').nth(1).selectOption('app');
    }
    await page.waitForTimeout(800);
    await shot(view);
  }
  // The I/O graph of a field's values.
  await nav.nth(5).click();
  await page.locator('.u-over').waitFor();
  const series = page.locator('.stats-series');
  await series.locator('.field.mono').first().fill('tcp');
  await series.locator('select').first().selectOption('max');
  await series.locator('.stats-field').first().fill('tcp.window_size');
  await page.keyboard.press('Enter');
  await page.locator('.u-legend', { hasText: 'tcp.window_size' }).waitFor({ state: 'attached', timeout: 60_000 });
  await page.waitForTimeout(400);
  await shot('io-field');
}

async function tabs(app: App, shot: Shot, folder: string, names: readonly string[]): Promise<void> {
  const { page } = app;
  for (const name of names) {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), app.command('open-in-tab')]);
    await chooser.setFiles(join(folder, name));
    await page.locator('.capture-tab.shown', { hasText: name }).waitFor();
  }
  await app.settled();
  await page.keyboard.press('1');
  await page.locator('.node').first().waitFor();
  await page.waitForTimeout(500);
  await shot('tabs');
}
