// Zeek's logs of small captures: lines by their fields, header lines, hostile texts, and states of connections.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Analysis } from '../../session/index.ts';
import { feed } from '../../testing/captures.ts';
import { certificateBytes } from '../../testing/certificates.ts';
import { packetsOf, pcap, tcp, udp } from '../../testing/packets.ts';
import { httpAnswer, talk } from '../../testing/talk.ts';
import { byteText, shownText } from '../talks/byte-text.ts';
import { cellText, jsonText, timeText } from './column.ts';
import { certificateTold } from './x509.ts';
import type { ZeekForm } from './log.ts';
import { ZeekLogs, type ZeekName } from './logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-zeek-test-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let count = 0;

interface Made {
  readonly text: Record<ZeekName, string>;
  readonly rows: Record<ZeekName, Record<string, string>[]>;
}

async function logs(frames: readonly (readonly number[])[], form: ZeekForm = 'tsv'): Promise<Made> {
  const to = join(folder, String(count++));
  const analysis = new Analysis({ completed: () => undefined });
  const path = `${to}.pcap`;
  writeFileSync(path, pcap(packetsOf(frames)));
  await feed(path, analysis);
  analysis.finish();
  const made = new ZeekLogs(to, form);
  const walk = made.walk(analysis);
  await feed(path, walk);
  walk.finish();
  await made.close();
  const names: ZeekName[] = ['conn', 'dns', 'ssl', 'http', 'x509', 'files'];
  const text = Object.fromEntries(names.map((n) => [n, readFileSync(join(to, `${n}.log`), 'utf8')])) as Made['text'];
  const rows = Object.fromEntries(names.map((n) => [n, rowsOf(text[n])])) as Made['rows'];
  return { text, rows };
}

function rowsOf(text: string): Record<string, string>[] {
  const lines = text.trimEnd().split('\n');
  const fields =
    lines
      .find((l) => l.startsWith('#fields'))
      ?.split('\t')
      .slice(1) ?? [];
  return lines
    .filter((l) => !l.startsWith('#') && !l.startsWith('{'))
    .map((l) => Object.fromEntries(l.split('\t').map((cell, i) => [fields[i]!, cell])));
}

const BODY = '<html>hello</html>';
const ANSWER = httpAnswer(['Content-Type: text/html'], Buffer.from(BODY));
const REQUEST = [
  'GET /a%20b?x=\t1 HTTP/1.1',
  'Host: one.test:8080',
  'Referer: r\\n',
  'User-Agent: -',
  'Authorization: Basic dTpw',
  '',
  '',
].join('\r\n');
const WEB = talk('10.0.0.1:40000', '192.0.2.5:8080', [
  [0, REQUEST],
  [1, ANSWER],
]);

describe("Zeek's logs", () => {
  test('a request: http, conn and files tell it, under one uid', async () => {
    const { rows, text } = await logs(WEB);
    const [http] = rows.http;
    const [conn] = rows.conn;
    const [file] = rows.files;
    assert.equal(http!['uid'], conn!['uid']);
    assert.match(conn!['uid']!, /^C[0-9A-Za-z]{12,18}$/);
    assert.equal(http!['host'], 'one.test:8080');
    assert.equal(http!['uri'], '/a b?x=\\x091');
    assert.equal(http!['referrer'], 'r\\\\n');
    assert.equal(http!['user_agent'], '\\x2d');
    assert.equal(http!['username'], 'u');
    assert.equal(http!['password'], '-');
    assert.equal(http!['status_code'], '200');
    assert.equal(http!['response_body_len'], '18');
    assert.equal(http!['resp_fuids'], file!['fuid']);
    assert.equal(file!['mime_type'], 'text/html');
    assert.equal(file!['sha1'], hash('sha1', BODY, 'hex'));
    assert.equal(conn!['service'], 'http');
    assert.equal(conn!['proto'], 'tcp');
    assert.equal(conn!['local_orig'], 'T');
    assert.equal(conn!['resp_bytes'], String(ANSWER.length));
    const head = text.conn.split('\n').slice(0, 5);
    assert.deepEqual(head, [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tconn',
    ]);
    assert.match(text.conn, /\n#close\t\d{4}(?:-\d\d){5}\n$/);
  });

  test('the same capture gives the same bytes; JSON says what TSV does', async () => {
    const [one, two, json] = [await logs(WEB), await logs(WEB), await logs(WEB, 'json')];
    assert.deepEqual(one.text, two.text);
    const [http] = json.text.http
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as Record<string, unknown>);
    assert.equal(http!['uri'], '/a b?x=\t1');
    assert.equal(http!['status_code'], 200);
    assert.deepEqual(http!['tags'], []);
    assert.equal('origin' in http!, false);
    assert.equal(typeof http!['ts'], 'number');
    assert.equal(timeText({ seconds: 1_700_000_000, nanoseconds: 50_000_000 }), '1700000000.050000');
  });

  test('DNS: a question with its answer, one without, and a name that is no text', async () => {
    const name = (...labels: string[]): number[] => labels.flatMap((l) => [l.length, ...Buffer.from(l, 'latin1')]);
    const query = (id: number, labels: number[]): number[] => [
      0,
      id,
      1,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      ...labels,
      0,
      0,
      1,
      0,
      1,
    ];
    const asked = query(7, name('WWW', 'Example'));
    const answer = [...asked, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9];
    answer[2] = 0x85;
    answer[3] = 0x80;
    answer[7] = 1;
    const frames = [
      udp('10.0.0.1:5000', '10.0.0.53:53', asked),
      udp('10.0.0.53:53', '10.0.0.1:5000', answer),
      udp('10.0.0.1:5000', '10.0.0.53:53', query(8, name('a\xff\n,b'))),
    ];
    const { rows } = await logs(frames);
    const [one, two] = rows.dns;
    assert.deepEqual(
      [one!['query'], one!['answers'], one!['TTLs'], one!['AA'], one!['RA'], one!['rtt'], one!['qtype_name']],
      ['www.example', '192.0.2.9', '60.000000', 'T', 'T', '0.010000', 'A'],
    );
    assert.deepEqual([two!['query'], two!['rcode'], two!['rtt']], ['a\\xff\\x0a,b', '-', '-']);
    assert.deepEqual([rows.conn[0]!['history'], rows.conn[0]!['conn_state']], ['Dd', 'SF']);
  });

  test('values: a set says where an element ends, nothing is told from the text of nothing', () => {
    assert.equal(cellText('set[string]', ['a,b', '-', '']), 'a\\x2cb,\\x2d,(empty)');
    assert.equal(cellText('string', '(empty)'), '\\x28empty)');
    assert.equal(cellText('vector[string]', []), '(empty)');
    assert.equal(cellText('string', null), '-');
    assert.equal(cellText('string', byteText('gr\xc3\xbc\xdfx')), 'grü\\xdfx');
    assert.equal(cellText('string', '\u0085'), '\\xc2\\x85');
    assert.equal(jsonText('string', byteText('a\xff"')), '"a\\\\xff\\""');
    assert.equal(shownText(byteText('\xed\xa0\x80')), '\\xed\\xa0\\x80');
    assert.equal(timeText({ seconds: -2, nanoseconds: 500_000_000 }), '-1.500000');
  });

  test('x509: what a certificate says', () => {
    const told = certificateTold(
      certificateBytes({ subject: 'C=DE, O=Bücher, CN=a.test', notBefore: 1_700_000_000, names: ['a.test', 'b.test'] }),
    );
    assert.notEqual(told, null);
    assert.deepEqual([told!.version, told!.subject], [3, 'CN=a.test,O=B\\C3\\BCcher,C=DE']);
    // The key of a made certificate is no point of its curve, so that nothing more is told of it.
    assert.deepEqual([told!.keyAlgorithm, told!.keyType], ['id-ecPublicKey', null]);
    assert.deepEqual(told!.names?.dns, ['a.test', 'b.test']);
    assert.equal(certificateTold(Uint8Array.of(48, 3, 2, 1, 1)), null);
  });
});

/** Segments in letters: `>` and `<` say who, then S(YN), F(IN), R(ST), A(CK), D(ata). */
function course(text: string): number[][] {
  const next = [1_000, 9_000];
  const ends = ['10.0.0.1:1234', '10.0.0.2:4321'];
  return text.split(' ').map((segment) => {
    const dir = segment[0] === '>' ? 0 : 1;
    const said = segment.slice(1);
    const data = said.includes('D') ? 'data' : '';
    const seq = next[dir]!;
    next[dir] = seq + data.length + Number(said.includes('S')) + Number(said.includes('F'));
    const flags = said.replace('D', 'PA');
    const ack = flags.includes('A') ? next[dir ^ 1]! : 0;
    return tcp(ends[dir]!, ends[dir ^ 1]!, { flags, seq, ack, data });
  });
}

/** [segments, conn_state, history, orig_bytes, resp_bytes] */
const COURSES: readonly (readonly [string, string, string, string, string])[] = [
  ['>S', 'S0', 'S', '-', '-'],
  ['>S <SA >A', 'S1', 'ShA', '0', '0'],
  ['>S <SA >A >D <D >FA <FA >A', 'SF', 'ShADdFf', '4', '4'],
  ['>S <RA', 'REJ', 'Sr', '0', '0'],
  ['>S <SA >A >D >RA', 'RSTO', 'ShADR', '4', '0'],
  ['>S <SA >A <D <RA', 'RSTR', 'ShAdr', '0', '4'],
  ['>S >R', 'RSTOS0', 'SR', '0', '0'],
  ['>S >FA', 'SH', 'SF', '0', '0'],
  ['>S <SA >A >FA', 'S2', 'ShAF', '0', '0'],
  ['>S <SA >A <FA', 'S3', 'ShAf', '0', '0'],
  ['>D <A >D', 'OTH', 'Da', '8', '0'],
];

describe('conn_state and history', () => {
  for (const [segments, state, history, sent, got] of COURSES)
    test(`${segments} is ${state}`, async () => {
      const { rows } = await logs(course(segments));
      assert.equal(rows.conn.length, 1);
      const [conn] = rows.conn;
      // Checksums of these segments are none, which is told too.
      const told = conn!['history']!.replace(/c/gi, '');
      assert.notEqual(told, conn!['history']);
      assert.deepEqual(
        [conn!['conn_state'], told, conn!['orig_bytes'], conn!['resp_bytes']],
        [state, history, sent, got],
      );
    });
});
