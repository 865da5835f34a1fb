// Bundles alone, without the modules that tsc writes, do what the sources do; and the command hands over to them.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-bundle-'));
const dist = join(folder, 'dist');
const sample = join(ROOT, 'assets', 'sample.pcapng');
const env = { ...process.env, SIGHTLINE_CACHE: join(folder, 'cache'), SIGHTLINE_DATA_HOME: join(folder, 'data') };

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(entry: string, ...args: string[]): Ran {
  const done = spawnSync(process.execPath, [entry, ...args], { encoding: 'utf8', env, maxBuffer: 1e9 });
  return { code: done.status, out: done.stdout, err: done.stderr };
}
const fromSources = (...args: string[]): Ran => run(join(ROOT, 'cli', 'main.ts'), ...args);
const fromBundle = (...args: string[]): Ran => run(join(dist, 'cli', 'entry.js'), ...args);

/** Whether there is an `await` outside of functions in a piece of the syntax tree. */
function waits(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(waits);
  const { type, await: isAwaited } = node as { type?: string; await?: boolean };
  if (type === 'AwaitExpression' || (type === 'ForOfStatement' && isAwaited === true)) return true;
  return !/Function|Method/.test(type ?? '') && Object.values(node).some(waits);
}

before(() => {
  const made = run(join(ROOT, 'scripts', 'bundle.mjs'), dist);
  assert.equal(made.code, 0, made.err);
  for (const file of ['package.json', 'models', 'dist/kernel'])
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('every file that a thread or a process is started by has a bundle', () => {
  const starts = globSync('{engine,cli,web}/**/*.ts', { cwd: ROOT })
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) =>
      [
        ...readFileSync(join(ROOT, path), 'utf8').matchAll(
          /(?:startWorker|runThread)\(\s*import\.meta\.url,\s*'([\w-]+)'|new URL\(`\.\/([\w-]+)\./g,
        ),
      ].map((found) => join(dirname(path), `${found[1] ?? found[2]}.js`)),
    );
  assert.ok(starts.length >= 10, starts.join());
  for (const start of starts) assert.ok(existsSync(join(dist, start)), start);
});

test('no thread waits while its module loads: Node 24 goes down where such a one is terminated', () => {
  const files = globSync('app/*.js', { cwd: dist }).filter((path) => /-(?:worker|thread)\.js$/.test(path));
  assert.ok(files.length >= 9, files.join());
  const waiting = files.filter((path) => {
    // A module without `await` at its top can be the body of a function that is not async, but for what it imports.
    const { program } = parse(readFileSync(join(dist, path), 'utf8'), { sourceType: 'module' });
    return program.body.some((statement) => waits(statement));
  });
  assert.deepEqual(waiting, []);
});

test('the command line says the same from its bundle, whatever the number of threads', () => {
  // Sections of a pcapng may follow each other: a file that is large enough to be read by a thread of its own.
  const large = join(folder, 'large.pcapng');
  const bytes = readFileSync(sample);
  writeFileSync(large, Buffer.concat(Array.from({ length: Math.ceil(9e6 / bytes.length) }, () => bytes)));
  const wanted = fromSources('score', '--json', '--foreign', large);
  assert.match(wanted.out, /"type":"flow"/);
  for (const threads of ['1', '2', '3'])
    assert.deepEqual(fromBundle('score', '--json', '--foreign', '--threads', threads, large), wanted, threads);
});

test('every piece of the command line loads', () => {
  const names = [...fromSources('help').out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((found) => found[1]!);
  assert.ok(names.includes('score') && names.includes('evaluate'), names.join());
  for (const name of names) {
    const { code, out, err } = fromBundle(name, '--help');
    assert.deepEqual([code, err], [0, ''], name);
    assert.match(out, new RegExp(`sightline ${name}\\b`));
  }
  assert.deepEqual(fromBundle('help'), fromSources('help'));
});

test('a start that finds kept code, and one that may not keep any, say what the first said', () => {
  const wanted = fromSources('score', '--json', '--foreign', sample);
  const kept = join(env.SIGHTLINE_CACHE, 'code');
  rmSync(kept, { recursive: true, force: true });
  for (const start of ['first', 'second']) {
    assert.deepEqual(fromBundle('score', '--json', '--foreign', sample), wanted, start);
    assert.notEqual(globSync('*/*', { cwd: kept }).length, 0);
  }
  rmSync(kept, { recursive: true });
  writeFileSync(kept, 'no folder');
  assert.deepEqual(fromBundle('score', '--json', '--foreign', sample), wanted);
  rmSync(kept);
});

test('the pinned Node takes the place of one that can give it: same process, code, input and signals', async (t) => {
  if (process.platform !== 'linux') return t.skip('/proc tells');
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'sightline.mjs'), 'score', '-q', '--foreign', '-'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = child.stdout.toArray();
  const ended = new Promise((done) => {
    child.on('exit', (code, signal) => done([code, signal]));
  });
  const commandOf = (): string => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
  while (!commandOf().includes('entry.js'))
    await new Promise((done) => {
      setTimeout(done, 10);
    });
  assert.match(commandOf(), /--max-semi-space-size=.*--invocation-count-for-turbofan=/);
  child.stdin.end(readFileSync(sample));
  const alone = fromSources('score', '-q', '--foreign', sample);
  assert.equal(Buffer.concat(await said).toString(), alone.out.replace(sample, '-'));
  assert.deepEqual(await ended, [alone.code, null]);
});
