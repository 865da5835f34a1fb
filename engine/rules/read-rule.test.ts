// Rules as they stand in files: what is read, and what is refused by name and line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english } from '../../contract/index.ts';
import { readRules } from './read-rule.ts';

const VARIABLES = {
  addresses: new Map([
    ['HOME_NET', '[10.0.0.0/8,192.168.0.0/16]'],
    ['EXTERNAL_NET', '!$HOME_NET'],
    ['LOOP', '$LOOP'],
  ]),
  ports: new Map([['HTTP_PORTS', '[80,8000:8010]']]),
};

function one(options: string, header = 'alert tcp any any -> any any'): ReturnType<typeof readRules> {
  return readRules(`${header} (msg:"m"; ${options} sid:1;)`, 'test.rules', VARIABLES);
}

function refusal(options: string, header?: string): string {
  const { rules, refused } = one(options, header);
  assert.equal(rules.length, 0, `${options} is read`);
  return english(refused[0]!.why);
}

describe('a rule file', () => {
  test('holds rules over several lines, comments and empty lines; refusals name the line and the rule', () => {
    const text = [
      '# a comment',
      '',
      'alert tcp any any -> any any (msg:"one"; \\',
      '  content:"a"; sid:7; rev:3;)',
      'alert tcp any any -> any any (msg:"two"; nonsense:5; sid:8;)',
      '#alert tcp any any -> any any (msg:"off"; sid:9;)',
      'alert tcp any any -> any any (msg:"three"; sid:10;)\r',
    ].join('\n');
    const { rules, refused } = readRules(text, 'x.rules', VARIABLES);
    assert.deepEqual(
      rules.map((r) => [r.sid, r.rev, r.msg, r.line]),
      [
        [7, 3, 'one', 3],
        [10, 0, 'three', 7],
      ],
    );
    assert.deepEqual(
      refused.map((r) => [r.line, r.sid]),
      [[5, 8]],
    );
    assert.match(english(refused[0]!.why), /'nonsense' is not known/);
  });

  test('says what each mistake is', () => {
    assert.match(refusal('content:a;'), /quotes/);
    assert.match(refusal('content:"";'), /empty/);
    assert.match(refusal('content:"|0";'), /pipe/);
    assert.match(refusal('content:"|0x|";'), /hexadecimal/);
    assert.match(refusal('nocase;'), /no content before/);
    assert.match(refusal('content:"abc"; depth:2;'), /cannot hold/);
    assert.match(refusal('content:"abc"; offset:1; distance:1;'), /cannot stand together/);
    assert.match(refusal('content:"abc"; within:3; within:4;'), /twice/);
    assert.match(refusal('content:"abc"; startswith; depth:5;'), /cannot stand together/);
    assert.match(refusal('pcre:"/a(?=b)/";'), /\(\?=/);
    assert.match(refusal('pcre:"a";'), /"\/pattern\/letters"/);
    assert.match(refusal('flow:to_server,to_client;'), /cannot stand together/);
    assert.match(refusal('flowbits:isset;'), /2 parts/);
    assert.match(refusal('byte_test:9,>,1,0;'), /there may be 1 to 8/);
    assert.match(refusal('byte_test:1,>,nobody,0;'), /'nobody'/);
    assert.match(refusal('tls.sni; content:"a"; dns.query; content:"b";'), /in one rule/);
    assert.match(refusal('http.uri; content:"a"; http.stat_code; content:"2";'), /both directions/);
    assert.match(refusal('flow:to_client; http.uri; content:"a";'), /other/);
    assert.match(refusal('http.uri;'), /nothing is asked/);
    assert.match(refusal('base64_data; content:"a";'), /without base64_decode/);
    assert.match(refusal('threshold:type limit, track by_src, count 0, seconds 1;'), /no value/);
    assert.match(refusal('content:"a"'), /quotes/);
    assert.match(refusal('', 'alert tcp any any any any'), /header/);
    assert.match(refusal('', 'shout tcp any any -> any any'), /'shout' is no action/);
    assert.match(refusal('', 'alert gopher any any -> any any'), /'gopher'/);
    assert.match(refusal('', 'alert tcp $NOBODY any -> any any'), /\$NOBODY is not defined/);
    assert.match(refusal('', 'alert tcp $LOOP any -> any any'), /too deep/);
    assert.match(refusal('', 'alert tcp [10.0.0.0/8,!10.0.0.0/8] any -> any any'), /nothing/);
    assert.match(refusal('', 'alert tcp any 99999 -> any any'), /99999/);
    assert.match(refusal('', 'alert tcp 300.1.1.1 any -> any any'), /300/);
  });

  test('holds no control characters of its texts', () => {
    const { rules } = readRules(
      'alert tcp any any -> any any (msg:"a\u001b[31mred\u202e"; metadata:k \u001b[2J; sid:1;)',
      'x',
      VARIABLES,
    );
    assert.equal(rules[0]!.msg, 'a·[31mred·');
    assert.equal(rules[0]!.metadata[0]![1], '·[2J');
  });
});

describe('a header', () => {
  test('takes groups, negation, ranges and variables', () => {
    const { rules } = one(
      '',
      'alert tcp [$HOME_NET,!10.1.0.0/16,2001:db8::/32] ![22,30:40] <> $EXTERNAL_NET $HTTP_PORTS',
    );
    const [rule] = rules;
    const v4 = (a: number, b: number, c: number, d: number): bigint =>
      (0xffffn << 32n) | BigInt(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
    assert.ok(rule!.bothWays);
    assert.ok(rule!.source.has(v4(10, 2, 0, 1)));
    assert.ok(!rule!.source.has(v4(10, 1, 0, 1)));
    assert.ok(!rule!.source.has(v4(8, 8, 8, 8)));
    assert.ok(rule!.source.has(0x2001_0db8_0000_0000_0000_0000_0000_0001n));
    assert.ok(rule!.destination.has(v4(8, 8, 8, 8)));
    assert.ok(!rule!.destination.has(v4(192, 168, 3, 4)));
    assert.deepEqual(
      [21, 22, 29, 35, 41].map((port) => rule!.sourcePort.has(port)),
      [true, false, true, false, true],
    );
    assert.deepEqual(rule!.destinationPort.few, [80, 8000, 8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008, 8009, 8010]);
  });
});

describe('keywords', () => {
  test('old modifiers move their content to the buffer; what is relative follows', () => {
    const [rule] = one('content:"a"; http_uri; content:"b"; distance:0; http_uri; content:"c";').rules;
    assert.deepEqual(
      rule!.buffers.map((b) => [b.buffer, b.steps.length]),
      [['http.uri', 2]],
    );
    assert.equal(rule!.payload.length, 1);
    assert.deepEqual(rule!.applications, ['http1', 'http2', 'doh2']);
    assert.equal(rule!.flow.direction, 'toServer');
  });

  test('requires leaves out what asks for another version', () => {
    assert.equal(one('requires:version >= 7;').rules.length, 1);
    assert.match(refusal('requires:version < 7;'), /requires/);
    assert.match(refusal('requires:feature something;'), /requires/);
  });

  test('a class has its priority, which the rule may say otherwise', () => {
    assert.equal(one('classtype:trojan-activity;').rules[0]!.priority, 1);
    assert.equal(one('classtype:misc-activity;').rules[0]!.priority, 3);
    assert.equal(one('classtype:misc-activity; priority:2;').rules[0]!.priority, 2);
  });
});

/** A generator of numbers that is the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('garbage', () => {
  test('of 20,000 damaged rules none throws, and each is read or refused with a sentence', () => {
    const next = numbers(11);
    const whole =
      'alert http $HOME_NET any -> $EXTERNAL_NET [80,!443] (msg:"x"; flow:established,to_server; http.uri; content:"/a|20|b"; ' +
      'nocase; pcre:"/^a{2,4}[b-d]+/Ui"; byte_test:2,>,5,0,relative; flowbits:set,a; threshold:type limit, track by_src, ' +
      'count 1, seconds 60; reference:url,x.test; classtype:trojan-activity; sid:5; rev:2; metadata:a b, c d;)';
    const letters = '();:,"\\|!<>[]$ 0aZ\u0000\u202e';
    for (let i = 0; i < 20_000; i++) {
      const text = [...whole];
      for (let k = next(6); k >= 0; k--) {
        const at = next(text.length);
        const how = next(3);
        if (how === 0) text[at] = letters[next(letters.length)]!;
        else if (how === 1) text.splice(at, 1 + next(8));
        else text.splice(at, 0, letters[next(letters.length)]!);
      }
      const { rules, refused } = readRules(text.join(''), 'x', VARIABLES);
      for (const r of refused) assert.notEqual(english(r.why), '');
      assert.ok(rules.length + refused.length <= 1 || text.includes('\n'));
    }
  });
});
