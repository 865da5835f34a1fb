// `sightline capture --learn`: the first hours of what comes, of which packet time tells, become a network's baseline.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { threeHours } from '../engine/testing/hours.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-live-learning-'));
after(() => rmSync(home, { recursive: true, force: true }));
const data = join(home, 'data');
const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: data, NO_COLOR: '1' };

let runs = 0;

function capture(...args: string[]): { readonly code: number | null; readonly err: string } {
  const file = join(home, `capture-${++runs}.pcapng`);
  const command = [PROGRAM, 'capture', '-i', '-', '-w', file, '-q', ...args];
  const done = spawnSync(process.execPath, command, { cwd: ROOT, env, input: threeHours(), encoding: 'utf8' });
  return { code: done.status, err: done.stderr };
}

function learn(...args: string[]): string {
  const command = [PROGRAM, 'learn', ...args];
  return spawnSync(process.execPath, command, { cwd: ROOT, env, encoding: 'utf8' }).stdout;
}

test('one hour of three is learned by name, with what is left out; a second time it is put beside it', () => {
  const first = capture('--learn', '1', '--learn-as', 'eth0');
  assert.equal(first.code, 1, first.err);
  assert.match(first.err, /Learned 'eth0' from 180 flows; captures are judged by it with --network eth0/);
  assert.match(first.err, /20 flows were left out since they would have been raised\.\nLook at these:\n/);
  assert.match(first.err, / {2}stdin: 10\.0\.0\.5 to 10\.0\.0\.9: .*\(3 points\): left out\n/);
  assert.doesNotMatch(first.err, / {2}stdin: .*10\.0\.0\.8/, 'the scan of the third hour is not of the first');
  assert.match(learn('--list'), /^eth0: 180 flows/);
  const again = capture('--learn', '1', '--learn-as', 'eth0');
  assert.match(again.err, /all: suspicious over .* → .*\nNew since: 0 peers and 0 server names\.\n/);
  assert.match(learn('--list'), /^eth0: 360 flows/);
});

test('a capture that ends before: what came is learned, and that is said', () => {
  const short = capture('--learn', '24');
  assert.match(short.err, /The capture ended after 3\.0 of 24 hours: what came by then is learned\./);
  assert.match(short.err, /Learned this network from 540 flows; captures are judged by it\.\n/);
});

test('what cannot be kept is said before the capture, or after it with code 2', () => {
  const stored = join(data, 'baseline.json');
  const other = { ...(JSON.parse(readFileSync(stored, 'utf8')) as object), model: 'another' };
  writeFileSync(stored, JSON.stringify(other));
  const refused = capture('--learn', '1');
  assert.equal(refused.code, 2);
  assert.match(refused.err, /belongs to another model; 'sightline learn --forget' first/);
  assert.doesNotMatch(refused.err, /Capturing on/);
  rmSync(join(data, 'baselines'), { recursive: true });
  writeFileSync(join(data, 'baselines'), 'a file in the place of the folder');
  const lost = capture('--learn', '1', '--learn-as', 'eth0');
  assert.equal(lost.code, 2);
  assert.match(lost.err, /What was learned is not kept: [^\n]+\n[^]*4,400 packets captured/);
  for (const args of [
    ['--learn-as', 'x'],
    ['--learn', '1', '--no-score'],
    ['--learn', '0'],
    ['--learn', '1', '--learn-as', '../x'],
  ])
    assert.equal(capture(...args).code, 2, args.join(' '));
});
