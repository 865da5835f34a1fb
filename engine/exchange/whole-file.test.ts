import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commitAll, WholeFile, writeWhole, WriteError } from './whole-file.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-whole-'));
after(() => rmSync(home, { recursive: true, force: true }));
const folderOf = (): string => mkdtempSync(join(home, 'f-'));
const root = process.getuid?.() === 0;
const linux = process.platform === 'linux';

async function failsWith(code: string, path: string): Promise<void> {
  await assert.rejects(
    () => writeWhole(path, 'x'.repeat(300_000)),
    (error) =>
      error instanceof WriteError && error.code === code && error.message.startsWith(`${path} cannot be written: `),
  );
}

test('a link or a pipe that another user put there is refused; one’s own link stays one', { skip: !root }, async () => {
  const folder = folderOf();
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'theirs to keep');
  const [link, own, pipe] = ['link.csv', 'own.csv', 'pipe.csv'].map((name) => join(folder, name));
  symlinkSync(secret, link!);
  lchownSync(link!, 65_534, 65_534);
  await failsWith('EOTHERS', link!);
  execFileSync('mkfifo', [pipe!]);
  chownSync(pipe!, 65_534, 65_534);
  await failsWith('EOTHERS', pipe!);
  assert.equal(readFileSync(secret, 'utf8'), 'theirs to keep');
  const target = join(folder, 'target.csv');
  writeFileSync(target, 'old');
  symlinkSync(target, own!);
  await writeWhole(own!, 'new');
  assert.deepEqual([readFileSync(target, 'utf8'), readlinkSync(own!)], ['new', target]);
});

test('a file is there when it is whole: private, nothing beside it, what was there before until then', async () => {
  const folder = folderOf();
  const path = join(folder, 'a.csv');
  writeFileSync(path, 'old', { mode: 0o644 });
  const file = new WholeFile(path);
  const piece = Buffer.from('bytes');
  for (let n = 0; n < 100_000; n++) {
    file.write('text ');
    file.write(piece);
  }
  piece.fill(0);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  await file.commit();
  assert.ok(readFileSync(path, 'utf8') === 'text bytes'.repeat(100_000));
  if (linux) assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['a.csv']);
  const given = new WholeFile(path);
  given.write('new');
  given.discard();
  given.discard();
  assert.throws(() => {
    given.write('x'.repeat(300_000));
  }, WriteError);
  await assert.rejects(() => given.commit(), WriteError);
  assert.deepEqual([readdirSync(folder), readFileSync(path, 'utf8').length], [['a.csv'], 1_000_000]);
});

test(
  'a link stays a link, a device is written in place, the longest name is written',
  { skip: linux ? false : 'Linux' },
  async () => {
    const folder = folderOf();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'x'), 'old');
    symlinkSync('real/x', join(folder, 'link'));
    await writeWhole(join(folder, 'link'), 'new');
    assert.deepEqual(
      [readlinkSync(join(folder, 'link')), readFileSync(join(folder, 'real', 'x'), 'utf8')],
      ['real/x', 'new'],
    );
    await writeWhole('/dev/null', 'x');
    assert.ok(statSync('/dev/null').isCharacterDevice());
    const long = `${'ä'.repeat(125)}.json`;
    await writeWhole(join(folder, long), 'x');
    assert.ok(existsSync(join(folder, long)));
  },
);

test('what stands in the way is a sentence and leaves nothing', { skip: linux ? false : 'Linux' }, async () => {
  const folder = folderOf();
  mkdirSync(join(folder, 'dir'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('loop', join(folder, 'loop'));
  await failsWith('EISDIR', join(folder, 'dir'));
  await failsWith('ENOTDIR', join(folder, 'file', 'x'));
  await failsWith('ENOENT', join(folder, 'none', 'x'));
  await failsWith('ENAMETOOLONG', join(folder, 'x'.repeat(256)));
  await failsWith('ELOOP', join(folder, 'loop'));
  await failsWith('ENOSPC', '/dev/full');
  if (!root) {
    chmodSync(join(folder, 'dir'), 0o500);
    await failsWith('EACCES', join(folder, 'dir', 'x'));
  }
  assert.deepEqual(readdirSync(folder).toSorted(), ['dir', 'file', 'loop']);
});

test('several files are put in their places together, or none', async () => {
  const folder = folderOf();
  const files = ['a', 'b'].map((name) => new WholeFile(join(folder, name)));
  for (const file of files) file.write('x');
  files[1]!.discard();
  await assert.rejects(() => commitAll(files), WriteError);
  assert.deepEqual(readdirSync(folder), []);
});

test('who ends in the middle leaves no half file', () => {
  const folder = folderOf();
  const module = fileURLToPath(new URL('whole-file.ts', import.meta.url));
  for (const end of ['process.exit(3)', 'throw new Error("x")', 'setTimeout(() => process.exit(0), 10)']) {
    const script = [
      `import { WholeFile } from '${module}'`,
      `const f = new WholeFile('${join(folder, 'a')}')`,
      "f.write('x'.repeat(1e6))",
      end,
    ];
    spawnSync(process.execPath, ['--input-type=module', '-e', script.join('; ')]);
    assert.deepEqual(readdirSync(folder), [], end);
  }
});

/** A disk of 64 KiB, or null where none can be made. */
function smallDisk(): string | null {
  if (!linux || !root) return null;
  const at = folderOf();
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at]).status === 0 ? at : null;
}

test('a disk that fills up: a sentence, the old file stays, nothing else', async (t) => {
  const disk = smallDisk();
  if (disk === null) {
    t.skip('a small disk cannot be made here');
    return;
  }
  try {
    await writeWhole(join(disk, 'a'), 'old');
    await failsWith('ENOSPC', join(disk, 'a'));
    assert.deepEqual([readdirSync(disk), readFileSync(join(disk, 'a'), 'utf8')], [['a'], 'old']);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await failsWith('EROFS', join(disk, 'b'));
  } finally {
    execFileSync('umount', [disk]);
  }
});
