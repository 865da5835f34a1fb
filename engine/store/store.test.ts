// The store in every state that it can be found in: new to several at once, held, full, not writable, damaged on any
// page.
import { english } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
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
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { FileLock } from './lock.ts';
import { StoreProblem } from './problem.ts';
import { Store } from './store.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-store-'));
after(() => rmSync(home, { recursive: true, force: true }));
const STORE = new URL('./store.ts', import.meta.url).href;
const PAGE = 4096;
/** What may become of a byte of a damaged page, by the byte and its place in the file. */
const DAMAGE = {
  flip: (byte: number) => byte ^ 0xff,
  zero: () => 0,
  noise: (_byte: number, at: number) => (at * 2654435761) >>> 13,
};
const root = process.platform === 'linux' && process.getuid?.() === 0;
let folders = 0;

function folder(): string {
  const made = join(home, `data-${++folders}`);
  mkdirSync(made, { mode: 0o700 });
  return made;
}

function child(code: string, ...args: string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const said = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import { Store } from '${STORE}';\n${code}`, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  said.stdout.on('data', (p: Buffer) => {
    out += p.toString();
  });
  said.stderr.on('data', (p: Buffer) => {
    out += p.toString();
  });
  return new Promise((resolve) => {
    said.on('close', (c) => resolve({ code: c, out }));
  });
}

function names(path: string): string[] {
  return readdirSync(path).filter((n) => n.includes('damaged'));
}

/** A closed store of many pages: labels, allowed alerts and imported rows. */
function filled(labels = 400): string {
  const at = folder();
  const store = new Store(at);
  for (let c = 0; c < 4; c++)
    store.setLabels(
      `capture-${c}`,
      Array.from({ length: labels / 4 }, (_, i) => `1:flow-${i}@2026-01-01T00:00:00.${i}`),
      c % 2 === 0 ? 'malicious' : 'benign',
    );
  store.importRows(
    'set',
    Array.from({ length: 60 }, (_, i) => ({
      time: 't',
      source: 'a',
      destination: 'b',
      protocol: 'TCP',
      length: i,
      info: 'x'.repeat(60),
      sport: '1',
      dport: '2',
      label: 'good' as const,
    })),
  );
  store.close();
  const db = new DatabaseSync(join(at, 'sightline.sqlite'));
  for (let i = 0; i < 120; i++)
    db.prepare('INSERT INTO allowed VALUES(?, ?)').run(
      `beacon 192.0.2.${i} to a server with a rather long name`,
      'now',
    );
  db.close();
  return at;
}

function labelsOf(store: Store): number {
  return [0, 1, 2, 3].reduce((n, c) => n + store.labels(`capture-${c}`).size, 0);
}

test('four processes that start on an empty folder at once lose nothing', async () => {
  for (let round = 0; round < 6; round++) {
    const at = folder();
    const ends = await Promise.all(
      [0, 1, 2, 3].map((i) =>
        child(
          `
      const s = new Store(process.argv[1]);
      for (let k = 0; k < 5; k++) s.setLabel('c', 'flow-' + process.argv[2] + '-' + k, 'benign');
      s.close();`,
          at,
          String(i),
        ),
      ),
    );
    for (const e of ends) assert.equal(e.code, 0, e.out);
    const store = new Store(at);
    assert.equal(store.labels('c').size, 20);
    assert.deepEqual(names(at), [], 'nothing is set aside');
    store.close();
  }
});

test('a store that another program holds is waited for, then said, and never set aside', async () => {
  const at = filled();
  const path = join(at, 'sightline.sqlite');
  const other = new DatabaseSync(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO allowed VALUES(1, 2); COMMIT');
  assert.throws(
    () => new Store(at, { wait: 200 }),
    (e: unknown) =>
      e instanceof StoreProblem && e.kind === 'locked' && e.message.endsWith('is held by another program.'),
  );
  // A window starts all the same, says so, and stores what was labelled when the other has gone.
  const store = new Store(at, { wait: 100, orMemory: true });
  assert.equal(store.stored, false);
  assert.match(store.notes.map(english).join(' '), /held by another program.*held in memory/);
  await store.labelInTurns('capture-9', ['f'], 'unsure', () => Promise.resolve());
  assert.equal(store.labels('capture-9').get('f'), 'unsure');
  assert.equal(store.retry(), false);
  other.close();
  assert.equal(store.retry(), true);
  assert.equal(store.stored, true);
  store.close();
  const again = new Store(at);
  assert.equal(again.labels('capture-9').get('f'), 'unsure');
  assert.equal(labelsOf(again), 400);
  assert.deepEqual(names(at), []);
  again.close();
  // One that lets go in time is not even noticed.
  const holding = child(
    'const db = new (await import("node:sqlite")).DatabaseSync(process.argv[1]); db.exec("BEGIN EXCLUSIVE"); ' +
      'console.log("held"); setTimeout(() => { db.exec("COMMIT"); }, 600);',
    path,
  );
  await new Promise((resolve) => {
    setTimeout(resolve, 400);
  });
  const patient = new Store(at);
  patient.setLabel('capture-9', 'g', 'benign');
  patient.close();
  assert.equal((await holding).code, 0);
});

test('any page damaged: the store opens, says what it set aside, and no label is lost', () => {
  const at = filled();
  const whole = readFileSync(join(at, 'sightline.sqlite'));
  const pages = whole.length / PAGE;
  assert.ok(pages >= 20, `${pages} pages`);
  let aside = 0;
  for (let page = 0; page < pages; page++) {
    for (const kind of Object.keys(DAMAGE) as (keyof typeof DAMAGE)[]) {
      const bad = Buffer.from(whole);
      for (let i = page * PAGE; i < (page + 1) * PAGE; i++) bad[i] = DAMAGE[kind](bad[i]!, i);
      const data = folder();
      cpSync(at, data, { recursive: true });
      writeFileSync(join(data, 'sightline.sqlite'), bad);
      const store = Store.forWindow(data);
      assert.equal(store.stored, true, `page ${page + 1} ${kind}: ${store.notes.map(english).join(' ')}`);
      assert.equal(labelsOf(store), 400, `page ${page + 1} ${kind}: ${store.notes.map(english).join(' ')}`);
      assert.equal(store.allowed().size, 120, `page ${page + 1} ${kind}`);
      if (store.movedAside !== null) {
        aside++;
        assert.ok(existsSync(store.movedAside));
        assert.match(
          store.notes.map(english).join(' '),
          /was damaged and is set aside as .*400 labels, 120 allowed alerts/,
        );
      }
      store.setLabel('new', 'f', 'benign');
      store.close();
      const next = new Store(data);
      assert.deepEqual(next.notes, [], 'said once');
      assert.equal(next.labels('new').size, 1);
      next.close();
      rmSync(data, { recursive: true });
    }
  }
  assert.ok(aside > pages * 2, `${aside} set aside`);
});

test('random bytes changed anywhere: it opens and takes labels (random)', () => {
  const at = filled();
  const whole = readFileSync(join(at, 'sightline.sqlite'));
  let seed = 20_261;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  for (let round = 0; round < 60; round++) {
    const bad = Buffer.from(whole);
    for (let i = 0; i < 1 + random(40); i++) bad[random(bad.length)] = random(256);
    const data = folder();
    cpSync(at, data, { recursive: true });
    writeFileSync(join(data, 'sightline.sqlite'), random(6) === 0 ? bad.subarray(0, random(bad.length)) : bad);
    const store = Store.forWindow(data);
    store.setLabel('new', 'f', 'benign');
    assert.equal(store.labels('new').size, 1);
    labelsOf(store);
    store.allowed();
    store.datasets();
    store.close();
    rmSync(data, { recursive: true });
  }
});

test('damage met while it is open is mended on the way', () => {
  const at = filled(4000);
  const path = join(at, 'sightline.sqlite');
  const store = Store.forWindow(at);
  const bad = readFileSync(path);
  bad.fill(0xee, PAGE * 2, PAGE * 30);
  writeFileSync(path, bad);
  store.setLabels(
    'capture-7',
    Array.from({ length: 3000 }, (_, i) => `f${i}`),
    'benign',
  );
  for (let c = 0; c < 4; c++) store.labels(`capture-${c}`);
  assert.equal(store.labels('capture-7').size, 3000);
  store.close();
  const next = new Store(at);
  assert.equal(next.labels('capture-7').size, 3000);
  next.close();
});

test('a damaged store that another has open is not renamed under its feet', async () => {
  const at = filled();
  const lock = FileLock.shared(join(at, 'sightline.lock'), 0)!;
  const path = join(at, 'sightline.sqlite');
  writeFileSync(path, 'no database, but as long as one would have to be'.repeat(40));
  const store = new Store(at, { wait: 50, orMemory: true });
  assert.equal(store.stored, false);
  assert.match(store.notes.map(english).join(' '), /is damaged, and another Sightline has it open/);
  assert.deepEqual(names(at), []);
  lock.release();
  assert.equal(store.retry(), true);
  assert.equal(names(at).length > 0, true);
  store.close();
});

test('killed before its log was taken in, and damaged: the log goes along, and its labels are there', () => {
  for (const page of [0, 1, 4]) {
    const at = filled();
    const store = new Store(at);
    store.setLabels(
      'capture-5',
      Array.from({ length: 50 }, (_, i) => `late-${i}`),
      'unsure',
    );
    const data = folder();
    // As kill -9 leaves it.
    cpSync(at, data, { recursive: true });
    store.close();
    const path = join(data, 'sightline.sqlite');
    assert.ok(statSync(`${path}-wal`).size > 0);
    rmSync(`${path}-shm`, { force: true });
    const bad = readFileSync(path);
    bad.fill(0xa5, page * PAGE, (page + 1) * PAGE);
    writeFileSync(path, bad);
    const window = Store.forWindow(data);
    assert.equal(window.stored, true, window.notes.map(english).join(' '));
    assert.equal(labelsOf(window), 400, `page ${page + 1}: ${window.notes.map(english).join(' ')}`);
    assert.equal(window.labels('capture-5').size, 50, `page ${page + 1}: ${window.notes.map(english).join(' ')}`);
    window.close();
  }
});

test('what stands in its place and is none is set aside; nothing waits for a pipe', () => {
  const kinds: [string, (path: string) => void][] = [
    ['folder', (p) => mkdirSync(p)],
    ['link to nothing', (p) => symlinkSync('/nowhere/at/all', p)],
    ['empty', (p) => writeFileSync(p, '')],
    ['short', (p) => writeFileSync(p, 'SQLite format 3\0')],
    [
      'pipe',
      (p) => {
        spawnSync('mkfifo', [p]);
      },
    ],
    ['wal is a folder', (p) => mkdirSync(`${p}-wal`)],
    [
      'wal is a pipe',
      (p) => {
        spawnSync('mkfifo', [`${p}-wal`]);
      },
    ],
    ['lock is noise', (p) => writeFileSync(p.replace('.sqlite', '.lock'), 'noise'.repeat(400))],
    ['head is noise', (p) => writeFileSync(`${p}.head`, 'n')],
  ];
  for (const [kind, make] of kinds) {
    const at = folder();
    make(join(at, 'sightline.sqlite'));
    const store = Store.forWindow(at);
    assert.equal(store.stored, true, `${kind}: ${store.notes.map(english).join(' ')}`);
    store.setLabel('c', 'f', 'benign');
    store.close();
    const next = new Store(at);
    assert.equal(next.labels('c').get('f'), 'benign', kind);
    next.close();
  }
});

test('a hundred thousand labels are one transaction under two seconds, and others have their turns', async () => {
  const store = Store.forWindow(folder());
  const keys = Array.from(
    { length: 100_000 },
    (_, i) => `1:${i.toString(36).padStart(27, 'A')}=@2026-11-25T10:11:12.${String(i).padStart(9, '0')}Z`,
  );
  let turns = 0;
  let longest = 0;
  let last = performance.now();
  const begin = last;
  const ticker = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
  }, 1);
  await store.labelInTurns(
    'c',
    keys,
    'malicious',
    () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  );
  clearInterval(ticker);
  const took = performance.now() - begin;
  assert.equal(store.labels('c').size, 100_000);
  assert.ok(took < 4000, `${took} ms`);
  assert.ok(turns > 10, `${turns} turns, the longest without one ${longest} ms`);
  store.close();
});

test('a batch that is given up leaves nothing, and what is asked meanwhile comes after it', async () => {
  const store = Store.forWindow(folder());
  let turns = 0;
  const given = store.labelInTurns(
    'c',
    Array.from({ length: 50_000 }, (_, i) => `f${i}`),
    'benign',
    () =>
      ++turns > 3
        ? Promise.reject(new Error('given up'))
        : new Promise((resolve) => {
            setImmediate(resolve);
          }),
  );
  const other = store.allow('alert', true);
  await assert.rejects(given, /given up/);
  await other;
  assert.equal(store.labels('c').size, 0);
  assert.equal(store.allowed().size, 1);
  store.close();
});

test('files are private, those of earlier versions too; a folder that everybody uses is left alone', () => {
  const at = join(home, 'loose');
  mkdirSync(at);
  chmodSync(at, 0o755);
  writeFileSync(join(at, 'settings.json'), '{}', { mode: 0o644 });
  writeFileSync(join(at, 'sightline.sqlite'), '', { mode: 0o644 });
  chmodSync(join(at, 'sightline.sqlite'), 0o644);
  const store = new Store(at);
  store.setLabel('c', 'f', 'benign');
  assert.equal(statSync(at).mode & 0o777, 0o700);
  for (const name of readdirSync(at)) assert.equal(statSync(join(at, name)).mode & 0o077, 0, name);
  assert.ok(readdirSync(at).includes('sightline.sqlite-wal'));
  store.close();
  const shared = join(home, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const guest = new Store(shared);
  guest.close();
  assert.equal(statSync(shared).mode & 0o7777, 0o1777);
});

test('deleted or replaced while it is open: what is said next, and what was said before, is in the one at its path', async () => {
  for (const how of ['file', 'folder', 'replaced'] as const) {
    const at = filled();
    const path = join(at, 'sightline.sqlite');
    const store = Store.forWindow(at);
    await store.labelInTurns('capture-8', ['before'], 'benign', () => Promise.resolve());
    if (how === 'file') for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    else rmSync(at, { recursive: true });
    if (how === 'replaced') {
      mkdirSync(at);
      const other = new Store(at);
      other.setLabel('capture-8', 'of another', 'unsure');
      other.close();
    }
    await store.labelInTurns('capture-8', ['after'], 'benign', () => Promise.resolve());
    assert.match(
      store.notes.map(english).join(' '),
      /was deleted or replaced while it was open\. What it held is stored there again\./,
    );
    store.setLabel('capture-8', 'later', 'benign');
    store.close();
    const next = new Store(at);
    assert.equal(labelsOf(next), 400, how);
    assert.deepEqual(
      [...next.labels('capture-8').keys()].sort(),
      ['after', 'before', 'later', ...(how === 'replaced' ? ['of another'] : [])].sort(),
    );
    assert.equal(next.allowed().size, 120);
    assert.equal(next.importedRows('set').length, 60);
    next.close();
  }
});

test(
  'a full disk: what does not fit is refused as a whole, in a sentence; what was stored stays',
  { skip: !root && 'a small disk is mounted by root only' },
  async () => {
    const at = folder();
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', at]).status, 0);
    try {
      const store = Store.forWindow(at);
      store.setLabels(
        'c',
        Array.from({ length: 200 }, (_, i) => `f${i}`),
        'benign',
      );
      const large = Array.from({ length: 60_000 }, (_, i) => `${i}-${'x'.repeat(40)}`);
      const refused = (e: unknown): boolean =>
        e instanceof StoreProblem && e.kind === 'full' && /^The disk of the label store .* is full\.$/.test(e.message);
      await assert.rejects(
        store.labelInTurns('d', large, 'malicious', () => Promise.resolve()),
        refused,
      );
      assert.throws(() => store.setLabels('d', large, 'malicious'), refused);
      assert.equal(store.labels('d').size, 0);
      assert.equal(store.labels('c').size, 200);
      store.close();
      // To the last byte: nothing can be opened for writing any more.
      try {
        writeFileSync(join(at, 'filler'), Buffer.alloc(2 ** 21));
      } catch {
        /* full */
      }
      const window = Store.forWindow(at);
      assert.equal(window.labels('c').size, 200, window.notes.map(english).join(' '));
      if (!window.stored) assert.match(window.notes.map(english).join(' '), /full/);
      window.close();
      rmSync(join(at, 'filler'));
      const next = new Store(at);
      assert.equal(next.labels('c').size, 200);
      assert.deepEqual(names(at), []);
      next.close();
    } finally {
      spawnSync('umount', [at]);
    }
  },
);

test(
  'a folder that cannot be written: the labels that are there are shown, and the rest is held in memory',
  { skip: !root && 'a disk is mounted read-only by root only' },
  async () => {
    const at = filled();
    assert.equal(spawnSync('mount', ['--bind', at, at]).status, 0);
    try {
      assert.equal(spawnSync('mount', ['-o', 'remount,bind,ro', at]).status, 0);
      assert.throws(
        () => new Store(at, { wait: 100 }),
        (e: unknown) => e instanceof StoreProblem && e.kind === 'read-only',
      );
      const store = Store.forWindow(at);
      assert.equal(store.stored, false);
      assert.equal(labelsOf(store), 400);
      await store.labelInTurns('capture-0', ['f'], 'benign', () => Promise.resolve());
      assert.equal(labelsOf(store), 401);
      store.close();
    } finally {
      spawnSync('umount', [at]);
    }
  },
);
