// Groups of flows and unique values through the wire, beside sums of our own over the list of flows; and every group's
// and every value's filter finds as many flows as it counts.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  FACETS,
  type FlowDetail,
  type FlowPage,
  flowRow,
  type GroupMeasure,
  type Request,
  type StatPage,
  textAt,
  UNCHANGED,
  unpackTexts,
} from '../../contract/index.ts';
import { askDesk } from '../testing/asking.ts';
import { mmdb } from '../testing/mmdb.ts';
import { httpAnswer, type Said, talk, talks } from '../testing/talk.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-groups-'));
const { desk, ask, close } = askDesk(folder);

after(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<void> {
  await ask('open', { path });
  await desk.session!.done;
}

function request(path: string, host: string, agent: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\n\r\n`;
}

/** Texts that a filter must quote, upper and lower case, several values in one flow, none in another. */
function madeCapture(): string {
  const path = join(folder, 'made.pcap');
  const answer = httpAnswer([], Buffer.from('hello'));
  const said = (...all: readonly string[]): Said[] =>
    all.flatMap((text): Said[] => [
      [0, text],
      [1, answer],
    ]);
  const conversations = [
    talk('10.0.0.1:4001', '10.0.0.9:80', said(request('/a?x="1"', 'One.test', 'Agent "quoted" \\ 1'))),
    talk('10.0.0.2:4002', '10.0.0.9:80', said(request('/a', 'one.test', 'agent "QUOTED" \\ 1'))),
    talk('10.0.0.1:4003', '10.0.0.8:8080', said(request('/b', 'two.test', 'b'), request('/c', 'three.test', 'b'))),
    talk('10.0.0.3:4004', '10.0.0.8:9999', said('neither this nor that')),
    talk('10.0.0.3:4005', '10.0.0.8:9999', said('x'.repeat(3000))),
    talk('10.0.0.3:4006', '10.0.0.8:9999', said('y'.repeat(300), 'and more')),
  ];
  writeFileSync(path, talks(...conversations));
  return path;
}

interface Flow {
  readonly page: FlowPage;
  readonly i: number;
  readonly detail: FlowDetail;
}

async function flowsShown(): Promise<Flow[]> {
  await matched('');
  const page = await ask('flows', { from: 0, count: 512, generation: 0 });
  assert.equal(page.row.length, page.places, 'all flows are on one page');
  const flows: Flow[] = [];
  // One after the other: a window may not have as many under way.
  for (const [i, row] of page.row.entries()) flows.push({ page, i, detail: await ask('flow', { flow: flowRow(row) }) });
  return flows;
}

type Grouping = Partial<Request<'flowGroupsCsv'>>;

const grouped = (o: Grouping, from = 0, count = 512): Promise<StatPage> =>
  ask('flowGroups', { by: [], measure: 'bytes', distinct: null, displayed: false, order: null, ...o, from, count });

function column(page: StatPage, id: string): readonly (string | number)[] {
  const found = page.columns.find((c) => c.id === id);
  assert.ok(found, `a column ${id}`);
  return found.texts === null ? [...found.numbers!] : unpackTexts(found.texts);
}

async function matched(filter: string): Promise<number> {
  const { problem, view } = await ask('view', { which: 'flows', filter, sort: null });
  assert.equal(problem, null, filter);
  return view.matched;
}

/** What a flow says of facts that its detail tells, by the field. */
const TOLD: Readonly<Record<string, (f: Flow) => string | number>> = {
  app: (f) => textAt(f.page.app, f.i),
  initiator: (f) => addressOf(f.detail.initiator),
  responder: (f) => addressOf(f.detail.responder),
  transport: (f) => f.detail.transport,
  ja4: (f) => f.detail.ja4 ?? '',
  verdict: (f) => f.detail.verdict ?? 'open',
};

function addressOf(end: string): string {
  return /^\[(.*)\]:\d+$/.exec(end)?.[1] ?? /^([^:]+):\d+$/.exec(end)?.[1] ?? end;
}

const MEASURES: Readonly<Record<GroupMeasure, (f: Flow) => number>> = {
  bytes: (f) => f.page.bytes[f.i]!,
  packets: (f) => f.page.packets[f.i]!,
  duration: (f) => f.page.duration[f.i]!,
};

for (const [name, make] of [
  ['the sample', (): string => SAMPLE],
  ['a capture of odd texts', madeCapture],
] as const)
  describe(name, () => {
    let flows: Flow[] = [];
    before(async () => {
      await ask('hello', { client: 'groups' });
      await open(make());
      flows = await flowsShown();
    });

    test('groups and their aggregates are those that sums over the flows give', async () => {
      for (const [facet, told] of Object.entries(TOLD))
        for (const [measure, of] of Object.entries(MEASURES)) {
          const page = await grouped({ by: [facet as 'app'], measure: measure as GroupMeasure, distinct: 'responder' });
          const theirs = Map.groupBy(flows, told);
          assert.equal(page.total, theirs.size, facet);
          for (const [row, value] of column(page, `flow.${facet}`).entries()) {
            const own = theirs.get(value)!;
            const values = own.map(of).sort((a, b) => a - b);
            const sum = values.reduce((a, b) => a + b, 0);
            const at = (id: string): number => column(page, id)[row] as number;
            const where = `${facet} ${value} ${measure}`;
            assert.equal(at('flows'), own.length, where);
            assert.equal(
              at('packets'),
              own.reduce((n, f) => n + MEASURES.packets(f), 0),
              where,
            );
            assert.equal(
              at('bytes'),
              own.reduce((n, f) => n + MEASURES.bytes(f), 0),
              where,
            );
            assert.ok(Math.abs(at('average') - sum / own.length) < 1e-6 * (1 + sum), where);
            assert.equal(at('least'), values[0], where);
            assert.equal(at('most'), values.at(-1), where);
            assert.equal(at('p95'), values[Math.ceil(0.95 * values.length) - 1], where);
            assert.equal(at('distinct'), new Set(own.map((f) => TOLD['responder']!(f))).size, where);
            assert.equal(at('malicious'), own.filter((f) => f.detail.verdict === 'malicious').length, where);
            assert.equal(at('firstSeen'), Math.min(...own.map((f) => f.detail.start)), where);
            assert.equal(page.packet[row], Math.min(...own.map((f) => f.detail.firstPacket)) + 1, where);
          }
        }
    });

    test('the filter of every group of every fact finds exactly its flows', async () => {
      let groups = 0;
      for (const facet of FACETS) {
        const page = await grouped({ by: [facet] });
        for (const [row, count] of column(page, 'flows').entries()) {
          assert.equal(await matched(textAt(page.filter, row)), count, textAt(page.filter, row));
          groups++;
        }
      }
      await matched('');
      assert.ok(groups > FACETS.length);
    });

    test('of several facts the groups divide each other, and their filters still find their flows', async () => {
      const page = await grouped({ by: ['app', 'responder', 'port'] });
      const keys = flows.map((f) => `${TOLD['app']!(f)} ${TOLD['responder']!(f)} ${portOf(f)}`);
      assert.equal(page.total, new Set(keys).size);
      for (const [row, count] of column(page, 'flows').entries()) {
        assert.equal(await matched(textAt(page.filter, row)), count);
      }
      await matched('');
    });

    test('without a fact all flows are one group', async () => {
      const page = await grouped({});
      assert.equal(page.total, 1);
      assert.deepEqual(column(page, 'flows'), [flows.length]);
      assert.equal(textAt(page.filter, 0), '');
    });

    test('only flows of the list count where that is asked, and groups lead back to those', async () => {
      const all = await grouped({ by: ['responder'] });
      const count = await matched('flow.transport == "TCP"');
      const page = await grouped({ by: ['responder'], displayed: true });
      assert.equal(page.counted, count);
      assert.ok(count < flows.length ? page.counted < all.counted : page.counted === all.counted);
      for (const [row, flowsOf] of column(page, 'flows').entries()) {
        const filter = textAt(page.filter, row);
        assert.match(filter, /^\(flow\.transport == "TCP"\) and /);
        assert.equal(await matched(filter), flowsOf);
        await matched('flow.transport == "TCP"');
      }
      const values = await ask('uniqueValues', { displayed: true, rare: false, count: 5 });
      assert.equal(values.flows, count);
      await matched('');
    });

    test('any column is an order, pages and CSV follow it', async () => {
      const order = { column: 'bytes', descending: false };
      const page = await grouped({ by: ['host'], order });
      const bytes = column(page, 'bytes') as number[];
      assert.deepEqual(
        bytes,
        bytes.toSorted((a, b) => a - b),
      );
      const second = await grouped({ by: ['host'], order }, 1, 1);
      assert.equal(column(second, 'bytes')[0], bytes[1]);
      const csv = await ask('flowGroupsCsv', {
        by: ['host'],
        measure: 'bytes',
        distinct: null,
        displayed: false,
        order,
      });
      const lines = new TextDecoder().decode(csv.bytes).trimEnd().split('\r\n');
      assert.equal(lines.length, page.total + 1);
      assert.match(lines[0]!, /^flow\.host,flows,packets,bytes,average,least,most,p95/);
      assert.equal(lines[1]!.split(',')[3], String(bytes[0]));
    });

    test('unique values are the groups of each fact, the rarest first or the most frequent', async () => {
      const rare = await ask('uniqueValues', { displayed: false, rare: true, count: 100 });
      const often = await ask('uniqueValues', { displayed: false, rare: false, count: 2 });
      assert.equal(rare.flows, flows.length);
      assert.deepEqual(
        rare.facts.map((f) => f.facet),
        often.facts.map((f) => f.facet),
      );
      for (const [k, fact] of rare.facts.entries()) {
        const page = await grouped({ by: [fact.facet] });
        const texts = column(page, `flow.${fact.facet}`);
        const counts = new Map(texts.map((text, row) => [String(text), column(page, 'flows')[row] as number]));
        for (const none of ['', 'NaN']) counts.delete(none);
        assert.equal(fact.distinct, counts.size, fact.facet);
        assert.deepEqual(
          fact.values.map((v) => v.flows),
          [...counts.values()].sort((a, b) => a - b).slice(0, 100),
          fact.facet,
        );
        for (const value of fact.values) assert.equal(value.flows, counts.get(value.text), fact.facet);
        assert.equal(often.facts[k]!.values[0]!.flows, Math.max(...counts.values()));
        assert.ok(often.facts[k]!.values.length <= 2);
      }
      const csv = await ask('uniqueValuesCsv', { displayed: false, rare: true });
      assert.equal(
        csv.rows,
        rare.facts.reduce((n, f) => n + f.distinct, 0),
      );
    });

    test('connections have the sums of flows between two ends, and lead to them', async () => {
      const page = await ask('connections', { nodes: 'hosts', weight: 'bytes', displayed: false, most: 200 });
      const addresses = unpackTexts(page.address);
      assert.equal(page.counted, flows.length);
      assert.deepEqual([page.leftFlows, page.leftNodes], [0, 0]);
      const pairs = Map.groupBy(flows, (f) => [TOLD['initiator']!(f), TOLD['responder']!(f)].sort().join(' '));
      const between = [...pairs.keys()].filter((pair) => pair.split(' ')[0] !== pair.split(' ')[1]);
      assert.equal(page.from.length, between.length);
      for (let i = 0; i < page.from.length; i++) {
        const own = pairs.get([addresses[page.from[i]!]!, addresses[page.to[i]!]!].sort().join(' '))!;
        assert.equal(page.flows[i], own.length);
        assert.equal(
          page.bytes[i],
          own.reduce((n, f) => n + MEASURES.bytes(f), 0),
        );
        assert.equal(page.verdict[i], Math.min(...own.map((f) => f.page.verdict[f.i]!)));
        assert.equal(await matched(textAt(page.filter, i)), own.length);
      }
      for (let i = 0; i < addresses.length; i++)
        assert.equal(await matched(textAt(page.nodeFilter, i)), page.nodeFlows[i]);
      assert.deepEqual(
        [...page.nodeBytes],
        [...page.nodeBytes].toSorted((a, b) => b - a),
      );
      await matched('');
    });

    test('of services the clients and protocols of each server; what is not drawn is said', async () => {
      const page = await ask('connections', { nodes: 'services', weight: 'flows', displayed: false, most: 200 });
      let drawn = 0;
      for (let i = 0; i < page.from.length; i++) {
        drawn += page.flows[i]!;
        assert.equal(await matched(textAt(page.filter, i)), page.flows[i], textAt(page.filter, i));
        const services = [page.from[i]!, page.to[i]!].filter((node) => textAt(page.service, node) !== '');
        assert.equal(services.length, 1, 'a client and a service');
      }
      assert.equal(drawn, flows.length);
      await matched('');
      const small = await ask('connections', { nodes: 'hosts', weight: 'flows', displayed: false, most: 2 });
      assert.equal(small.nodeFlows.length, 2);
      assert.equal(
        small.leftNodes,
        new Set(flows.flatMap((f) => [TOLD['initiator']!(f), TOLD['responder']!(f)])).size - 2,
      );
      assert.ok(small.leftFlows > 0 && small.leftFlows + (small.flows[0] ?? 0) === flows.length);
    });
  });

function portOf(f: Flow): number {
  return Number(/:(\d+)$/.exec(f.detail.responder)?.[1] ?? NaN);
}

test('texts that differ in case only are one value; a flow with two hosts is in both groups, which is said', async () => {
  await open(madeCapture());
  const page = await grouped({ by: ['http.host'] });
  const counts = column(page, 'flow.http.host').map((host, row) => [host, column(page, 'flows')[row]]);
  assert.deepEqual(Object.fromEntries(counts), { '': 3, 'One.test': 2, 'two.test': 1, 'three.test': 1 });
  assert.equal(page.note?.say, 'groups-several');
  assert.equal((await grouped({ by: ['port'] })).note, null);
});

test('countries and networks of a database of the user’s are facts, and fields of the filter', async () => {
  const [places, networks, capture] = ['city.mmdb', 'asn.mmdb', 'abroad.pcap'].map((name) => join(folder, name));
  const country = { country: { iso_code: 'NL', names: { en: 'Netherlands' } } };
  writeFileSync(places!, mmdb('Test-City', { '45.79.10.0/24': country }));
  const asn = { autonomous_system_number: 64_500, autonomous_system_organization: 'Test Net' };
  writeFileSync(networks!, mmdb('Test-ASN', { '45.79.10.20/32': asn }));
  const to = (ends: readonly [string, string][]): number[][][] => ends.map(([a, b]) => talk(a, b, [[0, 'hello']]));
  const ends: [string, string][] = [
    ['10.0.0.1:4001', '45.79.10.20:80'],
    ['10.0.0.1:4002', '45.79.10.21:80'],
    ['10.0.0.1:4003', '10.0.0.2:80'],
  ];
  writeFileSync(capture!, talks(...to(ends)));
  await open(capture!);
  assert.equal((await grouped({ by: ['country'] })).total, 1, 'without a database no flow has a country');
  await ask('settings', { ...UNCHANGED, placesFile: places!, networksFile: networks! });
  while (!desk.geo.used || desk.geo.version < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const counted = async (by: 'country' | 'asn' | 'as_org'): Promise<Record<string, unknown>> => {
    const page = await grouped({ by: [by] });
    const texts = column(page, `flow.${by}`);
    return Object.fromEntries(texts.map((text, row) => [text, column(page, 'flows')[row]]));
  };
  assert.deepEqual(await counted('country'), { Netherlands: 2, '': 1 });
  assert.deepEqual(await counted('asn'), { AS64500: 1, '': 2 });
  assert.deepEqual(await counted('as_org'), { 'Test Net': 1, '': 2 });
  assert.equal(await matched('flow.country == "netherlands" and flow.asn == AS64500'), 1);
});
