// Lists held against a capture in which each type of entry is met: what is told, in which packet, by which points, the
// same with any number of threads and in a window's session.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FlowRecord, IndicatorAlertRecord, OutputRecord } from '../../contract/index.ts';
import { foreignBaseline } from '../detect/index.ts';
import { type IndicatorSet, loadIndicatorsNow } from '../indicators/index.ts';
import { ruleVariables } from '../rules/index.ts';
import { certificateBytes, serverFlight } from '../testing/certificates.ts';
import { MadeLists } from '../testing/lists.ts';
import { testModel } from '../testing/models.ts';
import { clientHello, packetsOf, pcap, udp } from '../testing/packets.ts';
import { chunked, httpAnswer, talk } from '../testing/talk.ts';
import { readRuleFiles, RulesHere, RuleThread } from '../workers/index.ts';
import { recordListener } from './record-maker.ts';
import { scoreFile } from './score-file.ts';
import { Scorer } from './scoring.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const lists = new MadeLists();
after(() => {
  rmSync(folder, { recursive: true, force: true });
  lists.remove();
});
const model = testModel();
const START = 1_700_000_000;

const CERTIFICATE = { subject: 'CN=c2.test', notBefore: START - 1_000_000, serial: [0, 0xde, 0xad, 0xbe, 0xef, 1] };
const PROGRAM = Buffer.from('MZ'.padEnd(3_000_000, 'a program of three million bytes '));
const PART = Buffer.from('MZ'.padEnd(5_000, 'a smaller one '));
const ATTACHED = Buffer.from('an attachment');
const UPLOADED = Buffer.from('what was put there');
const FETCHED = Buffer.from('a file by FTP'.repeat(300));
const STORED = Buffer.from('and another one'.repeat(300));
const hashOf = (kind: string, bytes: Uint8Array): string => createHash(kind).update(bytes).digest('hex');

function dns(name: string, answer = false): number[] {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return [0, 7, answer ? 0x81 : 1, answer ? 0x83 : 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1];
}

const KEX = ['curve25519-sha256', 'aes128-ctr', 'hmac-sha2-256', 'none'] as const;
/** A key exchange (RFC 4253, 7.1) in which both directions offer the same. */
function keyExchange(): Uint8Array {
  const [kex, cipher, mac, compression] = KEX;
  const list = (text: string): number[] => [0, 0, 0, text.length, ...Buffer.from(text)];
  const names = [kex, 'ssh-ed25519', cipher, cipher, mac, mac, compression, compression, '', ''].flatMap(list);
  const payload = [20, ...new Array<number>(16).fill(5), ...names, 0, 0, 0, 0, 0];
  return Uint8Array.from([0, 0, 0, payload.length + 5, 4, ...payload, 0, 0, 0, 0]);
}

const MAIL = [
  'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: application/octet-stream; name="a.bin"\r\n',
  `Content-Transfer-Encoding: base64\r\n\r\n${ATTACHED.toString('base64')}\r\n--x--\r\n.\r\n`,
].join('');

const TALKS = [
  // 1: a question by DNS.
  [
    udp('10.0.0.1:5000', '10.0.0.53:53', dns('a.b.asked.test')),
    udp('10.0.0.53:53', '10.0.0.1:5000', dns('a.b.asked.test', true)),
  ],
  // 2: a request, and two programs that come over HTTP.
  talk(
    '10.0.0.1:40000',
    '203.0.113.5:8080',
    [
      [0, 'GET /gate.php?id=7 HTTP/1.1\r\nHost: Panel.test:8080\r\nUser-Agent: x\r\n\r\n'],
      [1, httpAnswer([], PROGRAM)],
      [0, 'GET /small.exe HTTP/1.1\r\nHost: panel.test:8080\r\nUser-Agent: x\r\n\r\n'],
      [1, Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), chunked(PART)])],
    ],
    8,
  ),
  // 3: TLS with a certificate.
  talk('10.0.0.1:40001', '203.0.113.6:443', [
    [0, clientHello('www.hello.test')],
    [1, serverFlight(CERTIFICATE)],
  ]),
  // 4: SSH.
  talk('10.0.0.1:40002', '203.0.113.7:22', [
    [0, Buffer.concat([Buffer.from('SSH-2.0-client\r\n'), keyExchange()])],
    [1, Buffer.concat([Buffer.from('SSH-2.0-server\r\n'), keyExchange()])],
  ]),
  // 5: an address and a network of IPv6.
  talk('[2001:db8::1]:40003', '[2001:db8:5::9]:9000', [[0, 'hello']]),
  // 6: a mail with a file.
  talk('10.0.0.1:40004', '203.0.113.8:25', [
    [1, '220 mx\r\n'],
    [0, 'EHLO client.test\r\n'],
    [1, '250 OK\r\n'],
    [0, 'MAIL FROM:<a@x.test>\r\n'],
    [1, '250 OK\r\n'],
    [0, 'RCPT TO:<b@x.test>\r\n'],
    [1, '250 OK\r\n'],
    [0, 'DATA\r\n'],
    [1, '354 go\r\n'],
    [0, MAIL],
    [1, '250 OK\r\n'],
    [0, 'QUIT\r\n'],
    [1, '221 bye\r\n'],
  ]),
  // 7: something that is sent.
  talk('10.0.0.1:40005', '203.0.113.9:80', [
    [
      0,
      `PUT /up HTTP/1.1\r\nHost: up.test\r\nContent-Length: ${UPLOADED.length}\r\n\r\n${UPLOADED.toString('latin1')}`,
    ],
    [1, httpAnswer([], Buffer.from('ok'))],
  ]),
  // 8: somebody from a listed address comes here.
  talk('198.51.100.77:50000', '10.0.0.2:22', [[0, 'x']]),
  // 9 to 11: FTP; a file that is fetched from a port of the server's, one that is stored at a port of the client's.
  talk('10.0.0.1:40006', '203.0.113.10:21', [
    [1, '220 hello\r\n'],
    [0, 'PASV\r\n'],
    [1, '227 Entering Passive Mode (203,0,113,10,156,65).\r\n'],
    [0, 'RETR a.exe\r\n'],
    [1, '150 here it comes\r\n226 done\r\n'],
    [0, 'PORT 10,0,0,1,156,66\r\n'],
    [1, '200 well\r\n'],
    [0, 'RETR b.exe\r\n'],
    [1, '150 here it comes\r\n226 done\r\n'],
    [0, 'QUIT\r\n'],
  ]),
  talk('10.0.0.1:40007', '203.0.113.10:40001', [[1, FETCHED]], 1),
  talk('203.0.113.10:20', '10.0.0.1:40002', [[0, STORED]], 1),
];
const frames = TALKS.flat();
const path = join(folder, 'met.pcap');
writeFileSync(path, pcap(packetsOf(frames, START, 0.0001)));

interface Asked {
  readonly threads?: number;
  readonly readAhead?: boolean;
  readonly keepPackets?: boolean;
}

async function records(set: IndicatorSet | null, { threads = 1, ...o }: Asked = {}): Promise<OutputRecord[]> {
  const baseline = foreignBaseline(model);
  const found: OutputRecord[] = [];
  const listed = recordListener(model, baseline, { file: 'x', records: 'full', reasons: 5 }, (r) => found.push(r));
  const thread =
    set?.wantsFiles === true && threads > 1 ? new RuleThread({ paths: [], variables: [], files: true }) : null;
  const variables = ruleVariables([]);
  const here = set?.wantsFiles === true && threads === 1 && !('why' in variables);
  const rules = here
    ? new RulesHere(readRuleFiles([], variables).ready, true)
    : (thread?.run({ path, cacheFolder: folder }) ?? null);
  try {
    const options = { model, baseline, threads, cacheFolder: folder, indicators: set, rules, ...o };
    const result = await scoreFile(path, options, listed);
    listed.finish(result.scorer);
    assert.equal(result.ending.kind, 'ok');
  } finally {
    await thread?.close();
  }
  return found;
}

function met(all: readonly OutputRecord[]): IndicatorAlertRecord[] {
  return all.filter((r): r is IndicatorAlertRecord => r.type === 'alert' && r.by === 'indicator');
}

/** Of each: number of its talk, kind, entry, packet, points. */
function told(all: readonly OutputRecord[]): string[] {
  return met(all)
    .map((m) => `${talkOf(m.flow)} ${m.kind} ${m.value} @${m.packet} +${m.points}`)
    .sort();
}

/** A flow is called by its first packet: which of the talks it is, from 1. */
function talkOf(flow: number): number {
  return FIRST.indexOf(flow) + 1;
}

/** Number of the first packet of each talk. */
const FIRST = TALKS.map((_, i) => 1 + TALKS.slice(0, i).reduce((n, t) => n + t.length, 0));
const plain = await records(null);
const flow = (port: number): FlowRecord => plain.find((r): r is FlowRecord => r.type === 'flow' && r.sport === port)!;
const hello = flow(40_001);
const hassh = hashOf('md5', Buffer.from(KEX.join(';')));
const der = certificateBytes(CERTIFICATE);

const every = loadIndicatorsNow([
  lists.put(
    'every.txt',
    'asked.test',
    'http://panel.test:8080/gate.php a panel',
    '=panel.test',
    '203.0.113.5:8080',
    'hello.test',
    `certificate-sha256,${hashOf('sha256', der)}`,
    `ja3,${hello.ja3}`,
    `ja3s,${hello.ja3s}`,
    `ja4,${hello.ja4}`,
    `hassh,${hassh}`,
    '2001:db8:5::/48',
    `${hashOf('sha256', PROGRAM)}`,
    `md5,${hashOf('md5', PART)}`,
    `sha1,${hashOf('sha1', ATTACHED)}`,
    `${hashOf('sha1', UPLOADED)}`,
    `${hashOf('sha256', FETCHED)}`,
    `${hashOf('sha256', STORED)}`,
    '198.51.100.77',
    'never.test',
    'sked.test',
    '203.0.113.5:80',
  ),
]);

test('each type of entry is met, once a flow, in its packet', async () => {
  assert.equal(every.refusedCount, 0);
  const all = told(await records(every));
  const [question, web, tls, ssh, six, , , inbound] = FIRST as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const files = all.filter((line) => line.includes(' file '));
  assert.deepEqual(
    all.filter((line) => !line.includes(' file ')),
    [
      `1 domain asked.test @${question} +2`,
      `2 domain panel.test @${web + 3} +2`,
      `2 port-pair 203.0.113.5:8080 @${web} +2`,
      `2 url panel.test:8080/gate.php @${web + 3} +3`,
      `3 certificate ${hashOf('sha256', der)} @${tls + 4} +3`,
      `3 domain hello.test @${tls + 3} +2`,
      `3 ja3 ${hello.ja3} @${tls + 3} +1`,
      `3 ja3s ${hello.ja3s} @${tls + 4} +1`,
      `3 ja4 ${hello.ja4} @${tls + 3} +1`,
      `4 hassh ${hassh} @${ssh + 3} +1`,
      `5 network 2001:db8:5::/48 @${six} +1`,
      `8 address 198.51.100.77 @${inbound} +1`,
    ],
  );
  assert.deepEqual(
    files.map((line) => line.replace(/ @\d+/, '')).sort(),
    [
      `2 file ${hashOf('md5', PART)} +3`,
      `2 file ${hashOf('sha256', PROGRAM)} +3`,
      `6 file ${hashOf('sha1', ATTACHED)} +3`,
      `7 file ${hashOf('sha1', UPLOADED)} +3`,
      `10 file ${hashOf('sha256', FETCHED)} +3`,
      `11 file ${hashOf('sha256', STORED)} +3`,
    ].sort(),
  );
});

test('records are the same with one thread and with two and three; with packets kept the same is met', async () => {
  const one = (await records(every)).map((r) => JSON.stringify(r));
  for (const threads of [2, 3])
    assert.deepEqual(
      (await records(every, { threads, readAhead: true })).map((r) => JSON.stringify(r)),
      one,
    );
  assert.deepEqual(told(await records(every, { keepPackets: true })), told(await records(every)));
});

test('a session that packets are pushed into, as a window has it, is told the same of flows', async () => {
  const whole = met(await records(every)).filter((m) => m.kind !== 'file');
  const heard: string[] = [];
  const options = { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: folder, keepPackets: true };
  const scorer = new Scorer(
    { ...options, indicators: every },
    { indicatorHit: (_a, hit) => heard.push(`${hit.met.kind} ${hit.met.value} ${hit.packet + 1}`) },
  );
  for (const { bytes, time } of packetsOf(frames, START, 0.0001)) {
    const [sec, nsec] = [Math.floor(time), Math.round((time % 1) * 1e9)];
    scorer.analysis.packet({ buf: bytes, off: 0, cap: bytes.length, wire: bytes.length, link: 1, sec, nsec } as never);
    if (heard.length === 0) scorer.flush();
  }
  await scorer.finish();
  await scorer.close();
  assert.deepEqual(heard.sort(), whole.map((m) => `${m.kind} ${m.value} ${m.packet}`).sort());
});

test('evidence: families do not add up within, and do with one another; verdicts and names of rules', async () => {
  const all = await records(every);
  const flows = new Map(all.filter((r): r is FlowRecord => r.type === 'flow').map((r) => [talkOf(r.id), r]));
  assert.deepEqual([flows.get(3)!.points! >= 5, flows.get(3)!.verdict], [true, 'malicious']);
  assert.ok(flows.get(1)!.rules!.includes('indicator-domain'));
  assert.equal(flows.get(5)!.points! >= 1, true);
  const incident = all.find((r) => r.type === 'incident' && r.peer === '203.0.113.6');
  assert.ok(incident?.type === 'incident');
  const counts = incident.evidence.filter((e) => e.counts && e.kind.startsWith('indicator-')).map((e) => e.rule);
  assert.deepEqual(counts.sort(), ['indicator-certificate', 'indicator-domain']);
  const [certificate] = incident.evidence.filter((e) => e.rule === 'indicator-certificate');
  assert.match(certificate!.text, /^CN=c2\.test was met; every\.txt has it as certificate [0-9a-f]{64}\.$/);
  const asked = all.find((r) => r.type === 'incident' && r.peer === 'asked.test');
  assert.ok(asked?.type === 'incident' && asked.initiator === '10.0.0.1');
});

const oneOf = async (...lines: readonly string[]): Promise<string[]> =>
  told(await records(loadIndicatorsNow([lists.put('one.csv', ...lines)])));

test('what has expired before the packet does not hit, what expires after it or says nothing does', async () => {
  const head = 'type,value,valid_until,valid_from';
  assert.deepEqual(await oneOf(head, 'domain,asked.test,2023-11-01,'), []);
  assert.equal((await oneOf(head, 'domain,asked.test,2023-12-01,')).length, 1);
  assert.equal((await oneOf(head, 'domain,asked.test,,2025-01-01')).length, 1);
  const both = loadIndicatorsNow([
    lists.put('old.csv', head, 'domain,asked.test,2023-11-01,'),
    lists.put('fresh.csv', head, 'domain,asked.test,2023-12-01,'),
  ]);
  assert.equal(met(await records(both)).length, 1);
});

test('little confidence and a year without a sight take a point each', async () => {
  const points = async (row: string): Promise<string> => {
    const [line] = await oneOf('type,value,confidence,last_seen', row);
    return line!.slice(line!.indexOf('+'));
  };
  assert.equal(await points('domain,asked.test,50,2023-11-01'), '+2');
  assert.equal(await points('domain,asked.test,49,2023-11-01'), '+1');
  assert.equal(await points('domain,asked.test,90,2022-11-01'), '+1');
  assert.equal(await points('domain,asked.test,10,2022-11-01'), '+0');
  const [weak] = met(
    await records(loadIndicatorsNow([lists.put('w.csv', 'type,value,confidence', 'domain,asked.test,1')])),
  );
  assert.equal(weak!.rule, 'indicator-domain-weak');
});

test('several lists that have the same value are one hit that names them all', async () => {
  const set = loadIndicatorsNow([
    lists.put('a.txt', 'asked.test', 'asked.test'),
    lists.put('b.txt', 'b.asked.test,the note'),
    lists.put('c.txt', 'asked.test,another'),
  ]);
  assert.deepEqual([set.entries, set.lists.map((l) => l.again)], [2, [1, 0, 0]]);
  const [hit, ...more] = met(await records(set));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [hit!.value, hit!.lists, hit!.note, hit!.seen],
    ['b.asked.test', ['b.txt'], 'the note', 'a.b.asked.test'],
  );
  const merged = loadIndicatorsNow([join(lists.folder, 'a.txt'), join(lists.folder, 'c.txt')]);
  const [all] = met(await records(merged));
  assert.deepEqual([all!.lists, all!.note], [['a.txt', 'c.txt'], 'another']);
});

test('what is allowed never hits: by a file of that ending, by --allow, by a name or network around it', async () => {
  const allowed = async (entry: string, allow: string): Promise<number> => {
    const set = loadIndicatorsNow([lists.put('entry.txt', entry)], { allow: [lists.put('own.txt', allow)] });
    return met(await records(set)).length;
  };
  assert.equal(await allowed('asked.test', 'other.test'), 1);
  assert.equal(await allowed('asked.test', 'asked.test'), 0);
  assert.equal(await allowed('asked.test', 'b.asked.test'), 0);
  assert.equal(await allowed('asked.test', '=b.asked.test'), 1);
  assert.equal(await allowed('b.asked.test', 'asked.test'), 0);
  assert.equal(await allowed('203.0.113.5', '203.0.113.0/24'), 0);
  assert.equal(await allowed('203.0.113.5:8080', '203.0.113.5'), 0);
  assert.equal(await allowed('203.0.113.0/24', '203.0.113.5'), 7);
  assert.equal(await allowed('http://panel.test:8080/gate.php', 'panel.test'), 0);
  assert.equal(await allowed(`ja3,${hello.ja3}`, `${hello.ja3}`), 0);
  lists.put('folder/list.txt', 'asked.test', 'hello.test');
  lists.put('folder/own.allow', 'hello.test');
  const set = loadIndicatorsNow([join(lists.folder, 'folder')]);
  assert.deepEqual([set.entries, set.allowed], [2, 1]);
  assert.deepEqual(
    met(await records(set)).map((m) => m.value),
    ['asked.test'],
  );
});

test('a serial number and a SHA-1 tell a certificate; a note of a list can do nothing to a line', async () => {
  const [serial] = await oneOf('type,value', 'serial,00:DE:AD:BE:EF:01');
  assert.match(serial!, /^3 serial deadbeef01 @\d+ \+2$/);
  const set = loadIndicatorsNow([
    lists.put('cert.csv', 'type,value,note', `certificate-sha1,${hashOf('sha1', der)},a\u001b[31m\u202eb`),
  ]);
  const [hit] = met(await records(set));
  assert.deepEqual([hit!.kind, hit!.note], ['certificate', 'a·[31m·b']);
});
