// Flows grouped by values of facts, with sums, extremes and the 95th percentile of each group. Counters are columns by
// group; a flow is in several groups where it has several values.
import { type FacetName, flowRow, type FlowRow, type GroupMeasure, say, VERDICTS } from '../../contract/index.ts';
import type { Subject } from '../filter/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { FacetValues, MAX_VALUES, NO_VALUE, REST } from './facet-values.ts';
import { PairSet } from './pair-set.ts';
import { Members, rankedAt } from './ranked.ts';
import { counts } from './rows.ts';
import type { Column, StatTable } from './table.ts';

export interface GroupRequest {
  readonly by: readonly FacetName[];
  readonly measure: GroupMeasure;
  /** A fact whose different values are counted in each group. */
  readonly distinct: FacetName | null;
  /** Flows that count, a bit each; null: all do. */
  readonly displayed: Uint8Array | null;
  /** Filter of the list whose flows count, '' where all do. */
  readonly among: string;
}

const SHARE = 0.95;
const STRIDE = 11;
const [FLOWS, PACKETS, BYTES, SUM, MIN, MAX, FIRST, LAST, PACKET, MALICIOUS, SUSPICIOUS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const MALICIOUS_VERDICT = VERDICTS.indexOf('malicious');
const SUSPICIOUS_VERDICT = VERDICTS.indexOf('suspicious');
const AT_ONCE = 2_048;

/** Groups of the first facts, and what of the next fact divides them: a group's number is that of its pair. */
class Level {
  readonly of: number[] = [];
  readonly value: number[] = [];
  private readonly numbers = new Map<number, number>();
  /** Those of the first group, which is the only one of the first fact. */
  private readonly first: number[] = [];

  numberOf(group: number, value: number): number {
    const key = group * (MAX_VALUES + 1) + value;
    const known = group === 0 ? this.first[value] : this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.of.length >= MAX_VALUES) return REST;
    if (group === 0) this.first[value] = this.of.length;
    else this.numbers.set(key, this.of.length);
    this.of.push(group);
    return this.value.push(value) - 1;
  }
}

/** Counters of groups, STRIDE a group, so that a flow touches one place. */
class Sums {
  values = new Float64Array(1024 * STRIDE);

  take(group: number, s: Subject, row: FlowRow, measured: number): void {
    const o = group * STRIDE;
    if (o >= this.values.length) this.grow(o);
    const v = this.values;
    const c = s.analysis.flows.columns;
    const begin = c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9;
    const end = c.endSeconds[row]! + c.endNanoseconds[row]! / 1e9;
    const packet = c.firstPacket[row]! + 1;
    const fresh = v[o + FLOWS]!++ === 0;
    v[o + PACKETS]! += c.packetsForward[row]! + c.packetsReverse[row]!;
    v[o + BYTES]! += c.bytesForward[row]! + c.bytesReverse[row]!;
    v[o + SUM]! += measured;
    if (fresh || measured < v[o + MIN]!) v[o + MIN] = measured;
    if (fresh || measured > v[o + MAX]!) v[o + MAX] = measured;
    if (fresh || begin < v[o + FIRST]!) v[o + FIRST] = begin;
    if (fresh || end > v[o + LAST]!) v[o + LAST] = end;
    if (fresh || packet < v[o + PACKET]!) v[o + PACKET] = packet;
    if (s.verdict[row] === MALICIOUS_VERDICT) v[o + MALICIOUS]!++;
    else if (s.verdict[row] === SUSPICIOUS_VERDICT) v[o + SUSPICIOUS]!++;
  }

  private grow(least: number): void {
    const wider = new Float64Array(Math.max(this.values.length * 2, least + STRIDE));
    wider.set(this.values);
    this.values = wider;
  }
}

function measureOf(s: Subject, measure: GroupMeasure): (row: FlowRow) => number {
  const c = s.analysis.flows.columns;
  switch (measure) {
    case 'bytes':
      return (row) => c.bytesForward[row]! + c.bytesReverse[row]!;
    case 'packets':
      return (row) => c.packetsForward[row]! + c.packetsReverse[row]!;
    case 'duration':
      return (row) =>
        Math.max(
          0,
          c.endSeconds[row]! - c.startSeconds[row]! + (c.endNanoseconds[row]! - c.startNanoseconds[row]!) / 1e9,
        );
  }
}

/** The flows that count, one after the other, with turns for others. @param share of the job's progress */
export async function eachFlow(
  s: Subject,
  displayed: Uint8Array | null,
  turns: TimeSlices,
  progress: { readonly from: number; readonly share: number },
  see: (row: FlowRow) => void,
): Promise<number> {
  const { count } = s.analysis.flows.columns;
  let seen = 0;
  for (let row = flowRow(0); row < count; row++) {
    if (row % AT_ONCE === 0 && turns.due) {
      turns.done = progress.from + (progress.share * row) / count;
      await turns.rest();
    }
    if (!counts(displayed, row)) continue;
    seen++;
    see(row);
  }
  return seen;
}

export async function groupFlows(s: Subject, o: GroupRequest, turns: TimeSlices): Promise<StatTable> {
  const facets = o.by.map((name) => new FacetValues(name, s));
  const levels = facets.map(() => new Level());
  const told = o.distinct === null ? null : { facet: new FacetValues(o.distinct, s), pairs: new PairSet() };
  const distinct: number[] = [];
  const sums = new Sums();
  const members = new Members();
  const measured = measureOf(s, o.measure);
  const [values, others]: [number[], number[]] = [[], []];
  let [groups, divided]: [number[], number[]] = [[], []];
  let severalEach = false;
  const seen = await eachFlow(s, o.displayed, turns, { from: 0, share: 0.7 }, (row) => {
    groups.length = 0;
    groups.push(0);
    for (let k = 0; k < facets.length; k++) {
      facets[k]!.of(row, values);
      divided.length = 0;
      for (const group of groups) for (const value of values) divided.push(levels[k]!.numberOf(group, value));
      [groups, divided] = [divided, groups];
    }
    severalEach ||= groups.length > 1;
    const value = measured(row);
    if (told !== null) told.facet.of(row, others);
    for (const group of groups) {
      sums.take(group, s, row, value);
      members.add(group, value);
      if (told === null) continue;
      for (const other of others)
        if (other !== NO_VALUE && told.pairs.add(group, other)) distinct[group] = (distinct[group] ?? 0) + 1;
    }
  });
  const size = facets.length === 0 ? 1 : levels.at(-1)!.of.length;
  const ids = Uint32Array.from([...Array(size).keys(), REST].filter((id) => (sums.values[id * STRIDE] ?? 0) > 0));
  const high = await rankedAt(members, ids, SHARE, turns);
  /** The number of a group's value of the fact `k`. */
  const valueOf = (id: number, k: number): number => {
    let at = id;
    for (let level = facets.length - 1; level > k; level--) {
      if (at === REST) return REST;
      at = levels[level]!.of[at]!;
    }
    return at === REST ? REST : levels[k]!.value[at]!;
  };
  const column = (index: number): Float64Array => Float64Array.from(ids, (id) => sums.values[id * STRIDE + index]!);
  const flows = column(FLOWS);
  const kind = o.measure === 'packets' ? 'count' : o.measure;
  const columns: Column[] = [
    ...facets.map((facet, k): Column => {
      const id = `flow.${facet.name}`;
      if (facet.numeric)
        return { id, kind: 'number', numbers: Float64Array.from(ids, (group) => facet.number(valueOf(group, k))) };
      return { id, kind: 'text', text: (row) => facet.text(valueOf(ids[row]!, k)) };
    }),
    { id: 'flows', kind: 'count', numbers: flows },
    { id: 'packets', kind: 'count', numbers: column(PACKETS) },
    { id: 'bytes', kind: 'bytes', numbers: column(BYTES) },
    ...(o.measure === 'duration' ? [{ id: 'total', kind, numbers: column(SUM) } as const] : []),
    {
      id: 'average',
      kind: o.measure === 'duration' ? 'duration' : 'decimal',
      numbers: column(SUM).map((sum, row) => sum / flows[row]!),
    },
    { id: 'least', kind, numbers: column(MIN) },
    { id: 'most', kind, numbers: column(MAX) },
    { id: 'p95', kind, numbers: high },
    ...(told === null
      ? []
      : [{ id: 'distinct', kind: 'count', numbers: Float64Array.from(ids, (id) => distinct[id] ?? 0) } as const]),
    { id: 'malicious', kind: 'count', numbers: column(MALICIOUS) },
    { id: 'suspicious', kind: 'count', numbers: column(SUSPICIOUS) },
    { id: 'firstSeen', kind: 'moment', numbers: column(FIRST) },
    { id: 'lastSeen', kind: 'moment', numbers: column(LAST) },
  ];
  const packets = column(PACKET);
  const rest = facets.some((facet) => facet.more) || ids.includes(REST);
  const several = severalEach ? say('groups-several') : null;
  return {
    rows: ids.length,
    columns,
    filter: (row) =>
      filterOf(
        o.among,
        facets.map((facet, k) => facet.filter(valueOf(ids[row]!, k))),
      ),
    packet: (row) => packets[row]!,
    depth: null,
    note: rest ? say('groups-rest', { most: MAX_VALUES }) : several,
    counted: seen,
  };
}

/** Everything that is said of a group, '' where a part cannot be said. @param among '' for none */
export function filterOf(among: string, parts: readonly string[]): string {
  if (parts.some((part) => part === '')) return '';
  const own = parts.join(' and ');
  if (among === '' || own === '') return among === '' ? own : among;
  return `(${among}) and ${own}`;
}
