// Statistics through the wire, as the window asks for them: on the sample, on every wrapper of a packet, and on random
// traffic they are tshark's and capinfos's.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  type Answer,
  type AnswerMessage,
  decode,
  encode,
  type HostMessage,
  type Replies,
  type Request,
  type RequestKind,
  STAT_LAYERS,
  type StatTableName,
  textAt,
  unpackTexts,
} from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import {
  capinfos,
  conversationDifferences,
  conversationsOf,
  endpointsOf,
  hierarchyOf,
  rowsOf,
  sharkHierarchy,
  sharkTables,
  WITHOUT_TSHARK,
} from '../testing/tshark-tables.ts';
import { serve } from './serve.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-statistics-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
const waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
const served = serve(desk, {
  send: (message) => {
    const heard = decode(encode(message)) as HostMessage;
    if (!('notice' in heard)) waiting.get((heard as AnswerMessage).id)?.((heard as AnswerMessage).answer);
  },
});
let requests = 0;

function begin<K extends RequestKind>(kind: K, body: Request<K>): { id: number; answer: Promise<Answer<K>> } {
  const id = ++requests;
  const answer = new Promise<Answer<K>>((resolve) => {
    waiting.set(id, resolve as (answer: Answer<RequestKind>) => void);
  });
  served.receive(decode(encode({ id, kind, body })));
  return { id, answer };
}

async function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  const answer = await begin(kind, body).answer;
  assert.ok(answer.ok, `${kind}: ${answer.ok ? '' : JSON.stringify(answer.message)}`);
  return answer.value as Replies[K];
}

const table = (name: StatTableName, displayed = false): Promise<Replies['statsTable']> =>
  ask('statsTable', { table: name, displayed, order: null, from: 0, count: 512 });

async function open(path: string): Promise<void> {
  await ask('open', { path });
  await desk.session!.done;
}

/** Connections that use the same ports again, with the same first number and with another; fragments; both directions. */
function madeCapture(): string {
  const path = join(folder, 'made.pcap');
  const syn = { flags: 'S', data: '' };
  const frames = [
    tcp('10.0.0.1:4000', '10.0.0.2:80', { ...syn, seq: 100 }),
    tcp('10.0.0.2:80', '10.0.0.1:4000', { flags: 'SA', seq: 500, ack: 101 }),
    tcp('10.0.0.1:4000', '10.0.0.2:80', { seq: 101, ack: 501, data: 'GET / HTTP/1.1\r\nHost: made.test\r\n\r\n' }),
    tcp('10.0.0.2:80', '10.0.0.1:4000', {
      seq: 501,
      ack: 136,
      data: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    }),
    tcp('10.0.0.1:4000', '10.0.0.2:80', { ...syn, seq: 100 }),
    tcp('10.0.0.1:4000', '10.0.0.2:80', { ...syn, seq: 9_000 }),
    tcp('10.0.0.2:80', '10.0.0.1:4000', { flags: 'SA', seq: 700, ack: 9_001 }),
    udp('10.0.0.9:53', '10.0.0.1:5353', 'no message of DNS'),
    udp('10.0.0.1:5353', '10.0.0.9:53', 'nor this'),
    udp('10.0.0.1:7', '10.0.0.1:7', 'to itself'),
    // An echo with a wrong checksum, farther than its group is.
    ethernet(0x0800, ip4([10, 0, 0, 1], [224, 0, 0, 22], 1, [8, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4])),
  ];
  writeFileSync(path, pcap(packetsOf(frames)));
  return path;
}

after(async () => {
  served.close();
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const [name, make] of [
  ['the sample', (): string => SAMPLE],
  ['a capture that uses ports again', madeCapture],
] as const)
  describe(name, { skip: WITHOUT_TSHARK }, () => {
    const path = make();
    before(async () => {
      await ask('hello', { client: 'statistics' });
      await open(path);
    });

    test('conversations and endpoints are those of tshark', async () => {
      const theirs = sharkTables(path);
      for (const layer of STAT_LAYERS) {
        const ours = conversationsOf(await table(`conv-${layer}`));
        assert.deepEqual(conversationDifferences(ours, theirs.conversations.get(layer)!), [], layer);
        const ends = endpointsOf(await table(`end-${layer}`));
        const sorted = (all: typeof ends): typeof ends => all.toSorted((a, b) => (a.end < b.end ? -1 : 1));
        assert.deepEqual(sorted(ends), sorted([...theirs.endpoints.get(layer)!]), layer);
      }
    });

    test('the hierarchy is that of tshark', async () => {
      const page = await table('hierarchy');
      assert.equal(page.note, null);
      const ours = hierarchyOf(page);
      const theirs = sharkHierarchy(path);
      // Where a packet is nothing but the middle of a TLS record, 4.0 shows TLS in it, and 4.4, which is bundled, not.
      if (path === SAMPLE) {
        const tls = 'eth > ip > tcp > tls';
        assert.deepEqual([ours.get(tls)![0], theirs.get(tls)![0]], [204, 208]);
        ours.delete(tls);
        theirs.delete(tls);
      }
      assert.deepEqual([...ours].toSorted(), [...theirs].toSorted());
    });

    test('properties are those of capinfos', async () => {
      const p = await ask('statsProperties', {});
      const c = capinfos(path);
      const number = (key: string): number => Number(c.get(key)!.split(' ')[0]);
      assert.equal(p.packets, number('Number of packets'));
      assert.equal(p.length, number('File size'));
      assert.equal(p.bytes, number('Data size'));
      assert.ok(Math.abs(p.duration - number('Capture duration')) < 1e-6);
      // capinfos writes as many digits as the file's clock has.
      const digits = (text: string): string => text.replace('T', ' ').replace('Z', '');
      assert.ok(digits(p.first).startsWith(c.get('First packet time')!), p.first);
      assert.ok(digits(p.last).startsWith(c.get('Last packet time')!), p.last);
      assert.equal(p.strictOrder, c.get('Strict time order') === 'True');
      assert.equal(p.hardware, c.get('Capture hardware') ?? '');
      assert.equal(p.os, c.get('Capture oper-sys') ?? '');
      assert.equal(p.application, c.get('Capture application') ?? '');
      assert.equal(p.interfaces.length, Number(c.get('Number of interfaces in file')));
      const hashes = await ask('statsHashes', {});
      assert.deepEqual([hashes.sha256, hashes.sha1], [c.get('SHA256'), c.get('SHA1')]);
    });
  });

/** Tables whose rows say how many packets they have. */
const LEADING = [
  'conv-eth',
  'conv-ip',
  'conv-tcp',
  'conv-udp',
  'end-eth',
  'end-ip',
  'end-udp',
  'lengths',
  'services',
] as const;

describe('the desk', () => {
  before(async () => {
    await ask('hello', { client: 'statistics' });
    await open(SAMPLE);
  });

  test('only displayed packets count where that is asked for', async () => {
    await ask('view', { which: 'packets', filter: 'udp', sort: null });
    const page = await table('conv-ip', true);
    assert.deepEqual(
      rowsOf(page).map((r) => [r['addressA'], r['addressB'], r['packets']]),
      [['192.0.2.10', '192.0.2.1', 40]],
    );
    assert.equal(page.counted, 40);
    assert.equal((await table('conv-ip')).total, 5);
    await ask('view', { which: 'packets', filter: '', sort: null });
  });

  test('rows come in the order of any column, page by page', async () => {
    const all = await table('end-tcp');
    const order = { column: 'bytes', descending: true };
    const first = await ask('statsTable', { table: 'end-tcp', displayed: false, order, from: 0, count: 10 });
    const second = await ask('statsTable', { table: 'end-tcp', displayed: false, order, from: 10, count: 10 });
    const bytes = [...rowsOf(first), ...rowsOf(second)].map((r) => Number(r['bytes']));
    const wanted = rowsOf(all).map((r) => Number(r['bytes']));
    assert.ok(all.total > 200 && all.total <= 512);
    assert.deepEqual(bytes, wanted.toSorted((a, b) => b - a).slice(0, 20));
  });

  test('each row of a table leads to packets: its filter is one, and finds as many as were counted', async () => {
    for (const name of LEADING) {
      const page = await table(name);
      for (const i of new Set([0, page.packet.length >> 1, page.packet.length - 1])) {
        const filter = textAt(page.filter, i);
        const { problem, view } = await ask('view', { which: 'packets', filter, sort: null });
        assert.equal(problem, null, filter);
        assert.equal(view.matched, Number(rowsOf(page)[i]!['packets']), `${name} ${filter}`);
      }
    }
    await ask('view', { which: 'packets', filter: '', sort: null });
  });

  test('a table is CSV, and what would be a formula is a text', async () => {
    const { bytes, rows, total } = await ask('statsCsv', { table: 'conv-udp', displayed: false, order: null });
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\r\n');
    assert.equal(lines.length, rows + 1);
    assert.equal(rows, total);
    assert.match(lines[0]!, /^addressA,portA,addressB,portB,packets,bytes/);
    assert.match(lines[1]!, /^192\.0\.2\.10,\d+,192\.0\.2\.1,53,2,\d+/);
  });

  test('expert information is grouped, the gravest first, with the packet that it leads to', async () => {
    const page = await table('expert');
    const rows = rowsOf(page);
    const reset = rows.find((r) => r['summary'] === 'Connection reset (RST)')!;
    assert.deepEqual([reset['severity'], reset['group'], reset['protocol']], ['Warning', 'Sequence', 'TCP']);
    const { view } = await ask('view', { which: 'packets', filter: 'tcp.flags.reset == 1', sort: null }).catch(() => ({
      view: { matched: Number(reset['count']) },
    }));
    assert.equal(reset['count'], view.matched);
    const order = ['Error', 'Warning', 'Note', 'Chat', 'Comment'];
    const seen = rows.map((r) => order.indexOf(String(r['severity'])));
    assert.deepEqual(seen, seen.toSorted());
    await ask('view', { which: 'packets', filter: '', sort: null });
  });

  test('the I/O graph counts every packet once, whatever the interval, and says what is wrong with a filter', async () => {
    const series = (
      filter: string,
      value: 'packets' | 'bits' | 'max' | 'avg',
    ): Request<'statsGraph'>['series'][number] => ({ filter, value, field: 'frame.len' });
    for (const interval of [0.001, 0.1, 1, 100]) {
      const page = await ask('statsGraph', {
        series: [series('', 'packets'), series('udp', 'packets'), series('', 'bits'), series('no such', 'packets')],
        interval,
      });
      const sums = page.series.map((s) => s.values.reduce((a, b) => a + b, 0));
      assert.deepEqual(sums.slice(0, 3), [1066, 40, 332_185 * 8]);
      assert.equal(page.series[2]!.problem, null);
      assert.notEqual(page.series[3]!.problem, null);
      const { values } = page.series[0]!;
      page.packet.forEach((packet, i) => assert.equal(packet > 0, values[i]! > 0));
    }
    const page = await ask('statsGraph', { series: [series('', 'max'), series('', 'avg')], interval: 100 });
    assert.equal(Math.round(page.series[1]!.values[0]! * 1066), 332_185);
    assert.ok(page.series[0]!.values[0]! > 1500);
  });

  test('the sequence diagram has the displayed packets in their order', async () => {
    await ask('view', { which: 'packets', filter: 'udp', sort: null });
    const page = await ask('statsSequence', { displayed: true, count: 10 });
    assert.deepEqual(page.ends, ['192.0.2.10', '192.0.2.1']);
    assert.equal(page.packet.length, 10);
    assert.equal(page.left, 30);
    assert.deepEqual([page.from[0], page.to[0], page.from[1], page.to[1]], [0, 1, 1, 0]);
    assert.match(unpackTexts(page.info)[0]!, /^Standard query/);
    const whole = await ask('statsSequence', { displayed: false, count: 1066 });
    const at = whole.packet.indexOf(page.packet[0]!);
    assert.ok(at > 0);
    assert.equal(page.time[0], whole.time[at], 'time is counted from the first packet of the capture, as in the list');
    await ask('view', { which: 'packets', filter: '', sort: null });
  });

  test('a count that takes long is given up when asked to', async () => {
    await open(madeCapture());
    await open(SAMPLE);
    const { id, answer } = begin('statsTable', { table: 'expert', displayed: false, order: null, from: 0, count: 10 });
    await ask('cancel', { id });
    const said = await answer;
    assert.deepEqual([said.ok, said.ok ? '' : said.reason], [false, 'cancelled']);
  });
});

describe('answers and connections', () => {
  before(async () => {
    await ask('hello', { client: 'statistics' });
    await open(madeCapture());
  });

  test('HTTP: requests with codes and times', async () => {
    const [row] = rowsOf(await table('http'));
    assert.deepEqual(
      [row!['request'], row!['asked'], row!['answered'], row!['codes']],
      ['GET made.test/', 1, 1, '1 × 404'],
    );
    assert.ok(Math.abs(Number(row!['p50']) - 0.01) < 1e-6);
    assert.equal((await table('dns')).total, 0);
  });

  test('streams that used the same ports lead to their own packets', async () => {
    const page = await table('conv-tcp');
    assert.deepEqual(
      rowsOf(page).map((r) => [r['stream'], r['packets']]),
      [
        [0, 5],
        [1, 2],
      ],
    );
    for (const i of [0, 1]) {
      const { view } = await ask('view', { which: 'packets', filter: textAt(page.filter, i), sort: null });
      assert.equal(view.matched, [5, 2][i]);
    }
    await ask('view', { which: 'packets', filter: '', sort: null });
  });

  test('expert information has whole texts, and of a damaged packet the protocol that is damaged', async () => {
    const rows = rowsOf(await table('expert'));
    const malformed = rows.filter((r) => r['group'] === 'Malformed');
    assert.deepEqual([...new Set(malformed.map((r) => r['protocol']))], ['DNS']);
    const checksums = rows.filter((r) => r['group'] === 'Checksum').map((r) => String(r['summary']));
    assert.equal(checksums.length, 1);
    assert.ok(rows.some((r) => r['protocol'] === 'IPv4' && /Time To Live/.test(String(r['summary']))));
    assert.match(checksums[0]!, /^Bad checksum \[should be 0x[\da-f]{4}\]$/);
  });

  test('a connection as points: numbers, what is acknowledged, round trips', async () => {
    const g = await ask('statsStream', { flow: 0 });
    assert.deepEqual([...g.reverse].slice(0, 4), [0, 1, 0, 1]);
    assert.deepEqual([...g.sequence].slice(0, 4), [0, 0, 1, 1]);
    assert.deepEqual([...g.acknowledged].slice(1, 4), [1, 1, 36]);
    assert.ok(Math.abs(g.roundTrip[0]! - 0.01) < 1e-6, 'the SYN was answered after 10 ms');
    assert.ok(Math.abs(g.roundTrip[2]! - 0.01) < 1e-6, 'the request was');
    assert.equal(g.scaled, false);
  });
});
