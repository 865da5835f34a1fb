// Captures beside each other: tabs of one window, and two windows that show two captures.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { axeFindings } from './axe.ts';
import { describe, expect, folderFor, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');

describe('tabs', () => {
  const folder = folderFor('sightline-e2e-tabs');
  const mine = join(folder, 'mine.pcapng');
  const other = join(folder, 'other.pcap');
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    copyFileSync(SAMPLE, mine);
    writeFileSync(other, smallCapture(40));
    app = await openApp({ args: [mine], folder });
    await app.settled();
  });
  test.afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tab = (name: string, page: Page = app.page): ReturnType<Page['locator']> =>
    page.locator('.capture-tab', { hasText: name });
  const shown = (name: string, page: Page = app.page): Promise<void> =>
    page.locator('.capture-tab.shown', { hasText: name }).waitFor();
  const packets = async (n: string, page: Page = app.page): Promise<void> =>
    page.locator('.status > span', { hasText: new RegExp(`^${n} packets$`) }).waitFor();
  const packetShown = (no: number, page: Page = app.page): Promise<void> =>
    page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${no}$`) }).waitFor();

  test('one capture has no bar of tabs', async () => {
    assert.equal(await app.page.locator('.tab-bar').count(), 0);
  });

  test('several files that are dropped together stand in a tab each', async () => {
    const { page } = app;
    await app.filter('udp.port == 53');
    await app.goTo(16);
    const files = [other, mine].map((path, i) => ({
      name: i === 0 ? 'dropped.pcap' : 'dropped too.pcapng',
      bytes: [...readFileSync(path)],
    }));
    await page.evaluate((all) => {
      const data = new DataTransfer();
      for (const { name, bytes } of all) data.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector('.app')!.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: data }));
    }, files);
    await page.locator('dialog .choice', { hasText: 'Each in a tab' }).click();
    await shown('dropped.pcap');
    await packets('40');
    await tab('dropped too.pcapng').waitFor();
    assert.deepEqual(await page.locator('.capture-tab-text').allInnerTexts(), [
      'mine.pcapng',
      'dropped.pcap',
      'dropped too.pcapng',
    ]);
    assert.equal(await page.locator('#filter').inputValue(), '', 'its filter is its own');
    assert.deepEqual(await axeFindings(page), []);
  });

  test('each is as it was left, shown by click and by keys', async () => {
    const { page } = app;
    await app.goTo(5);
    await page.keyboard.press('Control+m');
    await page.locator('.grid-row.marked:not([hidden])').first().waitFor();
    await tab('mine.pcapng').locator('.capture-tab-name').click();
    await shown('mine.pcapng');
    await packetShown(16);
    assert.equal(await page.locator('#filter').inputValue(), 'udp.port == 53');
    assert.equal(await page.locator('.grid-row.marked:not([hidden])').count(), 0);
    await page.keyboard.press('Alt+2');
    await shown('dropped.pcap');
    await packetShown(5);
    await page.keyboard.press('Alt+PageDown');
    await shown('dropped too.pcapng');
    await page.keyboard.press('Control+Tab');
    await shown('mine.pcapng');
    await page.keyboard.press('Control+Shift+Tab');
    await shown('dropped too.pcapng');
    // A label belongs to the capture that is on screen.
    await page.keyboard.press('2');
    await page.locator('.flows .grid-row:not([hidden])').nth(1).click();
    await page.keyboard.press('m');
    await page.locator('.toast', { hasText: 'malicious' }).first().waitFor();
    await page.keyboard.press('Alt+1');
    await packetShown(16);
    assert.equal(await page.locator('.view .flows').count(), 0, 'the view is its own too');
  });

  test('the order is changed by keys and by dragging, and a tab is closed by keys and by the middle button', async () => {
    const { page } = app;
    const names = (): Promise<string[]> => page.locator('.capture-tab-text').allInnerTexts();
    await tab('mine.pcapng').locator('.capture-tab-name').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+Shift+ArrowLeft');
    assert.deepEqual(await names(), ['dropped.pcap', 'mine.pcapng', 'dropped too.pcapng']);
    const [from, to] = [await tab('dropped.pcap').boundingBox(), await tab('dropped too.pcapng').boundingBox()];
    await page.mouse.move(from!.x + 40, from!.y + 12);
    await page.mouse.down();
    await page.mouse.move(to!.x + 60, to!.y + 12, { steps: 6 });
    await page.mouse.up();
    assert.deepEqual(await names(), ['mine.pcapng', 'dropped too.pcapng', 'dropped.pcap']);
    await tab('dropped.pcap').click({ button: 'middle' });
    await tab('dropped.pcap').waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+2');
    await shown('dropped too.pcapng');
    await page.keyboard.press('Control+w');
    await page.locator('.tab-bar').waitFor({ state: 'detached' });
    await packetShown(16);
    assert.deepEqual(app.problems, []);
  });

  test('a tab in a window of its own: two captures side by side', async () => {
    const { page } = app;
    await app.command('sample-in-tab');
    await shown('sample.pcapng');
    await app.settled();
    await tab('mine.pcapng').click({ button: 'right' });
    const [second] = await Promise.all([page.waitForEvent('popup'), app.choose('Open this tab in a new window')]);
    await shown('mine.pcapng', second);
    await shown('sample.pcapng');
    assert.equal(new URL(second.url()).hash, '');
    // Its lists are its own, also of the tab that another window shows.
    await page.keyboard.press('Alt+1');
    await packetShown(16);
    assert.equal(await second.locator('#filter').inputValue(), 'udp.port == 53', 'as the capture was left');
    await second.locator('#filter').fill('arp');
    await second.locator('#filter').press('Enter');
    await second.locator('.filter-status', { hasText: /\d (of|\/) / }).waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+2');
    await shown('sample.pcapng');
    await second.reload();
    await shown('mine.pcapng', second);
    await second.close();
    assert.deepEqual(app.problems, []);
  });

  test('a page that the browser duplicates is a window of its own', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+1');
    await shown('mine.pcapng');
    const [twin] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(() => void window.open('/', '_blank')),
    ]);
    await shown('mine.pcapng', twin);
    const names = await Promise.all(
      [page, twin].map((p) => p.evaluate(() => sessionStorage.getItem('sightline.client'))),
    );
    assert.notEqual(names[0], names[1]);
    await twin.keyboard.press('Alt+2');
    await shown('sample.pcapng', twin);
    await page.keyboard.press('Alt+2');
    await shown('sample.pcapng');
    await twin.keyboard.press('Alt+1');
    await shown('mine.pcapng', twin);
    await shown('sample.pcapng');
    // Loaded again, it is the same window.
    await twin.reload();
    await shown('mine.pcapng', twin);
    assert.equal(await twin.evaluate(() => sessionStorage.getItem('sightline.client')), names[1]);
    await twin.close();
  });

  test('alerts of another tab are a badge on it', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+t');
    await shown('New tab');
    // Opened from another window, so that this one never looked at it.
    const [second] = await Promise.all([page.waitForEvent('popup'), app.command('tab-window')]);
    await shown('New tab', second);
    await page.keyboard.press('Alt+1');
    await shown('mine.pcapng');
    const copy = join(folder, 'copy.pcapng');
    copyFileSync(SAMPLE, copy);
    await second.bringToFront();
    const chosen = second.waitForEvent('filechooser');
    await second.locator('.toolbar').getByRole('button', { name: 'Open…' }).click();
    await (await chosen).setFiles(copy);
    await tab('copy.pcapng').locator('.capture-tab-news.malicious').waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Alt+3');
    await shown('copy.pcapng');
    assert.equal(await page.locator('.capture-tab-news').count(), 0);
    await second.close();
  });

  test('a recent capture opens in a new tab, and the next start has the tabs again', async ({ openApp }) => {
    await app.close();
    app = await openApp({ args: [other], folder });
    await packets('40');
    const { page } = app;
    await page.locator('.brand button').click();
    await page.getByRole('button', { name: 'Open mine.pcapng in a new tab' }).click();
    await shown('mine.pcapng');
    await packetShown(16);
    await app.settled();
    await kept(/"shown": "[^"]*mine\.pcapng"/);
    await app.close();
    app = await openApp({ folder });
    await shown('mine.pcapng');
    await packetShown(16);
    await app.page.locator('.capture-tab[data-state="resting"]', { hasText: 'other.pcap' }).waitFor();
    await app.page.keyboard.press('Alt+1');
    await packets('40');
    await app.page.locator('.toast', { hasText: 'other.pcap was closed' }).waitFor();
    assert.deepEqual(app.problems, []);
  });

  /** Waits until the list of tabs is written so. */
  const kept = (text: RegExp): Promise<void> =>
    expect.poll(() => readFileSync(join(folder, 'data', 'tabs.json'), 'utf8'), { message: 'tabs.json' }).toMatch(text);
});

/** So many UDP packets between two hosts, as a pcap file. */
function smallCapture(packets: number): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const frame = Buffer.from(
    '020000000002' +
      '020000000001' +
      '0800' +
      '4500002400010000401100000a0000010a000002' +
      '3039303a00100000' +
      '7369676874000000',
    'hex',
  );
  const record = (i: number): Buffer => {
    const stamp = Buffer.alloc(16);
    stamp.writeUInt32LE(1_700_000_000 + i, 0);
    stamp.writeUInt32LE(frame.length, 8);
    stamp.writeUInt32LE(frame.length, 12);
    return Buffer.concat([stamp, frame]);
  };
  return Buffer.concat([head, ...Array.from({ length: packets }, (_, i) => record(i))]);
}
