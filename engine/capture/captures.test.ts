// Which captures were interrupted: those whose host is gone. One that runs on another machine or in a container is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SESSION_FILE } from '../read/index.ts';
import { beginRecord, endRecord, interruptedCaptures, type SessionRecord } from './captures.ts';

const parent = mkdtempSync(join(tmpdir(), 'sightline-captures-'));
after(() => rmSync(parent, { recursive: true, force: true }));

/** A capture that this process runs, told otherwise. @param quiet since when nothing was written, ms */
function capture(name: string, change: Partial<SessionRecord>, quiet: number): void {
  const folder = join(parent, name);
  mkdirSync(folder);
  beginRecord(folder, name, '');
  // As versions without a lock left it, and disks that know none.
  endRecord(folder);
  rmSync(join(folder, 'session.lock'));
  const record = {
    ...(JSON.parse(readFileSync(join(folder, SESSION_FILE), 'utf8')) as SessionRecord),
    state: 'running',
    ...change,
  };
  writeFileSync(join(folder, SESSION_FILE), JSON.stringify(record));
  const segment = join(folder, 'p_00001_20260101000000.pcapng');
  writeFileSync(segment, '');
  const at = new Date(Date.now() - quiet);
  for (const path of [segment, folder]) utimesSync(path, at, at);
}

test('a capture of another machine is interrupted when it has not grown for ten minutes, one of ours when its process is gone', () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  capture('ours', {}, 3_600_000);
  capture('ours, complete', { state: 'complete' }, 3_600_000);
  capture('ours, gone', { pid: dead }, 0);
  capture('ours, number given again', { born: '1' }, 0);
  capture('theirs, grows', { machine: '01234567', pid: dead }, 60_000);
  capture('theirs, our number', { machine: '01234567' }, 60_000);
  capture('theirs, quiet', { machine: '01234567' }, 700_000);
  capture('before this version', { machine: '', pid: dead }, 0);
  assert.deepEqual(
    interruptedCaptures(parent)
      .map((c) => c.name)
      .sort(),
    ['before this version', 'ours, gone', 'ours, number given again', 'theirs, quiet'],
  );
});
