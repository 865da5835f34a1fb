// Threat rules: whatever a file of rules, of choices or of variables says is read or refused with a sentence, every step
// has an answer in bounded time, and what is explained is what the runner found.
import type * as Contract from '../../contract/index.ts';
import type * as Choosing from '../../engine/rules/choosing.ts';
import type * as ExplainSteps from '../../engine/rules/explain-steps.ts';
import type * as InspectModule from '../../engine/rules/inspect.ts';
import type * as Rules from '../../engine/rules/index.ts';
import type * as ReadRule from '../../engine/rules/read-rule.ts';
import type * as ExplainModule from '../../engine/rules/run/explain.ts';
import type * as SuricataYaml from '../../engine/rules/suricata-yaml.ts';
import type * as StepText from '../../engine/rules/step-text.ts';
import { CapturedPacket } from '../../engine/read/index.ts';
import { packetsOf, tcp, udp } from '../../engine/testing/packets.ts';
import { httpAnswer, talk } from '../../engine/testing/talk.ts';
import { hex, latin } from './conversations.ts';
import { DNS_ANSWER, hello } from './seeds.ts';
import { type Load, type Target, words } from './target.ts';

const NO_SETS: InspectModule.Sets = { has: () => false, change: () => undefined, reputation: () => null };

const RULES = [
  'alert tcp $HOME_NET any -> [!10.0.0.1,$EXTERNAL_NET] [80,8000:9000,!81] (msg:"a"; flow:established,to_server; ' +
    'content:"GET "; depth:4; content:"|0d 0a|"; distance:0; within:100; nocase; sid:1; rev:2;)',
  'alert http any any -> any any (msg:"b"; http.method; content:"POST"; http.uri; content:"/x"; startswith; ' +
    'pcre:"/[a-z]{2,5}\\.php$/iU"; http.user_agent; absent:or_else; content:!"Mozilla"; urilen:>5; sid:2;)',
  'alert dns any any -> any any (msg:"c"; dns.query; dotprefix; content:".evil.test"; endswith; bsize:10<>20; ' +
    'threshold:type both,track by_src,count 3,seconds 60; sid:3;)',
  'alert udp any any <> any 53 (byte_test:2,&,0x8000,2; byte_jump:2,4,relative,multiplier 4,post_offset -2; ' +
    'byte_extract:1,0,n,relative; byte_math:bytes 1, offset 0, oper *, rvalue n, result m; ' +
    'isdataat:!m,relative; sid:4;)',
  'drop tls any any => any any (tls.sni; content:"a"; tls.cert_subject; content:"CN="; ' +
    'ja3.hash; content:"0123456789abcdef0123456789abcdef"; sid:5;)',
  'alert tcp any any -> any any (flags:S,CE; ttl:<5; window:0; ack:0; seq:1; ipopts:any; fragbits:!M; dsize:0<>100; ' +
    'flowbits:set,a; flowint:n,+,1; xbits:isset,b,track ip_src,expire 10; noalert; sid:6;)',
  'alert ip any any -> any any (base64_decode:bytes 12,offset 2,relative; base64_data; content:"x"; ' +
    'entropy:value >4; file.data; xor:"0a0b"; to_sha256; dataset:isset,s,type sha256; metadata:a b, c d; ' +
    'reference:url,x; classtype:trojan-activity; priority:1; target:src_ip; sid:7;)',
  '# comment\n\nalert icmp any any -> any any (itype:8; icode:<3; icmp_id:1; msg:"\\"\\;\\\\"; \\\n sid:8;)',
];
const WORDS =
  'content:" |00| "; pcre:" / /Ri" distance: within: offset: depth: any any -> sid:1;) alert tcp (msg:" $HOME_NET [ ] ! <> => -1 \\'
    .split(' ')
    .concat([' ', '4294967296', '0x', '\u00e9', 'constructor', '__proto__']);

export async function ruleTargets(load: Load): Promise<Target[]> {
  const rules = await load<typeof Rules>('rules/index');
  const { KEYWORDS, readRules } = await load<typeof ReadRule>('rules/read-rule');
  const { english } = await load<typeof Contract>('../contract/index');
  const { Inspection } = await load<typeof InspectModule>('rules/inspect');
  const { explainSteps } = await load<typeof ExplainSteps>('rules/explain-steps');
  const { Explainer } = await load<typeof ExplainModule>('rules/run/explain');
  const { RuleChoices } = await load<typeof Choosing>('rules/choosing');
  const { stepText } = await load<typeof StepText>('rules/step-text');
  const { configBy } = await load<typeof SuricataYaml>('rules/suricata-yaml');
  const yaml = await import('yaml');
  const known = rules.ruleVariables([]);
  if ('why' in known) throw new Error('the variables of the fuzzer cannot be read');

  const spoken = (why: Contract.Message): void => {
    const text = english(why);
    if (text === '' || /\{\w+\}/.test(text) !== /\{\w+\}/.test(JSON.stringify(why.values ?? {})))
      throw new Error(`a sentence that is none: ${text}`);
  };
  const captured = packetsOf([
    ...talk('10.0.0.1:40000', '192.0.2.5:80', [
      [0, 'POST /x/y.php?a=b HTTP/1.1\r\nHost: a.evil.test\r\nUser-Agent: x\r\nContent-Length: 3\r\n\r\nabc'],
      [1, httpAnswer(['Server: s'], Buffer.from('GET /x aGVsbG8='))],
    ]),
    udp('10.0.0.1:5353', '192.0.2.9:53', [...DNS_ANSWER]),
    tcp('10.0.0.1:40001', '192.0.2.5:443', { flags: 'S', seq: 1 }),
    tcp('10.0.0.1:40001', '192.0.2.5:443', { flags: 'PA', seq: 2, data: hello }),
  ]);
  /** Asks rules of packets while they are explained. */
  const explain = (signatures: readonly Rules.Signature[], packets: ReturnType<typeof packetsOf>): void => {
    const explainer = new Explainer(() => true);
    let told = 0;
    const runner = new rules.RuleRunner(signatures, () => told++, { observer: explainer });
    const packet = new CapturedPacket();
    for (const { bytes, time } of packets) {
      packet.place(bytes, 0, bytes.length, 0);
      packet.tell(bytes.length, Math.floor(time), 0, 1);
      runner.packet(packet);
    }
    runner.finish();
    if (explainer.unexplained > 0) throw new Error(`${explainer.unexplained} matches that steps speak against`);
    let matches = 0;
    for (const e of explainer.explanations()) {
      const { rule, steps } = e;
      for (const s of steps) spoken(s.why);
      if (e.looks > 0 && e.matched !== steps.every((s) => s.passed)) throw new Error(`${rule.sid} is told otherwise`);
      if (!rule.silent && rule.action !== 'pass' && rule.action !== 'config') matches += e.matches;
    }
    if (matches < told) throw new Error(`${told} matches told, ${matches} explained`);
  };
  const fixed = readRules(RULES.join('\n'), 'fixed.rules', known).rules;
  const plain = readRules(
    [
      'alert http any any -> any any (http.uri; content:"/"; content:"x"; distance:1; within:4; sid:101;)',
      'alert http any any -> any any (http.header; content:"a"; nocase; pcre:"/a.c/R"; sid:102;)',
      'alert tcp any any -> any any (content:"a"; content:!"b"; within:2; byte_test:1,>,3,0,relative; sid:103;)',
      'alert tcp any any -> any any (flow:to_client; file.data; content:"a"; flowbits:set,x; sid:104;)',
      'alert tcp any any -> any any (flowbits:isset,x; content:"c"; depth:9; sid:105;)',
      'alert dns any any -> any any (dns.query; content:"a"; sid:106;)',
      'alert udp any any -> any any (content:"a"; byte_jump:1,0,relative; isdataat:2,relative; sid:107;)',
      'alert http1 any any => any any (http.method; content:"G"; http.stat_code; content:"2"; sid:108;)',
      'alert http any any -> any any (file.data; content:!"zz"; bsize:>2; sid:110;)',
      'alert tcp any any -> any any (pcre:"/a(b|c)+/"; content:"d"; distance:0; sid:109;)',
    ].join('\n'),
    'plain.rules',
    known,
  ).rules;

  return [
    {
      name: 'rule-text',
      isText: true,
      limit: 600,
      seeds: RULES.map((rule) => Buffer.from(rule)),
      words: words(...WORDS, ...Object.keys(KEYWORDS).map((name) => `${name}:`), ...Object.keys(KEYWORDS)),
      run: (data) => {
        const set = readRules(Buffer.from(data).toString('utf8'), 'fuzz.rules', known);
        for (const { why, line } of set.refused) {
          spoken(why);
          if (line < 1) throw new Error(`line ${line}`);
        }
        const ready = rules.rulesTogether([set]);
        for (const { why } of ready.refused) spoken(why);
        for (const rule of ready.rules)
          for (const step of [...rule.payload, ...rule.buffers.flatMap((b) => b.steps)])
            if (stepText(step) === '') throw new Error('a step without a text');
        if (ready.rules.length > 0) explain(ready.rules, captured);
      },
    },
    {
      name: 'rule-steps',
      limit: 400,
      seeds: [
        'content:"ab"; content:"c"; distance:1; within:5;\0xxabxc',
        'byte_jump:1,0; content:"x"; distance:0; within:1;\0\u0003abcx',
        'content:"="; base64_decode:relative; base64_data; content:"hello";\0q=aGVsbG8',
        'pcre:"/a/"; content:"b"; within:1;\0axab',
        'byte_extract:1,0,n; content:"a"; offset:n; content:!"b"; distance:n; isdataat:!4,relative;\0\u0002axxb',
        'byte_math:bytes 1, offset 0, oper <<, rvalue 2, result n; byte_test:1,!&,n,1,bitmask 0xf0;\0\u0003\u0004',
        'content:"a"; startswith; content:"z"; endswith; nocase;\0abZ',
      ].map(latin),
      words: words(...WORDS, 'relative', ',string,dec', ',little', ',align', hex('00')),
      run: (data) => {
        const cut = data.indexOf(0);
        if (cut < 0) return;
        const text = `alert ip any any -> any any (${Buffer.from(data.subarray(0, cut)).toString('utf8')} sid:1;)`;
        const bytes = data.slice(cut + 1);
        for (const rule of readRules(text, 'x', known).rules) {
          for (const steps of [rule.payload, ...rule.buffers.map((b) => b.steps)]) {
            if (steps.length === 0) continue;
            const inspection = new Inspection(NO_SETS);
            for (const at of [0, bytes.length >> 1]) {
              inspection.begin();
              const passed = inspection.passesBeyond(bytes, steps, at);
              const explained = explainSteps(new Inspection(NO_SETS), { bytes, steps, known: at, elsewhere: () => [] });
              for (const s of explained.steps) spoken(s.why);
              if (explained.passed !== passed) throw new Error(`passes ${passed}, explained ${explained.passed}`);
              if (explained.steps.every((s) => s.passed) !== passed) throw new Error('steps say otherwise');
            }
          }
        }
      },
    },
    {
      name: 'rule-explain',
      limit: 600,
      seeds: [
        latin('GET /x/abc HTTP/1.1\r\nHost: abc\r\n\r\n\0HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'),
        latin('a\u0009bcd\0ccd'),
        Uint8Array.from([...hello, 0, 1, 2]),
        DNS_ANSWER,
      ],
      words: words('GET /', 'HTTP/1.1', '\r\n\r\n', 'Host: ', 'abc', 'xx', hex('00'), '200'),
      run: (data) => {
        const cut = data.indexOf(0);
        const client = cut < 0 ? data : data.subarray(0, cut);
        const server = cut < 0 ? data : data.subarray(cut + 1);
        const half = client.length >> 1;
        const frames = [
          ...talk('10.0.0.1:40000', '192.0.2.5:80', [
            [0, client.subarray(0, half)],
            [0, client.subarray(half)],
            [1, server],
            [0, client],
          ]),
          udp('10.0.0.1:5353', '192.0.2.9:53', [...data]),
        ];
        explain([...plain, ...fixed], packetsOf(frames));
      },
    },
    {
      name: 'suricata-yaml',
      isText: true,
      limit: 600,
      seeds: [
        '%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: "[10.0.0.0/8]"\n    X: &x [1.2.3.4, "!$HOME_NET"]\n    Y: *x\n',
        'vars: {port-groups: {P: 22:25, Q: 1521}}\ndefault-rule-path: /r\nrule-files:\n  - "*.rules"\n  - a.rules # x\n',
        'include: a.yaml\n',
        'a: |\n  b\n  c\n? d\n: >-\n  e\n',
      ].map(latin),
      words: words(
        'vars:\n',
        '  address-groups:\n',
        '    HOME_NET: ',
        '&a ',
        '*a',
        '!!x ',
        '<<: ',
        '- ',
        '? ',
        ': ',
        '\n',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '|',
        '#',
        'rule-files:',
      ),
      run: (data) => {
        const config = configBy(yaml, Buffer.from(data).toString('utf8'), '/etc/suricata');
        if ('say' in config) {
          spoken(config);
          return;
        }
        const made = rules.ruleVariables(config.variables);
        if ('why' in made) spoken(made.why);
        for (const file of config.ruleFiles) if (!file.startsWith('/')) throw new Error(`${file} begins nowhere`);
      },
    },
    {
      name: 'rule-choices',
      limit: 300,
      seeds: [
        '\u00001:2019401\n2019401, 3\nre:heartbleed\ngroup:emerging*\n',
        '\u0001metadata: deployment perimeter\n*\nfilename:a/*.rules\n1:2:3',
        '\u0003re:classtype:x "(alert)(.*)" "drop\\\\2"\nmodifysid * "^a(.*)b" | "c${1}d"\n',
        '\u0003metadata-add 1 a b\n1 \'x*\' "\\\\1-"\n',
        '\u0002re:MS(0[7-9]|10)-\\d+\nemerging.rules',
      ].map(latin),
      words: words('re:', 'group:', 'filename:', 'metadata:', '1:1', '"', "'", '\\', '\n', '*', '(', ')', '[', '${1}'),
      run: (data) => {
        const kind = (['disable', 'enable', 'drop', 'modify'] as const)[(data[0] ?? 0) & 3]!;
        const text = Buffer.from(data.subarray(1)).toString('utf8');
        const { choices, wrong } = RuleChoices.of([{ kind, file: 'c', text }]);
        for (const { why } of wrong) spoken(why);
        const set = readRules(`${RULES[0]}\n#${RULES[1]}\n${RULES[7]}`, 'a/emerging-x.rules', known, choices);
        for (const { why } of set.refused) spoken(why);
        choices.unused();
      },
    },
  ];
}
