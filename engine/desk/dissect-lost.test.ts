// A dissection engine that is lost while somebody asks it: what was asked is asked of the next one, a packet that ends
// one after the other is not.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packetRow, textAt } from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import type { Desk } from './desk.ts';
import { treeSource } from './tree-source.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const ROW = packetRow(19);

let desk: Desk;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-dissect-lost-'));
  desk = testDesk({ dataFolder: folder, cacheFolder: folder });
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
});
after(async () => {
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Ends so many engines, one after the other, each while it is asked. @returns how many were ended */
async function whileEnding<T>(most: number, ask: () => Promise<T>): Promise<readonly [told: T, ended: number]> {
  const ended = new Set<number>();
  const killer = setInterval(() => {
    const pid = desk.dissectPid;
    // One that has just begun is not asked yet.
    if (desk.state()!.dissect !== 'ready' || pid === null || ended.has(pid) || ended.size >= most) return;
    ended.add(pid);
    process.kill(pid, 'SIGKILL');
  }, 1);
  try {
    return [await ask(), ended.size];
  } finally {
    clearInterval(killer);
  }
}

test('a tree and texts of rows that were asked for while the engine ended come from the next one', async () => {
  const [told, ended] = await whileEnding(1, () => desk.trees.tree(treeSource(desk.session!), ROW));
  assert.ok(told.ok && ended === 1, JSON.stringify(told));
  assert.match(textAt(told.tree.label, 0), /^Frame 20:/);
  const [rows, more] = await whileEnding(1, () => desk.trees.rows.rows(treeSource(desk.session!), [ROW], []));
  assert.ok(rows.ok && more === 1, JSON.stringify(rows));
  assert.ok(rows.page.row.includes(ROW), JSON.stringify(rows.page));
});

test('a packet at which one engine after the other ends is refused once and then tried again', async () => {
  const [told, ended] = await whileEnding(2, () => desk.trees.tree(treeSource(desk.session!), ROW));
  assert.deepEqual([told.ok || told.message.say, ended], ['tree-ended', 2]);
  const again = await desk.trees.tree(treeSource(desk.session!), ROW);
  assert.equal(again.ok || again.message.say, 'tree-not-twice');
  assert.ok((await desk.trees.tree(treeSource(desk.session!), ROW)).ok);
});
