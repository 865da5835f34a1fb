// Settings, recent captures and the learned baseline in every odd state: the window starts, and says what it does not
// use.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
import { after, test } from 'node:test';
import { english, type Request, SETTING_SHAPES, UNCHANGED } from '../../contract/index.ts';
import { changeSettings, DEFAULT_SETTINGS, readRecent, readSettings, remember } from './memory.ts';
import { testDesk } from '../testing/desks.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-memory-'));
after(() => rmSync(home, { recursive: true, force: true }));
/** A change of no setting. */
let folders = 0;

function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = join(home, `data-${++folders}`);
  mkdirSync(made);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

test('a setting out of its range is as it is by default, and is named', () => {
  const odd: [string, unknown][] = [
    ['tcpTimeout', -5],
    ['tcpTimeout', 0],
    ['tcpTimeout', 1e9],
    ['udpTimeout', 1.5],
    ['otherTimeout', 0],
    ['otherTimeout', '60'],
    ['theme', 'pink'],
    ['theme', {}],
    ['language', 7],
    ['time', null],
    ['udpTimeout', [60]],
  ];
  for (const [key, value] of odd) {
    const at = folder({ 'settings.json': JSON.stringify({ theme: 'dark', [key]: value }) });
    const { value: settings, notes } = readSettings(at);
    assert.deepEqual(settings, { ...DEFAULT_SETTINGS, ...(key === 'theme' ? {} : { theme: 'dark' }) }, key);
    assert.equal(notes.length, 1);
    assert.match(
      english(notes[0]!),
      new RegExp(
        `^The setting ${key} in settings\\.json is not used: .* It is ` +
          `${String(DEFAULT_SETTINGS[key as 'theme'])} now\\.$`,
      ),
    );
  }
  const fine = { ...DEFAULT_SETTINGS, tcpTimeout: 1, theme: 'light' as const };
  // A key that is none, or that an earlier version wrote, is passed over without a word.
  assert.deepEqual(
    readSettings(folder({ 'settings.json': JSON.stringify({ ...fine, unknown: 1, falseAlarms: 1000 }) })),
    { value: fine, notes: [] },
  );
});

test('any value for any setting: only what fits its range is used (random)', () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const values: readonly unknown[] = [
    null,
    true,
    '',
    'dark',
    'zh',
    'utc',
    -1,
    0,
    1,
    60,
    86_400,
    86_401,
    1e6,
    1e7,
    0.5,
    NaN,
    [],
    {},
    '9',
    '__proto__',
  ];
  const keys = Object.keys(SETTING_SHAPES) as (keyof typeof SETTING_SHAPES)[];
  for (let round = 0; round < 500; round++) {
    const said: Record<string, unknown> = {};
    for (const key of keys) if (random(2) === 0) said[key] = values[random(values.length)];
    const { value, notes } = readSettings(folder({ 'settings.json': JSON.stringify(said) }));
    let odd = 0;
    for (const key of keys) {
      const given = Object.hasOwn(said, key)
        ? (JSON.parse(JSON.stringify(said)) as Record<string, unknown>)[key]
        : undefined;
      const fits = given !== undefined && given !== null && SETTING_SHAPES[key].check(given, key) === null;
      if (given !== undefined && !fits) odd++;
      assert.deepEqual(value[key], fits ? given : DEFAULT_SETTINGS[key]);
    }
    assert.equal(notes.length, odd);
    rmSync(join(home, `data-${folders}`), { recursive: true });
  }
});

const STATES: readonly [string, (path: string) => void][] = [
  ['empty', (p) => writeFileSync(p, '')],
  ['half', (p) => writeFileSync(p, '{"theme": "da')],
  ['null', (p) => writeFileSync(p, 'null')],
  ['number', (p) => writeFileSync(p, '7')],
  ['wrong kind', (p) => writeFileSync(p, p.endsWith('recent.json') ? '{}' : '[]')],
  ['binary', (p) => writeFileSync(p, Buffer.alloc(4000, 0xfe))],
  ['folder', (p) => mkdirSync(p)],
  [
    'pipe',
    (p) => {
      spawnSync('mkfifo', [p]);
    },
  ],
  ['device', (p) => symlinkSync('/dev/zero', p)],
  ['loop', (p) => symlinkSync(p, p)],
  ['huge', (p) => writeFileSync(p, ' '.repeat(3e6))],
];

test('each file in each odd state: the desk starts at once, says which file, and remembers anew', async () => {
  for (const name of ['settings.json', 'recent.json', 'baseline.json']) {
    for (const [state, make] of STATES) {
      if (name === 'baseline.json' && state === 'huge') continue;
      const at = folder();
      make(join(at, name));
      const begin = performance.now();
      const desk = testDesk({ dataFolder: at, cacheFolder: join(home, 'cache') });
      try {
        assert.ok(performance.now() - begin < 15_000);
        assert.equal(desk.notes.length, 1, `${name} ${state}: ${desk.notes.map(english).join(' | ')}`);
        assert.ok(english(desk.notes[0]!).includes(name), english(desk.notes[0]!));
        assert.deepEqual(desk.settings, DEFAULT_SETTINGS);
        assert.deepEqual(desk.recent, []);
        assert.equal(desk.baseline.learned, false);
        desk.changeSettings({ ...UNCHANGED, theme: 'dark' });
      } finally {
        await desk.close();
      }
      assert.equal(readSettings(at).value.theme, 'dark', `${name} ${state}`);
      if (name !== 'baseline.json')
        assert.equal(
          readdirSync(at).some((f) => f.startsWith(`${name}.damaged-`)),
          true,
          `${name} ${state}`,
        );
    }
  }
});

test('entries of the recent list that are none are left out and counted; counts that are none are nothing', () => {
  const good = {
    path: '/a',
    name: 'a',
    packets: 3,
    flows: 2,
    malicious: 1,
    suspicious: 0,
    opened: '2026-01-01T00:00:00.000Z',
  };
  const at = folder({
    'recent.json': JSON.stringify([
      good,
      7,
      null,
      { path: 1, name: 'x' },
      { path: '/b', name: 'b', packets: -4, flows: 'many', opened: 'yesterday' },
    ]),
  });
  const { value, notes } = readRecent(at);
  assert.deepEqual(value, [
    good,
    { path: '/b', name: 'b', packets: 0, flows: 0, malicious: 0, suspicious: 0, opened: '1970-01-01T00:00:00.000Z' },
  ]);
  assert.deepEqual(notes.map(english), ['3 of the entries in recent.json cannot be read and are left out.']);
});

const LONGEST_PATH = process.platform === 'linux' ? 4_095 : 1_023;

test('what cannot be written is said, holds until the end, and leaves what was there', () => {
  // So deep that the files' names have room, and the longer ones that are written first have none.
  const room = LONGEST_PATH - '/settings.json'.length - 2;
  let at = folder({});
  while (at.length < room) at = join(at, 'x'.repeat(Math.min(200, Math.max(1, room - at.length - 1))));
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'recent.json'), '[]');
  const set: Request<'settings'> = { ...UNCHANGED, theme: 'light' };
  const after = changeSettings(at, DEFAULT_SETTINGS, set);
  assert.equal(after.value.theme, 'light');
  assert.match(
    after.notes.map(english).join(),
    /^The settings hold until Sightline ends: they could not be written: .+\.$/,
  );
  const known = remember(at, [], {
    path: '/a',
    name: 'a',
    packets: 1,
    flows: 1,
    malicious: 0,
    suspicious: 0,
    opened: '2026-01-01T00:00:00.000Z',
  });
  assert.equal(known.value.length, 1);
  assert.match(known.notes.map(english).join(), /^Recent captures could not be written: .+\.$/);
  assert.equal(readFileSync(join(at, 'recent.json'), 'utf8'), '[]');
  assert.equal(existsSync(join(at, 'settings.json')), false);
});

test('files and folders are made for their owner only', () => {
  const at = join(home, 'private', 'deep');
  changeSettings(at, DEFAULT_SETTINGS, { ...UNCHANGED, theme: 'light' });
  assert.equal(statSync(at).mode & 0o777, 0o700);
  assert.equal(statSync(join(at, 'settings.json')).mode & 0o777, 0o600);
});
