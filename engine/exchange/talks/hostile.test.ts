// Captures with bytes changed, cut and out of order: every form is written, no line is broken, and nothing throws.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Analysis } from '../../session/index.ts';
import { feed } from '../../testing/captures.ts';
import { serverFlight } from '../../testing/certificates.ts';
import { clientHello, packetsOf, pcap, testRandom, udp } from '../../testing/packets.ts';
import { httpAnswer, talk } from '../../testing/talk.ts';
import { EveLines } from '../eve/lines.ts';
import { FlowExportFile } from '../netflow/flow-file.ts';
import { ZeekLogs, type ZeekName } from '../zeek/logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-hostile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const DNS = [
  [0, 7, 0x85, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, 1, 0x61, 0, 0, 16, 0, 1],
  [0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 4, 3, 9, 10, 0x2c],
  [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 2, 0xc0, 12],
  [0xc0, 12, 0, 46, 0, 1, 0, 0, 0, 9, 0, 20, ...new Array<number>(18).fill(1), 0xc0, 12],
].flat();
const CERTIFICATE = { subject: 'O=a\tb, CN=x,y', notBefore: 1_700_000_000, names: ['a,b', 'c\nd'] };
const SEEDS: readonly (readonly number[][])[] = [
  talk('10.0.0.1:4000', '192.0.2.5:80', [
    [0, 'POST /a\x01b HTTP/1.1\r\nHost: a\tb\r\nUser-Agent: \xff\xfe\r\nContent-Length: 3\r\n\r\nabc'],
    [1, httpAnswer(['Content-Encoding: gzip', 'Content-Disposition: attachment; filename="a\tb"'], gzipSync('MZ\n'))],
    [0, 'GET /\n HTTP/1.1\r\n\r\n'],
    [1, 'HTTP/1.1 404 \x00\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ]),
  talk('10.0.0.1:4001', '192.0.2.5:443', [
    [0, clientHello('a.b,c\td')],
    [1, serverFlight(CERTIFICATE)],
    [0, new Uint8Array([20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 4, 1, 2, 3, 4])],
    [1, new Uint8Array([20, 3, 3, 0, 1, 1, 21, 3, 3, 0, 2, 2, 40])],
  ]),
  [udp('10.0.0.1:53', '192.0.2.5:53', DNS), udp('192.0.2.5:53', '10.0.0.1:53', DNS)],
];

async function written(frames: readonly (readonly number[])[]): Promise<void> {
  const path = join(folder, 'in.pcap');
  writeFileSync(path, pcap(packetsOf(frames)));
  const analysis = new Analysis({ completed: () => undefined });
  await feed(path, analysis);
  analysis.finish();
  const logs = new ZeekLogs(folder, 'tsv');
  const eve = new EveLines(join(folder, 'eve.json'));
  const flows = new FlowExportFile(join(folder, 'flows.ipfix'), 'ipfix');
  for (const walk of [logs.walk(analysis), eve.walk(analysis, 'a'), flows.walk(analysis)]) {
    await feed(path, walk);
    walk.finish();
  }
  await logs.close();
  await eve.close();
  await flows.close();
  for (const name of ['conn', 'dns', 'ssl', 'http', 'x509', 'files'] satisfies ZeekName[]) {
    const lines = readFileSync(join(folder, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n');
    const fields = lines.find((l) => l.startsWith('#fields'))!.split('\t').length - 1;
    for (const line of lines.filter((l) => !l.startsWith('#'))) {
      assert.equal(line.split('\t').length, fields, line);
      assert.ok(!/[\0-\x08\x0b-\x1f\x7f]/.test(line), line);
    }
  }
  const events = readFileSync(join(folder, 'eve.json'), 'utf8').split('\n');
  for (const line of events) if (line !== '') JSON.parse(line);
  // Every flow is told once.
  const conn = readFileSync(join(folder, 'conn.log'), 'utf8')
    .split('\n')
    .filter((l) => l !== '' && !l.startsWith('#'));
  assert.equal(conn.length, analysis.flows.columns.count);
  assert.equal(new Set(conn.map((l) => l.split('\t')[1])).size, conn.length);
}

test('whole', async () => {
  for (const frames of SEEDS) await written(frames);
});

test('bytes changed, packets cut, twice, away and in another order', async () => {
  const random = testRandom(23);
  for (let round = 0; round < 40; round++) {
    const frames = SEEDS[round % SEEDS.length]!.flatMap((frame) => {
      const copy = [...frame];
      for (let n = Math.floor(random() * 4); n > 0; n--)
        copy[Math.floor(random() * copy.length)] = [0, 255, Math.floor(random() * 256)][Math.floor(random() * 3)]!;
      const cut = random() < 0.1 ? copy.slice(0, 14 + Math.floor(random() * copy.length)) : copy;
      if (random() < 0.1) return [];
      return random() < 0.1 ? [cut, cut] : [cut];
    });
    if (random() < 0.3) frames.sort(() => random() - 0.5);
    await written(frames);
  }
});
