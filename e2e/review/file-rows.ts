// Rows of the review about files, capturing and keys.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ROOT } from '../harness.ts';
import { SERVER } from '../network.ts';
import { fieldOf, type Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const files = rowsOf('wireshark', 'Files');
const capture = rowsOf('wireshark', 'Capture');
const keys = rowsOf('wireshark', 'Keys');

/** Packets of the capture that is open, once it is read. */
async function packets(k: Kit, name: string): Promise<number> {
  await k.page.locator('.source-name', { hasText: name }).waitFor();
  await k.app.settled();
  await k.page.waitForTimeout(300);
  return Number((await k.page.locator('.status > span').first().innerText()).replace(/\D/g, ''));
}

/** Writes what is dropped. @returns its path */
function made(k: Kit, name: string, bytes: Uint8Array): string {
  const path = join(k.folder, name);
  writeFileSync(path, bytes);
  return path;
}

export const FILE_ROWS: readonly Trial[] = [
  files('open, recent, drop, gz/zst/lz4, damaged', 'mixed', {
    'one that was opened is recent, and opens again': async (k) => {
      await k.command('close');
      await k.page.locator('.recent li', { hasText: 'mixed.pcap' }).first().locator('button').click();
      const count = await packets(k, 'mixed.pcap');
      must(count === k.packets(), `${count} packets of ${k.packets()}`);
    },
    'the sample by its button': async (k) => {
      await k.command('close');
      await k.page.getByRole('button', { name: 'Try the sample' }).click();
      must((await packets(k, 'sample')) === 1066, 'another number of packets');
    },
    'dropped, compressed with gzip and zstd': async (k) => {
      const bytes = readFileSync(k.mixed);
      await k.drop([made(k, 'one.pcap.gz', gzipSync(bytes))]);
      must((await packets(k, 'one.pcap.gz')) === k.packets(), 'gzip: another number of packets');
      await k.drop([made(k, 'two.pcap.zst', zstdCompressSync(bytes))]);
      must((await packets(k, 'two.pcap.zst')) === k.packets(), 'zstd: another number of packets');
      return `${k.packets()} packets each`;
    },
    lz4: async (k) => {
      const path = `${k.folder}/mixed.pcap.lz4`;
      const done = spawnSync('lz4', ['-f', '-q', k.mixed, path], { encoding: 'utf8' });
      must(done.status === 0, 'lz4 is not installed here: nothing to try it with');
      await k.drop([path]);
      must((await packets(k, 'mixed.pcap.lz4')) === k.packets(), 'another number of packets');
    },
    'cut in a packet: what is there opens, and it is said': async (k) => {
      const bytes = readFileSync(k.mixed);
      await k.drop([made(k, 'short.pcap', bytes.subarray(0, bytes.length - 10))]);
      const count = await packets(k, 'short.pcap');
      must(count === k.packets() - 1, `${count} packets of ${k.packets() - 1}`);
      const said = await k.page.locator('body').innerText();
      must(/ends in the middle of packet/.test(said), 'nothing says that it is cut');
      return `${count} of ${k.packets()} packets`;
    },
  }),
  files('several files, merge', 'none', {
    'two dropped, merged by time': async (k) => {
      const bytes = readFileSync(k.mixed);
      await k.drop([made(k, 'a.pcap', bytes), made(k, 'b.pcap', bytes)]);
      await k.page.locator('.choice', { hasText: 'Merge by time' }).click();
      await k.page.locator('.toast', { hasText: 'merged' }).waitFor();
      const count = await packets(k, 'merged');
      must(count === 2 * k.packets(k.mixed), `${count} packets of twice ${k.packets(k.mixed)}`);
      const done = spawnSync('mergecap', ['-w', join(k.folder, 'beside.pcapng'), k.mixed, k.mixed], {
        encoding: 'utf8',
      });
      must(done.status === 0, done.stderr);
      const wanted = fieldOf(join(k.folder, 'beside.pcapng'), 'frame.len').slice(0, 10).join();
      await k.page.locator('.grid').press('Home');
      const own = (await k.page.locator('.grid-row:not([hidden], .alert) .c-length').allInnerTexts())
        .slice(0, 10)
        .join();
      must(own === wanted, `the list begins with the lengths ${own}, mergecap's with ${wanted}`);
      return `${count} packets, in mergecap's order`;
    },
  }),
  files('save displayed / all packets as pcapng', 'mixed', {
    displayed: async (k) => {
      await k.count('dns');
      const path = await k.saveBy('Displayed packets', /packets? saved/);
      const [own, wanted] = [
        fieldOf(path, 'dns.id').join(),
        k
          .tshark('dns')
          .map((no) => k.field(no, 'dns.id'))
          .join(),
      ];
      must(own === wanted && own !== '', `the file has ${own}, displayed are ${wanted}`);
      return `${k.packets(path)} packets`;
    },
    all: async (k) => {
      const path = await k.saveBy('The capture', /packets? saved/);
      must(k.packets(path) === k.packets(), `capinfos counts ${k.packets(path)} of ${k.packets()}`);
      return `${k.packets(path)} packets`;
    },
  }),
  files('save marked, a range, as pcap', 'mixed', {
    marked: async (k) => {
      for (const no of [3, 20, 60]) {
        await k.goTo(no);
        await k.page.locator('.grid').press('Control+m');
      }
      return holds(k, await exported(k, 'Marked packets'), [3, 20, 60]);
    },
    'a range': async (k) => holds(k, await exported(k, 'Range', '1-5,8,100-102'), [1, 2, 3, 4, 5, 8, 100, 101, 102]),
    'as pcap': async (k) => {
      await k.count('dns');
      const path = await exported(k, 'All packets', 'pcap (µs)', 'Displayed');
      const type = spawnSync('capinfos', ['-t', path], { encoding: 'utf8' }).stdout;
      must(/- pcap\s*$/m.test(type), type);
      return holds(k, path, k.tshark('dns'));
    },
  }),
  files(
    'print, export dissections as text/CSV/JSON/XML',
    'mixed',
    {
      'all rows as CSV by way of the clipboard': async (k) => {
        await k.page.locator('.grid').press('Home');
        await k.page.locator('.grid').press('Shift+End');
        const csv = await k.copied(async () => {
          await k.page.locator('.grid-row.selected [data-column="info"]').first().click({ button: 'right' });
          await k.choose('Copy', 'Rows as CSV');
        });
        must(csv.trim().split('\n').length === k.packets() + 1, `${csv.trim().split('\n').length} lines`);
        return `${k.packets()} rows`;
      },
      'plain text, with every line of the details that tshark -V prints of a packet of DNS': async (k) => {
        const text = readFileSync(await dissected(k, 'Plain text', 'dns'), 'utf8');
        const lines = text.split('\n').map((l) => l.trim().replace(/^\[(.*)\]$/, '$1'));
        const wanted = spawnSync('tshark', ['-n', '-2', '-r', k.capture, '-Y', 'dns', '-O', 'dns,udp', '-V'], {
          encoding: 'utf8',
        }).stdout;
        const own = wanted
          .split('\n')
          .map((l) => l.trim())
          .filter((l) => /^(Transaction ID|Source Port|Name|Queries|Answer RRs)/.test(l));
        const lacking = own.filter((l) => !lines.includes(l));
        must(own.length > 10 && lacking.length === 0, `lines lack: ${lacking.slice(0, 3).join(' | ')}`);
        return `${own.length} lines held to it`;
      },
      'CSV, a line a packet with tshark’s protocol': async (k) => {
        const lines = readFileSync(await dissected(k, 'CSV', 'dns'), 'utf8')
          .trim()
          .split(/\r?\n/);
        const wanted = k.tshark('dns');
        must(lines.length === wanted.length + 1, `${lines.length - 1} lines of ${wanted.length} packets`);
        must(
          lines.slice(1).every((l) => l.includes('DNS')),
          'a line is not of DNS',
        );
        return `${wanted.length} lines`;
      },
      'JSON, of which the fields are tshark’s': async (k) => {
        const packets = JSON.parse(readFileSync(await dissected(k, 'JSON', 'dns'), 'utf8')) as unknown[];
        const ids = (all: readonly unknown[]): string =>
          all.map((p) => /"dns\.id": ?"(\w+)"/.exec(JSON.stringify(p))?.[1]).join();
        const done = spawnSync('tshark', ['-n', '-2', '-r', k.capture, '-Y', 'dns', '-T', 'json'], {
          encoding: 'utf8',
        });
        const wanted = ids(JSON.parse(done.stdout) as unknown[]);
        must(ids(packets) === wanted && wanted !== '', `dns.id ${ids(packets)}, tshark ${wanted}`);
        return `${packets.length} packets`;
      },
      'PDML, of which the fields are tshark’s': async (k) => {
        const ids = (xml: string): string =>
          [...xml.matchAll(/name="dns\.id"[^>]*show="(\w+)"/g)].map((m) => m[1]).join();
        const own = ids(readFileSync(await dissected(k, 'PDML (XML)', 'dns'), 'utf8'));
        const done = spawnSync('tshark', ['-n', '-2', '-r', k.capture, '-Y', 'dns', '-T', 'pdml'], {
          encoding: 'utf8',
        });
        must(own === ids(done.stdout) && own !== '', `dns.id ${own}, tshark ${ids(done.stdout)}`);
      },
      'printed: a page with every packet, which a browser prints': async (k) => {
        await k.count('dns');
        const before = new Set(k.saved());
        await k.page.keyboard.press('Control+p');
        await k.page.locator('dialog').getByLabel('Displayed').check();
        await k.page.locator('dialog').getByRole('button', { name: 'Make the page' }).click();
        const html = readFileSync(await k.newFile(before), 'utf8');
        const looked = await k.page.context().newPage();
        await looked.setContent(html);
        const said = await looked.locator('body').innerText();
        const pdf = await looked.pdf({ format: 'A4' });
        await looked.close();
        const wanted = k.tshark('dns').length;
        const names = (said.match(/Standard query(?: response)? 0x/g) ?? []).length;
        must(pdf.subarray(0, 5).toString() === '%PDF-' && names >= 4, `${names} lines of DNS for ${wanted} packets`);
        return `${wanted} packets`;
      },
    },
    { apart: true, limit: 110 },
  ),
  files('flows as CSV and Parquet', 'mixed', {
    CSV: async (k) => {
      const path = await k.saveBy('Flows as CSV', /flows? exported/, '.csv');
      const lines = readFileSync(path, 'utf8').trim().split('\r\n');
      const wanted = k.records('flows', '--json', k.capture).filter((r) => r['type'] === 'flow').length;
      must(lines.length === wanted + 1 && lines[0]!.includes('verdict'), `${lines.length - 1} flows of ${wanted}`);
      return `${wanted} flows`;
    },
    Parquet: async (k) => {
      const path = await k.saveBy('Flows as Parquet', /flows? exported/, '.parquet');
      const bytes = readFileSync(path);
      const ends = [bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()].join();
      must(ends === 'PAR1,PAR1', `it begins and ends with ${ends}`);
      return `${bytes.length} bytes`;
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
      await k.page.keyboard.press('Escape');
      await k.goTo(8);
      await k.page.keyboard.press('Alt+Shift+T');
      await k
        .cell('8', 'time')
        .filter({ hasText: /^\*REF\*$/ })
        .waitFor();
      return 'F3, Alt+Shift+N, T and W instead; the desktop window has Wireshark’s';
    },
  }),
];

type Count = 'Captured' | 'Displayed';

/** Exports packets by the dialog. @param more a range, or a format @returns the path of the file */
async function exported(k: Kit, which: string, more?: string, of: Count = 'Captured'): Promise<string> {
  const before = new Set(k.saved());
  await k.command('Export specified packets');
  const dialog = k.page.locator('dialog');
  await dialog.getByLabel(of).check();
  await dialog.getByLabel(which, { exact: true }).check();
  if (which === 'Range') await dialog.getByLabel('Range, such as').fill(more!);
  else if (more !== undefined) await dialog.getByRole('button', { name: more, exact: true }).click();
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  return k.newFile(before);
}

/** A file holds these packets of the capture, by their times and lengths. */
function holds(k: Kit, path: string, numbers: readonly number[]): string {
  const of = (file: string): string[] => {
    const lengths = fieldOf(file, 'frame.len');
    return fieldOf(file, 'frame.time_epoch').map((time, i) => `${time} ${lengths[i]}`);
  };
  const all = of(k.capture);
  const [own, wanted] = [of(path), numbers.map((no) => all[no - 1]!)];
  must(own.join() === wanted.join(), `the file has ${own.length} packets, ${wanted.length} were to be saved`);
  return `${own.length} packets`;
}

/** Exports dissections of what a filter lets through. */
async function dissected(k: Kit, form: string, filter: string): Promise<string> {
  await k.count(filter);
  const before = new Set(k.saved());
  await k.command('Export packet dissections');
  const dialog = k.page.locator('dialog');
  await dialog.getByLabel('Displayed').check();
  await dialog.getByRole('button', { name: form, exact: true }).click();
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  return k.newFile(before);
}
