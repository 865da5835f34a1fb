// What the dissection engine says of rows, asked as the window asks: beside what Wireshark's list shows of the sample.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packetRow, textAt, unpackTexts, type PacketRow, type RowTextsPage } from '../../contract/index.ts';
import { DissectProcess, RowDissection } from '../dissect/index.ts';
import { testDesk } from '../testing/desks.ts';
import { rowTextsOf } from './row-texts.ts';
import { treeSource } from './tree-source.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-row-texts-'));
const desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });

before(async () => {
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
});
const engine = new DissectProcess(() => undefined);
const parts = new RowDissection(engine);
after(async () => {
  parts.close();
  engine.close();
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

const rows = (from: number, to: number): PacketRow[] =>
  Array.from({ length: to - from + 1 }, (_, i) => packetRow(from - 1 + i));

function said(page: RowTextsPage, no: number): string {
  const i = page.row.indexOf(no - 1);
  return `${textAt(page.protocol, i)} ${textAt(page.info, i)}`;
}

test('rows speak as in Wireshark: relative numbers, options, colours of its rules', async () => {
  const page = await rowTextsOf(desk, { rows: rows(25, 40), fields: [] });
  assert.equal(page.partial, false);
  assert.deepEqual([...page.row], rows(25, 40));
  assert.equal(said(page, 25), 'ARP Who has 192.0.2.80? Tell 192.0.2.10');
  assert.match(
    said(page, 27),
    /^TCP 59002 → 443 \[SYN\] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=2909864131 TSecr=0 WS=1024$/,
  );
  assert.equal(said(page, 30), 'TLSv1.3 Client Hello (SNI=www.sample.test)');
  // ARP, TCP SYN/FIN and TCP of Wireshark's default rules.
  assert.equal(page.background[0], 0xfaf0d7);
  assert.equal(page.background[2], 0xa0a0a0);
  assert.equal(page.background[4], 0xe7e6ff);
  assert.ok(page.foreground.every((colour) => colour === 0x12272e));
});

test('columns of fields have the values of the packet; a name that is none has no values', async () => {
  const fields = ['ip.ttl', 'tcp.stream', 'http.request.uri', 'nothing.of.it', 'ip.ttl","%i'];
  const page = await rowTextsOf(desk, { rows: rows(343, 344), fields });
  assert.deepEqual(page.values.map(unpackTexts), [
    ['64', '64'],
    ['17', '17'],
    ['/', ''],
    ['', ''],
    ['', ''],
  ]);
  const other = await rowTextsOf(desk, { rows: rows(25, 27), fields: ['arp.opcode'] });
  assert.match(unpackTexts(other.values[0]!)[0]!, /^request|^1$/);
  assert.equal(unpackTexts(other.values[0]!)[2], '');
});

test('of a capture too large for the engine rows are dissected with what surrounds them, and that is said', async () => {
  const source = { ...treeSource(desk.session!), wholeBytes: null };
  for (const [from, to] of [
    [1, 40],
    [340, 380],
    [1020, 1066],
  ] as const) {
    const whole = await rowTextsOf(desk, { rows: rows(from, to), fields: [] });
    const answer = await parts.rows(source, rows(from, to), []);
    assert.ok(answer.ok);
    assert.equal(answer.page.partial, true);
    for (let no = from; no <= to; no++) assert.equal(said(answer.page, no), said(whole, no));
    assert.deepEqual(answer.page.background, whole.background);
  }
});

test('an echo names the packet of its reply, also where the engine counts packets differently', async () => {
  const answer = await parts.rows({ ...treeSource(desk.session!), wholeBytes: null }, rows(374, 375), []);
  assert.ok(answer.ok);
  assert.match(said(answer.page, 374), /\(reply in 375\)$/);
  assert.match(said(answer.page, 375), /\(request in 374\)$/);
});

test('a row that the capture does not have is refused', async () => {
  await assert.rejects(rowTextsOf(desk, { rows: [packetRow(1066)], fields: [] }), /1,?067/);
});
