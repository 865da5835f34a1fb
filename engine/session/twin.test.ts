import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FlowRow, packetRow } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP, MARK_REVERSE, NO_FLOW, PacketDecoder } from '../decode/index.ts';
import { FEATURE_COUNT, FEATURES, featureIndex } from '../features/index.ts';
import { CaptureStream, type PacketSink, type CapturedPacket } from '../read/index.ts';
import { feed, mixedCaptures, WITHOUT_SHARED } from '../testing/captures.ts';
import { pcap, tcp, testRandom, udp, type TestPacket } from '../testing/packets.ts';
import { allowedError, twinFeatures, type TwinPacket } from '../testing/twin.ts';
import { Analysis, VectorMaker } from './index.ts';

/** Feeds an analysis and keeps, beside it, the packets of each flow in lists; each completed flow is compared. */
class Beside implements PacketSink {
  flows = 0;
  compared = 0;
  private readonly lists = new Map<number, TwinPacket[]>();
  private readonly decoder = new PacketDecoder();
  private readonly vector = new Float32Array(FEATURE_COUNT);
  private base = -1;
  readonly analysis: Analysis;
  private readonly where: string;

  constructor(where: string) {
    this.where = where;
    this.analysis = new Analysis({
      completed: (a, slot, row) => {
        new VectorMaker(a).fill(slot, row, this.vector, 0);
        this.check(row);
      },
    });
  }

  packet(p: CapturedPacket): void {
    const { buf, off, cap, wire, sec, nsec, link } = p;
    if (this.base < 0) this.base = sec;
    const row = packetRow(this.analysis.packetCount);
    this.analysis.packet(p);
    const chunk = this.analysis.packets.chunk(row);
    const owner = chunk.owner[inChunk(row)]!;
    if (owner >= NO_FLOW) return;
    const l = this.decoder.decode(buf, off, cap, link);
    const list = this.lists.get(owner) ?? [];
    // What counts as a segment with flags is what the flow table follows as TCP.
    const followed = l.ipProtocol === IPPROTO_TCP && l.hasPorts && !l.damaged && l.fragment !== 2;
    const notFollowed = l.ipProtocol === IPPROTO_TCP ? 0 : -1;
    list.push({
      dir: chunk.marks[inChunk(row)]! & MARK_REVERSE ? 1 : 0,
      time: (sec - this.base) * 1e9 + nsec,
      wire,
      payload: l.payloadWire,
      flags: followed ? l.tcpFlags : notFollowed,
    });
    this.lists.set(owner, list);
  }

  private check(row: FlowRow): void {
    const list = this.lists.get(row)!;
    this.lists.delete(row);
    this.flows++;
    const scale = list.reduce((n, p) => Math.max(n, p.payload), 0) + Math.abs(list.at(-1)!.time - list[0]!.time) / 1e9;
    for (const [name, exact] of twinFeatures(list)) {
      const ours = this.vector[featureIndex(name)]!;
      assert.equal(
        Number.isNaN(ours),
        Number.isNaN(exact),
        `${this.where}, flow ${row}, ${name}: ${ours}, exactly ${exact}`,
      );
      this.compared++;
      if (exact === exact)
        assert.ok(
          Math.abs(ours - Math.fround(exact)) <= allowedError(name, Math.abs(exact), scale),
          `${this.where}, flow ${row}, ${name}: ${ours}, exactly ${exact}`,
        );
    }
  }
}

test('statistics equal a slow twin on random packets', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = testRandom(seed);
    const beside = new Beside(`seed ${seed}`);
    const packets: TestPacket[] = [];
    let t = 1_700_000_000;
    const n = 2 + Math.floor(random() * 300);
    for (let i = 0; i < n; i++) {
      t = Math.round((t + random() ** 8 * 3) * 1e6) / 1e6;
      const back = random() < 0.4;
      const port = 1000 + Math.floor(random() * 3);
      const [from, to] = back ? ['10.0.0.2:2000', `10.0.0.1:${port}`] : [`10.0.0.1:${port}`, '10.0.0.2:2000'];
      const data = 'a'.repeat(random() < 0.2 ? 0 : Math.floor(random() ** 3 * 1460));
      const bytes =
        seed % 2 === 0
          ? udp(from, to, data)
          : tcp(from, to, {
              flags: ['A', 'PA', 'S', 'A', 'UA'][Math.floor(random() * 5)]!,
              seq: Math.floor(random() * 1e6),
              ack: 1,
              data,
            });
      packets.push({ time: t, bytes: Uint8Array.from(bytes) });
    }
    new CaptureStream(beside).push(pcap(packets));
    beside.analysis.finish();
    assert.ok(beside.flows > 0 && beside.compared >= beside.flows * 190);
  }
});

test('statistics equal the twin on real captures', { skip: WITHOUT_SHARED }, async () => {
  const files = mixedCaptures(1.5e6, (i) => i % 6 === 5);
  let flows = 0;
  for (const file of files) {
    const beside = new Beside(file);
    if (!(await feed(file, beside))) continue;
    beside.analysis.finish();
    flows += beside.flows;
  }
  assert.ok(files.length > 30 && flows > 500, `${files.length} captures, ${flows} flows`);
  console.log(`  ${files.length} captures, ${flows} flows`);
});

test('every feature has a meaning in Chinese, its evidence, and a name of its own', () => {
  assert.equal(new Set(FEATURES.map((f) => f.name)).size, FEATURE_COUNT);
  for (const f of FEATURES) assert.match(f.zh, /[一-鿿]|^ICMP/, f.name);
});
