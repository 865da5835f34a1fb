// Matches of threat rules, and entries of lists that were met, in one capture: typed columns within bounds. Beyond them
// matches are counted and no longer found by their packet.
import {
  type FlowRow,
  flowRow,
  type MatchedRule,
  type MetIndicator,
  NO_FLOW_ROW,
  type PacketRow,
  packetRow,
} from '../../contract/index.ts';
import type { Met } from '../evidence/index.ts';
import { lowerBound } from '../read/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import type { IndicatorHit } from './indicator-record.ts';
import type { FlowHit } from './rule-hits.ts';

/** Matches that are found by their packet; pairs of a rule and a flow; entries of lists in flows. */
const MAX_HITS = 4_000_000;
const MAX_PAIRS = 1_000_000;
const MAX_MET = 250_000;
const NONE = 0xffffffff;
/** A pair is one number: a rule's place is below this. */
const RULES = 2 ** 21;

/** A list of whole numbers that grows. */
class Numbers {
  at = new Uint32Array(256);
  count = 0;

  push(value: number): void {
    if (this.count === this.at.length) {
      const larger = new Uint32Array(this.count * 2);
      larger.set(this.at);
      this.at = larger;
    }
    this.at[this.count++] = value;
  }
}

interface RuleCount {
  readonly facts: RuleFacts;
  matches: number;
  flows: number;
  readonly first: number;
}

/** The first match of a rule in a flow: what stands as a row among packets. */
export interface PairShown {
  readonly rule: RuleFacts;
  readonly flow: FlowRow | null;
  readonly packet: PacketRow;
  /** Of the rule in this flow, by now. */
  readonly matches: number;
}

export class ThreatMatches {
  /** Of all rules. */
  total = 0;
  /** By match, in the order of packets: its packet's row, and its pair. */
  private readonly packets = new Numbers();
  private readonly pairOf = new Numbers();
  /** By pair of a rule and a flow: the flow, the first packet, how many matches, the pair of the same flow before. */
  private readonly flows = new Numbers();
  private readonly firsts = new Numbers();
  private readonly counts = new Numbers();
  private readonly before = new Numbers();
  private readonly ruleOf: RuleFacts[] = [];
  private readonly pairs = new Map<number, number>();
  private readonly lastPair = new Map<number, number>();
  private readonly rules = new Map<number, RuleCount>();
  /** Entries of lists: each once for a flow. */
  private readonly met: { readonly met: Met; readonly row: FlowRow; readonly packet: number; readonly before: number }[] =
    [];
  private readonly lastMet = new Map<number, number>();

  /** Takes a match, in the order of packets. @returns whether it is the first of its rule in its flow */
  add({ hit, rule, row }: FlowHit): boolean {
    this.total++;
    const flow = row ?? NO_FLOW_ROW;
    let counted = this.rules.get(hit.rule);
    if (counted === undefined) {
      counted = { facts: rule, matches: 0, flows: 0, first: hit.packet };
      this.rules.set(hit.rule, counted);
    }
    counted.matches++;
    const key = flow * RULES + hit.rule;
    let pair = this.pairs.get(key);
    const isFirst = pair === undefined;
    if (pair === undefined) {
      if (this.flows.count >= MAX_PAIRS || hit.rule >= RULES) return false;
      pair = this.flows.count;
      this.pairs.set(key, pair);
      this.flows.push(flow);
      this.firsts.push(hit.packet);
      this.counts.push(0);
      this.before.push(this.lastPair.get(flow) ?? NONE);
      this.lastPair.set(flow, pair);
      this.ruleOf.push(rule);
      counted.flows++;
    }
    this.counts.at[pair]!++;
    if (this.packets.count < MAX_HITS) {
      this.packets.push(hit.packet);
      this.pairOf.push(pair);
    }
    return isFirst;
  }

  /** Takes an entry of a list that was met in a flow. */
  addMet({ met, row, packet }: IndicatorHit): void {
    if (this.met.length >= MAX_MET) return;
    for (let i = this.lastMet.get(row) ?? -1; i >= 0; i = this.met[i]!.before)
      if (this.met[i]!.met.value === met.value && this.met[i]!.met.kind === met.kind) return;
    this.met.push({ met, row, packet, before: this.lastMet.get(row) ?? -1 });
    this.lastMet.set(row, this.met.length - 1);
  }

  /** Whether a rule that matched at a packet passes. */
  someOfPacket(packet: PacketRow, test: (rule: RuleFacts) => boolean): boolean {
    const { at, count } = this.packets;
    for (let i = lowerBound(at, packet, count); i < count && at[i] === packet; i++)
      if (test(this.ruleOf[this.pairOf.at[i]!]!)) return true;
    return false;
  }

  /** Whether a rule that matched in a flow passes. */
  someOfFlow(flow: FlowRow, test: (rule: RuleFacts) => boolean): boolean {
    for (let pair = this.lastPair.get(flow) ?? NONE; pair !== NONE; pair = this.before.at[pair]!)
      if (test(this.ruleOf[pair]!)) return true;
    return false;
  }

  /** Whether an entry that was met in a flow passes. */
  someMet(flow: FlowRow, test: (met: Met) => boolean): boolean {
    for (let i = this.lastMet.get(flow) ?? -1; i >= 0; i = this.met[i]!.before) if (test(this.met[i]!.met)) return true;
    return false;
  }

  /** The same of one packet: of flows whose entry was met at it. */
  someMetAt(flow: FlowRow, packet: PacketRow, test: (met: Met) => boolean): boolean {
    for (let i = this.lastMet.get(flow) ?? -1; i >= 0; i = this.met[i]!.before)
      if (this.met[i]!.packet === packet && test(this.met[i]!.met)) return true;
    return false;
  }

  /** Pairs of a rule and a flow. */
  get pairCount(): number {
    return this.flows.count;
  }

  pair(index: number): PairShown {
    const flow = this.flows.at[index]!;
    return {
      rule: this.ruleOf[index]!,
      flow: flow === NO_FLOW_ROW ? null : flowRow(flow),
      packet: packetRow(this.firsts.at[index]!),
      matches: this.counts.at[index]!,
    };
  }

  /** Row of the packet of a pair's first match. */
  firstOf(pair: number): PacketRow {
    return packetRow(this.firsts.at[pair]!);
  }

  /** Matches of a flow, each with its packet, in the order of packets. @param most so many are told */
  ofFlow(flow: FlowRow, most: number): { readonly told: { rule: RuleFacts; packet: PacketRow }[]; readonly all: number } {
    const mine = new Set<number>();
    let all = 0;
    let from = Infinity;
    for (let pair = this.lastPair.get(flow) ?? NONE; pair !== NONE; pair = this.before.at[pair]!) {
      mine.add(pair);
      all += this.counts.at[pair]!;
      from = Math.min(from, this.firsts.at[pair]!);
    }
    const told: { rule: RuleFacts; packet: PacketRow }[] = [];
    if (mine.size === 0) return { told, all };
    const { at, count } = this.packets;
    for (let i = lowerBound(at, from, count); i < count && told.length < Math.min(most, all); i++) {
      const pair = this.pairOf.at[i]!;
      if (mine.has(pair)) told.push({ rule: this.ruleOf[pair]!, packet: packetRow(at[i]!) });
    }
    return { told, all };
  }

  /** Rules that matched at a packet. */
  ofPacket(packet: PacketRow): readonly RuleFacts[] {
    const out: RuleFacts[] = [];
    this.someOfPacket(packet, (rule) => {
      out.push(rule);
      return false;
    });
    return out;
  }

  /** Rules by how grave and how frequent they are. @param ownFile whose rules are a person's own */
  matched(most: number, ownFile: string): { readonly rules: MatchedRule[]; readonly count: number } {
    const all = [...this.rules.values()].sort((a, b) => a.facts.priority - b.facts.priority || b.matches - a.matches);
    const rules = all.slice(0, most).map(({ facts: f, matches, flows, first }) => ({
      gid: f.gid,
      sid: f.sid,
      rev: f.rev,
      msg: f.msg,
      classtype: f.classtype,
      priority: f.priority,
      action: f.action,
      file: f.file,
      line: f.line,
      matches,
      flows,
      first: packetRow(first),
      own: f.file === ownFile,
    }));
    return { rules, count: all.length };
  }

  /** Entries of lists that were met, the most frequent first. */
  metIndicators(most: number): MetIndicator[] {
    const by = new Map<string, { readonly met: Met; flows: number; readonly first: number }>();
    for (const { met, packet } of this.met) {
      const key = `${met.kind} ${met.value}`;
      const known = by.get(key);
      if (known === undefined) by.set(key, { met, flows: 1, first: packet });
      else known.flows++;
    }
    return [...by.values()]
      .sort((a, b) => b.flows - a.flows)
      .slice(0, most)
      .map(({ met, flows, first }) => ({
        list: met.lists.join(', '),
        kind: met.kind,
        value: met.value,
        note: met.note,
        flows,
        first: packetRow(first),
      }));
  }
}
