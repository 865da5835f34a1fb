// The journal of incidents: kept, moved, salvaged and taken over with the labels, never changed.
import assert from 'node:assert/strict';
import { mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { JournalEntry, JournalWhat } from '../../contract/index.ts';
import { Store } from './store.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-journal-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;

function folder(): string {
  return join(home, String(++folders));
}

function entry(id: string, what: JournalWhat = 'note', value = `text of ${id}`): JournalEntry {
  return { id, at: `2026-11-26T00:00:${id.padStart(2, '0')}.000Z`, who: 'somebody', about: 'a > b', what, value };
}

test('entries are there in their order, and again after the program; the same twice is there once', async () => {
  const place = folder();
  const store = new Store(place);
  await store.addEntries('one', [entry('2'), entry('1')]);
  await store.addEntries('one', [entry('2', 'note', 'another text'), entry('3')]);
  await store.addEntries('two', [entry('1')]);
  store.close();
  const again = new Store(place);
  assert.deepEqual(
    again.journal('one').map((e) => [e.id, e.value]),
    [
      ['1', 'text of 1'],
      ['2', 'text of 2'],
      ['3', 'text of 3'],
    ],
  );
  assert.equal(again.journal('two').length, 1);
  again.close();
});

test('nobody changes or deletes an entry, whoever asks the database', async () => {
  const place = folder();
  const store = new Store(place);
  await store.addEntries('one', [entry('1'), entry('2')]);
  store.close();
  const db = new DatabaseSync(join(place, 'sightline.sqlite'));
  assert.throws(() => db.exec("UPDATE journal SET who = 'another'"), /entries of the journal are not changed/);
  assert.throws(() => db.exec("DELETE FROM journal WHERE id = '1'"), /entries of the journal are not deleted/);
  db.close();
  const again = new Store(place);
  assert.deepEqual(
    again.journal('one').map((e) => [e.id, e.who]),
    [
      ['1', 'somebody'],
      ['2', 'somebody'],
    ],
  );
  again.close();
});

test('a capture that is known by another name has its journal by that name too', async () => {
  const store = new Store(folder());
  await store.addEntries('live', [entry('1'), entry('2')]);
  await store.moveLabels('live', 'file');
  await store.copyLabels('live', 'saved');
  for (const name of ['live', 'file', 'saved']) assert.equal(store.journal(name).length, 2, name);
  store.close();
});

test('a store of before there was a journal gets one, and keeps its labels', () => {
  const place = folder();
  const store = new Store(place);
  store.setLabel('one', 'flow', 'malicious');
  store.close();
  const path = join(place, 'sightline.sqlite');
  const db = new DatabaseSync(path);
  db.exec('DROP TABLE journal');
  db.close();
  const again = new Store(place);
  assert.deepEqual(again.journal('one'), []);
  assert.equal(again.labels('one').get('flow'), 'malicious');
  again.close();
});

test('one damaged page of the store loses no entry, wherever it is', async () => {
  const place = folder();
  const all = Array.from({ length: 300 }, (_, i) => entry(String(i), 'note', 'x'.repeat(200)));
  const path = join(place, 'sightline.sqlite');
  const make = async (): Promise<number> => {
    rmSync(place, { recursive: true, force: true });
    const store = new Store(place);
    await store.addEntries('one', all);
    store.close();
    return statSync(path).size;
  };
  const size = await make();
  for (let page = 1; page < size / 4096; page += 3) {
    await make();
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(4096, 0xee), 0, 4096, page * 4096);
    closeSync(fd);
    const store = new Store(place);
    assert.equal(store.journal('one').length, all.length, `page ${page}`);
    store.close();
  }
});

test('what another store exported is taken over once, and later labels stay', async () => {
  const store = new Store(folder());
  store.setLabel('one', 'flow', 'benign');
  const early = { flow: 'flow', label: 'malicious', at: '2001-01-01T00:00:00.000Z' } as const;
  const other = { flow: 'other', label: 'unsure', at: '2001-01-01T00:00:00.000Z' } as const;
  for (let i = 0; i < 2; i++) store.takeOver('one', [early, other], [entry('1'), entry('2')]);
  assert.deepEqual(Object.fromEntries(store.labels('one')), { flow: 'benign', other: 'unsure' });
  assert.equal(store.journal('one').length, 2);
  assert.equal(store.labelRows('one').length, 2);
  store.close();
});
