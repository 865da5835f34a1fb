// `sightline packets -e`: chosen fields beside tshark's own, in every form, with every way of writing them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../engine/testing/packets.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const tshark = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';
const folder = mkdtempSync(join(tmpdir(), 'sightline-cli-fields-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const capture = join(folder, 'made.pcap');
const long = 'x'.repeat(2_200);
const inner = tcp('10.0.0.1:1000', '10.0.0.2:443', { flags: 'S' });
writeFileSync(
  capture,
  pcap(
    packetsOf([
      tcp('10.0.0.1:1234', '10.0.0.2:80', {
        flags: 'PA',
        seq: 1,
        data: `GET /a,b HTTP/1.1\r\nHost: www.sample.test\r\nUser-Agent: \t"a, b"\r\nCookie: ${long}\r\n\r\n`,
      }),
      tcp('10.0.0.2:80', '10.0.0.1:1234', {
        flags: 'PA',
        seq: 1,
        data: 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\n=1+',
      }),
      udp('10.0.0.1:4000', '10.0.0.2:4001', 'x'),
      ethernet(0x8100, [0, 7, 8, 0, ...inner.slice(14)]),
      ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [3, 1, 0, 0, 0, 0, 0, 0, ...inner.slice(14, 42)])),
    ]),
  ),
);

interface Done {
  readonly out: string;
  readonly said: string;
  readonly code: number | null;
}

function run(program: string, args: readonly string[], zone = 'UTC'): Done {
  const env = { ...process.env, SIGHTLINE_CACHE: folder, SIGHTLINE_DATA_HOME: folder, TZ: zone };
  const done = spawnSync(program, args, { encoding: 'utf8', env });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

function ours(...args: string[]): Done {
  return run(process.execPath, [PROGRAM, 'packets', ...args, capture]);
}

function theirs(...args: string[]): string {
  return run('tshark', ['-n', '-2', '-r', capture, '-T', 'fields', ...args]).out;
}

function chosen(fields: string): string[] {
  return fields.split(' ').flatMap((field) => ['-e', field]);
}

test(
  'fields are what tshark prints of them: hidden ones, labels of protocols, long texts, switches, moments',
  { skip: tshark },
  () => {
    for (const [filter, fields] of [
      ['frame', 'frame.number frame.time frame.time_epoch frame.time_delta frame.len frame.protocols eth.type'],
      ['tcp', 'ip.addr tcp.port tcp.flags tcp.flags.syn tcp.stream tcp.window_size_value tcp.payload ip.id ip.ttl'],
      ['http', 'http.host http.user_agent http.cookie http.response.code http.request.method'],
      ['ip', 'ip tcp udp icmp http _ws.col.Protocol _ws.col.Source ip.src ip.proto'],
      ['udp or icmp', 'frame.time_delta_displayed udp.srcport icmp.type icmp.code data.data'],
      ['vlan', 'vlan.id vlan.etype frame.cap_len'],
    ] as const) {
      const { out, said, code } = ours('-Y', filter, ...chosen(fields));
      assert.equal(said, '');
      assert.equal(code, 0);
      assert.equal(out, theirs('-Y', filter, ...chosen(fields)), fields);
    }
  },
);

test('a hidden text that the engine cuts is told', () => {
  const { out, said, code } = ours('-Y', 'http.request', '-e', 'http.request.line');
  assert.equal(code, 0);
  assert.match(out, /User-Agent: .*Cookie: x+/);
  assert.match(said, /of 1 packet a hidden field is longer than the dissector tells, and was cut/);
});

test('separators, occurrences, quotes and heads are those of tshark -E', { skip: tshark }, () => {
  const fields = chosen('frame.number ip.src tcp.port http.user_agent');
  for (const options of [
    ['separator=,'],
    ['separator=;', 'quote=d', 'header=y'],
    ['separator=/s', 'occurrence=f'],
    ['occurrence=l', 'quote=s'],
    ['aggregator=/s', 'bom=y', 'header=y'],
    ['aggregator=|'],
  ]) {
    const printing = options.flatMap((o) => ['-E', o]);
    assert.equal(ours(...fields, ...printing).out, theirs(...fields, ...printing), options.join(' '));
  }
});

test('records, JSON, CSV and tables hold the same values', () => {
  const fields = chosen('frame.number ip.addr http.user_agent flow.app http.file_data');
  const records = ours('--json', '-Y', 'http', ...fields)
    .out.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  assert.deepEqual(records, [
    {
      type: 'fields',
      file: capture,
      no: 1,
      fields: {
        'frame.number': ['1'],
        'ip.addr': ['10.0.0.1', '10.0.0.2'],
        'http.user_agent': ['"a, b"'],
        'flow.app': ['HTTP'],
        'http.file_data': [],
      },
    },
    {
      type: 'fields',
      file: capture,
      no: 2,
      fields: {
        'frame.number': ['2'],
        'ip.addr': ['10.0.0.2', '10.0.0.1'],
        'http.user_agent': [],
        'flow.app': ['HTTP'],
        'http.file_data': ['3d312b'],
      },
    },
  ]);
  const json = JSON.parse(ours('-T', 'json', '-Y', 'http', ...fields).out) as Record<string, { layers: object }>[];
  assert.deepEqual(
    json.map((p) => Object.keys(p['_source']!.layers).length),
    [4, 4],
  );
  const csv = ours('-T', 'csv', '-Y', 'http', ...fields).out.split('\n');
  assert.deepEqual(csv.slice(0, 3), [
    'frame.number,ip.addr,http.user_agent,flow.app,http.file_data',
    '1,"10.0.0.1,10.0.0.2","""a, b""",HTTP,',
    '2,"10.0.0.2,10.0.0.1",,HTTP,3d312b',
  ]);
  const table = ours('--summary', '-Y', 'http', ...fields).out.split('\n');
  assert.match(table[0]!, /^frame\.number {2}ip\.addr +http\.user_agent {2}flow\.app {2}http\.file_data$/);
  assert.match(table[2]!, /^2 +10\.0\.0\.2,10\.0\.0\.1 +HTTP +3d312b$/);
  const file = join(folder, 'fields.jsonl');
  assert.equal(ours('--output', file, ...chosen('frame.number')).code, 0);
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 6);
});

test('times are those of the zone, in the table, in records and in what the engine writes', () => {
  const zone = ['--time-zone', 'Asia/Kolkata', '--limit', '1'];
  const plain = JSON.parse(ours('--json', '--limit', '1').out.split('\n')[0]!) as { time: string };
  const zoned = JSON.parse(ours('--json', ...zone).out.split('\n')[0]!) as { time: string };
  assert.match(zoned.time, /\+05:30$/);
  assert.equal(Date.parse(zoned.time), Date.parse(plain.time));
  assert.match(ours('--summary', ...zone).out, /Time \(Asia\/Kolkata\)/);
  const [epoch, time] = ours('-e', 'frame.time_epoch', '-e', 'frame.time', ...zone)
    .out.trim()
    .split('\t');
  const there = new Date((Number(epoch) + 19_800) * 1000).toISOString().slice(11, 19);
  assert.match(time!, new RegExp(`${there}\\.\\d{9} India Standard Time$`));
  assert.match(ours('--time-zone', 'Nowhere/Land').said, /--time-zone takes a zone of IANA's database/);
});

test('a field, an option or a form that there is not is told, with exit code 2', () => {
  for (const [args, message] of [
    [['-e', 'ip.sr'], /there is no field 'ip\.sr'; did you mean ip\.src/],
    [['-e', 'no.such'], /there is no field 'no\.such'; tshark -G fields/],
    [['-e', '_ws.col.colour'], /there is no column '_ws\.col\.colour': number/],
    [['-e', 'flow.nothing'], /'flow\.nothing' holds no value that can be printed/],
    [['-e', 'ip.src', '-E', 'separator=ab'], /-E takes separator=.*'separator=ab' is none/],
    [['-e', 'ip.src', '-E', 'colour=y'], /'colour=y' is none/],
    [['-E', 'header=y'], /-e FIELD for each/],
    [['-T', 'fields'], /-e FIELD for each/],
    [['-e', 'ip.src', '-T', 'pdml'], /-T pdml writes whole packets/],
  ] as const) {
    const { out, said, code } = ours(...args);
    assert.deepEqual([out, code], ['', 2], said);
    assert.match(said, message);
  }
});

test('what a capture says does nothing to a terminal', () => {
  const odd = join(folder, 'odd.pcap');
  const data = 'GET / HTTP/1.1\r\nHost: \u001b]0;title\u0007\u009b31m\tb\r\n\r\n';
  writeFileSync(odd, pcap(packetsOf([tcp('10.0.0.1:1234', '10.0.0.2:80', { flags: 'PA', seq: 1, data })])));
  for (const form of [[], ['--json'], ['-T', 'csv'], ['-T', 'json'], ['--summary']]) {
    const { out, code } = run(process.execPath, [
      PROGRAM,
      'packets',
      '-e',
      'http.host',
      '-e',
      'frame.len',
      ...form,
      odd,
    ]);
    assert.equal(code, 0);
    assert.match(out, /title/);
    assert.doesNotMatch(out.replaceAll(/[\n\t]/g, ''), /\p{Cc}/u, form.join(' '));
  }
});
