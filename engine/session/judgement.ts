// One judgement of a capture: incidents by what flows showed, and by matches of one set of threat rules, in the order of
// packets. What flows showed is written down (`Entry`), so that another set of rules can be judged by it without reading
// the capture again: the second judgement then is what it would have been from the beginning.
import { type FlowRow, type Verdict, VERDICTS } from '../../contract/index.ts';
import {
  ByteTable,
  type Evidence,
  type Findings,
  gravityOf,
  type Incident,
  IncidentBook,
  witnessEvidence,
} from '../evidence/index.ts';
import type { IndicatorSet } from '../indicators/index.ts';
import type { RuleFeed, RuleHit } from '../workers/index.ts';
import type { Analysis } from './analysis.ts';
import { IncidentFlows } from './incident-flows.ts';
import type { IndicatorHit } from './indicator-record.ts';
import { type FlowHit, type HitsHeard, RuleHits } from './rule-hits.ts';

/** What was known of a flow when it completed or reached a checkpoint, as far as incidents follow from it. */
export interface Entry {
  readonly row: FlowRow;
  /** Packets of the capture that were read by then, and the flow's last one. */
  readonly heard: number;
  readonly packet: number;
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** Packets of the flow at a checkpoint; 0 where it is over. */
  readonly checkpoint: number;
  /** Its initiator shows a mark of a PC. */
  readonly pc: boolean;
  /** Index into VERDICTS of what the model says of it. */
  readonly own: number;
  /** Names that a flow of DNS asks for. */
  readonly asked: readonly string[] | null;
  readonly findings: Findings | null;
  /** Points of the model, and the share of ordinary flows that it finds less odd, percent. */
  readonly points: 0 | 1 | 2;
  readonly percentile: number;
}

export interface JudgementListener {
  /** An incident became suspicious, or malicious, or has more points. @param before its points until now */
  incident?(analysis: Analysis, incident: Incident, before: number): void;
  /** A threat rule matched: told in the order of packets, where rules are asked. */
  ruleHit?(analysis: Analysis, hit: FlowHit): void;
  /** An entry of a list was met in a flow: told in the order in which flows are looked at. */
  indicatorHit?(analysis: Analysis, hit: IndicatorHit): void;
}

/** Matches of threat rules and hashes of files, null where nobody asks; lists that files are held against. */
export interface JudgedBy {
  readonly feed: RuleFeed | null;
  readonly lists: IndicatorSet | null;
}

const NO_NAMES: readonly string[] = [];

export class Judgement {
  readonly incidents: IncidentBook;
  readonly flows: IncidentFlows;
  readonly feed: RuleFeed | null;
  /** Entries of the journal that were taken. */
  at = 0;
  /** Verdicts at checkpoints, by flow, in their order; only where somebody wants them. */
  readonly steps: Map<FlowRow, Verdict[]> | null;
  private readonly analysis: Analysis;
  private readonly listener: JudgementListener;
  private readonly hits: RuleHits | null;
  /** By address: 1 where the host has shown a mark of a PC by the entries that were taken. */
  private readonly pcs = new ByteTable();

  /** @param keepsSteps keeps verdicts at checkpoints */
  constructor(analysis: Analysis, { feed, lists }: JudgedBy, listener: JudgementListener, keepsSteps = false) {
    this.analysis = analysis;
    this.feed = feed;
    this.listener = listener;
    this.steps = keepsSteps ? new Map() : null;
    this.flows = new IncidentFlows(analysis.flows.columns);
    this.incidents = new IncidentBook((incident, before) => {
      if (gravityOf(incident.points) !== null) listener.incident?.(analysis, incident, before);
    });
    const heard: HitsHeard = {
      rule: (hit, found) => {
        listener.ruleHit?.(analysis, hit);
        if (found !== null) this.addHit(hit.hit, found);
      },
      file: (hit, found) => {
        const { met, rule, row } = found;
        listener.indicatorHit?.(analysis, { met: met!, rule, row, packet: hit.packet });
        this.addHit(hit, found);
      },
    };
    this.hits = feed === null ? null : new RuleHits(analysis, this.flows, feed, heard, lists);
  }

  /** Whether all matches of rules up to a packet are known. @param packet row, from 0 */
  knows(packet: number): boolean {
    return this.hits === null || this.hits.knows(packet);
  }

  /** Takes the matches up to a packet. */
  upTo(packet: number): void {
    this.hits?.upTo(packet);
  }

  /** All rules were asked of all packets. */
  get isComplete(): boolean {
    return this.feed === null || this.feed.reached === Infinity;
  }

  /** Whether the initiator showed a mark of a PC counts for rules that match later. */
  notePc(row: FlowRow, pc: boolean): void {
    if (this.hits !== null) this.pcs.set(this.analysis.flows.columns.initiator[row]!, pc ? 1 : 0);
  }

  /** Adds what rules found in a flow, and the model's point, to incidents. */
  apply(entry: Entry): void {
    const { row, asked } = entry;
    // In the order of packet time: an earlier look at the flow must not know what it asked for later.
    if (asked !== null) this.flows.noteAsked(row, asked);
    this.notePc(row, entry.pc);
    this.addUp(entry);
    if (this.steps === null || entry.checkpoint === 0) return;
    const verdict = gravityOf(this.pointsOf(row)) ?? VERDICTS[entry.own]!;
    const known = this.steps.get(row);
    if (known === undefined) this.steps.set(row, [verdict]);
    else known.push(verdict);
  }

  /** Incidents of a flow: of its pair, or of the names that it asked for. */
  incidentsOf(row: FlowRow): Incident[] {
    const c = this.analysis.flows.columns;
    const initiator = c.initiator[row]!;
    const names = this.flows.namesOf(row);
    if (names === undefined) {
      const incident = this.incidents.ofPair(initiator, c.responder[row]!);
      return incident === null ? [] : [incident];
    }
    return names.map((name) => this.incidents.ofName(initiator, name)).filter((incident) => incident !== null);
  }

  /** Flows of an incident by now, in the order of their rows. One that was forgotten has none any more. */
  flowsOf(incident: Incident): FlowRow[] {
    return this.incidents.has(incident) ? this.flows.of(incident) : [];
  }

  /** Points of a flow's gravest incident by now, 0 without one. */
  pointsOf(row: FlowRow): number {
    const c = this.analysis.flows.columns;
    const initiator = c.initiator[row]!;
    const names = this.flows.asks(row);
    if (names === undefined) return this.incidents.ofPair(initiator, c.responder[row]!)?.points ?? 0;
    if (typeof names === 'string') return this.incidents.ofName(initiator, names)?.points ?? 0;
    let points = 0;
    for (const name of names) points = Math.max(points, this.incidents.ofName(initiator, name)?.points ?? 0);
    return points;
  }

  /** Adds a match of a threat rule to its incident. */
  private addHit(hit: RuleHit, found: Evidence): void {
    const c = this.analysis.flows.columns;
    const initiator = c.initiator[found.row]!;
    this.incidents.add([found], {
      initiator,
      responder: c.responder[found.row]!,
      names: NO_NAMES,
      seconds: hit.seconds + hit.nanoseconds / 1e9,
      packet: hit.packet,
      pc: this.pcs.at(initiator) === 1,
      namedHosts: null,
    });
  }

  private addUp({ findings, points, percentile, row, asked, seconds, packet, pc }: Entry): void {
    if (findings === null && points === 0) return;
    let found = findings?.found ?? [];
    for (const { met, rule, packets } of found)
      if (met !== undefined)
        this.listener.indicatorHit?.(this.analysis, { met, rule, row, packet: this.packetOf(row, packets) });
    const name = asked?.[0] ?? null;
    if (points !== 0) found = [...found, witnessEvidence(points, percentile, row, name === null ? 'peer' : { name })];
    const c = this.analysis.flows.columns;
    const flow = findings?.flow ?? {
      initiator: c.initiator[row]!,
      responder: c.responder[row]!,
      names: NO_NAMES,
      seconds,
      packet,
      pc,
      namedHosts: null,
    };
    this.incidents.add(found, flow);
  }

  private packetOf(row: FlowRow, packets: readonly number[]): number {
    return packets[0] ?? this.analysis.flows.columns.firstPacket[row]!;
  }
}
