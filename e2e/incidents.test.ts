// Incidents as a person works with them: by keys alone, in both languages, kept over a new start, reported as a page.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, folderFor, type OpenApp, SAMPLE, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

/** What the palette calls it. */
const TRY = 'Try the sample';

describe('incidents', () => {
  const folder = folderFor('sightline-e2e-incidents');
  let app: App;

  async function open(openApp: OpenApp): Promise<void> {
    app = await openApp({ ...SAMPLE, folder });
    await app.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    await app.page.locator('.badge').waitFor();
  }

  test.beforeAll(({ openApp }) => open(openApp));
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = (): Promise<string[]> => app.page.locator('.incidents .grid-row:not([hidden])').allInnerTexts();

  test('the list opens at the gravest, which is looked at and has the keys', async () => {
    const { page } = app;
    await page.keyboard.press('3');
    await page.locator('.alerts .grid:focus').waitFor();
    await page.locator('.grid-row.selected[aria-rowindex="1"] .chip.malicious').waitFor();
    await page.locator('.alert-card.malicious .evidence-list').waitFor();
    assert.equal((await rows()).length, 2);
  });

  test('states, tags and notes by keys, of one and of several at once', async () => {
    const { page } = app;
    await page.keyboard.press('s');
    await page.locator('dialog .choice').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.grid-row.selected .i-state', { hasText: 'In work' }).waitFor();
    await page.keyboard.press('Control+a');
    await page.locator('.incident-bar', { hasText: '2 chosen' }).waitFor();
    await page.locator('.grid-row.marked').nth(1).waitFor();
    await page.keyboard.press('t');
    await page.locator('dialog input').waitFor();
    await page.keyboard.type('night shift');
    await page.keyboard.press('Enter');
    await page.locator('.toast', { hasText: '2 incidents changed' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.grid-row.marked').first().waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.locator('dialog input').waitFor();
    await page.keyboard.type('scanner of ours <img src=x>');
    await page.keyboard.press('Enter');
    await page.locator('.notes p', { hasText: 'scanner of ours <img src=x>' }).waitFor();
    assert.equal(await page.locator('.trail li').count(), 3);
    assert.deepEqual(
      (await page.locator('.trail li').allInnerTexts()).map((t) => /: (note|tag|state) /.exec(t)?.[1]),
      ['note', 'tag', 'state'],
    );
  });

  test('the filter bar filters incidents, with their own fields and those of flows', async () => {
    const { page } = app;
    await page.keyboard.press('Control+/');
    await page.locator('#filter:focus').waitFor();
    await page.keyboard.type('incident.state == in-work');
    await page.locator('.filter-bar.valid').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.filter-status', { hasText: '1 incident ·' }).waitFor();
    assert.equal((await rows()).length, 1);
    await page.locator('#filter').fill('flow.app == HTTP');
    await page.locator('.filter-bar.valid').waitFor();
    await page.locator('#filter').press('Enter');
    await page
      .locator('.filter-status', { hasText: '2 incidents ·' })
      .or(page.locator('.filter-status', { hasText: '1 incident ·' }))
      .waitFor();
    await page.locator('#filter').fill('incident.nothing == 1');
    await page.locator('.filter-bar.invalid').waitFor();
    await page.locator('#filter').fill('');
    await page.locator('#filter').press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 2);
  });

  test('heads sort, groups fold by keys', async () => {
    const { page } = app;
    const flows = page.locator('.heads .head-button', { hasText: 'Flows' });
    await flows.click();
    await page.locator('.grid-row[aria-rowindex="1"] .chip.suspicious').waitFor();
    await flows.click();
    await page.locator('.grid-row[aria-rowindex="1"] .chip.malicious').waitFor();
    await flows.click();
    await page.locator('.incident-bar button', { hasText: 'Host' }).click();
    await page.locator('.grid-row.group', { hasText: '192.0.2.10 · 2 incidents' }).waitFor();
    await page.locator('.alerts .grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 1);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 3);
    await page.locator('.incident-bar button', { hasText: 'Nothing' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 2);
  });

  test('a report is a page of its own with the file’s hash, in the language of the window', async () => {
    const { page } = app;
    const sha = createHash('sha256')
      .update(readFileSync(join(ROOT, 'assets', 'sample.pcapng')))
      .digest('hex');
    const saved = join(folder, 'saved');
    for (const [language, state, title] of [
      ['en', 'in work', 'Packets that show it'],
      ['zh', '处理中', '相关数据包'],
    ] as const) {
      await page.locator(`.languages [lang="${language}"]`).click();
      await page.locator('.alerts .grid').focus();
      await page.keyboard.press('r');
      await page
        .locator('.toast', { hasText: language === 'en' ? 'report of 2 incidents' : '2 个事件的报告' })
        .waitFor();
      const file = readdirSync(saved)
        .filter((n) => n.endsWith('.html'))
        .toSorted()
        .at(-1)!;
      const html = readFileSync(join(saved, file), 'utf8');
      assert.ok(html.includes(sha) && html.includes(state) && html.includes(title) && html.includes('<svg'), file);
      assert.ok(html.includes('scanner of ours &lt;img src=x&gt;'));
      rmSync(join(saved, file));
      const looked = await page.context().newPage();
      await looked.setContent(html);
      assert.equal(await looked.locator('article').count(), 2);
      assert.equal(await looked.locator('img, script').count(), 0);
      await looked.screenshot({ path: join(tmpdir(), `sightline-report-${language}.png`), fullPage: true });
      await looked.close();
    }
    await page.locator('.languages [lang="en"]').click();
  });

  test('a rule with an end is looked at, made, listed and ended by keys', async () => {
    const { page } = app;
    await page.locator('.alerts .grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('a');
    await page.locator('.allow-preview', { hasText: 'silences 1 of the 2' }).waitFor();
    await page.locator('dialog button', { hasText: '7 days' }).press('Enter');
    await page.locator('dialog input').last().fill('our own scanner');
    await page.keyboard.press('Enter');
    await page.locator('.toast', { hasText: '1 incident is allowed' }).waitFor();
    await page.locator('.badge', { hasText: '1' }).waitFor();
    await app.command('Rules that allow');
    await page.locator('.allow-rules li', { hasText: 'our own scanner' }).waitFor();
    assert.match(await page.locator('.allow-rules li').innerText(), /until \d{4}-\d\d-\d\d[\s\S]*silences 1 here/);
    assert.deepEqual(await axeFindings(page), []);
    await page.locator('.allow-rules button').press('Enter');
    await page.locator('.allow-rules li').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.badge', { hasText: '2' }).waitFor();
  });

  for (const language of ['en', 'zh'] as const) {
    test(`axe finds nothing wrong with list, card and dialogs: ${language}`, async () => {
      const { page } = app;
      await page.locator(`.languages [lang="${language}"]`).click();
      await page.locator('.alert-card .evidence-list').waitFor();
      assert.deepEqual(await axeFindings(page), []);
      for (const key of ['a', 's', 't', 'n']) {
        await page.locator('.alerts .grid').focus();
        await page.keyboard.press(key);
        await page.locator('dialog').waitFor();
        assert.deepEqual(await axeFindings(page), [], key);
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
      }
      const words = await page.locator('.incident-work, .incident-bar').allInnerTexts();
      if (language === 'zh') assert.doesNotMatch(words.join(' '), /\b(State|Tags|Notes|Trail|Group|Report)\b/);
    });
  }

  test('a desktop that was asked for is told of incidents while nobody looks, and only then', async () => {
    const { page } = app;
    await page.context().grantPermissions(['notifications']);
    await page.evaluate(() => {
      const told: string[] = [];
      const known = { told, focused: true };
      Object.assign(window, { known });
      class Told extends EventTarget {
        static readonly permission = 'granted';
        static readonly requestPermission = async () => 'granted';
        constructor(title: string) {
          super();
          told.push(title);
        }
      }
      Object.assign(window, { Notification: Told });
      document.hasFocus = () => known.focused;
    });
    const read = async (focused: boolean): Promise<string[]> => {
      await page.evaluate(
        (f) => Object.assign((window as unknown as { known: object }).known, { focused: f }),
        focused,
      );
      await app.command(TRY);
      await page.waitForTimeout(500);
      await page.locator('.badge', { hasText: '2' }).waitFor();
      return page.evaluate(() => (window as unknown as { known: { told: string[] } }).known.told);
    };
    await page.locator('.languages [lang="en"]').click();
    await page.evaluate(() => {
      const { start } = AudioScheduledSourceNode.prototype;
      Object.assign(window, { tones: 0 });
      AudioScheduledSourceNode.prototype.start = function tone(this: AudioScheduledSourceNode, when?: number): void {
        (window as unknown as { tones: number }).tones++;
        start.call(this, when);
      };
    });
    const tones = (): Promise<number> => page.evaluate(() => (window as unknown as { tones: number }).tones);
    assert.deepEqual(await read(false), [], 'it was not asked for');
    await app.command('settings');
    await page
      .getByRole('group', { name: 'Tell incidents on the desktop' })
      .getByRole('button', { name: 'While' })
      .click();
    await page.keyboard.press('Escape');
    await app.command('settings');
    await page.getByRole('group', { name: 'With a sound' }).getByRole('button', { name: 'On' }).click();
    assert.equal(await tones(), 2, 'it is heard once when it is chosen');
    await page.keyboard.press('Escape');
    assert.deepEqual(await read(true), [], 'somebody looks');
    assert.equal(await tones(), 2);
    const told = await read(false);
    assert.equal(told.length, 1, 'the second one within five seconds waits');
    assert.match(told[0]!, /192\.0\.2\.10 to 192\.0\.2\.8\d/);
    assert.equal(await tones(), 4);
  });

  test('what was done is there after a new start', async ({ openApp }) => {
    await app.page.locator('.languages [lang="en"]').click();
    await app.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    assert.deepEqual(app.problems, []);
    await app.close();
    await open(openApp);
    const { page } = app;
    await page.keyboard.press('3');
    await page.locator('.grid-row.selected .i-state', { hasText: 'In work' }).waitFor();
    await page.locator('.notes p', { hasText: 'scanner of ours' }).waitFor();
    assert.equal(await page.locator('.tags .chip', { hasText: 'night shift' }).count(), 1);
    assert.deepEqual(app.problems, []);
  });
});
