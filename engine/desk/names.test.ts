// Names of addresses and ports, asked as a window asks: of a capture made here, whose DNS says odd things, and of the
// corpus beside tshark, which takes names from the same answers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  cleanName,
  NAME_SOURCES,
  packetRow,
  type Request,
  type RequestKind,
  type Replies,
  SaidError,
  type Settings,
  textAt,
  unpackTexts,
  UNCHANGED,
} from '../../contract/index.ts';
import { SHARED_DATA, WITHOUT_SHARED } from '../testing/captures.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { canonicalAddress, parseHosts } from './names.ts';

const u16 = (n: number): number[] => [n >> 8, n & 255];
const labels = (name: string): number[] => [
  ...name.split('.').flatMap((l) => [Buffer.byteLength(l), ...Buffer.from(l)]),
  0,
];
const record = (name: readonly number[], type: number, data: readonly number[]): number[] => [
  ...name,
  ...u16(type),
  ...u16(1),
  0,
  0,
  0,
  60,
  ...u16(data.length),
  ...data,
];
const ASKED = [0xc0, 12];

/** @param records of the answer, and of its additional section */
function answer(name: string, records: readonly number[][], additional: readonly number[][] = []): Uint8Array {
  return Uint8Array.from([
    0,
    7,
    0x81,
    0x80,
    0,
    1,
    ...u16(records.length),
    0,
    0,
    ...u16(additional.length),
    ...labels(name),
    0,
    1,
    0,
    1,
    ...records.flat(),
    ...additional.flat(),
  ]);
}

const DNS = '10.0.0.53:53';
const CLIENT = '10.0.0.1:4000';
const END = labels('edge.cdn.test');
const PACKETS = [
  udp(
    DNS,
    CLIENT,
    answer(
      'www.shop.test',
      [record(ASKED, 5, END), record(END, 1, [10, 9, 0, 1])],
      [record(labels('ns.shop.test'), 1, [10, 9, 0, 2])],
    ),
  ),
  udp(DNS, CLIENT, answer('ten.zero.test', [record(ASKED, 1, [0, 0, 0, 0])])),
  udp(DNS, CLIENT, answer('8.8.8.8', [record(ASKED, 1, [10, 9, 0, 3])])),
  udp(DNS, CLIENT, answer('evil\u0007\u202e.test', [record(ASKED, 1, [10, 9, 0, 4])])),
  udp(DNS, CLIENT, answer('one.test', [record(ASKED, 1, [10, 9, 0, 5])])),
  udp(DNS, CLIENT, answer('two.test', [record(ASKED, 1, [10, 9, 0, 5])])),
  tcp('10.0.0.1:5000', '10.9.0.1:443', { flags: 'S' }),
];

describe('names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-names-'));
  const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
  let desk: Desk;

  function asked<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  const set = (change: Partial<Settings>): Promise<unknown> =>
    asked('settings', { ...UNCHANGED, ...change } as Request<'settings'>);
  async function named(...addresses: string[]): Promise<string[]> {
    const page = await asked('names', { addresses, ports: [] });
    return addresses.map((_, i) => {
      const name = textAt(page.names, i);
      return name === '' ? '' : `${name} ${NAME_SOURCES[page.by[i]!]} ${page.packet[i]}`;
    });
  }

  before(async () => {
    desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
    writeFileSync(join(folder, 'a.pcap'), pcap(packetsOf(PACKETS, 1_700_000_000, 0.001)));
    await desk.openFile(join(folder, 'a.pcap'), 'file');
    await desk.session!.done;
  });
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('nothing is resolved that the settings leave out', async () => {
    assert.deepEqual(await named('10.9.0.1', '00:1b:21:12:34:56'), ['', 'Intel_12:34:56 engine 0']);
    await set({ macNames: false });
    assert.deepEqual(await named('00:1b:21:12:34:56'), ['']);
    const { ports } = await asked('names', { addresses: [], ports: ['tcp 443'] });
    assert.deepEqual(unpackTexts(ports), ['']);
  });

  test("DNS of the capture: a record's owner names its address, the last one holds, each with its packet", async () => {
    await set({ networkNames: true, macNames: true });
    assert.deepEqual(await named('10.9.0.1', '10.9.0.2', '10.9.0.5', '0.0.0.0', '10.0.0.1'), [
      'edge.cdn.test dns 1',
      'ns.shop.test dns 1',
      'two.test dns 6',
      '',
      '',
    ]);
  });

  test('a name shows no character that cannot be seen, and never another address', async () => {
    const [like, odd] = await named('10.9.0.3', '10.9.0.4');
    assert.equal(like, '');
    assert.match(odd!, /^evil\ufffd/);
    assert.doesNotMatch(odd!, /[\u0000-\u001f\u202e]/);
    for (const text of ['1.2.3.4', '[::1]:443', 'fe80::1%eth0', '00:11:22:33:44:55', '１.２.３.４', '001122334455'])
      assert.equal(cleanName(text), '', text);
    for (const text of ['a.test', '1.2.3.4.in-addr.arpa', 'Intel_12:34:56', 'cafe', 'müller.local'])
      assert.equal(cleanName(text), text);
    assert.equal(cleanName('x'.repeat(1000)).length, 253);
  });

  test('services of ports are those of the engine', async () => {
    await set({ portNames: true });
    const { ports } = await asked('names', {
      addresses: [],
      ports: ['tcp 443', 'udp 53', 'tcp 35494', 'tcp x', 'icmp 3'],
    });
    assert.deepEqual(unpackTexts(ports), ['https', 'domain', '', '', '']);
    // Info has them as well: the engine was told.
    const rows = await asked('rows', { rows: [packetRow(6)], fields: [] });
    assert.match(textAt(rows.info, 0), /→ https\(443\) \[SYN\]/);
  });

  test('by hand, a hosts file, the capture: the first of them holds', async () => {
    const path = join(folder, 'hosts');
    writeFileSync(
      path,
      '# mine\n10.9.0.1\tshop shop.alias\n10.9.0.1 later\n2001:DB8:0::1 six\nnonsense\n1.1.1.1 2.2.2.2\n',
    );
    await set({ hostsFile: path });
    assert.deepEqual(await named('10.9.0.1', '2001:db8::1', '1.1.1.1'), ['shop hosts 0', 'six hosts 0', '']);
    assert.deepEqual(await asked('nameAddress', { address: '10.9.0.1', name: ' till ' }), { name: 'till' });
    assert.deepEqual(await named('10.9.0.1'), ['till user 0']);
    await assert.rejects(asked('nameAddress', { address: '10.9.0.1', name: '8.8.8.8' }), SaidError);
    await assert.rejects(asked('nameAddress', { address: 'nobody', name: 'x' }), SaidError);
    await asked('nameAddress', { address: '10.9.0.1', name: null });
    assert.deepEqual(await named('10.9.0.1'), ['shop hosts 0']);
    await set({ hostsFile: '' });
    assert.deepEqual(await named('10.9.0.1'), ['edge.cdn.test dns 1']);
  });

  test('the page of resolved addresses: who says each name, for what was asked, in which packet', async () => {
    const body = { table: 'resolved', displayed: false, order: null, from: 0, count: 100 } as const;
    const page = await asked('statsTable', body);
    const column = (id: string): string[] => {
      const c = page.columns.find((one) => one.id === id)!;
      return c.texts === null ? [...c.numbers!].map(String) : unpackTexts(c.texts);
    };
    assert.deepEqual(column('address'), ['10.9.0.1', '10.9.0.2', '10.9.0.4', '10.9.0.5']);
    assert.deepEqual(column('askedName').slice(0, 2), ['www.shop.test', 'www.shop.test']);
    assert.deepEqual(column('nameBy'), ['dns', 'dns', 'dns', 'dns']);
    assert.deepEqual([...page.packet], [1, 1, 4, 6]);
    assert.equal(textAt(page.filter, 0), 'ip.addr == 10.9.0.1');
  });

  test('a hosts file that is not there is said, and hosts files are read as they are written', async () => {
    await set({ hostsFile: join(folder, 'none') });
    assert.ok(desk.notes.some((note) => note.say === 'hosts-none'));
    await set({ hostsFile: '' });
    assert.equal(canonicalAddress('::ffff:1.2.3.4'), '::ffff:1.2.3.4');
    assert.equal(canonicalAddress('2001:0db8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
    const many = Array.from({ length: 200_001 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255} h${i}`);
    assert.equal(parseHosts(many.join('\n')).left, true);
  });

  test('beside tshark, which resolves from the same answers', { skip: WITHOUT_SHARED || WITHOUT_TSHARK }, async () => {
    let compared = 0;
    for (const name of ['ja3s-apps/pcap__ma2__accuweather2.pcapng', 'laptop-fareya22/wireshark.pcapng']) {
      const path = join(SHARED_DATA, 'corpus', name);
      await desk.openFile(path, 'file');
      await desk.session!.done;
      const said = execFileSync('tshark', ['-2', '-q', '-N', 'd', '-z', 'hosts', '-r', path], { encoding: 'utf8' });
      const hosts = [...said.matchAll(/^([\da-f.:]+)\t(\S+)$/gm)].map(
        ([, address, host]) => [address!, host!] as const,
      );
      const names = await named(...hosts.map(([address]) => canonicalAddress(address)!));
      assert.deepEqual(
        names.map((n) => n.split(' ')[0]),
        hosts.map(([, host]) => host),
        name,
      );
      compared += hosts.length;
    }
    assert.ok(compared > 20, `${compared} names`);
  });
});
