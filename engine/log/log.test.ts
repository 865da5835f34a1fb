import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LOG_AREAS, logger, stackOf } from './index.ts';
import { PROGRAM } from '../testing/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('areas that are named are written, others are not even made', () => {
  const lines: string[] = [];
  const log = logger('read, desk', (line) => lines.push(line));
  log('read', () => 'one');
  log('capture', () => assert.fail('made for nobody'));
  log('desk', () => 'two');
  assert.equal(lines.length, 2);
  assert.match(lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} \d+ read: one\n$/);
  const silent = logger(undefined, () => assert.fail('written without being asked for'));
  silent('read', () => assert.fail('made without being asked for'));
});

test('all and 1 mean every area; a name that is none is told with those that there are', () => {
  for (const every of ['all', '1']) {
    const lines: string[] = [];
    const log = logger(every, (line) => lines.push(line));
    for (const area of LOG_AREAS) log(area, () => area);
    assert.equal(lines.length, LOG_AREAS.length);
  }
  const said: string[] = [];
  logger('reed', (line) => said.push(line));
  assert.match(said.join(''), /no area reed; areas: read, flow/);
  logger('reed', () => assert.fail('a thread repeats it'), false);
});

test('what files bring cannot move the cursor; each line of a stack begins with its area', () => {
  const lines: string[] = [];
  const log = logger('desk', (line) => lines.push(line));
  log('desk', () => 'a\x1b[2Jname\r');
  assert.match(lines[0]!, /desk: a·\[2Jname·\n$/);
  lines.length = 0;
  log('desk', () => stackOf(new Error('outer', { cause: new Error('inner') })));
  assert.ok(lines.length > 3 && lines.every((line) => / desk: /.test(line)));
  assert.ok(lines.some((line) => line.includes('Error: outer')) && lines.some((line) => line.includes('Error: inner')));
});

test('every area has a line in the sources', () => {
  const text = ['engine', 'platform', 'web', 'electron']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, folder, name)),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  for (const area of LOG_AREAS) assert.ok(text.includes(`log('${area}'`), `no line for ${area}`);
});

test('a command tells how a file is opened, read and scored', () => {
  const run = (debug: string): string =>
    spawnSync(process.execPath, [PROGRAM, 'score', join(ROOT, 'assets', 'sample.pcapng')], {
      encoding: 'utf8',
      env: { ...process.env, SIGHTLINE_DEBUG: debug },
    }).stderr;
  const said = run('read,session');
  assert.match(said, / read: .*sample\.pcapng.* opened/);
  assert.match(said, / read: .*sample\.pcapng: ok after \d+ packets/);
  assert.match(said, / session: .*verdicts/);
  assert.ok(!said.includes(' workers: '));
  assert.ok(!/ (read|session): /.test(run('')));
});
