// Matches of threat rules in one capture, in typed columns: by packet and by flow, and what the list shows of them.
import {
  type FlowRow,
  flowRow,
  type MatchedRule,
  type PacketRow,
  packetRow,
  type RuleId,
  type RuleRow,
} from '../../contract/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import type { FlowHit } from '../session/index.ts';

/** Matches that are kept; further ones are counted. */
const MAX_HITS = 200_000;
/** Rows of the packet list that tell of a rule: the first match of each in each flow. */
const MAX_ROWS = 20_000;
const NO_FLOW = 0xffff_ffff;
/** Numbers of such rows begin here: below stand those of incidents. */
export const RULE_ROWS = 2 ** 31;

interface Tally {
  readonly rule: RuleFacts;
  matches: number;
  readonly flows: Set<number>;
  first: PacketRow;
}

export class SessionHits {
  /** Rises with each match. */
  version = 0;
  /** The last packet at which one is. */
  last = 0;
  private count = 0;
  private packets = new Uint32Array(256);
  private flows = new Uint32Array(256);
  /** Index into `rules`. */
  private places = new Uint32Array(256);
  private readonly kept: { readonly hit: FlowHit['hit']; readonly rule: RuleFacts }[] = [];
  private readonly rules: Tally[] = [];
  private readonly byRule = new Map<RuleFacts, number>();
  private readonly byPacket = new Map<number, number[]>();
  private readonly byFlow = new Map<number, Set<number>>();
  /** Row of the list by flow and rule, and how often it matched there. */
  private readonly rowOf = new Map<string, number>();
  private readonly shown: { readonly hit: number; readonly place: number; matches: number }[] = [];

  add({ hit, rule, row }: FlowHit): void {
    this.version++;
    this.last = Math.max(this.last, hit.packet);
    const place = this.placeOf(rule, hit.packet);
    const tally = this.rules[place]!;
    tally.matches++;
    if (hit.packet < tally.first) tally.first = packetRow(hit.packet);
    if (row !== null && tally.flows.size < MAX_ROWS) tally.flows.add(row);
    this.show(place, hit.packet, row);
    if (this.count >= MAX_HITS) return;
    if (this.count === this.packets.length) this.grow();
    this.packets[this.count] = hit.packet;
    this.flows[this.count] = row ?? NO_FLOW;
    this.places[this.count] = place;
    put(this.byPacket, hit.packet, this.count);
    if (row !== null) {
      const known = this.byFlow.get(row);
      if (known === undefined) this.byFlow.set(row, new Set([place]));
      else known.add(place);
    }
    this.kept.push({ hit, rule });
    this.count++;
  }

  /** Rules that matched at a packet, each once. */
  ofPacket(packet: PacketRow): readonly RuleFacts[] {
    const hits = this.byPacket.get(packet);
    if (hits === undefined) return [];
    return [...new Set(hits.map((hit) => this.places[hit]!))].map((place) => this.rules[place]!.rule);
  }

  /**
   * The flow in which a rule matched at a packet, which may be one of another flow: what is left of a flow that is over is
   * asked at the packet that came last. Undefined where it did not match, null where it was in no flow.
   */
  flowAt(packet: PacketRow, { gid, sid }: RuleId): FlowRow | null | undefined {
    for (const hit of this.byPacket.get(packet) ?? []) {
      const { rule } = this.rules[this.places[hit]!]!;
      if (rule.gid === gid && rule.sid === sid) return this.flows[hit] === NO_FLOW ? null : flowRow(this.flows[hit]!);
    }
    return undefined;
  }

  ofFlow(flow: FlowRow): readonly RuleFacts[] {
    return [...(this.byFlow.get(flow) ?? [])].map((place) => this.rules[place]!.rule);
  }

  /** Matches in a flow, the first of each rule, with its packet. @param most at most so many, and how many more */
  firstOf(flow: FlowRow, most: number): { readonly hits: readonly [PacketRow, RuleFacts][]; readonly more: number } {
    const seen = new Set<number>();
    const hits: [PacketRow, RuleFacts][] = [];
    const all = this.byFlow.get(flow)?.size ?? 0;
    for (let i = 0; i < this.count && seen.size < Math.min(all, most); i++) {
      if (this.flows[i] !== flow || seen.has(this.places[i]!)) continue;
      seen.add(this.places[i]!);
      hits.push([packetRow(this.packets[i]!), this.rules[this.places[i]!]!.rule]);
    }
    return { hits, more: all - hits.length };
  }

  /** The matches that are kept, in the order in which they came. */
  all(): readonly { readonly hit: FlowHit['hit']; readonly rule: RuleFacts }[] {
    return this.kept;
  }

  /** Rules that matched, the gravest and most frequent first. */
  matched(most: number, isOwn: (file: string) => boolean): { readonly rules: MatchedRule[]; readonly count: number } {
    const sorted = this.rules.toSorted((a, b) => a.rule.priority - b.rule.priority || b.matches - a.matches);
    const rules = sorted.slice(0, most).map(({ rule, matches, flows, first }): MatchedRule => {
      const { gid, sid, rev, msg, classtype, priority, action, file, line } = rule;
      return {
        gid,
        sid,
        rev,
        msg,
        classtype,
        priority,
        action,
        file,
        line,
        matches,
        flows: flows.size,
        first,
        own: isOwn(file),
      };
    });
    return { rules, count: this.rules.length };
  }

  /** All rules that matched. */
  ids(): readonly RuleFacts[] {
    return this.rules.map(({ rule }) => rule);
  }

  /** The rule of an id that matched. */
  ruleOf(gid: number, sid: number): RuleFacts | null {
    return this.rules.find(({ rule }) => rule.gid === gid && rule.sid === sid)?.rule ?? null;
  }

  /** Rows of the packet list, in the order of their packets. */
  rows(): readonly { readonly number: number; readonly packet: PacketRow }[] {
    return this.shown.map(({ hit }, i) => ({ number: RULE_ROWS + i, packet: packetRow(hit) }));
  }

  get rowCount(): number {
    return this.shown.length;
  }

  /** @param number of `rows` */
  row(number: number): RuleRow {
    const { hit, place, matches } = this.shown[number - RULE_ROWS]!;
    const { gid, sid, rev, msg, classtype, priority } = this.rules[place]!.rule;
    return { gid, sid, rev, msg, classtype, priority, packet: packetRow(hit), matches };
  }

  private show(place: number, packet: number, row: FlowRow | null): void {
    const key = `${place} ${row ?? 'none'}`;
    const known = this.rowOf.get(key);
    if (known !== undefined) this.shown[known]!.matches++;
    else if (this.shown.length < MAX_ROWS) {
      this.rowOf.set(key, this.shown.length);
      this.shown.push({ hit: packet, place, matches: 1 });
    }
  }

  private placeOf(rule: RuleFacts, packet: number): number {
    let place = this.byRule.get(rule);
    if (place === undefined) {
      this.byRule.set(rule, (place = this.rules.length));
      this.rules.push({ rule, matches: 0, flows: new Set(), first: packetRow(packet) });
    }
    return place;
  }

  private grow(): void {
    const room = this.packets.length * 2;
    const larger = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(room);
      to.set(from);
      return to;
    };
    this.packets = larger(this.packets);
    this.flows = larger(this.flows);
    this.places = larger(this.places);
  }
}

function put(map: Map<number, number[]>, key: number, value: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
