// The capture helper beside faults and attackers: clocks that step, counters that run over, names in filters, root that
// was lent, a helper that was taken over. A stand-in (scripts/native-shims) makes each fault.
import { english, say } from '../contract/index.ts';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
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
import { after, before, describe, test } from 'node:test';
import { checkCaptureFilter } from '../engine/capture/index.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const HELPER = join(ROOT, 'dist', 'native', 'sightline-capture');
const SOURCES = join(ROOT, 'native', 'sightline-capture');
const SHIMS = join(ROOT, 'scripts', 'native-shims');
const folder = mkdtempSync(join(tmpdir(), 'sightline-helper-faults-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function reason(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'capturing on loopback needs root on Linux';
  if (!existsSync(HELPER)) return 'the helper is not built';
  return spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0 ? false : 'there is no C compiler';
}

type Line = Readonly<Record<string, unknown>>;
interface Ran {
  readonly lines: readonly Line[];
  readonly err: string;
  readonly seconds: number;
  readonly code: number | null;
}

/** Runs the helper with its stdin open. */
function helper(
  args: readonly string[],
  o: {
    readonly env?: Readonly<Record<string, string>>;
    readonly within?: readonly string[];
    readonly most?: number;
    readonly stdio?: readonly number[];
    readonly program?: string;
    readonly onLine?: (pid: number, line: Line) => void;
  } = {},
): Promise<Ran> {
  const [command, ...rest] = [...(o.within ?? []), o.program ?? HELPER, ...args];
  const from = performance.now();
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], ...o.env };
  const child = spawn(command!, rest, { stdio: ['pipe', 'pipe', 'pipe', ...(o.stdio ?? [])], env });
  let out = '';
  let err = '';
  child.stdout!.on('data', (piece: Buffer) => {
    const before = out.lastIndexOf('\n') + 1;
    out += piece.toString();
    if (o.onLine !== undefined)
      for (const line of out.slice(before, out.lastIndexOf('\n') + 1).split('\n'))
        if (line !== '') o.onLine(child.pid!, JSON.parse(line) as Line);
  });
  child.stderr!.on('data', (piece: Buffer) => {
    err += piece.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), (o.most ?? 10) * 1000);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      const lines =
        out.trim() === ''
          ? []
          : out
              .trim()
              .split('\n')
              .map((l) => JSON.parse(l) as Line);
      resolve({ lines, err, seconds: (performance.now() - from) / 1000, code });
    });
  });
}

function noSetcap(): string | false {
  const without = ['setcap', 'setpriv'].find((p) => spawnSync(p, ['--help'], { stdio: 'ignore' }).error !== undefined);
  return without === undefined ? false : `${without} is not installed (Debian: libcap2-bin, util-linux)`;
}

/** A copy of the helper with the capabilities of its file, and what runs it as somebody who has none. */
function withCapabilities(name: string): { readonly own: string; readonly within: readonly string[] } {
  const own = join(folder, name);
  copyFileSync(HELPER, own);
  chmodSync(own, 0o755);
  chmodSync(folder, 0o777);
  const set = spawnSync('setcap', ['cap_net_raw,cap_net_admin=eip', own], { encoding: 'utf8' });
  assert.equal(set.status, 0, set.stderr);
  return { own, within: ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', '--inh-caps=-all'] };
}

/** 0 where the kernel has none. */
function landlockVersion(): number {
  const program = join(folder, 'landlock-version');
  const made = spawnSync('cc', ['-o', program, join(SHIMS, 'landlock-version.c')], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return Number(spawnSync(program, { encoding: 'utf8' }).stdout);
}

function built(name: string, source: string): string {
  const path = join(folder, name);
  const done = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', path, join(SHIMS, source), '-ldl'], {
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  return path;
}

async function talk(packets: number, bytes: number, gap = 2): Promise<void> {
  const socket = createSocket('udp4');
  // Nobody listens there, and the system says so.
  socket.on('error', () => undefined);
  for (let i = 0; i < packets; i++) {
    await new Promise((resolve) => {
      socket.send(Buffer.alloc(bytes), 9, '127.0.0.1', resolve);
    });
    if (i % 20 === 0)
      await new Promise((resolve) => {
        setTimeout(resolve, gap);
      });
  }
  socket.close();
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const last = (r: Ran): Line => r.lines.at(-1) ?? {};

describe('the capture helper beside faults', { skip: reason() }, () => {
  let steps = '';
  before(() => {
    steps = built('steps.so', 'steps.c');
  });

  test('steps of the wall clock neither end a capture nor keep it from ending', async () => {
    const env = (step: number): Record<string, string> => ({ LD_PRELOAD: steps, STEP: String(step), AFTER: '700' });
    const runs = await Promise.all(
      [0, 3600, -3600, 86_400 * 400, -7].map((step) =>
        helper(['capture', '--interface', 'lo', '--output', join(folder, `clock${step}`), '--stop-seconds', '2'], {
          env: env(step),
        }),
      ),
    );
    for (const r of runs) {
      assert.equal(last(r)['code'], 'seconds', JSON.stringify(last(r)));
      assert.ok(r.seconds > 1.9 && r.seconds < 3.5, `${r.seconds} s`);
    }
  });

  test('the age of a segment is no matter of the wall clock either', async () => {
    const runs = [3600, -3600].map(async (step) => {
      const ring = join(folder, `age${step}`);
      const r = await helper(
        [
          'capture',
          '--interface',
          'lo',
          '--filter',
          'udp port 9',
          '--folder',
          ring,
          '--segment-seconds',
          '1',
          '--stop-seconds',
          '4',
        ],
        { env: { LD_PRELOAD: steps, STEP: String(step), AFTER: '300' } },
      );
      return r.lines.filter((l) => l['type'] === 'segment').length;
    });
    await wait(300);
    for (let i = 0; i < 30; i++) {
      await talk(5, 100);
      await wait(100);
    }
    for (const segments of await Promise.all(runs))
      assert.ok(segments >= 3 && segments <= 5, `${segments} segments in 4 s`);
  });

  test('counters of 32 bits that run over go on; one that is set back counts nothing', async () => {
    const library = join(folder, 'stand-in');
    mkdirSync(library, { recursive: true });
    built(join('stand-in', 'libpcap.so.1'), 'libpcap.c');
    const r = await helper(
      ['capture', '--interface', 'none', '--output', join(folder, 'counted'), '--stop-seconds', '2'],
      { env: { LD_LIBRARY_PATH: library } },
    );
    const status = r.lines
      .filter((l) => l['type'] === 'status')
      .map((l) => [Number(l['received']), Number(l['dropped'])] as const);
    assert.ok(status.length > 5);
    for (let i = 1; i < status.length; i++)
      assert.ok(status[i]![0] >= status[i - 1]![0] && status[i]![1] >= status[i - 1]![1], JSON.stringify(status));
    assert.ok(status.at(-1)![0] > 2 ** 32, JSON.stringify(status));
    assert.ok(status.at(-1)![1] < 2 ** 31, JSON.stringify(status));
  });

  test('an interface asked for 64 times is captured once, and stops when it is told to', async () => {
    const file = join(folder, 'once');
    const many = Array.from({ length: 64 }, () => ['--interface', 'lo']).flat();
    const running = helper(['capture', ...many, '--filter', 'udp port 9', '--output', file, '--stop-seconds', '1']);
    await wait(400);
    await talk(40, 100);
    const r = await running;
    assert.ok(r.seconds < 2.5, `${r.seconds} s`);
    assert.equal(last(r)['code'], 'seconds');
    assert.deepEqual(r.lines.find((l) => l['type'] === 'started')!['interfaces'], ['lo']);
    const kept = Number(last(r)['kept']);
    assert.ok(kept >= 40 && kept <= 80, `${kept} packets`);
  });

  test('without seccomp it captures only where it is told that it may', async () => {
    const preload = built('no-seccomp.so', 'no-seccomp.c');
    const file = join(folder, 'unconfined');
    const refused = await helper(['capture', '--interface', 'lo', '--output', file, '--stop-seconds', '1'], {
      env: { LD_PRELOAD: preload },
    });
    assert.equal(last(refused)['code'], 'unconfined');
    assert.match(String(last(refused)['message']), /seccomp: .*SIGHTLINE_UNCONFINED=1/);
    const allowed = await helper(['capture', '--interface', 'lo', '--output', `${file}2`, '--stop-seconds', '1'], {
      env: { LD_PRELOAD: preload, SIGHTLINE_UNCONFINED: '1' },
    });
    assert.equal(last(allowed)['code'], 'seconds');
    assert.doesNotMatch(String(allowed.lines.find((l) => l['type'] === 'started')!['confined']), /seccomp/);
  });

  test('where nothing confines it, it captures only where it is told that it may', async () => {
    // As it is on a processor that no filter of calls is written for.
    const other = join(folder, 'other-processor');
    const sources = readdirSync(SOURCES).filter((f) => f.endsWith('.cpp'));
    const made = spawnSync(
      'c++',
      ['-std=c++17', '-O0', '-DSIGHTLINE_SANITIZED', '-rdynamic', '-pthread', '-o', other, ...sources, '-ldl'],
      { cwd: SOURCES, encoding: 'utf8' },
    );
    assert.equal(made.status, 0, made.stderr);
    const preload = built('no-confinement.so', 'no-confinement.c');
    const capture = (name: string, env: Readonly<Record<string, string>>): Promise<Ran> =>
      helper(['capture', '--interface', 'lo', '--output', join(folder, name), '--stop-seconds', '1'], {
        env,
        program: other,
      });
    const refused = await capture('neither', { LD_PRELOAD: preload });
    assert.equal(last(refused)['code'], 'unconfined');
    const told = await capture('neither-told', { LD_PRELOAD: preload, SIGHTLINE_UNCONFINED: '1' });
    assert.equal(last(told)['code'], 'seconds');
    assert.equal(told.lines.find((l) => l['type'] === 'started')!['confined'], '');
    if (landlockVersion() > 0) assert.equal(last(await capture('files-alone', {}))['code'], 'seconds');
  });

  test('from a file with capabilities it captures, and keeps none', { skip: noSetcap() }, async () => {
    const { own, within } = withCapabilities('with-capabilities');
    let status = '';
    const running = helper(
      ['capture', '--interface', 'lo', '--output', join(folder, 'kept-none'), '--stop-seconds', '1'],
      {
        within,
        program: own,
        onLine: (pid, line) => {
          if (line['type'] === 'started') status = readFileSync(`/proc/${pid}/status`, 'utf8');
        },
      },
    );
    assert.equal(last(await running)['code'], 'seconds');
    for (const [name, value] of [
      ['Uid', '54321'],
      ['CapEff', '0000000000000000'],
      ['CapPrm', '0000000000000000'],
      ['NoNewPrivs', '1'],
      ['Seccomp', '2'],
    ] as const)
      assert.equal(new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1], value, name);
  });

  test(
    'with capabilities, a filter is parsed without them, and libraries hear nothing of the caller’s environment',
    { skip: noSetcap() },
    async () => {
      const { own, within } = withCapabilities('with-capabilities-too');
      let status = '';
      const filters = Array.from(
        { length: 2_000 },
        (_, i) => `host 10.0.${i >> 8}.${i & 255} and tcp portrange 1-${i + 1}`,
      );
      const checked = await helper(['check', '1', ...filters], {
        within,
        program: own,
        onLine: (pid, line) => {
          if (line['type'] === 'filter' && status === '') status = readFileSync(`/proc/${pid}/status`, 'utf8');
        },
      });
      assert.equal(checked.lines.filter((l) => l['ok'] === true).length, filters.length);
      for (const name of ['CapEff', 'CapPrm'])
        assert.equal(new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1], '0000000000000000', name);
      const stand = built('libpcap-stand-in.so', 'libpcap.c');
      const library = ['libpcap.so.1', 'libpcap.so.0.8']
        .map((name) => `/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu/${name}`)
        .find((path) => existsSync(path))!;
      const over = 'mount --bind "$0" "$(readlink -f "$1")" && shift && exec "$@"';
      const listed = await helper(['list'], {
        within: ['unshare', '-m', 'sh', '-c', over, stand, library, ...within],
        program: own,
        env: { IBV_DRIVERS: '/of/the/caller' },
      });
      assert.equal(listed.lines.find((l) => l['type'] === 'end')?.['library'], 'stand-in', listed.err);
    },
  );

  test('taken over, it writes, reads, removes and sends nothing but its ring', async () => {
    const preload = built('taken-over.so', 'taken-over.c');
    const outside = join(folder, 'outside');
    const secret = join(folder, 'theirs');
    writeFileSync(secret, 'x');
    chownSync(secret, 65534, 65534);
    chmodSync(folder, 0o777);
    const ring = join(folder, 'taken-ring');
    const running = helper(
      [
        'capture',
        '--interface',
        'lo',
        '--filter',
        'udp port 9',
        '--folder',
        ring,
        '--segment-bytes',
        '65536',
        '--stop-seconds',
        '2',
      ],
      { env: { LD_PRELOAD: preload, OUTSIDE: outside, SECRET: secret } },
    );
    await wait(400);
    await talk(200, 1000);
    const r = await running;
    const said = r.err.trim().split('\n');
    const confined = String(r.lines.find((l) => l['type'] === 'started')!['confined']);
    assert.match(confined, /seccomp/);
    if (landlockVersion() > 0) assert.match(confined, /landlock/);
    const files = /landlock/.test(confined) ? ['write EACCES', 'read EACCES', 'remove EACCES'] : [];
    assert.deepEqual(said.filter((l) => /^(write|read|remove)/.test(l)).slice(0, files.length), files);
    const sent = said.filter((l) => l.startsWith('send'));
    // The packet socket and the one that links are asked with; the latter has no peer, and takes nothing.
    assert.ok(sent.length >= 1 && sent.includes('send EPERM') && !sent.includes('send DONE'), r.err);
    assert.ok(said.includes('socket EPERM') && said.includes('dup EPERM'), r.err);
    assert.equal(existsSync(outside), false);
    assert.ok(existsSync(secret));
    assert.ok(readdirSync(ring).length >= 2);
  });
});

describe('root that was lent makes nothing for who could not make it', { skip: reason() }, () => {
  const USER = 54321;
  const lent = { SUDO_UID: String(USER), SUDO_GID: String(USER) };
  const theirs = join(folder, 'theirs-home');
  const roots = join(folder, 'roots');
  before(() => {
    chmodSync(folder, 0o755);
    for (const path of [theirs, roots]) mkdirSync(path);
    chownSync(theirs, USER, USER);
    chmodSync(roots, 0o755);
    writeFileSync(join(roots, 'shadow'), 'secret', { mode: 0o600 });
  });

  const capture = (args: readonly string[], env: Readonly<Record<string, string>> = lent): Promise<Ran> =>
    helper(['capture', '--interface', 'lo', ...args, '--stop-seconds', '1'], { env });
  const untouched = (): void => {
    const about = statSync(join(roots, 'shadow'));
    assert.deepEqual(
      [readFileSync(join(roots, 'shadow'), 'utf8'), about.uid, about.mode & 0o777],
      ['secret', 0, 0o600],
    );
  };

  test('a file of root’s is neither emptied nor given away: by name, symbolic link, linked folder, hard link', async () => {
    symlinkSync(join(roots, 'shadow'), join(theirs, 'link'));
    symlinkSync(roots, join(theirs, 'way'));
    linkSync(join(roots, 'shadow'), join(theirs, 'hard'));
    for (const path of [
      join(roots, 'shadow'),
      join(theirs, 'link'),
      join(theirs, 'way', 'shadow'),
      join(theirs, 'hard'),
      join(roots, 'new'),
      join(theirs, 'way', 'new'),
    ]) {
      for (const env of [lent, { PKEXEC_UID: String(USER) }]) {
        const r = await capture(['--output', path], env);
        assert.equal(last(r)['code'], 'output', `${path} ${JSON.stringify(last(r))}`);
        untouched();
      }
    }
    // Root that nobody lent: what is there already is not touched either.
    for (const path of [
      join(roots, 'shadow'),
      join(theirs, 'link'),
      join(theirs, 'way', 'shadow'),
      join(theirs, 'hard'),
    ]) {
      assert.equal(last(await capture(['--output', path], {}))['code'], 'output', path);
      untouched();
    }
    assert.deepEqual(readdirSync(roots), ['shadow']);
  });

  test('folders too', async () => {
    symlinkSync(roots, join(theirs, 'ring-link'));
    for (const path of [join(roots, 'ring'), join(theirs, 'way', 'ring'), join(theirs, 'ring-link'), roots]) {
      const r = await capture(['--folder', path]);
      assert.ok(['output', 'disk'].includes(String(last(r)['code'])), `${path} ${JSON.stringify(last(r))}`);
    }
    assert.deepEqual(readdirSync(roots), ['shadow']);
    assert.equal(statSync(roots).uid, 0);
  });

  test('what they may make themselves is made, and is theirs', async () => {
    const file = join(theirs, 'mine.pcapng');
    for (let i = 0; i < 2; i++) assert.equal(last(await capture(['--output', file]))['code'], 'seconds');
    assert.deepEqual([statSync(file).uid, statSync(file).mode & 0o777], [USER, 0o600]);
    const ring = join(theirs, 'ring');
    assert.equal(last(await capture(['--folder', ring]))['code'], 'seconds');
    assert.ok(readdirSync(ring).every((f) => statSync(join(ring, f)).uid === USER));
    // Root that nobody lent: a new file is given to nobody.
    const fresh = join(roots, 'fresh');
    assert.equal(last(await capture(['--output', fresh], {}))['code'], 'seconds');
    assert.equal(statSync(fresh).uid, 65534);
    rmSync(fresh);
  });

  test('a wrong filter leaves nothing behind', async () => {
    for (const env of [lent, {}]) {
      assert.equal(
        last(await capture(['--output', join(theirs, 'never'), '--filter', 'tcp prt'], env))['code'],
        'filter',
      );
      assert.equal(
        last(await capture(['--folder', join(theirs, 'never'), '--filter', 'host www.example.com'], env))['code'],
        'filter',
      );
      assert.equal(existsSync(join(theirs, 'never')), false);
    }
  });
});

describe('no name server is asked', { skip: reason() }, () => {
  const trace =
    spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0 ? false : 'strace is not installed (Debian: strace)';
  const NAMED = [
    'host www.example.com',
    'net example',
    'src host a or b',
    'ether host gate',
    'ip6 host v6.example',
    'host 1.2.3.4 and www',
    'gateway router',
    'dst portal.example',
    'port 53 and host x.y',
  ];
  const PLAIN = [
    'host 1.2.3.4',
    'ip6 host fe80::1',
    'port domain',
    'tcp port https or http',
    'portrange 20-25',
    'ether host 00:11:22:33:44:55',
    'net 10.0.0.0/8',
    'ip proto \\tcp',
    'net 10',
  ];

  test('the check refuses names in words, and takes addresses and ports', async () => {
    for (const filter of NAMED) {
      const problem = await checkCaptureFilter(HELPER, 1, filter);
      assert.ok(problem !== null, filter);
      if (!/gateway/.test(filter)) assert.match(english(problem.message), /names are not looked up/, filter);
    }
    for (const filter of PLAIN) assert.equal(await checkCaptureFilter(HELPER, 1, filter), null, filter);
    assert.deepEqual(await checkCaptureFilter(HELPER, 1, 'host www.example.com and tcp'), {
      at: 5,
      length: 15,
      message: say('names-not-looked-up', { name: 'www.example.com' }),
    });
  });

  test('neither checking nor capturing opens a socket for a name', { skip: trace }, async () => {
    const log = join(folder, 'trace');
    const strace = ['strace', '-f', '-e', 'trace=socket,connect,sendto,sendmmsg', '-o', log];
    const asked = (): readonly string[] =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(
          (l) =>
            /AF_INET6?, SOCK_(STREAM|DGRAM)|sin6?_port=htons\((53|5353)\)/.test(l) &&
            !/IPPROTO_IP\) = |connect\(.*AF_UNSPEC/.test(l),
        );
    await helper(['check', '1', ...NAMED, ...PLAIN], { within: strace });
    assert.deepEqual(asked(), []);
    await helper(
      [
        'capture',
        '--interface',
        'lo',
        '--output',
        join(folder, 'traced'),
        '--filter',
        'host www.example.com',
        '--stop-seconds',
        '1',
      ],
      { within: strace },
    );
    assert.deepEqual(asked(), []);
  });

  test('4,096 characters are checked in time; longer ones and NUL are refused in words', async () => {
    const many = Array.from({ length: 400 }, (_v, i) => `port ${i}`)
      .join(' or ')
      .slice(0, 4096)
      .replace(/ or( p\w* ?)?$/, '');
    const from = performance.now();
    const long = [
      await checkCaptureFilter(HELPER, 1, '('.repeat(4096)),
      await checkCaptureFilter(HELPER, 1, 'a '.repeat(2048)),
      await checkCaptureFilter(HELPER, 1, many),
    ];
    assert.ok(performance.now() - from < 16_000);
    assert.ok(long[0] !== null && !/E2BIG/.test(JSON.stringify(long)), JSON.stringify(long));
    assert.match(
      english((await checkCaptureFilter(HELPER, 1, 'x'.repeat(4097)))!.message),
      /at most 4096 characters, this one 4097/,
    );
    assert.deepEqual(await checkCaptureFilter(HELPER, 1, 'tcp\0'), { at: 3, length: 1, message: say('no-nul-here') });
    const bytes = await helper(['check', '1', '捕'.repeat(1500)]);
    assert.match(String(bytes.lines[0]!['message']), /at most 4096 bytes, this one 4500/);
  });
});
