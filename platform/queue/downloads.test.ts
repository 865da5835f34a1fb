// Files that could not be made: why is told as it was, and nothing is left.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SCORE_LIMITS } from '../analysis/index.ts';
import { Places } from '../uploads/index.ts';
import { newId } from '../store/index.ts';
import { Downloads, type Wanted } from './downloads.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-downloads-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const places = new Places(folder);
const inflating = { ratio: 100, floorBytes: 10_000_000 };

function wanted(): Wanted {
  const capture = newId();
  const from = places.fresh('incoming');
  writeFileSync(join(from, 'capture'), readFileSync(new URL('../../assets/sample.pcapng', import.meta.url)));
  places.keep(from, capture);
  return { capture, name: 'sample.pcapng', lease: null, as: 'pcapng', labels: [] };
}

async function told(downloads: Downloads, after: (d: Downloads) => void = () => undefined): Promise<string> {
  const made = downloads.make(wanted());
  await new Promise(setImmediate);
  after(downloads);
  const got = await made;
  if (got.ok) await got.value.bytes.toArray();
  assert.deepEqual(readdirSync(join(folder, 'work')), []);
  return got.ok ? 'made' : got.why.say;
}

test('who asks and goes keeps nobody waiting, and one capture no more than its part', async () => {
  const downloads = new Downloads(places, SCORE_LIMITS, inflating);
  const one = wanted();
  const going = Array.from({ length: 20 }, () => {
    const given = new AbortController();
    const made = downloads.make(one, given.signal);
    given.abort();
    return made;
  });
  const stays = downloads.make(one);
  const got = await downloads.make(wanted());
  assert.ok(got.ok);
  await got.value.bytes.toArray();
  const told = (await Promise.all(going)).map((each) => (each.ok ? 'made' : each.why.say));
  assert.deepEqual(new Set(told), new Set(['export-lost', 'downloads-of-one']));
  // Those that were given up are gone from its part at once or with their worker.
  const last = await stays;
  if (last.ok) await last.value.bytes.toArray();
  const again = await downloads.make(one);
  assert.ok(again.ok);
  await again.value.bytes.toArray();
  assert.deepEqual(readdirSync(join(folder, 'work')), []);
});

test('where there is no room for a folder, the next one has its turn all the same', async () => {
  const fails = { left: 3 };
  const broken = Object.assign(Object.create(places) as Places, {
    fresh: (what: 'incoming' | 'work') => {
      if (fails.left-- > 0) throw new Error('no room');
      return places.fresh(what);
    },
  });
  const downloads = new Downloads(broken, SCORE_LIMITS, inflating);
  const one = wanted();
  for (let i = 0; i < 3; i++) await assert.rejects(downloads.make(one), /no room/);
  const got = await downloads.make(one);
  assert.ok(got.ok);
  await got.value.bytes.toArray();
});

test('a file that took too long says so, one whose process was ended by somebody else says that', async () => {
  assert.equal(await told(new Downloads(places, SCORE_LIMITS, inflating)), 'made');
  assert.equal(await told(new Downloads(places, { ...SCORE_LIMITS, time: 1 }, inflating)), 'export-ended');
  assert.equal(await told(new Downloads(places, SCORE_LIMITS, inflating), (d) => d.close()), 'export-lost');
});
