// Live capture through the window, on a veth pair between two namespaces of our own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HELPER, NO_CAPTURE } from './capturing.ts';
import { NO_BROWSER } from './chromium.ts';
import { describe, folderFor, test } from './fixtures.ts';
import { type App, ROOT } from './harness.ts';
import { Network, SERVER } from './network.ts';

const skip = NO_BROWSER || NO_CAPTURE;

describe('live capture', { skip }, () => {
  let network: Network;
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    network = new Network();
    app = await openApp({ within: network.within });
  });
  test.afterAll(async () => {
    await app?.close();
    await network?.close();
  });

  test('the interface is listed with its address, ready to capture', async () => {
    const { page } = app;
    const line = page.locator('.interface-list li', { hasText: network.interface });
    await line.waitFor();
    assert.match(await line.innerText(), /192\.0\.2\.10/);
    await page.locator('.readiness .chip.benign').waitFor();
    await line.click();
  });

  test('a wrong capture filter is refused with its position', async () => {
    const { page } = app;
    await page.locator('#capture-filter').fill('tcp prt 443');
    await page.locator('.filter-bar.invalid').waitFor();
    assert.equal(await page.locator('.filter-back mark').innerText(), 'prt');
    assert.match(await page.locator('#capture-filter-status').innerText(), /at 5: syntax error/);
    await page.locator('.button.primary').click();
    await page.locator('.toast.bad', { hasText: 'capture filter is wrong' }).waitFor();
    await page.locator('#capture-filter').fill('ip');
    await page.locator('.filter-bar.valid').waitFor();
  });

  test('started: a DNS query and an HTTPS request are rows within a second', async () => {
    const { page } = app;
    await page.locator('.button.primary').click();
    await page.locator('.source.running').waitFor();
    const within = async (text: string | RegExp, run: () => unknown): Promise<number> => {
      const row = app.row(text).first().waitFor({ timeout: 10_000 });
      run();
      const from = performance.now();
      await row;
      return performance.now() - from;
    };
    const dns = await within('Standard query', () =>
      network.on('dig', '+tries=1', '+time=2', `@${SERVER}`, 'www.updates.test'),
    );
    const tls = await within('Client Hello', () =>
      network.on(
        'curl',
        '-sk',
        '--max-time',
        '3',
        '--resolve',
        `www.updates.test:443:${SERVER}`,
        'https://www.updates.test/',
      ),
    );
    assert.ok(dns < 1000 && tls < 1000, `rows after ${Math.round(dns)} and ${Math.round(tls)} ms`);
  });

  test('the flow has its verdict after its end', async () => {
    const { page } = app;
    await page.keyboard.press('2');
    const flow = page
      .locator('.flows .grid-row:not([hidden])', { hasText: 'www.updates.test' })
      .filter({ hasText: 'TLS' })
      .first();
    await flow.locator('.chip:not(.open)').waitFor({ timeout: 15_000 });
    await page.keyboard.press('1');
  });

  test('an incident is told among the packets when the client tries many ports', async () => {
    const { page } = app;
    const beacon = network.beacon(8, 1.1);
    network.scan(40);
    await page.locator('.badge').waitFor({ timeout: 40_000 });
    await page.keyboard.press('3');
    await page
      .locator('.alert-card.malicious .link-button', { hasText: /^Raised at packet \d/ })
      .first()
      .click();
    const alert = page.locator('.grid-row.alert:not([hidden])').first();
    await alert.waitFor();
    assert.match(
      await alert.innerText(),
      /many ports of one host tried[\s\S]*3 points[\s\S]*tried at least \d+ ports of 192\.0\.2\.20/,
    );
    await new Promise((resolve) => {
      if (beacon.exitCode !== null) resolve(null);
      else beacon.once('exit', resolve);
    });
  });

  test('paused, nothing is added; going on, it is', async () => {
    const { page } = app;
    const packets = async (): Promise<number> =>
      Number((await page.locator('.status > span').first().innerText()).replace(/\D/g, ''));
    const ping = (): unknown => network.on('dig', '+tries=1', '+time=1', `@${SERVER}`, 'paused.test');
    await page.locator('.toolbar .button', { hasText: 'Pause' }).click();
    await page.locator('.toolbar .button', { hasText: 'Resume' }).waitFor();
    ping();
    await page.waitForTimeout(600);
    const before = await packets();
    ping();
    await page.waitForTimeout(600);
    assert.equal(await packets(), before);
    await page.locator('.toolbar .button', { hasText: 'Resume' }).click();
    await page.locator('.toolbar .button', { hasText: 'Pause' }).waitFor();
    ping();
    await page.waitForFunction(
      (n) => Number(document.querySelector('.status > span')!.textContent!.replace(/\D/g, '')) > n,
      before,
    );
  });

  test('stopped and saved, tshark and capinfos open the file without a warning', async () => {
    const { page } = app;
    assert.match(await page.locator('.status').innerText(), /kernel 0 · interface 0 · window behind/);
    await page.keyboard.press('Control+e');
    await page.locator('.toolbar .button', { hasText: 'Restart' }).waitFor();
    await page.locator('.toolbar .button', { hasText: 'Save' }).click();
    await page.locator('.choice', { hasText: 'The capture' }).click();
    const link = page.locator('.toast a');
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const path = await download.path();
    const infos = spawnSync('capinfos', ['-c', '-t', '-M', path], { encoding: 'utf8' });
    const shown = Number((await page.locator('.status > span').first().innerText()).replace(/\D/g, ''));
    assert.equal(infos.stderr, '');
    assert.match(infos.stdout, /pcapng/);
    assert.equal(Number(/Number of packets:\s+(\d+)/.exec(infos.stdout)?.[1]), shown);
    const tshark = spawnSync('tshark', ['-n', '-r', path, '-Y', 'tls.handshake.type == 1'], { encoding: 'utf8' });
    assert.equal(tshark.stderr.replace(/Running as user.*\n/, ''), '');
    assert.ok(tshark.stdout.trim().split('\n').length >= 7);
    assert.deepEqual(app.problems, []);
  });
});

describe('live capture of loopback', { skip }, () => {
  let network: Network;
  let app: App;
  test.beforeAll(async ({ openApp }) => {
    network = new Network();
    app = await openApp({ within: network.within });
  });
  test.afterAll(async () => {
    await app?.close();
    await network?.close();
  });

  test("the window's own connection makes no rows, and that is said", async () => {
    const { page } = app;
    await page.locator('.interface-list li', { hasText: /^lo/ }).click();
    await page.locator('.button.primary').click();
    await page.locator('.toast', { hasText: /127\.0\.0\.1, port \d+/ }).waitFor();
    await page.locator('.source.running').waitFor();
    const send = 'for i in 1 2 3 4 5; do echo x > /dev/udp/127.0.0.1/9; sleep 0.2; done';
    network.on('bash', '-c', send);
    await app.row('ICMP').first().waitFor();
    // The rows were drawn, which took messages over loopback: had they been captured, more rows would have come.
    await page.waitForTimeout(1_500);
    const packets = await page.locator('.status > span').first().innerText();
    assert.equal(Number(packets.replace(/\D/g, '')), 10, packets);
    assert.deepEqual(app.problems, []);
  });
});

describe('live capture without permission', { skip }, () => {
  let network: Network;
  let app: App;
  const folder = folderFor('sightline-nobody');
  test.beforeAll(async ({ openApp }) => {
    chmodSync(folder, 0o777);
    network = new Network();
    app = await openApp({
      within: network.within,
      as: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'],
      folder,
    });
  });
  test.afterAll(async () => {
    await app?.close();
    await network?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the window says so, with the command that mends it', async () => {
    const { page } = app;
    await page.locator('.readiness .chip.suspicious').waitFor();
    assert.match(await page.locator('.readiness').innerText(), /Capturing needs permission/);
    assert.equal(
      await page.locator('.command code').innerText(),
      [
        `sudo chgrp 65534 '${HELPER}'`,
        `sudo chmod 750 '${HELPER}'`,
        `sudo setcap cap_net_raw,cap_net_admin=eip '${HELPER}'`,
      ].join(' && '),
    );
    assert.ok(await page.locator('.button.primary').isDisabled());
  });

  test('Doctor names each thing that was tried, and tests again', async () => {
    const { page } = app;
    await page.locator('.readiness .link-button', { hasText: 'Doctor' }).click();
    const permission = page.locator('.checks li', { hasText: 'Permission' });
    await permission.waitFor();
    assert.match(await permission.innerText(), /Wrong[\s\S]*Capturing needs permission[\s\S]*setcap cap_net_raw/);
    assert.match(
      await page.locator('.checks').innerText(),
      /Helper[\s\S]*is built[\s\S]*Library[\s\S]*libpcap version/,
    );
    await page.locator('dialog .button.primary', { hasText: 'Test again' }).click();
    await page.locator('dialog .button.primary:not([disabled])').waitFor();
    await page.keyboard.press('Escape');
  });
});

describe('a ring with options, a pipe, and a capture whose host was killed', { skip }, () => {
  let network: Network;
  let app: App;
  const folder = folderFor('sightline-interrupted');
  test.beforeAll(async ({ openApp }) => {
    network = new Network();
    app = await openApp({ within: network.within, folder });
  });
  test.afterAll(async () => {
    await app?.close();
    await network?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('options hold: it stops by itself after so many packets, on two interfaces', async () => {
    const { page } = app;
    await page.locator('.interface-list li', { hasText: network.interface }).click();
    await page.locator('.interface-list li', { hasText: /^lo/ }).click({ modifiers: ['Control'] });
    await page.locator('#capture-filter').fill('udp port 53');
    await page.locator('.filter-bar.valid').waitFor();
    await page.locator('.interfaces .button', { hasText: 'Options' }).click();
    await page.locator('.setting', { hasText: 'Packets' }).locator('input').fill('4');
    await page.locator('dialog .button.primary', { hasText: `${network.interface} + lo` }).click();
    await page.locator('.source.running').waitFor();
    for (let i = 0; i < 3; i++) network.on('dig', '+tries=1', '+time=1', `@${SERVER}`, `options${i}.test`);
    await page.getByText('Capturing ended by itself after 4 packets, as asked.').first().waitFor();
    await page
      .locator('.toolbar .button', { hasText: 'Close' })
      .or(page.locator('.rail-button').first())
      .first()
      .waitFor();
    assert.deepEqual(app.problems, []);
  });

  test('a capture through a named pipe, from the start page', async () => {
    const { page } = app;
    const pipe = join(folder, 'fifo');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    await page.keyboard.press('Control+Shift+w');
    await page.locator('.start').waitFor();
    // Options are remembered: the four packets would hold for the pipe too.
    await page.locator('#capture-filter').fill('');
    await page.locator('.interfaces .button', { hasText: 'Options' }).click();
    await page.locator('dialog .button', { hasText: 'Default values' }).click();
    await page.keyboard.press('Escape');
    await page.locator('.other-sources button', { hasText: 'pipe' }).click();
    await page.locator('dialog input').fill(pipe);
    await page.locator('dialog .button.primary').click();
    spawn('sh', ['-c', 'cat "$0" > "$1"', join(ROOT, 'assets', 'sample.pcapng'), pipe], { stdio: 'ignore' });
    await page.locator('.badge').waitFor();
    await page.keyboard.press('Control+Shift+w');
    await page.locator('.start').waitFor();
  });

  // Another window attaches to what runs; the next start of the host offers the capture.
  test('the window is killed, then the host, while it captures: the capture goes on, is offered and is whole', async ({
    openApp,
  }) => {
    const { page } = app;
    await page.locator('.interface-list li', { hasText: network.interface }).click();
    await page.locator('.interfaces .button.primary').click();
    await page.locator('.source.running').waitFor();
    for (let i = 0; i < 5; i++) network.on('dig', '+tries=1', '+time=1', `@${SERVER}`, `killed${i}.test`);
    await app.row('killed4.test').first().waitFor();
    // The window dies first: host and capture go on, and another window finds what came meanwhile.
    const url = new URL('/', page.url()).href;
    const secret = await page.evaluate(() => sessionStorage.getItem('sightline.session')!);
    await page.goto('chrome://crash').catch(() => undefined);
    network.on('dig', '+tries=1', '+time=1', `@${SERVER}`, 'crashed.test');
    const second = await page.context().newPage();
    // A tab that the browser restores has its session storage; one that is opened by hand has not, and is not let in.
    await second.goto(url);
    await second.locator('.refused').waitFor();
    await second.evaluate((s) => sessionStorage.setItem('sightline.session', s), secret);
    await second.reload();
    await second.locator('.rail-button').first().click();
    await second.locator('.grid-row:not([hidden])', { hasText: 'crashed.test' }).first().waitFor();
    app.server.kill();
    await app.close();
    app = await openApp({ within: network.within, folder });
    const again = app.page;
    const card = again.locator('.interrupted');
    await card.waitFor();
    assert.match(await card.innerText(), new RegExp(network.interface));
    await card.locator('.button.primary', { hasText: 'Recover' }).click();
    await app.row('killed4.test').first().waitFor();
    assert.deepEqual(app.problems, []);
    await again.keyboard.press('Control+Shift+w');
    await again.locator('.start').waitFor();
    assert.equal(await again.locator('.interrupted').count(), 0);
  });

  test('the interface is removed, and comes back: both are said', async () => {
    const { page } = app;
    await page.locator('.interface-list li', { hasText: network.interface }).click();
    await page.locator('.interfaces .button.primary').click();
    await page.locator('.source.running').waitFor();
    network.ip('client', 'link', 'delete', network.interface);
    await page.getByText(`${network.interface} disappeared. What was captured is kept.`).first().waitFor();
    network.ip('client', 'link', 'add', network.interface, 'type', 'veth', 'peer', 'name', 'veth-other');
    network.ip('client', 'link', 'set', network.interface, 'up');
    await page.getByText(`${network.interface} is there again since`).first().waitFor();
    await page.locator('.toolbar .button', { hasText: 'Restart' }).click();
    await page.locator('.source.running').waitFor();
    assert.deepEqual(app.problems, []);
  });
});
