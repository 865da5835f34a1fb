import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FeatureEvidence, flowRow } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES, featureIndex } from '../features/index.ts';
import { openCapture, packetBytes } from '../read/index.ts';
import { Analysis, VectorMaker } from '../session/index.ts';
import { clientHello, pcap, tcp, udp, type TestPacket } from '../testing/packets.ts';
import { assertSameVector } from '../testing/vectors.ts';
import { TimeSlices } from '../view/index.ts';
import { evidenceOf } from './evidence.ts';
import { replayFlow } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-evidence-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Read {
  readonly a: Analysis;
  readonly vectors: Map<number, Float32Array>;
  of(flow: number, feature: string): Promise<FeatureEvidence>;
  bytes(row: number, from: number, to: number): string;
  replay(flow: number): Promise<Float32Array>;
}

async function read(name: string, packets: readonly TestPacket[]): Promise<Read> {
  const path = join(folder, name);
  writeFileSync(path, pcap(packets));
  const vectors = new Map<number, Float32Array>();
  const a: Analysis = new Analysis({
    completed: (x, slot, row) => {
      const v = new Float32Array(FEATURE_COUNT);
      new VectorMaker(x).fill(slot, row, v, 0);
      vectors.set(row, v);
    },
  });
  const opened = openCapture(path, a, { cacheFolder: folder });
  assert.ok(opened.ok);
  while (await opened.reader.step()) {
    /* whole file */
  }
  opened.reader.close();
  a.finish();
  const data = packetBytes(path);
  const turns = (): TimeSlices => new TimeSlices();
  return {
    a,
    vectors,
    of: (flow, feature) => evidenceOf(a, data, flowRow(flow), feature, undefined, turns()),
    replay: async (flow) => (await replayFlow(a, data, flowRow(flow), undefined, turns())).vector,
    bytes: (row, from, to) => Buffer.from(packets[row]!.bytes.subarray(from, to)).toString('latin1'),
  };
}

const A = '10.0.0.1:40000';
const B = '10.0.0.2:443';
const hello = clientHello('evidence.example.test');
const at = (frames: readonly (readonly [number, readonly number[]])[]): TestPacket[] =>
  frames.map(([time, bytes]) => ({ time: 1_700_000_000 + time, bytes: Uint8Array.from(bytes) }));

const TLS_FLOW = at([
  [0, tcp(A, B, { flags: 'S', seq: 100 })],
  [0.1, tcp(B, A, { flags: 'SA', seq: 500, ack: 101 })],
  [0.2, tcp(A, B, { flags: 'A', seq: 101, ack: 501 })],
  [0.3, tcp(A, B, { flags: 'PA', seq: 101, ack: 501, data: hello.subarray(0, 70) })],
  [0.4, tcp(A, B, { flags: 'PA', seq: 171, ack: 501, data: hello.subarray(70) })],
  [3, tcp(B, A, { flags: 'PA', seq: 501, ack: 101 + hello.length, data: 'x'.repeat(900) })],
  [3.1, tcp(B, A, { flags: 'PA', seq: 501, ack: 101 + hello.length, data: 'x'.repeat(900) })],
  [3.2, tcp(A, B, { flags: 'A', seq: 101 + hello.length, ack: 1401, window: 0 })],
]);

test('a feature names its packets: counters, extremes, pairs, turns', async () => {
  const r = await read('tls.pcap', TLS_FLOW);
  const rows = async (feature: string): Promise<number[]> => [...(await r.of(0, feature)).rows];
  assert.deepEqual(await rows('tcp_rev_retransmissions'), [6]);
  assert.deepEqual(await rows('tcp_fwd_zero_windows'), [7]);
  assert.deepEqual(await rows('len_rev_max'), [5]);
  assert.deepEqual(await rows('gap_both_max'), [4, 5]);
  assert.deepEqual(await rows('bursts'), [5]);
  assert.deepEqual(await rows('handshake_rtt'), [0, 1]);
  assert.deepEqual(await rows('seq_len_3'), [5]);
  assert.deepEqual(await rows('payload_rev'), [5, 6]);
  assert.deepEqual(await rows('duration'), [0, 7]);
  const flags = await r.of(0, 'tcp_fwd_syn');
  assert.deepEqual([[...flags.rows], [...flags.rangeFrom], [...flags.rangeTo]], [[0], [47], [48]]);
});

test('a feature made of bytes names them, over segments too', async () => {
  const r = await read('tls.pcap', TLS_FLOW);
  const name = await r.of(0, 'sni_length');
  const text = [...name.rangeRows].map((row, i) => r.bytes(row, name.rangeFrom[i]!, name.rangeTo[i]!)).join('');
  assert.ok(text.endsWith('evidence.example.test'), text);
  assert.equal(text.length, 4 + 5 + 'evidence.example.test'.length);
  const suites = await r.of(0, 'tls_suites');
  assert.equal(
    Buffer.from(
      [...suites.rangeRows].map((row, i) => r.bytes(row, suites.rangeFrom[i]!, suites.rangeTo[i]!)).join(''),
      'latin1',
    ).toString('hex'),
    '0006c02fc030009c',
  );
  const entropy = await r.of(0, 'entropy_rev');
  assert.deepEqual(
    [...entropy.rangeRows].map((row, i) => [row, entropy.rangeTo[i]! - entropy.rangeFrom[i]!]),
    [
      [5, 900],
      [6, 124],
    ],
  );
});

test('the answer that led to a flow, and the flows around it', async () => {
  const answer = [
    0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 97, 2, 98, 99, 0, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
    10, 9, 9, 9,
  ];
  const flows = [0, 10, 20, 30, 40].map(
    (t, i) => [1 + t, tcp(`10.0.0.1:${4000 + i}`, '10.9.9.9:443', { flags: 'S', seq: i })] as const,
  );
  const r = await read('beacon.pcap', at([[0, udp('10.0.0.53:53', '10.0.0.1:5000', answer)], ...flows]));
  const last = r.vectors.get(5)!;
  const value = (name: string): number => last[featureIndex(name)]!;
  assert.deepEqual(
    [
      'name',
      'name_ttl',
      'name_age',
      'around_flows',
      'around_flows_minute',
      'around_peers',
      'around_pair_flows',
      'around_pair_gap',
      'around_failed',
    ].map(value),
    [1, 60, 41, 6, 6, 2, 5, 10, 0],
  );
  assert.ok(value('around_regularity') < 1e-6);
  const led = await r.of(5, 'name_ttl');
  assert.deepEqual([[...led.rows], led.elsewhere], [[0], true]);
  assert.deepEqual([...(await r.of(5, 'around_pair_flows')).rows], [1, 2, 3, 4, 5]);
});

test('flows of the pair are not those of others to the same responder', async () => {
  const r = await read(
    'pair.pcap',
    at([
      [0, tcp('10.0.0.7:1', '10.9.9.9:443', { flags: 'S' })],
      [1, tcp('10.0.0.1:1', '10.9.9.9:443', { flags: 'S' })],
      [2, tcp('10.0.0.1:2', '10.9.9.9:443', { flags: 'S' })],
    ]),
  );
  assert.deepEqual([...(await r.of(2, 'around_pair_flows')).rows], [1, 2]);
  assert.deepEqual([...(await r.of(2, 'around_responder')).rows], [0, 1, 2]);
});

test('read again alone, a flow has the vector that it had among the others; and every feature has an answer', async () => {
  const answer = [
    0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 97, 2, 98, 99, 0, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
    10, 0, 0, 2,
  ];
  const r = await read('mixed.pcap', [
    ...at([
      [-5, udp('10.0.0.53:53', '10.0.0.1:5000', answer)],
      [-4, tcp('10.0.0.1:39999', B, { flags: 'S', seq: 3 })],
    ]),
    ...TLS_FLOW,
  ]);
  for (const flow of [0, 1, 2]) assertSameVector(await r.replay(flow), r.vectors.get(flow), `flow ${flow}`);
  for (const f of FEATURES) {
    const e = await r.of(2, f.name);
    // The flow's own packets are rows 2 to 9; what it is made of is among them, or said to lie elsewhere.
    if (!e.elsewhere)
      assert.ok(
        e.rows.every((row) => row >= 2 && row <= 9),
        f.name,
      );
    assert.equal(e.rangeRows.length, e.rangeTo.length);
  }
});
