// `filter`, `follow`, `objects` and `stats` beside tshark's own -w, -z and --export-objects, on a capture that is made
// here and on real ones where they are.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ObjectRecord, PieceRecord, StatRecord } from '../contract/index.ts';
import { SHARED_DATA } from '../engine/testing/captures.ts';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { tlsTalk } from '../engine/testing/tls-talk.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const tshark = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';
const home = mkdtempSync(join(tmpdir(), 'sightline-cli-packets-'));
after(() => rmSync(home, { recursive: true, force: true }));

const made = join(home, 'made.pcap');
const secret = join(home, 'secret.pcap');
const keylog = join(home, 'keys.log');
const odd = join(home, 'odd.pcap');
const REAL = ['corpus/zeek-amadey-detector/testing__Traces__amadey.pcap', 'corpus/ndpi/ftp_failed.pcap']
  .map((name) => join(SHARED_DATA, name))
  .filter((path) => existsSync(path));

before(async () => {
  const body = Buffer.from('MZ a program \u0000\u001b[31m');
  writeFileSync(
    made,
    talks(
      talk('10.0.0.1:40000', '203.0.113.5:80', [
        [0, 'GET /a.exe HTTP/1.1\r\nHost: evil.test\r\n\r\n'],
        [1, httpAnswer([], body)],
        [0, 'GET /b.txt HTTP/1.1\r\nHost: evil.test\r\n\r\n'],
        [1, httpAnswer([], Buffer.from('plain text'))],
      ]),
      talk('10.0.0.2:40001', '203.0.113.6:7777', [
        [1, 'ready'],
        [0, 'anna'],
      ]),
    ),
  );
  const { said, keys } = await tlsTalk('GET /s HTTP/1.1\r\nHost: h\r\n\r\n', httpAnswer([], Buffer.from('the secret')));
  writeFileSync(keylog, keys);
  writeFileSync(secret, talks(talk('10.0.0.1:5000', '10.0.0.2:443', said)));
  writeFileSync(
    odd,
    talks(
      ...['/../../../etc/passwd', '/CON', '/%2e%2e/x', '/a.exe', '/A.EXE'].map((path, i) =>
        talk(`10.0.0.1:${41_000 + i}`, '203.0.113.5:80', [
          [0, `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`],
          [1, httpAnswer([], Buffer.from(`body ${i}`))],
        ]),
      ),
    ),
  );
});

interface Done {
  readonly out: string;
  readonly said: string;
  readonly code: number | null;
}

function run(program: string, args: readonly string[]): Done {
  const env = {
    ...process.env,
    SIGHTLINE_CACHE: join(home, 'cache'),
    SIGHTLINE_DATA_HOME: join(home, 'data'),
    TZ: 'UTC',
  };
  const done = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

function sightline(...args: readonly string[]): Done {
  return run(process.execPath, [PROGRAM, ...args]);
}

function theirs(...args: readonly string[]): string {
  return run('tshark', ['-n', ...args]).out;
}

function records<R>(out: string): R[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as R);
}

function stats(...args: readonly string[]): StatRecord[] {
  const { out, code, said } = sightline('stats', ...args, '--json');
  assert.equal(code, 0, said);
  return records<StatRecord>(out);
}

test('filter writes the packets that tshark writes, as they were', { skip: tshark }, () => {
  for (const [capture, filter] of [
    [made, 'http'],
    [made, 'tcp.port == 7777 and tcp.len > 0'],
    ...REAL.map((path) => [path, 'tcp.len > 0'] as const),
  ] as const) {
    const [ours, other] = [join(home, 'ours.pcap'), join(home, 'theirs.pcap')];
    const { code, said, out } = sightline('filter', capture, '-Y', filter, '-w', ours);
    assert.equal(code, 0, said);
    theirs('-2', '-r', capture, '-Y', filter, '-w', other, '-F', 'pcap');
    const packets = (path: string): string => theirs('-r', path, '-t', 'e', '-x');
    assert.ok(packets(ours).length > 0);
    assert.equal(packets(ours), packets(other), filter);
    assert.match(out, /^\d+ of \d+ packets in /);
  }
  for (const name of ['x.pcapng', 'x.pcapng.gz', 'x.pcap.zst'])
    assert.equal(sightline('filter', made, '-Y', 'http', '-w', join(home, name)).code, 0);
  assert.match(theirs('-r', join(home, 'x.pcapng.gz'), '-Y', 'http.request'), /GET \/a\.exe/);
});

test('streams of TCP and UDP are those of tshark -z follow', { skip: tshark }, () => {
  const datagrams = join(home, 'udp.pcap');
  writeFileSync(
    datagrams,
    pcap(packetsOf([udp('10.0.0.1:4000', '10.0.0.2:4001', 'ask'), udp('10.0.0.2:4001', '10.0.0.1:4000', 'answer')])),
  );
  const cases = [
    [made, 'tcp', 0],
    [made, 'tcp', 1],
    [datagrams, 'udp', 0],
    ...REAL.map((path) => [path, 'tcp', 0] as const),
  ] as const;
  for (const [capture, as, stream] of cases) {
    const which = ['--as', as, '--stream', String(stream)];
    const { out, code, said } = sightline('follow', capture, ...which, '--json');
    assert.equal(code, 0, said);
    const sides = (pieces: readonly (readonly [string, Buffer])[], side: string): string =>
      Buffer.concat(pieces.filter(([from]) => from === side).map(([, bytes]) => bytes)).toString('hex');
    const ours = records<PieceRecord>(out).map((p) => [p.from, Buffer.from(p.bytes, 'base64')] as const);
    const raw = theirs('-r', capture, '-q', '-z', `follow,${as},raw,${stream}`);
    const other = [...raw.matchAll(/^(\t?)([0-9a-f]+)$/gm)].map(
      ([, tab, hex]) => [tab === '' ? 'client' : 'server', Buffer.from(hex!, 'hex')] as const,
    );
    for (const side of ['client', 'server']) assert.equal(sides(ours, side), sides(other, side), `${capture} ${side}`);
  }
  const hex = sightline('follow', made, '--stream', '0', '--form', 'hex', '--side', 'client').out;
  assert.match(hex, /^00000000 {2}47 45 54 20 2f 61/m);
  const file = join(home, 'answer.bin');
  assert.equal(
    sightline('follow', made, '--stream', '0', '--form', 'raw', '--side', 'server', '--output', file).code,
    0,
  );
  assert.match(readFileSync(file, 'latin1'), /^HTTP\/1\.1 200 [^]*MZ a program \0/);
});

test('TLS and HTTP are followed by what is decrypted', () => {
  const tls = sightline('follow', secret, '--as', 'tls', '--packet', '1', '--keylog', keylog);
  assert.match(tls.out, /GET \/s HTTP\/1\.1[^]*the secret/);
  assert.doesNotMatch(sightline('follow', secret, '--as', 'tls', '--packet', '1').out, /the secret/);
  const http = sightline('follow', made, '--as', 'http', '--stream', '0');
  assert.match(http.out, /GET \/b\.txt[^]*plain text/);
  // Text of packets does nothing to a terminal.
  assert.doesNotMatch(http.out.replaceAll(/[\n\t]/g, ''), /\p{Cc}/u);
});

test('objects are those of tshark --export-objects, byte by byte', { skip: tshark }, () => {
  for (const capture of [made, ...REAL.slice(0, 1)]) {
    const [ours, other] = [mkdtempSync(join(home, 'o-')), mkdtempSync(join(home, 't-'))];
    const { out, code, said } = sightline('objects', capture, '--save', ours, '--json');
    assert.equal(code, 0, said);
    theirs('-r', capture, '-q', '--export-objects', `http,${other}`);
    const hashes = (folder: string): string[] =>
      readdirSync(folder)
        .map((name) =>
          createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex'),
        )
        .sort();
    assert.ok(hashes(ours).length > 0);
    assert.deepEqual(hashes(ours), hashes(other));
    const listed = records<ObjectRecord>(out);
    assert.deepEqual(listed.map((o) => o.sha256).sort(), hashes(ours));
    assert.ok(listed.every((o) => o.saved !== null && existsSync(o.saved)));
  }
});

test('a name of the capture never leads out of the folder, and nothing is written over', () => {
  const folder = join(home, 'safe');
  const { out, code, said } = sightline('objects', odd, '--save', folder, '--json');
  assert.equal(code, 0, said);
  const names = readdirSync(folder);
  assert.equal(names.length, 5);
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, 5);
  for (const { saved } of records<ObjectRecord>(out)) assert.equal(join(saved!, '..'), folder);
  assert.ok(!names.some((name) => /^con$|^\.|[/\\]/i.test(name)));
  const again = sightline('objects', odd, '--save', folder);
  assert.equal(again.code, 2);
  assert.match(again.said, /holds files already/);
  const one = join(home, 'one');
  assert.equal(sightline('objects', odd, '--pick', '3', '--save', one).code, 0);
  assert.equal(readdirSync(one).length, 1);
  assert.match(sightline('objects', odd, '--pick', '99').said, /there is no object 99/);
});

test('tables are those of tshark -z', { skip: tshark }, () => {
  for (const capture of [made, ...REAL]) {
    const hierarchy = stats('hierarchy', capture).map(
      (r) => `${'  '.repeat(r.depth!)}${r.values['protocol']} ${r.values['packets']} ${r.values['bytes']}`,
    );
    const phs = theirs('-r', capture, '-q', '-z', 'io,phs');
    // A name with a dot is a field beside the protocols, 'tcp.segments', which tshark counts as if it were one of them.
    const told = [...phs.matchAll(/^( *)([^\s.]+) +frames:(\d+) bytes:(\d+)$/gm)].map(
      ([, indent, name, frames, bytes]) => `${indent}${name} ${frames} ${bytes}`,
    );
    assert.deepEqual(hierarchy, told, capture);
    const conv = theirs('-r', capture, '-q', '-z', 'conv,tcp');
    const pairs = [...conv.matchAll(/^(\S+) +<-> +(\S+) +(.*)$/gm)].map(
      ([, a, b, rest]) => [[a, b].sort().join(' '), rest!.trim().split(/\s+/)] as const,
    );
    const ours = stats('conversations', capture, '--layer', 'tcp').map(({ values: v }) => {
      const ends = [`${v['addressA']}:${v['portA']}`, `${v['addressB']}:${v['portB']}`].sort().join(' ');
      return `${ends} ${v['packets']}`;
    });
    // frames and bytes of one side, of the other, of both: '5 400 bytes 6 700 bytes 11 1,100 bytes …'.
    const others = pairs.map(([ends, cells]) => `${ends} ${cells.filter((c) => /^\d+$/.test(c)).slice(-2, -1)[0]}`);
    assert.deepEqual(
      ours.map((line) => line.replace(/ \d+$/, '')).sort(),
      others.map((l) => l.replace(/ \S+$/, '')).sort(),
    );
    const io = stats('io', capture, '--interval', '1000', '--series', 'tcp').map(
      ({ values: v }) => `${v['packets']} ${v['bytes']} ${v['packets (tcp)']} ${v['bytes (tcp)']}`,
    );
    const stat = theirs('-r', capture, '-q', '-z', 'io,stat,1,,tcp');
    const intervals = [...stat.matchAll(/<> +(?:\d+|Dur) *\| +(\d+) \| +(\d+) \| +(\d+) \| +(\d+) \|/g)].map((m) =>
      m.slice(1).join(' '),
    );
    assert.deepEqual(io.slice(0, intervals.length), intervals);
    const ends = theirs('-r', capture, '-q', '-z', 'endpoints,ip');
    const endpoints = [...ends.matchAll(/^([\d.]+) +(\d+) +(\d+) /gm)].map((m) => `${m[1]} ${m[2]} ${m[3]}`).sort();
    const own = stats('endpoints', capture, '--layer', 'ip').map(
      ({ values: v }) => `${v['address']} ${v['packets']} ${v['bytes']}`,
    );
    assert.deepEqual(own.sort(), endpoints);
  }
});

test('a table has the packets of a filter, an order, CSV', () => {
  const all = stats('endpoints', made, '--layer', 'ip');
  const some = stats('endpoints', made, '--layer', 'ip', '-Y', 'tcp.port == 7777');
  assert.deepEqual([all.length, some.length], [4, 2]);
  const sorted = stats('conversations', made, '--layer', 'tcp', '--sort', 'bytes', '--top', '1');
  assert.deepEqual([sorted.length, sorted[0]!.values['portB']], [1, 80]);
  const csv = sightline('stats', 'hierarchy', made, '--csv').out.split('\n');
  assert.match(csv[0]!, /^protocol,percentPackets,packets,/);
  const expert = sightline('stats', 'expert', made, '--summary').out;
  assert.match(expert, /^severity +summary/);
});

test('calls that cannot be are told', () => {
  for (const [args, message] of [
    [['stats', 'weather', made], /stats takes what is counted and a capture: hierarchy, .*'weather' is none/],
    [['stats', 'hierarchy'], /stats takes one capture file/],
    [['stats', 'io', made, '--series', 'tcp.prt'], /no field 'tcp\.prt'|tcp\.prt/],
    [['stats', 'hierarchy', made, '--series', 'tcp'], /--series is for io/],
    [['stats', 'endpoints', made, '--sort', 'size'], /--sort takes .*'size' is none/],
    [['stats', 'endpoints', made, '-Y', 'flow.verdict == benign'], /here nothing is scored/],
    [['follow', made], /say which flow/],
    [['follow', made, '--stream', '9'], /there is no flow 9 in this capture/],
    [['follow', made, '--packet', '999'], /there is no flow of packet 999/],
    [['follow', made, '--as', 'udp', '--packet', '1'], /not carried by what udp is carried by/],
    [['follow', made, '--stream', '0', '--form', 'raw'], /--form raw needs a file/],
    [['filter', made, '-Y', 'http'], /say where to: -w FILE/],
    [['filter', made, '-w', join(home, 'n.pcap')], /say which packets/],
    [['filter', made, '-Y', 'http', '-w', made], /is the capture itself/],
    [['filter', join(home, 'absent.pcap'), '-Y', 'http', '-w', join(home, 'n.pcap')], /absent\.pcap/],
  ] as const) {
    const { out, said, code } = sightline(...args);
    assert.deepEqual([out, code], ['', 2], `${args.join(' ')}: ${said}`);
    assert.match(said, message);
  }
});
