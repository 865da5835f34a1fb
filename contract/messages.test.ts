// Messages: how a template is filled, and that the English table holds what the sources say and nothing else.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, foreign, type MessageKey, messageText, SaidError, saidBy, sameMessage, say } from './index.ts';
import { ENGLISH } from './messages-en.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('a template is filled with numbers by thousands, plain numbers, plurals, lists and messages', () => {
  assert.equal(
    english(say('file-cut', { name: 'a.pcap', before: 1_234_567, now: 9 })),
    'a.pcap was cut from 1,234,567 to 9 bytes while it was open: packets behind that can no longer be read.',
  );
  assert.equal(english(say('no-such-packet', { packet: 12_345 })), 'There is no packet 12345.');
  const without = (n: number): string => english(say('flows-without-features', { without: n }));
  assert.match(without(1), /^1 flow has no features, because packets of it can/);
  assert.match(without(2000), /^2,000 flows have no features, because packets of them can/);
  assert.equal(
    english(say('other-sources', { names: ['dumpcap', say('source-pipes')] })),
    'Other sources here: dumpcap, named pipes.',
  );
  assert.equal(
    english(say('not-opened-further', { why: say('ends-in-packet', { packet: 3 }) })),
    'Not opened further: the file ends in the middle of packet 3.',
  );
});

test('a value that looks like a place or like a replacement pattern stays what it is', () => {
  for (const path of ['{why}', '$&', '$1', '{path:plain}', '{{path}}', '\\'])
    assert.equal(english(say('no-such-file', { path })), `There is no file ${path}.`);
});

test('an error says its message in every language, and another error its text', () => {
  const error = new SaidError(say('no-capture'));
  assert.equal(error.message, 'No capture is open.');
  assert.deepEqual(saidBy(error), say('no-capture'));
  assert.deepEqual(saidBy(new Error('EACCES: no')), foreign('EACCES: no'));
  const shouted = { table: { ...ENGLISH, 'no-capture': '没有' }, comma: '、' };
  assert.equal(messageText(error.said, shouted), '没有');
  assert.ok(sameMessage(say('no-capture'), error.said) && !sameMessage(null, error.said));
});

test('a place that nobody fills stays to be seen', () => {
  assert.equal(english({ say: 'no-such-file' }), 'There is no file {path}.');
});

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/messages-(en|zh)\.ts$|\.test\.ts$/.test(entry.name)) yield path;
  }
}

test('every key of the English table is said somewhere', () => {
  const said = ['contract', 'engine', 'platform', 'cli', 'web', 'electron', 'renderer', 'pages']
    .flatMap((folder) => [...sources(folder)])
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
  // Keys that are put together: a beacon and what is odd about it, a kind of evidence, the side of an address or a port.
  const together: readonly (readonly [RegExp, string])[] = [
    [/^beacon-./, '`beacon-${odd}`'],
    [/^kind-./, '`kind-${rule.kind}`'],
    [/^report-(malicious|suspicious|fact)$/, "`report-${verdict ?? 'fact'}`"],
    [/^report-state-./, '`report-state-${state}`'],
    [/^lab-label-./, '`lab-label-${lacks}`'],
    [/^lab-doing-./, '`lab-doing-${doing}`'],
    [/^field-(both|source|destination)-address$/, '`field-${side}-address`'],
    [/^field-(both|source|destination)-port$/, '`field-${side}-port`'],
  ];
  const written = (key: MessageKey): string => together.find(([keys]) => keys.test(key))?.[1] ?? `'${key}'`;
  const silent = (Object.keys(ENGLISH) as MessageKey[]).filter((key) => !said.includes(written(key)));
  assert.deepEqual(silent, []);
});
