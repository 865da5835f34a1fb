// The parts of a rule's text, as the dialog shows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldParts, keywordOf, referenceText, ruleParts, valuesOf } from './rule-text.ts';

test('options end at semicolons, but for those in quotes and behind a backslash', () => {
  const text =
    'alert http $HOME_NET any -> any any (msg:"one; two \\" three)"; content:"a\\;b|3b|"; pcre:"/x;y/"; sid:7; rev:2;)';
  const parts = ruleParts(text);
  assert.equal(parts.head, 'alert http $HOME_NET any -> any any');
  assert.deepEqual(parts.options, [
    'msg:"one; two \\" three)"',
    'content:"a\\;b|3b|"',
    'pcre:"/x;y/"',
    'sid:7',
    'rev:2',
  ]);
});

test('a text without brackets is all header, and an unended quote hides nothing', () => {
  assert.deepEqual(ruleParts(' alert tcp any any '), { head: 'alert tcp any any', options: [] });
  assert.deepEqual(ruleParts(')('), { head: ')(', options: [] });
  assert.deepEqual(ruleParts('alert tcp (msg:"x; sid:1;)').options, ['msg:"x; sid:1;']);
});

test('an option is a keyword and a value', () => {
  assert.deepEqual(keywordOf('nocase'), { keyword: 'nocase', value: '' });
  assert.deepEqual(keywordOf('content: "a:b"'), { keyword: 'content', value: '"a:b"' });
  const parts = ruleParts('alert ip any any -> any any (reference:cve,2021-44228; reference:url,a.test/b; sid:1;)');
  assert.deepEqual(valuesOf(parts, 'reference').map(referenceText), ['CVE-2021-44228', 'a.test/b']);
  assert.equal(referenceText('bugtraq, 12'), 'bugtraq 12');
  assert.equal(referenceText('alone'), 'alone');
});

test('what a buffer held is cut at what was found, also where places overlap or go beyond', () => {
  const cut = (marks: readonly { readonly from: number; readonly to: number }[]): string =>
    heldParts({ held: 'abcdefgh', marks })
      .map(({ text, found }) => (found ? `[${text}]` : text))
      .join('');
  assert.equal(cut([]), 'abcdefgh');
  assert.equal(
    cut([
      { from: 5, to: 6 },
      { from: 0, to: 2 },
    ]),
    '[ab]cde[f]gh',
  );
  assert.equal(
    cut([
      { from: 1, to: 4 },
      { from: 2, to: 3 },
      { from: 3, to: 6 },
    ]),
    'a[bcd][ef]gh',
  );
  assert.equal(cut([{ from: 6, to: 40 }]), 'abcdef[gh]');
});
