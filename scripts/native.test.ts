// The capture helper's source under tools other than its own compiler: sanitizers on loopback, clang-tidy, a build for
// Windows.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'native', 'sightline-capture');
const sources = readdirSync(SOURCE)
  .filter((f) => f.endsWith('.cpp'))
  .map((f) => join(SOURCE, f));
const folder = mkdtempSync(join(tmpdir(), 'sightline-native-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function missing(program: string, packageName: string): string | false {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
    ? false
    : `${program} is not installed (Debian: ${packageName})`;
}

function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: SOURCE });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
    child.once('close', (status) => resolve({ status, said }));
  });
}

test('clang-tidy finds nothing', { skip: missing('clang-tidy', 'clang-tidy') }, async () => {
  const half = Math.ceil(sources.length / 2);
  const done = await Promise.all(
    [sources.slice(0, half), sources.slice(half)].map((files) =>
      run('clang-tidy', ['--quiet', ...files, '--', '-std=c++17']),
    ),
  );
  for (const { status, said } of done) assert.equal(status, 0, said);
});

test(
  'it builds for Windows without a warning',
  { skip: missing('x86_64-w64-mingw32-g++-posix', 'g++-mingw-w64-x86-64-posix') },
  async () => {
    const { status, said } = await run('x86_64-w64-mingw32-g++-posix', [
      '-D_WIN32_WINNT=0x0A00',
      '-std=c++17',
      '-O2',
      '-Wall',
      '-Wextra',
      '-static',
      '-o',
      join(folder, 'capture.exe'),
      ...sources,
      '-lws2_32',
      '-liphlpapi',
    ]);
    assert.deepEqual([status, said], [0, '']);
  },
);

const noCapture =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'capturing on loopback needs root on Linux'
    : missing('g++', 'g++');

describe('under AddressSanitizer and UBSan', { skip: noCapture }, () => {
  const helper = join(folder, 'sanitized');

  /** Runs the helper, says words at times, and answers with its lines; a finding of a sanitizer fails. */
  async function helped(
    args: readonly string[],
    words: readonly (readonly [number, string])[],
  ): Promise<Record<string, unknown>[]> {
    const child = spawn(helper, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // The sanitizers need calls that a filter would refuse, and a kernel may have no Landlock.
        SIGHTLINE_UNCONFINED: '1',
        ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
        UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      err += piece.toString();
    });
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    child.stdin.on('error', () => undefined);
    for (const [at, word] of words)
      setTimeout(() => {
        if (word === '') child.stdin.end();
        else child.stdin.write(`${word}\n`);
      }, at);
    const status = await ended;
    assert.equal(err, '');
    assert.ok(status === 0 || status === 1, `status ${status}`);
    return out
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as Record<string, unknown>);
  }

  async function talk(packets: number, bytes: number): Promise<void> {
    const socket = createSocket('udp4');
    for (let i = 0; i < packets; i++) {
      socket.send(Buffer.alloc(bytes, i), 9, '127.0.0.1');
      if (i % 50 === 0)
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 50);
    });
    socket.close();
  }

  test('it builds', async () => {
    const { status, said } = await run('g++', [
      '-std=c++17',
      '-O1',
      '-g',
      '-Wall',
      '-Wextra',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=undefined',
      '-DSIGHTLINE_SANITIZED',
      '-o',
      helper,
      ...sources,
      '-pthread',
      '-rdynamic',
      '-ldl',
    ]);
    assert.equal(status, 0, said);
  });

  test('it lists, and checks filters good and bad', async () => {
    const lines = await helped(['list'], []);
    assert.ok(lines.some((l) => l['type'] === 'interface' && l['name'] === 'lo') && lines.at(-1)!['type'] === 'end');
    const checks = await helped(['check', '1', 'tcp port 443', 'tcp prt', '', '('.repeat(300)], []);
    assert.deepEqual(
      checks.map((l) => l['ok']),
      [true, false, true, false],
    );
    await helped(['list', '--watch'], [[1200, '']]);
  });

  test('a ring on two interfaces, paused and resumed, stopped by the parent’s end', async () => {
    const ring = join(folder, 'ring');
    const running = helped(
      [
        'capture',
        '--interface',
        'lo',
        '--interface',
        'any',
        '--folder',
        ring,
        '--segment-bytes',
        '65536',
        '--segments',
        '3',
        '--filter',
        'udp port 9',
        '--snap-length',
        '300',
      ],
      [
        [700, 'pause'],
        [900, 'resume'],
        [900, 'nonsense'],
        [1800, ''],
      ],
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await talk(1500, 900);
    const lines = await running;
    assert.equal(lines.at(-1)!['code'], 'stopped');
    assert.ok(lines.some((l) => l['type'] === 'removed'));
    const files = readdirSync(ring).filter((f) => f.endsWith('.pcapng'));
    assert.ok(files.length === 3);
    for (const f of files)
      assert.equal(spawnSync('capinfos', ['-c', join(ring, f)], { encoding: 'utf8' }).stderr ?? '', '');
  });

  test('it ends by packets; a wrong interface and a wrong place are errors', async () => {
    const running = helped(
      [
        'capture',
        '--interface',
        'lo',
        '--output',
        join(folder, 'one.pcapng'),
        '--stop-packets',
        '100',
        '--filter',
        'udp port 9',
      ],
      [[5000, 'stop']],
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await talk(200, 1400);
    const last = (await running).at(-1)!;
    assert.deepEqual([last['code'], last['kept']], ['packets', 100]);
    assert.equal(
      (await helped(['capture', '--interface', 'nothing0', '--output', join(folder, 'x')], []))[0]!['type'],
      'error',
    );
    assert.equal(
      (await helped(['capture', '--interface', 'lo', '--output', join(folder, 'no', 'x')], []))[0]!['code'],
      'output',
    );
  });
});
