import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepLog, keptLog, log } from './index.ts';
import { KeptLog } from './kept.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-log-'));
after(() => rmSync(home, { recursive: true, force: true }));

test('lines are kept in order, over two files that stay small, private to the user', () => {
  const folder = join(home, 'many');
  const kept = new KeptLog(folder);
  const line = (i: number): string => `${String(i).padStart(8, '0')} ${'x'.repeat(990)}\n`;
  for (let i = 0; i < 5_000; i++) kept.add(line(i));
  const names = readdirSync(folder).sort();
  assert.deepEqual(names, ['sightline.log', 'sightline.previous.log']);
  for (const name of names) {
    const stat = statSync(join(folder, name));
    assert.ok(stat.size <= 1_002_000, `${name} has ${stat.size}`);
    if (process.platform !== 'win32') assert.equal(stat.mode & 0o077, 0);
  }
  const numbers = kept
    .text()
    .trim()
    .split('\n')
    .map((l) => Number(l.slice(0, 8)));
  assert.equal(numbers.at(-1), 4_999);
  assert.ok(numbers.length > 1_000);
  assert.ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1]! + 1));
  kept.close();
  const again = new KeptLog(folder);
  again.add('later\n');
  assert.ok(again.text().endsWith('later\n'));
  assert.ok(again.text().length > 1_000_000);
  again.close();
});

test('a link, a pipe or a folder in its place is not written into and holds nothing up', () => {
  const target = join(home, 'target');
  writeFileSync(target, 'mine');
  for (const make of [
    (path: string): void => symlinkSync(target, path),
    (path: string): void => void spawnSync('mkfifo', [path]),
    (path: string): void => void mkdirSync(path),
  ]) {
    const folder = mkdtempSync(join(home, 'odd-'));
    make(join(folder, 'sightline.log'));
    const kept = new KeptLog(folder);
    kept.add('a line\n');
    kept.close();
  }
  assert.equal(readFileSync(target, 'utf8'), 'mine');
});

test('every area is kept without being asked for by name, and cannot move the cursor of who reads it', () => {
  keepLog(join(home, 'areas'));
  log('capture', () => 'a\x1b[2Jname');
  assert.match(keptLog(), /^\d\d:\d\d:\d\d\.\d{3} \d+ capture: a·\[2Jname\n$/);
});
