// How a page comes to its session: the link, a reload, other tabs, another server of this machine.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, windowOf } from './fixtures.ts';

test.use(windowOf({ args: ['--sample'] }));

describe('the session of a window', () => {
  test('the address keeps no token, and a reload of the tab works', async ({ app, page }) => {
    await app.settled();
    assert.equal(new URL(page.url()).hash, '');
    await page.reload();
    await app.settled();
    await page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('a server at another port of this machine is given nothing', async ({ app }) => {
    const seen: IncomingMessage[] = [];
    const other = createServer((request, response) => {
      seen.push(request);
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>other</title>');
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    const secret = await app.page.evaluate(() => sessionStorage.getItem('sightline.session'));
    assert.ok(secret !== null && secret.length > 40);
    const tab = await app.page.context().newPage();
    await tab.goto(`http://127.0.0.1:${port}/`);
    assert.equal(await tab.evaluate(() => document.cookie), '');
    assert.equal(await tab.evaluate(() => sessionStorage.getItem('sightline.session')), null);
    assert.ok(seen.length > 0);
    for (const request of seen)
      assert.ok(!JSON.stringify(request.rawHeaders).includes(secret) && request.headers.cookie === undefined);
    // In the same tab as well, after the window.
    await tab.close();
    assert.deepEqual(await app.page.context().cookies(), []);
    other.close();
    other.closeAllConnections();
  });

  test('a tab opened by hand says what to do, in words, and a new link in it works', async ({ page }) => {
    const tab = await page.context().newPage();
    await tab.goto(new URL('/', page.url()).href);
    await tab.locator('.refused', { hasText: 'not opened by Sightline’s link' }).waitFor();
    await tab.goto(new URL('/#token=guessed', page.url()).href);
    await tab.locator('.refused', { hasText: 'was used already' }).waitFor();
    assert.equal(new URL(tab.url()).hash, '');
    await tab.close();
  });

  test('Sightline started anew at the same port: the old tab says so', async ({ page }) => {
    const tab = await page.context().newPage();
    await tab.goto(new URL('/', page.url()).href);
    await tab.evaluate(() => sessionStorage.setItem('sightline.session', 'of-another-run'));
    await tab.reload();
    await tab.locator('.refused', { hasText: 'started anew' }).waitFor();
    await tab.close();
  });

  test('a page of the user’s own disk leads to the window, as the browser is opened with', async ({ openApp }) => {
    const other = await openApp();
    await other.page.locator('.start').waitFor();
    const folder = mkdtempSync(join(tmpdir(), 'sightline-entry-'));
    await other.close();
    const fresh = await openApp({
      through: (link) => {
        const path = join(folder, 'open.html');
        writeFileSync(path, `<!doctype html><meta http-equiv="refresh" content="0;url=${link}">`);
        return `file://${path}`;
      },
    });
    await fresh.page.locator('.start').waitFor();
    assert.equal(new URL(fresh.page.url()).protocol, 'http:');
    assert.equal(new URL(fresh.page.url()).hash, '');
    assert.deepEqual(fresh.problems, []);
    await fresh.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a file dropped on the page is brought in and opened', async ({ app, page }) => {
    const sample = await page.evaluate(async () => {
      const head = new Uint8Array(24);
      new DataView(head.buffer).setUint32(0, 0xa1b2c3d4, true);
      head.set([2, 0, 4, 0], 4);
      head.set([255, 255, 0, 0, 1, 0, 0, 0], 16);
      const data = new DataTransfer();
      data.items.add(new File([head], '捕'.repeat(90) + '.pcap'));
      document
        .querySelector('.app')!
        .dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
      return true;
    });
    assert.ok(sample);
    await page.waitForFunction(() => document.title.startsWith('捕'));
    assert.deepEqual(app.problems, []);
  });
});
