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

test('a file that took too long says so, one whose process was ended by somebody else says that', async () => {
  assert.equal(await told(new Downloads(places, SCORE_LIMITS, inflating)), 'made');
  assert.equal(await told(new Downloads(places, { ...SCORE_LIMITS, time: 1 }, inflating)), 'export-ended');
  assert.equal(await told(new Downloads(places, SCORE_LIMITS, inflating), (d) => d.close()), 'export-lost');
});
