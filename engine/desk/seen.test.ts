// What whole flows said stays after they are over: filters find it, the inspector shows it, files of flows hold points,
// incidents and rules; and memory for it is bounded.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FactName, flowRow } from '../../contract/index.ts';
import { MAX_SEEN, nothingObserved, SeenKeeper } from '../observe/index.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { compileFilter } from '../filter/index.ts';
import { TimeSlices } from '../view/index.ts';
import { flowDetail } from './detail.ts';
import { judgedRecord } from './judged.ts';
import { saveFlows } from './save.ts';
import { testDesk } from '../testing/desks.ts';
import { rpcBytes } from '../testing/remote-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-seen-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const HTTP = 0;
const MAIL = 1;
const RPC = 2;
const DNS = 3;

const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
const CREATE_SERVICE = 12;

before(async () => {
  const capture = new MadeCapture()
    .http([
      { target: '/first', host: 'one.test' },
      { method: 'POST', target: '/second?q=1', host: 'two.test', agent: 'odd/1', body: 'x', after: 1 },
      { target: '/third', host: 'one.test', after: 2, response: { status: 404, type: 'application/x-third' } },
    ])
    .connection(
      [
        { dir: 1, data: '220 mail.test ESMTP\r\n' },
        { dir: 0, data: 'EHLO mine\r\n', after: 0.2 },
        { dir: 1, data: '250 ok\r\n', after: 0.3 },
        { dir: 0, data: 'MAIL FROM:<a@b.test>\r\n', after: 0.4 },
      ],
      { port: 25, at: 10 },
    )
    .connection([{ dir: 0, data: rpcBytes(SVCCTL, [CREATE_SERVICE]) }], { to: '10.0.0.9', port: 135, at: 20 })
    .dns('asked.example.test', '192.0.2.1', 30);
  const path = join(folder, 'seen.pcap');
  writeFileSync(path, capture.bytes());
  await desk.openFile(path, 'file');
  await desk.session!.done;
});

function matched(filter: string): number[] {
  const s = desk.session!;
  const predicate = compileFilter(filter, 'flows')!.bind(s);
  return Array.from({ length: s.analysis.flows.columns.count }, (_, row) => row).filter((row) =>
    predicate(flowRow(row)),
  );
}

test('filters find what any request, call, command or question of a flow said', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['flow.http.request.uri contains "second"', [HTTP]],
    ['flow.http.request.uri == "/nowhere"', []],
    ['flow.http.request.method == POST', [HTTP]],
    ['flow.http.host == two.test', [HTTP]],
    ['flow.http.user_agent == "odd/1"', [HTTP]],
    ['flow.http.response.code == 404', [HTTP]],
    ['flow.http.response.code == 500', []],
    ['flow.http.content_type == "application/x-third"', [HTTP]],
    ['flow.mail.command contains "MAIL FROM"', [MAIL]],
    ['flow.rpc.interface == svcctl', [RPC]],
    ['flow.rpc.interface == "367abb81-9844-35f1-ad32-98f038001003"', [RPC]],
    ['flow.rpc.operation == 12', [RPC]],
    ['flow.rpc.operation < 12', []],
    ['flow.dns.question == asked.example.test', [DNS]],
    ['flow.smb.share == "C$"', []],
    ['flow.certificate.serial == 01', []],
  ];
  for (const [filter, rows] of cases) assert.deepEqual(matched(filter), rows, filter);
});

test('the inspector shows them; a single request stands there already', () => {
  const fact = (row: number, name: FactName): string | undefined =>
    flowDetail(desk.session!, flowRow(row)).facts.find((f) => f.name === name)?.value;
  assert.equal(
    fact(HTTP, 'requests'),
    'GET one.test/first 200 · POST two.test/second?q=1 200 · GET one.test/third 404',
  );
  assert.equal(fact(RPC, 'rpcCalls'), 'svcctl · svcctl:CreateServiceW (12)');
  assert.match(fact(MAIL, 'commands') ?? '', /^EHLO mine · MAIL /);
  assert.equal(fact(DNS, 'requests'), undefined);
  assert.equal(fact(HTTP, 'notKept'), undefined);
});

test('a record and a table of flows hold points, incidents and rules', async () => {
  const s = desk.session!;
  const record = judgedRecord(s, 'seen.pcap', flowRow(RPC));
  assert.ok(record.rules?.includes('rpc-sharp-operation'));
  assert.equal(record.points, s.points(flowRow(RPC)));
  assert.deepEqual(record.incidents, [s.incidentNumber(s.incidentsOf(flowRow(RPC))[0]!)]);
  const path = join(folder, 'flows.csv');
  const { flows } = desk.views('seen')!;
  await flows.apply('', null, []);
  await saveFlows(s, flows, path, 'test', new TimeSlices());
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\r\n');
  const at = (name: string): number => head.split(',').indexOf(name);
  const line = lines.map((l) => l.split(',')).find((cells) => cells[at('dport')] === '135')!;
  assert.equal(line[at('points')], String(record.points));
  assert.equal(line[at('incidents')], record.incidents!.join(' '));
  assert.equal(line[at('rules')], record.rules!.join(' '));
});

test('the first of each kind are kept, and the rest is counted; so is all beyond the bound', () => {
  const numbers = Array.from({ length: MAX_SEEN + 3 }, (_, i) => i);
  const o = {
    ...nothingObserved(),
    commands: numbers.map((i) => ({ packet: i, verb: 'NOOP', argument: String(i) })),
    smb: numbers.map((i) => ({ packet: i, what: 'file' as const, name: `file-${i}` })),
  };
  const keeper = new SeenKeeper(2_000);
  const first = keeper.keep(o, null)!;
  assert.deepEqual([first.commands.length, first.smb.length, first.more], [MAX_SEEN, MAX_SEEN, 6]);
  assert.equal(first.smb[0]!.name, 'file-0');
  const again = keeper.keep(o, first)!;
  assert.deepEqual(again, first, 'the same flow later takes its own room');
  const other = keeper.keep(o, null)!;
  assert.deepEqual([other.commands.length, other.smb.length, other.more], [0, 0, 2 * (MAX_SEEN + 3)]);
  assert.equal(keeper.keep(nothingObserved(), null), null);
});
