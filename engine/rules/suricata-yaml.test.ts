// Variables and files of a suricata.yaml: as Suricata reads them, or refused by what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english } from '../../contract/index.ts';
import { ruleVariables } from './rule-variables.ts';
import { suricataConfig } from './suricata-yaml.ts';

const FOLDER = '/etc/suricata';

const USUAL = `%YAML 1.1
---
# the file that comes with Suricata begins so
suricata-version: "8.0"
vars:
  # more specific is better
  address-groups:
    HOME_NET: "[192.168.0.0/16,10.0.0.0/8]"
    #HOME_NET: "any"
    EXTERNAL_NET: "!$HOME_NET"
    OURS: &ours "[192.0.2.0/24]"
    SAME: *ours
    LIST: [10.0.0.1, "!10.0.0.2", [10.1.0.0/16]]
  port-groups:
    HTTP_PORTS: "80"
    ORACLE_PORTS: 1521
    SIXTY: 22:25
    FILE_DATA_PORTS: "[$HTTP_PORTS,110,143]"
default-rule-path: rules
rule-files:
  - suricata.rules
  - /var/lib/suricata/rules/*.rules
outputs:
  - eve-log:
      enabled: yes
`;

test('variables and files are as they are written, and variables can be used', async () => {
  const config = await suricataConfig(USUAL, FOLDER);
  assert.ok(!('say' in config));
  assert.deepEqual(config.variables, [
    ['HOME_NET', '[192.168.0.0/16,10.0.0.0/8]'],
    ['EXTERNAL_NET', '!$HOME_NET'],
    ['OURS', '[192.0.2.0/24]'],
    ['SAME', '[192.0.2.0/24]'],
    ['LIST', '[10.0.0.1,!10.0.0.2,[10.1.0.0/16]]'],
    ['HTTP_PORTS', '80'],
    ['ORACLE_PORTS', '1521'],
    ['SIXTY', '22:25'],
    ['FILE_DATA_PORTS', '[$HTTP_PORTS,110,143]'],
  ]);
  assert.deepEqual(config.ruleFiles, ['/etc/suricata/rules/suricata.rules', '/var/lib/suricata/rules/*.rules']);
  assert.ok(!('why' in ruleVariables(config.variables)));
});

test('what is not said is not there', async () => {
  for (const text of ['a: b', 'vars:\nrule-files:\n', 'vars:\n  address-groups:\n', '---\na: 1'])
    assert.deepEqual(await suricataConfig(text, FOLDER), { variables: [], ruleFiles: [] }, text);
  assert.deepEqual(await suricataConfig('rule-files: one.rules', FOLDER), {
    variables: [],
    ruleFiles: ['/etc/suricata/one.rules'],
  });
});

/** [text, what is wrong]. */
const WRONG: readonly (readonly [string, RegExp])[] = [
  ['a: b: c', /^line 1: /],
  ['a: 1\nb: [', /^line 2: /],
  ['\t- a', /^line 1: /],
  ['', /suricata\.yaml is no map/],
  ['- a', /suricata\.yaml is no map/],
  ['just words', /suricata\.yaml is no map/],
  ['vars: 3', /vars is no map/],
  ['vars:\n  address-groups: [a]', /vars\.address-groups is no map/],
  ['vars:\n  address-groups:\n    HOME_NET:', /the variable HOME_NET is neither/],
  ['vars:\n  address-groups:\n    HOME_NET: {a: b}', /the variable HOME_NET is neither/],
  ['vars:\n  address-groups:\n    "a b": c', /the variable a b is neither/],
  ['vars:\n  address-groups:\n    HOME_NET: !$OTHER', /the variable HOME_NET is neither/],
  ['include: more.yaml', /include more\.yaml: files that are included are not read/],
  ['include: [a.yaml, b.yaml]', /include a\.yaml, b\.yaml: /],
  ['rule-files: {a: b}', /rule-files is neither/],
  ['rule-files: [[a]]', /rule-files is neither/],
  ['default-rule-path: [a]', /default-rule-path is neither/],
  ['[', /./],
  ['*nowhere', /./],
  ['['.repeat(200), /stand in each other/],
  [`${'- '.repeat(200)}a`, /stand in each other/],
  ['x'.repeat(2_000_000), /./],
  [
    [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...['b', 'c', 'd', 'e', 'f', 'g'].map(
        (n, i) => `${n}: &${n} [${Array.from({ length: 10 }, () => `*${'abcdefg'[i]}`).join()}]`,
      ),
    ].join('\n'),
    /more than 100 aliases/,
  ],
];

test('what is wrong is said, and nothing is read of it', async () => {
  for (const [text, said] of WRONG) {
    const config = await suricataConfig(text, FOLDER);
    assert.ok('say' in config, JSON.stringify(text.slice(0, 60)));
    assert.match(english(config), said, text.slice(0, 60));
  }
});

test('time is bounded, whatever is written', async () => {
  for (const text of ['- - - - -\n'.repeat(20_000), '&a '.repeat(50_000), '{a: '.repeat(90), '"'.repeat(200_000)]) {
    const started = performance.now();
    await suricataConfig(text, FOLDER);
    assert.ok(performance.now() - started < 15_000, text.slice(0, 20));
  }
});
