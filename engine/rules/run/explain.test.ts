// Explanations of rules: what they say of near misses, and that they agree with the runner on every match.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { english } from '../../../contract/index.ts';
import { askedWith, captured, rulesOf, variables } from '../../testing/asked-rules.ts';
import { feed, SHARED_DATA } from '../../testing/captures.ts';
import { ethernet, ip4, packetsOf, tcp, testRandom, udp } from '../../testing/packets.ts';
import { httpAnswer, talk } from '../../testing/talk.ts';
import { readRuleFiles } from '../../workers/index.ts';
import { Explainer, type RuleExplanation } from './explain.ts';
import { RuleRunner } from './runner.ts';

type Frames = readonly (readonly number[])[];

function explained(text: string, frames: Frames, packet: number | null = null): readonly RuleExplanation[] {
  const explainer = new Explainer(() => true, packet);
  const told = askedWith(explainer, text, frames);
  assert.equal(explainer.unexplained, 0);
  const explanations = explainer.explanations();
  for (const e of explanations) {
    const alerts = told.filter((a) => a.rule.sid === e.rule.sid).length;
    if (packet === null && !e.rule.silent && e.rule.action !== 'pass') assert.equal(e.matches, alerts, e.rule.text);
    assert.equal(e.matched, e.matches > 0);
    assert.equal(
      e.steps.every((s) => s.passed),
      e.matched || e.looks === 0,
      e.rule.text,
    );
  }
  return explanations;
}

/** The first step that did not pass, with its reason; of several rules the first one's. */
function missed(text: string, frames: Frames, packet: number | null = null): string {
  const [first] = explained(text, frames, packet);
  const step = first!.steps.find((s) => !s.passed);
  return step === undefined ? 'matched' : `${step.step} | ${english(step.why)}`;
}

const HTTP = talk('10.0.0.1:40000', '192.0.2.5:8080', [
  [0, 'GET /Secret/file?x=1 HTTP/1.1\r\nHost: one.test\r\nUser-Agent: curl\r\n\r\n'],
  [1, httpAnswer(['Server: odd'], Buffer.from('a body of the answer'))],
]);
const DATAGRAM = [udp('10.0.0.1:5000', '192.0.2.9:53', 'abc HEAD def tail \u0000\u0000\u0000\u0007aGVsbG8=')];

/** [rule without msg and sid, what it fails at]. */
const MISSES: readonly (readonly [string, Frames, string])[] = [
  ['tcp any any -> any any (content:"x";', DATAGRAM, 'tcp | the packet is UDP'],
  ['udp 10.0.0.2 any -> any any (content:"abc";', DATAGRAM, 'src_ip 10.0.0.2 | 10.0.0.1 is not meant'],
  [
    'udp 192.0.2.9 any -> any any (content:"abc";',
    DATAGRAM,
    'src_ip 192.0.2.9 | 10.0.0.1 is not meant, but 192.0.2.9 of the other end is: the packet goes the other way',
  ],
  [
    'udp any any -> any !53 (content:"abc";',
    DATAGRAM,
    'dest_port !53 | 53 is not meant, but 5000 of the other end is: the packet goes the other way',
  ],
  [
    'udp any any -> any any (flow:to_client; content:"abc";',
    DATAGRAM,
    'flow:to_client | the packet goes to the server',
  ],
  [
    'udp any any -> any any (flow:established; content:"abc";',
    DATAGRAM,
    'flow:established | the connection is not established at this packet',
  ],
  ['udp any any -> any any (ttl:>100; content:"abc";', DATAGRAM, 'ttl:>100 | the value is 64'],
  ['udp any any -> any any (flowbits:isset,seen; content:"abc";', DATAGRAM, 'flowbits:isset,seen | seen is not set'],
  ['udp any any -> any any (flowint:n,>,2; content:"abc";', DATAGRAM, 'flowint:n,>,2 | n was not counted'],
  [
    'udp any any -> any any (content:"abc"; offset:1;',
    DATAGRAM,
    'content:"abc"; offset:1 | it stands at byte 0; it is looked for from byte 1 to before byte 30 alone',
  ],
  [
    'udp any any -> any any (content:"abc"; content:"def"; distance:0; within:5;',
    DATAGRAM,
    'content:"def"; distance:0; within:5 | it stands at byte 9; it is looked for from byte 3 to before byte 8 alone',
  ],
  [
    'udp any any -> any any (content:"head";',
    DATAGRAM,
    'content:"head" | it stands at byte 4 in letters of another case: HEAD (nocase would find it)',
  ],
  ['udp any any -> any any (content:!"def";', DATAGRAM, 'content:!"def" | it stands at byte 9, and must not'],
  [
    'udp any any -> any any (content:"tail"; endswith;',
    DATAGRAM,
    'content:"tail"; endswith | it stands at byte 13, which is not the end of the 30 bytes',
  ],
  [
    'udp any any -> any any (content:"nothing";',
    DATAGRAM,
    'content:"nothing" | it is not in the 30 bytes: abc HEAD def tail |00 00 00 07|aGVsbG8=',
  ],
  [
    'udp any any -> any any (content:"tail "; byte_test:4,>,7,0,relative;',
    DATAGRAM,
    'byte_test:4,>,7,0,relative | the number there is 7; it is compared with 7',
  ],
  [
    'udp any any -> any any (content:"tail "; byte_test:4,>,7,12,relative;',
    DATAGRAM,
    'byte_test:4,>,7,12,relative | bytes 30 to 33 would hold the number, and there are 30',
  ],
  [
    'udp any any -> any any (content:"tail "; byte_jump:4,0,relative,multiplier 9;',
    DATAGRAM,
    'byte_jump:4,0,relative,multiplier 9 | the number there is 7: it would go on beyond the 30 bytes',
  ],
  ['udp any any -> any any (isdataat:40;', DATAGRAM, 'isdataat:40 | there are 30 bytes, and byte 40 is asked for'],
  [
    'udp any any -> any any (content:"|07|"; base64_decode:relative; base64_data; content:"no";',
    DATAGRAM,
    'base64_decode:relative | decoded: hello; content:"no" does not pass',
  ],
  [
    'udp any any -> any any (pcre:"/^def/";',
    DATAGRAM,
    'pcre:"/^def/" | it is not in the 30 bytes: abc HEAD def tail |00 00 00 07|aGVsbG8=',
  ],
  [
    'udp any any -> any any (content:"def"; pcre:"/abc/R";',
    DATAGRAM,
    'pcre:"/abc/R" | it stands at byte 0; it is looked for from byte 12 to before byte 30 alone',
  ],
  [
    'dns any any -> any any (dns.query; content:"abc";',
    DATAGRAM,
    'dns | what the flow speaks is not known at this packet',
  ],
  [
    'http any any -> any any (http.uri; content:"/secret";',
    HTTP,
    'content:"/secret" | it stands at byte 0 in letters of another case: /Secret (nocase would find it)',
  ],
  [
    'http any any -> any any (http.uri; content:"curl";',
    HTTP,
    'content:"curl" | it is not here, but in http.user_agent, at byte 0',
  ],
  ['http any any -> any any (http.uri; bsize:<10;', HTTP, 'bsize:<10 | there are 16 bytes'],
  ['http any any -> any any (http.cookie; content:"x";', HTTP, 'http.cookie | the exchange has none'],
  [
    'http any any -> any any (http.server; content:"odd"; http.stat_code; content:"404";',
    HTTP,
    'content:"404" | it is not in the 3 bytes: 200',
  ],
  [
    'http any any -> any any (http.header; content:"odd"; http.uri; content:"x";',
    HTTP,
    'content:"odd" | it is not here, but in what comes from the other side (http.server, at byte 0)',
  ],
  [
    'http any any -> any any (http.user_agent; absent;',
    HTTP,
    'http.user_agent; absent | it is there, and should not be: curl',
  ],
  ['http any any -> any any (urilen:>100;', HTTP, 'bsize:>100 | there are 16 bytes'],
];

describe('explanations', () => {
  for (const [rule, frames, wanted] of MISSES)
    test(rule, () => assert.equal(missed(`alert ${rule} sid:1;)`, frames), wanted));

  test('a match has every step with its place, and its packet', () => {
    const [e] = explained(
      'alert http any any -> any 8080 (flow:to_server; http.uri; content:"/Secret"; startswith; content:"x="; distance:5; sid:1;)',
      HTTP,
    );
    assert.deepEqual([e!.matched, e!.matches, e!.packets, e!.packet], [true, 1, [5], 5]);
    assert.deepEqual(
      e!.steps.map((s) => `${s.step} | ${english(s.why)}`),
      [
        'http | the flow speaks http1',
        'flow:to_server | the packet goes to the server',
        'dest_port 8080 | 8080 is meant',
        'http1 | exchange 0 of http1',
        'http.uri | 16 bytes: /Secret/file?x=1',
        'content:"/Secret"; startswith | found at byte 0, 7 bytes: /Secret',
        'content:"x="; distance:5 | found at byte 13, 2 bytes: x=',
      ],
    );
  });

  test('steps behind the one that failed are told as not asked', () => {
    const [e] = explained('alert udp any any -> any any (content:"no"; content:"abc"; sid:1;)', DATAGRAM);
    assert.deepEqual(
      e!.steps.slice(-2).map((s) => [s.passed, english(s.why).slice(0, 22)]),
      [
        [false, 'it is not in the 30 by'],
        [false, 'not asked: what stands'],
      ],
    );
  });

  test('a later place of a pattern that passes is the one that is told', () => {
    const frames = [udp('10.0.0.1:5000', '192.0.2.9:53', 'ab..ac')];
    const [e] = explained('alert udp any any -> any any (content:"a"; content:"c"; within:1; sid:1;)', frames);
    assert.deepEqual(
      e!.steps.slice(-2).map((s) => english(s.why)),
      ['found at byte 4, 1 byte: a', 'found at byte 5, 1 byte: c'],
    );
  });

  test('of many packets the one that came furthest is told, and what the others failed at is counted', () => {
    const frames = [
      ...Array.from({ length: 5 }, () => udp('10.0.0.1:5000', '192.0.2.9:99', 'zzz')),
      udp('10.0.0.1:5000', '192.0.2.9:53', 'one two'),
      udp('10.0.0.1:5000', '192.0.2.9:53', 'two'),
    ];
    const rule = 'alert udp any any -> any 53 (content:"one"; content:"three"; sid:1;)';
    const [e] = explained(rule, frames);
    assert.deepEqual([e!.packet, e!.looks, e!.matched], [5, 7, false]);
    assert.deepEqual(e!.failed, [
      { step: 'dest_port 53', looks: 5 },
      { step: 'content:"three"', looks: 1 },
      { step: 'content:"one"', looks: 1 },
    ]);
    assert.match(missed(rule, frames, 6), /^content:"one"/);
    assert.equal(explained(rule, frames, 99)[0]!.packet, null, 'a packet that is not there');
  });

  test('thresholds, bits and silence are told', () => {
    const frames = Array.from({ length: 3 }, () => udp('10.0.0.1:5000', '192.0.2.9:53', 'abc'));
    const quiet = 'threshold:type threshold, track by_src, count 5, seconds 60';
    assert.equal(
      missed(`alert udp any any -> any any (content:"abc"; ${quiet}; sid:1;)`, frames),
      `${quiet} | it matched, and this keeps it quiet`,
    );
    const [setter, asker] = explained(
      'alert udp any any -> any any (content:"abc"; flowbits:set,seen; noalert; sid:1;)\n' +
        'alert udp any any -> any any (content:"abc"; flowbits:isset,seen; sid:2;)',
      frames,
    );
    assert.deepEqual(setter!.steps.at(-1), { step: 'noalert', passed: true, why: { say: 'explain-silent' } });
    assert.deepEqual(asker!.packets, [0, 1, 2], 'the bit is set before it is asked for');
    const passing =
      'pass udp any any -> any any (content:"abc"; sid:3;)\nalert udp any any -> any any (content:"abc"; sid:4;)';
    const e = explained(passing, frames).find((x) => x.rule.sid === 4)!;
    assert.match(english(e.steps.find((s) => !s.passed)!.why), /has let the flow go by/);
  });

  test('ICMP, ARP and what has no flow', () => {
    const ping = ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [8, 0, 0, 0, 0, 1, 0, 1]));
    assert.equal(missed('alert icmp any any -> any any (itype:0; sid:1;)', [ping]), 'itype:0 | the value is 8');
    const arp = ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...new Array<number>(20).fill(1)]);
    assert.equal(missed('alert ip 10.0.0.1 any -> any any (sid:1;)', [arp]), 'ip | the packet is not IP');
  });

  test('explanations of made rules agree with the runner, match by match', () => {
    const random = testRandom(11);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
    const words = ['GET', 'Secret', 'secret', 'one', 'curl', 'odd', 'body', 'HTTP', '200', 'x=1', 'nothing', 'o', 'e'];
    const modifiers = [
      '',
      'nocase;',
      'offset:4;',
      'depth:12;',
      'distance:1;',
      'within:20;',
      'startswith;',
      'endswith;',
    ];
    const buffers = [
      '',
      'http.uri;',
      'http.header;',
      'http.user_agent;',
      'http.stat_code;',
      'file.data;',
      'http.host;',
    ];
    const others = ['', 'flow:to_server;', 'flow:established,to_client;', 'urilen:>5;', 'isdataat:3;', 'bsize:>2;'];
    const memory = [
      '',
      '',
      'flowbits:set,a;',
      'flowbits:isset,a;',
      'threshold:type limit,track by_src,count 1,seconds 60;',
    ];
    const frames = [...HTTP, ...DATAGRAM, tcp('10.0.0.9:1', '192.0.2.5:9', { flags: 'S', seq: 1 })];
    const rules: string[] = [];
    for (let sid = 1; sid <= 600; sid++) {
      const protocol = pick(['http', 'tcp', 'udp', 'ip', 'tcp-pkt']);
      const part = (): string =>
        `${pick(buffers)} content:${pick(['', '', '!'])}"${pick(words)}"; ${pick(modifiers)} ${pick(others)}`;
      rules.push(
        `alert ${protocol} any any ${pick(['->', '<>'])} any ${pick(['any', '8080', '53'])} ` +
          `(${part()} ${random() < 0.5 ? part() : ''} ${pick(memory)} sid:${sid};)`,
      );
    }
    const good = rules.filter((rule) => rulesOf(rule, true).length === 1);
    assert.ok(good.length > 150, `${good.length} rules can be asked`);
    const explanations = explained(good.join('\n'), frames);
    assert.ok(explanations.filter((e) => e.matched).length > 20);
  });
});

const FOLDER = join(SHARED_DATA, 'rules');

test(
  'explanations agree with the runner on rules and captures of others',
  { skip: existsSync(FOLDER) ? false : 'shared data is absent' },
  async () => {
    let matches = 0;
    for (const name of readdirSync(FOLDER).sort()) {
      const folder = join(FOLDER, name);
      const files = existsSync(join(folder, 'test.yaml')) ? readdirSync(folder) : [];
      const rules = files.filter((f) => f.endsWith('.rules')).map((f) => join(folder, f));
      for (const capture of rules.length === 0 ? [] : files.filter((f) => /\.pcap(ng)?$/.test(f))) {
        const { ready, again } = readRuleFiles(rules, variables());
        const told: string[] = [];
        const watched: string[] = [];
        const plain = new RuleRunner(ready.rules, (a) => told.push(`${a.rule.sid}@${a.packet}`), { sets: ready.sets });
        const explainer = new Explainer(() => true);
        const fresh = again();
        const runner = new RuleRunner(fresh.rules, (a) => watched.push(`${a.rule.sid}@${a.packet}`), {
          sets: fresh.sets,
          observer: explainer,
        });
        for (const one of [plain, runner]) {
          await feed(join(folder, capture), one);
          one.finish();
        }
        assert.deepEqual(watched, told, name);
        assert.equal(explainer.unexplained, 0, name);
        const loud = explainer.explanations().filter((e) => !e.rule.silent && e.rule.action === 'alert');
        const counted = loud.reduce((n, e) => n + e.matches, 0);
        assert.ok(counted <= told.length, name);
        for (const e of loud) assert.equal(e.matches, told.filter((t) => t.startsWith(`${e.rule.sid}@`)).length, name);
        matches += told.length;
      }
    }
    assert.ok(matches > 500, `${matches} matches`);
  },
);

test('a runner that nobody watches tells the same', () => {
  const text = 'alert http any any -> any any (http.uri; content:"Secret"; sid:1;)';
  const told: number[] = [];
  const runner = new RuleRunner(rulesOf(text), (a) => told.push(a.packet));
  for (const packet of packetsOf(HTTP)) runner.packet(captured(packet));
  runner.finish();
  assert.deepEqual(told, explained(text, HTTP)[0]!.packets);
});

test('a match is explained by steps that passed, also behind one that lets the flow go by', () => {
  const text =
    'alert http any any -> any any (http.uri; content:"Secret"; bypass; sid:1;)\n' +
    'alert http any any -> any any (http.uri; content:"Sec"; sid:2;)';
  for (const e of explained(text, HTTP)) {
    assert.ok(e.matched, String(e.rule.sid));
    assert.deepEqual(
      e.steps.filter((s) => !s.passed),
      [],
    );
  }
});
