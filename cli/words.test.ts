import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './commands.ts';
import { commandHelp } from './help.ts';
import { commandOf, distance, nearest, wordsOf } from './words.ts';

const refused = (call: string): string => {
  const [command, ...rest] = call.split(' ');
  try {
    wordsOf(commandOf(command!), rest);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('every option of every command is refused by each command that has it not', () => {
  const all = new Map(COMMANDS.flatMap((c) => c.options.map((o) => [o.name, o] as const)));
  for (const c of COMMANDS) {
    for (const [name, o] of all) {
      const args = o.value === undefined ? [`--${name}`] : [`--${name}`, 'x'];
      if (c.options.some((own) => own.name === name))
        assert.doesNotThrow(() => wordsOf(c, args), `${c.name} --${name}`);
      else
        assert.throws(() => wordsOf(c, args), new RegExp(`'${c.name}' has no option --${name}`), `${c.name} --${name}`);
    }
    assert.match(commandHelp(c.name)!.join('\n'), /Usage: .*\n[^]*Examples:/);
    for (const o of c.options) assert.ok(commandHelp(c.name)!.some((l) => l.includes(`--${o.name}`)));
  }
});

test('refusals say what is meant, or who has it', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['packets f --filter udp', /'packets' has no option --filter: .*display filter/],
    ['flows f --filter x', /display filter/],
    ['score f --filter=x', /display filter/],
    ['flows f -w x', /no option -w: 'capture' has it/],
    ['score f --features x', /'flows' has it/],
    ['score f --limit 1', /'packets' has it/],
    ['score f --sumary', /is --summary meant/],
    ['score f --jsno', /is --json meant/],
    ['score f --thread 2', /is --threads meant/],
    ['export f --unlabelled x', /is --unlabelled-as-good meant/],
    ['score f --top', /--top needs a value/],
    ['score f --json=1', /takes no value/],
    ['score f --top --json', /needs a value/],
    ['score f --top 1 --top 2', /twice/],
    ['doctor now', /'now' is not understood/],
    ['capture eth0', /takes options only/],
    ['score f --__proto__', /has no option/],
    ['score f --constructor', /has no option/],
    ['score f --zzzzzz', /'sightline help score'/],
    ['scroe f', /is 'score' meant/],
    ['zzzzz', /'sightline help' lists/],
  ];
  for (const [call, expected] of cases) assert.match(refused(call), expected, call);
  assert.equal(refused('capture -i lo -i eth0 -a duration:1 -b filesize:100 -f tcp -w x -q'), '');
  const w = wordsOf(commandOf('score'), ['--top=3', '--', '--json', '-']);
  assert.deepEqual([w.whole('top', 1, 0, 9), w.paths, w.flag('json')], [3, ['--json', '-'], false]);
  assert.throws(() => w.whole('top', 1, 0, 2), /whole number from 0 to 2/);
});

test('distance counts letters that were left out, added, changed, swapped: as a slow twin does', () => {
  /** All words that one step makes. */
  const step = (word: string, letters: string): Set<string> => {
    const out = new Set<string>();
    for (let i = 0; i <= word.length; i++) {
      for (const c of letters) {
        out.add(word.slice(0, i) + c + word.slice(i));
        if (i < word.length) out.add(word.slice(0, i) + c + word.slice(i + 1));
      }
      if (i < word.length) out.add(word.slice(0, i) + word.slice(i + 1));
      if (i + 1 < word.length) out.add(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
    }
    return out;
  };
  for (const word of ['a', 'ab', 'abc', 'aab']) {
    for (const other of step(word, 'abc')) assert.ok(distance(word, other) <= 1, `${word} ${other}`);
    assert.equal(distance(word, word), 0);
    assert.equal(distance(word, ''), word.length);
  }
  assert.equal(nearest('zzzz', ['abcd']), null);
  assert.equal(nearest('x'.repeat(10_000), ['abcd']), null);
});
