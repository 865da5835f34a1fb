// Statistics of the open capture for its windows: what was counted is kept until the capture or the list has changed,
// so that another order or another page asks for nothing again.
import type { StatTableName } from '../../contract/index.ts';
import type { Surveyor } from '../dissect/index.ts';
import type { PacketSets } from '../filter/index.ts';
import { type Experts, ordered, rowSet, type StatOrder, type StatTable, type SweepSource } from '../stats/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';
import { type StatSource, statTable } from './stat-tables.ts';
import { treeSource } from './tree-source.ts';

/** Fields whose values are kept. */
const KEPT_FIELDS = 4;
const OF_FIELD = 'field ';

interface Kept {
  readonly key: string;
  readonly value: unknown;
  /** Whether what was counted is still what there is, whatever the list shows by now. */
  holds(): boolean;
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
  /** How often all was forgotten: what was begun before is not kept. */
  private times = 0;
  private readonly orders = new Map<string, { readonly key: string; readonly order: Uint32Array | null }>();

  /** A table, counted where it is not known, and the order of its rows. */
  async table(
    s: CaptureSession,
    surveyor: Surveyor,
    asked: TableRequest,
    order: StatOrder | null,
    turns: TimeSlices,
  ): Promise<{ readonly table: StatTable; readonly order: Uint32Array | null }> {
    const { times } = this;
    const key = `${asked.table} ${stamp(s, asked.list)}`;
    const what = asked.table + (asked.list === null ? '' : ' displayed');
    const table = await this.once(what, key, holding(s, asked.list), () => this.made(s, surveyor, asked, turns));
    const orderKey = `${key} ${order?.column ?? ''} ${order?.descending ?? false}`;
    const name = `${asked.table} ${asked.list === null}`;
    let known = this.orders.get(name);
    if (known?.key !== orderKey) {
      known = { key: orderKey, order: await ordered(table, order, turns) };
      if (times === this.times) this.orders.set(name, known);
    }
    return { table, order: known.order };
  }

  /** Packets of a row of expert information, for the filter that names it; null once the capture says something else. */
  rowsOf(name: string): Uint32Array | null {
    for (const { value, holds } of this.kept.values()) {
      const rows = (value as { readonly experts?: Experts }).experts?.sets.get(name);
      if (rows !== undefined && holds()) return rows;
    }
    return null;
  }

  /** Another capture is open, or dissectors say something else: nothing of what was before is kept. */
  forget(): void {
    this.times++;
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
    const source: StatSource = {
      tree: treeSource(s),
      sweep: sweepSource(s),
      name: stamp(s, list),
      rows: () => displayedRows(list, total, turns),
      once: (what, make) =>
        this.once(what + (list === null ? '' : ' displayed'), stamp(s, list), holding(s, list), make),
    };
    return statTable(source, surveyor, table, turns);
  }

  /** Values of a field, as the engine told them. */
  field<T>(s: CaptureSession, field: string, make: () => Promise<T>): Promise<T> {
    const name = `${OF_FIELD}${field}`;
    const others = [...this.kept.keys()].filter((known) => known.startsWith(OF_FIELD) && known !== name);
    if (others.length >= KEPT_FIELDS) this.kept.delete(others[0]!);
    return this.once(name, stamp(s, null), holding(s, null), make);
  }

  private async once<T>(name: string, key: string, holds: () => boolean, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(name);
    if (known?.key === key) return known.value as T;
    const { times } = this;
    const value = await make();
    if (times === this.times) this.kept.set(name, { key, value, holds });
    return value;
  }
}

/** What counts of a capture are true for. */
function stamp(s: CaptureSession, list: ListView<'packets'> | null): string {
  const rows = list === null ? 'all' : `${list.generation} ${list.filter} ${list.shown.count}`;
  return `${ofSession(s, list?.changing === true)} ${rows}`;
}

/** @param changing whether labels, verdicts or marks decide which packets count */
function ofSession(s: CaptureSession, changing: boolean): string {
  const { options, analysis, phase, revision } = s;
  return `${options.number} ${analysis.packets.count} ${phase === 'done'} ${changing ? revision : ''}`;
}

/** Whether the capture still is what it is now. */
function holding(s: CaptureSession, list: ListView<'packets'> | null): () => boolean {
  const changing = list?.changing === true;
  const now = ofSession(s, changing);
  return () => ofSession(s, changing) === now;
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
