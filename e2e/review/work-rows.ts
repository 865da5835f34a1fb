// Rows of the review about streams, objects, statistics, names and keys.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kit } from './kit.ts';
import { command, giveKeys } from './list-rows.ts';
import { must } from './must.ts';
import { rowsOf, type Part, type Trial } from './trial.ts';

const follow = rowsOf('wireshark', 'Follow');
const objects = rowsOf('wireshark', 'Objects');
const statistics = rowsOf('wireshark', 'Statistics');
const names = rowsOf('wireshark', 'Names');
const tls = rowsOf('wireshark', 'TLS');
const decode = rowsOf('wireshark', 'Decode as / preferences of protocols');
const profiles = rowsOf('wireshark', 'Profiles');

/** Follows the stream of the first packet that tshark finds. */
async function followed(k: Kit, filter: string, kind: string): Promise<void> {
  await k.goToFirst(filter);
  await k.page.keyboard.press('Control+Alt+Shift+T');
  await k.page.locator('.stream').waitFor();
  await k.page.getByRole('button', { name: kind, exact: true }).click();
}

const line = (k: Kit, text: string): Promise<void> =>
  k.page.locator('.stream-line', { hasText: text }).first().waitFor();

/** The kind has this object, and saves it with these bytes. */
const object =
  (kind: string, name: string, content: string): Part =>
  async (k) => {
    await k.command('objects');
    await k.page.locator('dialog').getByRole('button', { name: kind, exact: true }).click();
    const row = k.page.locator('.object-list .object-row', { hasText: name }).first();
    await row.waitFor({ timeout: 20_000 });
    await row.click();
    const before = new Set(k.saved());
    await k.page.locator('dialog .button', { hasText: /^Save…$/ }).click();
    await k.page
      .locator('.toast', { hasText: /object is saved/ })
      .first()
      .waitFor();
    const file = k.saved().find((n) => !before.has(n));
    must(file !== undefined, 'no file came');
    const found = readFileSync(file!, 'latin1');
    must(found.includes(content), `the file has '${found.slice(0, 40)}'`);
  };

/** Lines of a table of `tshark -z`, with the columns that stand between spaces. */
function tap(k: Kit, what: string): string[] {
  const done = spawnSync('tshark', ['-n', '-q', '-r', k.capture, '-z', what], { encoding: 'utf8' });
  return done.stdout.split('\n').map((l) => l.trim());
}

async function layer(k: Kit, page: string, name: string): Promise<string[][]> {
  await k.statistics(page);
  await k.page.locator('.segmented button', { hasText: new RegExp(`^${name}`) }).click();
  await k.page.waitForTimeout(600);
  return k.table();
}

const number = (text: string): number => Number(text.replaceAll(',', ''));

async function graph(k: Kit, kind: string): Promise<void> {
  await k.goToFirst('tcp.port == 80');
  await k.command('TCP stream graphs');
  await k.page.locator('.u-over').waitFor();
  await k.page.locator('.stats-bar button', { hasText: kind }).click();
  await k.page.locator('.stats-bar [aria-pressed="true"]', { hasText: kind }).waitFor();
  await k.page.locator('.u-over').waitFor();
  await k.page.locator('.chart').focus();
  await k.page.keyboard.press('ArrowRight');
  const spoken = await k.page.locator('.chart').getAttribute('aria-label');
  must(/[1-9]\d* points?/.test(spoken ?? ''), `the chart says '${spoken}'`);
}

export const WORK_ROWS: readonly Trial[] = [
  follow('TCP, UDP', 'mixed', {
    TCP: async (k) => {
      await followed(k, 'smtp', 'TCP');
      await line(k, 'MAIL FROM:<a@review.test>');
    },
    UDP: async (k) => {
      await followed(k, 'sip', 'UDP');
      await line(k, 'Call-ID: 1@10.0.0.1');
    },
  }),
  follow('HTTP (gunzip), TLS decrypted, HTTP/2, QUIC', 'mixed', {
    'HTTP with its body undone': async (k) => {
      await followed(k, 'http.response.code == 200', 'HTTP');
      await line(k, 'The quick brown fox.');
    },
    'HTTP/2, each stream by itself': async (k) => {
      await followed(k, 'http2', 'HTTP/2');
      await line(k, ':path: /one');
      await k.page.locator('.stream-number select, .stream-number input').first().waitFor();
    },
    'TLS, decrypted': async (k) => {
      await giveKeys(k);
      await followed(k, 'tls.handshake', 'TLS');
      await line(k, 'the secret');
    },
    'QUIC, decrypted': async (k) => {
      await giveKeys(k);
      await followed(k, 'quic', 'QUIC');
      await line(k, 'asked over quic');
    },
  }),
  follow('save the stream, find in it, next stream', 'mixed', {
    saved: async (k) => {
      await followed(k, 'ftp', 'TCP');
      const before = new Set(k.saved());
      await k.page.getByRole('button', { name: 'Save raw' }).click();
      await k.page.locator('.toast', { hasText: 'The stream is saved' }).waitFor();
      const name = k.saved().find((n) => !before.has(n))!;
      must(readFileSync(name, 'latin1').includes('USER guest\r\n'), 'the file is without what was said');
    },
    found: async (k) => {
      await followed(k, 'http.response.code == 200', 'HTTP');
      await line(k, 'The quick');
      await k.page.keyboard.press('Control+f');
      await k.page.keyboard.type('QUICK');
      await k.page.locator('.stream-find [role="status"]', { hasText: '1 of 200' }).waitFor();
    },
    next: async (k) => {
      await followed(k, 'tcp.stream == 0', 'TCP');
      await line(k, 'GET /fox.html');
      await k.page.getByRole('button', { name: 'Next stream' }).click();
      await k.page.locator('.stream-line', { hasText: 'GET /fox.html' }).first().waitFor({ state: 'detached' });
      await k.page.getByRole('button', { name: 'Previous stream' }).click();
      await line(k, 'GET /fox.html');
    },
  }),
  objects('export objects HTTP, SMB, TFTP, IMF', 'mixed', {
    HTTP: object('HTTP', 'fox.html', 'The quick brown fox.'),
    SMB: object('SMB', 'plan.txt', 'what is planned'),
    TFTP: object('TFTP', 'boot.cfg', 'timeout 5'),
    IMF: object('IMF', 'plan', 'the plan'),
  }),
  statistics('conversations', 'mixed', {
    'of every layer as many as tshark': async (k) => {
      for (const [name, what] of [
        ['Ethernet', 'conv,eth'],
        ['IPv4', 'conv,ip'],
        ['TCP', 'conv,tcp'],
        ['UDP', 'conv,udp'],
      ] as const) {
        const wanted = tap(k, what).filter((l) => l.includes('<->')).length;
        const rows = await layer(k, 'Conversations', name);
        const total = number(/^([\d,]+) rows?/.exec(await k.page.locator('.stat-count').innerText())![1]!);
        must(total === wanted && rows.length > 0, `${name}: ${total} rows, tshark ${wanted}`);
      }
    },
    'both directions and rates': async (k) => {
      await layer(k, 'Conversations', 'TCP');
      const said = await k.page.locator('.stat-heads').innerText();
      for (const head of ['Packets A → B', 'Bytes B → A', 'Bits/s A → B', 'Duration'])
        must(said.includes(head), `no column is called ${head}`);
    },
    'a row leads to its packets': async (k) => {
      await layer(k, 'Conversations', 'UDP');
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('Home');
      const [row] = await k.table();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${row![4]} of `) }).waitFor();
    },
  }),
  statistics('endpoints / hosts', 'mixed', {
    'packets of every address are tshark’s': async (k) => {
      const wanted = tap(k, 'endpoints,ip')
        .map((l) => /^(\d+\.\d+\.\d+\.\d+)\s+(\d+)\s/.exec(l))
        .filter((m) => m !== null)
        .map((m) => `${m[1]} ${m[2]}`)
        .toSorted();
      const rows = (await layer(k, 'Endpoints', 'IPv4')).map((r) => `${r[0]} ${number(r[1]!)}`).toSorted();
      must(wanted.length > 5 && rows.join() === wanted.join(), `${rows.join()} and not ${wanted.join()}`);
    },
  }),
  statistics('protocol hierarchy', 'sample', {
    'frames of every protocol are tshark’s': async (k) => {
      const wanted = new Map(
        tap(k, 'io,phs')
          .map((l) => /^(\S+)\s+frames:(\d+)/.exec(l))
          .filter((m) => m !== null)
          .map((m) => [m[1]!, Number(m[2])]),
      );
      await k.statistics('Protocol hierarchy');
      const said = new Map((await k.table()).map((r) => [r[0]!.replace(/^[▸▾\s]+/, ''), r.slice(1).join(' ')]));
      for (const protocol of ['tls', 'dns', 'http', 'ssh', 'arp', 'icmp', 'icmpv6']) {
        const cells = (said.get(protocol) ?? '').split(' ');
        const frames = wanted.get(protocol)!;
        must(
          cells.some((cell) => number(cell) === frames),
          `${protocol}: not ${frames} packets but ${cells.slice(0, 2).join(' ')}`,
        );
      }
    },
  }),
  statistics('I/O graph', 'sample', {
    'series with their filters': async (k) => {
      await k.statistics('I/O graphs');
      await k.page.locator('.stats-serie .button', { hasText: 'Add series' }).click();
      const third = k.page.locator('.stats-serie').nth(2);
      await third.locator('input.field').fill('udp.port == 53');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.u-legend', { hasText: 'udp.port == 53' }).waitFor();
    },
    'zoom by keys, and a point leads to its packet': async (k) => {
      await k.statistics('I/O graphs');
      await k.page.locator('.chart').focus();
      await k.page.keyboard.press('+');
      await k.page
        .locator('.chart-buttons .button, .chart-buttons button', { hasText: 'Reset zoom' })
        .first()
        .waitFor();
      await k.page.keyboard.press('0');
      await k.page.keyboard.press('ArrowRight');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.packets .grid-row[aria-selected="true"]:not([hidden])').first().waitFor();
    },
    'the strip is brushed, filters and zooms': async (k) => {
      await k.page.locator('.strip:not([aria-valuemax="0"])').waitFor();
      const box = (await k.page.locator('.strip').boundingBox())!;
      await k.page.mouse.move(box.x + 400, box.y + 20);
      await k.page.mouse.down();
      await k.page.mouse.move(box.x + 700, box.y + 20, { steps: 4 });
      await k.page.mouse.up();
      const note = k.page.locator('.brush-note', { hasText: 'packets' });
      await note.waitFor();
      const promised = /^([\d,]+) packets/.exec(await note.innerText())![1]!;
      await note.locator('button', { hasText: 'Zoom' }).waitFor();
      await note.locator('button', { hasText: 'Filter' }).click();
      await k.page.locator('.filter-status', { hasText: `${promised} of 1,066` }).waitFor();
    },
  }),
  statistics('packet lengths, round trip, throughput, flow graph', 'mixed', {
    'packet lengths count as tshark’s': async (k) => {
      const wanted = tap(k, 'plen,tree')
        .map((l) => /^(\d+-\d+|\d+ and greater)\s+(\d+)\s/.exec(l))
        .filter((m) => m !== null && m[2] !== '0')
        .map((m) => Number(m![2]));
      await k.statistics('Packet lengths');
      const shown = (await k.table())
        .filter((r) => /^\s*\d/.test(r[0]!))
        .map((r) => number(r[1]!))
        .filter((n) => n > 0);
      must(wanted.length > 3 && shown.join() === wanted.join(), `${shown.join()} and not ${wanted.join()}`);
    },
    'round trip time': (k) => graph(k, 'Round trip'),
    throughput: (k) => graph(k, 'Throughput'),
    'flow graph, of which an arrow leads to its packet': async (k) => {
      await k.statistics('Flow graph');
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('ArrowDown');
      await k.page.locator('#arrow-1[aria-selected="true"]').waitFor();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.packets .grid').waitFor();
      await k.page.locator('.pane-head h2', { hasText: /^Packet \d/ }).waitFor();
    },
  }),
  statistics('expert information', 'mixed', {
    'what tshark finds is there, and leads to its packet': async (k) => {
      const summaries = tap(k, 'expert').filter((l) => /^\d+\s+\S+\s+\S+\s+/.test(l));
      // HTTP's chats went with 4.2; Debian's tshark is 4.0.
      const said = summaries.map((l) => /^\d+\s+\S+\s+\S+\s+(.*)/.exec(l)![1]!).filter((l) => !/HTTP\/1\.1/.test(l));
      await k.statistics('Expert information');
      const text = (await k.table()).map((r) => r.join(' ')).join('\n');
      const lacking = said.filter((s) => !text.includes(s.slice(0, 30)));
      must(said.length > 2 && lacking.length === 0, `${lacking.length} of ${said.length} lack: ${lacking.join('; ')}`);
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('Shift+Enter');
      await k.page.locator('.packets .grid').waitFor();
    },
  }),
  statistics('capture file properties', 'sample', {
    'hash, length, time, interface, packets': async (k) => {
      await k.statistics('Capture file properties');
      await k.page.locator('.link-button', { hasText: 'Compute hashes' }).click();
      await k.page.locator('.stats-hash').first().waitFor();
      const text = await k.page.locator('.stats').innerText();
      const hash = spawnSync('sha256sum', [k.capture], { encoding: 'utf8' }).stdout.slice(0, 64);
      must(text.includes(hash), 'the hash is not that of sha256sum');
      const infos = spawnSync('capinfos', ['-M', k.capture], { encoding: 'utf8' }).stdout;
      const length = /File size:\s+(\d+)/.exec(infos)![1]!;
      must(text.includes(Number(length).toLocaleString('en-US')), `no ${length} bytes in it`);
      must(
        /Elapsed/.test(text) && /Interfaces/.test(text) && text.includes('1,066'),
        'time, interfaces or packets lack',
      );
    },
  }),
  names('resolution of addresses (DNS of the capture, hosts file), MAC vendor in the list', 'mixed', {
    'hosts have the names that DNS gave them': async (k) => {
      await k.page.keyboard.press('6');
      await k.page
        .locator('.hosts-list .grid-row:not([hidden])', { hasText: '10.0.0.2' })
        .filter({ hasText: 'fox.test' })
        .first()
        .waitFor();
    },
    'the list shows names in place of addresses': async (k) => {
      await k.page.keyboard.press('1');
      await k.app.filter('ip.src == 10.0.0.2');
      await k.command('names of network');
      await k.page.locator('.packets .named[data-column="source"]', { hasText: 'fox.test' }).first().waitFor();
      await k.command('names of network');
      await k.page.locator('.packets [data-column="source"]', { hasText: '10.0.0.2' }).first().waitFor();
    },
    'a hosts file is read': async (k) => {
      const path = join(k.folder, 'hosts');
      writeFileSync(path, '10.0.0.2 by-the-file\n');
      const file = async (to: string): Promise<void> => {
        await k.command('settings');
        await k.page.getByLabel('Hosts file').fill(to);
        await k.page.getByLabel('Hosts file').blur();
        await k.page.keyboard.press('Escape');
        await k.page.locator('dialog').waitFor({ state: 'detached' });
      };
      await file(path);
      await k.page.keyboard.press('1');
      await k.app.filter('ip.src == 10.0.0.2');
      await k.command('names of network');
      await k.page.locator('.packets [data-column="source"]', { hasText: 'by-the-file' }).first().waitFor();
      await file('');
      await k.command('names of network');
    },
  }),
  tls('key log, private keys, DSB', 'mixed', {
    'a key log': async (k) => {
      await giveKeys(k);
      must(
        (await k.count('http.request and http.request.uri == "/secret.txt"')) === 1,
        'the decrypted request is not found',
      );
    },
    'secrets within a capture': async (k) => {
      const path = `${k.folder}/secrets.pcapng`;
      const made = spawnSync('editcap', ['--inject-secrets', `tls,${k.mixed}.keys`, k.mixed, path], {
        encoding: 'utf8',
      });
      must(made.status === 0, `editcap: ${made.stderr}`);
      const found = k.cli('packets', '-Y', 'http.request and http.request.uri == "/secret.txt"', '--json', path);
      must(
        found.stdout.split('\n').filter((l) => l.includes('"type":"packet"')).length === 1,
        found.stdout.slice(0, 80),
      );
    },
    'a private key': (k) => command(k, 'private key', 'no command takes an RSA key'),
  }),
  decode('', 'mixed', {
    'a port is decoded as something else': async (k) => {
      const before = await k.count('tcp.port == 25 and smtp');
      await k.command('decode-as');
      await k.page.getByLabel('Port').fill('25');
      await k.page.getByLabel('Protocol').selectOption({ label: 'HTTP' });
      await k.page.getByRole('button', { name: 'Decode', exact: true }).click();
      await k.page.locator('.decode-list li', { hasText: 'tcp.port == 25' }).waitFor();
      await k.page.keyboard.press('Escape');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      const count = await k.count('tcp.port == 25 and smtp');
      await k.command('decode-as');
      await k.page.getByRole('button', { name: 'Remove' }).click();
      await k.page.locator('.decode-list li').waitFor({ state: 'detached' });
      must(before > 5 && count === 0, `${before} packets of port 25 were SMTP before, ${count} are then`);
    },
    'a preference is found and changed': async (k) => {
      await k.command('dissectors');
      await k.page.getByPlaceholder('Search protocols').fill('validate tcp checksum');
      await k.page.getByRole('checkbox', { name: 'TCP: Validate the TCP checksum' }).click();
      await k.page.locator('.preference.changed', { hasText: 'Validate the TCP checksum' }).waitFor();
      await k.page.keyboard.press('Escape');
      await k.page.locator('dialog').waitFor({ state: 'detached' });
      const bad = await k.count('tcp.checksum.status == "Bad"');
      await k.command('dissectors');
      await k.page.getByPlaceholder('Search protocols').fill('validate tcp checksum');
      await k.page.getByRole('button', { name: 'Set back' }).click();
      await k.page.locator('.preference.changed').waitFor({ state: 'detached' });
      must(bad > 0, 'no checksum is bad although all of this capture are 0');
    },
  }),
  profiles('', 'mixed', {
    'a set of settings has a name': (k) => command(k, 'profile', 'no command speaks of profiles'),
  }),
];
