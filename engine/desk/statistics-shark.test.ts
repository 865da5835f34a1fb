// Times, lengths, intervals, expert information and points of connections beside tshark's, on the sample.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { english, flowRow } from '../../contract/index.ts';
import { graphOf, lengthTable, pageOf, streamGraph, transactionTables } from '../stats/index.ts';
import { testDesk } from '../testing/desks.ts';
import { rowsOf, sharkExperts, sharkFields, WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { TimeSlices } from '../view/index.ts';
import { graphFields } from './graph-fields.ts';
import type { CaptureSession } from './session.ts';
import { sweepSource } from './statistics.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-statistics-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });

function close(a: number, b: number, what: string): void {
  assert.ok(Math.abs(a - b) < 2e-6, `${what}: ${a} here, ${b} in tshark`);
}

describe('the sample beside tshark', { skip: WITHOUT_TSHARK }, () => {
  let s: CaptureSession;
  before(async () => {
    await desk.openFile(SAMPLE, 'sample');
    s = desk.open();
    await s.done;
  });
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('DNS and HTTP: as many answers, and the slowest took as long', async () => {
    const tables = await transactionTables(sweepSource(s), null, s.analysis.packets.count, new TimeSlices());
    const dns = sharkFields(SAMPLE, 'dns.time', 'dns.time').map(([t]) => Number(t));
    const rows = rowsOf(pageOf(tables['dns-servers'], null, 0, 100));
    assert.deepEqual(
      rows.map((r) => [r['server'], r['asked'], r['answered'], r['codes']]),
      [['192.0.2.1', 20, 20, '16 × NOERROR, 4 × REFUSED']],
    );
    assert.equal(dns.length, 20);
    assert.equal(sharkFields(SAMPLE, 'dns.flags.rcode == 5', 'frame.number').length, 4);
    close(Number(rows[0]!['slowest']), Math.max(...dns), 'slowest answer of DNS');
    const sorted = dns.toSorted((a, b) => a - b);
    close(Number(rows[0]!['p50']), sorted[9]!, 'half of the answers');
    close(Number(rows[0]!['p95']), sorted[18]!, '95 of 100 answers');
    const http = sharkFields(SAMPLE, 'http.time', 'http.time', 'http.response.code');
    const servers = rowsOf(pageOf(tables['http-servers'], null, 0, 100));
    assert.equal(
      servers.reduce((n, r) => n + Number(r['answered']), 0),
      http.length,
    );
    assert.deepEqual(new Set(http.map(([, code]) => code)), new Set(['200']));
    // tshark times an answer to its last segment, this table to its first.
    for (const r of servers) assert.ok(Number(r['slowest']) <= Math.max(...http.map(([t]) => Number(t))) + 1e-6);
  });

  test('TLS: as many hellos of servers, and the time between the hellos', async () => {
    const tables = await transactionTables(sweepSource(s), null, s.analysis.packets.count, new TimeSlices());
    const rows = rowsOf(pageOf(tables.tls, null, 0, 100));
    const hellos = sharkFields(SAMPLE, 'tls.handshake.type == 2', 'tcp.stream', 'frame.time_relative');
    assert.equal(
      rows.reduce((n, r) => n + Number(r['answered']), 0),
      new Set(hellos.map(([stream]) => stream)).size,
    );
    const asked = new Map(
      sharkFields(SAMPLE, 'tls.handshake.type == 1', 'tcp.stream', 'frame.time_relative').map(([k, t]) => [
        k,
        Number(t),
      ]),
    );
    const slowest = Math.max(...hellos.map(([stream, t]) => Number(t) - asked.get(stream)!));
    close(Math.max(...rows.map((r) => Number(r['slowest']))), slowest, 'slowest hello');
  });

  test('packets of each length, and packets and bytes of each second', async () => {
    const { analysis } = s;
    const table = await lengthTable(analysis.packets, null, analysis.packets.count, new TimeSlices());
    const lengths = sharkFields(SAMPLE, 'frame', 'frame.len').map(([n]) => Number(n));
    const rows = rowsOf(pageOf(table, null, 0, 20));
    rows.slice(1).forEach((r) => {
      const [low, high = Infinity] = String(r['lengths']).replaceAll(/[≥,]/g, '').split('–').map(Number);
      const inside = lengths.filter((n) => n >= low! && n <= high);
      assert.deepEqual(
        [r['packets'], r['bytes']],
        [inside.length, inside.reduce((a, b) => a + b, 0)],
        String(r['lengths']),
      );
    });
    const graph = await graphOf(
      s,
      desk.filters,
      graphFields(desk, s),
      [
        { filter: '', value: 'packets', field: 'frame.len' },
        { filter: '', value: 'bytes', field: 'frame.len' },
      ],
      1,
      new TimeSlices(),
    );
    const times = sharkFields(SAMPLE, 'frame', 'frame.time_relative', 'frame.len');
    graph.series[0]!.values.forEach((packets, second) => {
      const inside = times.filter(([t]) => Math.floor(Number(t)) === second);
      assert.equal(packets, inside.length, `second ${second}`);
      assert.equal(
        graph.series[1]!.values[second],
        inside.reduce((n, [, l]) => n + Number(l), 0),
      );
    });
  });

  test('expert information: what 4.0 and 4.4 both say comes as often', async () => {
    const asked = { table: 'expert' as const, list: null };
    const { table } = await desk.statistics.table(s, desk.surveyor, asked, null, new TimeSlices());
    assert.equal(table.note === null ? '' : english(table.note), '');
    const ours = new Map(
      rowsOf(pageOf(table, null, 0, 1000)).map((r) => [`${r['severity']}: ${r['summary']}`, Number(r['count'])]),
    );
    const theirs = sharkExperts(SAMPLE);
    const both = [...theirs.keys()].filter((key) => ours.has(key));
    assert.ok(both.length >= theirs.size - 4, `${both.length} of ${theirs.size}`);
    for (const key of both) assert.equal(ours.get(key), theirs.get(key), key);
  });

  test('connections: sequence numbers, acknowledgements, windows and round trips', async () => {
    const { analysis } = s;
    const fields = sharkFields(
      SAMPLE,
      'tcp',
      'frame.number',
      'tcp.seq',
      'tcp.ack',
      'tcp.window_size',
      'tcp.analysis.ack_rtt',
      'tcp.flags.ack',
    );
    const byPacket = new Map(fields.map((f) => [Number(f[0]), f]));
    let seen = 0;
    for (let flow = flowRow(0); flow < analysis.flows.columns.count; flow++) {
      if (analysis.flows.columns.ipProtocol[flow] !== 6) continue;
      const g = await streamGraph(sweepSource(s), flow, new TimeSlices());
      const trips: number[] = [];
      g.packet.forEach((packet, i) => {
        const [, seq, ack, window, rtt, acks] = byPacket.get(packet)!;
        seen++;
        assert.equal(g.sequence[i], Number(seq), `sequence of packet ${packet}`);
        if (acks === '1' || acks === 'True') assert.equal(g.acknowledged[i], Number(ack), `acknowledged by ${packet}`);
        assert.equal(g.window[i], Number(window), `window of packet ${packet}`);
        if (rtt !== '') trips.push(Number(rtt));
      });
      const ours = [...g.roundTrip].filter((t) => t === t);
      // tshark has one time for each acknowledgement, the graph one for each segment that it acknowledges.
      for (const trip of trips)
        assert.ok(
          ours.some((t) => Math.abs(t - trip) < 2e-6),
          `a round trip of ${trip} in flow ${flow}`,
        );
    }
    assert.equal(seen, byPacket.size);
  });
});
