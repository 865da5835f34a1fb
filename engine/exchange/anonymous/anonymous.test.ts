// Captures without anybody in them: Crypto-PAn by its published vectors, what an address stays, names, checksums, and that
// nothing of the original is left.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { feed } from '../../testing/captures.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../../testing/packets.ts';
import { WholeFile } from '../whole-file.ts';
import { AddressMap } from './addresses.ts';
import { AnonymousCapture } from './capture.ts';
import { CryptoPan } from './crypto-pan.ts';
import { type PayloadChoice, PacketMask } from './packet.ts';
import { verdictRows, verdictTable } from './verdict-changes.ts';

/** Key and addresses of the sample trace of the Crypto-PAn distribution. */
const KEY = Uint8Array.from([
  21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98, 87,
  76, 45, 42, 132, 34, 2,
]);
const VECTORS: readonly (readonly [string, string])[] = [
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['141.233.145.108', '141.129.237.235'],
  ['152.163.225.39', '151.140.114.167'],
  ['156.29.3.236', '147.225.12.42'],
  ['165.247.96.84', '162.9.99.234'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['202.49.198.20', '245.206.7.234'],
  ['4.3.88.225', '124.60.155.63'],
  ['24.0.250.221', '100.15.198.226'],
];

const folder = mkdtempSync(join(tmpdir(), 'sightline-anonymous-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const four = (text: string): Uint8Array => Uint8Array.from(text.split('.').map(Number));
const text = (bytes: Uint8Array): string => bytes.join('.');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** How many first bits are the same. */
function common(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length * 8; i++) {
    const bit = 7 - (i & 7);
    if (((a[i >>> 3]! >>> bit) & 1) !== ((b[i >>> 3]! >>> bit) & 1)) return i;
  }
  return a.length * 8;
}

describe('addresses', () => {
  test('Crypto-PAn gives what its authors publish', () => {
    const pan = new CryptoPan(KEY);
    for (const [from, to] of VECTORS) assert.equal(text(pan.map(four(from))), to);
    const one = Uint8Array.from([...new Uint8Array(15), 1]);
    assert.equal(hex(pan.map(one)), '78fff0019fc020df8380b1f1070400ed');
    assert.throws(() => new CryptoPan(KEY.subarray(1)), RangeError);
  });

  test('as many first bits in common as before, of IPv4 and IPv6', () => {
    const pan = new CryptoPan(KEY);
    const random = testRandom(3);
    for (let round = 0; round < 400; round++) {
      const size = round % 2 === 0 ? 4 : 16;
      const a = Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
      const b = Uint8Array.from(a);
      const at = Math.floor(random() * size * 8);
      for (let i = at; i < size * 8; i++)
        if (i === at || random() < 0.5) b[i >>> 3] = b[i >>> 3]! ^ (1 << (7 - (i & 7)));
      assert.equal(common(pan.map(a), pan.map(b)), common(a, b));
    }
  });

  test('what an address is stays: groups, private networks, everybody; no two become one', () => {
    const map = new AddressMap(KEY, Uint8Array.of(1));
    for (const same of ['224.0.0.251', '255.255.255.255', '127.0.0.1', '0.0.0.0', '239.1.2.3'])
      assert.equal(text(map.ip(four(same))), same);
    for (const [network, form] of [
      ['10.1.2.3', /^10\./],
      ['192.168.7.9', /^192\.168\./],
      ['172.20.0.1', /^172\.(?:1[6-9]|2\d|3[01])\./],
      ['169.254.3.4', /^169\.254\./],
    ] as const) {
      assert.match(text(map.ip(four(network))), form);
      assert.notEqual(text(map.ip(four(network))), network);
    }
    const random = testRandom(5);
    const seen = new Map<string, string>();
    for (let i = 0; i < 5_000; i++) {
      const from = [Math.floor(random() * 224), Math.floor(random() * 256), 7, Math.floor(random() * 256)].join('.');
      const to = text(map.ip(four(from)));
      assert.equal(seen.get(to) ?? from, from);
      seen.set(to, from);
      const isPrivate = (a: string): boolean => /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)\./.test(a);
      assert.equal(isPrivate(to), isPrivate(from), `${from} to ${to}`);
    }
    assert.equal(hex(map.mac(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))), 'ffffffffffff');
    assert.equal(map.mac(Uint8Array.from([0, 1, 2, 3, 4, 5]))[0]! & 3, 2);
  });
});

const SECRET = 'secret.example';
const ASKED = [
  [0, 7, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 6],
  [...Buffer.from('SeCret'), 7, ...Buffer.from('example'), 0, 0, 1, 0, 1],
  [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 8, 8, 4, 4],
].flat();

async function made(frames: readonly (readonly number[])[], payload: PayloadChoice): Promise<Buffer> {
  const path = join(folder, 'in.pcap');
  writeFileSync(path, pcap(packetsOf(frames)));
  const file = new WholeFile(join(folder, 'out.pcapng'));
  await feed(path, new AnonymousCapture(file, KEY, payload));
  await file.commit();
  return readFileSync(join(folder, 'out.pcapng'));
}

/** A sum of 16-bit words; 0xffff where a checksum fits. */
function sum(b: Uint8Array, from: number, to: number, before = 0): number {
  let s = before;
  for (let at = from; at < to; at += 2) s += (b[at]! << 8) | (at + 1 < to ? b[at + 1]! : 0);
  while (s > 0xffff) s = (s & 0xffff) + (s >>> 16);
  return s;
}

/** A TCP segment over IPv4 whose checksums fit. */
function sealed(data: string): Uint8Array {
  const b = Uint8Array.from(tcp('8.8.8.8:1000', '9.9.9.9:80', { flags: 'PA', seq: 1, ack: 1, data }));
  const put = (at: number, value: number): void => void b.set([value >>> 8, value & 255], at);
  put(24, 0);
  put(24, ~sum(b, 14, 34) & 0xffff);
  put(50, ~sum(b, 34, b.length, sum(b, 26, 34, 6 + b.length - 34)) & 0xffff);
  return b;
}

const fits = (b: Uint8Array): boolean =>
  sum(b, 14, 34) === 0xffff && sum(b, 34, b.length, sum(b, 26, 34, 6 + b.length - 34)) === 0xffff;

describe('packets', () => {
  test('checksums that fitted fit again, those that did not do not', () => {
    const map = new AddressMap(KEY, Uint8Array.of(1));
    for (const data of ['', 'abc', 'abcd'])
      for (const payload of ['zero', 'names', 'keep'] as const) {
        const b = sealed(data);
        assert.ok(fits(b));
        const stays = new PacketMask(map, payload).mask(b, 1);
        assert.equal(stays, b.length);
        assert.ok(fits(b), `${payload} ${data}`);
        const odd = sealed(data);
        odd[50] = odd[50]! ^ 0x55;
        new PacketMask(map, payload).mask(odd, 1);
        assert.ok(!fits(odd));
      }
    // Of a packet that is cut the checksum is that of what was there with the other addresses.
    const cut = sealed('abc');
    assert.equal(new PacketMask(map, 'cut').mask(cut, 1), 54);
    assert.ok(fits(cut));
  });

  test('DNS: other names of the same length, other addresses, the same end for the same end', async () => {
    const out = await made([udp('10.0.0.1:5000', '8.8.8.8:53', ASKED)], 'names');
    assert.ok(!out.includes(Buffer.from('example')) && !/secret/i.test(out.toString('latin1')));
    assert.ok(!out.includes(Buffer.from([8, 8, 4, 4])) && !out.includes(Buffer.from([8, 8, 8, 8])));
    assert.match(out.toString('latin1'), /\x06[a-z2-7]{6}\x07[a-z2-7]{7}\0/);
    const zero = await made([udp('10.0.0.1:5000', '8.8.8.8:53', ASKED)], 'zero');
    assert.equal(zero.length, out.length);
    assert.ok(!/[a-z2-7]{6}/.test(zero.toString('latin1')));
  });

  test('a hello keeps what all clients of its kind say, and nothing of its name', async () => {
    const hello = clientHello(SECRET);
    const out = await made([tcp('10.0.0.1:5000', '8.8.8.8:443', { flags: 'PA', data: hello })], 'names');
    assert.ok(!out.includes(Buffer.from('example')));
    assert.ok(out.includes(Buffer.from([0xc0, 0x2f, 0xc0, 0x30])));
  });

  test('nothing of any payload, address or option is left, whatever the packets are', async () => {
    const random = testRandom(11);
    const mark = [0xde, 0xad, 0xbe, 0xef, 0x42];
    const frames = Array.from({ length: 300 }, (_, i) => {
      const frame =
        i % 2 === 0
          ? tcp('8.8.8.8:1', '9.9.9.9:2', { data: Uint8Array.from([...mark, ...mark]), options: [30, 8, ...mark, 1] })
          : udp('[2001:db8::1]:53', '[2001:db8::2]:53', [...ASKED.slice(0, 30), ...mark, ...mark]);
      for (let n = Math.floor(random() * 4); n > 0; n--)
        frame[12 + Math.floor(random() * 40)] = Math.floor(random() * 256);
      return frame.slice(0, random() < 0.3 ? 14 + Math.floor(random() * frame.length) : frame.length);
    });
    for (const payload of ['cut', 'zero', 'names'] as const) {
      const out = await made(frames, payload);
      assert.ok(!out.includes(Buffer.from(mark)), payload);
      assert.ok(!out.includes(Buffer.from('0db8', 'hex').subarray(0, 2)) || payload !== 'cut');
    }
  });
});

test('what became of verdicts is counted by what they were', () => {
  const before = [
    { first_packet: 1, verdict: 'malicious', points: 3 },
    { first_packet: 5, verdict: 'benign', points: 0 },
    { first_packet: 9, verdict: 'benign', points: 1 },
  ] as const;
  const after = [
    { first_packet: 1, verdict: 'suspicious', points: 2 },
    { first_packet: 5, verdict: 'benign', points: 0 },
    { first_packet: 12, verdict: 'benign', points: 0 },
  ] as const;
  const told = verdictTable(before, after);
  assert.deepEqual([told.flows, told.same, told.more, told.changes.length], [3, 1, 1, 2]);
  assert.deepEqual(verdictRows(told)[1], ['malicious', '0', '1', '0', '0', '0']);
  assert.deepEqual(verdictRows(told)[4], ['benign', '0', '0', '0', '1', '1']);
});
