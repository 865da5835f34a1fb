// The I/O graph of fields beside `tshark -z io,stat`: every value that can be made of one, each with its own filter.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { english, type GraphPage, type GraphValue } from '../../contract/index.ts';
import { fieldColumn } from '../dissect/index.ts';
import { graphOf } from '../stats/index.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { TimeSlices } from '../view/index.ts';
import { graphFields } from './graph-fields.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-graph-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
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

function graph(value: GraphValue, field: string, filter = '', interval = 1): Promise<GraphPage> {
  return graphOf(s, desk.filters, graphFields(desk, s), [{ filter, value, field }], interval, new TimeSlices());
}

/** What tshark has in each interval: `what` is such as SUM(tcp.len)tcp.len. */
function shark(interval: number, what: string): number[] {
  const args = ['-n', '-q', '-r', SAMPLE, '-z', `io,stat,${interval},${what}`];
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8' });
  return [...stdout.matchAll(/^\|\s*[\d.]+ <>\s+(?:[\d.]+|Dur)\s*\|\s*([\d.]+)/gm)].map((m) => Number(m[1]));
}

/** tshark writes 0 where there is nothing, and cuts what it divides. */
function same(ours: Float64Array, theirs: readonly number[], what: string, error: number): void {
  assert.ok(theirs.length > 10, `${what}: ${theirs.length} intervals in tshark`);
  // The last interval of tshark's may be one that nothing is in.
  assert.ok(Math.abs(ours.length - theirs.length) <= 1, `${what}: ${ours.length} and ${theirs.length} intervals`);
  ours.forEach((value, i) => {
    const mine = Number.isNaN(value) ? 0 : value;
    const other = theirs[i] ?? 0;
    assert.ok(Math.abs(mine - other) <= error, `${what}, interval ${i}: ${mine} here, ${other} in tshark`);
  });
}

describe('as in tshark', { skip: WITHOUT_TSHARK }, () => {
  const cases: readonly (readonly [GraphValue, string, string, number])[] = [
    ['sum', 'tcp.len', '', 0],
    ['max', 'tcp.len', '', 0],
    ['min', 'tcp.len', '', 0],
    ['avg', 'tcp.len', '', 1],
    ['frames', 'tcp.len', '', 0],
    ['fields', 'tcp.port', '', 0],
    ['sum', 'tcp.window_size', '', 0],
    ['max', 'tcp.window_size', 'ip.ttl > 1', 0],
    ['avg', 'ip.ttl', '', 1],
    ['fields', 'dns.qry.name', '', 0],
    ['frames', 'dns.a', '', 0],
    ['sum', 'tcp.analysis.ack_rtt', '', 2e-6],
    ['max', 'dns.time', '', 2e-6],
    ['min', 'dns.time', 'udp', 2e-6],
    ['load', 'dns.time', '', 1e-3],
    ['load', 'http.time', '', 1e-3],
    ['sum', 'frame.time_delta', 'tcp', 2e-6],
  ];
  const NAMES: Partial<Record<GraphValue, string>> = { frames: 'COUNT', fields: 'COUNT' };
  for (const [value, field, filter, error] of cases) {
    const name = NAMES[value] ?? value.toUpperCase();
    test(`${value} of ${field}${filter === '' ? '' : ` where ${filter}`}`, async () => {
      const page = await graph(value, field, filter);
      const [one] = page.series;
      assert.equal(one!.problem === null ? '' : english(one!.problem), '');
      const wanted = filter === '' ? field : `${field} && ${filter}`;
      // COUNT of tshark counts values; frames are those that a filter of the field lets through.
      const what = value === 'frames' ? `FRAMES()${wanted}` : `${name}(${field})${wanted}`;
      const theirs = shark(1, what);
      same(one!.values, theirs, what, error);
    });
  }

  test('intervals from a millisecond on have as many packets', async () => {
    for (const interval of [0.001, 0.05, 10]) {
      const page = await graph('packets', '', 'tcp', interval);
      const theirs = shark(interval, 'FRAMES()tcp');
      const ours = page.series[0]!.values;
      assert.deepEqual([...ours], theirs.slice(0, ours.length), `${interval} s`);
    }
  });
});

test('values of pieces are those of the whole capture', async () => {
  const { setup } = desk.packetWork;
  const whole = treeSource(s);
  for (const field of ['tcp.window_size', 'dns.time', 'tcp.analysis.ack_rtt', 'ip.ttl']) {
    const one = await fieldColumn(field, whole, s, setup, 1, new TimeSlices());
    const other = await fieldColumn(field, { ...whole, wholeBytes: null }, s, setup, 1, new TimeSlices());
    assert.deepEqual([...other.starts], [...one.starts], field);
    assert.deepEqual([...other.values], [...one.values], field);
    assert.equal(one.partial, null);
    assert.equal(other.partial?.say, 'filter-partial');
    assert.ok(one.values.length > 10);
  }
});

test('a field that is none, has no numbers, or is no time for LOAD is refused by its name', async () => {
  const said = async (value: GraphValue, field: string): Promise<string> => {
    const { problem } = (await graph(value, field)).series[0]!;
    return problem === null ? '' : english(problem);
  };
  assert.equal(await said('sum', 'no.such'), "there is no field 'no.such'");
  assert.equal(await said('sum', ''), "there is no field ''");
  assert.match(await said('max', 'dns.qry.name'), /^'dns.qry.name' has no numbers/);
  assert.match(await said('load', 'tcp.len'), /^LOAD is made of a time/);
  assert.match(await said('load', 'tcp.window_size'), /^LOAD is made of a time/);
  assert.equal(await said('frames', 'dns.qry.name'), '');
});

test('each interval leads to the first packet that counted', async () => {
  const { series, packet } = await graph('max', 'dns.time', 'udp');
  const [one] = series;
  one!.values.forEach((value, i) => {
    assert.equal(one!.packet[i]! > 0, value === value, `interval ${i}`);
    assert.equal(packet[i], one!.packet[i]);
  });
});
