import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FileRecord, OutputRecord } from '../contract/index.ts';
import { clientHello, packetsOf, pcap, tcp } from '../engine/testing/packets.ts';
import { inputs, type Input } from './inputs.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const home = mkdtempSync(join(tmpdir(), 'sightline-inputs-'));
const env = {
  ...process.env,
  SIGHTLINE_CACHE: join(home, 'cache'),
  SIGHTLINE_DATA_HOME: join(home, 'data'),
  NO_COLOR: '1',
};
process.env['SIGHTLINE_CACHE'] = env.SIGHTLINE_CACHE;
const unix = process.platform === 'win32' ? 'links, pipes and bytes of names are others on Windows' : false;

const CAPTURE = pcap(
  packetsOf([
    tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'S' }),
    tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'PA', seq: 1, data: clientHello('a.test') }),
  ]),
);

function sightline(
  args: readonly string[],
  cwd = ROOT,
): { code: number | null; out: string; err: string; files: FileRecord[] } {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 30_000,
  });
  const records = done.stdout
    .split('\n')
    .filter((l) => l.startsWith('{'))
    .map((l) => JSON.parse(l) as OutputRecord);
  return {
    code: done.status,
    out: done.stdout,
    err: done.stderr,
    files: records.filter((r): r is FileRecord => r.type === 'file'),
  };
}

const quiet = (): void => undefined;
const names = (all: readonly Input[], folder: string): string[] =>
  all.map((i) => `${i.kind} ${i.name.replace(`${folder}/`, '')}`);

function folderOf(): string {
  return mkdtempSync(join(home, 'f-'));
}

test(
  'a folder with every kind of link: each capture once, each bad thing one sentence, nothing waited for',
  { skip: unix },
  async () => {
    const folder = folderOf();
    writeFileSync(join(folder, 'a.pcap'), CAPTURE);
    mkdirSync(join(folder, 'sub'));
    mkdirSync(join(folder, 'sub', 'deep'));
    writeFileSync(join(folder, 'sub', 'b.pcap'), CAPTURE);
    symlinkSync('a.pcap', join(folder, 'z-link.pcap'));
    linkSync(join(folder, 'a.pcap'), join(folder, 'sub', 'z-hard.pcap'));
    symlinkSync('..', join(folder, 'up'));
    symlinkSync('.', join(folder, 'here'));
    symlinkSync('/', join(folder, 'root'));
    symlinkSync('../sub', join(folder, 'sub', 'again'));
    symlinkSync('../..', join(folder, 'sub', 'deep', 'far'));
    symlinkSync('self', join(folder, 'self'));
    symlinkSync('two', join(folder, 'one'));
    symlinkSync('one', join(folder, 'two'));
    symlinkSync('nothing', join(folder, 'dangling'));
    spawnSync('mkfifo', [join(folder, 'fifo')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
    try {
      symlinkSync('/dev/zero', join(folder, 'zero'));
      const expected = [
        'file a.pcap',
        'bad dangling',
        'bad fifo',
        'bad one',
        'bad self',
        'bad socket',
        'file sub/b.pcap',
        'bad two',
        'bad zero',
      ];
      assert.deepEqual(names([...inputs([folder], quiet)], folder), expected);
      const { code, err, files } = sightline(['flows', folder]);
      assert.equal(code, 2);
      assert.deepEqual(
        files.map((f) => f.status),
        expected.map((e) => (e.startsWith('file') ? 'ok' : 'unreadable')),
      );
      assert.ok(!err.includes('    at '), err);
      for (const bad of ['dangling', 'fifo', 'one', 'self', 'socket', 'two', 'zero'])
        assert.equal(err.split('\n').filter((l) => l.includes(`/${bad}: cannot be read`)).length, 1, `${bad}: ${err}`);
      for (const command of ['score', 'packets', 'learn']) assert.equal(sightline([command, folder]).code, 2, command);
    } finally {
      server.close();
    }
  },
);

test('links alone make no error: a folder with links to itself and above is read once, code 0', { skip: unix }, () => {
  const folder = folderOf();
  writeFileSync(join(folder, 'a.pcap'), CAPTURE);
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('a.pcap', join(folder, 'b.pcap'));
  const { code, files } = sightline(['flows', folder]);
  assert.deepEqual([code, files.length, files[0]!.status], [0, 1, 'ok']);
  // A link to a folder elsewhere is followed, once; what is named itself is read as named.
  const other = folderOf();
  writeFileSync(join(other, 'c.pcap'), CAPTURE);
  symlinkSync(other, join(folder, 'x'));
  symlinkSync(other, join(folder, 'y'));
  assert.deepEqual(names([...inputs([folder], quiet)], folder), ['file a.pcap', 'file x/c.pcap']);
  assert.deepEqual(names([...inputs([join(folder, 'b.pcap'), folder], quiet)], folder), [
    'file b.pcap',
    'file x/c.pcap',
  ]);
});

test('random trees of folders and links: every capture exactly once, as a slow twin finds them', { skip: unix }, () => {
  let state = 11;
  const roll = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
  for (let round = 0; round < 40; round++) {
    const root = folderOf();
    const folders = [root];
    const files = new Set<number>();
    for (let n = 0; n < 25; n++) {
      const place = folders[roll(folders.length)]!;
      const path = join(place, `n${n}`);
      const kind = roll(5);
      if (kind === 0) {
        mkdirSync(path);
        folders.push(path);
      } else if (kind === 1) symlinkSync(folders[roll(folders.length)]!, path);
      else if (kind === 2) symlinkSync(join(root, `n${roll(30)}`), path);
      else {
        writeFileSync(path, 'x');
        files.add(statSync(path).ino);
      }
    }
    const found = [...inputs([root], quiet)].filter((i) => i.kind === 'file').map((i) => statSync(i.path).ino);
    assert.equal(new Set(found).size, found.length, 'one was given twice');
    // Twin: every file lies in the tree itself, so each of them is to be found, and no other.
    assert.deepEqual(found.toSorted(), [...files].toSorted());
    rmSync(root, { recursive: true });
  }
});

test(
  'a folder that may not be read is one bad input',
  { skip: unix !== false || process.getuid?.() === 0 ? 'root may read everything' : false },
  () => {
    const folder = folderOf();
    writeFileSync(join(folder, 'a.pcap'), CAPTURE);
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0);
    assert.deepEqual(names([...inputs([folder], quiet)], folder), ['file a.pcap', 'bad locked']);
  },
);

test('a pipe that is named is read', { skip: unix }, async () => {
  const pipe = join(folderOf(), 'pipe');
  spawnSync('mkfifo', [pipe]);
  for (const command of ['flows', 'packets', 'score']) {
    const writer = spawn('sh', ['-c', `cat '${SAMPLE}' > '${pipe}'`]);
    const { code, files } = sightline([command, pipe]);
    writer.kill();
    assert.ok(code === 0 || (command === 'score' && code === 1), `${command}: ${code}`);
    assert.ok(files[0]!.packets > 1000);
  }
});

test('names: not UTF-8, beginning with a dash, as long as they may be, with blanks and quotes', { skip: unix }, () => {
  const folder = folderOf();
  const odd = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.pcap')]);
  const long = `${'ä'.repeat(125)}.pcap`;
  writeFileSync(odd, CAPTURE);
  for (const name of ['-x.pcap', '--json', long, 'it\'s a "name".pcap', '中文.pcap'])
    writeFileSync(join(folder, name), CAPTURE);
  const all = sightline(['flows', folder]);
  assert.deepEqual([all.code, all.files.map((f) => f.status)], [0, Array.from({ length: 6 }, () => 'ok')]);
  assert.ok(all.files.some((f) => f.file.endsWith('/caf\ufffd.pcap')));
  // What a shell hands over is bytes; Node makes a text of them with a sign in place of what is no UTF-8.
  const named = spawnSync('sh', ['-c', `'${process.execPath}' '${PROGRAM}' flows caf*.pcap`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  assert.deepEqual([named.status, named.stderr], [0, '']);
  for (const args of [
    ['flows', '--', '-x.pcap'],
    ['packets', '--', '--json'],
    ['score', '--', '-x.pcap', '--json'],
    ['flows', long],
    ['flows', './-x.pcap'],
  ]) {
    const { code, err } = sightline(args, folder);
    assert.equal(code, 0, `${args.join(' ')}: ${err}`);
  }
  const tooLong = sightline(['flows', 'x'.repeat(300), 'y/'.repeat(3000)], folder);
  assert.equal(tooLong.code, 2);
  assert.equal(tooLong.err.trim().split('\n').length, 2);
  // Nothing stays of the links that led to the odd name.
  assert.deepEqual(spawnSync('ls', [join(env.SIGHTLINE_CACHE, 'names')], { encoding: 'utf8' }).stdout, '');
});

test('exit codes: cut is 2, unless it is said to be no error; a finding beside it is said', () => {
  const folder = folderOf();
  const cut = join(folder, 'cut.pcap');
  writeFileSync(cut, CAPTURE.subarray(0, CAPTURE.length - 5));
  // What other tests taught is no part of this.
  sightline(['learn', '--forget']);
  for (const command of ['flows', 'score', 'packets', 'learn']) {
    const strict = sightline([command, cut]);
    assert.equal(strict.code, 2, command);
    assert.match(strict.err, /--partial-ok/, command);
    assert.equal(sightline([command, cut, '--partial-ok']).code, 0, command);
  }
  assert.equal(sightline(['flows', cut, '--features', join(folder, 'x.csv')]).code, 2);
  assert.equal(sightline(['export', cut, '--to', join(folder, 'out')]).code, 2);
  assert.equal(sightline(['export', cut, '--to', join(folder, 'out'), '--partial-ok']).code, 0);

  sightline(['learn', '--forget']);
  // The sample holds malicious flows: alone 1, cut 2 and a sentence, cut and forgiven 1, beside a bad file 2 and a
  // sentence.
  const sample = readFileSync(SAMPLE);
  const bad = join(folder, 'malicious-cut.pcapng');
  writeFileSync(bad, sample.subarray(0, sample.length - 7));
  writeFileSync(join(folder, 'none.pcap'), 'nonsense');
  assert.equal(sightline(['score', SAMPLE]).code, 1);
  const both = sightline(['score', bad]);
  assert.equal(both.code, 2);
  assert.match(both.err, /flows? (is|are) malicious; the exit code is 2 all the same/);
  assert.equal(sightline(['score', bad, '--partial-ok']).code, 1);
  const beside = sightline(['score', SAMPLE, join(folder, 'none.pcap'), '--partial-ok']);
  assert.equal(beside.code, 2);
  assert.match(beside.err, /malicious; the exit code is 2 all the same, since one input could not be read\./);
});

test('a crash is code 2 and a cleaned sentence, wherever it happens', () => {
  const run = (code: string): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, ['--input-type=module', '-e', `import '${join(ROOT, 'cli', 'guard.ts')}'; ${code}`], {
      encoding: 'utf8',
    });
  const hostile = 'new Error("boom\\n    at false\\x1b[2J")';
  for (const code of [
    `throw ${hostile}`,
    `setTimeout(() => { throw ${hostile}; })`,
    `await Promise.reject(${hostile})`,
    `void Promise.reject(${hostile}); setTimeout(() => {}, 1000)`,
  ]) {
    const { status, stderr } = run(code);
    assert.equal(status, 2, code);
    assert.match(stderr, /^sightline: Error: boom·    at false·\[2J\n/, code);
    assert.ok(!stderr.includes('\x1b'));
  }
  for (const code of ['throw "text\\x07"', 'throw null', 'import("/nowhere/\\x1b[2J.mjs")']) {
    const { status, stderr } = run(code);
    assert.equal(status, 2, code);
    assert.ok(!/[\x07\x1b]/.test(stderr), stderr);
  }
  // Files of the installation that are damaged: no stack trace says 'something malicious'.
  const broken = folderOf();
  cpSync(join(ROOT, 'models', 'default.json'), join(broken, 'm.json'));
  writeFileSync(join(broken, 'm.json'), readFileSync(join(broken, 'm.json')).subarray(0, 1000));
  assert.equal(sightline(['score', SAMPLE, '--model', join(broken, 'm.json')]).code, 2);
});

test('a reader that goes away ends it without a word', () => {
  for (const command of ['flows', 'packets', 'score --quiet', 'features', 'help', 'score --summary']) {
    const many = Array.from({ length: 4 }, () => SAMPLE).join(' ');
    const files = /^(features|help)/.test(command) ? '' : many;
    const call = `'${process.execPath}' '${PROGRAM}' ${command} ${files}`;
    const script = `{ ${call}; echo "code $?" >&2; } | head -c 1 > /dev/null`;
    const done = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
    assert.match(done.stderr, /^code [012]\n$/, command);
  }
});

test(
  'results that cannot be written are an error',
  { skip: process.platform === 'linux' ? false : '/dev/full is Linux' },
  () => {
    for (const command of [
      `flows ${SAMPLE}`,
      `packets ${SAMPLE}`,
      `score ${SAMPLE}`,
      'features',
      'help',
      `flows ${SAMPLE} --output /dev/full`,
    ]) {
      const done = spawnSync('sh', ['-c', `'${process.execPath}' '${PROGRAM}' ${command} > /dev/full`], {
        env,
        encoding: 'utf8',
      });
      assert.equal(done.status, 2, command);
      assert.match(done.stderr, /cannot be written: /, command);
      assert.equal(
        done.stderr
          .trim()
          .split('\n')
          .filter((l) => l.includes('cannot be written')).length,
        1,
        done.stderr,
      );
    }
  },
);
