// What is selected and what is labelled are the same: whichever way a packet was come by, card, labels and stream are
// its flow's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, SAMPLE, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';

interface Packet {
  readonly no: number;
  readonly flow: number | null;
  readonly protocol: string;
}

/** What the command line says of every packet of the sample. */
function packetsOfSample(): readonly Packet[] {
  const entry = join(ROOT, 'dist', 'cli', 'entry.js');
  const done = spawnSync(process.execPath, [entry, 'packets', join(ROOT, 'assets', 'sample.pcapng')], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const lines = done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Packet & { readonly type: string });
  return lines.filter((line) => line.type === 'packet');
}

describe('the flow of what is selected', () => {
  let app: App;
  let packets: readonly Packet[];
  const flowOf = (no: number): number | null => packets[no - 1]!.flow;

  test.beforeAll(async ({ openApp }) => {
    packets = packetsOfSample();
    app = await openApp(SAMPLE);
  });
  test.afterAll(async () => {
    await app?.close();
  });

  /** Waits for the card of this flow. */
  function card(flow: number | null): Promise<void> {
    const { page } = app;
    if (flow === null) return page.locator('.flow-card', { hasText: 'belongs to no flow' }).waitFor({ timeout: 5000 });
    return page
      .locator('.flow-card .card-head', { hasText: `Flow ${flow.toLocaleString('en-US')} ›` })
      .waitFor({ timeout: 5000 });
  }

  /** Ids of the flows with a label, as the filter finds them. */
  async function labelled(): Promise<readonly number[]> {
    const { page } = app;
    await page.keyboard.press('2');
    await app.filter('flow.label == malicious');
    await page.waitForTimeout(300);
    await page.locator('.filter-status', { hasText: / of / }).waitFor();
    const rows = await page.locator('.grid-row:not([hidden])').allInnerTexts();
    const matched = Number(/^([\d,]+) of/.exec(await page.locator('.filter-status').innerText())![1]!.replace(',', ''));
    assert.equal(rows.length, matched);
    const ids: number[] = [];
    for (let i = 0; i < matched; i++) {
      await page.locator('.grid-row:not([hidden])').nth(i).click();
      const head = page.locator('.inspect-why h2', { hasText: 'Flow ' });
      await page.waitForTimeout(200);
      ids.push(Number(/Flow ([\d,]+)/.exec(await head.innerText())![1]!.replace(',', '')));
    }
    await app.filter('');
    await page.keyboard.press('1');
    return ids;
  }

  test('Go to shows the flow of the packet that it went to, at 12 packets taken by chance', async () => {
    let seed = 20260601;
    const chance = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (const no of [4, 16, ...Array.from({ length: 10 }, () => 1 + chance(packets.length))]) {
      await app.goTo(no);
      await card(flowOf(no));
    }
  });

  test('a label key right after Go to means the packet gone to', async () => {
    await app.goTo(4);
    await card(flowOf(4));
    await app.goTo(16);
    await app.page.keyboard.press('m');
    await app.page.locator('.toast', { hasText: 'Labelled' }).waitFor();
    assert.deepEqual(await labelled(), [flowOf(16)]);
    await app.goTo(16);
    await card(flowOf(16));
    await app.page.keyboard.press('m');
    await app.page.locator('.toast', { hasText: 'label is removed' }).waitFor();
  });

  test('Find, the neighbour, first and last, and the way back from Flows show the flow of their packet', async () => {
    const { page } = app;
    await app.goTo(4);
    await page.keyboard.press('Control+f');
    await page.locator('#find-text').fill('www.sample.test');
    await page.keyboard.press('Enter');
    await page.locator('.pane-head h2', { hasText: /^Packet (?!4$)/ }).waitFor();
    await page.keyboard.press('Escape');
    const at = async (): Promise<number> =>
      Number((await page.locator('.pane-head h2').first().innerText()).replace(/\D/g, ''));
    await card(flowOf(await at()));
    await page.keyboard.press('Control+End');
    await page.locator('.pane-head h2', { hasText: `Packet ${packets.length.toLocaleString('en-US')}` }).waitFor();
    await card(flowOf(packets.length));
    await page.keyboard.press('Control+Home');
    await page.locator('.pane-head h2', { hasText: /^Packet 1$/ }).waitFor();
    await card(flowOf(1));
    await page.keyboard.press('2');
    await page.locator('.inspect-why .card-head').waitFor();
    await page.locator('.grid').press('End');
    await page.keyboard.press('1');
    await card(flowOf(1));
    await page.keyboard.press('3');
    await page.locator('.alert-card').first().waitFor();
    await page.keyboard.press('1');
    await card(flowOf(1));
  });

  test('Follow stream after Go to follows the packet gone to', async () => {
    const { page } = app;
    const http = packets.find((p) => p.protocol === 'HTTP')!;
    await app.goTo(4);
    await card(flowOf(4));
    await app.goTo(http.no);
    await page.keyboard.press('Control+Alt+Shift+T');
    await page.locator('.stream-line', { hasText: 'GET ' }).first().waitFor({ timeout: 5000 });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  test('in Alerts the label keys mean the card that is lit, from the first look', async () => {
    const { page } = app;
    await app.goTo(16);
    await page.keyboard.press('3');
    await page.locator('.alert-card.chosen').waitFor();
    await page.keyboard.press('m');
    await page.locator('.alert-card.chosen .label-malicious[aria-pressed="true"]').waitFor({ timeout: 5000 });
    await page.keyboard.press('m');
    await page.locator('.alert-card.chosen .label-malicious[aria-pressed="false"]').waitFor();
    await page.keyboard.press('1');
  });

  test('there is one time strip however often the view changes, and none in Alerts', async () => {
    const { page } = app;
    for (const key of '23123213213') {
      await page.keyboard.press(key);
      await page.locator(key === '3' ? '.alerts' : '.grid').waitFor();
      assert.equal(await page.locator('.strip').count(), key === '3' ? 0 : 1, `after ${key}`);
    }
    await page.keyboard.press('1');
  });

  test('what the mouse brushes on the strip is offered as a filter when it is let go', async () => {
    const { page } = app;
    // Until its packets are there the strip has nothing to be brushed.
    await page.locator('.strip:not([aria-valuemax="0"])').waitFor();
    const box = (await page.locator('.strip').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 20, { steps: 5 });
    assert.equal(await page.locator('.brush-note').count(), 0);
    await page.mouse.up();
    await page.locator('.brush-note').waitFor({ timeout: 2000 });
    await page.locator('.brush-note button', { hasText: 'Filter' }).click();
    await page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>('#filter')?.value.startsWith('frame.time_epoch >= '),
    );
    await app.filter('');
  });

  test('rows that arrive late: a label key waits for the row, and never means the one before', async () => {
    const { page } = app;
    await page.routeWebSocket(/\/contract$/, (ws) => {
      const server = ws.connectToServer();
      server.onMessage((message) => {
        setTimeout(() => ws.send(message), 400);
      });
    });
    await page.reload();
    await app.settled();
    await app.goTo(4);
    await card(flowOf(4));
    // Far from what is in sight: the row at the end of the list has not come yet.
    await page.locator('.grid').press('End');
    await page.keyboard.press('m');
    await page.locator('.toast', { hasText: 'Labelled' }).waitFor();
    assert.deepEqual(await labelled(), [flowOf(packets.length)]);
    await page.keyboard.press('Control+g');
    await page.locator('dialog input').fill('16');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.waitForTimeout(20);
    await page.keyboard.press('m');
    await page.waitForTimeout(2500);
    assert.deepEqual(new Set(await labelled()), new Set([flowOf(packets.length), flowOf(16)]));
    assert.deepEqual(app.problems, []);
  });
});

describe('Flows at first sight', () => {
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    app = await openApp({ args: ['--sample'] });
  });
  test.afterAll(async () => {
    await app?.close();
  });

  test('it opens at its beginning, with the gravest flow chosen', async () => {
    const { page } = app;
    await app.settled();
    await page.locator('.status', { hasText: '1,066 packets' }).waitFor();
    await page.keyboard.press('2');
    await page.locator('.grid-row.selected[aria-rowindex="1"] .chip.malicious').waitFor({ timeout: 5000 });
    await page.locator('.inspect-why .card-head .chip.malicious', { hasText: '3 points' }).waitFor();
  });

  test('a packet that was chosen brings its flow into sight', async () => {
    const { page } = app;
    await page.keyboard.press('1');
    await page.locator('.grid').press('Home');
    await page.locator('.grid').press('ArrowDown');
    await page.locator('.grid').press('ArrowUp');
    await page.locator('.grid-row.selected .c-no', { hasText: /^1$/ }).waitFor();
    await page.locator('.flow-card .card-head').waitFor();
    const flow = /Flow [\d,]+/.exec(await page.locator('.flow-card .card-head').innerText())![0];
    await page.keyboard.press('2');
    await page.locator('.inspect-why h2', { hasText: flow }).waitFor();
    await page.locator('.grid-row.selected').waitFor();
  });
});
