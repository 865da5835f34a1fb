// Rules and lists of indicators that others wrote.
import { type Attack, instead, type Mitigation } from '../types.ts';

const TRIES: Attack = {
  stride: 'D',
  threat: 'contents of a rule that are tried without end',
  test: [
    'engine/rules/inspect.test.ts',
    'a pattern that is not there is looked for in bounds, and that it was given up is told',
  ],
};
const PCRE: Attack = {
  stride: 'D',
  threat: 'expressions and base64 of a rule that are tried without end',
  test: [
    'engine/rules/inspect.test.ts',
    'what a regular expression or base64 is given again and again counts as tries',
  ],
};
const YAML: Attack = {
  stride: 'D',
  threat: 'a suricata.yaml that is deep, or grows by aliases',
  test: ['engine/rules/suricata-yaml.test.ts', 'what is wrong is said, and nothing is read of it'],
};
const CONTROL: Attack = {
  stride: 'T',
  threat: 'a rule’s text commands a terminal',
  test: ['engine/rules/read-rule.test.ts', 'holds no control characters of its texts'],
};
const LINE: Attack = {
  stride: 'D',
  threat: 'a line of a list that is a gigabyte long',
  test: ['engine/indicators/hostile.test.ts', 'a line of a gigabyte is passed over, in any form, without being held'],
};
const JSON: Attack = {
  stride: 'D',
  threat: 'a list of JSON that nests without end, or holds one object of megabytes',
  test: [
    'engine/indicators/hostile.test.ts',
    'JSON: nested without end, cut, of other things, an object of megabytes; the other objects are read',
  ],
};
const XML: Attack = {
  stride: 'D',
  threat: 'a list of XML with entities that grow',
  test: ['engine/indicators/hostile.test.ts', 'XML: entities are refused, tags that do not close, depth'],
};
const TYPE: Attack = {
  stride: 'T',
  threat: 'what a list calls a type commands a terminal',
  test: [
    'engine/indicators/hostile.test.ts',
    'what a list calls a type can do nothing to a line; a line in three pieces is one',
  ],
};
const EVERYTHING: Attack = {
  stride: 'T',
  threat: 'an entry that means every address makes all traffic malicious',
  test: [
    'engine/indicators/hostile.test.ts',
    'regular expressions, control characters, ranges, everything at once: each by its line',
  ],
};

export const RULES: readonly Mitigation[] = [
  instead(
    'RUL-01',
    'a content is looked for in bounds',
    'engine/rules/inspect.ts',
    'if (++this.tries > MAX_TRIES || this.isLong()) {\n        this.gaveUp = true;',
    'if (++this.tries > 1e12) {\n        this.gaveUp = true;',
    TRIES,
  ),
  instead(
    'RUL-02',
    'what an expression is given counts',
    'engine/rules/inspect.ts',
    'this.tries += (to - from) >>> TRY_BITS;',
    '',
    PCRE,
  ),
  instead(
    'RUL-03',
    'a suricata.yaml nests so deep only',
    'engine/rules/suricata-yaml.ts',
    "if (tooDeep(text)) return say('yaml-deep', { max: MAX_DEPTH });",
    '',
    YAML,
  ),
  instead(
    'RUL-04',
    'aliases are so many only',
    'engine/rules/suricata-yaml.ts',
    'maxAliasCount: MAX_ALIASES',
    'maxAliasCount: -1',
    YAML,
  ),
  instead(
    'RUL-05',
    'a rule’s text holds no control characters',
    'engine/rules/keywords-meta.ts',
    'b.msg = shown(text.slice(0, MAX_MSG)) === text ? text : cleaned(text.slice(0, MAX_MSG));',
    'b.msg = text;',
    CONTROL,
  ),
  instead(
    'RUL-06',
    'what is said of a list holds no control characters',
    'engine/indicators/value.ts',
    'const plain = plainText(text.slice(0, TOLD));',
    'const plain = text.slice(0, TOLD);',
    TYPE,
  ),
  instead(
    'RUL-07',
    'a range of addresses is no entry',
    'engine/indicators/value.ts',
    'ip4Word(from!) >= 0 && ip4Word(to) >= 0 ? range(text) : null;',
    'ip4Word(from!) >= 0 && ip4Word(to) >= 2 ** 40 ? range(text) : null;',
    EVERYTHING,
  ),
  instead(
    'RUL-08',
    'a line of a list is so long only',
    'engine/indicators/lines.ts',
    'export const MAX_LINE = 65_536;',
    'export const MAX_LINE = 65_536_000;',
    LINE,
  ),
  instead(
    'RUL-09',
    'JSON of a list nests so deep only',
    'engine/indicators/json-pieces.ts',
    'export const MAX_DEPTH = 64;',
    'export const MAX_DEPTH = 640_000_000;',
    JSON,
  ),
  instead(
    'RUL-10',
    'an object of a list is so large only',
    'engine/indicators/json-pieces.ts',
    'export const MAX_OBJECT = 4_194_304;',
    'export const MAX_OBJECT = 41_943_040;',
    JSON,
  ),
  instead(
    'RUL-11',
    'entities and document types are refused',
    'engine/indicators/openioc.ts',
    "/^<!(?:DOCTYPE|ENTITY)/i.test(rest) ? say('indicator-xml-entities') : broken(rest)",
    'broken(rest)',
    XML,
  ),
  instead(
    'RUL-12',
    'XML of a list nests so deep only',
    'engine/indicators/openioc.ts',
    'const MAX_DEPTH = 64;',
    'const MAX_DEPTH = 6_400;',
    XML,
  ),
];
