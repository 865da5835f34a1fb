// Steps of rules on bytes: places, relations, numbers, second tries.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inspection, type Sets } from './inspect.ts';
import { readRules } from './read-rule.ts';
import type { Step } from './signature.ts';

const NO_SETS: Sets = { has: () => false, change: () => undefined, reputation: () => null };

function steps(options: string): readonly Step[] {
  const { rules, refused } = readRules(`alert udp any any -> any any (${options} sid:1;)`, 'x', {
    addresses: new Map(),
    ports: new Map(),
  });
  assert.deepEqual(refused, [], options);
  return rules[0]!.payload;
}

function passes(options: string, text: string): boolean {
  const inspection = new Inspection(NO_SETS);
  inspection.begin();
  return inspection.passes(new Uint8Array(Buffer.from(text, 'latin1')), steps(options));
}

/** [options, bytes, whether they pass], by the user guide of Suricata. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ['content:"abc";', 'xxabcxx', true],
  ['content:"ABC"; nocase;', 'xxabcxx', true],
  ['content:"ABC";', 'xxabcxx', false],
  ['content:!"abc";', 'xxabcxx', false],
  ['content:"abc"; offset:3;', 'xxabc', false],
  ['content:"abc"; offset:2; depth:3;', 'xxabc', true],
  ['content:"abc"; depth:4;', 'xxabc', false],
  ['content:"abc"; startswith;', 'abcabc', true],
  ['content:"abc"; startswith;', 'xabc', false],
  ['content:"abc"; endswith;', 'abcxabc', true],
  ['content:"abc"; endswith;', 'abcx', false],
  ['content:"a"; content:"b"; distance:2;', 'axxb', true],
  ['content:"a"; content:"b"; distance:2;', 'axb', false],
  ['content:"a"; content:"b"; within:2;', 'axb', true],
  ['content:"a"; content:"b"; within:1;', 'axb', false],
  // The second `a` has its `b`: the first one is tried and given up.
  ['content:"a"; content:"b"; within:1;', 'axab', true],
  ['content:"b"; content:"a"; distance:-2;', 'ab', true],
  ['content:"a"; content:!"b"; within:1;', 'acab', true],
  ['content:"a"; isdataat:2,relative;', 'abc', true],
  ['content:"a"; isdataat:3,relative;', 'abc', false],
  ['isdataat:2;', 'abc', true],
  ['isdataat:3;', 'abc', false],
  ['content:"c"; isdataat:!1,relative;', 'abc', true],
  ['byte_test:2,=,0x6162,0;', 'abc', true],
  ['byte_test:2,=,0x6261,0,little;', 'abc', true],
  ['byte_test:2,!=,0x6162,0;', 'abc', false],
  ['byte_test:1,&,0x01,0;', 'abc', true],
  ['byte_test:1,!&,0x01,0;', 'abc', false],
  ['byte_test:3,>,122,0,string,dec;', '123', true],
  ['byte_test:2,=,255,0,string,hex;', 'ff', true],
  ['byte_test:4,=,1,0;', 'abc', false],
  ['byte_test:2,=,0x16,0,bitmask 0x0ff0;', 'abc', true],
  ['byte_jump:1,0; content:"x"; distance:0; within:1;', '\u0003abcx', true],
  ['byte_jump:1,0,string,dec; content:"x"; distance:0; within:1;', '3abcx', true],
  ['byte_jump:1,0,multiplier 2; content:"x"; distance:0; within:1;', '\u0001abx', true],
  ['byte_jump:1,0,align; content:"x"; distance:0; within:1;', '\u0001abcdx', true],
  ['byte_jump:1,0,from_beginning; content:"x"; distance:0; within:1;', '\u0002bx', true],
  ['byte_jump:1,0; content:"x"; distance:0; within:1;', '\u0009abcx', false],
  ['byte_extract:1,0,n; content:"x"; offset:n; depth:1;', '\u0003abx', true],
  ['byte_extract:1,0,n; byte_test:1,=,n,1;', '\u0003\u0003', true],
  ['byte_extract:1,0,n; content:"a"; content:"b"; distance:n;', '\u0002axxb', true],
  ['byte_math:bytes 1, offset 0, oper +, rvalue 1, result n; byte_test:1,=,n,1;', '\u0003\u0004', true],
  ['byte_math:bytes 1, offset 0, oper /, rvalue 0, result n; byte_test:1,=,n,1;', '\u0003\u0004', false],
  ['pcre:"/a.c/";', 'xabc', true],
  ['pcre:"/A.C/i";', 'xabc', true],
  ['pcre:!"/a.c/";', 'xabc', false],
  ['pcre:"/a.c/s";', 'xa\nc', true],
  ['pcre:"/a.c/";', 'xa\nc', false],
  ['pcre:"/^b/m";', 'a\nb', true],
  ['pcre:"/^b/";', 'a\nb', false],
  ['content:"a"; pcre:"/^b/R";', 'xab', true],
  ['content:"a"; pcre:"/^b/R";', 'axab', true],
  ['pcre:"/[\\x80-\\xff]/";', '\u00e9', true],
  ['pcre:"/a/"; content:"b"; within:1;', 'axab', true],
  ['base64_decode:bytes 8, offset 1; base64_data; content:"hello";', 'xaGVsbG8=', true],
  ['content:"="; base64_decode:relative; base64_data; content:"hello";', 'q=aGVsbG8', true],
  ['base64_decode; base64_data; content:"hello";', 'aGVsbGA', false],
];

describe('steps of rules', () => {
  for (const [options, text, wanted] of CASES) {
    test(`${options} on ${JSON.stringify(text)}`, () => assert.equal(passes(options, text), wanted));
  }

  test('tries end: a pattern that stands everywhere does not take for ever', () => {
    const started = performance.now();
    passes(
      'content:"a"; content:"a"; distance:0; content:"a"; distance:0; content:"b"; distance:0;',
      'a'.repeat(60_000),
    );
    assert.ok(performance.now() - started < 5_000);
  });

  test('a pattern that is not there is looked for in bounds, and that it was given up is told', () => {
    const bytes = new Uint8Array(Buffer.from('ab'.repeat(300_000)));
    for (const nocase of ['', 'nocase; ']) {
      const inspection = new Inspection(NO_SETS);
      const started = process.cpuUsage();
      assert.ok(!inspection.passes(bytes, steps(`content:"a"; content:"zz"; ${nocase}distance:0;`)));
      assert.ok(inspection.gaveUp);
      assert.ok(process.cpuUsage(started).user < 500_000, 'CPU time');
      // What stands behind much that has to be passed over first is found all the same.
      const last = new Uint8Array(Buffer.from(`${'b'.repeat(9_000_000)}abazz`));
      assert.ok(inspection.passes(last, steps(`content:"a"; content:"zz"; ${nocase}within:2;`)));
    }
  });

  test('what a regular expression or base64 is given again and again counts as tries', () => {
    for (const options of [
      'content:"a"; base64_decode:relative; base64_data; content:"zz";',
      'pcre:"/a/"; pcre:"/[ab]*c/R";',
      'pcre:"/a/"; content:"b"; within:1;',
    ]) {
      const started = process.cpuUsage();
      assert.ok(!passes(options, 'a'.repeat(65_536)));
      // 60 ms; where they do not count, 440 to 900 of two of them.
      assert.ok(process.cpuUsage(started).user < 300_000, options);
    }
    assert.ok(passes('content:"="; base64_decode:relative; base64_data; content:"hello";', '= = = =aGVsbG8'));
  });

  test('of bytes that were looked at before, only what touches new ones passes', () => {
    const bytes = new Uint8Array(Buffer.from('needle, and more'));
    const inspection = new Inspection(NO_SETS);
    assert.ok(inspection.passesBeyond(bytes, steps('content:"needle";'), 0));
    assert.ok(!inspection.passesBeyond(bytes, steps('content:"needle";'), 6));
    assert.ok(inspection.passesBeyond(bytes, steps('content:"needle";'), 5));
    assert.ok(inspection.passesBeyond(bytes, steps('content:"needle"; content:"more";'), 6));
  });
});
