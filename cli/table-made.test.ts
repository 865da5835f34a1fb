// What is made of the table of commands and of the types of records: completion (as bash runs it), the man page (as man
// reads it), the JSON schema (held to what every command prints).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { allCommands } from './commands.ts';
import { completionScript } from './completion.ts';
import { MAN_FILE, manText } from './man-doc.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-made-'));
after(() => rmSync(home, { recursive: true, force: true }));
const COMMANDS = await allCommands();

function missing(program: string): string | false {
  return spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`;
}

function sightline(...args: readonly string[]): {
  readonly out: string;
  readonly said: string;
  readonly code: number | null;
} {
  const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data') };
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env, cwd: home });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

/** What bash offers when Tab is typed behind some words. */
function completed(...words: readonly string[]): string[] {
  const script = join(home, 'completion.bash');
  writeFileSync(script, `${completionScript('bash', COMMANDS).join('\n')}\n`);
  const typed = words.map((w) => `'${w}'`).join(' ');
  const line = `source ${script}; COMP_WORDS=(sightline ${typed}); COMP_CWORD=${words.length}; _sightline; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const done = spawnSync('bash', ['-c', line], { encoding: 'utf8', cwd: home });
  assert.equal(done.stderr.replace(/^.*compopt.*\n/gm, ''), '');
  return done.stdout.split('\n').filter(Boolean);
}

test('bash completes commands, options, words of an option, and files', { skip: missing('bash') }, () => {
  mkdirSync(join(home, 'captures'), { recursive: true });
  writeFileSync(join(home, 'capture.pcap'), '');
  for (const { name } of COMMANDS) assert.ok(completed(name.slice(0, 3)).includes(name), name);
  for (const { name, flags } of COMMANDS)
    assert.deepEqual(
      completed(name, '--')
        .filter((w) => w !== '--help')
        .sort(),
      Object.keys(flags)
        .map((flag) => `--${flag}`)
        .sort(),
      name,
    );
  assert.deepEqual(completed('follow', '--form', 'h'), ['hex', 'hexonly']);
  assert.deepEqual(completed('packets', '-T', 'p'), ['pdml', 'psml']);
  assert.deepEqual(completed('score', '--reasons', ''), []);
  assert.deepEqual(completed('score', 'cap').sort(), ['capture.pcap', 'captures']);
  assert.deepEqual(completed('stats', 'hier'), ['hierarchy']);
  assert.deepEqual(completed('help', 'ver'), ['verify']);
});

test('each shell takes its script, and a shell that there is not is told', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out, code } = sightline('completion', shell);
    assert.equal(code, 0);
    for (const { name } of COMMANDS) assert.match(out, new RegExp(`\\b${name}\\b`), `${shell} ${name}`);
    if (missing(shell) !== false) continue;
    const file = join(home, `script.${shell}`);
    writeFileSync(file, out);
    assert.equal(spawnSync(shell, ['-n', file]).status, 0, shell);
  }
  assert.match(sightline('completion', 'tcsh').said, /completion takes bash, zsh or fish/);
});

test('the man page is that of the table, and man reads it without a warning', { skip: missing('man') }, async () => {
  assert.equal(readFileSync(MAN_FILE, 'utf8'), await manText(), 'npm run docs:man');
  const read = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', MAN_FILE], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '100', MANPAGER: 'cat' },
  });
  assert.equal(read.stderr, '');
  for (const { name, examples } of COMMANDS) {
    assert.match(read.stdout, new RegExp(`^ {3}${name}$`, 'm'));
    for (const example of examples) assert.ok(read.stdout.includes(example), example);
  }
});

test('the schema is that of the types, and every record of every command is held to it', () => {
  const fresh = join(home, 'schema.json');
  assert.equal(spawnSync(process.execPath, [join(ROOT, 'scripts', 'record-schema.ts'), fresh]).status, 0);
  const printed = sightline('--schema');
  assert.equal(printed.out, readFileSync(fresh, 'utf8'), 'npm run docs:schema');
  const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(printed.out) as object);
  const capture = join(home, 'talk.pcap');
  writeFileSync(
    capture,
    talks(
      talk('10.0.0.1:40000', '203.0.113.5:80', [
        [0, 'GET /a.exe HTTP/1.1\r\nHost: evil.test\r\n\r\n'],
        [1, httpAnswer([], Buffer.from('MZ a program'))],
      ]),
    ),
  );
  const rules = join(home, 'local.rules');
  writeFileSync(
    rules,
    'alert http any any -> any any (msg:"a program"; http.uri; content:".exe"; sid:51; priority:1;)\n' +
      'alert nothing any any -> any any (msg:"refused"; sid:52;)\n',
  );
  const list = join(home, 'list.txt');
  writeFileSync(list, 'evil.test\nno such thing here\n');
  const incoming = join(home, 'incoming');
  mkdirSync(incoming);
  writeFileSync(join(incoming, 'a.pcap'), readFileSync(capture));
  writeFileSync(
    join(home, 'sums'),
    `${createHash('sha256').update(readFileSync(capture)).digest('hex')}  ${capture}\n`,
  );
  const types = new Map<string, number>();
  for (const args of [
    ['score', capture, '--rules', rules, '--indicators', list, '--json'],
    ['score', join(home, 'absent.pcap'), '--json'],
    ['flows', capture, '--json'],
    ['packets', capture, '--json'],
    ['packets', capture, '--json', '--time-zone', 'Asia/Tokyo'],
    ['packets', capture, '-e', 'ip.addr', '-e', 'flow.app', '--json'],
    ['follow', capture, '--stream', '0', '--json'],
    ['objects', capture, '--json'],
    ['stats', 'hierarchy', capture, '--json'],
    ['stats', 'io', capture, '--json'],
    ['stats', 'expert', capture, '--json'],
    ['verify', capture, '--sums', join(home, 'sums'), '--json'],
    ['verify', capture, '--json'],
    ['watch', incoming, '--once', '--settle', '0'],
    ['rules', 'check', rules, '--json'],
    ['rules', 'test', rules, '--capture', capture, '--json'],
    ['rules', 'test', rules, '--capture', capture, '--explain', '51', '--json'],
    ['rules', 'profile', rules, '--capture', capture, '--json'],
    ['indicators', 'check', list, '--json'],
  ]) {
    const { out, said } = sightline(...args);
    const lines = out.split('\n').filter(Boolean);
    assert.ok(lines.length > 0, `${args.join(' ')}: ${said}`);
    for (const line of lines) {
      const record = JSON.parse(line) as { type: string };
      assert.ok(valid(record), `${args.join(' ')}: ${line}\n${JSON.stringify(valid.errors?.slice(0, 3))}`);
      types.set(record.type, (types.get(record.type) ?? 0) + 1);
    }
  }
  for (const type of [
    'flow',
    'packet',
    'fields',
    'piece',
    'object',
    'stat',
    'verified',
    'watched',
    'alert',
    'file',
    'rules',
  ])
    assert.ok(types.has(type), `no record of the type ${type} was seen`);
  // One that cannot fail shows nothing.
  assert.equal(valid({ type: 'packet', no: 1 }), false);
});
