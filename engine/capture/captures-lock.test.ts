// Whether a capture runs is told by a lock: it ends with the process that holds it, and every namespace sees it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { beginRecord, endRecord, interruptedCaptures, mendCapture, sessionRecord } from './captures.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const CAPTURES = new URL('./captures.ts', import.meta.url).href;
const home = mkdtempSync(join(tmpdir(), 'sightline-captures-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;

/** A folder of captures with one that another process runs until it is ended. */
async function running(): Promise<{
  readonly parent: string;
  readonly folder: string;
  readonly end: () => Promise<void>;
}> {
  const parent = join(home, `captures-${++folders}`);
  const folder = join(parent, 'eth0 now');
  mkdirSync(folder, { recursive: true });
  copyFileSync(SAMPLE, join(folder, 'eth0_00001_20260101000000.pcapng'));
  const host = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
    const { beginRecord } = await import('${CAPTURES}');
    beginRecord(process.argv[1], 'eth0', '');
    console.log('begun');
    setInterval(() => undefined, 1000);`,
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => {
    host.stdout.once('data', resolve);
  });
  return {
    parent,
    folder,
    end: () =>
      new Promise((resolve) => {
        host.once('exit', () => resolve());
        host.kill('SIGKILL');
      }),
  };
}

test('a capture that runs is not offered, not mended and not marked, whatever its record says of processes', async () => {
  const { parent, folder, end } = await running();
  const path = join(folder, 'session.json');
  const size = statSync(join(folder, 'eth0_00001_20260101000000.pcapng')).size;
  assert.deepEqual(interruptedCaptures(parent), []);
  // As another pid namespace or another machine sees it: no such process.
  writeFileSync(
    path,
    JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), pid: 2 ** 22 - 9, born: 'never' }),
  );
  assert.deepEqual(interruptedCaptures(parent), []);
  assert.equal(await mendCapture(folder, home), false);
  assert.equal(sessionRecord(folder)?.state, 'running');
  assert.equal(statSync(join(folder, 'eth0_00001_20260101000000.pcapng')).size, size);
  await end();
  assert.deepEqual(
    interruptedCaptures(parent).map((c) => c.path),
    [folder],
  );
  assert.equal(await mendCapture(folder, home), true);
  assert.equal(sessionRecord(folder)?.state, 'complete');
  assert.deepEqual(interruptedCaptures(parent), []);
});

const namespaces =
  process.platform === 'linux' && spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

test('in another pid namespace too', { skip: !namespaces && 'no pid namespace can be made here' }, async () => {
  const { parent, folder, end } = await running();
  const look = (): string =>
    spawnSync(
      'unshare',
      [
        '--pid',
        '--fork',
        '--mount-proc',
        process.execPath,
        '--input-type=module',
        '-e',
        `
    const { interruptedCaptures, mendCapture } = await import('${CAPTURES}');
    console.log(interruptedCaptures(process.argv[1]).length, await mendCapture(process.argv[2], '/tmp'));`,
        parent,
        folder,
      ],
      { encoding: 'utf8' },
    ).stdout.trim();
  assert.equal(look(), '0 false');
  assert.equal(sessionRecord(folder)?.state, 'running');
  await end();
  assert.equal(look(), '1 true');
});

test('kept packets that break off in the middle of a block are cut to whole ones too', async () => {
  const parent = join(home, `captures-${++folders}`);
  const folder = join(parent, 'kept');
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(SAMPLE);
  writeFileSync(join(folder, 'kept.pcapng'), bytes.subarray(0, 50_001));
  writeFileSync(join(folder, 'a_00001_20260101000000.pcapng'), bytes.subarray(0, 70_003));
  beginRecord(folder, 'a', '');
  endRecord(folder);
  assert.equal(await mendCapture(folder, home), true);
  for (const [name, before] of [
    ['kept.pcapng', 50_001],
    ['a_00001_20260101000000.pcapng', 70_003],
  ] as const) {
    const { size } = statSync(join(folder, name));
    assert.ok(size < before && size % 4 === 0, `${name}: ${size}`);
  }
});

test('odd records are no capture and nothing waits for them', () => {
  const parent = join(home, `captures-${++folders}`);
  const states: readonly [string, (path: string) => void][] = [
    [
      'pipe',
      (p) => {
        spawnSync('mkfifo', [p]);
      },
    ],
    ['folder', (p) => mkdirSync(p)],
    ['empty', (p) => writeFileSync(p, '')],
    ['half', (p) => writeFileSync(p, '{"id": "x')],
    ['null', (p) => writeFileSync(p, 'null')],
    ['list', (p) => writeFileSync(p, '[1]')],
    ['kinds', (p) => writeFileSync(p, '{"id":1,"name":{},"pid":"2","started":3,"state":"running"}')],
    ['huge', (p) => writeFileSync(p, ' '.repeat(1e6))],
  ];
  for (const [name, make] of states) {
    mkdirSync(join(parent, name), { recursive: true });
    make(join(parent, name, 'session.json'));
  }
  assert.deepEqual(interruptedCaptures(parent), []);
});
