// Opening the browser: nothing that everybody on the machine can read redeems the session.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Opener } from './browser.ts';
import { ROOT } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-browser-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = process.platform === 'linux' ? false : 'xdg-open is Linux’s';

/** An xdg-open that writes down what it was called with, and how others see it in /proc. */
function standIn(): { readonly path: string; readonly log: string } {
  const bin = join(folder, 'bin');
  const log = join(folder, 'log');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'xdg-open'),
    [
      '#!/bin/sh',
      `{ printf '%s\\n' "$@"; tr '\\0' '\\n' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$PPID/cmdline; } > ` +
        `'${log}.new' &&`,
      `mv '${log}.new' '${log}'`,
      'sleep 1\n',
    ].join('\n'),
  );
  chmodSync(join(bin, 'xdg-open'), 0o755);
  return { path: bin, log };
}

test(
  'the link stands in no process’s arguments; the page that leads to it is the user’s alone and goes',
  { skip },
  async () => {
    const { path, log } = standIn();
    const child = spawn(process.execPath, [join(ROOT, 'web', 'main.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        DISPLAY: ':nowhere',
        PATH: `${path}:${process.env['PATH'] ?? ''}`,
        SIGHTLINE_CACHE: join(folder, 'cache'),
        SIGHTLINE_DATA_HOME: join(folder, 'data'),
        SIGHTLINE_NO_BROWSER: undefined,
      },
    });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    for (let i = 0; i < 300 && !(existsSync(log) && said.includes('#token=')); i++)
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    const link = /http:\S+#token=(\S+)/.exec(said)!;
    const called = readFileSync(log, 'utf8');
    assert.ok(!called.includes(link[1]!) && !called.includes('token'), called);
    const page = called.split('\n')[0]!;
    assert.match(readFileSync(page, 'utf8'), /http-equiv="refresh"/);
    assert.ok(readFileSync(page, 'utf8').includes(link[0]));
    assert.equal(statSync(page).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(page)).mode & 0o777, 0o700);
    const { origin } = new URL(link[0]);
    const entered = await fetch(`${origin}/enter`, { method: 'POST', body: link[1]!, headers: { Origin: origin } });
    assert.equal(entered.status, 200);
    assert.ok(!existsSync(page));
    const gone = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    assert.equal(await gone, 0);
  },
);

test('pages of runs that were killed go at the next start; a second link’s page replaces the first’s', () => {
  const cache = join(folder, 'other');
  const opener = new Opener(cache);
  const first = opener.page('http://127.0.0.1:1/#token=a');
  const second = opener.page('http://127.0.0.1:1/#token=b');
  assert.ok(!existsSync(first) && existsSync(second));
  const [, place] = second.split('/').at(-1)!.split('-');
  const dead = join(dirname(second), `run-${place}-1-ffffffff-1.html`);
  writeFileSync(dead, 'x');
  assert.ok(existsSync(new Opener(cache).page('http://127.0.0.1:1/#token=c')));
  assert.ok(!existsSync(dead) && existsSync(second));
});

test('where there is nothing to show it in, no page is written', () => {
  const cache = join(folder, 'none');
  const opener = new Opener(cache);
  if (process.platform === 'linux') {
    opener.show('http://127.0.0.1:1/#token=a', { PATH: join(folder, 'bin') });
    opener.show('http://127.0.0.1:1/#token=a', { DISPLAY: ':0', PATH: '/nonexistent' });
    assert.ok(!existsSync(join(cache, 'open')));
  }
});
