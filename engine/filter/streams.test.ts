// Numbers of streams in their column beside those of the bundled engine, packet by packet.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packetRow } from '../../contract/index.ts';
import type { Vector } from '../dissect/flatten.ts';
import { columnFormat } from '../dissect/frame-rows.ts';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { type FilterEngine, wholeEngine } from '../testing/whole-engine.ts';
import { TimeSlices } from '../view/index.ts';
import { matching, planFilter } from './index.ts';
import { streamsOf } from './streams.ts';
import type { Subject } from './subject.ts';

interface Engine extends FilterEngine<{ readonly columns: Vector<string> }> {
  setPref(module: string, name: string, value: string): unknown;
  applyPreferences(): void;
}

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-streams-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const A = '10.0.0.1:1000';
const B = '10.0.0.2:80';
const AGAIN = '10.0.0.1:2000';

/** A TCP packet within a tunnel, or quoted by an error, of these outer ends. */
function within(protocol: number, before: readonly number[], inner: readonly number[]): number[] {
  return ethernet(0x0800, ip4([10, 9, 0, 1], [10, 9, 0, 2], protocol, [...before, ...inner.slice(14)]));
}

const PACKETS = [
  tcp(A, B, { flags: 'S', seq: 100 }),
  tcp(B, A, { flags: 'SA', seq: 500, ack: 101 }),
  // The same SYN again, then another number: ports are used again.
  tcp(A, B, { flags: 'S', seq: 100 }),
  tcp(A, B, { flags: 'A', seq: 101, ack: 501 }),
  tcp(A, B, { flags: 'S', seq: 7000 }),
  tcp(B, A, { flags: 'SA', seq: 900, ack: 7001 }),
  tcp(B, A, { flags: 'SA', seq: 901, ack: 7001 }),
  // After a FIN the same number opens a stream as well, after a lone FIN without ACK it does not.
  tcp(A, B, { flags: 'FA', seq: 7001, ack: 901 }),
  tcp(A, B, { flags: 'S', seq: 7000 }),
  tcp(A, B, { flags: 'F', seq: 7001 }),
  tcp(A, B, { flags: 'S', seq: 7000 }),
  tcp(B, A, { flags: 'RA', seq: 0, ack: 7001 }),
  tcp(A, B, { flags: 'S', seq: 7000 }),
  // Without its beginning: numbers of both ends are known from one segment that acknowledges.
  tcp(AGAIN, B, { flags: 'PA', seq: 50, ack: 60, data: 'x' }),
  tcp(B, AGAIN, { flags: 'S', seq: 59 }),
  tcp(B, AGAIN, { flags: 'S', seq: 61 }),
  tcp('10.0.0.3:5000', '10.0.0.3:5000', { flags: 'S', seq: 1 }),
  udp('10.0.0.1:53', '10.0.0.2:4000', 'x'),
  udp('10.0.0.2:4000', '10.0.0.1:53', 'x'),
  udp('10.0.0.2:4001', '10.0.0.1:53', 'x'),
  ethernet(0x8100, [0, 7, 8, 0, ...tcp(A, B, { flags: 'A', seq: 7001, ack: 1 }).slice(14)]),
  // IP in IP, and an error that quotes a segment.
  within(4, [], tcp('10.1.0.1:1', '10.1.0.2:2', { flags: 'S', seq: 5 })),
  within(4, [], tcp(A, B, { flags: 'A', seq: 7001, ack: 1 })),
  within(1, [3, 1, 0, 0, 0, 0, 0, 0], tcp('10.1.0.7:1', '10.1.0.8:2', { flags: 'S', seq: 5 })),
  within(1, [3, 1, 0, 0, 0, 0, 0, 0], udp('10.1.0.7:1', '10.1.0.8:2', 'x')),
  tcp('10.1.0.8:2', '10.1.0.7:1', { flags: 'SA', seq: 5, ack: 6 }),
  udp('10.1.0.8:2', '10.1.0.7:1', 'x'),
];

async function theirs(path: string): Promise<string[]> {
  const engine = await wholeEngine<Engine>();
  engine.init();
  engine.setPref('gui', 'column.format', columnFormat(['tcp.stream', 'udp.stream']));
  engine.applyPreferences();
  engine.FS.writeFile('/uploads/streams', readFileSync(path));
  const session = new engine.DissectSession('/uploads/streams');
  assert.equal(session.load().code, 0);
  const { frames } = session.getFrames('', 0, 100_000);
  const said = Array.from({ length: frames.size() }, (_, i) => {
    const { columns } = frames.get(i);
    const last = columns.size();
    return `${columns.get(last - 2)} / ${columns.get(last - 1)}`;
  });
  session.delete();
  return said;
}

async function ours(path: string): Promise<string[]> {
  const s = await subjectOf(path);
  const streams = streamsOf(s);
  await streams.extend(s, new TimeSlices());
  return Array.from({ length: s.analysis.packets.count }, (_, row) =>
    [false, true]
      .map((isUdp) => {
        const found: number[] = [];
        streams.some(s, packetRow(row), isUdp, (stream) => {
          found.push(stream);
          return false;
        });
        return found.join(',');
      })
      .join(' / '),
  );
}

test('streams are numbered as the engine numbers them: ports used again, tunnels, tags, quoted packets', async () => {
  const made = join(folder, 'made.pcap');
  writeFileSync(made, pcap(packetsOf(PACKETS)));
  for (const path of [made, SAMPLE]) {
    const expected = await theirs(path);
    assert.ok(new Set(expected).size > 8, path);
    assert.deepEqual(await ours(path), expected, path);
  }
});

test('they are answered without an engine that has the whole capture, and in doubt that is said', async () => {
  const made = join(folder, 'column.pcap');
  writeFileSync(made, pcap(packetsOf(PACKETS)));
  const asker = {
    whole: false,
    check: () => Promise.resolve({ kind: 'filter' } as const),
    ask: () => Promise.reject(new Error('the engine was asked')),
  };
  const s = await subjectOf(made);
  const numbers = async (filter: string): Promise<number[]> => {
    const plan = (await planFilter(filter, 'packets', asker))!;
    const { rows, partial } = await matching(plan, 'packets', s, asker, new TimeSlices());
    assert.equal(partial, null);
    return Array.from(rows, (row) => row + 1);
  };
  assert.deepEqual(await numbers('tcp.stream == 0'), [1, 2, 3, 4]);
  assert.deepEqual(await numbers('udp.stream in {1..2} or tcp.stream < 1'), [1, 2, 3, 4, 20, 25, 27]);
  assert.deepEqual(await numbers('udp and not udp.stream'), []);
  const sip = 'OPTIONS sip:a@sample.test SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n';
  const announced = join(folder, 'sip.pcap');
  writeFileSync(announced, pcap(packetsOf([udp('10.0.0.1:5060', '10.0.0.2:5060', sip)])));
  const plan = (await planFilter('udp.stream == 0', 'packets', asker))!;
  const answer = await matching(plan, 'packets', await subjectOf(announced), asker, new TimeSlices());
  assert.deepEqual([answer.rows.length, answer.partial?.say], [1, 'streams-announced']);
});

test('what shifts numbers without being seen is said, from the packet on where it begins', async () => {
  const asker = {
    whole: false,
    check: () => Promise.resolve({ kind: 'filter' } as const),
    ask: () => Promise.reject(new Error('the engine was asked')),
  };
  const told = async (s: Subject, filter: string): Promise<unknown> => {
    const plan = (await planFilter(filter, 'packets', asker))!;
    const { rows, partial } = await matching(plan, 'packets', s, asker, new TimeSlices());
    const { packet, protocol } = partial?.values ?? {};
    return [Array.from(rows, (row) => row + 1), partial?.say, packet, protocol];
  };
  const made = async (name: string, packets: readonly (readonly number[])[]): Promise<Subject> => {
    const path = join(folder, name);
    writeFileSync(path, pcap(packetsOf(packets)));
    return subjectOf(path);
  };
  const plain = udp('10.0.0.1:53', '10.0.0.2:4000', 'x');
  // sFlow version 5 of an IPv4 agent, without samples.
  const flowed = [0, 0, 0, 5, 0, 0, 0, 1, 10, 0, 0, 9, ...new Array<number>(16).fill(0)];
  const sampled = await made('sflow.pcap', [plain, udp('10.0.0.9:6343', '10.0.0.2:6343', flowed)]);
  assert.deepEqual(await told(sampled, 'udp.stream == 0'), [[1], 'streams-within', 2, 'sFlow']);
  const bad = [...tcp(A, B, { flags: 'S', seq: 1 })];
  bad[14 + 20 + 12] = 0x10;
  const damaged = await made('damaged.pcap', [plain, bad]);
  assert.deepEqual(await told(damaged, 'udp.stream == 0'), [[1], 'streams-damaged', 2, undefined]);
  const again = [
    tcp(A, B, { flags: 'S', seq: 100 }),
    tcp(A, B, { flags: 'S', seq: 700 }),
    tcp(A, B, { flags: 'A', seq: 701 }),
  ];
  assert.deepEqual(await told(await made('ring.pcap', again), 'tcp.stream == 1'), [
    [2, 3],
    undefined,
    undefined,
    undefined,
  ]);
  // Of a ring, the first packet is gone; of another, a tunnel's is.
  const without = (s: Subject, gone: number): Subject => ({
    ...s,
    bytes: (row) => (row === gone ? new Uint8Array(0) : s.bytes(row)),
  });
  const ring = without(await made('ring.pcap', again), 0);
  assert.deepEqual((await told(ring, 'tcp.stream == 0')) as unknown[], [[1, 2, 3], 'streams-gone', 2, undefined]);
  const tunnel = await made('tunnel.pcap', [within(4, [], tcp('10.1.0.1:1', '10.1.0.2:2', { seq: 5 })), again[0]!]);
  assert.deepEqual(await told(without(tunnel, 0), 'tcp.stream == 0'), [[2], 'streams-gone', 1, undefined]);
});
