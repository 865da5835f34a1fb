import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english, gravityOf, say } from '../../contract/index.ts';
import { incidentTitle } from './gravity.ts';
import { type EvidenceFlow, type Incident, IncidentBook, INCIDENT_WINDOW } from './incidents.ts';
import type { Evidence, EvidencePeer, Kind, Rule } from './rule.ts';
import { ruleOf } from './rules.ts';
import { witnessEvidence } from './witness.ts';
import { flowRow } from '../../contract/index.ts';

function rule(name: string, kind: Kind, points: 0 | 1 | 2 | 3): Rule {
  return { name, kind, points, title: 'rule-self-signed' };
}

function evidence(of: Rule, row = 0, peer: EvidencePeer = 'peer'): Evidence {
  return {
    rule: of,
    row: flowRow(row),
    peer,
    said: say('ev-tls-unnamed-public', { peer: 'x' }),
    packets: [row],
    shows: null,
    amount: 0,
  };
}

function flow(seconds: number, more: Partial<EvidenceFlow> = {}): EvidenceFlow {
  return { initiator: 1, responder: 2, names: [], seconds, packet: seconds, pc: true, namedHosts: null, ...more };
}

function book(): {
  readonly book: IncidentBook;
  readonly told: { readonly points: number; readonly before: number }[];
} {
  const told: { points: number; before: number }[] = [];
  return { book: new IncidentBook((i, before) => told.push({ points: i.points, before })), told };
}

function pair(b: IncidentBook, initiator = 1, responder = 2): Incident {
  const incident = b.ofPair(initiator, responder);
  assert.ok(incident !== null);
  return incident;
}

test('of one kind only the highest points count, whatever carries them', () => {
  const { book: b, told } = book();
  b.add([evidence(rule('a', 'certificate', 1))], flow(0));
  b.add([evidence(rule('b', 'certificate', 2), 1), evidence(rule('a', 'certificate', 1), 1)], flow(1));
  b.add([evidence(rule('b', 'certificate', 2), 2)], flow(2));
  assert.equal(pair(b).points, 2);
  assert.deepEqual(pair(b).counting, ['b']);
  assert.equal(pair(b).evidence.get('b')!.flows, 2);
  b.add([evidence(rule('c', 'port', 1), 3)], flow(3));
  assert.equal(pair(b).points, 3);
  assert.deepEqual(told, [
    { points: 1, before: 0 },
    { points: 2, before: 1 },
    { points: 3, before: 2 },
  ]);
  assert.deepEqual([0, 1, 2, 3, 6].map(gravityOf), [null, null, 'suspicious', 'malicious', 'malicious']);
});

test('what is counted is said at its most, and the first of equals stands', () => {
  const { book: b } = book();
  const scan = rule('scan', 'scan', 3);
  const tried = (ports: number, peer: string, row: number): Evidence => ({
    ...evidence(scan, row),
    said: say('ev-port-scan', { host: 'x', peer, ports, seconds: 60 }),
    amount: ports,
  });
  const said = (): string => english(pair(b).evidence.get('scan')!.said);
  b.add([tried(8, 'first', 0)], flow(0));
  assert.match(said(), /at least 8 ports of first/);
  b.add([tried(40, 'most', 1)], flow(1));
  b.add([tried(40, 'equal', 2)], flow(2));
  b.add([tried(12, 'fewer', 3)], flow(3));
  assert.match(said(), /at least 40 ports of most/);
  assert.equal(pair(b).evidence.get('scan')!.flows, 4);
});

test('the sum is of one hour: what lies further apart does not add up, and the highest hour stands', () => {
  const near = book().book;
  near.add([evidence(rule('a', 'certificate', 2))], flow(0));
  near.add([evidence(rule('c', 'port', 1), 1)], flow(INCIDENT_WINDOW));
  assert.equal(pair(near).points, 3);
  near.add([evidence(rule('d', 'addr', 1), 2)], flow(10 * INCIDENT_WINDOW));
  assert.equal(pair(near).points, 3, 'the highest hour stands');
  const far = book().book;
  far.add([evidence(rule('a', 'certificate', 2))], flow(0));
  far.add([evidence(rule('c', 'port', 1), 1)], flow(INCIDENT_WINDOW + 1));
  assert.equal(pair(far).points, 2);
});

test('other peers, other hosts and names that were asked for are incidents of their own', () => {
  const { book: b } = book();
  b.add([evidence(rule('a', 'certificate', 2))], flow(0));
  b.add([evidence(rule('c', 'port', 1))], flow(1, { responder: 3 }));
  b.add([evidence(rule('c', 'port', 1))], flow(2, { initiator: 4 }));
  b.add([evidence(rule('d', 'dns-tunnel', 3), 3, { name: 'example.test' })], flow(3));
  b.add([evidence(rule('e', 'dns-random', 3), 4, 'unknown names')], flow(4));
  assert.deepEqual([pair(b).points, pair(b, 1, 3).points, pair(b, 4, 2).points], [2, 1, 1]);
  assert.equal(b.ofName(1, 'example.test')?.points, 3);
  assert.equal(b.ofName(1, 'unknown names')?.points, 3);
  assert.equal(b.ofName(4, 'example.test'), null);
});

test('an odd client that posts without a browser’s fields gets a point more', () => {
  const { book: b } = book();
  b.add([evidence(rule('http-odd-agent', 'client', 2)), evidence(rule('http-post-bare', 'client', 1))], flow(0));
  assert.equal(pair(b).points, 3);
  assert.equal(pair(b).corrections[0]?.kind, 'pair');
  const alone = book().book;
  alone.add([evidence(rule('http-odd-agent', 'client', 2))], flow(0));
  assert.equal(pair(alone).points, 2);
});

test('a device that talks to a name of its own is held at 2 points, until its host turns out to be a PC', () => {
  const found = [evidence(rule('http-no-agent', 'client', 2)), evidence(rule('http-poll', 'beacon', 2))];
  const sum = (more: Partial<EvidenceFlow>, extra: readonly Evidence[] = []): number => {
    const { book: b } = book();
    b.add([...found, ...extra], flow(0, more));
    return pair(b).points;
  };
  assert.equal(sum({ pc: false, namedHosts: true }), 2);
  assert.equal(sum({ pc: true, namedHosts: true }), 4);
  assert.equal(sum({ pc: false, namedHosts: false }), 4, 'a bare address');
  assert.equal(sum({ pc: false, namedHosts: null }), 4, 'no requests');
  const other = evidence(rule('exe-over-http', 'program', 3));
  assert.equal(sum({ pc: false, namedHosts: true }, [other]), 7, 'what no device does');
  const { book: b } = book();
  b.add(found, flow(0, { pc: false, namedHosts: true }));
  b.settle(() => false);
  assert.equal(pair(b).points, 2);
  b.settle(() => true);
  assert.equal(pair(b).points, 4);
});

test('contagion: unnamed TLS peers of an infected host are raised, before and after it is known, and raise no other', () => {
  const unnamed = rule('tls-unnamed-public', 'contagion', 0);
  const { book: b } = book();
  b.add([evidence(unnamed)], flow(0, { responder: 5 }));
  b.add([evidence(unnamed)], flow(0, { initiator: 9, responder: 5 }));
  assert.equal(pair(b, 1, 5).points, 0);
  b.add([evidence(rule('a', 'program', 3))], flow(1));
  assert.deepEqual([pair(b, 1, 5).points, pair(b, 1, 5).inherited], [3, true]);
  b.add([evidence(unnamed, 2)], flow(2, { responder: 6 }));
  assert.deepEqual([pair(b, 1, 6).points, pair(b, 1, 6).inherited], [3, true]);
  assert.deepEqual([pair(b, 9, 5).points, pair(b).inherited], [0, false]);
});

test('inherited points raise nobody: the first incident of a host must be malicious by itself', () => {
  const unnamed = rule('tls-unnamed-public', 'contagion', 0);
  const { book: b } = book();
  b.add([evidence(unnamed), evidence(rule('a', 'certificate', 2))], flow(0, { responder: 5 }));
  b.add([evidence(unnamed)], flow(1, { responder: 6 }));
  assert.deepEqual([pair(b, 1, 5).points, pair(b, 1, 6).points], [2, 0]);
});

test('the model adds its points once, and alone is at most suspicious', () => {
  const { book: b } = book();
  b.add([witnessEvidence(1, 99.1, flowRow(60), 'peer')], flow(0));
  for (let n = 0; n < 50; n++) b.add([witnessEvidence(1, 99.4, flowRow(n), 'peer')], flow(n));
  assert.equal(pair(b).points, 1);
  b.add([witnessEvidence(2, 99.99, flowRow(51), 'peer')], flow(51));
  assert.equal(pair(b).points, 2);
  const said = (points: 1 | 2, percentile: number): string =>
    english(witnessEvidence(points, percentile, flowRow(0), 'peer').said);
  assert.equal(said(1, 99.4), 'The model scores a flow higher than 99.4 % of ordinary flows of its protocol.');
  assert.match(said(1, 99.89), / 99\.9 % /);
  assert.match(said(1, 99.9), / 99\.9 % /);
  assert.equal(said(2, 99.99), 'The model scores a flow higher than 99.95 % of the ordinary flows of this network.');
});

test('empty connections and regular starts are one observation', () => {
  const [dead, regular] = [ruleOf('dead-peer-many'), ruleOf('regular-many')];
  assert.equal(dead?.kind, regular?.kind);
});

test('a bound of incidents: facts are forgotten first, the oldest before; where facts are few, the oldest of all', () => {
  const { book: b } = book();
  const fact = rule('f', 'name', 1);
  const grave = rule('g', 'program', 3);
  const add = (what: Rule, responder: number): void => b.add([evidence(what)], flow(responder, { responder }));
  const isFull = (): boolean => b.incidents.size <= 24_576 && b.incidents.size >= 24_320;
  for (let n = 0; n < 5_000; n++) add(grave, n);
  for (let n = 5_000; n < 60_000; n++) add(fact, n);
  assert.ok(isFull());
  assert.deepEqual([b.ofPair(1, 0)?.points, b.ofPair(1, 4_999)?.points], [3, 3]);
  assert.deepEqual([b.ofPair(1, 40_000), b.ofPair(1, 41_000)?.points], [null, 1]);
  for (let n = 60_000; n < 120_000; n++) add(grave, n);
  assert.ok(isFull());
  assert.equal(b.ofPair(1, 0), null, 'a flood does not keep its first ones');
  for (let n = 120_000; n < 126_000; n++) add(fact, n);
  assert.equal(b.ofPair(1, 120_000)?.points, 1, 'nor does it crowd out facts');
});

test('a title names both ends and the weightiest evidence; rows and packets are bounded', () => {
  const { book: b } = book();
  const a = rule('a', 'program', 3);
  for (let n = 0; n < 400; n++) b.add([evidence(a, n)], flow(n, { names: [`n${n}.test`] }));
  const incident = pair(b);
  assert.equal(
    english(incidentTitle(incident, '10.0.0.1', '192.0.2.1')),
    '10.0.0.1 to 192.0.2.1: self-signed certificate',
  );
  const held = incident.evidence.get('a')!;
  assert.deepEqual([held.flows, held.rows.length, held.packets.length, incident.names.length], [400, 100, 64, 8]);
});
