// A store whose log was cut says so; one that nobody touched, that is set aside or that is new does not.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { COUNT_SUFFIX } from './count.ts';
import { Store } from './store.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-count-'));
after(() => rmSync(home, { recursive: true, force: true }));

const rest = (): Promise<void> => Promise.resolve();
const said = (store: Store): (string | number | boolean)[] => store.notes.map(({ say }) => say);

/** A store as a kill leaves it: ten labels, the last of them in the log. */
async function killed(name: string): Promise<string> {
  const folder = join(home, name);
  mkdirSync(folder);
  const store = new Store(folder);
  for (let i = 0; i < 10; i++) await store.labelInTurns('c', [`flow ${i}`], 'malicious', rest);
  store.setLabel('c', 'flow 3', 'benign');
  const copy = `${folder}-killed`;
  cpSync(folder, copy, { recursive: true });
  store.close();
  return copy;
}

test('a store is whole after a kill, and says nothing', async () => {
  const store = new Store(await killed('whole'));
  assert.deepEqual(said(store), []);
  assert.equal(store.labels('c').size, 10);
  store.close();
});

for (const [name, cut] of [
  ['emptied', () => 0],
  ['cut', (size: number) => size - 5_000],
] as const)
  test(`a log that was ${name} is said once`, async () => {
    const folder = await killed(name);
    const log = join(folder, 'sightline.sqlite-wal');
    truncateSync(log, cut(statSync(log).size));
    const store = new Store(folder);
    assert.deepEqual(said(store), ['store-shortened']);
    assert.equal(store.notes[0]!.values!['n'], name === 'emptied' ? 11 : 1);
    store.setLabel('c', 'again', 'benign');
    store.close();
    const again = new Store(folder);
    assert.deepEqual(said(again), []);
    assert.equal(again.labels('c').get('again'), 'benign');
    again.close();
  });

test('a count that is no number, or that is gone, is nothing', async () => {
  const folder = await killed('odd');
  for (const text of ['', 'noise', '-5', '9'.repeat(400)]) {
    writeFileSync(join(folder, `sightline.sqlite${COUNT_SUFFIX}`), text);
    const store = new Store(folder);
    assert.deepEqual(said(store), [], text);
    store.close();
  }
});

test('a store that was removed or set aside is said by that alone', async () => {
  const folder = await killed('removed');
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `sightline.sqlite${suffix}`), { force: true });
  const store = new Store(folder);
  assert.deepEqual(said(store), ['store-gone']);
  store.close();
  const damaged = await killed('damaged');
  writeFileSync(join(damaged, 'sightline.sqlite'), 'x'.repeat(60_000));
  const other = new Store(damaged);
  assert.equal(said(other).includes('store-shortened'), false);
  assert.equal(said(other).length > 0, true);
  other.close();
  const last = new Store(damaged);
  assert.deepEqual(said(last), []);
  last.close();
});
