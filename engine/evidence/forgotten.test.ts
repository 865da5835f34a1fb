import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flowRow, say } from '../../contract/index.ts';
import { type EvidenceFlow, type Incident, IncidentBook } from './incidents.ts';
import type { Evidence, Rule } from './rule.ts';
import { RULE_TABLE, ruleOf } from './rules.ts';

const MALICIOUS = ruleOf('exe-over-http')!;
const UNNAMED = ruleOf('tls-unnamed-public')!;

function shown(rule: Rule, n: number): Evidence {
  const said = say('ev-tls-unnamed-public', { peer: 'x' });
  return { rule, row: flowRow(n), peer: 'peer', said, packets: [n], amount: 0, shows: null };
}

function flow(initiator: number, n: number): EvidenceFlow {
  return { initiator, responder: 1, names: [], seconds: n, packet: n, pc: true, namedHosts: null };
}

/** Rows and packets that are kept of all incidents, and pieces of evidence. */
function heldBy(book: IncidentBook): { readonly pieces: number; readonly entries: number } {
  let pieces = 0;
  let entries = 0;
  for (const { evidence } of book.incidents.values()) {
    pieces += evidence.size;
    for (const { rows, packets } of evidence.values()) entries += rows.length + packets.length;
  }
  return { pieces, entries };
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

test('incidents with every rule there is are fewer: pieces of evidence are bounded, however grave', () => {
  const book = new IncidentBook(() => undefined);
  for (let n = 0; n < 900; n++)
    book.add(
      RULE_TABLE.map((rule) => shown(rule, n)),
      flow(n, n),
    );
  const { pieces } = heldBy(book);
  assert.ok(pieces <= 65_536 && pieces > 60_000, `${pieces} pieces`);
  assert.equal(book.ofPair(899, 1)!.evidence.size, RULE_TABLE.length);
});

test('where rows and packets of all incidents are a million, 8 of each are kept of a further rule', () => {
  const book = new IncidentBook(() => undefined);
  const rules = RULE_TABLE.slice(0, 60);
  for (let n = 0; n < 260 * 4; n++) {
    const packets = Array.from({ length: 16 }, (_, i) => n * 16 + i);
    book.add(
      rules.map((rule) => ({ ...shown(rule, n), packets })),
      flow(n >> 2, n),
    );
  }
  const { entries } = heldBy(book);
  assert.ok(entries >= 1_000_000 && entries < 1_030_000, `${entries} entries`);
  for (let n = 0; n < 20; n++) book.add([shown(MALICIOUS, n)], flow(9_999, n));
  const { rows, packets, flows } = book.ofPair(9_999, 1)!.evidence.get(MALICIOUS.name)!;
  assert.deepEqual([rows.length, packets.length, flows], [8, 8, 20]);
});
