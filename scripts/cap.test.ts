// npm `cap` as a source, where libpcap's headers are: built on request, and captured with in a network namespace.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildCap } from './cap.mjs';
import { PROGRAM } from '../engine/testing/program.ts';

const cap = buildCap();
const space = `sl-cap-${process.pid}`;
const ip = (...args: string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
const isThere = cap.ok && process.platform === 'linux' && process.getuid?.() === 0 && ip('netns', 'add', space);
const why = cap.ok ? 'network namespaces cannot be made here' : cap.message;
const PACKETS = 60;
/** Sends numbered datagrams to itself, until it is ended. */
const SENDER = `
const s = require('node:dgram').createSocket('udp4');
let n = 0;
s.bind(0, '127.0.0.1', () => setInterval(() => s.send('packet ' + n++, 9, '127.0.0.1'), 5));
s.on('error', () => {});
`;

test('cap captures what passes the interface, and every packet is whole', { skip: isThere ? false : why }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-cap-'));
  ip('-n', space, 'link', 'set', 'lo', 'up');
  const within = ['netns', 'exec', space, process.execPath];
  const sender = spawn('ip', [...within, '-e', SENDER], { stdio: 'ignore' });
  try {
    const file = join(folder, 'lo.pcapng');
    const said = ['capture', '-i', 'lo', '-f', 'udp', '--source', 'cap', '-a', `packets:${PACKETS}`, '-w', file];
    const env = { ...process.env, SIGHTLINE_DATA_HOME: folder, SIGHTLINE_CACHE: folder };
    const capture = spawn('ip', [...within, PROGRAM, ...said], { env });
    let err = '';
    capture.stderr.on('data', (piece) => (err += piece));
    capture.stdout.resume();
    const code = await new Promise((resolve) => capture.on('close', resolve));
    assert.equal(code, 0, err);
    const told = spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'data.text', '-o', 'data.show_as_text:TRUE'], {
      encoding: 'utf8',
    });
    const numbers = [...told.stdout.matchAll(/packet (\d+)/g)].map((m) => Number(m[1]));
    assert.equal(numbers.length, PACKETS, told.stdout.slice(0, 400));
    // It is slow, not wrong: numbers only rise.
    assert.ok(numbers.every((n, i) => i === 0 || n > numbers[i - 1]!));
  } finally {
    sender.kill();
    rmSync(folder, { recursive: true });
    ip('netns', 'delete', space);
  }
});
