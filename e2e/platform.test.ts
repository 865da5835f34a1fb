// The platform as people have it: `sightline serve` in a process of its own, its pages in Debian's Chromium.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { zeroBomb } from '../platform/testing/bombs.ts';
import { axeFindings } from './axe.ts';
import { describe, folderFor, test } from './fixtures.ts';
import { ROOT } from './harness.ts';
import { MARKUP, writeHostile } from './hostile.ts';
import { Server } from './server.ts';

const PASSWORD = 'correct horse battery';
const NASTY = `${MARKUP}\u202e <b>bold</b>`;
const TEN_GB = 10_000_000_000;
const LONG = 60_000;

describe('platform', () => {
  const folder = folderFor('sightline-pages');
  const data = join(folder, 'data');
  const file = (name: string): string => join(folder, name);
  const problems: string[] = [];
  let server: Server;
  let address = '';
  let adminLink = '';
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  test.beforeAll(async ({ browser: shared }) => {
    server = await Server.start({
      command: [
        process.execPath,
        join(ROOT, 'dist', 'cli', 'entry.js'),
        'serve',
        '--listen=127.0.0.1:0',
        `--data=${data}`,
        '--registration=open',
        '--account-limit=60',
      ],
      ready: /#invitation=\S+\n/,
    });
    address = /at (http:\S+)/.exec(server.said)![1]!;
    adminLink = /http:\S+#invitation=\S+/.exec(server.said)![0];
    browser = shared;
    copyFileSync(join(ROOT, 'assets', 'sample.pcapng'), file('bad.pcapng'));
    writeFileSync(file('good.pcap'), quiet());
    writeFileSync(file('cut.pcap'), readFileSync(file('good.pcap')).subarray(0, -7));
    writeFileSync(file('wrong.pcap'), 'GET / HTTP/1.1\r\n\r\n');
    writeFileSync(file('empty.pcap'), '');
    writeFileSync(file('large.pcap'), Buffer.concat([quiet(), Buffer.alloc(11_000_000)]));
    writeHostile(file(`${'<img src=x onerror=alert(1)>'}.pcap`));
  });

  test.afterAll(async () => {
    for (const context of contexts) await context.close();
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function person(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(LONG);
    page.on('pageerror', (error) => problems.push(String(error)));
    return page;
  }

  async function register(page: Page, name: string, link = `${address}/#/register`): Promise<void> {
    await page.goto(link);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.locator('.drop').waitFor();
  }

  async function bring(page: Page, ...names: string[]): Promise<void> {
    await page.goto(`${address}/#/upload`);
    await page.locator('input[type=file]').setInputFiles(names.map(file));
  }

  const cardOf = (page: Page, name: string) => page.locator('.uploads .card', { hasText: name });

  async function verdictOf(page: Page, name: string): Promise<string> {
    await page.goto(`${address}/#/history`);
    const chip = page.locator('tr', { hasText: name }).locator('.chip');
    await chip.waitFor();
    return chip.innerText();
  }

  let ann: Page;
  let bob: Page;

  test('the first administrator follows the link, others register', async () => {
    ann = await person();
    bob = await person();
    await register(ann, 'ann', adminLink);
    await register(bob, 'bob');
    await ann.getByRole('link', { name: 'Administration' }).waitFor();
    assert.equal(await bob.getByRole('link', { name: 'Administration' }).count(), 0);
    const again = await person();
    await again.goto(adminLink);
    await again.getByLabel('Name', { exact: true }).fill('eve');
    await again.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await again.getByLabel('Password again').fill(PASSWORD);
    await again.getByRole('button', { name: 'Register' }).click();
    // The link is used up: without it everybody may register here, and is no administrator.
    await again.locator('.toast.bad, .drop').first().waitFor();
    assert.equal(await again.getByRole('link', { name: 'Administration' }).count(), 0);
  });

  test('signing in and out, and a wrong password', async () => {
    await bob.getByRole('button', { name: 'Sign out' }).click();
    await bob.getByRole('heading', { name: 'Sign in' }).waitFor();
    await bob.getByLabel('Name', { exact: true }).fill('bob');
    await bob.getByLabel('Password', { exact: true }).fill('not the password');
    await bob.getByRole('button', { name: 'Sign in' }).click();
    await bob.locator('.toast.bad').waitFor();
    await bob.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await bob.getByRole('button', { name: 'Sign in' }).click();
    await bob.locator('.drop').waitFor();
  });

  test('what was recognised is confirmed, and judged: good and bad', async () => {
    await bring(ann, 'good.pcap', 'bad.pcapng');
    await cardOf(ann, 'bad.pcapng').getByText('pcapng', { exact: true }).waitFor();
    await ann.getByRole('button', { name: 'Analyse all 2' }).click();
    assert.equal(await verdictOf(ann, 'bad.pcapng'), 'Dangerous');
    assert.ok(['Safe', 'Nothing to judge'].includes(await verdictOf(ann, 'good.pcap')));
    await ann.getByRole('link', { name: 'bad.pcapng' }).click();
    await ann.locator('.banner.dangerous').waitFor();
    await ann.locator('.incidents > li').first().waitFor();
    const language = ann.locator('.head-end select').first();
    await language.selectOption('zh');
    await ann
      .locator('.incidents h3', { hasText: /\p{Script=Han}/u })
      .first()
      .waitFor();
    for (const piece of await ann.locator('.incidents .pieces li > span:last-child').allInnerTexts())
      assert.match(piece, /\p{Script=Han}/u);
    await language.selectOption('en');
    await ann
      .getByRole('button', { name: /Flows of this incident/ })
      .first()
      .click();
    await ann.locator('tbody tr').first().waitFor();
    const download = ann.waitForEvent('download');
    await ann.getByRole('link', { name: 'csv' }).click();
    assert.match(readFileSync((await (await download).path())!, 'utf8'), /^\uFEFF?[\w"]+,/);
  });

  test('what is no capture is refused by a sentence, and leaves nothing', async () => {
    const before = readdirSync(data, { recursive: true }).length;
    await bring(bob, 'wrong.pcap', 'empty.pcap', 'large.pcap');
    await cardOf(bob, 'wrong.pcap').locator('.bad', { hasText: 'not a capture' }).waitFor();
    await cardOf(bob, 'empty.pcap').locator('.bad', { hasText: 'empty' }).waitFor();
    await cardOf(bob, 'large.pcap').locator('.bad').waitFor();
    assert.ok(readdirSync(data, { recursive: true }).length <= before + 1);
  });

  test('a capture that ends too early says where, and is judged as far as it goes', async () => {
    await bring(bob, 'cut.pcap');
    await cardOf(bob, 'cut.pcap').locator('.bad', { hasText: 'ends in the middle' }).waitFor();
    await bob.getByRole('button', { name: 'Analyse', exact: true }).click();
    await bob.locator('.banner.safe, .banner.nothing').waitFor();
  });

  test('ten gigabytes of zeros in gzip and in zstd end in a sentence', async () => {
    await zeroBomb(file('bomb.gz'), 'gzip', TEN_GB);
    await zeroBomb(file('bomb.zst'), 'zstd', TEN_GB);
    await bring(bob, 'bomb.gz', 'bomb.zst');
    for (const name of ['bomb.gz', 'bomb.zst']) {
      const card = cardOf(bob, name);
      await card.locator('.bad, button.primary').first().waitFor();
      if ((await card.locator('button.primary').count()) > 0)
        await card.locator('button', { hasText: 'Discard' }).click();
    }
    assert.ok(server.isRunning);
  });

  test('names of captures, notes and messages of the board are text', async () => {
    await bring(bob, '<img src=x onerror=alert(1)>.pcap');
    await bob.getByRole('button', { name: 'Analyse', exact: true }).click();
    await bob.locator('.banner h2').waitFor();
    await bob.locator('h1', { hasText: '<img src=x onerror=alert(1)>.pcap' }).waitFor();
    await bob.locator('.notes textarea').fill(NASTY);
    await bob.getByRole('button', { name: 'Write a note' }).click();
    await bob.locator('.said', { hasText: '<script>' }).waitFor();
    await bob.goto(`${address}/#/board`);
    await bob.locator('.notes textarea').fill(NASTY);
    await bob.getByRole('button', { name: 'Post' }).click();
    await bob.locator('.said', { hasText: '<script>' }).waitFor();
    await ann.goto(`${address}/#/board`);
    await ann.locator('.said', { hasText: '<202E>' }).waitFor();
    for (const page of [ann, bob]) assert.equal(await page.evaluate('window.pwned'), undefined);
  });

  test("nobody sees another's captures, but by a link, which can be taken back", async () => {
    await bob.goto(`${address}/#/history`);
    await bob.locator('tbody tr').first().waitFor();
    assert.equal(await bob.getByText('bad.pcapng').count(), 0);
    await ann.goto(`${address}/#/history`);
    await ann.getByRole('link', { name: 'bad.pcapng' }).click();
    await ann.locator('.banner').waitFor();
    const own = ann.url();
    await bob.goto(own);
    await bob.getByText('It is not here').waitFor();
    await ann.getByRole('button', { name: 'Make a link' }).click();
    const link = await ann.locator('.once code').innerText();
    const stranger = await person();
    await stranger.goto(link);
    await stranger.locator('.banner.dangerous').waitFor();
    assert.equal(await stranger.getByRole('button', { name: 'Delete capture' }).count(), 0);
    assert.equal(await stranger.getByRole('button', { name: 'Write a note' }).count(), 0);
    await ann.getByRole('button', { name: 'Revoke' }).click();
    await ann.getByText('No links.').waitFor();
    await stranger.reload();
    await stranger.getByText('It is not here').waitFor();
  });

  test('a capture opens in the window, which only shows it', async () => {
    await ann.goto(`${address}/#/history`);
    await ann.getByRole('link', { name: 'bad.pcapng' }).click();
    const opened = contexts[0]!.waitForEvent('page');
    await ann.getByRole('button', { name: 'Open in the window' }).click();
    const shown = await opened;
    await shown.locator('.grid-row').first().waitFor({ timeout: LONG });
    await shown.close();
  });

  test('what is deleted is gone, its bytes too', async () => {
    const bytes = readFileSync(file('bad.pcapng'));
    const holds = (): boolean =>
      readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(bytes.subarray(0, 4096)));
    assert.ok(holds());
    await ann.goto(`${address}/#/history`);
    await ann.getByRole('link', { name: 'bad.pcapng' }).click();
    await ann.getByRole('button', { name: 'Delete capture' }).click();
    await ann.locator('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await ann.locator('h1', { hasText: 'History' }).waitFor();
    assert.equal(await ann.getByText('bad.pcapng').count(), 0);
    assert.ok(!holds());
  });

  test('an administrator disables an account, and sees what happened', async () => {
    await ann.goto(`${address}/#/admin`);
    await ann.locator('tr', { hasText: 'bob' }).first().getByRole('button', { name: 'Disable' }).click();
    await ann.locator('tr', { hasText: 'bob' }).getByText('disabled').waitFor();
    await bob.goto(`${address}/#/history`);
    await bob.reload();
    await bob.getByRole('heading', { name: 'Sign in' }).waitFor();
    await ann.locator('td', { hasText: 'capture-deleted' }).first().waitFor();
  });

  test('every page in both languages, light and dark, without findings of axe', async () => {
    for (const language of ['en', 'zh']) {
      await ann.locator('.head-end select').first().selectOption(language);
      for (const theme of ['dark', 'light']) {
        await ann.locator('.head-end select').nth(1).selectOption(theme);
        for (const page of ['upload', 'history', 'charts', 'board', 'account', 'admin']) {
          await ann.goto(`${address}/#/${page}`);
          await ann.locator('h1').waitFor();
          assert.deepEqual(await axeFindings(ann), [], `${page} ${language} ${theme}`);
        }
      }
    }
    assert.deepEqual(
      [...problems, ...server.complained.split(/(?<=\n)/)].filter((p) => p !== '' && !p.startsWith('Ctrl-C ends')),
      [],
    );
    assert.ok(existsSync(data));
  });
});

/** Three packets of a host that asks for the time (RFC 5905), and is answered. */
function quiet(): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const packets = [false, true, false].map((back, i) => {
    const udp = Buffer.alloc(56);
    udp.writeUInt16BE(123, 0);
    udp.writeUInt16BE(123, 2);
    udp.writeUInt16BE(56, 4);
    udp[8] = back ? 0x24 : 0x23;
    const ip = Buffer.alloc(20);
    ip[0] = 0x45;
    ip.writeUInt16BE(76, 2);
    ip[8] = 64;
    ip[9] = 17;
    ip.set(back ? [192, 0, 2, 9, 192, 0, 2, 7] : [192, 0, 2, 7, 192, 0, 2, 9], 12);
    const frame = Buffer.concat([Buffer.from('0200000000010200000000020800', 'hex'), ip, udp]);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + i, 0);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([head, ...packets]);
}
