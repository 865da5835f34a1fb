// The Lab in a browser: a folder of labelled captures is measured without an open capture, twice, so that the change is
// shown; the report is exported; nothing is wider than the window at both sizes and in both languages.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, folderFor, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

describe('the Lab', () => {
  const folder = folderFor('sightline-e2e-lab');
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    // The sample holds an incident; what it is labelled as is this test's to say.
    for (const name of ['goodx', 'badx']) {
      mkdirSync(join(folder, name));
      cpSync(join(ROOT, 'assets', 'sample.pcapng'), join(folder, name, 'sample.pcapng'));
    }
    app = await openApp();
  });
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a folder is measured, and measured again', async () => {
    const { page } = app;
    await page.locator('.start').waitFor();
    await page.keyboard.press('4');
    await page.locator('.lab').waitFor();
    const input = page.locator('.lab form input.field');
    await input.fill(join(folder, 'goodx'));
    await page.locator('.lab form .button.primary').click();
    await page.locator('.toast', { hasText: 'cannot be measured' }).waitFor();
    await input.fill(folder);
    const changes = page.locator('.lab-table th', { hasText: 'change' });
    const again = page.locator('.lab form .button.primary:enabled');
    await again.click();
    const all = page.locator('.lab-table tr', { hasText: /1 \/ 1\s*100\.0 %/ }).first();
    await all.waitFor({ timeout: 60_000 });
    assert.equal(await changes.count(), 0, 'nothing was measured before');
    await again.click();
    await changes.first().waitFor({ state: 'attached', timeout: 60_000 });
    await all.locator('.dim', { hasText: /^0$/ }).first().waitFor();
    assert.deepEqual(
      app.problems.filter((p) => !p.includes('favicon')),
      [],
    );
  });

  test('two models stand side by side', async () => {
    const { page } = app;
    await page.locator('.lab-judge select').nth(1).selectOption('rules');
    await page.locator('.lab form .button.primary:enabled').click();
    const side = page.locator('.lab details', { hasText: 'Two models side by side' });
    await side.waitFor({ timeout: 60_000 });
    await side.locator('th', { hasText: 'rules alone' }).waitFor({ state: 'attached' });
    assert.equal(await page.locator('.lab-curve .lab-compared polyline').count(), 2);
  });

  test('a table is sorted by its head, and stands as it came after the third time', async () => {
    const { page } = app;
    const rules = page.locator('.lab details', { hasText: 'Captures whose malicious flows carry the rule' });
    await rules.locator('summary').click();
    const points = (): Promise<number[]> =>
      rules.locator('tbody td:nth-child(3)').evaluateAll((cells) => cells.map((c) => Number(c.textContent)));
    const head = rules.locator('th button', { hasText: 'points' });
    const came = await points();
    await head.click();
    const down = await points();
    assert.deepEqual(
      down,
      came.toSorted((a, b) => b - a),
    );
    assert.notDeepEqual(down, came);
    await rules.locator('th[aria-sort="descending"]').waitFor();
    await head.click();
    assert.deepEqual(await points(), down.toReversed());
    await head.click();
    assert.deepEqual(await points(), came);
    const name = rules.locator('th button', { hasText: 'rule' }).first();
    await name.click();
    const first = (await rules.locator('tbody td:first-child').allTextContents()).slice(0, 2);
    assert.ok(first[0]!.localeCompare(first[1]!) <= 0, first.join());
  });

  test('the report is exported and the page fits at both sizes and in both languages', async () => {
    const { page } = app;
    const download = page.locator('.toast', { hasText: '.html' });
    await page.locator('.lab .button', { hasText: 'HTML' }).click();
    await download.waitFor();
    for (const language of ['zh', 'en'])
      for (const [width, height] of [
        [1440, 900],
        [1024, 700],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.locator(`.languages [lang="${language}"]`).click();
        await page.locator(`html[lang^="${language}"]`).waitFor();
        const group = page.locator('.lab-table td', {
          hasText: language === 'zh' ? '早先的来源' : 'sources of before',
        });
        await group.first().waitFor();
        const over = await page.locator('.lab').evaluate((e) => e.scrollWidth - e.clientWidth);
        assert.equal(over, 0, `${language} ${width}`);
      }
  });

  test('axe finds nothing with every table open, and no English word of ours is left in 中文', async () => {
    const { page } = app;
    for (const theme of ['dark', 'light'] as const)
      for (const language of ['en', 'zh'] as const) {
        await page.locator(`.languages [lang="${language}"]`).click();
        await app.command(theme);
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        await page.locator('.lab').evaluate((lab) => {
          for (const table of lab.querySelectorAll('details')) table.open = true;
        });
        assert.deepEqual(await axeFindings(page), [], `${theme} ${language}`);
        if (language === 'en') continue;
        const text = await page.locator('.lab').innerText();
        assert.match(text, /受感染的 Windows 主机/);
        const left =
          text.match(/\b(the|captures|flows|incidents|raised|sources|rules|malicious|benign|model)\b/gi) ?? [];
        assert.deepEqual(left, [], text);
      }
  });
});
