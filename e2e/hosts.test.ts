// Hosts as a person looks at them: by keys, filtered, sorted, and from each fact to its flows and packets.
import assert from 'node:assert/strict';
import { axeFindings } from './axe.ts';
import { describe, SAMPLE, test } from './fixtures.ts';
import type { App } from './harness.ts';

describe('hosts', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp(SAMPLE);
    await app.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
  });
  test.afterAll(async () => {
    await app?.close();
  });

  const addresses = (): Promise<string[]> => app.page.locator('.grid-row:not([hidden]) .h-address').allInnerTexts();

  async function openHosts(): Promise<void> {
    await app.page.keyboard.press('1');
    await app.page.keyboard.press('6');
    await app.page.locator('.hosts-list .grid:focus').waitFor();
  }

  test('the gravest host is first and looked at; arrows look at others', async () => {
    const { page } = app;
    await openHosts();
    await page.locator('.host-card h2', { hasText: '192.0.2.10' }).waitFor();
    assert.ok((await addresses()).length >= 6);
    await page.keyboard.press('ArrowDown');
    await page.locator('.host-card h2', { hasText: '192.0.2.80' }).waitFor();
    await page.locator('.host-names li', { hasText: 'files.sample.test' }).first().waitFor();
    await page.keyboard.press('ArrowUp');
    await page.locator('.host-card h2', { hasText: '192.0.2.10' }).waitFor();
  });

  test('heads sort, by columns and by what flows say', async () => {
    const { page } = app;
    const head = (name: string) => page.locator('.heads .head-button', { hasText: name });
    await head('Address').click();
    await page.waitForFunction(() =>
      /^192\.0\.2\.1$/.test(document.querySelector('.grid-row .h-address')!.textContent!),
    );
    await head('Name').click();
    await page.waitForFunction(() => document.querySelector('.grid-row .h-name')!.textContent === 'files.sample.test');
    await head('Name').click();
    await head('Name').click();
  });

  test('the filter bar counts the flows that pass', async () => {
    const { page } = app;
    await page.locator('#filter').fill('flow.app == DNS');
    await page.locator('.filter-bar.valid').waitFor();
    await page.locator('#filter').press('Enter');
    await page.locator('.filter-status', { hasText: '2 hosts ·' }).waitFor();
    await page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('.grid-row:not([hidden]) .h-address')].map((e) => e.textContent).join() ===
        wanted,
      '192.0.2.10,192.0.2.1',
    );
    assert.deepEqual((await addresses()).toSorted(), ['192.0.2.1', '192.0.2.10']);
    await page.locator('#filter').fill('');
    await page.locator('#filter').press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.grid-row:not([hidden])').length > 5);
  });

  test('services, fingerprints, peers and times lead to flows, and the host to its packets', async () => {
    const { page } = app;
    const back = async (): Promise<void> => {
      await page.keyboard.press('1');
      await openHosts();
      await page.locator('.host-card h2', { hasText: '192.0.2.10' }).waitFor();
    };
    await page.locator('.grid').press('Home');
    await page.locator('.host-card h2', { hasText: '192.0.2.10' }).waitFor();
    await page.locator('.host-table button', { hasText: '8443/tcp' }).press('Enter');
    await page.locator('.filter-status', { hasText: '12 of 257 flows' }).waitFor();
    await back();
    await page.locator('.host-prints button', { hasText: 'curl/' }).press('Enter');
    await page.locator('.filter-status', { hasText: '4 of 257 flows' }).waitFor();
    await back();
    await page.locator('.host-time').focus();
    await page.keyboard.press('Enter');
    await page.locator('.filter-status', { hasText: /\d+ of 257 flows/ }).waitFor();
    await back();
    await page.locator('.host-card .link-button', { hasText: 'Show packets' }).press('Enter');
    await page.locator('.filter-status', { hasText: '1,047 of 1,066' }).waitFor();
    await back();
    await page.locator('.host-card .link-button', { hasText: 'Show incidents' }).press('Enter');
    await page.locator('.filter-status', { hasText: '2 incidents' }).waitFor();
  });

  for (const language of ['en', 'zh'] as const) {
    test(`axe finds nothing wrong: ${language}`, async () => {
      const { page } = app;
      await page.locator(`.languages [lang="${language}"]`).click();
      await openHosts();
      await page.locator('.host-card h2').waitFor();
      assert.deepEqual(await axeFindings(page), []);
      if (language === 'zh') {
        const words = (await page.locator('.host-card h3, .host-card .dim, .heads').allInnerTexts()).join(' ');
        assert.doesNotMatch(words, /\b(flows|packets|hosts?|names?|peers?|none)\b/i);
      }
    });
  }

  test('notifications are off until asked for, and a browser that refuses is said', async () => {
    const { page } = app;
    await page.locator('.languages [lang="en"]').click();
    await app.command('settings');
    const choice = page.getByRole('group', { name: 'Tell incidents on the desktop' });
    assert.equal(await choice.getByRole('button', { name: 'Off' }).getAttribute('aria-pressed'), 'true');
    await page.context().grantPermissions(['notifications']);
    await choice.getByRole('button', { name: 'While' }).click();
    await choice.locator('[aria-pressed="true"]', { hasText: 'While' }).waitFor();
    await choice.getByRole('button', { name: 'Off' }).click();
    await choice.locator('[aria-pressed="true"]', { hasText: 'Off' }).waitFor();
    await page.keyboard.press('Escape');
    assert.deepEqual(app.problems, []);
  });
});
