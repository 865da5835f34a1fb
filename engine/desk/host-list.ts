// The list of hosts of one window. Its filter is that of flows: the list counts the flows that pass, and shows the hosts
// of them. It is made when somebody looks at it.
import {
  addressId,
  type FilterProblem,
  type FlowRow,
  type HostPage,
  type HostPlace,
  type Message,
  packTexts,
  SaidError,
  say,
  type SortOrder,
  type ViewState,
} from '../../contract/index.ts';
import type { Asker, Predicate } from '../filter/index.ts';
import { Cancelled, ranksOf, TimeSlices } from '../view/index.ts';
import { type FlowPlan, flowTest, planned } from './flow-filter.ts';
import { hostLines } from './host-facts.ts';
import { HostTable } from './host-table.ts';
import type { CaptureSession } from './session.ts';

/** A list that follows a growing capture is made again after this long at least, ms, while it is looked at. */
const AGAIN = 1_000;
const LOOKED_AT = 5_000;

type Compare = (a: number, b: number) => number;

export class HostList {
  generation = 1;
  filter = '';
  sort: SortOrder | null = null;
  private table: HostTable | null = null;
  private rows: Uint32Array = new Uint32Array(0);
  private plan: FlowPlan = null;
  private partial: Message | null = null;
  private predicate: Predicate<FlowRow> | null = null;
  private took = 0;
  private again = false;
  private job: TimeSlices | null = null;
  private madeAt = -Infinity;
  private madeFor = '';
  private lookedAt = -Infinity;
  private first: Promise<unknown> | null = null;
  private readonly s: CaptureSession;
  private readonly asker: Asker;
  private readonly whereIs: (address: string) => HostPlace | null;

  /** @param asker Wireshark's engine @param whereIs what files of the user's say of an address */
  constructor(s: CaptureSession, asker: Asker, whereIs: (address: string) => HostPlace | null) {
    this.s = s;
    this.asker = asker;
    this.whereIs = whereIs;
  }

  state(): ViewState {
    return {
      generation: this.generation,
      filter: this.filter,
      sort: this.sort,
      matched: this.rows.length,
      places: this.rows.length,
      alertPlaces: new Uint32Array(0),
      took: this.took,
      partial: this.partial,
      working: this.job === null ? null : this.job.done,
    };
  }

  async check(filter: string): Promise<FilterProblem | null> {
    const made = await planned(filter, this.asker);
    return 'problem' in made ? made.problem : null;
  }

  cancel(): void {
    this.job?.cancel();
  }

  async apply(filter: string, sort: SortOrder | null): Promise<FilterProblem | null> {
    const made = await planned(filter, this.asker);
    if ('problem' in made) return made.problem;
    if (sort !== null && !Object.hasOwn(COMPARES, sort.column) && !isTextColumn(sort.column))
      return { at: 0, length: 0, message: say('no-such-column', { column: sort.column }) };
    const said = await this.make(made.plan, sort);
    if (said !== null) return { at: 0, length: 0, message: said };
    this.filter = filter;
    return null;
  }

  /** What answers the filter has changed: it is asked again with the next `follow`. */
  askAgain(): void {
    this.again = this.filter !== '';
  }

  /** Takes in what came since, while somebody looks. @returns whether the list changed */
  async follow(final: boolean): Promise<boolean> {
    if (this.again && this.job === null) {
      this.again = false;
      const problem = await this.apply(this.filter, this.sort);
      if (problem !== null && this.job === null) this.partial = say('filter-not-again', { why: problem.message });
      return true;
    }
    const now = performance.now();
    if (this.job !== null || this.table === null || this.stamp === this.madeFor) return false;
    if (now - this.lookedAt > LOOKED_AT) return false;
    if (!final && now - this.madeAt < Math.max(AGAIN, this.took * 10)) return false;
    return (await this.make(this.plan, this.sort)) === null;
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
      place: texts((_id, i) => placeText(this.whereIs(addresses[i]!))),
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
      const address = this.s.analysis.addresses.text(addressId(id));
      const text = lines?.get(id)?.[column as Exclude<TextColumn, 'place'>] ?? placeText(this.whereIs(address));
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

  private get stamp(): string {
    return `${this.s.analysis.packetCount} ${this.s.revision}`;
  }

  private async make(plan: FlowPlan, sort: SortOrder | null): Promise<Message | null> {
    this.job?.cancel();
    const turns = (this.job = new TimeSlices());
    const begun = performance.now();
    const { stamp } = this;
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
      this.rows = await ordered(table.ids, compare, turns);
      this.table = table;
      this.plan = plan;
      this.partial = test?.partial ?? null;
      this.predicate = predicate;
      this.sort = sort;
      this.took = performance.now() - begun;
      this.generation++;
      return null;
    } catch (error) {
      if (error instanceof Cancelled) return say('given-up');
      if (error instanceof SaidError) return error.said;
      throw error;
    } finally {
      if (this.job === turns) this.job = null;
      this.first = null;
      this.madeAt = performance.now();
      this.madeFor = stamp;
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
  address: (s) => byAddress(s),
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

function byAddress(s: CaptureSession): Compare {
  const { addresses } = s.analysis;
  return (a, b) => {
    const one = addressId(a);
    const two = addressId(b);
    if (addresses.kind(one) !== addresses.kind(two)) return addresses.kind(one) - addresses.kind(two);
    for (let i = 0; i < 4; i++) {
      const apart = addresses.word(one, i) - addresses.word(two, i);
      if (apart !== 0) return apart;
    }
    return 0;
  };
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
