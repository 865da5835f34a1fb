// The views that pictures are taken of, in the order in which the guide walks through them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, ROOT } from './harness.ts';
import { type Look, shooter, type Shot, toPane } from './screenshot-look.ts';
import { WORK_PAGES } from './screenshot-work-pages.ts';

export type PathOf = (view: string) => string;

const NOTE = { en: 'No scanner of ours. Its owner is asked.', zh: '不是我们的扫描器，已询问机主。' } as const;

export async function takeViews(look: Look, pathOf: PathOf): Promise<void> {
  const app = await App.open(look);
  const shot = shooter(look, app.page, pathOf);
  if (look.language === 'zh') await app.page.locator('.languages [lang="zh"]').click();
  try {
    await starting(app, shot);
    await app.page.locator('.drop .button').last().click();
    await app.settled();
    await packets(app, shot);
    await flows(app, shot);
    await incidents(app, shot, look);
    await hosts(app, shot);
    if (look.views !== 'main') await statistics(app, shot);
    await learning(app, shot);
    if (look.views !== 'main') {
      await report(app, shot);
      await live(app, shot);
    }
  } finally {
    await app.close();
  }
}

async function starting(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page
    .locator('.sparkline polyline')
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
  await page.waitForTimeout(2500);
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

async function packets(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  const grid = page.locator('.grid');
  await page.locator('.grid-row.coloured').first().waitFor();
  await page.locator('#filter').pressSequentially('flow.app == TLS and tls.handshake.s');
  await page.locator('.suggestions li').first().waitFor();
  await page.waitForTimeout(300);
  await shot('filter');
  await page.keyboard.press('Escape');
  await app.filter('flow.rule == "http-poll"');
  await page.keyboard.press('3');
  await page.locator('.alerts .grid:focus').waitFor();
  await page.keyboard.press('End');
  await page.locator('.alert-card.suspicious .alert-buttons .link-button').nth(1).click();
  await page.locator('.grid-row.alert:not([hidden])').first().waitFor();
  // In a low window the row of the evidence may be the last one in sight.
  for (let i = 0; i < 10 && (await app.row('GET /').count()) === 0; i++) {
    await grid.press('PageDown');
    await page.waitForTimeout(200);
  }
  await app.row('GET /').last().click();
  await page.locator('.node', { hasText: 'Hypertext Transfer Protocol' }).first().click();
  // In a narrow window there is one pane at a time, the details first.
  if ((await page.locator('.pane-tabs').count()) === 0) await page.locator('.flow-card .evidence-list').waitFor();
  await page.mouse.move(2, 2);
  await shot('packets');
  await grid.focus();
  await grid.press('ContextMenu');
  await page.locator('.context-menu button:focus').waitFor();
  await page.locator('.context-menu button[aria-haspopup]').first().click();
  await page.locator('.context-menu').nth(1).waitFor();
  await shot('menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await grid.focus();
  await page.keyboard.press('Control+Alt+Shift+T');
  await page.getByRole('button', { name: 'HTTP', exact: true }).click();
  await page.locator('.stream-line').first().waitFor();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('content');
  await page.locator('.stream mark').first().waitFor();
  await shot('follow');
  await closeDialog(app);
}

async function flows(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('2');
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
  await toPane(page, 'bytes');
  await page.locator('.hex .lit').first().waitFor();
  await page.mouse.move(2, 2);
  await shot('evidence');
  await page.locator('.evidence-done').click();
  await page.keyboard.press('2');
  await app.filter('');
  await page.locator('.grid').press('Home');
  await page.keyboard.press('m');
  await page.locator('.labels [aria-pressed="true"]').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('b');
  await page.locator('.labels .label-benign[aria-pressed="true"]').waitFor();
  await shot('label');
  await page.keyboard.press('b');
  await page.locator('.labels [aria-pressed="true"]').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowUp');
  await page.locator('.labels [aria-pressed="true"]').waitFor();
  await page.keyboard.press('m');
  await page.locator('.labels [aria-pressed="true"]').waitFor({ state: 'detached' });
}

async function incidents(app: App, shot: Shot, look: Look): Promise<void> {
  const { page } = app;
  await page.keyboard.press('3');
  await page.locator('.alerts .grid').focus();
  await page.keyboard.press('Home');
  await page.locator('.alert-card.malicious .evidence-list').waitFor();
  await page.keyboard.press('s');
  await page.locator('dialog .choice').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await page.locator('dialog input').fill(NOTE[look.language]);
  await page.keyboard.press('Enter');
  await page.locator('.notes p').waitFor();
  await toastsGone(app);
  await shot('alerts');
  await page.keyboard.press('a');
  await page.locator('dialog .field').first().waitFor();
  await page.waitForTimeout(500);
  await shot('allow');
  await closeDialog(app);
}

async function hosts(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('6');
  await page.locator('.host-card .host-table').first().waitFor();
  await page.waitForTimeout(300);
  await shot('hosts');
}

/** Names of the pictures, in the order of the list of pages; those behind them are in screenshot-work.ts. */
const STATISTICS = [
  'properties',
  'hierarchy',
  'conversations',
  'endpoints',
  'lengths',
  'io',
  'tcp',
  'sequence',
  'expert',
  'dns',
  'http',
  'tls',
  'services',
];

/** Every page of Statistics. The flow that is selected is TCP's, so that its graphs are drawn. */
async function statistics(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('2');
  await app.filter('flow.app == TLS and flow.server_name contains "files"');
  await page.locator('.grid').press('Home');
  await page.locator('.inspect-why h2').waitFor();
  await app.filter('');
  await page.keyboard.press('5');
  const pages = page.locator('.stats-nav button');
  await pages.first().waitFor();
  assert.equal(
    await pages.count(),
    STATISTICS.length + Object.keys(WORK_PAGES).length,
    'a page of statistics has no picture',
  );
  for (const [i, name] of STATISTICS.entries()) {
    await pages.nth(i).click();
    await page.locator('.stat-row, .stats-plain, .u-over, .seq-row, .stat-none').first().waitFor({ timeout: 60_000 });
    // Of all packets, most rows of the diagram would be empty.
    const limited = page.locator('.stats-displayed input');
    if (name === 'sequence') await limited.check();
    await page.waitForTimeout(name === 'sequence' ? 700 : 200);
    await shot(`statistics-${name}`);
    if (name === 'sequence') await limited.uncheck();
  }
}

async function learning(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await app.command('settings');
  await page.locator('.networks').waitFor();
  await shot('settings');
  await closeDialog(app);
  await app.command('learn');
  await page.locator('.learn-keep').waitFor();
  await shot('learn');
  await closeDialog(app);
}

/** The report as a browser shows it. */
async function report(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  await page.keyboard.press('3');
  await page.locator('.alerts .grid').focus();
  await page.keyboard.press('r');
  await page.locator('.toast a').first().waitFor();
  const saved = join(app.folder, 'saved');
  const file = readdirSync(saved).find((name) => name.endsWith('.html'))!;
  const looked = await page.context().newPage();
  await looked.setContent(readFileSync(join(saved, file), 'utf8'));
  await shot('report', looked);
  await looked.close();
  await page.locator('.toast button').first().click();
}

/** A capture that goes on: packets come through a named pipe, as a program on another machine would send them. */
async function live(app: App, shot: Shot): Promise<void> {
  const { page } = app;
  const pipe = join(app.folder, 'office');
  execFileSync('mkfifo', [pipe]);
  await app.command('close');
  await page.locator('.start').waitFor();
  await app.command('pipe');
  await page.locator('dialog input').fill(pipe);
  await page.locator('dialog .button.primary').click();
  const to = await open(pipe, 'w');
  const path = join(app.folder, 'hours.pcap');
  execFileSync(process.execPath, [join(ROOT, 'engine', 'testing', 'hours.ts'), path]);
  const bytes = readFileSync(path);
  await to.writeFile(bytes.subarray(0, Math.floor(bytes.length / 2)));
  await page.locator('.source.running').waitFor();
  await page.locator('.grid-row:not([hidden]) .c-no').first().waitFor({ state: 'attached' });
  await page.locator('.grid-row.coloured').first().waitFor();
  await page.keyboard.press('3');
  await page.locator('.alert-card .alert-buttons .link-button').nth(1).click();
  await toPane(page, 'flow');
  await page.locator('.flow-card .evidence-list').waitFor();
  await toPane(page, 'tree');
  await page.locator('.node').first().waitFor();
  await page.waitForTimeout(1000);
  await shot('live');
  await to.close();
}

/** Objects and keys, of a capture with a page in br and a conversation over TLS. */
export async function takeObjects(look: Look, pathOf: PathOf): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-screenshots-'));
  const path = join(folder, 'office.pcap');
  execFileSync(process.execPath, [join(ROOT, 'bench', 'work-capture.ts'), path]);
  const keys = readFileSync(`${path}.keys`, 'utf8');
  const app = await App.open({ ...look, args: [path] });
  const { page } = app;
  const shot = shooter(look, page, pathOf);
  if (look.language === 'zh') await page.locator('.languages [lang="zh"]').click();
  await app.settled();
  await app.command('tls-keys');
  await page.locator('dialog textarea').fill(keys);
  await page.locator('dialog .button.primary').click();
  await page.locator('.key-state', { hasText: '1' }).waitFor();
  await shot('keys');
  await closeDialog(app);
  await app.command('objects');
  await page.locator('.object-row', { hasText: 'secret.txt' }).waitFor({ timeout: 30_000 });
  await page.locator('.object-list').press('Control+a');
  await shot('objects');
  await page.locator('.object-row', { hasText: 'secret.txt' }).dblclick();
  await closeDialog(app);
  await toPane(page, 'bytes');
  await page.locator('.tab', { hasText: 'Decrypted TLS' }).click();
  await toPane(page, 'tree');
  await page.locator('.node', { hasText: 'Hypertext Transfer Protocol' }).first().waitFor();
  await shot('decrypted');
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}

export async function closeDialog(app: App): Promise<void> {
  const { page } = app;
  for (let i = 0; i < 3 && (await page.locator('dialog').count()) > 0; i++) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(100);
  }
  await page.locator('dialog').waitFor({ state: 'detached' });
}

/** What a toast says would hide what stands below it. */
async function toastsGone(app: App): Promise<void> {
  await app.page.locator('.toast').first().waitFor({ state: 'detached', timeout: 15_000 });
}
