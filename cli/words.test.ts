import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { distance, nearest } from '../contract/index.ts';
import { allCommands, COMMAND_NAMES, commandOf } from './commands.ts';
import { defineCommand, type Command } from './define.ts';
import { amounts, choice, freeText, mayRepeat, onOff, path, repeated, whole, type Flag } from './flags.ts';
import { commandHelp, overview } from './help.ts';
import { callOf, HELP, type Call } from './words.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMANDS = await allCommands();

function read(command: Command, args: readonly string[]): Promise<Call> {
  return callOf(command, args, allCommands);
}

/** Reads a call as it would be typed. */
async function called(call: string): Promise<Call> {
  const [name, ...rest] = call.split(' ');
  return read(await commandOf(name!), rest);
}

/** Why a call is refused; '' when it is not. */
async function refused(call: string): Promise<string> {
  try {
    await called(call);
  } catch (error) {
    assert.ok(error instanceof Error && 'forPeople' in error, `${call}: ${String(error)}`);
    return error.message;
  }
  return '';
}

/** True where two types are the same. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

const REFUSED = { forPeople: true };

/** Values that an option takes, and values that it does not, from what it says of itself. */
function samples(flag: Flag): { good: readonly string[]; bad: readonly string[] } {
  switch (flag.kind) {
    case 'switch':
      return { good: [], bad: [] };
    case 'number': {
      const { least, most } = flag;
      const beyond = most === Number.MAX_SAFE_INTEGER ? [] : [String(most + 1)];
      const bad = ['abc', '', ' ', '1.5', `${least}x`, 'NaN', 'Infinity', String(least - 1), ...beyond];
      return { good: [String(least), String(most), String(least + 1)], bad };
    }
    case 'choice':
      return { good: flag.choices, bad: ['', 'nothing', `${flag.choices[0]} `, flag.choices[0]!.toUpperCase()] };
    case 'path':
      return flag.endings.length === 0
        ? { good: ['a', '/tmp/a b', '-'], bad: [''] }
        : { good: flag.endings.flatMap((e) => [`a${e}`, `A${e.toUpperCase()}`]), bad: ['', 'a', 'a.txt', '.csv.'] };
    case 'text':
      return textSamples(flag);
    case 'amounts': {
      const names = Object.keys(flag.units);
      const bad = [
        '',
        ':',
        ':1',
        'x:1',
        '__proto__:1',
        ...names.flatMap((n) => [n, `${n}:`, `${n}:0`, `${n}:x`, `${n}:1:2`]),
      ];
      return { good: names.map((n) => `${n}:77`), bad };
    }
    case 'repeated':
      return samples(flag.of);
  }
}

function textSamples(flag: Extract<Flag, { kind: 'text' }>): { good: readonly string[]; bad: readonly string[] } {
  const empty = flag.mayBeEmpty ? [] : [''];
  if (flag.takes === null) return { good: ['x', 'a b', ...(flag.mayBeEmpty ? [''] : [])], bad: empty };
  if (flag.takes.startsWith('a name of letters'))
    return { good: ['home', 'Lab-2.a_b', 'x'.repeat(64)], bad: [...empty, 'a b', 'ssh:host', '../x', 'x'.repeat(65)] };
  if (flag.takes === 'a number') return { good: ['0', '42'], bad: [...empty, 'x', '-1', '1.5'] };
  if (flag.takes.startsWith('a zone'))
    return { good: ['Europe/Berlin', 'UTC'], bad: [...empty, '+02:00', 'Nowhere', '../etc'] };
  if (flag.takes.startsWith('an address and a port'))
    return {
      good: ['7780', '0.0.0.0:443', '[::1]:0', 'localhost:80'],
      bad: [...empty, 'x', 'x:y', '1:99999', 'a b:1'],
    };
  if (flag.takes === 'a host name')
    return { good: ['ids.example.org', 'x:8443'], bad: [...empty, 'https://x', 'a b', 'x:y', 'x/y'] };
  return { good: ['helper', 'ssh:host', 'pipe:/tmp/x'], bad: [...empty, 'elsewhere'] };
}

/** An option with a value that is good. */
function goodArgs(name: string, flag: Flag): string[] {
  return flag.kind === 'switch' ? [`--${name}`] : [`--${name}`, samples(flag).good[0]!];
}

test('every option of every other command is refused, with the commands that have it', async () => {
  const everything = COMMANDS.flatMap((c) => Object.entries(c.flags).map(([name, flag]) => ({ c, name, flag })));
  assert.ok(everything.length > 60);
  let refusals = 0;
  for (const command of COMMANDS) {
    for (const { c: owner, name, flag } of everything) {
      if (Object.hasOwn(command.flags, name)) continue;
      const why = await read(command, ['x', ...goodArgs(name, flag)]).then(
        () => '',
        (error: Error) => error.message,
      );
      assert.ok(why.startsWith(`'${command.name}' has no option --${name}`), `${command.name} --${name}: ${why}`);
      if (name !== 'filter') assert.match(why, new RegExp(`--${name} belongs to .*'${owner.name}'`), why);
      refusals++;
      const { short } = flag;
      if (short === undefined || Object.values(command.flags).some((f) => f.short === short)) continue;
      await assert.rejects(read(command, [`-${short}`]), REFUSED, `${command.name} -${short}`);
    }
  }
  assert.ok(refusals > 500, `${refusals}`);
});

test('every option of a command takes its good values, refuses the bad ones, and says how it was given', async () => {
  for (const command of COMMANDS) {
    for (const [name, flag] of Object.entries(command.flags)) {
      const { good, bad } = samples(flag);
      const what = `${command.name} --${name}`;
      const ways = flag.short === undefined ? [`--${name}`] : [`--${name}`, `-${flag.short}`];
      if (flag.kind === 'switch') {
        for (const way of ways) assert.equal((await read(command, [way])).values[name], true, what);
        assert.equal((await read(command, [])).values[name], false, what);
        await assert.rejects(read(command, [`--${name}=yes`]), REFUSED, what);
        continue;
      }
      assert.ok((good.length > 0 && bad.length > 0) || flag.kind === 'text', what);
      for (const way of ways) {
        for (const value of good) {
          const { values } = await read(command, [way, value]);
          assert.notEqual(values[name], null, `${what} ${value}`);
          if (flag.kind === 'number') assert.equal(values[name], Number(value));
          else if (flag.kind === 'repeated') assert.deepEqual(values[name], [value]);
          else if (flag.kind !== 'amounts') assert.equal(values[name], value);
        }
        await assert.rejects(read(command, [way]), /needs a value/, `${what}: none`);
        await assert.rejects(read(command, [way, '--json']), /needs a value/, `${what}: an option in its place`);
      }
      for (const value of bad)
        await assert.rejects(read(command, [`--${name}=${value}`]), REFUSED, `${what} '${value}'`);
      const twice = read(command, [`--${name}`, good[0]!, `--${name}=${good.at(-1)!}`]);
      if (mayRepeat(flag) && good[0] !== good.at(-1)) await assert.doesNotReject(twice, what);
      else if (!mayRepeat(flag)) await assert.rejects(twice, /is given twice/, what);
    }
    for (const [one, ...others] of command.apart ?? [])
      for (const other of others) {
        const args = [one!, other].flatMap((name) => goodArgs(name, command.flags[name]!));
        await assert.rejects(read(command, args), new RegExp(`--${one} and --${other} do not go together`));
      }
  }
});

test('help names every option once with its bounds and default, has examples, and fits 100 columns', async () => {
  assert.deepEqual(
    COMMANDS.map((c) => c.name),
    COMMAND_NAMES,
  );
  for (const command of COMMANDS) {
    const lines = commandHelp(command);
    assert.match(lines.join('\n'), /Usage: .*\n[^]*Options:\n[^]*Examples:/);
    const heads = lines.filter((line) => /^ {2}-/.test(line)).map((line) => /--([\w-]+)/.exec(line)![1]);
    assert.deepEqual(heads, [...Object.keys(command.flags), ...Object.keys(HELP)], command.name);
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
      command.name,
    );
    const text = lines.join(' ').replaceAll(/\s+/g, ' ');
    for (const flag of Object.values(command.flags)) {
      if (flag.kind === 'number' && flag.fallback !== null) assert.ok(text.includes(`default ${flag.fallback}`));
      if (flag.kind === 'number' && flag.most < 1e9) assert.ok(text.includes(`${flag.least} to ${flag.most}`));
    }
    assert.ok(command.examples.length > 0);
    const letters = Object.values({ ...command.flags, ...HELP }).flatMap((f) => f.short ?? []);
    assert.equal(new Set(letters).size, letters.length, `${command.name}: two options have one letter`);
  }
  const lines = overview('1.2.3', COMMANDS);
  assert.deepEqual(
    lines.filter((line) => line.length > 100),
    [],
  );
  for (const { name } of COMMANDS) assert.equal(lines.filter((line) => line.startsWith(`  ${name} `)).length, 1, name);
  assert.equal((await called('score --help --top 3')).help, true);
});

/** Words of a line as a shell takes them apart, up to a pipe or the like. */
function shellWords(line: string): string[] {
  const out: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(?:[|>&;]|2>)/.test(word)) break;
    out.push(word.replaceAll(/['"]/g, ''));
  }
  return out;
}

/** Every call of `sightline` in a document: in its code blocks and in code inside of lines. */
function callsIn(document: string): string[] {
  const code = [...document.matchAll(/^```[^\n]*\n([^]*?)^```|`([^`\n]+)`/gm)].map((m) => m[1] ?? m[2]!);
  return code.flatMap((text) =>
    text.split('\n').flatMap((line) => {
      if (/^\s*#/.test(line)) return [];
      return [...line.matchAll(/(?:^|[|;&$] *(?:npx )?|npx )sightline ([^|;&]+)/g)].map((m) => m[1]!.trim());
    }),
  );
}

/** What the program itself answers; `window` is the word of the script that packages put on the path. */
const NOT_COMMANDS = ['help', '--version', '--schema', 'COMMAND', 'window'];

test('every command line in the documents and in the examples is one that is taken', async () => {
  const documents = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [join('docs', name)] : [])),
    ...readdirSync(join(ROOT, 'models')).flatMap((name) => (name.endsWith('.md') ? [join('models', name)] : [])),
  ].map((name) => ({ from: name, text: readFileSync(join(ROOT, name), 'utf8') }));
  const examples = COMMANDS.map((c) => ({ from: c.name, text: c.examples.map((e) => `\`${e}\`\n`).join('') }));
  let calls = 0;
  for (const { from, text } of [...documents, ...examples]) {
    for (const call of callsIn(text)) {
      const [name, ...rest] = shellWords(call);
      if (NOT_COMMANDS.includes(name!)) continue;
      calls++;
      await assert.doesNotReject(async () => read(await commandOf(name!), rest), `${from}: sightline ${call}`);
    }
  }
  assert.ok(calls > 40, `${calls} calls were found`);
  await assert.rejects(async () => called(callsIn('Say `sightline packets x --seed 9`.')[0]!), /--seed belongs/);
});

test('refusals say what is meant, or who has it', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['packets x --seed 9', /^'packets' has no option --seed; --seed belongs to 'train'$/],
    ['packets x --limt 3', /^'packets' has no option --limt; did you mean --limit\?$/],
    ['packets x --limit=abc', /^--limit takes a whole number, 0 or more; 'abc' is none$/],
    ['score x --threads 17', /^--threads takes a whole number from 1 to 16; '17' is none$/],
    ['capture -i lo -s 3', /^-s takes a whole number of bytes from 64 to 262144; '3' is none$/],
    ['capture -i lo -a duration:1 -a duration:2', /^-a duration is given twice$/],
    ['capture -i lo -a packets:2.5', /^-a packets takes a whole number, 1 or more; '2.5' is none$/],
    ['capture -i lo --source elsewhere', /--source takes helper, dumpcap, cap, ssh:HOST or pipe:PATH; 'elsewhere'/],
    [
      'flows x --features a.txt',
      /--features takes a name that ends with .csv, .parquet, .arrow or .arrows; 'a.txt' is none/,
    ],
    ['label x --as evil', /^--as takes benign, malicious or unsure; 'evil' is none$/],
    ['packets f --filter udp', /'packets' has no option --filter: .*display filter/],
    ['flows f --filter x', /display filter/],
    ['score f --filter=x', /display filter/],
    ['score f --keep-going', /'score' has no option --keep-going: leave it out, since .* never stops the others/],
    ['flows f -w x', /no option -w; -w belongs to 'filter', 'capture'/],
    ['score f --features x', /belongs to 'flows'/],
    ['score f --limit 1', /belongs to 'packets'/],
    ['score f --sumary', /did you mean --summary\?/],
    ['score f --jsno', /did you mean --json\?/],
    ['score f --thread 2', /did you mean --threads\?/],
    ['score f --hlep', /did you mean --help\?/],
    ['export f --unlabelled x', /did you mean --unlabelled-as-good\?/],
    ['import f --top 3', /--top belongs to 'score', 'flows', 'stats', 'rules'$/],
    ['score f --top', /--top needs a value/],
    ['score f --json=1', /takes no value/],
    ['score f --json=', /takes no value/],
    ['score f --top --json', /needs a value/],
    ['score f --top -3', /needs a value; one that begins with a dash is given as --top=-3/],
    ['score f --top 1 --top 2', /twice/],
    ['capture -i lo -w a --write b', /--write is given twice/],
    ['evaluate f --shipped --model x', /^--shipped and --model do not go together$/],
    ['evaluate f --rules-only --model x', /^--rules-only and --model do not go together$/],
    ['evaluate f --shipped --rules-only', /^--rules-only and --shipped do not go together$/],
    ['doctor now', /'now' is not understood/],
    ['capture eth0', /takes options only/],
    ['capture -i lo -qzp', /'capture' has no option -z/],
    ['score f --__proto__', /has no option/],
    ['score f --constructor', /has no option/],
    ['score f --toString=1', /has no option/],
    ['score f --zzzzzz', /'sightline help score'/],
    ['scroe f', /did you mean 'score'\?/],
    ['zzzzz', /'sightline help' lists/],
    ['constructor', /there is no command 'constructor'/],
  ];
  for (const [call, expected] of cases) assert.match(await refused(call), expected, call);
});

test('short options stand together, take their value with or without a blank, and -- ends them', async () => {
  const { values } = await called('capture -qpi lo -ieth0 -a duration:1 -b filesize:100 -b files:3 -f tcp -w x -s96');
  const { quiet, interface: interfaces, autostop, ring, filter, write } = values;
  assert.deepEqual([quiet, values['no-promiscuous'], interfaces], [true, true, ['lo', 'eth0']]);
  assert.deepEqual([autostop, ring], [{ duration: 1 }, { filesize: 100, files: 3 }]);
  assert.deepEqual([filter, write, values['snap-length'], values['buffer']], ['tcp', 'x', 96, 64]);
  const call = await called('score --top=3 -- --json - -q');
  assert.deepEqual([call.values['top'], call.paths, call.values['json']], [3, ['--json', '-', '-q'], false]);
  assert.deepEqual((await called('score - --model=-odd.json')).values['model'], '-odd.json');
  assert.deepEqual((await called('capture -i -')).values['interface'], ['-']);
});

test("types of the values come from the flags: what is no option of a command is none of its run's", async () => {
  let seen: unknown;
  const command = defineCommand({
    name: 'try',
    summary: 'Try',
    usage: '',
    takesPaths: true,
    flags: {
      plain: onOff('a switch'),
      many: whole('N', 'a number', { least: 2, most: 9 }),
      some: whole('N', 'a number', { least: 0, fallback: 4 }),
      kind: choice('K', 'a choice', ['a', 'b']),
      sure: choice('K', 'a choice', ['a', 'b'], 'b'),
      file: path('FILE', 'a file'),
      note: freeText('TEXT', 'a text'),
      all: repeated(path('FILE', 'files')),
      until: amounts('amounts', { packets: 'N' }),
    },
    examples: [],
    run: (o, paths) => {
      const typed: {
        plain: boolean;
        many: number | null;
        some: number;
        kind: 'a' | 'b' | null;
        sure: 'a' | 'b';
        file: string | null;
        note: string | null;
        all: readonly string[];
        until: { readonly packets?: number };
      } = o;
      // Compiles only where these are the options, no more and no less, and a number that was not given is null.
      const names: Same<keyof typeof o, keyof typeof typed> = true;
      const many: Same<typeof o.many, number | null> = true;
      const some: Same<typeof o.some, number> = true;
      assert.ok(names && many && some);
      seen = { ...typed, paths };
      return 0;
    },
  });
  const call = await read(command, ['--all', 'x', 'y', '--all=z', '--kind', 'a', '--until', 'packets:5']);
  await command.run(call.values, call.paths, { data: '', cache: '' });
  assert.deepEqual(seen, {
    plain: false,
    many: null,
    some: 4,
    kind: 'a',
    sure: 'b',
    file: null,
    note: null,
    all: ['x', 'z'],
    until: { packets: 5 },
    paths: ['y'],
  });
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
