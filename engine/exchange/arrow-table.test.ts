// Arrow streams: batches become one table, types and metadata stand in the schema, what is not known is null.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tableFromIPC } from '@uwdata/flechette';
import type { FlowRecord } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import { featureTable } from './feature-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-arrow-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const RECORD: FlowRecord = {
  type: 'flow',
  file: 'a.pcap',
  id: 1,
  community_id: null,
  start: '2023-11-14T22:13:20.123456789Z',
  end: '2023-11-14T22:13:21.000000001Z',
  src: '10.0.0.1',
  sport: 40_000,
  dst: '192.0.2.5',
  dport: null,
  proto: 'TCP',
  vlan: null,
  packets_fwd: 1,
  packets_rev: 0,
  bytes_fwd: 60,
  bytes_rev: 0,
  end_reason: 'fin',
  grade: 'complete',
  app: 'TLS',
  sni: '=cmd\t"x"\n\ud800',
  ja3: null,
  ja3s: null,
  ja4: null,
  ja3_retry: null,
  ja4_retry: null,
  first_packet: 1,
  last_packet: 2,
  label: 'malicious',
  tags: ['a b', 'c'],
};

async function table(rows: number): Promise<ReturnType<typeof tableFromIPC>> {
  const path = join(folder, `${rows}.arrow`);
  const out = await featureTable(path, { product: 'Sightline test', timeouts: DEFAULT_TIMEOUTS });
  const vector = new Float32Array(FEATURE_COUNT);
  for (let i = 0; i < rows; i++) {
    vector.fill(i);
    out.add({ ...RECORD, id: i + 1 }, i % 2 === 0 ? vector : null, 0);
  }
  assert.deepEqual(await out.close(), [path, join(folder, `${rows}.manifest.json`)]);
  return tableFromIPC(readFileSync(path), { useBigInt: true });
}

test('ten thousand flows are one table, whatever the batches', async () => {
  const read = await table(10_000);
  assert.equal(read.numRows, 10_000);
  assert.equal(read.schema.metadata?.get('product'), 'Sightline test');
  const ids = [...read.getChild('id')!];
  assert.deepEqual([ids[0], ids[4_096], ids[9_999]], [1n, 4_097n, 10_000n]);
  const feature = read.getChild(FEATURES[5]!.name)!;
  assert.deepEqual([feature.at(4_096), feature.at(9_998)], [4_096, 9_998]);
  assert.ok(Number.isNaN(feature.at(4_097)));
});

test('texts are as they were, times exact, nothing is null', async () => {
  const read = await table(1);
  const at = (name: string): unknown => read.getChild(name)!.at(0);
  assert.equal(at('server_name'), '=cmd\t"x"\n\ufffd');
  assert.deepEqual([at('community_id'), at('dport'), at('sport'), at('label')], [null, null, 40_000, 'malicious']);
  assert.equal(at('tags'), 'a b, c');
  const start = read.getChild('start')!.data[0] as unknown as { readonly values: BigInt64Array };
  assert.equal(start.values[0], 1_700_000_000_123_456_789n);
});

test('no flow at all is a table without rows', async () => {
  const read = await table(0);
  assert.equal(read.numRows, 0);
  assert.ok(read.schema.fields.length > FEATURE_COUNT);
});
