// Rules from the command line: what is read and refused, what matches in a capture, and calls that cannot be.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { OutputRecord, RuleAlertRecord } from '../contract/index.ts';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import { httpAnswer, talk } from '../engine/testing/talk.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
after(() => rmSync(home, { recursive: true, force: true }));

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function sightline(...args: readonly string[]): Done {
  return command('rules', ...args);
}

function command(...args: readonly string[]): Done {
  const done = spawnSync(process.execPath, [join(ROOT, 'cli', 'main.ts'), ...args], {
    env: {
      ...process.env,
      SIGHTLINE_CACHE: join(home, 'cache'),
      SIGHTLINE_DATA_HOME: join(home, 'data'),
      NO_COLOR: '1',
    },
    encoding: 'utf8',
    cwd: home,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

function recordsOf(out: string): OutputRecord[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutputRecord);
}

/** Sid and packet of each match. */
function matches(...args: readonly string[]): readonly string[] {
  return recordsOf(sightline('test', ...args).out)
    .filter((r): r is RuleAlertRecord => r.type === 'alert' && r.by === 'rule')
    .map((r) => `${r.sid}@${r.packet}`);
}

function file(name: string, ...lines: readonly string[]): string {
  writeFileSync(join(home, name), `${lines.join('\n')}\n`);
  return name;
}

const REQUEST = 'alert http any any -> any any';
const QUESTION = 'alert udp $HOME_NET any -> any 53';
/** A request at packet 4, acknowledged by its answer at 5 and looked at with the client's next packet, 6; a datagram. */
const CAPTURE = 'talk.pcap';
const GET = 'GET /secret HTTP/1.1\r\nHost: one.test\r\n\r\n';
const FRAMES = [
  ...talk('10.0.0.1:40000', '192.0.2.5:8080', [
    [0, GET],
    [1, httpAnswer(['Server: odd'], Buffer.from('body'))],
  ]),
  udp('10.0.0.1:5353', '192.0.2.9:53', 'a question'),
];
writeFileSync(join(home, CAPTURE), pcap(packetsOf(FRAMES)));

test('check counts what is read, and names file, line, sid and reason of what is refused', () => {
  const rules = file(
    'some.rules',
    '# a comment',
    `${REQUEST} (msg:"good"; http.uri; content:"secret"; sid:1;)`,
    `${REQUEST} (msg:"unknown"; nosuch:1; sid:2;)`,
    'alert tcp $NOWHERE any -> any any (msg:"variable"; sid:3;)',
    'alert ip any any -> any any (msg:"reputation"; iprep:src,CnC,>,30; sid:4;)',
    'alert dns any any -> any any (msg:"set"; dns.query; dataset:isset,absent,type string,load absent.lst; sid:5;)',
  );
  const text = sightline('check', rules, '--summary');
  assert.equal(text.code, 1);
  assert.deepEqual(text.out.split('\n'), [
    "some.rules:3: sid 2: the keyword 'nosuch' is not known here",
    'some.rules:4: sid 3: the variable $NOWHERE is not defined',
    'some.rules:5: sid 4: it asks for reputations of addresses, and there is no list of them',
    'some.rules:6: sid 5: the set in absent.lst cannot be read',
    '1 rule read of 1 file, 4 refused.',
    '',
  ]);
  const records = recordsOf(sightline('check', rules, '--json').out);
  assert.deepEqual(records[0], {
    type: 'rule-refused',
    file: 'some.rules',
    line: 3,
    sid: 2,
    why: "the keyword 'nosuch' is not known here",
  });
  assert.deepEqual(records.at(-1), { type: 'rules', files: 1, rules: 1, refused: 4, unread: 0 });
  assert.equal(sightline('check', file('good.rules', `${REQUEST} (msg:"good"; sid:1;)`)).code, 0);
});

test('of one id the higher revision counts, in whichever file it stands', () => {
  const old = file('old.rules', `${REQUEST} (msg:"old"; sid:7; rev:1;)`);
  const young = file('young.rules', `${REQUEST} (msg:"young"; sid:7; rev:2;)`);
  const said = 'old.rules:1: sid 7: revision 2 of sid 7 stands in young.rules, line 1';
  for (const both of [
    [old, young],
    [young, old],
  ]) {
    const { out, code } = sightline('check', ...both, '--summary');
    assert.deepEqual([out.split('\n')[0], code], [said, 1]);
  }
});

test('a match has its packet, its ends and what the flow speaks', () => {
  const rules = file(
    'match.rules',
    `${REQUEST} (msg:"a secret"; http.uri; content:"/secret"; classtype:web-application-attack; sid:11; rev:3;)`,
    `${REQUEST} (msg:"never"; http.uri; content:"/nothing"; sid:12;)`,
    `${QUESTION} (msg:"asked"; content:"question"; sid:13; gid:2;)`,
  );
  const { out, code, err } = sightline('test', rules, '--capture', CAPTURE, '--json');
  assert.deepEqual([code, err], [0, '']);
  const [first, second, closing] = recordsOf(out);
  assert.deepEqual(first, {
    type: 'alert',
    by: 'rule',
    file: CAPTURE,
    time: '2023-11-14T22:13:20.050000000Z',
    packet: 6,
    flow: null,
    sid: 11,
    gid: 1,
    rev: 3,
    msg: 'a secret',
    action: 'alert',
    classtype: 'web-application-attack',
    priority: 1,
    src: '10.0.0.1',
    sport: 40_000,
    dst: '192.0.2.5',
    dport: 8080,
    proto: 'TCP',
    app: 'http1',
    transaction: 0,
  });
  const { sid, gid, packet, time, src, dport, app } = second as RuleAlertRecord;
  assert.deepEqual(
    [sid, gid, packet, time, src, dport, app],
    [13, 2, FRAMES.length, '2023-11-14T22:13:20.070000000Z', '10.0.0.1', 53, null],
  );
  assert.deepEqual(closing, {
    type: 'rule-file',
    file: CAPTURE,
    packets: FRAMES.length,
    matches: 2,
    status: 'ok',
    error: null,
  });
  const text = sightline('test', rules, '--capture', CAPTURE, '--summary').out;
  assert.match(text, /2023-11-14 22:13:20\.070000 +8 {2}2:13:0 +10\.0\.0\.1:5353 +192\.0\.2\.9:53 .*asked\n/);
  assert.match(text, /\n2 matches in 8 packets\.\n$/);
});

test('EVE: rules test and score write the same alerts, one a line, beside their records', () => {
  const rules = file(
    'eve.rules',
    `${REQUEST} (msg:"a secret"; http.uri; content:"/secret"; classtype:web-application-attack; sid:11; rev:3;)`,
    `${QUESTION} (msg:"asked"; content:"question"; sid:13; gid:2;)`,
  );
  const plain = sightline('test', rules, '--capture', CAPTURE, '--json').out;
  const tested = sightline('test', rules, '--capture', CAPTURE, '--json', '--eve', 'tested.eve');
  assert.deepEqual([tested.code, tested.out], [0, plain], 'records are as without');
  const eve = readFileSync(join(home, 'tested.eve'), 'utf8');
  const alerts = eve
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { pcap_cnt: number; pcap_filename: string; alert: { signature_id: number } });
  assert.deepEqual(
    alerts.map((a) => [a.alert.signature_id, a.pcap_cnt, a.pcap_filename]),
    [
      [11, 6, CAPTURE],
      [13, FRAMES.length, CAPTURE],
    ],
  );
  for (const threads of ['1', '2']) {
    const scored = command('score', CAPTURE, '--rules', rules, '--eve', 'scored.eve', '--quiet', '--threads', threads);
    assert.equal(scored.err, '');
    assert.equal(readFileSync(join(home, 'scored.eve'), 'utf8'), eve, `with ${threads} threads`);
  }
  for (const [args, said] of [
    [['score', CAPTURE, '--eve', 'x.eve'], /--eve writes matches of rules: --rules FILE/],
    [['rules', 'check', rules, '--eve', 'x.eve'], /--eve is for rules test/],
    [['rules', 'test', rules, '--capture', CAPTURE, '--eve', 'x', '--output', 'x'], /--eve and --output name the same/],
    [['rules', 'test', rules, '--capture', CAPTURE, '--eve', 'no/x'], /no\/x/],
  ] as const) {
    const { code, err } = command(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, said);
  }
});

test('variables are Suricata’s own, those of a file, and those of the call', () => {
  const rules = file('vars.rules', `${QUESTION} (msg:"asked"; sid:21;)`);
  const call = [rules, '--capture', CAPTURE];
  assert.deepEqual(matches(...call), ['21@8'], '10.0.0.0/8 is at home');
  const vars = file('vars.txt', '# ours', 'HOME_NET = 172.16.0.0/12');
  assert.deepEqual(matches(...call, '--vars', vars), []);
  assert.deepEqual(matches(...call, '--vars', vars, '--var', 'HOME_NET=10.0.0.1'), ['21@8']);
  const ports = file('ports.rules', 'alert udp any any -> any $MINE (msg:"asked"; sid:22;)');
  assert.deepEqual(matches(ports, '--capture', CAPTURE, '--var', 'MINE=[50:60]'), ['22@8']);
});

test('a folder gives its .rules, each capture is asked for itself', () => {
  mkdirSync(join(home, 'folder', 'below'), { recursive: true });
  file('folder/a.rules', `${QUESTION} (msg:"a"; sid:31;)`);
  file('folder/below/b.rules', `${REQUEST} (msg:"b"; http.host; dataset:set,hosts,type string; sid:32;)`);
  file('folder/c.txt', 'no rule at all');
  const first = matches('folder', 'folder/a.rules', '--capture', CAPTURE);
  assert.deepEqual([...first].map((m) => m.split('@')[0]).sort(), ['31', '32']);
  writeFileSync(join(home, 'again.pcap'), readFileSync(join(home, CAPTURE)));
  const both = matches('folder', '--capture', CAPTURE, '--capture', 'again.pcap');
  assert.deepEqual(both, [...first, ...first], 'a set that a rule filled in one capture is empty in the next');
});

test('what is no file of rules and no capture is said, and is an error', () => {
  const good = file('good.rules', `${QUESTION} (msg:"a"; sid:41;)`);
  mkdirSync(join(home, 'empty'), { recursive: true });
  spawnSync('mkfifo', [join(home, 'pipe.rules')]);
  for (const [args, said] of [
    [['check', 'nothing.rules'], /^nothing\.rules: there is no such file\.$/m],
    [['check', good, 'empty'], /^empty: it holds no file that ends in \.rules\.$/m],
    [['check', 'pipe.rules'], /^pipe\.rules: it is a named pipe/m],
    [['test', good, '--capture', good], /^good\.rules: /m],
    [['test', good, 'nothing.rules', '--capture', CAPTURE], /^nothing\.rules: there is no such file\.$/m],
    [['test', good], /say of which capture: --capture FILE/],
    [['check', good, '--capture', CAPTURE], /--capture is for rules test/],
    [['check'], /rules check takes files or folders of rules/],
    [[good], /rules takes check or test, then files of rules/],
    [
      ['check', good, '--var', 'HOME_NET'],
      /--var takes NAME=VALUE, such as HOME_NET=10\.0\.0\.0\/8; 'HOME_NET' is none/,
    ],
    [['check', good, '--var', 'HOME_NET=home'], /the variable HOME_NET: 'home' is neither address, network nor port/],
    [['check', good, '--var', 'HOME_NET=[10.0.0.1,$DNS_SERVERS]'], /the variable HOME_NET: .* a variable names itself/],
    [['check', good, '--vars', 'nothing.txt'], /nothing\.txt: there is no such file/],
    [['check', good, '--vars', good], /good\.rules, line 1, takes NAME=VALUE/],
  ] as const) {
    const { code, err } = sightline(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, said);
  }
});
