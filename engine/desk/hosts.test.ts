// Hosts: the columns are those of a slow and obvious twin, the details are what the capture says, tshark counts the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { flowRow, type Replies, type Request, type RequestKind, textAt, UNCHANGED } from '../../contract/index.ts';
import { serverFlight } from '../testing/certificates.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testDesk } from '../testing/desks.ts';
import { mmdb } from '../testing/mmdb.ts';
import { clientHello } from '../testing/packets.ts';
import { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { Geo } from './geo.ts';
import type { Asker } from './asker.ts';
import { handlers } from './handlers.ts';
import { dhcpName, netbiosName } from './host-announced.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-hosts-'));
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
let desk: Desk;

function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  return Promise.resolve(handlers[kind](desk, asker, body as never, new TimeSlices()) as Replies[K]);
}

async function open(path: string): Promise<void> {
  await desk.openFile(path, 'file');
  await desk.session!.done;
  await desk.labelled;
}

interface Line {
  readonly flows: number;
  readonly peers: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

async function lines(): Promise<Map<string, Line & { readonly name: string; readonly id: number }>> {
  const all = new Map<string, Line & { readonly name: string; readonly id: number }>();
  for (let from = 0; ; from += 512) {
    const p = await ask('hosts', { from, count: 512, generation: 0 });
    p.row.forEach((id, i) =>
      all.set(textAt(p.address, i), {
        id,
        name: textAt(p.name, i),
        flows: p.flows[i]!,
        peers: p.peers[i]!,
        packetsIn: p.packetsIn[i]!,
        packetsOut: p.packetsOut[i]!,
        bytesIn: p.bytesIn[i]!,
        bytesOut: p.bytesOut[i]!,
      }),
    );
    if (from + 512 >= p.places) return all;
  }
}

function lineOf({ flows, peers, packetsIn, packetsOut, bytesIn, bytesOut }: Line): Line {
  return { flows, peers, packetsIn, packetsOut, bytesIn, bytesOut };
}

/** The same by maps of texts, flow by flow. */
function twin(passes: (row: number) => boolean): Map<string, Line> {
  const { analysis: a } = desk.session!;
  const c = a.flows.columns;
  const found = new Map<string, Line & { readonly with: Set<string> }>();
  const add = (host: string, peer: string, inn: readonly number[], out: readonly number[]): void => {
    const h = found.get(host) ?? {
      flows: 0,
      peers: 0,
      packetsIn: 0,
      packetsOut: 0,
      bytesIn: 0,
      bytesOut: 0,
      with: new Set(),
    };
    if (peer !== host) h.with.add(peer);
    found.set(host, {
      flows: h.flows + 1,
      peers: h.with.size,
      packetsIn: h.packetsIn + inn[0]!,
      packetsOut: h.packetsOut + out[0]!,
      bytesIn: h.bytesIn + inn[1]!,
      bytesOut: h.bytesOut + out[1]!,
      with: h.with,
    });
  };
  for (let row = flowRow(0); row < c.count; row++) {
    if (!passes(row)) continue;
    const [one, two] = [a.addresses.text(c.initiatorOf(row)), a.addresses.text(c.responderOf(row))];
    const forward = [c.packetsForward[row]!, c.bytesForward[row]!];
    const reverse = [c.packetsReverse[row]!, c.bytesReverse[row]!];
    add(one, two, reverse, forward);
    if (one !== two) add(two, one, forward, reverse);
  }
  return new Map([...found].map(([host, h]) => [host, lineOf(h)]));
}

function without(all: Awaited<ReturnType<typeof lines>>): Map<string, Line> {
  return new Map([...all].map(([host, h]) => [host, lineOf(h)]));
}

before(() => {
  desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });
});
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

test('hosts of the sample are those of the twin, also where a filter lets some flows through', async () => {
  await open(SAMPLE);
  const all = await lines();
  assert.ok(all.size > 3);
  assert.deepEqual(new Map([...without(all)].toSorted()), new Map([...twin(() => true)].toSorted()));
  assert.equal((await ask('view', { which: 'hosts', filter: 'flow.app == DNS', sort: null })).problem, null);
  const { analysis: a } = desk.session!;
  const { flowAppName } = await import('../session/index.ts');
  const dns = twin((row) => flowAppName(a, flowRow(row)) === 'DNS');
  assert.deepEqual(new Map([...without(await lines())].toSorted()), new Map([...dns].toSorted()));
  assert.notEqual((await ask('view', { which: 'hosts', filter: 'flow.nothing == 1', sort: null })).problem, null);
  await ask('view', { which: 'hosts', filter: '', sort: null });
});

test('every column sorts', async () => {
  const p = await ask('hosts', { from: 0, count: 512, generation: 0 });
  for (const column of [
    'address',
    'flows',
    'peers',
    'packets',
    'bytes',
    'bytesIn',
    'bytesOut',
    'first',
    'last',
    'points',
    'name',
    'apps',
    'offers',
    'place',
  ]) {
    const { problem } = await ask('view', { which: 'hosts', filter: '', sort: { column, descending: true } });
    assert.equal(problem, null, column);
    const sorted = await ask('hosts', { from: 0, count: 512, generation: 0 });
    assert.deepEqual([...sorted.row].toSorted(), [...p.row].toSorted(), column);
    if (column === 'flows')
      assert.deepEqual(
        [...sorted.flows],
        [...sorted.flows].toSorted((x, y) => y - x),
      );
    if (column === 'bytesIn')
      assert.deepEqual(
        [...sorted.bytesIn],
        [...sorted.bytesIn].toSorted((x, y) => y - x),
      );
  }
  assert.notEqual(
    (await ask('view', { which: 'hosts', filter: '', sort: { column: 'x', descending: true } })).problem,
    null,
  );
  await ask('view', { which: 'hosts', filter: '', sort: null });
});

const tshark = spawnSync('tshark', ['-v'], { encoding: 'utf8' });

test('tshark counts the same packets and bytes of each address', { skip: tshark.status !== 0 }, async () => {
  const said = spawnSync('tshark', ['-r', SAMPLE, '-q', '-z', 'endpoints,ip'], { encoding: 'utf8' }).stdout;
  const theirs = new Map<string, readonly number[]>();
  for (const line of said.split('\n')) {
    const m = /^(\d+\.\d+\.\d+\.\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(line);
    if (m !== null) theirs.set(m[1]!, m.slice(2).map(Number));
  }
  assert.ok(theirs.size > 3, said);
  const ours = await lines();
  for (const [address, [packets, bytes, txPackets, txBytes, rxPackets, rxBytes]] of theirs) {
    const h = ours.get(address);
    assert.ok(h !== undefined, address);
    assert.deepEqual(
      [h.packetsIn + h.packetsOut, h.bytesIn + h.bytesOut, h.packetsOut, h.bytesOut, h.packetsIn, h.bytesIn],
      [packets, bytes, txPackets, txBytes, rxPackets, rxBytes],
      address,
    );
  }
});

/** A request of a DHCP client (RFC 2131, 2) that says its name and asks for an address. */
function dhcpRequest(name: string, asked: readonly number[]): Uint8Array {
  const b = new Uint8Array(300);
  b.set([1, 1, 6, 0]);
  b.set([0x63, 0x82, 0x53, 0x63, 53, 1, 3, 50, 4, ...asked, 12, name.length, ...Buffer.from(name), 255], 236);
  return b;
}

/** A registration of a unique name (RFC 1002, 4.2.2). */
function registration(name: string, kind: number, group = false): Uint8Array {
  const letters = [...Buffer.from(name.padEnd(15)), kind].flatMap((c) => [65 + (c >> 4), 65 + (c & 15)]);
  const head = [0, 1, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 1];
  const record = [0xc0, 12, 0, 32, 0, 1, 0, 4, 0x93, 0xe0, 0, 6, group ? 0xe0 : 0x60, 0, 10, 0, 0, 5];
  return Uint8Array.from([...head, 32, ...letters, 0, 0, 32, 0, 1, ...record]);
}

test('names that hosts give themselves are read, and cut ones are none', () => {
  assert.deepEqual(dhcpName(dhcpRequest('laptop', [10, 0, 0, 5])), { name: 'laptop', address: '10.0.0.5' });
  assert.deepEqual(netbiosName(registration('LAPTOP', 0)), { name: 'LAPTOP', address: null });
  assert.equal(netbiosName(registration('WORKGROUP', 0, true)), null);
  assert.equal(netbiosName(registration('LAPTOP', 0x1b)), null);
  const whole = [dhcpRequest('laptop', [10, 0, 0, 5]), registration('LAPTOP', 0)];
  for (const b of whole) {
    for (let n = 0; n < b.length; n++) {
      dhcpName(b.subarray(0, n));
      netbiosName(b.subarray(0, n));
    }
  }
  assert.equal(dhcpName(dhcpRequest('laptop', [10, 0, 0, 5]).subarray(0, 250)), null);
});

test('a certificate names its server, but not as each host calls itself', async () => {
  const capture = new MadeCapture();
  const subjects = ['localhost', 'Localhost.localdomain', 'box.localhost', 'OFFICE-PC', 'mail.somewhere.test'];
  for (const [i, subject] of subjects.entries()) {
    const turns = [
      { dir: 0, data: clientHello(null) },
      { dir: 1, data: serverFlight({ subject: `CN=${subject}`, notBefore: 1_690_000_000 }) },
    ] as const;
    capture.connection(turns, { to: `45.79.10.${20 + i}`, port: 443, at: i });
  }
  const path = join(home, 'certificates.pcap');
  writeFileSync(path, capture.bytes());
  await open(path);
  const all = await lines();
  assert.deepEqual(
    subjects.map((_, i) => all.get(`45.79.10.${20 + i}`)!.name),
    ['', '', '', 'OFFICE-PC', 'mail.somewhere.test'],
  );
});

test('a host’s details: names, services, peers, fingerprints, verdicts over time, incidents, interface', async () => {
  const capture = new MadeCapture();
  capture.udp(dhcpRequest('laptop', [10, 0, 0, 5]), { from: '0.0.0.0', to: '255.255.255.255', port: 67, at: 0 });
  capture.udp(registration('LAPTOP', 0x20), { to: '10.0.0.255', port: 137, at: 0.5 });
  capture.dns('www.somewhere.test', '45.79.10.24', 1);
  capture.http([{ target: '/', host: 'www.somewhere.test', agent: 'Agent/1' }], { to: '45.79.10.24', at: 2 });
  for (const [i, to] of ['45.79.10.20', '45.79.10.21'].entries())
    capture.connection([{ dir: 0, data: clientHello(null) }], { to, port: 4_443, at: 10 + 5 * i });
  capture.http([{ target: '/', host: '45.79.10.20:80', agent: 'Agent/1' }], { to: '45.79.10.20', at: 30 });
  const path = join(home, 'one.pcap');
  writeFileSync(path, capture.bytes());
  writeFileSync(
    join(home, 'city.mmdb'),
    mmdb('Test-City', { '45.79.10.0/24': { country: { iso_code: 'NL', names: { en: 'Netherlands' } } } }),
  );
  const asn = { autonomous_system_number: 64_500, autonomous_system_organization: 'Test Net' };
  writeFileSync(join(home, 'asn.mmdb'), mmdb('Test-ASN', { '45.79.10.20/32': asn }));
  await open(path);
  desk.changeSettings({ ...UNCHANGED, placesFile: join(home, 'city.mmdb'), networksFile: join(home, 'asn.mmdb') });
  while (!desk.geo.used) await new Promise((resolve) => setTimeout(resolve, 5));
  const all = await lines();
  assert.deepEqual([all.get('10.0.0.5')!.name, all.get('45.79.10.24')!.name], ['laptop', 'www.somewhere.test']);
  assert.equal(all.get('45.79.10.20')!.name, '', 'an address is no name');
  const host = await ask('host', { host: all.get('10.0.0.5')!.id });
  assert.deepEqual(
    host.names.map((n) => [n.by, n.name]),
    [
      ['dhcp', 'laptop'],
      ['netbios', 'LAPTOP'],
    ],
  );
  assert.match(host.mac!, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  assert.deepEqual(
    host.uses.map((u) => [u.port, u.transport, u.answered]).toSorted(),
    [
      [137, 'UDP', false],
      [4_443, 'TCP', true],
      [53, 'UDP', true],
      [80, 'TCP', true],
    ].toSorted(),
  );
  assert.ok(host.prints.some((p) => p.kind === 'agent' && p.value === 'Agent/1' && p.hosts === 1));
  assert.equal(host.prints.find((p) => p.kind === 'ja4')!.flows, 2);
  const served = host.peers.find((p) => p.address === '45.79.10.24')!;
  assert.equal(served.name, 'www.somewhere.test');
  assert.equal(host.peerCount, all.get('10.0.0.5')!.peers);
  const inTime = [...Object.values(host.time.verdicts), host.time.open].flatMap((c) => [...c]);
  assert.equal(
    inTime.reduce((a, b) => a + b, 0),
    host.flows,
  );
  assert.equal(
    host.time.bytesIn.reduce((a, b) => a + b, 0),
    host.bytesIn,
  );
  assert.equal(host.incidents.length, desk.session!.alerts.length);
  const peer = await ask('host', { host: all.get('45.79.10.20')!.id });
  assert.deepEqual(
    [peer.geo!.code, peer.geo!.country, peer.geo!.asn, peer.geo!.organisation],
    ['NL', 'Netherlands', 64_500, 'Test Net'],
  );
  assert.equal(peer.mac, null, 'a host elsewhere has its router’s address');
  assert.equal((await ask('hostPlace', { address: '45.79.10.20' })).host, peer.host);
  const p = await ask('hosts', { from: 0, count: 512, generation: 0 });
  assert.equal(textAt(p.place, [...p.row].indexOf(peer.host)), 'NL · AS64500 Test Net');
  await assert.rejects(async () => ask('host', { host: 1_000_000 }));
});

test('a database that is none, or damaged, is said and not used', async () => {
  const good = mmdb('Test-City', { '45.79.10.0/24': { country: { iso_code: 'NL' } } });
  const file = join(home, 'bad.mmdb');
  const geo = new Geo();
  for (const bytes of [Buffer.alloc(0), Buffer.from('no database'), good.subarray(0, good.length - 90)]) {
    writeFileSync(file, bytes);
    const notes = await geo.use(file, '');
    assert.equal(notes.length, 1);
    assert.equal(geo.of('45.79.10.20'), null);
    await geo.use('', '');
  }
  for (let at = 0; at < good.length; at++) {
    const damaged = Buffer.from(good);
    damaged[at]! ^= 0xff;
    writeFileSync(file, damaged);
    await geo.use(file, '');
    geo.of('45.79.10.20');
    geo.of('::1');
    await geo.use('', '');
  }
});
