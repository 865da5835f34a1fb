// The desk through its wire, as a window uses it: requests in, answers and notices out, on the sample and on captures
// made here.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type Answer,
  type AnswerMessage,
  decode,
  encode,
  english,
  type FlowRow,
  flowRow,
  type HostMessage,
  NO_FLOW_ROW,
  type Notice,
  packetRow,
  type PacketRow,
  PLACE_ALERT,
  type Replies,
  type Request,
  type RequestKind,
  textAt,
  unpackTexts,
  VERDICTS,
} from '../../contract/index.ts';
import { serve, type Served } from './serve.ts';
import { testDesk } from '../testing/desks.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-desk-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A window without a window: everything goes through the bytes of the wire. */
class Window {
  readonly notices: Notice[] = [];
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
  private readonly served: Served;

  constructor(client: string) {
    this.served = serve(desk, { send: (message) => this.hear(decode(encode(message)) as HostMessage) });
    this.client = client;
  }
  readonly client: string;

  raw(kind: string, body: unknown): Promise<Answer<RequestKind>> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.served.receive(decode(encode({ id, kind, body })));
    });
  }

  async ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    const answer = (await this.raw(kind, body)) as Answer<K>;
    assert.ok(answer.ok, `${kind}: ${answer.ok ? '' : answer.message}`);
    return answer.value;
  }

  send(message: unknown): void {
    this.served.receive(decode(encode(message)));
  }

  expect(id: number, resolve: (answer: Answer<RequestKind>) => void): void {
    this.waiting.set(id, resolve);
  }

  private hear(message: HostMessage): void {
    if ('notice' in message) {
      this.notices.push(message);
      return;
    }
    const { id, answer } = message as AnswerMessage;
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }
}

async function settled(window: Window): Promise<void> {
  await desk.session!.done;
  await desk.labelled;
  for (;;) {
    const hello = await window.ask('hello', { client: window.client });
    if (
      hello.session!.phase === 'done' &&
      hello.views!.packets.working === null &&
      hello.views!.flows.matched === hello.session!.flows
    )
      return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

const window = new Window('one');

test('the sample shows packets, flows, a malicious verdict and an alert among the packets', async () => {
  await window.ask('hello', { client: 'one' });
  await window.ask('sample', {});
  await settled(window);
  const { session, views } = await window.ask('hello', { client: 'one' });
  assert.equal(session!.packets, 1066);
  assert.ok(session!.verdicts.malicious > 0);
  assert.equal(views!.packets.places, session!.packets + session!.alerts);
  const alerts = window.notices.flatMap((n) => (n.notice === 'alert' ? [n.alert] : []));
  assert.deepEqual(
    alerts.map((a) => [a.verdict, a.incident.points, a.incident.peer, a.incident.evidence.map((e) => e.rule)]),
    [
      ['suspicious', 2, '192.0.2.82', ['http-poll']],
      ['malicious', 3, '192.0.2.80', ['port-scan']],
    ],
  );
  assert.deepEqual(session!.incidents, { malicious: 1, suspicious: 1 });
  const place = views!.packets.alertPlaces[0]!;
  const page = await window.ask('packets', { from: place - 1, count: 2, generation: views!.packets.generation });
  assert.equal(page.kind[1], PLACE_ALERT);
  assert.equal(page.row[0], page.row[1], 'an alert stands under its packet');
  const flows = await window.ask('flows', { from: 0, count: 10, generation: 0 });
  assert.equal(VERDICTS[flows.verdict[0]!], 'malicious');
  assert.match(textAt(flows.responder, 0), /^192\.0\.2\.80:\d+$/);
});

test('filters let through what they say; a mistake has its place and leaves the list as it was', async () => {
  const { view, problem } = await window.ask('view', {
    which: 'packets',
    filter: 'flow.verdict == malicious and ip.dst == 192.0.2.80',
    sort: null,
  });
  assert.equal(problem, null);
  const page = await window.ask('packets', { from: 0, count: 512, generation: view.generation });
  const packets = [...page.kind.keys()].filter((i) => page.kind[i] !== PLACE_ALERT);
  assert.ok(packets.length > 20);
  assert.ok(
    packets.every((i) => textAt(page.destination, i) === '192.0.2.80' && VERDICTS[page.verdict[i]!] === 'malicious'),
  );
  const wrong = await window.ask('view', { which: 'packets', filter: 'ip.addr == 10.0.0.300', sort: null });
  assert.deepEqual([wrong.problem?.at, wrong.problem?.length], [11, 10]);
  assert.equal(wrong.view.matched, view.matched);
  const feature = await window.ask('view', { which: 'flows', filter: 'feature.cert_self_signed == 1', sort: null });
  assert.equal(feature.problem, null);
  assert.ok(feature.view.matched >= 12);
  await window.ask('view', { which: 'flows', filter: '', sort: null });
});

test('sorting by length puts the longest last and keeps every row', async () => {
  const { view } = await window.ask('view', {
    which: 'packets',
    filter: '',
    sort: { column: 'length', descending: false },
  });
  assert.equal(view.matched, 1066);
  const lengths: number[] = [];
  for (let from = 0; from < view.places; from += 512) {
    const page = await window.ask('packets', { from, count: 512, generation: view.generation });
    page.kind.forEach((kind, i) => {
      if (kind !== PLACE_ALERT) lengths.push(page.length[i]!);
    });
  }
  assert.equal(lengths.length, 1066);
  assert.deepEqual(
    lengths,
    lengths.toSorted((a, b) => a - b),
  );
  await window.ask('view', { which: 'packets', filter: '', sort: null });
});

/** The first flow, as the list is sorted, that a filter lets through; the list is whole again afterwards. */
async function firstFlow(filter: string): Promise<FlowRow> {
  const { view } = await window.ask('view', { which: 'flows', filter, sort: null });
  assert.ok(view.matched > 0, filter);
  const page = await window.ask('flows', { from: 0, count: 1, generation: view.generation });
  await window.ask('view', { which: 'flows', filter: '', sort: null });
  return flowRow(page.row[0]!);
}

test('a malicious flow tells its incident: points that add up, a sentence, the flows that show it', async () => {
  const flow = await firstFlow('flow.verdict == malicious');
  const detail = await window.ask('flow', { flow });
  assert.deepEqual([detail.verdict, detail.points, detail.incidents.length], ['malicious', 3, 1]);
  const incident = detail.incidents[0]!;
  assert.deepEqual([incident.verdict, incident.initiator, incident.peer], ['malicious', '192.0.2.10', '192.0.2.80']);
  assert.ok(incident.rows.includes(flow) && incident.rows.length === incident.flows);
  const flows = await Promise.all(incident.rows.map((row) => window.ask('flow', { flow: row })));
  assert.equal(incident.first, Math.min(...flows.map((f) => f.start)));
  assert.equal(incident.last, Math.max(...flows.map((f) => f.start + f.duration)));
  const counting = incident.evidence.filter((e) => e.counts);
  assert.equal(
    counting.reduce((sum, e) => sum + e.points, 0),
    incident.points,
  );
  assert.match(english(counting[0]!.said), /192\.0\.2\.10 tried at least 64 ports of 192\.0\.2\.80 within 5 s/);
  assert.ok(counting[0]!.flows > 100 && counting[0]!.rows.length === 100);
});

test('what the model says of a flow adds up, ranks as its score does, and what would flip it is another number of points', async () => {
  const flow = await firstFlow('flow.rule == "http-poll"');
  const detail = await window.ask('flow', { flow });
  assert.ok(detail.score !== null && detail.score > 0 && detail.score <= 1);
  const reasons = await window.ask('reasons', { flow });
  const sum = reasons.base + reasons.groups.reduce((s, g) => s + g.contribution, 0);
  assert.ok(Math.abs(sum - reasons.raw) < 1e-9, `${sum} is not ${reasons.raw}`);
  assert.ok(Math.abs(reasons.rank! - detail.score) < 1e-5, 'the replayed vector scores as the first one did');
  assert.ok(reasons.sequence.length > 2 && reasons.sequence[0]! > 0);
  assert.deepEqual([reasons.threshold.learned, reasons.threshold.two], [false, null]);
  assert.equal(reasons.witness, reasons.raw >= reasons.threshold.one! ? 1 : 0);
  if (reasons.flip !== null) assert.notEqual(reasons.flip.witness, reasons.witness);
});

test('a flow with a certificate tells it', async () => {
  const detail = await window.ask('flow', { flow: await firstFlow('feature.cert_self_signed == 1') });
  assert.equal(detail.certificate?.selfSigned, true);
});

test('the tree names the packet, and its byte ranges lie in the bytes', async () => {
  const page = await window.ask('packets', { from: 0, count: 200, generation: 0 });
  const row = packetRow(page.row[page.protocol.ends.findIndex((_, i) => textAt(page.protocol, i).startsWith('TLS'))]!);
  const tree = await window.ask('tree', { row });
  const labels = unpackTexts(tree.label);
  assert.match(labels[0]!, new RegExp(`^Frame ${row + 1}:`));
  assert.ok(labels.some((l) => l.startsWith('Transport Layer Security')));
  labels.forEach((_, i) =>
    assert.ok(tree.start[i]! + tree.length[i]! <= (tree.sources[tree.source[i]!]?.bytes.length ?? 0), labels[i]),
  );
});

test('the dissect process is ended: the next packet is answered all the same', async () => {
  const before = desk.dissectPid;
  process.kill(before!, 'SIGKILL');
  assert.ok((await window.raw('tree', { row: 5 })).ok);
  assert.notEqual(desk.dissectPid, before);
});

test('labels are kept and exported; flows read back from CSV', async () => {
  const flows = await window.ask('flows', { from: 0, count: 2, generation: 0 });
  await window.ask('label', { flows: [flowRow(flows.row[0]!)], label: 'malicious' });
  await window.ask('label', { flows: [flowRow(flows.row[1]!)], label: 'benign' });
  const labelled = await window.ask('save', { what: 'labelled', path: join(folder, 'rows') });
  assert.ok(labelled.rows > 10);
  assert.match(readFileSync(join(folder, 'rows', 'badx.csv'), 'utf8').split('\n')[0]!, /,bad$/);
  const saved = await window.ask('save', { what: 'flows', path: join(folder, 'flows.csv') });
  const lines = readFileSync(join(folder, 'flows.csv'), 'utf8').trimEnd().split('\r\n');
  assert.equal(lines.length, saved.rows + 1);
  const header = lines[0]!.split(',');
  const label = header.indexOf('label');
  assert.ok(lines.some((l) => l.split(',')[label] === 'malicious'));
  const { view } = await window.ask('view', { which: 'flows', filter: 'feature.cert_self_signed == 1', sort: null });
  await window.ask('view', { which: 'flows', filter: '', sort: null });
  const selfSigned = header.indexOf('cert_self_signed');
  assert.equal(lines.filter((l) => l.split(',')[selfSigned] === '1').length, view.matched);
  await window.ask('sample', {});
  await settled(window);
  const again = await window.ask('flow', { flow: flowRow(flows.row[0]!) });
  assert.equal(again.label, 'malicious', 'labels belong to the capture and come back with it');
});

test('a stream is followed in both directions', async () => {
  const { view } = await window.ask('view', { which: 'flows', filter: 'flow.app == "HTTP"', sort: null });
  assert.ok(view.matched > 0);
  const flows = await window.ask('flows', { from: 0, count: 1, generation: view.generation });
  const stream = await window.ask('follow', { flow: flowRow(flows.row[0]!), kind: 'tcp', substream: null });
  const text = Buffer.from(stream.bytes).toString('latin1');
  assert.match(text, /^GET /);
  assert.match(text, /HTTP\/1\.[01] 200/);
  assert.equal(stream.direction[0], 0);
  assert.equal(stream.missing, 0);
});

test('find goes round; the neighbour is of the same conversation', async () => {
  const found = await window.ask('search', {
    what: 'hex',
    within: 'bytes',
    matchCase: false,
    text: '16 03 01',
    from: null,
    forward: true,
  });
  assert.ok(found.row !== null);
  const next = await window.ask('neighbour', { row: found.row, forward: true });
  const flowOf = async (row: PacketRow): Promise<number> =>
    (
      await window.ask('packets', {
        from: (await window.ask('place', { which: 'packets', row })).place,
        count: 1,
        generation: 0,
      })
    ).flow[0]!;
  assert.equal(await flowOf(next.row!), await flowOf(found.row));
  assert.notEqual(await flowOf(found.row), NO_FLOW_ROW);
});

test('what is no request is refused in words, and the desk goes on', async () => {
  for (const [kind, body] of [
    ['nothing', {}],
    ['packets', { from: -1, count: 5, generation: 0 }],
    ['packets', { from: 0, count: 1e9, generation: 0 }],
    ['view', { which: 'packets', filter: 'x'.repeat(5000), sort: null }],
    ['hello', { client: 'one', more: 1 }],
    ['hello', null],
    ['__proto__', {}],
  ] as const) {
    const answer = await window.raw(kind, body);
    assert.ok(!answer.ok && answer.reason === 'bad-request', `${kind} was answered`);
  }
  const beyond = await window.raw('tree', { row: 1_000_000 });
  assert.ok(!beyond.ok && beyond.reason === 'not-found');
  assert.equal((await window.ask('hello', { client: 'one' })).session!.packets, 1066);
});

test('an incident that is allowed is counted no more, its flows keep their verdict, and it can be taken back', async () => {
  const told = async (): Promise<unknown> => {
    const s = (await window.ask('hello', { client: 'one' })).session!;
    return { incidents: s.incidents, alerts: s.alerts, malicious: s.verdicts.malicious };
  };
  const before = (await told()) as { malicious: number };
  const { alerts } = await window.ask('alerts', { from: 0, count: 10 });
  const grave = alerts.find((a) => a.verdict === 'malicious')!;
  await window.ask('allow', { alert: grave.number, allowed: true });
  assert.deepEqual(await told(), {
    incidents: { malicious: 0, suspicious: 1 },
    alerts: 1,
    malicious: before.malicious,
  });
  const after = await window.ask('alerts', { from: 0, count: 10 });
  assert.deepEqual(
    after.alerts.map((a) => [a.number, a.allowed]),
    [
      [1 - grave.number, false],
      [grave.number, true],
    ],
  );
  await window.ask('allow', { alert: grave.number, allowed: false });
  assert.deepEqual(await told(), before);
});

test('no setting moves the bar of a verdict: the threshold of earlier versions is no request', async () => {
  const set = { theme: null, language: null, time: null, tcpTimeout: null, udpTimeout: null, otherTimeout: null };
  const answer = await window.raw('settings', { ...set, vlan: null, falseAlarms: 200_000 });
  assert.ok(!answer.ok && answer.reason === 'bad-request');
});

test('a file that is none says so and the desk stays', async () => {
  await window.ask('open', { path: join(ROOT, 'package.json') });
  await desk.session!.done;
  const { session } = await window.ask('hello', { client: 'one' });
  assert.equal(session!.phase, 'failed');
  assert.match(english(session!.message!), /cannot be read: this is JSON, which is not read/);
  const missing = await window.raw('open', { path: '/nowhere/at-all.pcap' });
  assert.ok(!missing.ok && english(missing.message) === 'There is no file /nowhere/at-all.pcap.');
});

test('a long filter can be given up: the list stays as it was', async () => {
  await window.ask('sample', {});
  await settled(window);
  const before = (await window.ask('hello', { client: 'one' })).views!.packets;
  const id = 100_000;
  const answer = new Promise<Answer<RequestKind>>((resolve) => {
    window.expect(id, resolve);
  });
  window.send({
    id,
    kind: 'view',
    body: {
      which: 'packets',
      filter: 'frame matches "a" or frame contains "never there" or feature.duration > 1e9',
      sort: null,
    },
  });
  window.send({ id: id + 1, kind: 'cancel', body: { id } });
  const said = await answer;
  assert.ok(!said.ok && said.reason === 'cancelled');
  const after = (await window.ask('hello', { client: 'one' })).views!.packets;
  assert.deepEqual([after.filter, after.matched], [before.filter, before.matched]);
});

test('state notices come at most twenty times a second, alerts each', async () => {
  const from = window.notices.length;
  const begun = performance.now();
  await window.ask('sample', {});
  await settled(window);
  for (let i = 0; i < 100; i++) desk.changed();
  await new Promise((resolve) => {
    setTimeout(resolve, 500);
  });
  const seconds = (performance.now() - begun) / 1000;
  const said = window.notices.slice(from);
  assert.ok(said.filter((n) => n.notice === 'state').length <= 20 * seconds + 2);
  assert.equal(said.filter((n) => n.notice === 'alert').length, 2);
});

test('a request number that is under way is not taken again, and no more requests than the limit are under way', async () => {
  const answers: Answer<RequestKind>[] = [];
  const served = serve(desk, {
    send: (message) => {
      if ('answer' in message) answers.push(message.answer);
    },
  });
  const ended = async (count: number): Promise<Map<string, number>> => {
    while (answers.length < count)
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    const kinds = new Map<string, number>();
    for (const a of answers.splice(0)) kinds.set(a.ok ? 'ok' : a.reason, (kinds.get(a.ok ? 'ok' : a.reason) ?? 0) + 1);
    return kinds;
  };
  for (let i = 0; i < 300; i++) served.receive({ id: 7, kind: 'hello', body: { client: 'twice' } });
  assert.deepEqual([...(await ended(300))].sort(), [
    ['bad-request', 299],
    ['ok', 1],
  ]);
  for (let i = 0; i < 300; i++) served.receive({ id: i, kind: 'hello', body: { client: 'many' } });
  assert.deepEqual([...(await ended(300))].sort(), [
    ['busy', 44],
    ['ok', 256],
  ]);
  served.close();
});
