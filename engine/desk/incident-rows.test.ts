// An incident as the window shows it: its evidence without repeating itself, and the flows of each piece.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { flowRow, type IncidentRow } from '../../contract/index.ts';
import { RULE_TABLE, ruleOf } from '../evidence/index.ts';
import { compileFilter } from '../filter/index.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testDesk } from '../testing/desks.ts';
import { clientHello } from '../testing/packets.ts';
import { incidentRow } from './detail.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-incident-rows-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const FIRST = '45.79.10.20';
const SECOND = '45.79.10.21';
const PORT = 4_443;

before(async () => {
  const hello = [{ dir: 0, data: clientHello(null) } as const];
  const capture = new MadeCapture().dns('www.somewhere.test', '45.79.10.99');
  capture.connection(hello, { to: FIRST, port: PORT, at: 10 });
  for (const at of [20, 30]) capture.connection(hello, { to: SECOND, port: PORT, at });
  // Not TLS: another flow of the same incident, which carries none of what the others carry.
  capture.connection([{ dir: 0, data: 'own words' }], { to: SECOND, port: PORT, at: 40 });
  const path = join(folder, 'unnamed.pcap');
  writeFileSync(path, capture.bytes());
  await desk.openFile(path, 'file');
  await desk.session!.done;
});

function incidentWith(peer: string): IncidentRow {
  const s = desk.session!;
  const alert = s.alerts.map(({ of }) => incidentRow(s, of)).find((i) => i.peer === peer);
  assert.ok(alert !== undefined, peer);
  return alert;
}

test('what another sentence says of as many flows is not said again; what counts always is', () => {
  const rules = incidentWith(SECOND).evidence.map((e) => e.rule);
  assert.ok(rules.includes('tls-unnamed-many') && rules.includes('tls-no-name-odd-port'), rules.join());
  assert.ok(!rules.includes('tls-no-name-no-dns') && !rules.includes('tls-unnamed-public'), rules.join());
});

test('a piece of evidence names the flows that carry it, and no other of its incident', () => {
  const incident = incidentWith(SECOND);
  assert.equal(incident.flows, 3);
  const odd = incident.evidence.find((e) => e.rule === 'tls-no-name-odd-port')!;
  assert.deepEqual([odd.flows, odd.ids.length], [2, 2]);
  const s = desk.session!;
  const predicate = compileFilter(`flow.id in {${odd.ids.join(', ')}}`, 'flows')!.bind(s);
  const found = Array.from({ length: s.analysis.flows.columns.count }, (_, row) => flowRow(row)).filter(predicate);
  assert.deepEqual(found, odd.rows);
});

test('a rule that another says is never graver than that one, and of its kind, or a fact', () => {
  for (const rule of RULE_TABLE) {
    for (const name of rule.saidBy ?? []) {
      const other = ruleOf(name);
      assert.ok(other !== null, `${rule.name}: ${name}`);
      assert.ok(other.points >= rule.points && (other.kind === rule.kind || rule.points === 0), rule.name);
    }
  }
});
