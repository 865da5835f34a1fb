import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flowRow, say } from '../../contract/index.ts';
import { type EvidenceFlow, type Incident, IncidentBook } from './incidents.ts';
import type { Evidence, Rule } from './rule.ts';
import { ruleOf } from './rules.ts';

const MALICIOUS = ruleOf('exe-over-http')!;
const UNNAMED = ruleOf('tls-unnamed-public')!;

function shown(rule: Rule, n: number): Evidence {
  const said = say('ev-tls-unnamed-public', { peer: 'x' });
  return { rule, row: flowRow(n), peer: 'peer', said, packets: [n], shows: null };
}

function flow(initiator: number, n: number): EvidenceFlow {
  return { initiator, responder: 1, names: [], seconds: n, packet: n, pc: true, namedHosts: null };
}

async function collected(): Promise<void> {
  // References that were made just now hold until this turn of the loop is over.
  await setImmediate();
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

test('of hosts that each have a malicious incident no more are held than are remembered; heirs are let go as well', async () => {
  const book = new IncidentBook(() => undefined);
  const all: WeakRef<Incident>[] = [];
  for (let n = 0; n < 27_000; n++) {
    book.add([shown(n % 2 === 0 ? MALICIOUS : UNNAMED, n)], flow(n, n));
    all.push(new WeakRef(book.ofPair(n, 1)!));
  }
  const { size } = book.incidents;
  assert.ok(size < 26_000);
  await collected();
  assert.equal(all.filter((ref) => ref.deref() !== undefined).length, size);
});

test('a host stays infected although the incident that showed it is forgotten', () => {
  const book = new IncidentBook(() => undefined);
  const hosts = 27_000;
  for (let n = 0; n < hosts; n++) book.add([shown(MALICIOUS, n)], flow(n, n));
  const forgotten = Array.from({ length: hosts }, (_, n) => n).find((n) => book.ofPair(n, 1) === null)!;
  book.add([shown(UNNAMED, hosts)], { ...flow(forgotten, hosts), responder: 2 });
  assert.deepEqual([book.ofPair(forgotten, 2)!.points, book.ofPair(forgotten, 2)!.inherited], [3, true]);
});
