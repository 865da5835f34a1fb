// Keys, preferences and decode-as of `sightline packets -Y` beside tshark's own options.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packetsOf, pcap, tcp } from '../engine/testing/packets.ts';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { tlsTalk } from '../engine/testing/tls-talk.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const tshark = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';
const folder = mkdtempSync(join(tmpdir(), 'sightline-cli-dissect-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const secret = join(folder, 'secret.pcap');
const keylog = join(folder, 'keys.log');
const odd = join(folder, 'odd.pcap');
const checksum = join(folder, 'checksum.pcap');

before(async () => {
  const asked = 'GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n';
  const { said, keys } = await tlsTalk(asked, httpAnswer([], Buffer.from('the secret')));
  writeFileSync(keylog, keys);
  writeFileSync(secret, talks(talk('10.0.0.1:5000', '10.0.0.2:443', said)));
  // Nothing in it says what it is: only its port would.
  const lines = ['USER anna\r\n', '331 Password\r\n', 'PASS b\r\n'];
  const ftp = lines.map((data, i) => [(i % 2) as 0 | 1, Buffer.from(data)] as const);
  writeFileSync(odd, talks(talk('10.0.0.1:5000', '10.0.0.2:9921', ftp)));
  const bad = tcp('10.0.0.1:1', '10.0.0.2:2', { flags: 'S' });
  bad[50] = 0x12;
  bad[51] = 0x34;
  writeFileSync(checksum, pcap(packetsOf([bad])));
});

interface Said {
  readonly packets: readonly number[];
  readonly code: number | null;
  readonly said: string;
}

function ours(capture: string, filter: string, options: readonly string[]): Said {
  const done = spawnSync(
    process.execPath,
    [PROGRAM, 'packets', '-Y', filter, '--json', '--no-info', ...options, capture],
    { encoding: 'utf8', env: { ...process.env, SIGHTLINE_CACHE: folder, SIGHTLINE_DATA_HOME: folder } },
  );
  const packets = [...done.stdout.matchAll(/"type":"packet","no":(\d+)/g)].map((m) => Number(m[1]));
  return { packets, code: done.status, said: done.stderr };
}

function theirs(capture: string, filter: string, options: readonly string[]): number[] {
  const fields = ['-T', 'fields', '-e', 'frame.number'];
  const done = spawnSync('tshark', ['-n', '-2', '-r', capture, ...options, '-Y', filter, ...fields], {
    encoding: 'utf8',
  });
  return done.stdout.split('\n').filter(Boolean).map(Number);
}

test('keys, preferences and ports reach the filter, as with tshark', { skip: tshark }, () => {
  const cases = [
    [secret, 'http', ['--keylog', keylog], ['-o', `tls.keylog_file:${keylog}`]],
    [secret, 'http.request.method == "GET"', ['-o', `tls.keylog_file:${keylog}`]],
    [odd, 'ftp', ['-d', 'tcp.port==9921,ftp']],
    [odd, 'ftp.request.command == "USER"', ['-d', 'tcp.port==9920-9922,ftp']],
    [odd, 'ftp.response', ['-d', 'tcp.port==9920:2,ftp']],
    [checksum, 'tcp.checksum.status == "Bad"', ['-o', 'tcp.check_checksum:TRUE']],
  ] as const;
  for (const [capture, filter, options, same = options] of cases) {
    const { packets, code, said } = ours(capture, filter, options);
    assert.ok(packets.length > 0, `${filter}: ${said}`);
    assert.deepEqual([packets, code], [theirs(capture, filter, same), 0], filter);
    assert.deepEqual(ours(capture, filter, []).packets, [], `${filter} without`);
  }
});

test('an option that is wrong is told before anything is read', () => {
  const noKeys = join(folder, 'no.log');
  writeFileSync(noKeys, 'nothing of the kind\n');
  for (const [options, message] of [
    [['-o', 'tcp.check_checksums:TRUE'], /there is none in 'tcp\.check_checksums:TRUE'/],
    [['-o', 'tcp.check_checksum:maybe'], /-o tcp\.check_checksum does not take 'maybe': TRUE or FALSE/],
    [['-d', 'tcp.port=80,http'], /-d takes TABLE==PORT,PROTOCOL/],
    [['-d', 'tcp.ports==80,http'], /there is no table 'tcp\.ports'/],
    [['-d', 'tcp.port==80,nothing'], /'nothing' is no protocol/],
    [['-d', 'tcp.port==90-80,ftp'], /names no ports/],
    [['--keylog', noKeys], /no\.log is no key log of TLS/],
    [['--keylog', join(folder, 'absent')], /The key log could not be read/],
  ] as const) {
    const { packets, code, said } = ours(odd, 'tcp', options);
    assert.deepEqual([packets, code], [[], 2], said);
    assert.match(said, message);
  }
  const done = spawnSync(process.execPath, [PROGRAM, 'packets', '--keylog', keylog, secret], { encoding: 'utf8' });
  assert.equal(done.status, 2);
  assert.match(done.stderr, /are for --display-filter, --field or --dissect: none is given/);
});

test('keys, preferences and ports reach whole dissections, with a filter and without one', () => {
  const run = (capture: string, ...options: string[]): { readonly code: number | null; readonly text: string } => {
    const done = spawnSync(process.execPath, [PROGRAM, 'packets', '-T', 'pdml', ...options, capture], {
      encoding: 'utf8',
      env: { ...process.env, SIGHTLINE_CACHE: folder, SIGHTLINE_DATA_HOME: folder },
    });
    return { code: done.status, text: done.stdout + done.stderr };
  };
  for (const [capture, options, seen] of [
    [secret, ['--keylog', keylog], /name="http\.request\.method"/],
    [secret, ['-o', `tls.keylog_file:${keylog}`, '-Y', 'http'], /name="http\.request\.method"/],
    [odd, ['-d', 'tcp.port==9921,ftp'], /name="ftp\.request\.command"/],
    [checksum, ['-o', 'tcp.check_checksum:TRUE'], /Checksum Status: Bad/],
  ] as const) {
    const { code, text } = run(capture, ...options);
    assert.equal(code, 0, text.slice(-500));
    assert.match(text, seen, options.join(' '));
    assert.doesNotMatch(run(capture).text, seen, `${options.join(' ')}, without`);
  }
});
