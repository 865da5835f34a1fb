// Streams, objects, keys, dissectors and searching, asked as a window asks, on captures made here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createCipheriv } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type AnswerMessage,
  type FollowPage,
  packetRow,
  type Replies,
  type Request,
  type RequestKind,
  SaidError,
  say,
  streamBytes,
  textAt,
} from '../../contract/index.ts';
import {
  ethernet,
  ip4,
  block,
  packetsOf,
  pcap,
  sectionHeader,
  enhancedPacket,
  interfaceBlock,
  udp,
} from '../testing/packets.ts';
import { chunked, httpAnswer, talk, talks } from '../testing/talk.ts';
import { DTLS_KEYS, DTLS_SAID, dtlsTalk } from '../testing/dtls-talk.ts';
import { tlsTalk } from '../testing/tls-talk.ts';
import { keepLog } from '../log/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { until } from '../testing/waiting.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { serve } from './serve.ts';

const TEXT = Buffer.from('Hello, stream. '.repeat(300));
const ASK = 'GET /files/a.txt?x=1 HTTP/1.1\r\nHost: example.test\r\n\r\n';

let folder: string;
let desk: Desk;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-packet-work-'));
  desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
});
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await desk.openFile(path, 'file');
  await desk.session!.done;
}

function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  return handled(desk, asker, kind, body);
}

const follow = (kind: Request<'follow'>['kind'], flow = 0, substream: number | null = null): Promise<FollowPage> =>
  ask('follow', { flow, kind, substream });
const said = (page: FollowPage, side: number): string => Buffer.from(streamBytes(page, side)).toString('utf8');
const objects = (kind: Request<'objects'>['kind'], search = ''): Promise<Replies['objects']> =>
  ask('objects', { kind, search, from: 0, count: 100 });

/** A block of secrets with a key log (draft-ietf-opsawg-pcapng, 4.7). */
function secretsOf(keys: string): number[] {
  const log = Buffer.from(keys);
  const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24];
  const padding = new Array<number>((4 - (log.length % 4)) % 4).fill(0);
  return block(10, [...u32(0x544c534b), ...u32(log.length), ...log, ...padding]);
}

function web(n: number, coding: string, body: Uint8Array): number[][] {
  const head = coding === '' ? [] : [`Content-Encoding: ${coding}`];
  const answer = httpAnswer(['Content-Type: text/plain; charset=x', ...head], body);
  return talk(`10.0.0.1:${2000 + n}`, '10.0.0.2:80', [
    [0, ASK],
    [1, answer],
  ]);
}

describe('follow', () => {
  test('bodies of HTTP stand as they were before they were coded and cut into chunks', async () => {
    const damaged = Buffer.from(brotliCompressSync(TEXT)).subarray(0, 12);
    const coded: [string, Uint8Array][] = [
      ['gzip', gzipSync(TEXT)],
      ['br', brotliCompressSync(TEXT)],
      ['zstd', zstdCompressSync(TEXT)],
      ['deflate', deflateRawSync(TEXT)],
      ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
      ['br', damaged],
    ];
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n';
    const inChunks = Buffer.concat([Buffer.from(head), chunked(brotliCompressSync(TEXT), 9)]);
    await open(
      'coded.pcap',
      talks(
        ...coded.map(([coding, body], i) => web(i, coding, body)),
        talk('10.0.0.1:3000', '10.0.0.2:80', [
          [0, ASK],
          [1, inChunks],
        ]),
      ),
    );
    for (const flow of [0, 1, 2, 3, 4, 6]) {
      const page = await follow('http', flow);
      assert.equal(said(page, 0), ASK);
      assert.equal(said(page, 1).split('\r\n\r\n').slice(1).join(), TEXT.toString(), `flow ${flow}`);
      assert.equal(page.coded, 0);
    }
    const page = await follow('http', 5);
    assert.equal(page.coded, 1, 'a body that cannot be undone is told');
    assert.ok(Buffer.from(streamBytes(page, 1)).includes(damaged), 'and stands as it was sent');
    assert.equal((await follow('tcp', 6)).serverBytes, inChunks.length, 'TCP shows what was sent');
  });

  test('of many streams of HTTP/2 each is shown by itself, its bodies undone', async () => {
    const literal = (name: string, value: string): Buffer =>
      Buffer.concat([
        Buffer.from([0, name.length]),
        Buffer.from(name),
        Buffer.from([value.length]),
        Buffer.from(value),
      ]);
    const frame = (type: number, flags: number, stream: number, body: Uint8Array): Buffer =>
      Buffer.concat([Buffer.from([0, body.length >> 8, body.length & 255, type, flags, 0, 0, 0, stream]), body]);
    const request = (path: string): Buffer =>
      Buffer.concat([
        literal(':method', 'GET'),
        literal(':path', path),
        literal(':scheme', 'http'),
        literal(':authority', 'h'),
      ]);
    const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))]);
    const body = brotliCompressSync(TEXT);
    await open(
      'http2.pcap',
      talks(
        talk('10.0.0.1:4000', '10.0.0.2:80', [
          [0, preface],
          [0, Buffer.concat([frame(1, 5, 1, request('/one')), frame(1, 5, 3, request('/three'))])],
          [1, frame(4, 0, 0, Buffer.alloc(0))],
          [1, frame(1, 4, 3, Buffer.concat([literal(':status', '200'), literal('content-encoding', 'br')]))],
          [1, frame(1, 4, 1, literal(':status', '200'))],
          // Padded by four bytes (RFC 9113, section 6.1).
          [1, frame(0, 8, 1, Buffer.from([4, ...Buffer.from('first '), 0, 0, 0, 0]))],
          [1, frame(0, 0, 3, body.subarray(0, 10))],
          [1, frame(0, 1, 1, Buffer.from('second'))],
          [1, frame(0, 1, 3, body.subarray(10))],
        ]),
      ),
    );
    const one = await follow('http2');
    assert.deepEqual([...one.substreams], [1, 3]);
    assert.equal(one.substream, 1);
    assert.match(said(one, 0), /^:method: GET\r\n:path: \/one\r\n/);
    assert.equal(said(one, 1), ':status: 200\r\n\r\nfirst second');
    const three = await follow('http2', 0, 3);
    assert.match(said(three, 0), /:path: \/three/);
    assert.equal(said(three, 1), `:status: 200\r\ncontent-encoding: br\r\n\r\n${TEXT.toString()}`);
    const [object] = (await objects('http', 'three')).rows;
    assert.equal(object?.bytes, TEXT.length, 'an object of HTTP/2 is undone too');
  });

  test('what is missing in the capture is told where it is missing, once the other side has it', async () => {
    const frames = talk('10.0.0.1:1', '10.0.0.2:9', [
      [0, 'one '],
      [1, 'answer one '],
      [1, 'lost in capture '],
      [1, 'answer two'],
      [0, 'two'],
    ]);
    await open('gap.pcap', pcap(packetsOf(frames.filter((_, i) => i !== 5))));
    const page = await follow('tcp');
    const parts = [...page.ends].map((end, i) =>
      Buffer.from(page.bytes.subarray(page.ends[i - 1] ?? 0, end)).toString(),
    );
    assert.deepEqual(parts, ['one ', 'answer one ', 'answer two', 'two'], 'in the order in which they were said');
    assert.deepEqual([...page.gaps], [0, 0, 'lost in capture '.length, 0]);
    assert.equal(page.missing, 'lost in capture '.length);
    const path = join(folder, 'gap.txt');
    await ask('saveStream', { flow: 0, kind: 'tcp', substream: null, side: 1, as: 'text', path });
    assert.equal(readFileSync(path, 'utf8'), 'answer one \n[16 bytes missing in capture file]\nanswer two\n');
  });

  test('a kind that the transport does not carry is refused, the next stream is of the same transport', async () => {
    await open(
      'mixed.pcap',
      pcap(
        packetsOf([
          ...talk('10.0.0.1:1', '10.0.0.2:80', []),
          udp('10.0.0.1:5', '10.0.0.2:6', 'x'),
          ...web(9, '', TEXT),
        ]),
      ),
    );
    await assert.rejects(follow('quic'), SaidError);
    assert.equal((await ask('nextStream', { flow: 0, forward: true })).flow, 2);
    assert.equal((await ask('nextStream', { flow: 2, forward: false })).flow, 0);
    assert.equal((await ask('nextStream', { flow: 1, forward: true })).flow, null);
  });

  test('a stream is saved as bytes and as it is shown', async () => {
    await open(
      'saved.pcap',
      talks(
        talk('10.0.0.1:1', '10.0.0.2:9', [
          [0, 'ab\x01c'],
          [1, 'answer'],
        ]),
      ),
    );
    const path = join(folder, 'raw.bin');
    const asked = { flow: 0, kind: 'tcp', substream: null, path } as const;
    await ask('saveStream', { ...asked, side: 0, as: 'raw' });
    assert.equal(readFileSync(path, 'latin1'), 'ab\x01c');
    await ask('saveStream', { ...asked, side: null, as: 'c' });
    assert.match(
      readFileSync(path, 'latin1'),
      /^char peer0_0\[\] = \{ \/\* 4 bytes \*\/\n0x61, 0x62, 0x01, 0x63 \};\n/,
    );
    await ask('saveStream', { ...asked, side: 1, as: 'base64' });
    assert.equal(readFileSync(path, 'latin1'), `${btoa('answer')}\n`);
  });
});

describe('objects', () => {
  test('names that a capture gives lead nowhere else, and differ', async () => {
    const evil = ['/../../etc/passwd', '/CON.txt', '/..%2f', '/a.exe', '/A.EXE', `/${'x'.repeat(400)}.html`, '/%00'];
    await open(
      'objects.pcap',
      talks(
        ...evil.map((uri, i) =>
          talk(`10.0.0.1:${2000 + i}`, '10.0.0.2:80', [
            [0, `GET ${uri} HTTP/1.1\r\nHost: h\r\n\r\n`],
            [1, httpAnswer(['Content-Type: a/b'], Buffer.from(`body ${i}`))],
          ]),
        ),
      ),
    );
    const { rows, total } = await objects('http');
    assert.equal(total, evil.length);
    assert.equal((await objects('http', 'passwd')).matched, 1);
    const into = join(folder, 'objects');
    const { saved, files } = await ask('saveObjects', {
      kind: 'http',
      search: '',
      picks: null,
      as: 'folder',
      path: into,
    });
    assert.equal(saved, evil.length);
    const [made] = readdirSync(into);
    const names = readdirSync(join(into, made!));
    assert.equal(names.length, evil.length);
    assert.ok(files.every((f) => f.path.startsWith(join(into, made!))));
    for (const name of names) {
      assert.ok(Buffer.byteLength(name) <= 160, name);
      assert.doesNotMatch(name, /^con(\.|$)/i);
    }
    assert.equal(new Set(names.map((n) => n.toLowerCase())).size, evil.length);
    const zip = join(folder, 'objects.zip');
    await ask('saveObjects', { kind: 'http', search: '', picks: [rows[3]!.number], as: 'zip', path: zip });
    assert.ok(readFileSync(zip).includes('a.exe') && readFileSync(zip).includes('body 3'));
    assert.ok(!readFileSync(zip).includes('body 4'));
  });

  test('those that the engine leaves out for their coding are there', async () => {
    await open('left-out.pcap', talks(web(0, 'br', brotliCompressSync(TEXT)), web(1, '', TEXT)));
    const { rows } = await objects('http');
    assert.equal(rows.length, 2);
    const [coded, plain] = rows;
    assert.equal(coded!.sha256, plain!.sha256);
    assert.deepEqual([coded!.host, coded!.type, coded!.name], [plain!.host, plain!.type, plain!.name]);
  });
});

describe('keys', () => {
  const SECRET = 'GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n';

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${version} is decrypted by a key log, in stream, tree, objects, and no more when it is forgotten`, async () => {
      const { said: parts, keys } = await tlsTalk(SECRET, httpAnswer([], Buffer.from('the secret')), version);
      await open(`${version}.pcap`, talks(talk('10.0.0.1:5000', '10.0.0.2:443', parts)));
      assert.equal(said(await follow('tls'), 0), '');
      await assert.rejects(ask('keys', { text: 'nothing of the kind', path: null }), SaidError);
      const state = await ask('keys', { text: keys, path: null });
      assert.equal(state.user, keys.trim().split('\n').length);
      assert.equal(said(await follow('tls'), 0), SECRET);
      assert.match(said(await follow('http'), 1), /the secret$/);
      const { rows } = await objects('http');
      assert.deepEqual(
        rows.map((o) => o.name),
        ['secret.txt'],
      );
      const tree = await ask('tree', { row: rows[0]!.packet });
      assert.ok(tree.sources.some((s) => s.name.startsWith('Decrypted TLS')));
      assert.equal(await matched('http.request.method == "GET"'), 1, 'filters see what is decrypted');
      assert.ok(!keptAnywhere(keys), 'keys are on no disk');
      assert.equal((await ask('keys', { text: null, path: null })).user, null);
      assert.equal(said(await follow('tls'), 0), '');
      assert.equal((await objects('http')).total, 0);
      assert.equal(await matched('http.request.method == "GET"'), 0);
    });
  }

  test('keys within a capture are used without being asked for', async () => {
    const { said: parts, keys } = await tlsTalk(SECRET, httpAnswer([], Buffer.from('the secret')));
    const frames = talk('10.0.0.1:5000', '10.0.0.2:443', parts);
    const packets = frames.flatMap((bytes, i) => enhancedPacket(0, 389_000, i, bytes));
    await open(
      'secrets.pcapng',
      Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...secretsOf(keys), ...packets]),
    );
    assert.deepEqual(await ask('keyState', {}), { user: null, capture: 1 });
    assert.equal(said(await follow('tls'), 0), SECRET);
  });

  async function matched(filter: string): Promise<number> {
    const { view, problem } = await ask('view', { which: 'packets', filter, sort: null });
    assert.equal(problem, null);
    return view.matched;
  }
});

/** Whether a line of a key log, or a key, lies in the user's folders. */
function keptAnywhere(keys: string): boolean {
  const line = keys.split('\n')[0]!;
  return ['data', 'cache', 'log'].some((name) => {
    const root = join(folder, name);
    mkdirSync(root, { recursive: true });
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .some((e) => readFileSync(join(e.parentPath, e.name)).includes(line));
  });
}

describe('dissectors', () => {
  test('a preference changes trees, is kept, and goes back', async () => {
    await open('checksum.pcap', talks(web(0, '', TEXT)));
    const status = async (): Promise<string> => {
      const { row } = await ask('search', {
        what: 'text',
        within: 'details',
        matchCase: true,
        text: 'Checksum Status: Bad',
        from: null,
        forward: true,
      });
      return row === null ? 'not looked at' : 'bad';
    };
    assert.equal(await status(), 'not looked at');
    const asked = { module: 'tcp', name: 'check_checksum' };
    assert.notEqual((await ask('prefer', { ...asked, value: 'maybe' })).problem, null);
    assert.equal((await ask('prefer', { ...asked, value: 'TRUE' })).problem, null);
    assert.equal(await status(), 'bad');
    const page = await ask('preferences', { search: 'validate tcp checksum', only: 'changed', from: 0, count: 10 });
    assert.deepEqual(
      page.rows.map((p) => [p.module, p.name, p.value, p.original]),
      [['tcp', 'check_checksum', 'TRUE', 'FALSE']],
    );
    const again = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache-2') });
    assert.deepEqual(again.packetWork.setup.preferences, [['tcp', 'check_checksum', 'TRUE']]);
    await again.close();
    assert.equal((await ask('prefer', { ...asked, value: null })).problem, null);
    assert.equal(await status(), 'not looked at');
  });

  test('numbers are taken whatever base the engine reads them in', async () => {
    const { rows } = await ask('preferences', { search: '', only: 'all', from: 0, count: 200 });
    const numbers = rows.filter((p) => p.kind === 'uint').slice(0, 12);
    assert.ok(numbers.length > 5);
    const { deep } = desk.packetWork;
    for (const { module, name } of numbers) {
      const { problem } = await deep.alone(() => deep.ask({ do: 'prefer', module, name, value: '12' }));
      assert.equal(problem, null, `${module}.${name}`);
    }
  });

  test('a port is decoded as what the user says', async () => {
    await open('port.pcap', talks(web(0, '', TEXT)));
    assert.match(said(await follow('http'), 1), /^HTTP/);
    await assert.rejects(ask('decodeAs', { table: 'tcp.port', port: 80, module: 'no such' }), SaidError);
    const { entries } = await ask('decodeAs', { table: 'tcp.port', port: 80, module: 'sip' });
    assert.deepEqual(entries, [{ table: 'tcp.port', port: 80, module: 'sip' }]);
    assert.equal(said(await follow('http'), 1), '');
    await ask('decodeAs', { table: 'tcp.port', port: 80, module: null });
    assert.match(said(await follow('http'), 1), /^HTTP/);
  });
});

describe('search', () => {
  test('in list, trees and bytes, by case, by pattern, both ways', async () => {
    await open('search.pcap', talks(web(0, '', Buffer.from('Needle')), web(1, '', Buffer.from('needle'))));
    const find = async (o: Partial<Request<'search'>>): Promise<number | null> => {
      const base = { what: 'text', within: 'bytes', matchCase: false, text: '', from: null, forward: true } as const;
      return (await ask('search', { ...base, ...o })).row;
    };
    assert.equal(await find({ text: 'NEEDLE' }), 4);
    assert.equal(await find({ text: 'needle', matchCase: true }), 11);
    assert.equal(await find({ text: 'needle', forward: false }), 11);
    assert.equal(await find({ text: 'NEEDLE', from: 4 as never }), 11);
    assert.equal(await find({ text: 'n[e]{2}dle$', what: 'regex', matchCase: true }), 11);
    assert.equal(await find({ text: '4e:65:65', what: 'hex' }), 4);
    assert.equal(await find({ text: 'status code: 200', within: 'details' }), 4);
    assert.equal(
      await find({ text: 'Status Code: 2\\d\\d', what: 'regex', matchCase: true, within: 'details', from: 4 as never }),
      11,
    );
    assert.equal(await find({ text: 'get /files', within: 'list' }), 3);
    assert.equal(await find({ text: 'nowhere to be found', within: 'details' }), null);
    const wrong = await ask('search', {
      what: 'regex',
      within: 'list',
      matchCase: false,
      text: '(',
      from: null,
      forward: true,
    });
    assert.equal(wrong.problem?.say, 'pattern-wrong');
  });
});

describe('a capture that is larger than what the engine takes at once', () => {
  test('streams, objects and searches are of its parts, packets of the whole', async () => {
    const noise = (n: number): number[][] =>
      Array.from({ length: n }, (_, i) => udp(`10.9.${(i >> 8) & 255}.${i & 255}:5000`, '10.9.255.255:6000', 'noise'));
    const secret = await tlsTalk('GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n', httpAnswer([], Buffer.from('kept')));
    const tls = talk('10.0.0.1:5000', '10.0.0.3:443', secret.said);
    const frames = [
      ...noise(21_000),
      ...web(0, 'br', brotliCompressSync(TEXT)),
      ...noise(21_000),
      ...tls,
      ...web(1, '', TEXT),
    ];
    const capture = await pcapngWithKeys(frames, secret.keys);
    await open('large.pcapng', capture);
    const { rows, partial } = await objects('http');
    assert.deepEqual(rows.map((o) => o.name).sort(), ['a.txt?x=1', 'a.txt?x=1', 'secret.txt']);
    assert.equal(partial, false);
    assert.ok(
      rows.some((o) => o.packet === 21_004),
      'packets are those of the capture',
    );
    const flowAt = async (row: number): Promise<number> =>
      (await ask('place', { which: 'packets', row: row as never })).flow!;
    const coded = await follow('http', await flowAt(21_004));
    assert.ok(said(coded, 1).endsWith(TEXT.toString()));
    assert.deepEqual([...new Set(coded.rows)], [21_003, 21_004]);
    const decrypted = await follow('http', await flowAt(42_010));
    assert.match(said(decrypted, 0), /secret\.txt/, 'keys within the capture go with the part');
    const found = await ask('search', {
      what: 'text',
      within: 'details',
      matchCase: true,
      text: 'Status Code: 200',
      from: 20_990 as never,
      forward: true,
    });
    assert.deepEqual([found.row, found.partial], [21_004, true]);
  });

  async function pcapngWithKeys(frames: number[][], keys: string): Promise<Uint8Array> {
    const parts = frames.map((bytes, i) => Uint8Array.from(enhancedPacket(0, 389_000, i, bytes)));
    return Buffer.concat([Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...secretsOf(keys)]), ...parts]);
  }
});

test('bytes of a field are saved out of what was put together for the packet', async () => {
  await open('field.pcap', talks(web(0, '', TEXT)));
  const { rows } = await objects('http');
  const row = rows[0]!.packet;
  const tree = await ask('tree', { row });
  const source = tree.sources.findIndex((s) => s.name.startsWith('Reassembled'));
  assert.ok(source > 0);
  const path = join(folder, 'field.bin');
  const { bytes } = tree.sources[source]!;
  await ask('saveField', { row, source, from: bytes.length - TEXT.length, to: bytes.length, path });
  assert.deepEqual(readFileSync(path), TEXT);
  await assert.rejects(ask('saveField', { row, source: 9, from: 0, to: 1, path }), SaidError);
});

test('objects of SMB are saved with their bytes, as often as one likes, and of another capture too', async () => {
  const script = new URL('../../bench/review/capture.ts', import.meta.url).pathname;
  execFileSync(process.execPath, [script, folder]);
  for (const turn of ['first', 'second']) {
    await open(`${turn}.pcap`, readFileSync(join(folder, 'mixed.pcap')));
    assert.deepEqual(
      (await objects('smb')).rows.map((o) => [o.name, o.bytes]),
      [['\\plan.txt', 15]],
    );
    for (const again of [1, 2]) {
      const path = join(folder, `smb-${turn}-${again}`);
      const { saved, files } = await ask('saveObjects', { kind: 'smb', search: '', picks: null, as: 'folder', path });
      assert.equal(saved, 1);
      assert.equal(readFileSync(files[0]!.path, 'utf8'), 'what is planned');
      assert.equal(files.length, 1);
    }
  }
});

test('DTLS is decrypted by a key log in tree, filters and stream, and its session’s keys are exported', async () => {
  await open('dtls.pcap', dtlsTalk());
  assert.equal((await follow('dtls')).bytes.length, 0, 'without keys nothing can be read');
  await ask('keys', { text: DTLS_KEYS, path: null });
  const page = await follow('dtls');
  assert.ok(page.offered.includes('dtls'));
  assert.deepEqual([said(page, 0), said(page, 1)], DTLS_SAID);
  assert.deepEqual([...page.rows], [7, 8]);
  const tree = await ask('tree', { row: packetRow(7) });
  const plain = tree.sources.find((source) => source.name.startsWith('Decrypted DTLS'))!;
  assert.equal(Buffer.from(plain.bytes).toString(), DTLS_SAID[0]);
  const { problem, view } = await ask('view', { which: 'packets', filter: 'data contains "over dtls"', sort: null });
  assert.equal(problem, null);
  assert.equal(view.matched, 1);
  const path = join(folder, 'dtls.keys');
  assert.equal((await ask('exportKeys', { path })).keys, 1);
  assert.equal(readFileSync(path, 'utf8'), DTLS_KEYS);
  await ask('keys', { text: null, path: null });
});

/** A packet of ESP in tunnel mode (RFC 4303) with DNS in it, encrypted with AES-CBC (RFC 3602). */
function espPacket(key: Uint8Array): number[] {
  const inner = udp('10.1.0.1:4000', '10.1.0.2:53', [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 120, 0, 0, 1, 0, 1]);
  const ip = inner.slice(14);
  const pad = 15 - ((ip.length + 1) % 16);
  const plain = [...ip, ...Array.from({ length: pad }, (_, i) => i + 1), pad, 4];
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  const coded = Buffer.concat([cipher.update(Buffer.from(plain)), cipher.final()]);
  return ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 50, [0, 0, 0, 1, 0, 0, 0, 1, ...iv, ...coded]));
}

test('keys of tables that are refused reach neither the answer nor the user’s folders', async () => {
  const wrong = [
    ['wg_keys', '"SECRETKEYVALUE","Private"', 1],
    ['wg_keys', '"Private","SECRETKEYVALUE"', null],
    ['80211_keys', '"wpa-pwd","longenough:net"\n"SECRETKEYVALUE:ssid","wpa-pwd"', 2],
    ['80211_keys', '"wpa-psk","SECRETKEYVALUE"', null],
    ['esp_sa', '"SECRETKEYVALUE","*","*","*","NULL","","NULL","","32-bit"', 1],
    ['ikev1_decryption_table', 'SECRETKEYVALUE,0011', null],
    ['ikev2_decryption_table', '"SECRETKEYVALUE","a","b"', 1],
    ['snmp_users', ',"u","SECRETKEYVALUE","p","DES","p"', 1],
    ['zigbee_pc_keys', '"Normal","SECRETKEYVALUE","x"', 1],
    ['zigbee_pc_keys', '"SECRETKEYVALUE","Normal","x"', null],
  ] as const;
  const said = new Map<number, AnswerMessage>();
  const served = serve(desk, { send: (m) => void ('id' in m && said.set(m.id, m)) });
  keepLog(join(folder, 'log'));
  for (const [id, [table, text, line]] of wrong.entries()) {
    served.receive({ id, kind: 'keyTable', body: { table, text } });
    await until(() => said.has(id), 60_000);
    const { answer } = said.get(id)!;
    const message = answer.ok ? null : answer.message;
    const wanted = line === null ? say('table-wrong', { table }) : say('table-line-wrong', { table, line });
    assert.deepEqual(message, wanted, `${table} ${text}`);
    assert.doesNotMatch(JSON.stringify(answer), /SECRET/);
  }
  served.close();
  assert.equal(keptAnywhere('request keyTable refused'), true, 'the log has the refusals');
  assert.equal(keptAnywhere('SECRETKEYVALUE'), false);
  assert.deepEqual(await ask('keyTables', {}), { tables: [] });
});

test('tables of keys decrypt, and wrong ones are refused by table and line', async () => {
  const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  await open('esp.pcap', pcap(packetsOf([espPacket(key)])));
  const matched = async (): Promise<number> => {
    const { problem, view } = await ask('view', { which: 'packets', filter: 'dns.qry.name == "x"', sort: null });
    assert.equal(problem, null);
    return view.matched;
  };
  assert.equal(await matched(), 0);
  const line = `"IPv4","*","*","0x00000001","AES-CBC [RFC3602]","0x${key.toString('hex')}","NULL","","32-bit"`;
  await assert.rejects(ask('keyTable', { table: 'wg_keys', text: '"Public","xx"' }), /does not take the table wg_keys/);
  await assert.rejects(ask('keyTable', { table: 'esp_sa', text: '# nothing' }), /no line/);
  assert.deepEqual(await ask('keyTables', {}), { tables: [] });
  assert.deepEqual(await ask('keyTable', { table: 'esp_sa', text: line }), { tables: [{ table: 'esp_sa', lines: 1 }] });
  assert.equal(await matched(), 1, 'filters see what is within');
  const tree = await ask('tree', { row: packetRow(0) });
  const labels = Array.from(tree.depth, (_, i) => textAt(tree.label, i));
  assert.ok(labels.some((label) => label.startsWith('Domain Name System')));
  assert.deepEqual(await ask('keyTable', { table: 'esp_sa', text: null }), { tables: [] });
  assert.equal(await matched(), 0);
});
