// Tags of flows: kept with the labels, there again when the capture is, moved and saved with them, asked by the filter.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { type FlowRow, flowRow, MAX_TAG, tagsIn, unpackTexts } from '../../contract/index.ts';
import { Store } from '../store/index.ts';
import { askDesk, type AskedDesk } from '../testing/asking.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-tags-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;

function folder(): string {
  const path = join(home, String(++folders));
  mkdirSync(path);
  return path;
}

async function opened(place: string): Promise<AskedDesk> {
  const asked = askDesk(place);
  await asked.ask('hello', { client: 'tags' });
  await asked.ask('open', { path: SAMPLE });
  await asked.desk.session!.done;
  return asked;
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const rows = (...all: readonly number[]): FlowRow[] => all.map(flowRow);

async function matched({ ask }: AskedDesk, filter: string): Promise<number> {
  const { problem, view } = await ask('view', { which: 'flows', filter, sort: null });
  assert.equal(problem, null, filter);
  return view.matched;
}

test('what is typed as tags: commas part them, each once whatever its case, none too long', () => {
  assert.deepEqual(tagsIn('c2,  two   words ;C2,, x\u0000y'), ['c2', 'two words', 'x y']);
  assert.deepEqual(tagsIn(' , ;'), []);
  assert.equal(tagsIn('a'.repeat(100))[0]!.length, MAX_TAG);
});

test('flows are tagged, filtered and grouped by tags, and have them again the next time', async () => {
  const place = folder();
  const first = await opened(place);
  assert.deepEqual(await first.ask('tagFlows', { flows: rows(1, 2, 3), tags: ['c2, beacon'], present: true }), {
    changed: 3,
    full: 0,
  });
  await first.ask('tagFlows', { flows: rows(3, 4), tags: ['C2'], present: true });
  await first.ask('tagFlows', { flows: rows(2), tags: ['beacon'], present: false });
  assert.deepEqual((await first.ask('usedTags', {})).tags, [
    { tag: 'c2', flows: 4 },
    { tag: 'beacon', flows: 2 },
  ]);
  const look = async (asked: AskedDesk): Promise<void> => {
    assert.equal(await matched(asked, 'flow.tag == "c2"'), 4);
    assert.equal(await matched(asked, 'flow.tag contains "EACO"'), 2);
    assert.equal(await matched(asked, 'flow.tag == "c2" and !(flow.tag == "beacon")'), 2);
    const page = await asked.ask('flows', { from: 0, count: 9, generation: 0 });
    assert.deepEqual(unpackTexts(page.tags), ['c2', 'c2']);
    assert.deepEqual((await asked.ask('flow', { flow: flowRow(3) })).tags, ['c2', 'beacon']);
    await matched(asked, '');
    const groups = await asked.ask('flowGroups', {
      by: ['tag'],
      measure: 'bytes',
      distinct: null,
      displayed: false,
      order: null,
      from: 0,
      count: 9,
    });
    assert.deepEqual(unpackTexts(groups.columns[0]!.texts!), ['', 'c2', 'beacon']);
  };
  await look(first);
  await first.close();
  const second = await opened(place);
  await until(() => second.desk.session!.tags.used().length > 0);
  await look(second);
  await second.close();
});

test('all flows of the list are tagged at once; a list of too many is refused, as is no word', async () => {
  const asked = await opened(folder());
  const count = await matched(asked, 'flow.app == "DNS"');
  assert.deepEqual(await asked.ask('tagFlows', { flows: null, tags: ['names'], present: true }), {
    changed: count,
    full: 0,
  });
  assert.equal(await matched(asked, 'flow.tag == names'), count);
  await assert.rejects(asked.ask('tagFlows', { flows: rows(1), tags: [' , '], present: true }), /tags-none/);
  for (let i = 0; i < 32; i++) await asked.ask('tagFlows', { flows: rows(200), tags: [`t${i}`], present: true });
  assert.deepEqual(await asked.ask('tagFlows', { flows: rows(200), tags: ['more'], present: true }), {
    changed: 0,
    full: 1,
  });
  await asked.close();
});

test('saved flows have a column of tags', async () => {
  const asked = await opened(folder());
  await asked.ask('tagFlows', { flows: rows(5), tags: ['two words', 'x'], present: true });
  await matched(asked, 'flow.tag == x');
  const path = join(home, 'flows.csv');
  await asked.ask('save', { what: 'flows', path });
  const [head, line] = readFileSync(path, 'utf8').split(/\r?\n/);
  const at = head!.split(',').indexOf('tags');
  assert.ok(at > 0);
  assert.match(line!, /,"two words, x",/);
  await asked.close();
});

test('tags go where labels go: under another name of the capture, to a copy, and to another store', async () => {
  const place = folder();
  const store = new Store(place);
  const rest = async (): Promise<void> => undefined;
  await store.tagInTurns('live', ['f1', 'f2'], { add: ['a', 'b'], remove: [] }, rest);
  await store.moveLabels('live', 'file');
  await store.copyLabels('file', 'saved');
  assert.equal(store.tags('live').length, 0);
  assert.deepEqual(
    store.tags('saved').map((t) => [t.flow, t.tag]),
    store.tags('file').map((t) => [t.flow, t.tag]),
  );
  store.takeOver('file', [], [], [{ flow: 'f3', tag: 'c', at: '2026-11-26T00:00:00.000Z' }]);
  assert.equal(store.tags('file').length, 5);
  // Somebody deletes the file below an open store: what this process knows is in the new one.
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(place, `sightline.sqlite${suffix}`), { force: true });
  store.setLabel('file', 'f1', 'benign');
  assert.equal(store.tags('file').length, 5);
  store.close();
  const again = new Store(place);
  assert.equal(again.tags('file').length, 5);
  again.close();
});

test('a damaged page loses no tag, and a store of an earlier version gets the table', async () => {
  const place = folder();
  const store = new Store(place);
  const keys = Array.from({ length: 4_000 }, (_, i) => `flow ${i}`);
  await store.tagInTurns('one', keys, { add: ['a rather long word to fill pages'], remove: [] }, async () => undefined);
  store.close();
  const path = join(place, 'sightline.sqlite');
  const db = new DatabaseSync(path);
  const page = Number(db.prepare("SELECT rootpage AS n FROM sqlite_schema WHERE name = 'tags'").get()!['n']);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  assert.ok(statSync(path).size > page * 4096);
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096);
  closeSync(fd);
  const mended = new Store(place);
  assert.notEqual(mended.movedAside, null);
  assert.ok(mended.notes.some((n) => n.say === 'store-salvaged-tags'));
  assert.equal(mended.tags('one').length, keys.length);
  mended.close();
  const old = new DatabaseSync(path);
  old.exec('DROP TABLE tags');
  old.close();
  const fresh = new Store(place);
  assert.deepEqual(fresh.tags('one'), []);
  assert.equal(fresh.movedAside, null);
  fresh.close();
});
