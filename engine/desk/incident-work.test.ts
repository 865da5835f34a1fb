// What people do with incidents: it is kept by the capture, it is there again, it is never lost and never changed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import {
  type AllowSaid,
  INCIDENT_STATES,
  PLACE_GROUP,
  type Replies,
  type Request,
  type RequestKind,
  textAt,
} from '../../contract/index.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testDesk } from '../testing/desks.ts';
import { clientHello } from '../testing/packets.ts';
import { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import type { Asker } from './asker.ts';
import { handlers } from './handlers.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-work-'));
const folders = { dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') };
const path = join(home, 'many.pcap');
const PEERS = ['45.79.10.20', '45.79.10.21', '45.79.10.22'];
let desk: Desk;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };

function ask<K extends RequestKind>(kind: K, body: Request<K>, of = desk): Promise<Replies[K]> {
  return Promise.resolve(handlers[kind](of, asker, body as never, new TimeSlices()) as Replies[K]);
}

async function opened(): Promise<Desk> {
  const made = testDesk(folders);
  await made.openFile(path, 'file');
  await made.session!.done;
  await made.labelled;
  made.views(asker.client);
  return made;
}

/** Page of the whole list. */
async function page(): Promise<Replies['incidents']> {
  await desk.views(asker.client)!.incidents.follow(true);
  return ask('incidents', { from: 0, count: 512, generation: 0 });
}

function rule(change: Partial<AllowSaid>): AllowSaid {
  return { initiator: '', peer: '', rule: '', gravity: 'any', until: null, why: '', ...change };
}

before(async () => {
  const hello = [{ dir: 0, data: clientHello(null) } as const];
  const capture = new MadeCapture().dns('www.somewhere.test', '45.79.10.99');
  for (const [i, to] of PEERS.entries()) capture.connection(hello, { to, port: 4_443, at: 10 + 10 * i });
  for (let i = 0; i < 40; i++)
    capture.refused({ from: '10.0.0.6', to: '10.0.0.9', port: 1_000 + i, at: 60 + i * 0.11 });
  writeFileSync(path, capture.bytes());
  desk = await opened();
});
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

test('the list opens at the gravest, and each column sorts it', async () => {
  const { points, row, places } = await page();
  assert.ok(places >= 4, `${places} incidents`);
  assert.deepEqual(
    [...points],
    [...points].toSorted((a, b) => b - a),
  );
  for (const column of ['gravity', 'time', 'last', 'host', 'peer', 'flows', 'state', 'evidence', 'label']) {
    const orders = [];
    for (const descending of [false, true]) {
      assert.equal((await ask('view', { which: 'incidents', filter: '', sort: { column, descending } })).problem, null);
      orders.push([...(await page()).row]);
    }
    assert.deepEqual(orders[0]!.toSorted(), [...row].toSorted(), column);
    assert.deepEqual(orders[1]!.toSorted(), [...row].toSorted(), column);
  }
  await ask('view', { which: 'incidents', filter: '', sort: { column: 'time', descending: false } });
  const { first } = await page();
  assert.deepEqual(
    [...first],
    [...first].toSorted((a, b) => a - b),
  );
  const odd = await ask('view', { which: 'incidents', filter: '', sort: { column: 'constructor', descending: false } });
  assert.notEqual(odd.problem, null);
  await ask('view', { which: 'incidents', filter: '', sort: null });
});

test('the filter of flows filters incidents, each seen alone; what asks for packets asks for its flows', async () => {
  const found = async (filter: string): Promise<string[]> => {
    const { problem } = await ask('view', { which: 'incidents', filter, sort: null });
    assert.equal(problem, null, filter);
    const p = await page();
    return Array.from({ length: p.places }, (_, i) => `${textAt(p.host, i)} ${textAt(p.peer, i)}`).toSorted();
  };
  const all = await found('');
  assert.deepEqual(await found('incident.points >= 2'), all);
  assert.deepEqual(await found('incident.host == 10.0.0.6'), ['10.0.0.6 10.0.0.9']);
  assert.deepEqual(await found('flow.app == TLS and incident.peer == "45.79.10.21"'), ['10.0.0.5 45.79.10.21']);
  assert.deepEqual(await found('ip.addr == 10.0.0.9'), ['10.0.0.6 10.0.0.9']);
  assert.deepEqual(
    await found('not incident.host == 10.0.0.6'),
    all.filter((t) => !t.startsWith('10.0.0.6')),
  );
  assert.deepEqual(await found('incident.state == closed-true'), []);
  const raised = desk.session!.alerts[0]!;
  assert.ok((await found(`frame.number == ${raised.packet + 1}`)).length >= 1);
  const kept = await ask('view', { which: 'incidents', filter: 'incident.nothing == 1', sort: null });
  assert.notEqual(kept.problem, null);
  await found('');
});

test('groups have heads that count, in the order of the sort, and fold', async () => {
  const all = (await page()).places;
  await ask('groupIncidents', { by: 'host', folded: [] });
  const p = await page();
  const heads = Array.from(p.kind).flatMap((kind, i) => (kind === PLACE_GROUP ? [i] : []));
  assert.deepEqual(heads.map((i) => textAt(p.group, i)).toSorted(), ['10.0.0.5', '10.0.0.6']);
  assert.equal(
    heads.reduce((sum, i) => sum + p.flows[i]!, 0),
    all,
  );
  assert.equal(p.places, all + 2);
  await ask('groupIncidents', { by: 'host', folded: ['10.0.0.5'] });
  assert.equal((await page()).places, 2 + 1);
  await ask('groupIncidents', { by: 'evidence', folded: [] });
  const byEvidence = await page();
  const sets = new Set(Array.from({ length: byEvidence.places }, (_, i) => textAt(byEvidence.group, i)));
  assert.equal(byEvidence.places, all + sets.size);
  assert.equal((await ask('incidentNumbers', { from: 0, count: 100 })).numbers.length, all);
  await ask('groupIncidents', { by: 'none', folded: [] });
});

test('states, tags and notes are kept by the capture with a trail, and nothing changes the trail', async () => {
  const { row } = await page();
  const [one, two] = [row[0]!, row[1]!];
  assert.equal((await ask('incidentAct', { alerts: [one, two], act: 'state', value: 'in-work' })).changed, 2);
  assert.equal((await ask('incidentAct', { alerts: [one, two], act: 'state', value: 'in-work' })).changed, 0);
  assert.equal((await ask('incidentAct', { alerts: [one], act: 'state', value: 'nonsense' })).changed, 0);
  await ask('incidentAct', { alerts: [one], act: 'tag', value: ' dridex ' });
  await ask('incidentAct', { alerts: [one], act: 'tag', value: 'to untag' });
  await ask('incidentAct', { alerts: [one], act: 'untag', value: 'to untag' });
  await ask('incidentAct', { alerts: [one], act: 'note', value: 'seen before <b>' });
  await ask('incidentAct', { alerts: [two], act: 'state', value: 'closed-benign' });
  const before = await ask('incident', { alert: one });
  assert.deepEqual([before.work.state, before.work.tags], ['in-work', ['dridex']]);
  assert.equal(before.work.notes[0]!.value, 'seen before <b>');
  assert.deepEqual(
    before.work.log.map((e) => e.what),
    ['note', 'untag', 'tag', 'tag', 'state'],
  );
  assert.ok(before.work.log.every((e) => e.who !== '' && !Number.isNaN(Date.parse(e.at))));
  // What is closed stands behind what is open and as grave.
  const order = await page();
  const closed = [...order.row].indexOf(two);
  assert.equal(INCIDENT_STATES[order.state[closed]!], 'closed-benign');
  assert.equal(closed, order.places - 1);
  assert.equal(
    (await ask('view', { which: 'incidents', filter: 'incident.tag == "dridex"', sort: null })).view.matched,
    1,
  );
  assert.equal(
    (await ask('view', { which: 'flows', filter: 'incident.note contains "before"', sort: null })).problem,
    null,
  );
  assert.ok(desk.views('test')!.flows.shown.count >= 1);
  await ask('view', { which: 'flows', filter: '', sort: null });
  await ask('view', { which: 'incidents', filter: '', sort: null });
  await desk.close();
  const db = new DatabaseSync(join(folders.dataFolder, 'sightline.sqlite'));
  assert.throws(() => db.exec("UPDATE journal SET value = 'else'"), /not changed/);
  assert.throws(() => db.exec('DELETE FROM journal'), /not deleted/);
  db.close();
  desk = await opened();
  const again = await ask('incident', { alert: one });
  assert.deepEqual(again.work, before.work);
});

test('a rule is previewed, silences what it says it would, expires and ends', async () => {
  const before = desk.state()!.alerts;
  const said = rule({ initiator: '10.0.0.0/24', peer: '45.79.10.20/31', why: 'ours' });
  const seen = await ask('allowPreview', { rule: said });
  assert.deepEqual([seen.silenced, seen.more, seen.incidents, seen.wrong], [2, 2, before, []]);
  assert.deepEqual(seen.first.map((a) => a.incident.peer).toSorted(), PEERS.slice(0, 2));
  assert.equal(desk.state()!.alerts, before, 'a preview silences nothing');
  const { rules } = await ask('allowRule', { rule: said });
  assert.deepEqual([rules.length, rules[0]!.silenced, rules[0]!.why], [1, 2, 'ours']);
  assert.equal(desk.state()!.alerts, before - 2);
  const again = await ask('allowPreview', { rule: rule({ peer: PEERS[0]! }) });
  assert.deepEqual([again.silenced, again.more], [1, 0]);
  const allowed = seen.first[0]!.number;
  assert.equal((await ask('incident', { alert: allowed })).allowedBy[0]!.id, rules[0]!.id);
  await desk.close();
  desk = await opened();
  assert.equal(desk.state()!.alerts, before - 2, 'a rule outlives the program');
  await ask('endRule', { id: rules[0]!.id });
  assert.equal(desk.state()!.alerts, before);
  await assert.rejects(async () => ask('endRule', { id: rules[0]!.id }));
  const soon = new Date(Date.now() + 300).toISOString();
  await ask('allowRule', { rule: rule({ initiator: '10.0.0.5', gravity: 'any', until: soon }) });
  assert.ok(desk.state()!.alerts < before);
  await new Promise((resolve) => {
    setTimeout(resolve, 350);
  });
  assert.ok(desk.allowing.look());
  assert.equal(desk.state()!.alerts, before, 'an expired rule silences nothing');
  assert.ok((await ask('allowRules', {})).rules.every((r) => r.expired));
});

test('a rule that nobody can mean is refused by its part', async () => {
  const wrong = async (change: Partial<AllowSaid>): Promise<readonly string[]> =>
    (await ask('allowPreview', { rule: rule(change) })).wrong;
  assert.deepEqual(await wrong({}), ['nothing']);
  assert.deepEqual(await wrong({ initiator: '10.0.0' }), ['initiator']);
  assert.deepEqual(await wrong({ peer: '45.79.10.0/33' }), ['peer']);
  assert.deepEqual(await wrong({ peer: '1.2.3.4', rule: 'no-such-rule' }), ['rule']);
  assert.deepEqual(await wrong({ peer: '1.2.3.4', until: '2001-01-01T00:00:00Z' }), ['until']);
  await assert.rejects(async () => ask('allowRule', { rule: rule({}) }));
});

test('an alert that was allowed alone is a rule that can be ended', async () => {
  const before = desk.state()!.alerts;
  await desk.allow(0, true);
  const old = (await ask('allowRules', {})).rules.find((r) => r.id.startsWith('old:'))!;
  assert.ok(old.silenced >= 1);
  assert.equal(desk.state()!.alerts, before - old.silenced);
  await ask('endRule', { id: old.id });
  assert.equal(desk.state()!.alerts, before);
});

test('a report has the file’s own hash and packets that the list shows', async () => {
  const { createHash } = await import('node:crypto');
  const { readFileSync } = await import('node:fs');
  const report = await ask('incidentReport', { alerts: [] });
  assert.equal(report.capture.files[0]!.sha256, createHash('sha256').update(readFileSync(path)).digest('hex'));
  assert.equal(report.incidents.length, desk.session!.alerts.length);
  for (const { packets, alert } of report.incidents) {
    assert.ok(packets.some((p) => p.no === alert.packet + 1));
    assert.ok(packets.every((p) => [p.source, p.destination].includes(alert.incident.initiator)));
  }
  const host = report.hosts.find((h) => h.address === '10.0.0.5')!;
  assert.ok(host.flows >= 4 && host.peers >= 4, JSON.stringify(host));
  assert.ok(report.timeline.packets.reduce((a, b) => a + b, 0) > 0);
});
