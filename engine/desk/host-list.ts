// The list of hosts of one window. Its filter is that of flows: the list counts the flows that pass, and shows the hosts
// of them. It is made when somebody looks at it.
import {
  addressId,
  type FlowRow,
  type HostPage,
  type HostPlace,
  type Message,
  packTexts,
  say,
  type SortOrder,
} from '../../contract/index.ts';
import type { Asker, Predicate } from '../filter/index.ts';
import { Cancelled, ranksOf, type TimeSlices } from '../view/index.ts';
import { type FlowPlan, flowTest } from './flow-filter.ts';
import { hostLines } from './host-facts.ts';
import { HostTable } from './host-table.ts';
import { type Made, MadeList } from './made-list.ts';
import type { CaptureSession } from './session.ts';

/** A list that follows a growing capture is made again after this long at least, ms, while it is looked at. */
const AGAIN = 1_000;
const LOOKED_AT = 5_000;

type Compare = (a: number, b: number) => number;

export class HostList extends MadeList {
  private table: HostTable | null = null;
  private rows: Uint32Array = new Uint32Array(0);
  private predicate: Predicate<FlowRow> | null = null;
  private lookedAt = -Infinity;
  private first: Promise<unknown> | null = null;

  /** @param asker Wireshark's engine */
  constructor(s: CaptureSession, asker: Asker) {
    super(s, asker, AGAIN);
  }

  async page(from: number, count: number, turns: TimeSlices): Promise<HostPage> {
    const table = await this.made();
    const { generation } = this;
    const ids = [...this.rows.subarray(from, from + count)];
    const lines = await hostLines(this.s, ids, this.predicate, turns);
    const addresses = ids.map((id) => this.s.analysis.addresses.text(addressId(id)));
    const numbers = (column: ArrayLike<number>): number[] => ids.map((id) => column[id]!);
    const texts = (of: (id: number, i: number) => string): HostPage['name'] => packTexts(ids.map(of));
    return {
      generation,
      from,
      places: this.rows.length,
      row: Uint32Array.from(ids),
      flows: Uint32Array.from(numbers(table.flows)),
      peers: Uint32Array.from(numbers(table.peers)),
      packetsIn: Float64Array.from(numbers(table.packetsIn)),
      packetsOut: Float64Array.from(numbers(table.packetsOut)),
      bytesIn: Float64Array.from(numbers(table.bytesIn)),
      bytesOut: Float64Array.from(numbers(table.bytesOut)),
      first: Float64Array.from(numbers(table.first)),
      last: Float64Array.from(numbers(table.last)),
      points: Uint8Array.from(numbers(table.points)),
      incidents: Uint32Array.from(numbers(table.incidents)),
      part: Uint8Array.from(numbers(table.part)),
      address: texts((_id, i) => addresses[i]!),
      name: texts((id) => lines.get(id)?.name ?? ''),
      apps: texts((id) => lines.get(id)?.apps ?? ''),
      offers: texts((id) => lines.get(id)?.offers ?? ''),
      place: texts((id) => placeText(this.s.placeOf(addressId(id)))),
    };
  }

  /** Where a host stands, -1 where it is not shown. */
  async placeOf(id: number): Promise<number> {
    await this.made();
    return this.rows.indexOf(id);
  }

  /** The table, made when nobody has looked at it yet. */
  async made(): Promise<HostTable> {
    this.lookedAt = performance.now();
    if (this.table === null) await (this.first ??= this.make(this.plan, this.sort));
    if (this.table === null) throw new Cancelled('given up');
    return this.table;
  }

  private async byText(
    table: HostTable,
    column: TextColumn,
    only: Predicate<FlowRow> | null,
    turns: TimeSlices,
  ): Promise<Compare | Message> {
    const ids = [...table.ids];
    if (ids.length > MOST_SORTED) return say('sort-hosts-limit', { hosts: MOST_SORTED });
    const texts = new Map<number, string>();
    const lines = column === 'place' ? null : await hostLines(this.s, ids, only, turns);
    for (const id of ids) {
      const text = lines?.get(id)?.[column as Exclude<TextColumn, 'place'>] ?? placeText(this.s.placeOf(addressId(id)));
      // Hosts without one are last.
      texts.set(id, text === '' ? '\uffff' : text.toLowerCase());
      if (turns.due) await turns.rest();
    }
    return (a, b) => {
      const [one, two] = [texts.get(a)!, texts.get(b)!];
      if (one === two) return 0;
      return one < two ? -1 : 1;
    };
  }

  protected get matched(): number {
    return this.rows.length;
  }
  protected get places(): number {
    return this.rows.length;
  }
  protected get stamp(): string {
    return `${this.s.analysis.packetCount} ${this.s.revision}`;
  }
  /** Made when somebody looks, followed while somebody does. */
  protected get wanted(): boolean {
    return this.table !== null && performance.now() - this.lookedAt <= LOOKED_AT;
  }
  protected hasColumn(column: string): boolean {
    return Object.hasOwn(COMPARES, column) || isTextColumn(column);
  }

  protected async arrangement(plan: FlowPlan, sort: SortOrder | null, turns: TimeSlices): Promise<Made | Message> {
    try {
      const test = plan === null ? null : await flowTest(plan, this.s, this.asker, turns);
      const predicate = test?.passes ?? null;
      const table = await HostTable.make(this.s, predicate, turns);
      const made =
        sort !== null && isTextColumn(sort.column)
          ? await this.byText(table, sort.column, predicate, turns)
          : directed(this.s, table, sort);
      if (typeof made !== 'function') return made;
      const compare: Compare = sort?.descending === true && isTextColumn(sort.column) ? (a, b) => made(b, a) : made;
      const rows = await ordered(table.ids, compare, turns);
      const take = (): void => {
        this.rows = rows;
        this.table = table;
        this.predicate = predicate;
      };
      return { partial: test?.partial ?? null, take };
    } finally {
      this.first = null;
    }
  }
}

/** Columns whose texts are found for the hosts that are in sight; to sort by them they are found for all. */
const TEXT_COLUMNS = ['name', 'apps', 'offers', 'place'] as const;
type TextColumn = (typeof TEXT_COLUMNS)[number];
/** Hosts that are sorted by what flows say of them. */
const MOST_SORTED = 200_000;

function isTextColumn(column: string): column is TextColumn {
  return (TEXT_COLUMNS as readonly string[]).includes(column);
}

/** Ids in order; equal ones in the order of their ids, as they came. */
async function ordered(ids: Uint32Array, compare: Compare, turns: TimeSlices): Promise<Uint32Array> {
  const ranks = await ranksOf(ids.length, (a, b) => compare(ids[a]!, ids[b]!) || a - b, turns, 0.5);
  const rows = new Uint32Array(ids.length);
  for (let i = 0; i < ids.length; i++) rows[ranks[i]!] = ids[i]!;
  return rows;
}

export function placeText(place: HostPlace | null): string {
  if (place === null) return '';
  const network = place.asn === null ? place.organisation : `AS${place.asn} ${place.organisation ?? ''}`.trim();
  return [place.code ?? place.country, network].filter((t) => t !== null && t !== '').join(' · ');
}

const COMPARES: Readonly<Record<string, (s: CaptureSession, t: HostTable) => Compare>> = {
  address: (s) => (a, b) => s.analysis.addresses.compare(addressId(a), addressId(b)),
  flows: (_s, t) => by((id) => t.flows[id]!),
  peers: (_s, t) => by((id) => t.peers[id]!),
  packets: (_s, t) => by((id) => t.packetsIn[id]! + t.packetsOut[id]!),
  bytesIn: (_s, t) => by((id) => t.bytesIn[id]!),
  bytesOut: (_s, t) => by((id) => t.bytesOut[id]!),
  bytes: (_s, t) => by((id) => t.bytesIn[id]! + t.bytesOut[id]!),
  first: (_s, t) => by((id) => t.first[id]!),
  last: (_s, t) => by((id) => t.last[id]!),
  points: (_s, t) => (a, b) => t.points[a]! - t.points[b]! || t.incidents[a]! - t.incidents[b]!,
};

function by(key: (id: number) => number): Compare {
  return (a, b) => key(a) - key(b);
}

/** Without a sort: the gravest first, those that began it before those it was with; then those with most bytes. */
function directed(s: CaptureSession, t: HostTable, sort: SortOrder | null): Compare {
  if (sort === null)
    return (a, b) =>
      t.points[b]! - t.points[a]! ||
      t.part[a]! - t.part[b]! ||
      t.bytesIn[b]! + t.bytesOut[b]! - t.bytesIn[a]! - t.bytesOut[a]!;
  const compare = COMPARES[sort.column]!(s, t);
  return sort.descending ? (a, b) => compare(b, a) : compare;
}
