// `npm run screenshots`: every view at 1440x900 and 1024x700, dark and light, of the bundled sample, into
// docs/screenshots/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, ROOT } from './harness.ts';

const folder = join(ROOT, 'docs', 'screenshots');
mkdirSync(folder, { recursive: true });

async function views(
  width: number,
  height: number,
  theme: 'dark' | 'light',
  language: 'en' | 'zh' = 'en',
): Promise<void> {
  const app = await App.open({ width, height, theme });
  const { page } = app;
  const name = (view: string): string =>
    join(folder, `${view}-${theme}-${width}x${height}${language === 'zh' ? '-zh' : ''}.png`);
  const shot = async (view: string): Promise<void> => {
    await page.mouse.move(2, height - 2);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: name(view) });
  };
  if (language === 'zh') await page.locator('.languages [lang="zh"]').click();
  await page
    .locator('.sparkline polyline')
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
  await page.waitForTimeout(2500);
  if (language === 'en') {
    await shot('start');
    await page.locator('.readiness .link-button').last().click();
    await page.locator('.checks li').last().waitFor();
    await shot('doctor');
    await page.keyboard.press('Escape');
    await page.locator('.interfaces .button').first().click();
    await page.locator('.setting').last().waitFor();
    await shot('capture-options');
    await page.keyboard.press('Escape');
  }
  await page.locator('.drop .button').last().click();
  await app.settled();
  await app.filter('flow.rule == "http-poll"');
  await page.locator('.rail-button').nth(2).click();
  await page.locator('.incidents .grid-row .chip.suspicious').first().click();
  await page.locator('.alert-card.suspicious .alert-buttons .link-button').nth(1).click();
  await page.locator('.grid-row.alert:not([hidden])').first().waitFor();
  await app.row('GET /').last().click();
  await page.locator('.node', { hasText: 'Hypertext Transfer Protocol' }).first().click();
  await page.locator('.flow-card .evidence-list').waitFor();
  await shot('packets');
  await page.locator('.rail-button').nth(1).click();
  await page.locator('.features li').first().waitFor();
  await page.waitForTimeout(300);
  await shot('flows');
  // Features of a flow with a handshake.
  await app.filter('flow.id == 496');
  await page.locator('.grid').press('Home');
  await page.locator('.inspect-why h2', { hasText: '496' }).waitFor();
  await page.locator('.features-head input').fill('server name');
  await page.locator('.feature-value').first().click();
  await page.locator('.grid-row.source-row').first().waitFor();
  await page.locator('.hex .lit').first().waitFor();
  await shot('evidence');
  await page.locator('.evidence-done').click();
  if (language === 'en') {
    await page.locator('.rail-button').nth(2).click();
    await page.locator('.alert-card').first().waitFor();
    await shot('alerts');
    await page.keyboard.press('6');
    await page.locator('.host-card .host-table').first().waitFor();
    await page.waitForTimeout(300);
    await shot('hosts');
    await statistics(app, shot);
    await app.command('settings');
    await page.locator('.networks').waitFor();
    await shot('settings');
    await page.keyboard.press('Escape');
    await app.command('learn');
    await page.locator('.learn-keep').waitFor();
    await shot('learn');
  }
  await app.close();
}

/** Every page of Statistics. The flow that is selected is TCP's, so that its graphs are drawn. */
async function statistics(app: App, shot: (view: string) => Promise<void>): Promise<void> {
  const { page } = app;
  await page.keyboard.press('5');
  const pages = page.locator('.stats-nav button');
  const names = await pages.allInnerTexts();
  for (const [i, name] of names.entries()) {
    await pages.nth(i).click();
    await page.locator('.stat-row, .stats-plain, .u-over, .seq-row, .stat-none').first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(200);
    await shot(`statistics-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`);
  }
}

for (const theme of ['dark', 'light'] as const) {
  await views(1440, 900, theme);
  await views(1024, 700, theme);
}
await views(1440, 900, 'dark', 'zh');
