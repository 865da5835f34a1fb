// Rules from the command line: what is read and refused, what matches in a capture, and calls that cannot be.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type {
  FileRecord,
  RuleAlertRecord,
  RuleExplainedRecord,
  RuleFileRecord,
  RuleProfileRecord,
  RulesRecord,
} from '../contract/index.ts';
import { type Done, recordsOf, runSightline } from '../engine/testing/command-line.ts';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import { httpAnswer, talk } from '../engine/testing/talk.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
after(() => rmSync(home, { recursive: true, force: true }));

function sightline(...args: readonly string[]): Done {
  return command('rules', ...args);
}

function command(...args: readonly string[]): Done {
  return runSightline(home, args);
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
  const { reasons, ...last } = records.at(-1) as RulesRecord;
  const counts = { files: 1, rules: 1, refused: 4, unread: 0, off: 0, on: 0, changed: 0, unused: [] };
  assert.deepEqual(last, { type: 'rules', ...counts });
  assert.equal(reasons.length, 4);
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

test('reasons are counted where several rules share one', () => {
  const rules = file(
    'reasons.rules',
    ...[1, 2, 3].map((sid) => `${REQUEST} (msg:"u"; lua:x; sid:${sid};)`),
    `${REQUEST} (msg:"v"; content:"a|0|"; sid:4;)`,
    `${QUESTION} (msg:"good"; sid:5;)`,
  );
  assert.deepEqual(sightline('check', rules, '--summary').out.split('\n').slice(4), [
    "       3  the keyword 'lua' is not known here",
    '       1  between pipes stand pairs of hexadecimal digits',
    '1 rule read of 1 file, 4 refused.',
    '',
  ]);
  const tested = sightline('test', rules, '--capture', CAPTURE, '--json');
  assert.match(tested.err, /4 rules refused and not asked, of 5 \(3: the keyword 'lua' .*; 1: between pipes/);
  assert.equal(tested.code, 0);
});

test('a score says which rules are refused, counts them in its record, and is an error where none is left', () => {
  const some = file('some-bad.rules', `${QUESTION} (msg:"good"; sid:5;)`, `${REQUEST} (msg:"u"; lua:x; sid:6;)`);
  for (const threads of ['1', '2']) {
    const scored = command('score', CAPTURE, '--rules', some, '--json', '--threads', threads);
    assert.equal(scored.code, 0);
    assert.match(scored.err, /1 rule refused and not asked, of 2 \(1: the keyword 'lua' is not known here\)/);
    const last = recordsOf(scored.out).at(-1) as FileRecord;
    assert.deepEqual([last.rules, last.rules_refused], [1, 1]);
  }
  const none = file('all-bad.rules', `${REQUEST} (msg:"u"; lua:x; sid:6;)`);
  const scored = command('score', CAPTURE, '--rules', none);
  assert.equal(scored.code, 2);
  assert.match(scored.err, /--rules holds no rule that can be asked, and 1 refused \(1: the keyword 'lua'/);
});

test('files of rules that editors of other systems made', () => {
  const good = `${QUESTION} (msg:"a"; content:"question"; sid:51;)`;
  writeFileSync(join(home, 'windows.rules'), `\ufeff# first\r\n${good}\r\n`);
  assert.deepEqual(matches('windows.rules', '--capture', CAPTURE), ['51@8']);
  writeFileSync(join(home, 'bom.rules'), `\ufeff${good}`);
  assert.deepEqual(matches('bom.rules', '--capture', CAPTURE), ['51@8']);
  writeFileSync(join(home, 'utf16.rules'), Buffer.from(`\ufeff${good}`, 'utf16le'));
  assert.match(sightline('check', 'utf16.rules').err, /^utf16\.rules: it is no text in UTF-8\.$/m);
  const latin = [
    `${QUESTION} (msg:"caf\u00e9"; content:"question"; sid:52;)`,
    `${QUESTION} (msg:"x"; content:"caf\u00e9"; sid:53;)`,
  ];
  writeFileSync(join(home, 'latin.rules'), Buffer.from(latin.join('\n'), 'latin1'));
  const checked = sightline('check', 'latin.rules', '--summary');
  assert.match(checked.out, /^latin\.rules:2: sid 53: content has bytes that are no UTF-8; written between pipes/);
  assert.match(checked.out, /1 rule read of 1 file, 1 refused/);
  writeFileSync(join(home, 'long.rules'), `${good}\nalert ${'x'.repeat(10_000_000)}\n${good.replace('51', '54')}\n`);
  const long = sightline('check', 'long.rules', '--summary');
  assert.match(
    long.out,
    /^long\.rules:2: no sid: longer than 65536 characters\n2 rules read of 1 file, 1 refused\.\n$/,
  );
});

test('explanations: steps of a match, of a near miss, of one packet, and of a rule that is refused', () => {
  const rules = file(
    'explain.rules',
    `${REQUEST} (msg:"a secret"; http.uri; content:"/secret"; sid:61;)`,
    `${REQUEST} (msg:"an agent"; http.uri; content:"/Secret"; sid:62;)`,
    `${REQUEST} (msg:"unknown"; lua:x; sid:63;)`,
  );
  const call = ['test', rules, '--capture', CAPTURE, '--explain', '61,1:62', '--explain', '63'];
  const text = sightline(...call, '--summary').out;
  assert.match(text, /\nRule 63 is not asked: explain\.rules:3: the keyword 'lua' is not known here\n/);
  assert.match(text, /\nRule 1:61:0 a secret\n  matched 1 time \(packet 6\), first at packet 6:\n  \+ http /);
  assert.match(text, /\n  \+ content:"\/secret" +found at byte 0, 7 bytes: \/secret\n/);
  assert.match(text, /\nRule 1:62:0 an agent\n  did not match; of \d+ looks it came furthest at packet 6:\n/);
  assert.match(text, /\n  - content:"\/Secret" +it stands at byte 0 in letters of another case: \/secret \(nocase/);
  const records = recordsOf(sightline(...call, '--packet', '1', '--json').out).filter(
    (r): r is RuleExplainedRecord => r.type === 'rule-explained',
  );
  assert.deepEqual(
    records.map((r) => [r.sid, r.matched, r.packet, r.steps[0]?.why ?? r.refused]),
    [
      [63, false, null, "explain.rules:3: the keyword 'lua' is not known here"],
      [61, false, 1, 'what the flow speaks is not known at this packet'],
      [62, false, 1, 'what the flow speaks is not known at this packet'],
    ],
  );
});

test('a profile tells what each rule cost, the dearest first', () => {
  const rules = file(
    'profile.rules',
    `alert udp any any -> any any (msg:"dear"; pcre:"/(x+y)*z/"; sid:71;)`,
    `${QUESTION} (msg:"never"; content:"not there"; sid:72;)`,
    `${QUESTION} (msg:"asked"; content:"question"; sid:73;)`,
  );
  const { out, code } = sightline('profile', rules, '--capture', CAPTURE, '--json');
  assert.equal(code, 0);
  const records = recordsOf(out);
  const costs = records.filter((r): r is RuleProfileRecord => r.type === 'rule-profile');
  assert.deepEqual(costs.map((c) => [c.sid, c.asked, c.matches, c.fails_at]).toSorted(), [
    [71, 3, 0, 'pcre:"/(x+y)*z/"'],
    [72, 0, 0, null],
    [73, 1, 1, null],
  ]);
  const last = records.at(-1) as RuleFileRecord;
  assert.deepEqual([last.matches, last.never_matched], [1, 2]);
  const text = sightline('profile', rules, '--capture', CAPTURE, '--summary', '--top', '1').out;
  assert.match(text, /^gid:sid:rev +Asked +Checks +Matches +ms +µs each +Share +Ends most often at +Rule\n/);
  assert.match(text, /\n… 2 more rules; --top N or --json shows them\nRules took /);
});

test('choices: rules off, on, dropped and changed, in check, test and score', () => {
  const rules = file(
    'choose.rules',
    `${QUESTION} (msg:"one"; content:"question"; sid:81;)`,
    `${QUESTION} (msg:"two"; content:"question"; sid:82;)`,
    `# ${QUESTION} (msg:"three"; content:"question"; sid:83;)`,
  );
  const disable = file('disable.conf', '# ours', '82', 're:nowhere to be found');
  const enable = file('enable.conf', 're:msg:"three"');
  const modify = file('modify.conf', '81 "one" "first"');
  const drop = file('drop.conf', 'group:choose');
  const chosen = ['--disable', disable, '--enable', enable, '--modify', modify, '--drop', drop];
  const checked = sightline('check', rules, ...chosen, '--summary');
  assert.deepEqual(checked.out.split('\n'), [
    '2 rules read of 1 file, 0 refused.',
    'By choice: 1 switched off, 1 switched on, 2 changed.',
    '',
  ]);
  assert.match(checked.err, /^disable\.conf:3: about no rule: re:nowhere to be found$/m);
  const alerts = (out: string): readonly string[] =>
    recordsOf(out)
      .filter((r): r is RuleAlertRecord => r.type === 'alert' && r.by === 'rule')
      .map((r) => `${r.sid} ${r.action} ${r.msg}`);
  const wanted = ['81 drop first', '83 drop three'];
  assert.deepEqual(alerts(sightline('test', rules, '--capture', CAPTURE, ...chosen, '--json').out), wanted);
  for (const threads of ['1', '2']) {
    const scored = command('score', CAPTURE, '--rules', rules, ...chosen, '--json', '--threads', threads);
    assert.deepEqual(alerts(scored.out), wanted, `with ${threads} threads`);
  }
});

test('a capture may stand beside the rules', () => {
  const rules = file('beside.rules', `${QUESTION} (msg:"a"; content:"question"; sid:95;)`);
  assert.deepEqual(matches(rules, CAPTURE), ['95@8']);
  assert.deepEqual(matches(rules, CAPTURE, '--capture', CAPTURE), ['95@8', '95@8']);
  assert.match(sightline('check', rules, CAPTURE).err, /--capture is for rules test and profile/);
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

test('a suricata.yaml gives variables, and where it is named its files of rules', () => {
  mkdirSync(join(home, 'etc', 'rules'), { recursive: true });
  file('etc/rules/a.rules', `${QUESTION} (msg:"a"; sid:91;)`);
  file('etc/rules/b.rules', `${QUESTION} (msg:"b"; sid:92;)`);
  const groups = (net: string): string => `vars:\n  address-groups:\n    HOME_NET: "${net}"`;
  const rules = 'default-rule-path: rules\nrule-files:\n  - "*.rules"';
  const away = file('etc/away.yaml', '%YAML 1.1', '---', groups('172.16.0.0/12'), rules);
  const near = file('etc/near.yaml', groups('10.0.0.0/8'), rules);
  const sids = (...args: readonly string[]): string => matches(...args, '--capture', CAPTURE).join(' ');
  assert.equal(sids(near), '91@8 92@8');
  assert.equal(sids(away), '');
  assert.equal(sids(away, '--vars', near), '91@8 92@8', 'what is said beside it counts more');
  assert.equal(sids('etc/rules/a.rules', '--vars', away), '');
  assert.equal(sids('etc/rules/a.rules', '--vars', away, '--var', 'HOME_NET=10.0.0.1'), '91@8');
  for (const threads of ['1', '2']) {
    const scored = command('score', CAPTURE, '--rules', near, '--json', '--threads', threads);
    assert.equal(recordsOf(scored.out).filter((r) => r.type === 'alert' && r.by === 'rule').length, 2);
  }
  for (const [text, said] of [
    ['include: x.yaml', /bad\.yaml: include x\.yaml: files that are included are not read/],
    [
      'vars: {address-groups: {HOME_NET: home}}\nrule-files: [rules/a.rules]',
      /the variable HOME_NET: 'home' is neither/,
    ],
    ['a: b', /bad\.yaml names no rule-files/],
    ['a: [', /bad\.yaml: line \d+: /],
    ['rule-files: [nothing.rules]', /nothing\.rules: there is no such file/],
  ] as const) {
    const done = sightline('check', file('etc/bad.yaml', text));
    assert.equal(done.code, 2, text);
    assert.match(done.err, said);
  }
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
    [['check', good, '--capture', CAPTURE], /--capture is for rules test and profile/],
    [['profile', good, '--capture', CAPTURE, '--explain', 'all'], /--explain is for rules test/],
    [['test', good, '--capture', CAPTURE, '--packet', '3'], /--packet belongs to --explain/],
    [['test', good, '--capture', CAPTURE, '--explain', 'x'], /--explain takes sids, gid:sid or all; 'x' is none/],
    [['test', good, '--capture', CAPTURE, '--explain', '99'], /--explain 99: none of the rules has this id/],
    [['test', good, '--capture', CAPTURE, '--explain', '41', '--packet', '99'], /has no packet 99: its last one is 8/],
    [['check', good, '--disable', 'nothing.conf'], /nothing\.conf: there is no such file/],
    [['check', good, '--disable', good], /good\.rules, line 1: 'alert udp .*' names no rules/],
    [['check'], /rules check takes files or folders of rules/],
    [[good], /rules takes check, test or profile, then files of rules/],
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
