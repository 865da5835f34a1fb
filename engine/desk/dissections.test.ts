// Dissections as files, asked as a window asks, beside what tshark writes of the same packets.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, type Replies, type Request, type RequestKind } from '../../contract/index.ts';
import { ethernet, ip4, packetsOf, pcap, udp } from '../testing/packets.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { TimeSlices } from '../view/index.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { handlers } from './handlers.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const RANGE = '1-120';
const LAST = 120;

let folder: string;
let desk: Desk;
let made = 0;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-dissections-'));
  desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
  await ask('view', { which: 'packets', filter: '', sort: null });
});
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  return handled(desk, asker, kind, body);
}

const COLUMNS = ['no', 'time', 'source', 'destination', 'protocol', 'length', 'info'].map((id) => ({ id, title: id }));
async function dissected(
  as: Request<'exportDissections'>['as'],
  more: Partial<Request<'exportDissections'>> = {},
  range = RANGE,
): Promise<{ text: string; said: string; packets: number }> {
  const path = join(folder, `out-${made++}`);
  const { packets, notes } = await ask('exportDissections', {
    choice: { which: 'range', displayed: false, withoutIgnored: false, range, selected: [], generation: 0 },
    as,
    summary: true,
    details: 'all',
    bytes: false,
    columns: COLUMNS,
    unfolded: [],
    folded: [],
    path,
    ...more,
  });
  return { text: readFileSync(path, 'utf8'), said: notes.map(english).join(' '), packets };
}

const shark = (...args: string[]): string =>
  execFileSync('tshark', ['-r', SAMPLE, '-Y', `frame.number <= ${LAST}`, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
    env: { ...process.env, TZ: 'UTC' },
  });

/** Members of JSON in their order, several of one name too, as paths with their values. */
function pathsOf(json: string): Map<string, string[]>[] {
  const packets: Map<string, string[]>[] = [];
  const above: string[] = [];
  for (const line of json.split('\n')) {
    const depth = (line.length - line.trimStart().length) / 2;
    const m = /^\s*("(?:[^"\\]|\\.)*"): (.*?),?$/.exec(line);
    if (m === null) continue;
    above.length = depth;
    const name = JSON.parse(m[1]!) as string;
    above[depth] = name;
    if (name === '_index') packets.push(new Map());
    if (m[2] === '{' || m[2] === '[' || depth < 5) continue;
    const path = above.slice(4, depth + 1).join('/');
    const known = packets.at(-1)!.get(path);
    const value = m[2]!.startsWith('"') ? (JSON.parse(m[2]!) as string) : m[2]!;
    if (known === undefined) packets.at(-1)!.set(path, [value]);
    else known.push(value);
  }
  return packets;
}

describe('beside tshark', { skip: WITHOUT_TSHARK }, () => {
  test('PSML is tshark’s but for the digits of the time', async () => {
    const sections = (xml: string): string[][] =>
      xml
        .split('<packet>')
        .slice(1)
        .map((p) => [...p.matchAll(/<section>(.*)<\/section>/g)].map((m) => m[1]!));
    const [own, theirs] = [sections((await dissected('psml')).text), sections(shark('-2', '-T', 'psml'))];
    assert.equal(own.length, LAST);
    // What 4.0 and 4.4 write otherwise into Info.
    const plain = (cell: string): string =>
      cell
        .replace(/ \(SNI=.*?\)/, '')
        .replace(/\[TCP (?:PDU reassembled in \d+|segment of a reassembled PDU)\]/, '[in another packet]');
    for (const [i, cells] of own.entries())
      assert.deepEqual(
        cells.map(plain),
        theirs[i]!.map((cell, c) => (c === 1 ? Number(cell).toFixed(6) : plain(cell))),
      );
  });

  test('JSON has the fields and values of tshark’s, in its shape', async () => {
    const { text } = await dissected('json');
    assert.equal((JSON.parse(text) as unknown[]).length, LAST);
    const [own, theirs] = [pathsOf(text), pathsOf(shark('-2', '-T', 'json'))];
    assert.equal(own.length, theirs.length);
    let same = 0;
    const other = new Map<string, string>();
    for (const [i, packet] of own.entries())
      for (const [path, values] of packet) {
        const expected = theirs[i]!.get(path);
        if (expected === undefined) continue;
        if (expected.join('|') === values.join('|')) same++;
        else other.set(path, `${values.join('|')} for ${expected.join('|')}`);
      }
    const all = theirs.reduce((n, packet) => n + packet.size, 0);
    // What 4.0 calls otherwise: values that 4.4 names by their word, and numbers of enumerations of its own.
    const NAMED =
      /status$|severity$|group$|_ws\.expert|completeness|analysis|time_delta_displayed|type$|string$|http\.file_data$/;
    const unexplained = [...other].filter(([path]) => !NAMED.test(path));
    assert.deepEqual(unexplained, [], `${same} of ${all} values are the same`);
    assert.ok(same > 4_000, `${same} of ${all} values are the same`);
  });

  test('PDML has the lines, places and bytes of tshark’s', async () => {
    const lines = (xml: string): Set<string>[] =>
      xml
        .split('<packet>')
        .slice(1)
        .map(
          (p) =>
            new Set(
              p.split('\n').flatMap((line) => {
                const m = /<(?:proto|field) name="([\w.]+)".* size="(\d+)" pos="(\d+)"/.exec(line);
                if (m === null || line.includes('hide="yes"')) return [];
                const value = /(?:unmaskedvalue|value)="([0-9a-f]*)"\/?>/.exec(line)?.[1] ?? '';
                return [`${m[1]} ${m[2]} ${m[3]} ${value}`];
              }),
            ),
        );
    const { text } = await dissected('pdml', {}, '1-60');
    const [own, theirs] = [lines(text), lines(shark('-2', '-T', 'pdml'))];
    let same = 0;
    const missing = new Map<string, number>();
    for (const [i, packet] of own.entries())
      for (const line of theirs[i]!) {
        const [name, size] = line.split(' ');
        if (packet.has(line)) same++;
        // Lines that stand for no bytes have no place, and lines without a value no name, in what the engine gives.
        else if (size !== '0') missing.set(name!, (missing.get(name!) ?? 0) + 1);
      }
    const NAMELESS =
      /_element$|^(?:tls\.(?:record|handshake|alert_message|change_cipher_spec|handshake\..*)|dns\.opt|ipv6\.opt.*|icmpv6\.mldr\.mar)$/;
    const OTHERWISE = ['eth.addr', 'dns.flags.authenticated', 'dns.opt.cookie.server', 'tcp.segments'];
    const unexplained = [...missing].filter(([name]) => !NAMELESS.test(name) && !OTHERWISE.includes(name));
    assert.deepEqual(unexplained, [], `${same} lines are the same`);
    assert.ok(same > 5_000, `${same} lines are the same`);
    assert.equal(isWellFormed(text), true);
  });

  test('plain text has the lines of tshark -V, and its bytes are those of -x', async () => {
    const plain = (line: string): string => line.trim().replace(/^\[|\]$/g, '');
    const { text } = await dissected('text', { summary: false }, '4');
    const theirs = shark('-2', '-V').split('\n\n')[3]!.split('\n').map(plain);
    const own = new Set(text.split('\n').map(plain));
    const missing = theirs.filter((line) => line !== '' && !own.has(line));
    assert.ok(theirs.length > 90 && missing.length <= 8, missing.join('\n'));
    assert.match(text, /^Frame 4: .*\n {4}Section number: 1\n {4}Interface id: 0 \(eth0\)\n {8}Interface name: eth0\n/);
    const bytes = await dissected('text', { summary: false, details: 'none', bytes: true });
    assert.equal(bytes.text.trimEnd(), shark('-x').trimEnd());
  });
});

/** Every element that begins ends, in order. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name, rest] of xml.matchAll(/<(\/?)([a-z]+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (close === '/' ? open.pop() !== name : !rest!.endsWith('/') && open.push(name!) === 0) return false;
  }
  return open.length === 0 && !/<(?![?/a-z])/.test(xml);
}

test('details are as asked: none, the protocols, what the window has unfolded', async () => {
  const none = await dissected('text', { details: 'none' }, '4,5');
  assert.match(none.text, /^no +time +source +destination +protocol +length +info\n4 +1\.750239 +192\.0\.2\.10 /);
  assert.equal(none.text.trimEnd().split('\n').length, 3);
  const collapsed = await dissected('text', { details: 'collapsed', summary: false }, '4');
  const tops = ['Frame 4', 'Ethernet II', 'Internet Protocol', 'Transmission Control'];
  const lines = collapsed.text.trimEnd().split('\n');
  assert.equal(lines.length, 4);
  for (const [i, top] of tops.entries()) assert.ok(lines[i]!.startsWith(top), lines[i]);
  const shown = await dissected('text', { details: 'shown', summary: false, unfolded: ['eth', 'ip.flags'] }, '4');
  assert.match(shown.text, /\n {4}Type: IPv4/, 'Ethernet is unfolded');
  assert.match(shown.text, /\n {4}Source Port/, 'and the innermost protocol');
  assert.doesNotMatch(shown.text, /Time to Live|Reserved bit/, 'IP is not');
  const folded = await dissected('text', { details: 'shown', summary: false, unfolded: ['eth'], folded: ['tcp'] }, '4');
  assert.doesNotMatch(folded.text, /Source Port/);
});

test('CSV has the columns of the list in their order, fields among them, and no formulas', async () => {
  const columns = [
    { id: 'tcp.srcport', title: '=cmd()' },
    { id: 'no', title: 'No.' },
    { id: 'verdict', title: '' },
    { id: 'info', title: 'Info, all' },
  ];
  const { text } = await dissected('csv', { columns }, '4-5');
  const [head, first, second] = text.split('\r\n');
  assert.equal(head, `'=cmd(),No.,"Info, all"`);
  assert.match(first!, /^35494,4,35494 → 8443 \[SYN\] Seq=0/);
  assert.match(second!, /^8443,5,/);
});

test('C arrays compile to the packet’s bytes', async () => {
  const { text } = await dissected('c', {}, '4');
  assert.match(text, /^\/\* Frame \(74 bytes\) \*\/\nstatic const unsigned char pkt4\[74\] = \{\n0x16, 0x6c, /);
  const bytes = [...text.matchAll(/0x([0-9a-f]{2})/g)].map((m) => parseInt(m[1]!, 16));
  assert.equal(bytes.length, 74);
});

test('a page for printing is bounded, and says so', async () => {
  const small = await dissected('html', { details: 'collapsed', bytes: true }, '1-3');
  assert.equal(small.said, '');
  assert.equal(small.text.match(/<section>/g)!.length, 3);
  assert.match(small.text, /3 \/ 3/);
  assert.doesNotMatch(small.text, /<script/);
  const all = desk.session!.analysis.packets.count;
  const long = await dissected('html', { details: 'none' }, '1-');
  if (all > 2000) assert.match(long.said, /at most 2,000 packets/);
  assert.equal(long.packets, Math.min(2000, all));
});

test('of a capture that the dissector does not take whole, packets have the numbers that they have there', async () => {
  const frames = Array.from({ length: 40_010 }, (_, i) => udp(`10.0.0.1:${1000 + (i % 7)}`, '10.0.0.2:9', `n${i + 1}`));
  const ping = [10, 0, 0, 1];
  const pong = [10, 0, 0, 2];
  frames[40_004] = ethernet(0x0800, ip4(ping, pong, 1, [8, 0, 0xf7, 0xfd, 0, 1, 0, 1]));
  frames[40_005] = ethernet(0x0800, ip4(pong, ping, 1, [0, 0, 0xff, 0xfd, 0, 1, 0, 1]));
  const path = join(folder, 'large.pcap');
  writeFileSync(path, pcap(packetsOf(frames)));
  const large = testDesk({ dataFolder: join(folder, 'data-2'), cacheFolder: join(folder, 'cache-2') });
  try {
    await large.openFile(path, 'file');
    await large.session!.done;
    await handlers.view(large, asker, { which: 'packets', filter: '', sort: null }, new TimeSlices());
    const out = join(folder, 'large.txt');
    const choice = {
      which: 'range',
      displayed: false,
      withoutIgnored: false,
      range: '39990,40010',
      selected: [],
    } as const;
    const { notes } = await handlers.exportDissections(
      large,
      asker,
      {
        choice: { ...choice, generation: 0 },
        as: 'text',
        summary: true,
        details: 'all',
        bytes: true,
        columns: COLUMNS,
        unfolded: [],
        folded: [],
        path: out,
      },
      new TimeSlices(),
    );
    assert.match(notes.map(english).join(), /dissected in parts/);
    const text = readFileSync(out, 'utf8');
    assert.deepEqual(text.match(/^ *Frame (?:Number: )?\d+/gm), [
      'Frame 39990',
      '    Frame Number: 39990',
      'Frame 40010',
      '    Frame Number: 40010',
    ]);
    assert.match(text, /^40010 +400\.090000 +10\.0\.0\.1 +10\.0\.0\.2 +DISCARD /m);
    assert.match(text, /n40010\n/);
    assert.doesNotMatch(text, /Stream index|Stream Packet|Time since/, 'what a part cannot know is left out');
    const fields = ['udp.stream', 'frame.time_delta', 'frame.number', 'icmp.resp_in', 'icmp.resp_to', 'udp.dstport'];
    const csv = join(folder, 'large.csv');
    const table = await handlers.exportDissections(
      large,
      asker,
      {
        choice: { ...choice, range: '40005,40006,40010', generation: 0 },
        as: 'csv',
        summary: true,
        details: 'none',
        bytes: false,
        columns: ['no', 'info', ...fields].map((id) => ({ id, title: id })),
        unfolded: [],
        folded: [],
        path: csv,
      },
      new TimeSlices(),
    );
    assert.match(table.notes.map(english).join(), /such columns are empty/);
    const [, request, reply, last] = readFileSync(csv, 'utf8').split(/\r?\n/);
    assert.match(request!, /^40005,.*\breply in 40006\)?"?,,,40005,40006,,$/);
    assert.match(reply!, /^40006,.*\brequest in 40005\)?"?,,,40006,,40005,$/);
    assert.match(last!, /^40010,.*,,,40010,,,9$/);
  } finally {
    await large.close();
  }
});

test('an export that is given up leaves nothing behind', async () => {
  const turns = new TimeSlices();
  const path = join(folder, 'given-up.json');
  const handle = handlers.exportDissections;
  const choice = {
    which: 'all',
    displayed: false,
    withoutIgnored: false,
    range: '',
    selected: [],
    generation: 0,
  } as const;
  const body = {
    choice,
    as: 'json',
    summary: true,
    details: 'all',
    bytes: false,
    columns: COLUMNS,
    unfolded: [],
  } as const;
  const under = handle(desk, asker, { ...body, folded: [], path }, turns) as Promise<unknown>;
  setTimeout(() => turns.cancel(), 50);
  await assert.rejects(under);
  assert.throws(() => readFileSync(path));
});
