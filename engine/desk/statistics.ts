// Statistics of the open capture for its windows: what was counted is kept until the capture or the list has changed,
// so that another order or another page asks for nothing again.
import { type Message, say, type StatLayer, type StatTableName } from '../../contract/index.ts';
import type { Surveyor } from '../dissect/index.ts';
import { treeSource } from './tree-source.ts';
import {
  type Conversations,
  conversationTable,
  countConversations,
  endpointTable,
  Experts,
  headerHierarchy,
  Hierarchy,
  lengthTable,
  ordered,
  rowSet,
  type StatOrder,
  type StatTable,
  type SweepSource,
  counts,
  serviceTable,
  transactionTables,
  unreadNote,
} from '../stats/index.ts';
import { WHOLE_PACKETS } from '../dissect/index.ts';
import { inChunk } from '../decode/index.ts';
import { packetRow } from '../../contract/index.ts';
import type { PacketSets } from '../filter/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** What is counted together. */
type Counted = 'conversations' | 'survey' | 'experts' | 'lengths' | 'headers' | 'transactions' | 'services';

/** Fields whose values are kept. */
const KEPT_FIELDS = 4;
const OF_FIELD = 'field ';

interface Kept {
  readonly key: string;
  readonly value: unknown;
}

export interface TableRequest {
  readonly table: StatTableName;
  /** The list whose packets count; null: all of the capture. */
  readonly list: ListView<'packets'> | null;
}

/** Groups of flows as they were counted last, and in which order they were shown. */
export interface KeptGroups {
  key: string;
  table: StatTable | null;
  orderKey: string;
  order: Uint32Array | null;
}

const NO_GROUPS: KeptGroups = { key: '', table: null, orderKey: '', order: null };

export class Statistics implements PacketSets {
  groups: KeptGroups = { ...NO_GROUPS };
  private readonly kept = new Map<string, Kept>();
  private readonly orders = new Map<string, { readonly key: string; readonly order: Uint32Array | null }>();

  /** A table, counted where it is not known, and the order of its rows. */
  async table(
    s: CaptureSession,
    surveyor: Surveyor,
    asked: TableRequest,
    order: StatOrder | null,
    turns: TimeSlices,
  ): Promise<{ readonly table: StatTable; readonly order: Uint32Array | null }> {
    const key = `${asked.table} ${stamp(s, asked.list)}`;
    const table = await this.once(asked.table + (asked.list === null ? '' : ' displayed'), key, () =>
      this.made(s, surveyor, asked, turns),
    );
    const orderKey = `${key} ${order?.column ?? ''} ${order?.descending ?? false}`;
    const name = `${asked.table} ${asked.list === null}`;
    let known = this.orders.get(name);
    if (known?.key !== orderKey) {
      known = { key: orderKey, order: await ordered(table, order, turns) };
      this.orders.set(name, known);
    }
    return { table, order: known.order };
  }

  /** Packets of a row of expert information, for the filter that names it. */
  rowsOf(name: string): Uint32Array | null {
    for (const { value } of this.kept.values()) {
      const rows = (value as { readonly experts?: Experts }).experts?.sets.get(name);
      if (rows !== undefined) return rows;
    }
    return null;
  }

  /** Another capture is open: nothing of the one before is kept. */
  forget(): void {
    this.kept.clear();
    this.orders.clear();
    this.groups = { ...NO_GROUPS };
  }

  private async made(
    s: CaptureSession,
    surveyor: Surveyor,
    { table, list }: TableRequest,
    turns: TimeSlices,
  ): Promise<StatTable> {
    const total = s.analysis.packets.count;
    const [kind, layer] = table.split('-') as [string, StatLayer];
    const set = (): Promise<Uint8Array | null> => displayedRows(list, total, turns);
    const shared = <T>(what: Counted, make: () => Promise<T>): Promise<T> =>
      this.once(what + (list === null ? '' : ' displayed'), stamp(s, list), make);
    if (kind === 'conv' || kind === 'end') {
      const counted = await shared<Conversations>('conversations', async () =>
        countConversations(sweepSource(s), await set(), total, turns),
      );
      return kind === 'conv' ? conversationTable(counted, layer) : endpointTable(counted, layer);
    }
    if (table === 'lengths') return lengthTable(s.analysis.packets, await set(), total, turns);
    if (table === 'services') return serviceTable(s.analysis, await set(), total, turns);
    if (table === 'hierarchy' || table === 'expert') {
      if (surveyor.takes({ analysis: s.analysis, wholeBytes: s.wholeBytes })) {
        const survey = await shared('survey', async () => surveyOf(s, surveyor, list, await set(), turns));
        return table === 'hierarchy' ? survey.hierarchy.table(survey.problem) : survey.experts.table(survey.problem);
      }
      if (table === 'expert') {
        const { experts, note } = await shared('experts', async () => expertsOf(s, surveyor, list, await set(), turns));
        return experts.table(note);
      }
      const { hierarchy, unread } = await headerHierarchy(sweepSource(s), await set(), total, turns);
      return hierarchy.table(unread > 0 ? unreadNote({ unread }) : hierarchyNote(s));
    }
    const tables = await shared('transactions', async () =>
      transactionTables(sweepSource(s), await set(), total, turns),
    );
    return tables[table as keyof typeof tables];
  }

  /** Values of a field, as the engine told them. */
  field<T>(s: CaptureSession, field: string, make: () => Promise<T>): Promise<T> {
    const name = `${OF_FIELD}${field}`;
    const others = [...this.kept.keys()].filter((known) => known.startsWith(OF_FIELD) && known !== name);
    if (others.length >= KEPT_FIELDS) this.kept.delete(others[0]!);
    return this.once(name, stamp(s, null), make);
  }

  private async once<T>(name: string, key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(name);
    if (known?.key === key) return known.value as T;
    const value = await make();
    this.kept.set(name, { key, value });
    return value;
  }
}

/** What counts of a capture are true for. */
function stamp(s: CaptureSession, list: ListView<'packets'> | null): string {
  const rows = list === null ? 'all' : `${list.generation} ${list.filter} ${list.shown.count}`;
  return `${s.options.number} ${s.analysis.packets.count} ${s.phase === 'done'} ${rows}`;
}

export function displayedRows(
  list: ListView<'packets'> | null,
  packets: number,
  turns: TimeSlices,
): Promise<Uint8Array | null> {
  if (list === null || list.shown.rows === null) return Promise.resolve(null);
  return rowSet((i) => list.shown.at(i), Math.min(list.shown.count, packets), packets, turns);
}

export function sweepSource(s: CaptureSession): SweepSource {
  return { analysis: s.analysis, bytes: s.packetBytes, contiguous: s.options.live === null && !s.opened.ring };
}

async function surveyOf(
  s: CaptureSession,
  surveyor: Surveyor,
  list: ListView<'packets'> | null,
  rows: Uint8Array | null,
  turns: TimeSlices,
): Promise<{ readonly hierarchy: Hierarchy; readonly experts: Experts; readonly problem: Message | null }> {
  const hierarchy = new Hierarchy();
  const experts = new Experts(list?.filter);
  const { packets } = s.analysis;
  const answer = await surveyor.survey(
    treeSource(s),
    {
      packet: (index, path) => {
        if (!counts(rows, index)) return;
        const row = packetRow(index);
        hierarchy.take(path, packets.chunk(row).wire[inChunk(row)]!, packets.secondsOf(row), index);
      },
      expert: (item) => {
        if (counts(rows, item.frame - 1)) experts.take(item);
      },
    },
    turns,
  );
  return { hierarchy, experts, problem: answer.ok ? null : answer.message };
}

async function expertsOf(
  s: CaptureSession,
  surveyor: Surveyor,
  list: ListView<'packets'> | null,
  rows: Uint8Array | null,
  turns: TimeSlices,
): Promise<{ readonly experts: Experts; readonly note: Message }> {
  const experts = new Experts(list?.filter);
  const { pieces, cut, left, unread } = await surveyor.experts(
    treeSource(s),
    (item) => {
      if (counts(rows, item.frame - 1)) experts.take(item);
    },
    turns,
  );
  if (left + unread > 0) return { experts, note: say('stats-expert-left', { pieces, packets: left + unread, cut }) };
  return { experts, note: say(cut > 0 ? 'stats-expert-cut' : 'stats-expert-pieces', { pieces, cut }) };
}

function hierarchyNote(s: CaptureSession): Message {
  return s.wholeBytes === null
    ? say('stats-hierarchy-growing')
    : say('stats-hierarchy-columns', { limit: WHOLE_PACKETS });
}
