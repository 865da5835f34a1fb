// `sightline packets -Y`: the packets that the filter names, mistakes at their place, honest exit codes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../engine/testing/packets.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-cli-filter-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const capture = join(folder, 'made.pcap');
const tagged = tcp('10.0.0.1:1000', '10.0.0.2:443', { flags: 'S' });
writeFileSync(
  capture,
  pcap(
    packetsOf([
      tcp('10.0.0.1:1234', '10.0.0.2:80', {
        flags: 'PA',
        seq: 1,
        data: 'GET /a HTTP/1.1\r\nHost: www.sample.test\r\n\r\n',
      }),
      tcp('10.0.0.2:80', '10.0.0.1:1234', {
        flags: 'PA',
        seq: 1,
        data: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
      }),
      udp('10.0.0.1:4000', '10.0.0.2:4001', 'x'),
      ethernet(0x8100, [0, 7, 8, 0, ...tagged.slice(14)]),
      ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [3, 1, 0, 0, 0, 0, 0, 0, ...tagged.slice(14, 42)])),
    ]),
  ),
);

function filtered(filter: string): { readonly packets: number[]; readonly code: number | null; readonly said: string } {
  const done = spawnSync(process.execPath, [PROGRAM, 'packets', '-Y', filter, '--json', '--no-info', capture], {
    encoding: 'utf8',
    env: { ...process.env, SIGHTLINE_CACHE: folder, SIGHTLINE_DATA_HOME: folder },
  });
  const packets = [...done.stdout.matchAll(/"type":"packet","no":(\d+)/g)].map((m) => Number(m[1]));
  return { packets, code: done.status, said: done.stderr };
}

test('packets are those that the filter lets through', () => {
  for (const [filter, packets] of [
    ['http.response.code >= 400', [2]],
    ['http.host contains "sample" or udp', [1, 3]],
    ['vlan and tcp.flags.syn == 1', [4]],
    ['flow.http.host', [1, 2]],
    ['flow.http.host and not http.request', [2]],
    ['ip.addr#2 == 10.0.0.1', [5]],
    ['tcp.stream == 7', []],
  ] as const)
    assert.deepEqual(filtered(filter), { packets, code: 0, said: '' }, filter);
});

test('a mistake is told at its place before anything is read, with exit code 2', () => {
  const wrong = filtered('http and tcp.prt == 1');
  assert.deepEqual([wrong.packets, wrong.code], [[], 2]);
  assert.match(wrong.said, /wrong at character 10 \('tcp\.prt'\): there is no field 'tcp\.prt'/);
  assert.match(filtered('frame.marked == true').said, /frame\.marked is what people say in the window/);
});

test('macros of the user are written out, in the folder that the window keeps them in', () => {
  const macros = [
    { name: 'web', text: 'tcp.port == $1 and http' },
    { name: 'grave', text: 'flow.label == malicious' },
  ];
  const file = join(folder, 'filters.json');
  writeFileSync(file, JSON.stringify({ history: [], saved: [], macros }));
  assert.deepEqual(filtered('${web:80}'), { packets: [1, 2], code: 0, said: '' });
  assert.deepEqual(filtered('$web(80) and http.request').packets, [1]);
  assert.match(filtered('${grave}').said, /flow\.label is what people say in the window/);
  const wrong = filtered('udp or ${wep:80}');
  assert.deepEqual([wrong.packets, wrong.code], [[], 2]);
  assert.match(wrong.said, /at character 8 \('\$\{wep:80\}'\): there is no macro 'wep'; did you mean web\?/);
  writeFileSync(file, '{"half":');
  const damaged = filtered('udp');
  assert.deepEqual([damaged.packets, damaged.code], [[3], 0]);
  assert.match(damaged.said, /the macros in .*filters\.json are not used: it is damaged/);
  rmSync(file);
});

test('packets of a range, and whole dissections in the forms of tshark', () => {
  const run = (...args: string[]): { stdout: string; stderr: string; status: number | null } =>
    spawnSync(process.execPath, [PROGRAM, 'packets', ...args, capture], { encoding: 'utf8' });
  const numbers = (text: string): number[] =>
    [...text.matchAll(/"type":"packet","no":(\d+)/g)].map((m) => Number(m[1]));
  assert.deepEqual(numbers(run('--json', '-r', '2,4-').stdout), [2, 4, 5]);
  assert.deepEqual(numbers(run('--json', '--range=-3', '-Y', 'tcp').stdout), [1, 2]);
  assert.match(run('-r', '3-1').stderr, /The range '3-1' ends before it begins/);
  assert.match(run('-T', 'yaml').stderr, /text, json, pdml, psml, csv, c or fields/);
  const json = JSON.parse(run('-T', 'json', '-r', '2').stdout) as Record<string, Record<string, unknown>>[];
  assert.equal(json.length, 1);
  assert.match(JSON.stringify(json), /"http.response.code":"404"/);
  const text = run('-T', 'text', '-Y', 'udp', '--limit', '1').stdout;
  assert.match(text, /^Frame 3: .*\n {4}[^]*User Datagram Protocol, Src Port: 4000, Dst Port: 4001\n/);
  assert.match(run('-T', 'psml').stdout, /<section>No.<\/section>[^]*<section>5<\/section>/);
  assert.match(run('-T', 'csv', '-r', '1').stdout, /^No\.,Time,Source,.*\n1,0\.000000,10\.0\.0\.1,10\.0\.0\.2,HTTP,/);
});
