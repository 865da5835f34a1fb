// Files that a person brings, as the fuzzer had them: long lines that took the square of their length, lines without a
// field, a last line that goes on; and a field that is called as what every object has.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SaidError } from '../../contract/index.ts';
import { countKeyLines, keyLines } from '../dissect/index.ts';
import { printedValues, type Subject } from '../filter/index.ts';
import { readRules, ruleVariables } from '../rules/index.ts';
import { readLabels } from '../session/corpus.ts';
import { parseHosts } from './names.ts';
import { OwnRules } from './own-rules.ts';

/** Characters of a hostile line, and how long it may take of the processor, ms. */
const LONG = 400_000;
const MOST = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'sightline-hostile-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function inTime(what: string, work: () => void): void {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1_000 < MOST, `${what}: ${(user + system) / 1_000} ms`);
}

test('a line that is long takes time by its length', () => {
  inTime('a key log', () => assert.equal(countKeyLines('SECRET'.repeat(LONG / 6)), 0));
  inTime('a hosts file', () => assert.equal(parseHosts(`${'#'.repeat(LONG)}\r`).names.size, 0));
});

test('every label of a key log that was one is one', () => {
  const key = 'a1'.repeat(32);
  for (const label of ['CLIENT_RANDOM', 'PMS_CLIENT_RANDOM', 'CLIENT_TRAFFIC_SECRET_0', 'EXPORTER_SECRET', 'secret'])
    assert.deepEqual(keyLines(`${label} ${key} ${key}\n`), [`${label} ${key} ${key}`]);
  for (const label of ['SECRE', '0_SECRET', 'X-SECRET', 'CLIENT_RANDOM_0'])
    assert.equal(countKeyLines(`${label} ${key} ${key}`), 0, label);
});

test('names of a hosts file end where their comment begins', () => {
  const { names } = parseHosts('10.0.0.1 a#b\n10.0.0.2 #c\n#10.0.0.3 d\n10.0.0.4 e # f\n');
  assert.deepEqual(
    [...names],
    [
      ['10.0.0.1', 'a'],
      ['10.0.0.4', 'e'],
    ],
  );
});

test('a line of labels.csv without a field is named', () => {
  writeFileSync(join(folder, 'labels.csv'), 'label,path,source,family\nbenign,a.pcap,s,f\nmalicious\n');
  assert.throws(
    () => readLabels(folder),
    (error) => error instanceof SaidError && error.said.say === 'lab-no-label' && error.said.values?.['line'] === 3,
  );
  writeFileSync(join(folder, 'labels.csv'), 'label,path,source,family\nbenign,a.pcap,s,f\nunknown\n');
  assert.deepEqual(readLabels(folder), [{ path: join(folder, 'a.pcap'), source: 's', label: 'benign', family: 'f' }]);
});

test('a rule that is kept is there, also behind a last line that goes on', () => {
  const known = ruleVariables([]);
  assert.ok(!('why' in known));
  const [rule] = readRules('alert tcp any any -> any any (msg:"new"; sid:1000001;)', 'x', known).rules;
  mkdirSync(join(folder, 'rules'));
  for (const before of [
    '# mine \\',
    'alert tcp any any -> any any \\',
    'alert tcp any any -> any any \\\n# a comment within',
    'alert udp any any -> any any (sid:5;)',
  ]) {
    writeFileSync(join(folder, 'rules', 'own.rules'), `${before}\n`);
    const own = new OwnRules(folder);
    own.keep(rule!, known);
    const ids: readonly number[] = readRules(own.text(), 'own.rules', known).rules.map(({ sid }) => sid);
    assert.equal(ids.at(-1), 1_000_001, before);
    own.keep(rule!, known);
    assert.equal(own.text().split('sid:1000001').length, 2, 'kept again it stands in its own place');
    own.delete(rule!, known);
    assert.ok(!own.text().includes('sid:1000001'));
  }
});

test('no field of what every object has is printed', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    assert.equal(printedValues(name, {} as Subject), null, name);
});
