// The same capture in one thread and in several: records are the same, byte for byte.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignBaseline } from '../detect/index.ts';
import { testModel } from '../testing/models.ts';
import { ethernet, ip4, pcap, tcp, testRandom, type TestPacket } from '../testing/packets.ts';
import { RandomTraffic } from '../testing/random-traffic.ts';
import { recordListener } from './record-maker.ts';
import { scoreFile } from './score-file.ts';

const model = testModel();
const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const path = join(folder, 'alike.pcap');
const PACKETS = 20_000;

/** Pings whose data is other bytes, and as many, each time, in both directions: what a tunnel in pings looks like. */
function pings(count: number, random: () => number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const data = Array.from({ length: 30 + ((i * 97) % 900) }, () => Math.floor(random() * 256));
    const [from, to] = i % 2 === 0 ? [1, 2] : [2, 1];
    const echo = [i % 2 === 0 ? 8 : 0, 0, 0, 0, 0, 7, i >> 9, (i >> 1) & 255, ...data];
    return ethernet(0x0800, ip4([10, 9, 0, from!], [10, 9, 0, to!], 1, echo));
  });
}

/** Requests of which one is lost to the capture, and acknowledged by its receiver. */
function holes(): number[][] {
  const [client, server] = ['10.8.0.1:40000', '10.8.0.2:80'];
  const get = (name: string): string => `GET /${name} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const lost = get('lost').length;
  const one = get('one').length;
  const three = get('three');
  return [
    tcp(client, server, { flags: 'S', seq: 99 }),
    tcp(server, client, { flags: 'SA', seq: 499, ack: 100 }),
    tcp(client, server, { flags: 'A', seq: 100, ack: 500, data: get('one') }),
    tcp(server, client, { flags: 'A', seq: 500, ack: 100 + one, data: answer }),
    tcp(server, client, { flags: 'A', seq: 500 + answer.length, ack: 100 + one + lost, data: answer }),
    tcp(client, server, { flags: 'A', seq: 100 + one + lost, ack: 500 + 2 * answer.length, data: three }),
    tcp(server, client, {
      flags: 'A',
      seq: 500 + 2 * answer.length,
      ack: 100 + one + lost + three.length,
      data: answer,
    }),
  ];
}

function* traffic(): Generator<TestPacket> {
  const random = testRandom(7);
  const many = new RandomTraffic(random);
  let time = 1_700_000_000;
  for (const frame of [...pings(400, random), ...holes()]) {
    time += 0.05;
    yield { bytes: Uint8Array.from(frame), time };
  }
  for (let i = 0; i < PACKETS; i++) {
    const p = many.next();
    time += p.nsec % 3 === 0 ? 0.2 : 0.001;
    yield { bytes: p.buf.slice(p.off, p.off + p.cap), time, wire: p.wire };
  }
}

async function records(threads: number, readAhead: boolean): Promise<string[]> {
  const baseline = foreignBaseline(model);
  const lines: string[] = [];
  const listed = recordListener(model, baseline, { file: 'x', records: 'full', reasons: 5 }, (record) =>
    lines.push(JSON.stringify(record)),
  );
  const result = await scoreFile(path, { model, baseline, threads, cacheFolder: folder, readAhead }, listed);
  listed.finish(result.scorer);
  assert.equal(result.ending.kind, 'ok');
  return lines;
}

test('records are the same with one thread and with two to four, and each time', async () => {
  writeFileSync(path, pcap([...traffic()]));
  const expected = await records(1, false);
  assert.ok(expected.length > 4_500, `${expected.length} records`);
  assert.ok(expected.some((line) => line.includes('icmp-tunnel')));
  for (const threads of [1, 2, 2, 3, 4]) {
    const found = await records(threads, true);
    assert.equal(found.length, expected.length);
    for (const [i, line] of expected.entries()) assert.equal(found[i], line, `${threads} threads, record ${i}`);
  }
});
