// `sightline serve` as a process: its link makes an administrator, a key brings a capture to its verdict, Ctrl-C ends it,
// and what it refuses to begin with.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-serve-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const args = (more: readonly string[]): string[] => [PROGRAM, 'serve', '--data', folder, ...more];

test('serves from the first administrator to a verdict, and ends by Ctrl-C', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, args(['--listen', '0', '--workers', '1']), { cwd: ROOT });
  try {
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
    while (!said.includes('#invitation=')) {
      assert.equal(child.exitCode, null, said);
      await pause(50);
    }
    const [, origin, invitation] = /(http:\/\/127\.0\.0\.1:\d+)\/#invitation=([\w-]{43})/.exec(said)!;
    const api = `${origin}/api/v1`;
    const json = { 'content-type': 'application/json', origin: origin! };
    const body = JSON.stringify({ name: 'root', password: 'correct horse 1', invitation });
    const registered = await fetch(`${api}/register`, { method: 'POST', headers: json, body });
    assert.equal(registered.status, 201);
    const me = (await registered.json()) as { account: { admin: boolean }; csrf: string };
    assert.equal(me.account.admin, true);
    const cookie = registered.headers.get('set-cookie')!.split(';')[0]!;
    const own = { ...json, cookie, 'x-sightline-csrf': me.csrf };
    const made = await fetch(`${api}/account/keys`, { method: 'POST', headers: own, body: '{"name":"script"}' });
    const { key } = (await made.json()) as { key: string };
    const authorization = { authorization: `Bearer ${key}` };
    const sample = readFileSync(join(ROOT, 'assets', 'sample.pcapng'));
    const sent = await fetch(`${api}/uploads?name=s.pcapng`, { method: 'POST', headers: authorization, body: sample });
    const { id } = (await sent.json()) as { id: string };
    const confirmed = { method: 'POST', headers: { ...authorization, ...json }, body: '{"analyse":true}' };
    assert.equal((await fetch(`${api}/uploads/${id}/confirm`, confirmed)).status, 200);
    for (;;) {
      const got = await fetch(`${api}/captures/${id}`, { headers: authorization });
      const { state } = (await got.json()) as { state: { at: string; verdict?: string } };
      assert.notEqual(state.at, 'failed');
      if (state.at === 'done') {
        assert.equal(state.verdict, 'dangerous');
        break;
      }
      await pause(100);
    }
  } finally {
    child.kill('SIGINT');
    const code = await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    assert.equal(code, 0);
  }
});

test('does not begin where others would read passwords, or where nobody could reach it', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--listen', '192.0.2.1:80', '--name', 'x'], /without TLS/],
    [['--listen', '0.0.0.0:0', '--without-tls'], /--name HOST/],
    [['--cert', 'x'], /--cert and --key go together/],
    [['--cert', '/nowhere/x', '--key', '/nowhere/y'], /\/nowhere\/x cannot be read/],
    [['--listen', 'x:y'], /--listen takes/],
    [['--store', join(folder, 'no', 'such', 'folder'), '--listen', '0'], /it cannot be served/],
  ];
  for (const [more, expected] of cases) {
    const done = spawnSync(process.execPath, args(more), { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
    assert.equal(done.status, 2, more.join(' '));
    assert.match(done.stderr, expected);
    assert.doesNotMatch(done.stderr, /\n {4}at /);
  }
});
