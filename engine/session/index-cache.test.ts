import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { flowRow, packetRow } from '../../contract/index.ts';
import { openCapture, packetBytes } from '../read/index.ts';
import { noFacts } from '../protocols/index.ts';
import { Analysis } from './analysis.ts';
import { factsOfRow, flowRecord } from './flow-record.ts';
import { loadIndex, saveIndex } from './index-cache.ts';
import { packetRecord } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const capture = join(folder, 'sample.pcapng');
copyFileSync(fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url)), capture);

async function fresh(): Promise<Analysis> {
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(capture, analysis, { cacheFolder: folder });
  assert.ok(opened.ok);
  while (await opened.reader.step()) {
    /* whole */
  }
  opened.reader.close();
  analysis.finish();
  return analysis;
}

function rows(a: Analysis): string[] {
  const bytes = packetBytes(capture);
  const packets = Array.from({ length: a.packetCount }, (_, row) =>
    JSON.stringify(packetRecord(a, packetRow(row), bytes)),
  );
  const flows = Array.from({ length: a.flows.columns.count }, (_, row) =>
    JSON.stringify(flowRecord(a, 'x', flowRow(row))),
  );
  bytes.close();
  return [...packets, ...flows];
}

test('an index gives the same rows as reading again; a damaged or foreign one is not believed', async () => {
  const analysis = await fresh();
  assert.equal(loadIndex(folder, capture), null);
  saveIndex(folder, capture, analysis, { kind: 'ok' });
  const loaded = loadIndex(folder, capture)!;
  assert.deepEqual(rows(loaded.analysis), rows(analysis));
  assert.equal(loaded.ending.kind, 'ok');

  const file = join(folder, 'index', readdirSync(join(folder, 'index'))[0]!);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  assert.equal(loadIndex(folder, capture), null);
  assert.deepEqual(readdirSync(join(folder, 'index')), []);

  saveIndex(folder, capture, analysis, { kind: 'ok' });
  appendFileSync(capture, Buffer.alloc(3));
  assert.equal(loadIndex(folder, capture), null);
});

test('facts of every flow are saved whole: how many questions DNS asked among them', async () => {
  const analysis = await fresh();
  saveIndex(folder, capture, analysis, { kind: 'ok' });
  const { analysis: loaded } = loadIndex(folder, capture)!;
  const facts = (a: Analysis): unknown[] =>
    Array.from({ length: a.flows.columns.count }, (_, row) => {
      const f = factsOfRow(a, flowRow(row));
      const { queries, responses, noSuchName } = f?.dns ?? f?.dnsCounts ?? { queries: 0, responses: 0, noSuchName: 0 };
      const said = { ...noFacts(), dns: null, dnsCounts: null };
      const keys = Object.keys(said) as (keyof typeof said)[];
      const rest = keys.filter((key) => key !== 'dns' && key !== 'dnsCounts').map((key) => [key, f?.[key] ?? null]);
      return JSON.parse(JSON.stringify([queries, responses, noSuchName, rest])) as unknown;
    });
  const [kept, first] = [facts(loaded), facts(analysis)];
  assert.deepEqual(kept, first);
  assert.ok(
    first.some((f) => (f as number[])[0]! > 0),
    'the sample asks DNS',
  );
});
