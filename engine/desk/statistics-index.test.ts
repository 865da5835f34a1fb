// A capture whose columns come from the index has the statistics that it had when it was read.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { STAT_LAYERS } from '../../contract/index.ts';
import { openCapture, packetBytes } from '../read/index.ts';
import { Analysis, loadIndex, saveIndex } from '../session/index.ts';
import {
  conversationTable,
  countConversations,
  endpointTable,
  headerHierarchy,
  lengthTable,
  pageOf,
  serviceTable,
  type StatTable,
  transactionTables,
} from '../stats/index.ts';
import { rowsOf } from '../testing/tshark-tables.ts';
import { TimeSlices } from '../view/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-index-'));
const capture = join(folder, 'sample.pcapng');
copyFileSync(new URL('../../assets/sample.pcapng', import.meta.url).pathname, capture);
after(() => rmSync(folder, { recursive: true, force: true }));

async function tables(a: Analysis): Promise<Map<string, unknown>> {
  const bytes = packetBytes(capture);
  const source = { analysis: a, bytes, contiguous: true };
  const total = a.packets.count;
  const turns = new TimeSlices();
  const counted = await countConversations(source, null, total, turns);
  const made: [string, StatTable][] = [
    ...STAT_LAYERS.flatMap((layer): [string, StatTable][] => [
      [`conv-${layer}`, conversationTable(counted, layer)],
      [`end-${layer}`, endpointTable(counted, layer)],
    ]),
    ['lengths', await lengthTable(a.packets, null, total, turns)],
    ['services', await serviceTable(a, null, total, turns)],
    ['hierarchy', (await headerHierarchy(source, null, total, turns)).hierarchy.table(null)],
    ...Object.entries(await transactionTables(source, null, total, turns)),
  ];
  bytes.close();
  return new Map(
    made.map(([name, table]) => {
      const page = pageOf(table, null, 0, 512);
      const filters = Array.from({ length: Math.min(512, table.rows) }, (_, i) => table.filter(i));
      return [name, { total: page.total, counted: page.counted, rows: rowsOf(page), filters }];
    }),
  );
}

test('tables of the index are those of the first reading', async () => {
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(capture, analysis, { cacheFolder: folder });
  assert.ok(opened.ok);
  while (await opened.reader.step());
  opened.reader.close();
  analysis.finish();
  const first = await tables(analysis);
  assert.ok(saveIndex(folder, capture, analysis, { kind: 'ok' }));
  const again = await tables(loadIndex(folder, capture)!.analysis);
  for (const [name, table] of first) assert.deepEqual(again.get(name), table, name);
  assert.ok((first.get('dns') as { total: number }).total > 0);
});
