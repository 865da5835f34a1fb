// Rows of the review about files, capturing and keys.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ROOT } from '../harness.ts';
import { SERVER } from '../network.ts';
import type { Kit } from './kit.ts';
import { command } from './list-rows.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const files = rowsOf('wireshark', 'Files');
const capture = rowsOf('wireshark', 'Capture');
const keys = rowsOf('wireshark', 'Keys');

interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function drop(k: Kit, all: readonly Dropped[]): Promise<void> {
  const texts = all.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  await k.page.evaluate((given) => {
    const data = new DataTransfer();
    for (const { name, text } of given)
      data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector('.app')!.dispatchEvent(event);
  }, texts);
}

/** Packets of the capture that is open, once it is read. */
async function packets(k: Kit, name: string): Promise<number> {
  await k.page.locator('.source-name', { hasText: name }).waitFor();
  await k.app.settled();
  await k.page.waitForTimeout(300);
  return Number((await k.page.locator('.status > span').first().innerText()).replace(/\D/g, ''));
}

const counted = (path: string, ...args: string[]): number =>
  Number(
    /Number of packets:\s+(\d+)/.exec(
      spawnSync('capinfos', ['-M', '-c', ...args, path], { encoding: 'utf8' }).stdout,
    )?.[1],
  );

const all = (k: Kit): number => counted(k.mixed);

async function saveBy(k: Kit, choice: string, said: RegExp): Promise<string> {
  const before = new Set(k.saved());
  await k.page.keyboard.press('Control+s');
  await k.page.locator('.choice', { hasText: choice }).first().click();
  await k.page.locator('.toast', { hasText: said }).waitFor();
  const name = k.saved().find((n) => !before.has(n));
  must(name !== undefined, 'no file is there');
  await k.page.locator('.toast .icon-button').first().click();
  return name!;
}

export const FILE_ROWS: readonly Trial[] = [
  files('open, recent, drop, gz/zst/lz4, damaged', 'none', {
    'the sample by its button, and it is recent then': async (k) => {
      await k.page.locator('.drop .button').last().click();
      must((await packets(k, 'sample')) === 1066, 'another number of packets');
      await k.command('start');
      await k.page.locator('.recent li', { hasText: 'sample' }).first().waitFor();
    },
    'dropped, compressed with gzip and zstd': async (k) => {
      const bytes = readFileSync(k.mixed);
      await drop(k, [{ name: 'one.pcap.gz', bytes: gzipSync(bytes) }]);
      must((await packets(k, 'one.pcap.gz')) === all(k), 'gzip: another number of packets');
      await drop(k, [{ name: 'two.pcap.zst', bytes: zstdCompressSync(bytes) }]);
      must((await packets(k, 'two.pcap.zst')) === all(k), 'zstd: another number of packets');
    },
    lz4: async (k) => {
      const path = `${k.folder}/mixed.pcap.lz4`;
      const made = spawnSync('lz4', ['-f', '-q', k.mixed, path], { encoding: 'utf8' });
      must(made.status === 0, 'lz4 is not installed here: nothing to try it with');
      await drop(k, [{ name: 'three.pcap.lz4', bytes: readFileSync(path) }]);
      must((await packets(k, 'three.pcap.lz4')) === all(k), 'another number of packets');
    },
    'cut in a packet: what is there opens, and it is said': async (k) => {
      const bytes = readFileSync(k.mixed);
      await drop(k, [{ name: 'cut.pcap', bytes: bytes.subarray(0, bytes.length - 10) }]);
      must((await packets(k, 'cut.pcap')) >= all(k) - 1, 'another number of packets');
      const said = await k.page.locator('body').innerText();
      must(/cut|damaged|ends|incomplete/i.test(said.replaceAll('cut.pcap', '')), 'nothing says that it is cut');
    },
  }),
  files('several files, merge', 'none', {
    'two dropped, merged by time': async (k) => {
      const bytes = readFileSync(k.mixed);
      await drop(k, [
        { name: 'a.pcap', bytes },
        { name: 'b.pcap', bytes },
      ]);
      await k.page.locator('.choice', { hasText: 'Merge by time' }).click();
      await k.page.locator('.toast', { hasText: 'merged' }).waitFor();
      must((await packets(k, 'merged')) === 2 * all(k), 'another number of packets');
    },
  }),
  files('save displayed / all packets as pcapng', 'mixed', {
    displayed: async (k) => {
      const wanted = await k.count('dns');
      const path = await saveBy(k, 'Displayed packets', /packets? saved/);
      must(counted(path) === wanted, `capinfos counts ${counted(path)} of ${wanted}`);
    },
    all: async (k) => {
      const path = await saveBy(k, 'The capture', /packets? saved/);
      must(counted(path) === all(k), `capinfos counts ${counted(path)} of ${all(k)}`);
    },
  }),
  files('save marked, a range, as pcap', 'mixed', {
    marked: (k) => choiceOf(k, /marked/i, 'packets that are marked'),
    'a range': async (k) => choiceOf(k, /range/i, 'a range'),
    'as pcap': async (k) => choiceOf(k, /\bpcap\b/i, 'pcap'),
  }),
  files('print, export dissections as text/CSV/JSON/XML', 'mixed', {
    'all rows as CSV and JSON by way of the clipboard': async (k) => {
      await k.page.locator('.grid').press('Home');
      await k.page.locator('.grid').press('Shift+End');
      const csv = await k.copied(async () => {
        await k.page.locator('.grid-row.selected [data-column="info"]').first().click({ button: 'right' });
        await k.choose('Copy', 'Rows as CSV');
      });
      must(csv.trim().split('\n').length === all(k) + 1, `${csv.trim().split('\n').length} lines`);
    },
    'rows as JSON lines by the command line': async (k) => {
      const lines = k
        .cli('packets', '--json', k.mixed)
        .stdout.split('\n')
        .filter((l) => l.includes('"type":"packet"'));
      must(lines.length === all(k), `${lines.length} records`);
    },
    'whole dissections as text, JSON or XML': (k) => command(k, 'export dissection', 'no command exports dissections'),
    print: (k) => command(k, 'print', 'no command prints'),
  }),
  files('flows as CSV and Parquet', 'mixed', {
    CSV: async (k) => {
      const path = await saveBy(k, 'Flows as CSV', /flows? exported/);
      const lines = readFileSync(path, 'utf8').trim().split('\r\n');
      must(lines.length > 10 && lines[0]!.includes('verdict'), `${lines.length} lines`);
    },
    Parquet: async (k) => {
      const path = await saveBy(k, 'Flows as Parquet', /flows? exported/);
      must(readFileSync(path).subarray(0, 4).toString() === 'PAR1', 'it does not begin as Parquet does');
    },
  }),
  capture('interfaces, sparklines, BPF check, options, ring, ssh, pipe', 'live', {
    'interfaces with their address, and a line that moves': async (k) => {
      await k.page
        .locator('.interface-list li', { hasText: k.network!.interface })
        .filter({ hasText: '192.0.2.10' })
        .waitFor();
      await k.page.locator('.sparkline polyline').first().waitFor({ timeout: 10_000 });
    },
    'a capture filter is checked, with the place of its mistake': async (k) => {
      await k.page.locator('#capture-filter').fill('tcp prt 443');
      await k.page.locator('.filter-bar.invalid').waitFor();
      must((await k.page.locator('.filter-back mark').innerText()) === 'prt', 'the place is another');
      await k.page.locator('#capture-filter').fill('');
    },
    'options hold: a ring, and an end after so many packets': async (k) => {
      const { page } = k;
      await page.locator('.interface-list li', { hasText: k.network!.interface }).click();
      await page.locator('.interfaces .button', { hasText: 'Options' }).click();
      const dialog = await page.locator('dialog').innerText();
      must(/Ring of segments/.test(dialog), 'no ring in the options');
      await page.locator('.setting', { hasText: 'Packets' }).locator('input').fill('4');
      await page.locator('dialog .button.primary').click();
      await page.locator('.source.running').waitFor();
      for (let i = 0; i < 3; i++) k.network!.on('dig', '+tries=1', '+time=1', `@${SERVER}`, `options${i}.test`);
      await page.getByText('Capturing ended by itself after 4 packets, as asked.').first().waitFor({ timeout: 15_000 });
      await page.keyboard.press('Control+Shift+w');
      await page.locator('.start').waitFor();
      await page.locator('.interfaces .button', { hasText: 'Options' }).click();
      await page.locator('dialog .button', { hasText: 'Default values' }).click();
    },
    'a remote tcpdump over SSH that cannot be reached is said': async (k) => {
      const { page } = k;
      await page.locator('.other-sources button', { hasText: 'SSH' }).click();
      await page.locator('dialog input').first().fill('root@127.0.0.1');
      await page.locator('dialog input').nth(1).fill('any');
      await page.locator('dialog .button.primary').click();
      await page
        .locator('.toast.bad, .toast', { hasText: /ssh|connect|refused/i })
        .first()
        .waitFor({ timeout: 20_000 });
      await page.keyboard.press('Escape');
    },
    'a pipe': async (k) => {
      const { page } = k;
      const pipe = join(k.folder, 'fifo');
      spawnSync('mkfifo', [pipe]);
      if ((await page.locator('.start').count()) === 0) await k.command('start');
      await page.locator('.other-sources button', { hasText: 'pipe' }).click();
      await page.locator('dialog input').fill(pipe);
      await page.locator('dialog .button.primary').click();
      spawn('sh', ['-c', 'cat "$0" > "$1"', join(ROOT, 'assets', 'sample.pcapng'), pipe], { stdio: 'ignore' });
      await page.locator('.status', { hasText: '1,066 packets' }).waitFor({ timeout: 15_000 });
      await page.keyboard.press('Control+Shift+w');
      await page.locator('.start').waitFor();
    },
  }),
  capture('live, pause, stop, drops told apart', 'live', {
    'rows come, stand still while it is paused, and it ends': async (k) => {
      const { page } = k;
      const ask = (name: string): unknown => k.network!.on('dig', '+tries=1', '+time=1', `@${SERVER}`, name);
      const shown = async (): Promise<number> =>
        Number((await page.locator('.status > span').first().innerText()).replace(/\D/g, ''));
      await page.locator('.interface-list li', { hasText: k.network!.interface }).click();
      await page.locator('.interfaces .button.primary').click();
      await page.locator('.source.running').waitFor();
      ask('live.test');
      await k.app.row('live.test').first().waitFor();
      await page.locator('.toolbar .button', { hasText: 'Pause' }).click();
      await page.locator('.toolbar .button', { hasText: 'Resume' }).waitFor();
      await page.waitForTimeout(400);
      const before = await shown();
      ask('paused.test');
      await page.waitForTimeout(600);
      must((await shown()) === before, 'rows come while it is paused');
      await page.locator('.toolbar .button', { hasText: 'Resume' }).click();
      await page.locator('.toolbar .button', { hasText: 'Pause' }).waitFor();
      ask('again.test');
      await k.app.row('again.test').first().waitFor();
      must(
        /kernel \d+ · interface \d+ · window behind/.test(await page.locator('.status').innerText()),
        'drops are not told',
      );
      await page.keyboard.press('Control+e');
      await page.locator('.toolbar .button', { hasText: 'Restart' }).waitFor();
    },
    'the window’s own traffic on loopback is left out': async (k) => {
      const { page } = k;
      await page.keyboard.press('Control+Shift+w');
      await page.locator('.start').waitFor();
      await page.locator('.interface-list li', { hasText: /^lo/ }).click();
      await page.locator('.interfaces .button.primary').click();
      await page.locator('.source.running').waitFor();
      k.network!.on('bash', '-c', 'for i in 1 2 3 4 5; do echo x > /dev/udp/127.0.0.1/9; sleep 0.2; done');
      await k.app.row('ICMP').first().waitFor();
      await page.waitForTimeout(1_500);
      const said = await page.locator('.status > span').first().innerText();
      must(Number(said.replace(/\D/g, '')) === 10, said);
      await page.keyboard.press('Control+e');
    },
  }),
  keys('own short cuts as in Wireshark', 'mixed', {
    'those of the packet list do what Wireshark’s do': async (k) => {
      const { page } = k;
      for (const [press, shows] of [
        ['Control+f', '.find-bar'],
        ['Control+g', 'dialog'],
        ['Control+s', 'dialog'],
        ['Control+Shift+u', 'dialog'],
        ['Control+Alt+Shift+T', '.stream'],
      ] as const) {
        await k.anew();
        await page.locator('.grid').press('Home');
        await page.keyboard.press(press);
        await page.locator(shows).first().waitFor();
      }
      await k.anew();
      await page.keyboard.press('Control+/');
      await page.locator('#filter:focus').waitFor();
    },
    'none belongs to the browser in a tab (Ctrl+N, Ctrl+T, Ctrl+W with and without Shift)': async (k) => {
      await k.page.keyboard.press('?');
      await k.page.locator('dialog kbd').first().waitFor();
      const shown = await k.page.locator('dialog kbd').allInnerTexts();
      await k.page.keyboard.press('Escape');
      await k.page.keyboard.press('Control+k');
      const palette = await k.page.locator('#palette-list kbd').allInnerTexts();
      const taken = [...new Set([...shown, ...palette])].filter((t) => /Ctrl\+(Shift\+)?[NTW]\b/i.test(t));
      must(taken.length === 0, `${taken.join(', ')}: Chrome keeps them in a tab; they act in the desktop window`);
    },
  }),
];

/** The dialog of saving has a choice of this kind. */
async function choiceOf(k: Kit, kind: RegExp, what: string): Promise<void> {
  await k.page.keyboard.press('Control+s');
  await k.page.locator('.choice').first().waitFor();
  const choices = await k.page.locator('dialog').innerText();
  const own = choices.split('\n').filter((l) => kind.test(l) && !/pcapng/.test(l));
  must(own.length > 0, `the dialog has no choice for ${what}`);
  throw new Error(`there is '${own[0]}', which is not tried here`);
}
