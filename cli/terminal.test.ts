import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plainJson, plainText } from '../contract/index.ts';
import { clientHello, packetsOf, pcap, tcp, udp } from '../engine/testing/packets.ts';
import { table } from './table.ts';
import { cleanLine, jsonLine, paint } from './terminal.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRIPT = '/usr/bin/script';
const noPty = process.platform === 'linux' && existsSync(SCRIPT) ? false : 'util-linux script is not here';

/** Told by ranges, not by the expression under test. */
function harmful(point: number): boolean {
  const ranges: readonly (readonly [number, number])[] = [
    [0, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x61c, 0x61c],
    [0x180e, 0x180e],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0xd800, 0xdfff],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
    [0xe0001, 0xe0001],
    [0xe0020, 0xe007f],
  ];
  return ranges.some(([from, to]) => point >= from && point <= to);
}

const harmIn = (text: string): string[] =>
  [...text].filter((c) => harmful(c.codePointAt(0)!)).map((c) => `U+${c.codePointAt(0)!.toString(16)}`);

/** A pseudo random number below `n`, the same in each run. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
}

test('every harmful character is a dot, every other one stays: all code points, one by one', () => {
  for (let point = 0; point <= 0xe1000; point++) {
    const sign = String.fromCodePoint(point);
    if (harmful(point)) assert.equal(plainText(`a${sign}b`), 'a·b', `U+${point.toString(16)}`);
  }
  for (const text of ['plain', 'äöü → … “quoted”', 'Ελληνικά 中文 العربية', '🚀 rocket'])
    assert.equal(plainText(text), text);
});

test('random texts: no harm in a row, a line, a record; a record says the same when it is read', () => {
  const roll = dice(7);
  const pool = [
    '\x1b',
    '\x07',
    '\x9b',
    '\n',
    '\r',
    '\t',
    '\0',
    '\x7f',
    '\u202e',
    '\u2066',
    '\u2028',
    '\ud800',
    '\udc00',
    '\ufeff',
    '\u200b',
    '[31m',
    ']0;x',
    'a',
    'ü',
    '中',
    '🚀',
    ' ',
    '"',
    '\\',
  ];
  for (let n = 0; n < 5_000; n++) {
    const text = Array.from({ length: roll(12) }, () =>
      roll(4) === 0 ? String.fromCharCode(roll(0x10000)) : pool[roll(pool.length)]!,
    ).join('');
    const lines = table([{ title: 'A' }, { title: 'B', right: true }], [[text, text]], () => 'red');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.deepEqual(harmIn(cleanLine(line, false)), [], JSON.stringify(text));
    assert.deepEqual(harmIn(cleanLine([paint(text, 'bold'), text], false)), []);
    const record = { type: 'file', file: text };
    assert.deepEqual(harmIn(jsonLine(record)), []);
    assert.deepEqual(JSON.parse(plainJson(record)), record);
  }
  const coloured = cleanLine([paint('\x1b[0mx', 'red'), 'y\x1b[31m'], true);
  assert.equal(coloured, '\x1b[31m·[0mx\x1b[0my·[31m');
});

/** A client and a server name made of whatever. */
function hostile(name: string): Uint8Array {
  const dns = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 0x1b, 0x5d, 0x30, 0x3b, 0x07, 2, 0xc2, 0x9b, 0, 0, 1, 0, 1];
  const http = Buffer.from(`GET /\x1b[2J HTTP/1.1\r\nHost: ${name}\r\n\r\n`, 'latin1');
  return pcap(
    packetsOf([
      tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'S' }),
      tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'PA', seq: 1, data: clientHello(name) }),
      tcp('10.0.0.1:4001', '10.0.0.2:80', { flags: 'PA', seq: 1, data: http }),
      udp('10.0.0.1:53', '10.0.0.2:53', dns),
    ]),
  );
}

test('on a terminal nothing of a packet or a file name gets through, in any command', { skip: noPty }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-tty-'));
  const captures = join(folder, 'in');
  mkdirSync(captures);
  const names = ['\x1b]0;owned\x07\x1b[2J.test', 'a\r\nfalse line.test', '\u009b31mred\u202e.test'];
  names.forEach((name, i) => writeFileSync(join(captures, `${i}${name.replaceAll('/', '')}.pcap`), hostile(name)));
  writeFileSync(join(captures, '\x1b[31mbad\n.pcap'), 'no capture');
  const env = { ...process.env, SIGHTLINE_CACHE: join(folder, 'cache'), SIGHTLINE_DATA_HOME: join(folder, 'data') };
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const files = readdirSync(captures).map((f) => join(captures, f));
  const calls = [
    ['score', captures],
    ['flows', captures],
    ['packets', captures],
    ['score', '--json', captures],
    ['flows', '--json', captures],
    ['packets', '--json', captures],
    ['learn', captures],
    ['learn', '--show'],
    ['label', files[0]!, '--all', '--as', 'benign'],
    ['label', files[0]!],
    ['label', files.at(-1)!],
    ['export', files[0]!, '--to', join(folder, 'o\x1b[2J')],
    ['score', '/nowhere/\x1b]0;x\x07'],
    ['score', '--\x1b[2J'],
    ['\x1b[2J'],
    ['help', '\x1b[2J'],
    ['doctor', '\x1b[2J'],
    ['recover', '\x1b[2J'],
    ['score', '--model', '\x1b[2J', captures],
    ['flows', captures, '--features', join(folder, '\x1b[2J.csv')],
    ['import', '/nowhere/\x1b[2J'],
    ['train', '/nowhere/\x1b[2J'],
  ];
  for (const args of calls) {
    const command = [process.execPath, PROGRAM, ...args].map(quoted).join(' ');
    const done = spawnSync(SCRIPT, ['-qec', command, '/dev/null'], {
      env,
      cwd: ROOT,
      encoding: 'latin1',
      timeout: 60_000,
    });
    const text = Buffer.from(done.stdout, 'latin1')
      .toString('utf8')
      // What the program itself writes: ends of lines, colours, and wiping its progress line.
      .replaceAll('\r\n', '\n')
      .replaceAll('\r\x1b[K', '')
      .replaceAll(/\x1b\[(?:0|1|3[1235]|90)m/g, '');
    assert.ok(text.length > 0, args.join(' '));
    assert.deepEqual(
      harmIn(text.replaceAll('\n', '')),
      [],
      `${JSON.stringify(args)}: ${JSON.stringify(text.slice(0, 500))}`,
    );
    assert.ok(!/^false line/m.test(text), 'a line was made by a name');
    assert.ok(!text.includes('    at '), text);
  }
  rmSync(folder, { recursive: true, force: true });
});
