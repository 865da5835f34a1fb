// Compiled code is kept where nobody but the user and root can write, and nowhere else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onlyOwn } from './code.ts';

const STRANGER = 54_321;
const user = process.getuid?.() ?? -1;
const skip = user < 0 ? 'this system has no modes' : false;
const folder = mkdtempSync(join(tmpdir(), 'sightline-code-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function made(...names: string[]): string {
  const path = join(folder, ...names);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

test('a folder that only its user writes is trusted, below /tmp too, and through a link', { skip }, () => {
  const own = made('own', 'code');
  assert.equal(onlyOwn(own, user), true);
  symlinkSync(own, join(folder, 'link'));
  assert.equal(onlyOwn(join(folder, 'link'), user), true);
  assert.throws(() => onlyOwn(join(folder, 'none'), user), { code: 'ENOENT' });
});

test('a folder that others write, or whose place they can give to another, is not', { skip }, () => {
  const code = made('open', 'code');
  for (const [path, mode] of [
    [code, 0o770],
    [code, 0o702],
    [code, 0o1777],
    [join(folder, 'open'), 0o777],
    [join(folder, 'open'), 0o720],
  ] as const) {
    chmodSync(path, mode);
    assert.equal(onlyOwn(code, user), false, `${path} ${mode.toString(8)}`);
    chmodSync(path, 0o700);
  }
  chmodSync(join(folder, 'open'), 0o1777);
  assert.equal(onlyOwn(code, user), true, 'nobody else renames it there');
  symlinkSync(code, join(folder, 'to-open'));
  chmodSync(code, 0o777);
  assert.equal(onlyOwn(join(folder, 'to-open'), user), false);
});

test('what belongs to another user is not', { skip: skip || (user !== 0 && 'only root gives files away') }, () => {
  const theirs = made('theirs', 'cache', 'code');
  assert.equal(onlyOwn(theirs, user), true);
  chownSync(join(folder, 'theirs'), STRANGER, STRANGER);
  assert.equal(onlyOwn(theirs, user), false, 'sudo with the folders of the user who called it');
  assert.equal(onlyOwn(theirs, STRANGER), true, "root's folder in theirs: root may anyway");
});

test('code is kept in a folder of its own, and none where others write', () => {
  const program = `
    import { getCompileCacheDir } from 'node:module';
    import { keepCode } from ${JSON.stringify(new URL('code.ts', import.meta.url).href)};
    keepCode(process.argv[1]);
    console.log(getCompileCacheDir() ?? 'none');`;
  const keeps = (cache: string): string => {
    const { NODE_COMPILE_CACHE: _, ...env } = process.env;
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', cache], {
      encoding: 'utf8',
      env,
    });
    assert.deepEqual([done.status, done.stderr], [0, '']);
    return done.stdout.trim();
  };
  const cache = join(folder, 'cache');
  assert.ok(keeps(cache).startsWith(join(cache, 'code')));
  writeFileSync(join(folder, 'file'), '');
  assert.equal(keeps(join(folder, 'file')), 'none', 'a cache folder that cannot be made');
  if (user < 0) return;
  assert.equal(statSync(join(cache, 'code')).mode & 0o777, 0o700);
  chmodSync(cache, 0o777);
  assert.equal(keeps(cache), 'none');
});
