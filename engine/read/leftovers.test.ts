// What a killed run leaves is removed by the next one; what belongs to a run that lives is not touched.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openCapture, removeLeftovers, runName } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-leftovers-'));
after(() => rmSync(root, { recursive: true, force: true }));
const HERE = new URL('.', import.meta.url).pathname;

/** Name that another process, which ends by itself, would give. */
function nameOfDead(): string {
  const script = `import { runName } from ${JSON.stringify(`${HERE}index.ts`)}; console.log(runName());`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
}

test('only what runs that are over have left is removed', () => {
  const folder = join(root, 'mixed');
  mkdirSync(folder);
  const dead = nameOfDead();
  assert.match(dead, /^run-[0-9a-f]{8}-\d+-[0-9a-f]{8}$/);
  const [, place, pid, birth] = runName().split('-');
  const reused = `run-${place}-${pid}-${birth === 'ffffffff' ? 'eeeeeeee' : 'ffffffff'}`;
  const day = 86_400_000;
  const cases: readonly (readonly [string, number, boolean])[] = [
    [`${runName()}-inflated-1.pcap`, 30 * day, false],
    [`${dead}-inflated-1.pcap`, 0, true],
    [dead, 0, true],
    // The number lives, but it was given to another process since.
    [`${reused}-x.pcap`, 0, true],
    // Another machine or container: nobody here can say whether it lives.
    ['run-01234567-1-89abcdef-x.pcap', day, false],
    ['run-01234567-1-89abcdef-y.pcap', 8 * day, true],
    // Versions before this one.
    [`${'0a'.repeat(12)}.pcap`, 0, false],
    [`${'0b'.repeat(12)}.pcap`, 2 * day, true],
    ['5f0c1a3e-0000-4000-8000-000000000001', 2 * day, true],
    // Whatever else somebody put there.
    ['holiday.pcap', 900 * day, false],
    [`${dead}x`, 900 * day, false],
    ['run-', 900 * day, false],
  ];
  const now = Date.now();
  for (const [name, age] of cases) {
    if (name === dead) mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), 'x');
    utimesSync(join(folder, name), new Date(now - age), new Date(now - age));
  }
  const gone = removeLeftovers(folder, /^([0-9a-f]{24}\.pcap|[0-9a-f-]{36})$/, now);
  for (const [name, , removed] of cases) assert.equal(existsSync(join(folder, name)), !removed, name);
  assert.equal(gone, cases.filter((c) => c[2]).length);
  assert.equal(removeLeftovers(join(root, 'nowhere')), 0);
});

test('a run killed while it inflates: the next one removes the file, and not that of one that lives', async () => {
  const cacheFolder = join(root, 'cache');
  const path = join(root, 'big.pcap.gz');
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65535, 16);
  head.writeUInt32LE(1, 20);
  writeFileSync(path, gzipSync(Buffer.concat([head, Buffer.alloc(2_000_000)])));
  const script = `import { openCapture } from ${JSON.stringify(`${HERE}index.ts`)};
const o = openCapture(${JSON.stringify(path)}, { packet: () => undefined }, { cacheFolder: ${JSON.stringify(cacheFolder)} });
await o.reader.step();
console.log('there');
setInterval(() => undefined, 1000);`;
  const begin = async (): Promise<ReturnType<typeof spawn>> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) => {
      child.stdout!.once('data', () => resolve());
    });
    return child;
  };
  const killed = await begin();
  const lives = await begin();
  const inflated = join(cacheFolder, 'inflated');
  assert.equal(readdirSync(inflated).length, 2);
  assert.equal(statSync(inflated).mode & 0o777, 0o700);
  const gone = new Promise((resolve) => {
    killed.once('exit', resolve);
  });
  killed.kill('SIGKILL');
  await gone;
  const opened = openCapture(path, { packet: () => undefined }, { cacheFolder });
  assert.ok(opened.ok);
  const names = readdirSync(inflated);
  assert.deepEqual(names.map((n) => Number(n.split('-')[2])).sort(), [lives.pid!, process.pid].sort());
  opened.reader.discard();
  assert.equal(readdirSync(inflated).length, 1);
  const end = new Promise((resolve) => {
    lives.once('exit', resolve);
  });
  lives.kill('SIGKILL');
  await end;
});
