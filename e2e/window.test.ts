// The window as people use it, in Chromium against our own server: the sample from first look to export, by mouse and
// by keys alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { axeFindings } from './axe.ts';
import { describe, folderFor, test } from './fixtures.ts';
import type { App } from './harness.ts';
import { MARKUP, writeHostile } from './hostile.ts';

describe('the sample, from first look to export', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp({ args: ['--sample'] });
  });
  test.afterAll(async () => {
    await app?.close();
  });

  test('packets, flows and a malicious verdict are there', async () => {
    await app.settled();
    await app.page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    assert.match(await app.page.locator('.status-button.malicious').innerText(), /^\s*1 malicious/);
    assert.match(await app.page.locator('.status-button.suspicious').innerText(), /^\s*1 suspicious/);
    assert.equal(await app.page.locator('.badge').innerText(), '2');
  });

  test('a packet selected shows its tree and bytes, which light each other up', async () => {
    const { page } = app;
    await app.row('Client Hello').first().click();
    await page.locator('.node', { hasText: 'Transport Layer Security' }).first().waitFor();
    await page.locator('.node', { hasText: 'Internet Protocol Version 4' }).click();
    await page.locator('.hex i.lit, .hex-line.lit').first().waitFor();
    assert.match(await page.locator('.pane-note').first().innerText(), /^ip · bytes 14–33$/);
    assert.equal(await page.locator('.hex-bytes i.lit').count(), 20);
    // The other way: the byte of the destination port leads to its line.
    await page.locator('.hex-bytes [data-at="36"]').click();
    await page.locator('.node.selected', { hasText: 'Destination Port: 8443' }).waitFor();
  });

  test('an incident stands under its packet and opens its flow with evidence, reasons and features', async () => {
    const { page } = app;
    await app.filter('flow.rule == "http-poll"');
    await page.locator('.grid').press('Home');
    await page.locator('.grid-row.selected').waitFor();
    const alert = page.locator('.grid-row.alert:not([hidden])');
    for (let i = 0; i < 30 && (await alert.count()) === 0; i++) {
      const before = await page
        .locator('.grid-row.selected')
        .getAttribute('aria-rowindex')
        .catch(() => null);
      await page.keyboard.press('PageDown');
      await page.waitForFunction(
        (b) => document.querySelector('.grid-row.selected')?.getAttribute('aria-rowindex') !== b,
        before,
      );
      await page
        .locator('.grid-row.selected .c-time', { hasText: /\d/ })
        .or(page.locator('.grid-row.alert.selected'))
        .first()
        .waitFor();
    }
    assert.match(
      await alert.first().innerText(),
      /192\.0\.2\.10 to 192\.0\.2\.82: asks a server again and again[\s\S]*2 points[\s\S]*8 requests went to 192\.0\.2\.82 in 10 s/,
    );
    await alert.first().locator('button', { hasText: 'Open flow' }).click();
    await page.locator('.inspect-why h2', { hasText: 'Flow 324' }).waitFor();
    await page.locator('.inspect-why .chip.suspicious', { hasText: '2 points' }).first().waitFor();
    assert.match(
      await page.locator('.inspect-why .evidence-list').innerText(),
      /\+2[\s\S]*8 requests went to 192\.0\.2\.82/,
    );
    await page.locator('.contributions li').first().waitFor();
    assert.match(await page.locator('.inspect-middle .facts').innerText(), /GET \/report\.txt/);
    await page.locator('.sequence button').first().waitFor();
  });

  test('a flow with a certificate tells it, and its features are found by name', async () => {
    const { page } = app;
    await app.filter('flow.id == 496');
    await page.locator('.grid').press('Home');
    await page.locator('.inspect-why h2', { hasText: 'Flow 496' }).waitFor();
    assert.match(await page.locator('.inspect-middle .facts').innerText(), /JA4[\s\S]*self-signed/);
    await page.locator('.features-head input').fill('cert_');
    await page.locator('.features li', { hasText: 'days' }).first().waitFor();
    await app.filter('');
    await page.locator('.inspect-why h2', { hasText: 'Flow 496' }).waitFor();
  });

  test('a feature shows the packets that it came from, and lights up its bytes', async () => {
    const { page } = app;
    await page.locator('.features-head input').fill('cert_');
    await page.locator('.features li', { hasText: 'not after minus not before' }).locator('.feature-value').click();
    await page.locator('.evidence-bar', { hasText: 'not after minus not before' }).waitFor();
    await page.locator('.grid-row.source-row.selected').waitFor();
    await page.locator('.hex .lit').first().waitFor();
    assert.match(await page.locator('#filter').inputValue(), /flow\.id == 496/);
    assert.match(await page.locator('.evidence-bar').innerText(), /bytes lit up/);
    await page.locator('.evidence-done').click();
    await page.locator('.evidence-bar').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.querySelectorAll('.grid-row.source-row').length === 0);
    await app.filter('');
    await page.keyboard.press('2');
    await page.locator('.inspect-middle .label-malicious').waitFor();
  });

  test('it is labelled, flows are exported, and the CSV reads back', async () => {
    const { page } = app;
    await page.locator('.inspect-middle .label-malicious').click();
    await page.locator('.inspect-middle .label-malicious[aria-pressed="true"]').waitFor();
    await page.locator('.inspect-middle .button', { hasText: 'Export' }).click();
    const link = page.locator('.toast a', { hasText: '.csv' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const text = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    assert.equal(text.length, 258);
    const header = text[0]!.split(',');
    const row = text.map((l) => l.split(',')).find((l) => l[0] === '496')!;
    assert.equal(row[header.indexOf('label')], 'malicious');
    assert.equal(row[header.indexOf('cert_self_signed')], '1');
    const verdicts = text.slice(1).map((l) => l.split(',')[header.indexOf('verdict')]);
    assert.equal(verdicts.filter((v) => v === 'malicious').length, 209);
    assert.equal(verdicts.filter((v) => v === 'suspicious').length, 9);
    await page.locator('.toast .icon-button').first().click();
  });

  test('goodx and badx of what is labelled', async () => {
    const { page } = app;
    await page.keyboard.press('Control+s');
    await page.locator('.choice', { hasText: 'Labelled data' }).click();
    await page.locator('.toast', { hasText: 'rows exported' }).waitFor();
    const folder = join(
      app.folder,
      'saved',
      readdirSync(join(app.folder, 'saved')).find((f) => f.includes('labelled'))!,
    );
    assert.match(readFileSync(join(folder, 'badx.csv'), 'utf8'), /192\.0\.2\.90.*,bad\n/);
    await page.locator('.toast .icon-button').first().click();
  });

  test('a filter by verdict; a mistake is underlined at its place', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await app.filter('flow.verdict == malicious');
    assert.match(await page.locator('.filter-status').innerText(), /^570 of 1,066/);
    // The status is there before the rows of the new order are.
    await page
      .locator('.grid-row:not([hidden]):not(.alert) > span:first-child .dot:not(.malicious)')
      .first()
      .waitFor({ state: 'detached' });
    assert.ok((await page.locator('.grid-row:not([hidden]):not(.alert) .dot.malicious').count()) > 5);
    await page.locator('#filter').fill('flow.verdict == wicked');
    await page.locator('.filter-bar.invalid').waitFor();
    assert.equal(await page.locator('.filter-back mark').innerText(), 'wicked');
    assert.match(await page.locator('.filter-status').innerText(), /is one of malicious, suspicious/);
    await page.locator('#filter').press('Escape');
    await page.locator('#filter').press('Escape');
  });

  test('completion offers fields and values', async () => {
    const { page } = app;
    await page.locator('#filter').fill('');
    await page.locator('#filter').pressSequentially('flow.ver');
    // Filters applied before are offered while the bar is empty, and as long as they fit what is typed.
    await page.locator('.suggestions li:first-child', { hasText: /^flow\.verdict(?! ==)/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.locator('#filter').pressSequentially('== sus');
    await page.locator('.suggestions li:first-child', { hasText: 'suspicious' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal((await page.locator('#filter').inputValue()).trim(), 'flow.verdict == suspicious');
    await app.filter('');
  });

  test('sorted by length: the longest frame first when descending', async () => {
    const { page } = app;
    await app.filter('frame');
    const length = page.locator('.head-button', { hasText: 'Length' });
    await length.click();
    await page.locator('.head-sort[aria-label="ascending"]').waitFor();
    await length.click();
    await page.locator('.head-sort[aria-label="descending"]').waitFor();
    await page.locator('.grid').press('Home');
    await page.waitForFunction(() => {
      const lengths = [...document.querySelectorAll('.grid-row:not([hidden]):not(.alert)')]
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((r) => Number(r.querySelector('.c-length')!.textContent!.replace(',', '')));
      return lengths.length > 10 && lengths[0]! >= 4267 && lengths.every((l, i) => i === 0 || l <= lengths[i - 1]!);
    });
    await length.click();
    await app.filter('');
  });

  test('the dissect process is killed; the next packet is dissected all the same', async () => {
    const { page } = app;
    const children = spawnSync('pgrep', ['-P', String(app.server.pid), '-f', 'dissect/child'], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    // One has the trees; others may still be there: one that answered a filter, and one that was asked for names.
    assert.ok(children.length >= 1 && children.length <= 3, children.join(' '));
    for (const child of children) process.kill(Number(child), 'SIGKILL');
    await page.keyboard.press('Control+g');
    await page.locator('dialog input').fill('20');
    await page.keyboard.press('Enter');
    await page.locator('.pane-head h2', { hasText: 'Packet 20' }).waitFor();
    // What was asked while the process died is asked of the next one.
    await page.locator('.node', { hasText: /^▸?▾?\s*Frame 20:/ }).waitFor({ timeout: 30_000 });
  });

  test('the page is loaded again and is where it was', async () => {
    const { page } = app;
    await app.filter('tcp.port == 8443');
    await page.locator('.grid').press('Home');
    await page.locator('.grid-row.selected .c-no', { hasText: /^4$/ }).waitFor();
    for (let i = 0; i < 4; i++) await page.locator('.grid').press('ArrowDown');
    const selected = '8';
    await page.locator('.grid-row.selected .c-no', { hasText: /^8$/ }).waitFor();
    await page.reload();
    await page.locator('.grid-row.selected .c-no', { hasText: /^8$/ }).waitFor();
    assert.equal(await page.locator('#filter').inputValue(), 'tcp.port == 8443');
    await page.locator('.pane-head h2', { hasText: `Packet ${selected}` }).waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('the stream is followed; Escape gives the focus back', async () => {
    const { page } = app;
    await app.filter('_ws.col.protocol == "HTTP"');
    await page.locator('.grid').press('Home');
    await page.keyboard.press('Control+Alt+Shift+T');
    await page.locator('.stream-line', { hasText: 'GET ' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await app.filter('');
  });

  test('an allowed alert leaves the list and can be taken back', async () => {
    const { page } = app;
    await page.keyboard.press('3');
    await page.locator('.alert-card.malicious .link-button', { hasText: 'Allow' }).click();
    await page.locator('.allow-preview p', { hasText: 'silences 1 of the 2 incidents' }).waitFor();
    assert.equal(await page.locator('.badge').innerText(), '2', 'looking at a rule silences nothing');
    await page.locator('dialog .button.primary').click();
    await page.locator('.alert-card.allowed').waitFor();
    assert.equal(await page.locator('.badge').innerText(), '1');
    await page.locator('.alert-card.allowed .link-button', { hasText: 'Allow no longer' }).click();
    await page.locator('.badge', { hasText: '2' }).waitFor();
    await page.keyboard.press('1');
  });

  test('nothing was complained about by the browser', () => {
    assert.deepEqual(app.problems, []);
  });
});

describe('by keys alone', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp();
  });
  test.afterAll(async () => {
    await app?.close();
  });

  test('open the sample, find a malicious flow, read why, label it, see its packets, save, change the theme', async () => {
    const { page } = app;
    const keys = page.keyboard;
    await page.locator('.start').waitFor();
    await keys.press('Control+k');
    await keys.type('sample');
    await keys.press('Enter');
    await page.locator('.grid-row.selected').waitFor();
    await keys.press('Control+/');
    await keys.type('flow.verdict == malicious');
    await page.locator('.filter-bar.valid').waitFor();
    await keys.press('Enter');
    await page.locator('.filter-status', { hasText: '570 of' }).waitFor();
    await keys.press('j');
    await keys.press('Enter');
    await page.locator('[role="tree"]:focus').waitFor();
    await keys.press('End');
    await keys.press('ArrowLeft');
    await page.locator('.node.selected').waitFor();
    await keys.press('F6');
    await page.locator('.hex:focus').waitFor();
    await keys.press('ArrowRight');
    await page.locator('.hex i.lit, .hex-line.lit').first().waitFor();
    await keys.press('2');
    await page.locator('.inspect-why .card-head').waitFor();
    await keys.press('m');
    await page.locator('.inspect-middle .label-malicious[aria-pressed="true"]').waitFor();
    await keys.press('Enter');
    await page.locator('.filter-status', { hasText: /of 1,066/ }).waitFor();
    await keys.press('Control+m');
    await page.locator('.grid-row.marked').waitFor();
    await keys.press('Control+.');
    await keys.press('Control+g');
    await keys.type('100');
    await keys.press('Enter');
    await page.locator('.pane-head h2', { hasText: 'Packet 100' }).waitFor();
    await keys.press('Control+f');
    await keys.type('sample.test');
    await keys.press('Enter');
    await page.waitForFunction(() => document.querySelector('.find-bar [role="status"]')?.textContent !== 'Searching');
    await keys.press('Escape');
    await keys.press('3');
    await page.locator('.alerts .grid:focus').waitFor();
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await page.locator('.inspect-why .card-head').waitFor();
    await keys.press('Control+k');
    await keys.type('light');
    await keys.press('Enter');
    await page.locator('html[data-theme="light"]').waitFor();
    await keys.press('Control+s');
    await page.locator('dialog').waitFor();
    await keys.press('Tab');
    await keys.press('Enter');
    await page.locator('.toast', { hasText: 'packets saved' }).waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('everything that can be clicked can be reached by Tab', async () => {
    const { page } = app;
    for (const view of ['1', '2', '3']) {
      await page.keyboard.press('Escape');
      await page
        .locator('.rail-button')
        .nth(Number(view) - 1)
        .focus();
      await page.keyboard.press('Enter');
      await page
        .locator(['', '.flow-card .card-actions', '.features li', '.alert-card'][Number(view)]!)
        .first()
        .waitFor();
      const wanted = await page.evaluate(
        () =>
          [...document.querySelectorAll<HTMLElement>('button, input, a[href], [tabindex="0"]')].filter(
            (e) =>
              e.tabIndex >= 0 &&
              e.closest('.features, .tree, .hex, .suggestions') === null &&
              !(e as HTMLButtonElement).disabled &&
              e.checkVisibility(),
          ).length,
      );
      const seen = new Set<string>();
      await page.evaluate(() => {
        (document.activeElement as HTMLElement).blur();
        let n = 0;
        for (const e of document.querySelectorAll<HTMLElement>('button, input, a[href], [tabindex="0"]'))
          e.dataset['n'] = String(n++);
      });
      for (let i = 0; i < wanted + 20; i++) {
        await page.keyboard.press('Tab');
        seen.add(await page.evaluate(() => (document.activeElement as HTMLElement)?.dataset?.['n'] ?? ''));
      }
      seen.delete('');
      assert.ok(seen.size >= wanted - 2, `view ${view}: ${seen.size} of ${wanted} reached`);
    }
  });
});

describe('people with other eyes and other languages', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp({ args: ['--sample'] });
  });
  test.afterAll(async () => {
    await app?.close();
  });

  for (const theme of ['dark', 'light'] as const) {
    for (const language of ['en', 'zh'] as const) {
      test(`axe finds nothing in any view: ${theme}, ${language}`, async () => {
        const { page } = app;
        await app.settled();
        await page.locator(`.languages [lang="${language}"]`).click();
        await app.command(theme);
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        // A packet of an incident, so that evidence is looked at too.
        await page.locator('.rail-button').first().click();
        await app.filter('flow.verdict == malicious');
        await page.locator('.grid').press('Home');
        const look = async (what: string): Promise<void> => {
          assert.deepEqual(await axeFindings(page), [], what);
        };
        for (const [key, part] of [
          ['1', '.flow-card .evidence-list'],
          ['2', '.features li'],
          ['3', '.alert-card'],
        ] as const) {
          await page
            .locator('.rail-button')
            .nth(Number(key) - 1)
            .click();
          await page.locator(part).first().waitFor();
          await look(`view ${key}`);
        }
        await page.locator('.brand').click();
        await page.locator('.interface-list, .interfaces .note').first().waitFor();
        await look('start');
        const dialogs = ['settings', 'keys', 'save', 'capture-options', 'ssh', 'pipe', 'doctor', 'release', 'learn'];
        for (const command of dialogs) {
          await page.locator('.rail-button').first().click();
          await app.command(command);
          await page.locator('dialog:not(:has(.palette))').waitFor();
          if (command === 'learn') await page.locator('.learn-keep').waitFor();
          if (command === 'doctor') await page.locator('.checks li').last().waitFor();
          if (command === 'release') await page.locator('.doctor-verdict p').waitFor();
          await look(command);
          await page.keyboard.press('Escape');
        }
      });
    }
  }
  test('中文 is complete: no English word of ours is left in the views', async () => {
    const { page } = app;
    await page.locator('.languages [lang="zh"]').click();
    await page.locator('.rail-button').nth(1).click();
    await page.locator('.features li').first().waitFor();
    await page.locator('.flow-incident .evidence-list').first().waitFor();
    const of = (parts: string): Promise<string> =>
      page.evaluate((p) => [...document.querySelectorAll<HTMLElement>(p)].map((e) => e.innerText).join(' '), parts);
    let words = await of(
      '.heads, .rail, .inspect-why h3, .inspect-why .meta, .flow-incident, .contribution-name, .inspect-middle h3, ' +
        '.feature-name, .status > span',
    );
    await page.locator('.rail-button').nth(2).click();
    await page.locator('.alert-card .evidence-list').first().waitFor();
    words += await of('.alert-card, .incident-bar, .incidents .heads');
    const left = words.match(/\b(the|packets|flows|from|payload|share|of|bytes)\b/gi) ?? [];
    assert.deepEqual(left, [], words);
  });
});

describe('a hostile capture', () => {
  const folder = folderFor('sightline-hostile');
  const file = join(folder, `${MARKUP.replaceAll('/', '')}.pcap`);
  let packets = 0;
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    packets = writeHostile(file);
    app = await openApp({ args: [file] });
  });
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('changes nothing on the page but text', async () => {
    const { page } = app;
    await app.settled();
    const elements = (): Promise<number> =>
      page.evaluate(() => document.querySelectorAll('img, script:not([src]), iframe, object, svg[onload]').length);
    assert.equal(await elements(), 0);
    for (let row = 1; row <= packets; row++) {
      await page.keyboard.press('Control+g');
      await page.locator('dialog input').fill(String(row));
      await page.keyboard.press('Enter');
      await page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${row}$`) }).waitFor();
      await page.locator('.node, .pane-body.note.bad').first().waitFor();
    }
    for (const view of [1, 2, 0]) {
      await page.locator('.rail-button').nth(view).click();
      await page.locator(view === 2 ? '.alerts' : '.grid').waitFor();
    }
    await page.locator('.rail-button').nth(1).click();
    await page.locator('.inspect-why .card-head').waitFor();
    await page.keyboard.press('Control+Alt+Shift+T');
    await page.locator('.stream').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await elements(), 0);
    assert.equal(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned), undefined);
    const text = await page.evaluate(() => document.body.innerText);
    // No mark that turns text around, no control character reaches the page.
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    assert.match(text, /<img src=x/, 'markup is shown as what it is: text');
    assert.deepEqual(app.problems, []);
  });
});
