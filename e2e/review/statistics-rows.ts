// Rows of the review about statistics: their numbers are tshark's, and they lead to packets.
import { spawnSync } from 'node:child_process';
import type { Kit } from './kit.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const statistics = rowsOf('wireshark', 'Statistics');

/** Lines of a table of `tshark -z`, with the columns that stand between spaces. */
function tap(k: Kit, what: string): string[] {
  const done = spawnSync('tshark', ['-n', '-2', '-q', '-r', k.capture, '-z', what], { encoding: 'utf8' });
  return done.stdout.split('\n').map((l) => l.trim());
}

type Row = Readonly<Record<string, string>>;

async function layer(k: Kit, page: string, name: string): Promise<readonly Row[]> {
  await k.statistics(page);
  await k.page.locator('.segmented button', { hasText: new RegExp(`^${name}`) }).click();
  await k.page.locator('.segmented [aria-pressed="true"]', { hasText: new RegExp(`^${name}`) }).waitFor();
  await k.page.waitForTimeout(600);
  return k.table();
}

/** What is in one list and not in the other, as a fault of the row. */
function equal(own: readonly string[], tsharks: readonly string[], what: string): void {
  const [only, lacking] = [own.filter((l) => !tsharks.includes(l)), tsharks.filter((l) => !own.includes(l))];
  must(tsharks.length > 0, `the trial itself is wrong: tshark tells no ${what}`);
  must(
    only.length === 0 && lacking.length === 0 && own.length === tsharks.length,
    `${what}: only here ${only.slice(0, 3).join('; ') || 'nothing'}; only tshark ${lacking.slice(0, 3).join('; ') || 'nothing'}`,
  );
}

const LAYERS = [
  ['Ethernet', 'eth'],
  ['IPv4', 'ip'],
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
] as const;

/** A conversation as the end that is first in the alphabet sees it: packets and bytes that it sent and received. */
function seenFrom(a: string, b: string, [packetsAB, bytesAB, packetsBA, bytesBA]: readonly string[]): string {
  return a < b
    ? `${a} ${b} ${packetsAB} ${bytesAB} ${packetsBA} ${bytesBA}`
    : `${b} ${a} ${packetsBA} ${bytesBA} ${packetsAB} ${bytesAB}`;
}

const end = (address: string, port: string | undefined): string =>
  port === undefined ? address : `${address}:${port}`;

function conversation(r: Row): string {
  const [a, b] = [end(r['addressA']!, r['portA']), end(r['addressB']!, r['portB'])];
  return seenFrom(a, b, [r['packetsAB']!, r['bytesAB']!, r['packetsBA']!, r['bytesBA']!]);
}

/** A graph of the TCP connection with the most bytes on port 8443. @returns its points, and the stream's number */
async function streamGraph(k: Kit, kind: string): Promise<{ readonly rows: readonly Row[]; readonly stream: string }> {
  const no = await k.goToFirst('tcp.port == 8443');
  await k.command('TCP stream graphs');
  await k.page.locator('.u-over').waitFor();
  await k.page.locator('.stats-bar button', { hasText: kind }).click();
  await k.page.locator('.stats-bar [aria-pressed="true"]', { hasText: kind }).waitFor();
  await k.page.locator('.u-over').waitFor();
  return { rows: await k.chart(), stream: k.field(no, 'tcp.stream') };
}

/** A field of the packets of a stream that its server sent, as numbers. */
function ofServer(k: Kit, stream: string, field: string): number[] {
  const done = spawnSync(
    'tshark',
    ['-n', '-2', '-r', k.capture, '-Y', `tcp.stream == ${stream} && tcp.srcport == 8443`, '-T', 'fields', '-e', field],
    { encoding: 'utf8' },
  );
  return done.stdout.split('\n').filter(Boolean).map(Number);
}

export const STATISTICS_ROWS: readonly Trial[] = [
  statistics('conversations', 'mixed', {
    'of every layer, packets and bytes of both directions are tshark’s': async (k) => {
      const counts: string[] = [];
      for (const [name, what] of LAYERS) {
        const own = (await layer(k, 'Conversations', name)).map(conversation);
        const wanted = tap(k, `conv,${what}`).flatMap((l) => {
          const m = /^(\S+)\s+<->\s+(\S+)\s+(\d+) (\d+ \S+)\s+(\d+) (\d+ \S+)/.exec(l);
          if (m === null) return [];
          return [
            seenFrom(
              m[1]!,
              m[2]!,
              [m[5]!, m[6]!, m[3]!, m[4]!].map((t) => t.replace(' bytes', '')),
            ),
          ];
        });
        // From 10,000 bytes on tshark writes kB; then packets alone can be held to it.
        const rough = (l: string): string =>
          wanted.some((w) => w.includes('kB')) ? l.replaceAll(/ \d+( kB)?/g, '') : l;
        equal(own.map(rough), wanted.map(rough), name);
        counts.push(`${own.length} of ${name}`);
      }
      return counts.join(', ');
    },
    'rates and duration': async (k) => {
      const rows = await layer(k, 'Conversations', 'TCP');
      const row = rows.find((r) => r['portA'] === '25' || r['portB'] === '25')!;
      const times = k.tshark('tcp.port == 25').map((no) => Number(k.field(no, 'frame.time_relative')));
      const seconds = times.at(-1)! - times[0]!;
      must(Math.abs(Number(row['duration']) - seconds) < 1e-6, `${row['duration']} s, tshark ${seconds}`);
      const rate = (Number(row['bytesAB']) * 8) / seconds;
      must(Math.abs(Number(row['rateAB']) - rate) < 1, `${row['rateAB']} bit/s, by tshark's numbers ${rate}`);
      return `SMTP: ${seconds.toFixed(2)} s, ${rate.toFixed(0)} bit/s`;
    },
    'a row leads to its packets': async (k) => {
      const rows = await layer(k, 'Conversations', 'UDP');
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${rows[0]!['packets']} of `) }).waitFor();
    },
  }),
  statistics('endpoints / hosts', 'mixed', {
    'of every layer, packets and bytes sent and received are tshark’s': async (k) => {
      const counts: string[] = [];
      for (const [name, what] of LAYERS) {
        const own = (await layer(k, 'Endpoints', name)).map((r) =>
          [
            end(r['address']!, r['port']),
            r['packets'],
            r['bytes'],
            r['txPackets'],
            r['txBytes'],
            r['rxPackets'],
            r['rxBytes'],
          ].join(' '),
        );
        const wanted = tap(k, `endpoints,${what}`).flatMap((l) => {
          const cells = l.split(/\s+/);
          if (!/^[\da-f.:]+$/.test(cells[0]!) || !/^\d+$/.test(cells[1] ?? '')) return [];
          return [cells.length === 8 ? `${cells[0]}:${cells.slice(1).join(' ')}` : cells.join(' ')];
        });
        equal(own, wanted, name);
        counts.push(`${own.length} of ${name}`);
      }
      return counts.join(', ');
    },
  }),
  statistics('protocol hierarchy', 'sample', {
    'frames and bytes of every protocol are tshark’s': async (k) => {
      const wanted = tap(k, 'io,phs')
        .map((l) => /^(\S+)\s+frames:(\d+) bytes:(\d+)/.exec(l))
        // Segments put together are no protocol; 4.4 leaves them out.
        .filter((m) => m !== null && m[1] !== 'tcp.segments')
        .map((m) => `${m![1]} ${m![2]} ${m![3]}`);
      await k.statistics('Protocol hierarchy');
      const own = (await k.table()).map((r) => `${r['protocol']!.trim()} ${r['packets']} ${r['bytes']}`);
      equal(own, wanted, 'protocols');
      return `${own.length} protocols`;
    },
  }),
  statistics('I/O graph', 'sample', {
    'series with their filters, of which the sums are tshark’s': async (k) => {
      await k.statistics('I/O graphs');
      await k.page.locator('.stats-serie .button', { hasText: 'Add series' }).click();
      await k.page.locator('.stats-serie').nth(2).locator('input.field').fill('udp.port == 53');
      await k.page.keyboard.press('Enter');
      await k.page.locator('.u-legend', { hasText: 'udp.port == 53 (Bytes)' }).waitFor();
      const rows = await k.chart();
      const sum = (name: string): number => rows.reduce((all, r) => all + Number(r[name] ?? NaN), 0);
      const bytes = k.tshark('udp.port == 53').reduce((all, no) => all + Number(k.field(no, 'frame.len')), 0);
      const names = Object.keys(rows[0]!);
      must(sum(names[1]!) === k.packets(), `${sum(names[1]!)} packets of '${names[1]}', ${k.packets()} in the capture`);
      const shown = sum('udp.port == 53 (Bytes)');
      must(shown === bytes, `${shown} bytes of DNS, tshark ${bytes}`);
      return `${k.packets()} packets, ${bytes} bytes of DNS`;
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
  statistics('packet lengths, round trip, throughput, flow graph', 'sample', {
    'packet lengths count as tshark’s': async (k) => {
      const wanted = tap(k, 'plen,tree')
        .map((l) => /^(\d+-\d+|\d+ and greater)\s+(\d+)\s/.exec(l))
        .filter((m) => m !== null)
        .map((m) => `${parseInt(m[1]!, 10)} ${m[2]}`);
      await k.statistics('Packet lengths');
      const own = (await k.table())
        .filter((r) => /^\s*\d/.test(r['lengths']!))
        .map((r) => `${parseInt(r['lengths']!, 10)} ${r['packets']}`);
      equal(own, wanted, 'lengths');
      return wanted.filter((l) => !l.endsWith(' 0')).join(', ');
    },
    'round trip time, each tshark’s': async (k) => {
      const { rows, stream } = await streamGraph(k, 'Round trip');
      const name = Object.keys(rows[0] ?? {})[1]!;
      const own = rows.filter((r) => r[name] !== '').map((r) => Number(r[name]));
      const done = spawnSync(
        'tshark',
        [
          '-n',
          '-2',
          '-r',
          k.capture,
          '-Y',
          `tcp.stream == ${stream} && tcp.dstport == 8443 && tcp.analysis.ack_rtt`,
        ].concat(['-T', 'fields', '-e', 'tcp.analysis.ack_rtt']),
        { encoding: 'utf8' },
      );
      const tsharks = done.stdout
        .split('\n')
        .filter(Boolean)
        .map((t) => Number(t) * 1000);
      const strange = own.filter((v) => !tsharks.some((t) => Math.abs(t - v) < 0.0015));
      must(own.length > 2 && strange.length === 0, `${own.join()} ms, tshark ${tsharks.join()}`);
      return `${own.length} points, the first ${own[0]!.toFixed(3)} ms`;
    },
    'throughput, the bytes of each segment tshark’s': async (k) => {
      const { rows, stream } = await streamGraph(k, 'Throughput');
      const name = Object.keys(rows[0] ?? {})[1]!;
      const own = rows.map((r) => Number(r[name]));
      const tsharks = ofServer(k, stream, 'tcp.len').filter((n) => n > 0);
      must(own.length > 2 && own.join() === tsharks.join(), `${own.join()}, tshark ${tsharks.join()}`);
      return `${own.length} segments, ${own.reduce((a, b) => a + b, 0)} bytes`;
    },
    'flow graph: an arrow a packet, which leads to it': async (k) => {
      const wanted = k.tshark('tcp.port == 8443');
      await k.count('tcp.port == 8443');
      await k.statistics('Flow graph');
      await k.page.locator('.stats-displayed input').check();
      await k.page.locator('.stat-grid').focus();
      await k.page.waitForTimeout(600);
      await k.page.keyboard.press('End');
      await k.page.locator(`#arrow-${wanted.length - 1}[aria-selected="true"]`).waitFor();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('ArrowDown');
      await k.page.locator('#arrow-1[aria-selected="true"]').waitFor();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.packets .grid').waitFor();
      await k.page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${wanted[1]}$`) }).waitFor();
      return `${wanted.length} arrows`;
    },
  }),
  statistics('expert information', 'mixed', {
    'as often as tshark finds each, and a row leads to its packet': async (k) => {
      const wanted = tap(k, 'expert')
        .map((l) => /^(\d+)\s+(\S+)\s+(\S+)\s+(.*)/.exec(l))
        // Chats of HTTP went with 4.2; Debian's tshark is 4.0.
        .filter((m) => m !== null && !/HTTP\/1\.1/.test(m[4]!))
        .map((m) => `${m![1]} ${m![2]} ${m![3]} ${m![4]}`);
      await k.statistics('Expert information');
      const rows = await k.table();
      equal(
        rows
          // What 4.4 says, and 4.0 does not yet.
          .filter((r) => !/^(Decompression failed|This legacy_version field)/.test(r['summary']!))
          .map((r) => `${r['count']} ${r['group']} ${r['protocol']} ${r['summary']}`),
        wanted,
        'experts',
      );
      await k.page.locator('.stat-grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('Shift+Enter');
      await k.page.locator('.pane-head h2', { hasText: new RegExp(`^Packet ${rows[0]!['firstPacket']}$`) }).waitFor();
      return `${rows.length} kinds`;
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
];
