import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { flowRow, packetRow } from '../../contract/index.ts';
import { foreignBaseline } from '../detect/index.ts';
import { FEATURE_COUNT, featureDocument, featureIndex, FEATURES } from '../features/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import { CaptureStream, CapturedPacket } from '../read/index.ts';
import { testModel } from '../testing/models.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { assertSameVectors } from '../testing/vectors.ts';
import { Analysis } from './analysis.ts';
import { flowRecord } from './flow-record.ts';
import { packetRecord } from './rows.ts';
import { scoreRecords } from './score-records.ts';
import { scoreFile } from './score-file.ts';
import { Scorer, type ScoringOptions } from './scoring.ts';
import { VectorMaker } from './vectors.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const model = testModel();
const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const options = (threads: number): ScoringOptions => ({
  model,
  baseline: foreignBaseline(model),
  threads,
  cacheFolder: folder,
});

interface Result {
  readonly flows: string[];
  readonly alerts: string[];
  /** By flow. */
  readonly vectors: Map<number, Float32Array>;
}

function listen(): { result: Result; listener: Parameters<typeof scoreFile>[2] } {
  const flows: string[] = [];
  const alerts: string[] = [];
  const vectors = new Map<number, Float32Array>();
  const result = { flows, alerts, vectors };
  return {
    result,
    listener: {
      flow: (a, f) => {
        flows.push(JSON.stringify([flowRecord(a, 'x', f.row), f.raw, f.novelty, f.verdict, f.checkpoints]));
        assert.ok(!vectors.has(f.row), `flow ${f.row} is completed twice`);
        vectors.set(f.row, f.vector.slice(f.at, f.at + FEATURE_COUNT));
      },
      incident: (_a, i, before) => {
        const evidence = [...i.evidence.values()].map((e) => [
          e.rule.name,
          e.flows,
          e.rows,
          e.packets,
          e.first,
          e.last,
        ]);
        alerts.push(JSON.stringify([i.key, i.points, before, i.packet, i.counting, evidence]));
      },
    },
  };
}

/** Vectors first: a difference has a name there. */
function assertSame(got: Result, want: Result, where: string): void {
  assertSameVectors(got.vectors, want.vectors, `${where}, flow`);
  assert.deepEqual(got, want, where);
}

async function scored(threads: number): Promise<Result> {
  const { result, listener } = listen();
  await scoreFile(SAMPLE, options(threads), listener);
  return result;
}

test('scoring twice, with 1 and with 4 threads, and as a file growing in random pieces gives identical flows, vectors and scores', async () => {
  const one = await scored(1);
  assert.ok(one.flows.length > 100 && one.alerts.length > 0);
  assertSame(await scored(1), one, 'again');
  assertSame(await scored(4), one, '4 threads');
  const bytes = readFileSync(SAMPLE);
  for (const seed of [1, 2, 3]) {
    const random = testRandom(seed);
    const { result, listener } = listen();
    const scorer = new Scorer(options(seed), listener);
    const stream = new CaptureStream(scorer.analysis);
    for (let at = 0; at < bytes.length;) {
      const n = 1 + Math.floor(random() ** 4 * 20_000);
      stream.push(bytes.subarray(at, at + n));
      at += n;
      await scorer.relax();
    }
    await scorer.finish();
    assertSame(result, one, `pieces of seed ${seed}`);
  }
});

test('a file that is read in a thread of its own gives the same flows, vectors, scores, facts and packet rows', async () => {
  const frames = [
    ...packetsOf([
      tcp('10.0.0.1:1000', '10.0.0.2:443', { flags: 'PA', seq: 1, data: clientHello('ahead.test') }),
      tcp('[fe80::1]:1', '[fe80::2]:80', { flags: 'PA', data: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' }),
    ]),
    { bytes: Uint8Array.from([...new Array<number>(12).fill(2), 0x88, 0xb7, 1, 2, 3]), time: 1_700_000_001 },
  ];
  const strange = join(folder, 'strange.pcap');
  writeFileSync(strange, pcap(frames));
  for (const file of [SAMPLE, strange]) {
    const seen = [];
    for (const readAhead of [false, true]) {
      const { result, listener } = listen();
      const {
        analysis: a,
        ending,
        meta,
      } = await scoreFile(file, { ...options(2), keepPackets: true, readAhead }, listener);
      const rows = Array.from({ length: a.packets.count }, (_, row) => packetRecord(a, packetRow(row), null));
      const columns = a.flows.columns
        .fields()
        .map(([name, array, perRow]) => [name, Array.from(array.subarray(0, a.flows.columns.count * perRow))]);
      seen.push({
        flows: result.flows,
        alerts: result.alerts,
        vectors: result.vectors,
        ending,
        meta,
        rows,
        columns,
        addresses: a.addresses.dump(),
        facts: a.inspector.facts,
        base: a.baseSeconds,
        packets: a.packetCount,
      });
    }
    assert.ok(seen[0]!.rows.length >= 3);
    assertSame(seen[1]!, seen[0]!, file);
  }
  // A capture that cannot be read says the same, and one that is not read to its end tells what it read.
  const none = await scoreFile(join(folder, 'none.pcap'), { ...options(2), readAhead: true }, {});
  assert.deepEqual(none.ending, (await scoreFile(join(folder, 'none.pcap'), options(1), {})).ending);
  const stopped = await scoreFile(SAMPLE, { ...options(2), readAhead: true }, { progress: () => false });
  assert.equal(stopped.ending.kind, 'refused');
  assert.equal(
    Object.values(stopped.verdicts).reduce((x, y) => x + y, 0),
    stopped.analysis.flows.columns.count,
  );
});

test('events and parts may end anywhere: a capture that is cut into the smallest ones gives the same', async () => {
  const seen = [];
  for (const events of [128, 192, 320, 65_536]) {
    const { result, listener } = listen();
    const scorer = new Scorer({ ...options(2), keepPackets: true, readAhead: true }, listener);
    const { analysis: a } = scorer;
    const thread = scorer.readAhead({ path: SAMPLE, cacheFolder: folder, bytes: { part: 4_096, events } });
    while (await thread.step()) await scorer.relax();
    await scorer.finish();
    await thread.close();
    seen.push({
      ...result,
      protocols: Array.from({ length: a.packets.count }, (_, row) => packetRecord(a, packetRow(row), null).protocol),
    });
  }
  for (const one of seen) assertSame(one, seen[3]!, 'events of another size');
});

test('checkpoints come at 8, 32 and 128 packets and each 60 s, and an alert is told once', async () => {
  const frames = Array.from({ length: 130 }, (_, i) => udp('10.0.0.1:1000', '10.0.0.2:2000', 'x'.repeat(10 + (i % 7))));
  const path = join(folder, 'checkpoints.pcap');
  writeFileSync(path, pcap(packetsOf(frames, 1_700_000_000, 0.9)));
  const seen: number[] = [];
  let alerts = 0;
  await scoreFile(path, options(1), {
    flow: (_a, f) => seen.push(...f.checkpoints.map((c) => c.packets)),
    incident: () => {
      alerts++;
    },
  });
  assert.deepEqual(seen, [8, 32, 68, 128]);
  assert.ok(alerts <= 1);
});

test('records are the same, byte for byte, with 1, 2 and 4 threads', async () => {
  // Several captures side by side, so that many flows end at the same packets.
  const frames: { time: number; frame: number[] }[] = [];
  const random = testRandom(8);
  for (let n = 0; n < 400; n++) {
    const a = `10.0.${n % 7}.${1 + (n % 50)}:${1000 + n}`;
    const b = `10.1.${n % 5}.9:${n % 3 === 0 ? 53 : 443}`;
    const start = Math.floor(random() * 200);
    for (let k = 0; k < 3 + (n % 12); k++)
      frames.push({
        time: start + k * 0.25,
        frame:
          n % 3 === 0
            ? udp(a, b, `query ${n} ${k}`)
            : tcp(a, b, {
                flags: k === 0 ? 'S' : 'PA',
                seq: 1 + k * 10,
                data: k === 1 ? clientHello(`host${n}.test`) : 'x'.repeat(k),
              }),
      });
  }
  frames.sort((x, y) => x.time - y.time);
  const path = join(folder, 'side-by-side.pcap');
  writeFileSync(path, pcap(frames.map((f) => ({ bytes: Uint8Array.from(f.frame), time: 1_700_000_000 + f.time }))));
  for (const file of [path, SAMPLE]) {
    const of = async (threads: number): Promise<string[]> => {
      const records: string[] = [];
      const summary = await scoreRecords(
        file,
        {
          file: 'x',
          records: 'full',
          reasons: 3,
          model,
          baseline: null,
          threads,
          cacheFolder: folder,
          timeouts: DEFAULT_TIMEOUTS,
        },
        {
          record: (r) => {
            records.push(JSON.stringify(r));
          },
          progress: () => true,
        },
      );
      return [...records, JSON.stringify(summary)];
    };
    const one = await of(1);
    assert.ok(one.length > 200);
    assert.deepEqual(await of(2), one);
    assert.deepEqual(await of(4), one);
  }
});

/** The obvious twin: every statistic out of the whole list of packets. */
function twin(lengths: number[], times: number[]): Record<string, number> {
  const gaps = times.slice(1).map((t, i) => t - times[i]!);
  const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const deviation = (v: number[]): number => Math.sqrt(mean(v.map((x) => (x - mean(v)) ** 2)));
  const quantile = (v: number[], q: number): number => {
    const s = [...v].sort((a, b) => a - b);
    return s[Math.round(q * (s.length - 1))]!;
  };
  return {
    len_fwd_min: Math.min(...lengths),
    len_fwd_max: Math.max(...lengths),
    len_fwd_mean: mean(lengths),
    len_fwd_dev: deviation(lengths),
    len_fwd_empty_share: lengths.filter((l) => l === 0).length / lengths.length,
    gap_fwd_mean: mean(gaps),
    gap_fwd_max: Math.max(...gaps),
    gap_fwd_min: Math.min(...gaps),
    gap_fwd_dev: deviation(gaps),
    bursts: gaps.filter((g) => g > 1).length,
    len_fwd_p50: quantile(lengths, 0.5),
    len_fwd_p90: quantile(lengths, 0.9),
    len_fwd_p10: quantile(lengths, 0.1),
    gap_fwd_p50: quantile(gaps, 0.5),
    gap_fwd_p90: quantile(gaps, 0.9),
  };
}

test('statistics equal a slow twin: exact ones to float precision, quantiles within the stated error', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = testRandom(seed);
    const n = 40 + Math.floor(random() * 400);
    const lengths = Array.from({ length: n }, () => (random() < 0.1 ? 0 : Math.floor(random() ** 3 * 1400)));
    let t = 1_700_000_000;
    const times = lengths.map(() => Math.round((t += random() ** 6 * 4) * 1e6) / 1e6);
    let vector = new Float32Array(0);
    const analysis = new Analysis(
      {
        completed: (a, slot, row) => {
          vector = new Float32Array(FEATURE_COUNT);
          new VectorMaker(a).fill(slot, row, vector, 0);
        },
      },
      { timeouts: { ...DEFAULT_TIMEOUTS, udp: 1e6 } },
    );
    new CaptureStream(analysis).push(
      pcap(
        lengths.map((l, i) => ({
          time: times[i]!,
          bytes: Uint8Array.from(udp('10.0.0.1:1000', '10.0.0.2:2000', 'a'.repeat(l))),
        })),
      ),
    );
    analysis.finish();
    for (const [name, exact] of Object.entries(twin(lengths, times))) {
      const ours = vector[featureIndex(name)]!;
      const error = Math.abs(ours - exact);
      // Quantiles of the twin sit on a value, ours between two: one neighbouring bin beyond the stated error is
      // allowed.
      let allowed = 2e-6 * Math.abs(exact) + 2e-6;
      if (name.includes('_p')) allowed = name.startsWith('len') ? 0.3 * exact + 3 : 0.55 * exact + 2e-5;
      assert.ok(error <= allowed, `seed ${seed}, ${name}: ${ours}, exactly ${exact}`);
    }
  }
});

test('missing stays NaN: a lone datagram has no gaps, no responder, no TLS', () => {
  let vector = new Float32Array(0);
  const analysis = new Analysis({
    completed: (a, slot, row) => {
      vector = new Float32Array(FEATURE_COUNT);
      new VectorMaker(a).fill(slot, row, vector, 0);
    },
  });
  new CaptureStream(analysis).push(pcap(packetsOf([udp('10.0.0.1:1000', '10.0.0.2:2000', 'x')])));
  analysis.finish();
  for (const name of ['gap_both_mean', 'len_rev_mean', 'sni_length', 'tcp_fwd_syn', 'seq_len_2'])
    assert.ok(Number.isNaN(vector[featureIndex(name)]!), name);
  assert.equal(vector[featureIndex('is_udp')], 1);
});

test('no feature is named after an address, a port number, a time of day or a fingerprint', () => {
  for (const f of FEATURES) assert.doesNotMatch(f.name, /^(src|dst|ip_|mac|port$|sport|dport|time_of|ja3|ja4)/);
});

test('docs/features.md is what the schema generates', () => {
  const path = fileURLToPath(new URL('../../docs/features.md', import.meta.url));
  assert.ok(existsSync(path));
  assert.equal(readFileSync(path, 'utf8'), featureDocument());
});

test('a flow’s facts reach its record, and packets know their flow', () => {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(
    pcap(
      packetsOf([
        tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'S' }),
        tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'PA', seq: 1, data: clientHello('www.example.test') }),
      ]),
    ),
  );
  analysis.finish();
  const record = flowRecord(analysis, 'x', flowRow(0));
  assert.deepEqual(
    [record.sni, record.app, record.first_packet, record.last_packet],
    ['www.example.test', 'TLS', 1, 2],
  );
  assert.match(record.ja4!, /^t12d0304/);
});

test('stamps before 1970, beyond 32 bits and beyond the year 9999 are as written in packets, flows and durations', () => {
  for (const [start, text, end] of [
    [-31_449_600, '1969-01-02T00:00:00', '1969-01-02T00:00:02'],
    [5_680_281_600, '2150-01-01T00:00:00', '2150-01-01T00:00:02'],
    [-1, '1969-12-31T23:59:59', '1970-01-01T00:00:01'],
    [300_000_000_000, '+011476-08-15T05:20:00', '+011476-08-15T05:20:02'],
    [4_294_967_294, '2106-02-07T06:28:14', '2106-02-07T06:28:16'],
  ] as const) {
    const a = new Analysis({ completed: () => undefined });
    const frames = [
      tcp('10.0.0.1:1000', '10.0.0.2:80', { flags: 'S' }),
      tcp('10.0.0.2:80', '10.0.0.1:1000', { flags: 'SA', ack: 1 }),
    ];
    const packet = new CapturedPacket();
    frames.forEach((f, i) => {
      packet.place(Uint8Array.from(f), 0, f.length, i * 100);
      packet.tell(f.length, start + i * 2, 250_000_000, 1);
      a.packet(packet);
    });
    a.tick(start + 3);
    a.finish();
    const bytes = { read: (offset: number) => Uint8Array.from(frames[offset / 100]!), close: () => undefined };
    assert.equal(packetRecord(a, packetRow(0), bytes).time, `${text}.250000000Z`);
    const flow = flowRecord(a, 'x', flowRow(0));
    assert.deepEqual([a.flows.columns.count, flow.start, flow.end], [1, `${text}.250000000Z`, `${end}.250000000Z`]);
  }
});
