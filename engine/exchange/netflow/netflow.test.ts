// IPFIX and NetFlow 9 of the sample as tshark reads them, value by value beside the flow table.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { flowRow, type FlowRecord } from '../../../contract/index.ts';
import { Analysis, flowRecord } from '../../session/index.ts';
import { feed } from '../../testing/captures.ts';
import { WITHOUT_TSHARK } from '../../testing/tshark-tables.ts';
import { FlowExportFile } from './flow-file.ts';
import { ntpTime } from './ipfix.ts';

const SAMPLE = new URL('../../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-netflow-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const analysis = new Analysis({ completed: () => undefined });

async function made(form: 'ipfix' | 'netflow9', name: string): Promise<string> {
  const path = join(folder, name);
  const file = new FlowExportFile(path, form);
  const walk = file.walk(analysis);
  await feed(SAMPLE, walk);
  walk.finish();
  await file.close();
  return path;
}

type Told = Record<string, string>;

/** Records as tshark prints them: names of its lines, those of the other direction with a dash before them. */
function records(path: string, port: number): Told[] {
  const text = execFileSync('tshark', ['-n', '-r', path, '-d', `udp.port==${port},cflow`, '-V'], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
  const out: Told[] = [];
  for (const line of text.split('\n')) {
    if (/^\s+Flow \d+$/.test(line)) out.push({});
    else if (/^\s*Malformed|Dissector bug/.test(line)) assert.fail(line);
    const found = /^\s+([\w ]+): (.*?)( \(Reverse Type .*\))?$/.exec(line);
    const now = out.at(-1);
    if (now === undefined || found === null) continue;
    now[found[3] === undefined ? found[1]! : `-${found[1]!}`] ??= found[2]!;
  }
  return out;
}

const numberOf = (text: string | undefined): number => Number(/\((\d+)\)$/.exec(text ?? '')?.[1] ?? text);

function table(): FlowRecord[] {
  const rows = Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRow(row));
  return rows.map((row) => flowRecord(analysis, 'sample', row));
}

/** `Nov 24, 2026 21:22:26.889038729 UTC` as RFC 3339. */
function stamp(text: string): string {
  const [, day, fraction] = /^(.*)\.(\d{9}) UTC$/.exec(text)!;
  return `${new Date(`${day!} UTC`).toISOString().slice(0, 19)}.${fraction!}Z`;
}

describe('flow exports beside tshark', { skip: WITHOUT_TSHARK }, () => {
  before(async () => {
    await feed(SAMPLE, analysis);
    analysis.finish();
  });

  test('IPFIX: every flow, every value', async () => {
    const told = new Map(records(await made('ipfix', 'flows.pcap'), 4739).map((r) => [numberOf(r['Flow Id']), r]));
    const flows = table();
    assert.equal(told.size, flows.length);
    for (const f of flows) {
      const r = told.get(f.id)!;
      assert.deepEqual([r['SrcAddr'], r['DstAddr']], [f.src, f.dst]);
      assert.deepEqual([numberOf(r['SrcPort']), numberOf(r['DstPort'])], [f.sport ?? 0, f.dport ?? 0]);
      assert.deepEqual([numberOf(r['Packets']), numberOf(r['-Packets'])], [f.packets_fwd, f.packets_rev]);
      const octets = [r['Layer2 Octet Delta Count'], r['-Layer2 Octet Delta Count']].map(numberOf);
      assert.deepEqual(octets, [f.bytes_fwd, f.bytes_rev]);
      assert.deepEqual([stamp(r['StartTime']!), stamp(r['EndTime']!)], [f.start, f.end]);
      assert.equal(r['ApplicationName'] ?? r['Application Name'], f.app);
    }
  });

  test('NetFlow 9: a record for each direction that had packets', async () => {
    const told = records(await made('netflow9', 'flows9.pcap'), 2055);
    const key = (...parts: readonly unknown[]): string => parts.join(' ');
    const left = new Map<string, number>();
    for (const r of told) {
      const ports = [numberOf(r['SrcPort']), numberOf(r['DstPort'])];
      const k = key(r['SrcAddr'], r['DstAddr'], ...ports, numberOf(r['Packets']), numberOf(r['Direction']));
      left.set(k, (left.get(k) ?? 0) + 1);
    }
    let wanted = 0;
    for (const f of table()) {
      const there = key(f.src, f.dst, f.sport ?? 0, f.dport ?? 0, f.packets_fwd, 0);
      const back = key(f.dst, f.src, f.dport ?? 0, f.sport ?? 0, f.packets_rev, 1);
      for (const [k, packets] of [
        [there, f.packets_fwd],
        [back, f.packets_rev],
      ] as const) {
        if (packets === 0) continue;
        wanted++;
        assert.ok((left.get(k) ?? 0) > 0, `no record ${k}`);
        left.set(k, left.get(k)! - 1);
      }
    }
    assert.equal(told.length, wanted);
  });

  test('messages alone are what the datagrams carry', async () => {
    const capture = readFileSync(await made('ipfix', 'again.pcap'));
    const messages = readFileSync(await made('ipfix', 'flows.ipfix'));
    let at = 24;
    const parts: Buffer[] = [];
    while (at < capture.length) {
      const size = capture.readUInt32LE(at + 8);
      parts.push(capture.subarray(at + 16 + 42, at + 16 + size));
      at += 16 + size;
    }
    assert.deepEqual(Buffer.concat(parts), messages);
    // Numbers of records go on from message to message (RFC 7011, 3.1).
    assert.equal(messages.readUInt16BE(0), 10);
    assert.equal(messages.readUInt32BE(8), 0);
  });
});

test('times count from 1900, before 1970 and beyond 2036 too', () => {
  assert.equal(ntpTime({ seconds: 0, nanoseconds: 500_000_000 }), (2_208_988_800n << 32n) | 0x8000_0000n);
  assert.equal(ntpTime({ seconds: -1, nanoseconds: 0 }) >> 32n, 2_208_988_799n);
  assert.equal(ntpTime({ seconds: 2_085_978_496, nanoseconds: 0 }), 0n);
});
