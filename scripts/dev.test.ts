// The development loop in a copy of the sources: changes of the window and of the engine are taken, errors are printed
// with their place, the host keeps its checks behind vite, and nothing stays when it ends.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { LAUNCH, NO_BROWSER } from '../e2e/chromium.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LEFT_OUT = /^(node_modules|dist|\.git|docs|bench|native)$/;
const PATIENCE = 90_000;

const folder = mkdtempSync(join(tmpdir(), 'sightline-dev-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let port = 0;
let loop: ChildProcess;
let said = '';

function start(): ChildProcess {
  const args = [
    join(folder, 'scripts', 'dev', 'loop.mjs'),
    '--port',
    String(port),
    join(folder, 'assets', 'sample.pcapng'),
  ];
  return spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, SIGHTLINE_CACHE: join(folder, 'cache'), SIGHTLINE_DATA_HOME: join(folder, 'data') },
  });
}

/** Waits until what was said since `from` has this in it. @returns the match */
async function heard(what: RegExp, from = 0): Promise<RegExpExecArray> {
  const late = performance.now() + PATIENCE;
  for (;;) {
    const found = what.exec(said.slice(from));
    if (found !== null) return found;
    assert.ok(performance.now() < late && loop.exitCode === null, `${what} was not said:\n${said}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** Changes a file of the copy by text at its end. @returns what puts it back */
function changed(path: string, text: string): () => void {
  const whole = join(folder, path);
  const before = readFileSync(whole, 'utf8');
  appendFileSync(whole, `\n${text}\n`);
  return () => writeFileSync(whole, before);
}

const get = (path: string, o: RequestInit = {}): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, o);

/** Enters with a new link. A host that is replaced meanwhile takes its link with it: then another one is asked for. */
async function entered(page: Page): Promise<void> {
  for (let tries = 1; ; tries++) {
    const before = said.length;
    loop.stdin!.write('\n');
    const link = (await heard(/the window is at (\S+)/, before))[1]!;
    // Without a way over another page only the part behind the # would change, and nothing be loaded.
    await page.goto('about:blank');
    await page.goto(link);
    try {
      await page
        .locator('.grid-row')
        .first()
        .waitFor({ timeout: PATIENCE / 6 });
      return;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

describe('npm run dev', { skip: process.platform === 'win32' ? 'signals are not Windows’s' : false }, () => {
  before(async () => {
    cpSync(ROOT, folder, { recursive: true, filter: (from) => !LEFT_OUT.test(relative(ROOT, from)) });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    port = await new Promise((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    loop = start();
    for (const stream of [loop.stdout!, loop.stderr!])
      stream.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
  });
  after(() => loop.kill('SIGKILL'));

  test('it compiles both, starts the host and says where the window is', async () => {
    await heard(/engine: compiled/);
    await heard(/window: compiled/);
    await heard(/the window is at http:\/\/127\.0\.0\.1:\d+\/#token=\S+/);
    assert.match(await (await get('/')).text(), /main\.tsx/);
  });

  test('the host keeps its checks behind vite: origin, secret, token once; its stacks name sources', async () => {
    const token = /#token=(\S+)/.exec(said)![1]!;
    const own = `http://127.0.0.1:${port}`;
    const enter = (origin: string): Promise<Response> =>
      get('/enter', { method: 'POST', body: token, headers: { Origin: origin } });
    assert.equal((await enter('http://127.0.0.1:1')).status, 403);
    assert.equal((await get('/session', { headers: { 'X-Sightline-Session': 'guessed' } })).status, 403);
    const first = await enter(own);
    assert.equal(first.status, 200);
    const { secret } = (await first.json()) as { secret: string };
    assert.equal((await get('/session', { headers: { 'X-Sightline-Session': secret } })).status, 204);
    assert.equal((await enter(own)).status, 403);
    assert.match(readFileSync(join(folder, 'dist', 'web', 'main.js'), 'utf8'), /sourceMappingURL=main\.js\.map/);
    assert.match(await (await get('/main.tsx')).text(), /sourceMappingURL=data:/);
  });

  test('a type error is printed with file and line, and the host that runs goes on', async () => {
    const from = said.length;
    const back = changed('engine/host-desk.ts', "export const wrong: number = 'text';");
    await heard(/engine\/host-desk\.ts\(\d+,14\): error TS2322/, from);
    await heard(/engine: errors/, from);
    const backInWindow = changed('renderer/app.tsx', "export const wrong: number = 'text';");
    await heard(/renderer\/app\.tsx\(\d+,14\): error TS2322/, from);
    assert.ok(!/host \d+ started/.test(said.slice(from)), said);
    const mended = said.length;
    back();
    backInWindow();
    await heard(/engine: compiled/, mended);
    await heard(/window: compiled/, mended);
    await heard(/host \d+ started/, mended);
  });

  test(
    'a browser shows a changed window, and comes to the host that a changed engine starts',
    { skip: NO_BROWSER },
    async () => {
      const browser = await chromium.launch(LAUNCH);
      try {
        const page: Page = await browser.newPage();
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(String(error)));
        await entered(page);
        let loaded = page.waitForEvent('load', { timeout: PATIENCE });
        changed('renderer/main.tsx', "document.body.dataset['changed'] = 'yes';");
        await loaded;
        await page.locator('body[data-changed=yes] .grid-row').first().waitFor();
        const from = said.length;
        loaded = page.waitForEvent('load', { timeout: PATIENCE });
        changed('engine/host-desk.ts', "console.error('a changed engine');");
        await heard(/a changed engine/, from);
        // The page goes to the new host by itself, and shows what that one opened.
        await loaded;
        await page.locator('.grid-row').first().waitFor();
        assert.deepEqual(problems, []);
      } finally {
        await browser.close();
      }
    },
  );

  test('a port that is taken is named', () => {
    const done = spawnSync(process.execPath, [join(folder, 'scripts', 'dev', 'loop.mjs'), '--port', String(port)], {
      encoding: 'utf8',
      timeout: PATIENCE,
    });
    assert.equal(done.status, 2);
    assert.match(done.stderr, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is taken`));
  });

  test('Ctrl-C ends the host and the rest', async () => {
    const host = Number([...said.matchAll(/host (\d+) started/g)].at(-1)![1]);
    process.kill(host, 0);
    const gone = new Promise((resolve) => {
      loop.once('exit', resolve);
    });
    loop.kill('SIGINT');
    assert.equal(await gone, 0);
    assert.throws(() => process.kill(host, 0));
    await assert.rejects(get('/'));
  });
});
