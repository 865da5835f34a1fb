// Groups of flows and values of facts for the windows: what was counted last is kept until the capture, what is known of
// its flows or the list has changed, so that another page or order asks for nothing again.
import { packetRow, type Request, say, type UniqueValues } from '../../contract/index.ts';
import {
  connectionsOf,
  csvOf,
  firstValues,
  type GroupRequest,
  groupFlows,
  MAX_VALUES,
  ordered,
  pageOf,
  ratesOf,
  rowSet,
  type StatTable,
  type StatOrder,
  valuesOfFacts,
} from '../stats/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import type { Asker, Handlers } from './asker.ts';
import { viewOf } from './asked.ts';
import type { Desk } from './desk.ts';
import { namesOfHost } from './host-facts.ts';
import type { CaptureSession } from './session.ts';

/** A table as CSV may have so many rows. */
const MAX_CSV_ROWS = 200_000;
const FREQUENT: StatOrder = { column: 'flows', descending: true };

type Kinds = 'liveRates' | 'connections' | 'flowGroups' | 'flowGroupsCsv' | 'uniqueValues' | 'uniqueValuesCsv';

export const groupHandlers: { readonly [K in Kinds]: Handlers[K] } = {
  liveRates: (desk, _asker, b, turns) => {
    const s = desk.open();
    const { packets } = s.analysis;
    const first = packets.count === 0 ? 0 : packets.secondsOf(packetRow(0));
    // Of a capture that is over, its last second counts.
    const until = Math.floor(first + s.lasted) + (s.phase === 'live' || s.phase === 'paused' ? 0 : 1);
    return ratesOf(s.analysis, { ...b, until }, turns);
  },
  connections: async (desk, asker, b, turns) => {
    const s = desk.open();
    const among = await listed(desk, asker, b.displayed, turns);
    const nameOf = async (ids: readonly number[]): Promise<(id: number) => string> => {
      const names = await namesOfHost(s, ids, turns);
      return (id) => names.get(id)?.[0]?.name ?? '';
    };
    return connectionsOf(s, { ...among, nodes: b.nodes, weight: b.weight, most: b.most }, nameOf, turns);
  },
  flowGroups: async (desk, asker, b, turns) => {
    const { table, order } = await grouped(desk, asker, b, turns);
    return pageOf(table, order, b.from, b.count);
  },
  flowGroupsCsv: async (desk, asker, b, turns) => {
    const { table, order } = await grouped(desk, asker, b, turns);
    const rows = Math.min(MAX_CSV_ROWS, table.rows);
    return { bytes: new Uint8Array(Buffer.from(csvOf(table, order, rows))), rows, total: table.rows };
  },
  uniqueValues: async (desk, asker, b, turns): Promise<UniqueValues> => {
    const s = desk.open();
    const among = await listed(desk, asker, b.displayed, turns);
    let more = false;
    let flows = 0;
    const facts = [];
    for await (const values of valuesOfFacts(s, { ...among, rare: b.rare }, turns)) {
      facts.push(firstValues(values, b.count));
      more ||= values.more;
      flows = values.looked;
    }
    return { flows, facts, note: more ? say('values-rest', { most: MAX_VALUES }) : null };
  },
  uniqueValuesCsv: async (desk, asker, b, turns) => {
    const s = desk.open();
    const among = await listed(desk, asker, b.displayed, turns);
    const rows: (readonly [string, string, number, number, string])[] = [];
    let total = 0;
    for await (const values of valuesOfFacts(s, { ...among, rare: b.rare }, turns)) {
      total += values.distinct;
      for (let place = 0; place < values.distinct && rows.length < MAX_CSV_ROWS; place++) {
        const { text, flows, bytes, filter } = values.at(place);
        rows.push([values.facet, text, flows, bytes, filter]);
      }
    }
    const csv = csvOf(valueTable(rows), null, rows.length);
    return { bytes: new Uint8Array(Buffer.from(csv)), rows: rows.length, total };
  },
};

type Listed = Pick<GroupRequest, 'displayed' | 'among'>;

/** The flows that count. */
async function listed(desk: Desk, asker: Asker, displayed: boolean, turns: TimeSlices): Promise<Listed> {
  const view = viewOf(desk, asker, 'flows');
  if (!displayed || view.filter === '') return { displayed: null, among: '' };
  return { displayed: await rowsOf(view, desk.open(), turns), among: view.filter };
}

function rowsOf(view: ListView<'flows'>, s: CaptureSession, turns: TimeSlices): Promise<Uint8Array> {
  const { count } = s.analysis.flows.columns;
  return rowSet((i) => view.shown.at(i), Math.min(view.shown.count, count), count, turns);
}

async function grouped(
  desk: Desk,
  asker: Asker,
  b: Request<'flowGroupsCsv'>,
  turns: TimeSlices,
): Promise<{ readonly table: StatTable; readonly order: Uint32Array | null }> {
  const s = desk.open();
  const view = viewOf(desk, asker, 'flows');
  const among = b.displayed ? `${view.generation} ${view.filter}` : '';
  const of = [s.options.number, s.analysis.packetCount, s.revision, b.by, b.measure, b.distinct, among];
  const key = JSON.stringify(of);
  const kept = desk.statistics.groups;
  if (kept.key !== key || kept.table === null) {
    const { by, measure, distinct } = b;
    const table = await groupFlows(
      s,
      { by, measure, distinct, ...(await listed(desk, asker, b.displayed, turns)) },
      turns,
    );
    Object.assign(kept, { key, table, orderKey: '' });
  }
  const table = kept.table!;
  const order = b.order ?? FREQUENT;
  const orderKey = `${key} ${order.column} ${order.descending}`;
  if (kept.orderKey === orderKey) return { table, order: kept.order };
  const rows = await ordered(table, order, turns);
  if (kept.key === key) Object.assign(kept, { orderKey, order: rows });
  return { table, order: rows };
}

function valueTable(rows: readonly (readonly [string, string, number, number, string])[]): StatTable {
  return {
    rows: rows.length,
    columns: [
      { id: 'fact', kind: 'text', text: (row) => `flow.${rows[row]![0]}` },
      { id: 'value', kind: 'text', text: (row) => rows[row]![1] },
      { id: 'flows', kind: 'count', numbers: rows.map((r) => r[2]) },
      { id: 'bytes', kind: 'bytes', numbers: rows.map((r) => r[3]) },
      { id: 'filter', kind: 'text', text: (row) => rows[row]![4] },
    ],
    filter: (row) => rows[row]![4],
    packet: () => 0,
    depth: null,
    note: null,
    counted: rows.length,
  };
}
