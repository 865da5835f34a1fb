// Files of choices: which rules they mean, what becomes of them, and that no line of theirs takes long or is passed over.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english } from '../../contract/index.ts';
import { testRandom } from '../testing/packets.ts';
import { variables } from '../testing/asked-rules.ts';
import { type ChoiceKind, RuleChoices } from './choosing.ts';
import { readRules } from './read-rule.ts';
import { globFits, ruleMatcher, shellWords, type WrittenRule } from './rule-lines.ts';

const RULES = [
  'alert tcp any any -> any any (msg:"ET MALWARE one"; content:"abc"; classtype:trojan-activity; sid:1; rev:2;)',
  'alert tcp any any -> any 80 (msg:"heartbleed, seconds 60"; content:"def"; metadata:deployment Perimeter, a b; sid:2;)',
  '# alert tcp any any -> any any (msg:"commented out"; content:"ghi"; sid:3;)',
  '# a comment about alert tcp (or so)',
  'alert tcp any any -> any any (msg:"quiet"; content:"jkl"; flowbits:noalert; noalert; sid:4; gid:9;)',
].join('\n');

type Lines = Partial<Record<ChoiceKind, string>>;

function chosen(lines: Lines): { readonly said: readonly string[]; readonly choices: RuleChoices } {
  const texts = Object.entries(lines).map(([kind, text]) => ({ kind: kind as ChoiceKind, file: `${kind}.conf`, text }));
  const { choices, wrong } = RuleChoices.of(texts);
  assert.deepEqual(wrong, []);
  const { rules, refused } = readRules(RULES, 'rules/emerging-dos.rules', variables(), choices);
  const said = [
    ...rules.map((r) => `${r.sid} ${r.action} ${r.msg}`),
    ...refused.map((r) => `${r.sid} refused: ${english(r.why)}`),
  ];
  return { said, choices };
}

/** Sids that are asked. */
function asked(lines: Lines): string {
  return chosen(lines)
    .said.map((line) => line.split(' ')[0])
    .join(' ');
}

const ALL = '1 2 4';

describe('choices of rules', () => {
  /** [lines, sids that are left]. */
  const DISABLED: readonly (readonly [string, string])[] = [
    ['# nothing\n\n', ALL],
    ['1', '2 4'],
    ['1:1', '2 4'],
    ['1:1:2', '2 4'],
    ['1:1:3', ALL],
    ['4', ALL],
    ['9:4', '1 2'],
    ['1, 2', '4'],
    ['re:heartbleed', '1 4'],
    ['re:ET\\s+MALWARE', '2 4'],
    ['re:et malware', '2 4'],
    ['re:class(type)?:trojan-[a-z]+', '2 4'],
    ['re:def"', '1 4'],
    ['group:emerging-dos', ''],
    ['group:emerging-dos.rules', ''],
    ['emerging-dos.rules', ''],
    ['group:emerging*', ''],
    ['group:emerging-[a-c]*', ALL],
    ['group:dos', ALL],
    ['filename:rules/*.rules', ''],
    ['filename:other/*', ALL],
    ['metadata: deployment perimeter', '1 4'],
    ['metadata: deployment datacenter', ALL],
    ['*', ''],
    ['\ufeff1\r\n2\r\n', '4'],
  ];
  for (const [lines, left] of DISABLED)
    test(`disable ${JSON.stringify(lines)}`, () => assert.equal(asked({ disable: lines }), left));

  test('enable brings back what is commented out, and wins over disable', () => {
    assert.equal(asked({ enable: '3' }), '1 2 3 4');
    assert.equal(asked({ enable: 're:commented out' }), '1 2 3 4');
    assert.equal(asked({ enable: '1', disable: 'group:*' }), '1');
    const { choices } = chosen({ enable: '3', disable: '1' });
    assert.deepEqual([choices.on, choices.off, choices.changed], [1, 1, 0]);
  });

  test('drop makes rules drop, but for those that raise no alert', () => {
    assert.deepEqual(chosen({ drop: '*' }).said, [
      '1 drop ET MALWARE one',
      '2 drop heartbleed, seconds 60',
      '4 alert quiet',
    ]);
  });

  test('modify puts other words in, with what groups held', () => {
    const modified = (modify: string): string => chosen({ modify }).said.join('\n');
    assert.match(modified('2 "seconds \\d+" "seconds 3600"'), /heartbleed, seconds 3600/);
    assert.match(modified('re:classtype:trojan-activity "(alert)(.*)" "drop\\\\2"'), /1 drop ET MALWARE one/);
    assert.match(modified('modifysid * "^(alert)(.*)one" | "drop${2}two"'), /1 drop ET MALWARE two/);
    assert.match(modified('1 \'msg:"([^"]*)"\' \'msg:"Ours: \\1"\''), /1 alert Ours: ET MALWARE one/);
    assert.match(modified('1 "e" "E"'), /1 refused/);
    assert.match(modified('1 "x*" "-"'), /1 refused/);
    const { choices } = chosen({ modify: 'metadata-add 1 owner us' });
    const { rules } = readRules(RULES, 'x', variables(), choices);
    assert.deepEqual(rules[0]!.metadata, [['owner', 'us']]);
  });

  test('a change that breaks a rule refuses it by the line that did', () => {
    assert.deepEqual(chosen({ modify: '# first\n1 "content" "kontent"' }).said.slice(-1), [
      "1 refused: as modify.conf, line 2, changes it: the keyword 'kontent' is not known here",
    ]);
  });

  test('lines that are about no rule are known', () => {
    const { choices } = chosen({ disable: '1\n77\nre:nowhere\n1,2' });
    assert.deepEqual(
      choices.unused().map((u) => `${u.file}:${u.line} ${u.said}`),
      ['disable.conf:3 re:nowhere', 'disable.conf:2 77'],
    );
  });

  test('a line that says nothing is named, and the others hold', () => {
    /** [kind, line, what is wrong]. */
    const WRONG: readonly (readonly [ChoiceKind, string, RegExp])[] = [
      ['disable', 'what is this', /names no rules/],
      ['disable', 're:', /nothing stands behind the colon/],
      ['disable', 'group: ', /nothing stands behind the colon/],
      ['disable', 're:(a)\\1', /\\1/],
      ['disable', 're:(?=a)', /\(\?=/],
      ['disable', 're:(', /./],
      ['enable', 'metadata: alone', /metadata is a name and a value/],
      ['modify', '1 "a', /a quote is not closed/],
      ['modify', '1 "a"', /a change is written/],
      ['modify', '1 "(" "b"', /./],
      ['modify', 'metadata-add 1 a "b; sid:9"', /metadata is a name and a value/],
      ['drop', '1:2:3:4', /names no rules/],
      ['drop', '99999999999', /names no rules/],
      ['disable', `re:${'a'.repeat(70_000)}`, /longer than 65536/],
    ];
    for (const [kind, line, said] of WRONG) {
      const { choices, wrong } = RuleChoices.of([
        { kind, file: 'x.conf', text: `\n${line}\n${kind === 'modify' ? '' : '2'}` },
      ]);
      assert.equal(wrong.length, 1, line);
      assert.deepEqual([wrong[0]!.file, wrong[0]!.line], ['x.conf', 2]);
      assert.match(english(wrong[0]!.why), said);
      if (kind === 'disable') assert.equal(readRules(RULES, 'y', variables(), choices).rules.length, 2);
    }
  });

  test('time is bounded: patterns that take others for ever, and globs with many stars', () => {
    const long = `alert tcp any any -> any any (msg:"${'a'.repeat(60_000)}"; sid:1;)`;
    const started = performance.now();
    for (const source of ['(a+)+b', '(a|aa)+$', '(.*a){12}b']) {
      const matcher = ruleMatcher(`re:${source}`);
      assert.ok(!('say' in matcher));
      matcher.matches({ file: 'x', text: long, gid: 1, sid: 1, rev: 0 });
    }
    assert.ok(!globFits('*a'.repeat(200), 'b'.repeat(4_000)));
    const { choices } = RuleChoices.of([{ kind: 'modify', file: 'm', text: '* "a*" "aaaaaaaaaaaaaaaaaaaaaaaa"' }]);
    readRules(long, 'x', variables(), choices);
    assert.ok(performance.now() - started < 5_000);
  });

  test('a hundred thousand sids and thirty thousand rules are chosen among within seconds', () => {
    const disable = Array.from({ length: 100_000 }, (_, i) => `1:${i * 2 + 1}`).join('\n');
    const rules = Array.from({ length: 30_000 }, (_, i) => `alert ip any any -> any any (msg:"m"; sid:${i + 1};)`);
    const started = performance.now();
    const { choices } = RuleChoices.of([{ kind: 'disable', file: 'd', text: disable }]);
    assert.equal(readRules(rules.join('\n'), 'x', variables(), choices).rules.length, 15_000);
    assert.ok(performance.now() - started < 6_000);
  });

  test('globs are as shells have them', () => {
    /** [glob, name, whether it fits]. */
    const GLOBS: readonly (readonly [string, string, boolean])[] = [
      ['a*c', 'abbc', true],
      ['a*c', 'abbd', false],
      ['*', '', true],
      ['?', '', false],
      ['a?c', 'abc', true],
      ['[a-c]x', 'bx', true],
      ['[!a-c]x', 'bx', false],
      ['[]', '[]', true],
      ['[]a]', ']', true],
      ['**a**', 'xay', true],
      ['a.b', 'axb', false],
      ['*ab*ab', 'abxab', true],
      ['*ab*ab', 'abxa', false],
    ];
    for (const [glob, name, fits] of GLOBS) assert.equal(globFits(glob, name), fits, `${glob} ${name}`);
  });

  test('words of a line are as a shell has them', () => {
    assert.deepEqual(shellWords('a "b c" \'d "e\' f\\ g "h\\"\\\\i\\d"'), ['a', 'b c', 'd "e', 'f g', 'h"\\i\\d']);
    assert.deepEqual(shellWords('"" a'), ['', 'a']);
    assert.equal(shellWords('"a'), null);
  });

  test('whatever a line says, it is a choice or a mistake, and a rule stays a text', () => {
    const random = testRandom(5);
    const parts = [
      '1',
      ':',
      ',',
      '"',
      "'",
      '\\',
      ' ',
      're:',
      'group:',
      '*',
      '(',
      ')',
      '[',
      ']',
      '|',
      '\\1',
      '${1}',
      'a',
      '.',
      '+',
      '?',
      '\u202e',
      '\0',
      'é',
      '#',
      ';',
      'modifysid',
    ];
    const rule: WrittenRule = { file: 'a/b.rules', text: RULES.split('\n')[0]!, gid: 1, sid: 1, rev: 2 };
    for (let n = 0; n < 20_000; n++) {
      const text = Array.from(
        { length: 1 + Math.floor(random() * 9) },
        () => parts[Math.floor(random() * parts.length)]!,
      ).join('');
      const kind = (['disable', 'enable', 'drop', 'modify'] as const)[n % 4]!;
      const { choices, wrong } = RuleChoices.of([{ kind, file: 'x', text }]);
      for (const w of wrong) assert.ok(english(w.why) !== '');
      choices.chosen({ line: 1, text: rule.text, tooLong: false }, rule.file);
    }
  });
});
