// What would change a verdict: an incident without one of its pieces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, say } from '../../contract/index.ts';
import { type EvidenceFlow, type Incident, IncidentBook, INCIDENT_WINDOW } from './incidents.ts';
import type { Evidence } from './rule.ts';
import { ruleOf } from './rules.ts';
import { pointsWithout } from './without.ts';

/** An incident with these rules, each at its time, seconds. */
function incident(rules: Readonly<Record<string, number>>, more: Partial<EvidenceFlow> = {}): Incident {
  const book = new IncidentBook(() => undefined);
  Object.entries(rules).forEach(([name, seconds], row) => {
    const found: Evidence = {
      rule: ruleOf(name)!,
      row: flowRow(row),
      peer: 'peer',
      said: say('ev-tls-unnamed-public', { peer: 'x' }),
      packets: [],
      shows: null,
      amount: 0,
    };
    const flow = { initiator: 1, responder: 2, names: [], packet: row, pc: true, namedHosts: null };
    book.add([found], { ...flow, seconds, ...more });
  });
  return book.ofPair(1, 2)!;
}

function without(i: Incident): Record<string, number> {
  return Object.fromEntries(i.evidence.keys().map((rule) => [rule, pointsWithout(i, rule)]));
}

test('the next best of a kind takes the place of what is gone', () => {
  const i = incident({
    'self-signed-young': 0,
    'self-signed-domain-unnamed': 1,
    'self-signed': 2,
    'not-tls-on-443': 3,
  });
  assert.equal(i.points, 3);
  assert.deepEqual(without(i), {
    'self-signed-young': 3,
    'self-signed-domain-unnamed': 3,
    'self-signed': 3,
    'not-tls-on-443': 2,
  });
  const alone = incident({ 'self-signed-young': 0, 'self-signed': 1, 'not-tls-on-443': 2 });
  assert.equal(pointsWithout(alone, 'self-signed-young'), 2);
});

test('what lies hours away takes nothing’s place', () => {
  const i = incident({ 'self-signed': 0, 'self-signed-young': 3 * INCIDENT_WINDOW });
  assert.equal(i.points, 2);
  assert.equal(pointsWithout(i, 'self-signed-young'), 0);
});

test('a correction goes with what it stands on, also where that counts nothing itself', () => {
  const i = incident({ 'http-no-agent': 0, 'http-post-bare': 1 });
  assert.equal(i.points, 3, 'a pair');
  assert.deepEqual(without(i), { 'http-no-agent': 1, 'http-post-bare': 2 });
});

test('what lifts the cap of devices is what the verdict stands on', () => {
  const device = { pc: false, namedHosts: true };
  const i = incident({ 'http-no-agent': 0, 'http-poll': 1, 'http-program-path': 2 }, device);
  assert.equal(i.points, 5);
  assert.equal(pointsWithout(i, 'http-program-path'), 2, 'all that is left is what devices do');
});
