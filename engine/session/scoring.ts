// One capture scored: analysis feeds blocks of vectors, the detector scores them, results come out in the order of
// packet time.
import { type Checkpoint, type FlowRow, flowRow, UNKNOWN_NAMES, type Verdict, VERDICTS } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { unfamiliar, witness, type Baseline, type Model } from '../detect/index.ts';
import {
  askedNames,
  ByteTable,
  EvidenceBook,
  type Evidence,
  type Findings,
  gravityOf,
  type Incident,
  IncidentBook,
  type KnownNetwork,
  type Looked,
  witnessEvidence,
} from '../evidence/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import { indicatorJudge, type IndicatorSet } from '../indicators/index.ts';
import { log } from '../log/index.ts';
import { nothingObserved, type Observed } from '../observe/index.ts';
import type { InflateLimits } from '../read/index.ts';
import {
  BLOCK_ROWS,
  Detector,
  IngestThread,
  type IngestThreadOptions,
  type RuleFeed,
  type RuleHit,
  VectorBlock,
} from '../workers/index.ts';
import { Analysis, type FlowEvents } from './analysis.ts';
import { IncidentFlows } from './incident-flows.ts';
import type { IndicatorHit } from './indicator-record.ts';
import { type FlowHit, type HitsHeard, RuleHits } from './rule-hits.ts';
import { PROTOCOL_GROUPS, VectorMaker } from './vectors.ts';

/** A completed flow and its score; `vector[at..]` may be read during the call. */
export interface ScoredFlow {
  readonly row: FlowRow;
  readonly group: string;
  /** The model's raw score (log odds), its share of ordinary flows that score lower (0 to 1), how unlike them it is. */
  readonly raw: number;
  readonly novelty: number;
  readonly score: number;
  /** Points that the model adds as a witness. */
  readonly witness: 0 | 1 | 2;
  /** Its own verdict: 'unfamiliar' or 'benign'. */
  readonly own: Verdict;
  /** The graver of its own and its incidents', by now: incidents may grow. */
  readonly verdict: Verdict;
  readonly checkpoints: readonly Checkpoint[];
  readonly vector: Float32Array;
  readonly at: number;
}

/** What says how far reading is. */
export interface Progressing {
  /** Bytes taken, and all of them where that is known. */
  readonly source: { readonly size: number | null; taken(): number };
}

export interface ScoringListener {
  /** Before the first packet. */
  began?(scorer: Scorer): void;
  flow?(analysis: Analysis, flow: ScoredFlow): void;
  /** An incident became suspicious, or malicious, or has more points. @param before its points until now */
  incident?(analysis: Analysis, incident: Incident, before: number): void;
  /** A threat rule matched: told in the order of packets, where rules are asked. */
  ruleHit?(analysis: Analysis, hit: FlowHit): void;
  /** An entry of a list was met in a flow: told in the order in which flows are looked at. */
  indicatorHit?(analysis: Analysis, hit: IndicatorHit): void;
  /** After each block read. @returns false to stop */
  progress?(reader: Progressing, analysis: Analysis): boolean;
}

export interface ScoringOptions {
  readonly model: Model;
  readonly baseline: Baseline;
  /** What was learned of the own network beside thresholds. */
  readonly known?: KnownNetwork | null;
  readonly threads: number;
  readonly cacheFolder: string;
  /** Threat rules that are asked of the same capture; null without. */
  readonly rules?: RuleFeed | null;
  /** What is judged does not wait for rules: their matches are added as they come. */
  readonly rulesMayLag?: boolean;
  /** Lists of indicators that flows are held against; null without. */
  readonly indicators?: IndicatorSet | null;
  readonly timeouts?: FlowTimeouts;
  readonly keepPackets?: boolean;
  readonly limits?: InflateLimits;
  readonly openFlows?: number;
  /**
   * Read and follow flows in a thread of its own; without a word large files are, where there is more than one thread.
   */
  readonly readAhead?: boolean;
}

const UNFAMILIAR = VERDICTS.indexOf('unfamiliar');
const NO_CHECKPOINTS: readonly Checkpoint[] = [];
const NO_NAMES: readonly string[] = [];
/** Scored blocks that wait for rules, where more are made only after some were taken. */
const MAX_WAITING = 4;
const BENIGN = VERDICTS.indexOf('benign');

/**
 * Collects vectors and evidence, deals vectors out, and adds scores and evidence to incidents in the order of packet
 * time. Also used without a file, by pushing packets into `analysis`.
 */
export class Scorer implements FlowEvents {
  readonly analysis: Analysis;
  readonly incidents: IncidentBook;
  private readonly options: ScoringOptions;
  private readonly listener: ScoringListener;
  private readonly vectors: VectorMaker;
  private readonly detector: Detector;
  private readonly evidence: EvidenceBook;
  private readonly free: VectorBlock[] = [];
  private readonly history = new Map<number, Checkpoint[]>();
  private readonly flows: IncidentFlows;
  /** By flow: index into VERDICTS of its own verdict. */
  private readonly own = new ByteTable(BENIGN);
  /** Filled again for each look. */
  private readonly looked: { -readonly [K in keyof Looked]: Looked[K] } = {
    row: flowRow(0),
    facts: null,
    observed: nothingObserved(),
    app: 0,
    over: false,
    unanswered: false,
    resolvedAt: -Infinity,
    seconds: 0,
    packet: 0,
  };
  private block: VectorBlock | null = null;
  /** Matches of threat rules, and scored blocks that wait until all matches before them are known. */
  private readonly hits: RuleHits | null;
  private readonly waiting: VectorBlock[] = [];
  /** Entries of the first of them that were taken. */
  private taken = 0;
  private isGoingOn = false;
  /** By address: 1 where the host has shown a mark of a PC by the entries that were taken. */
  private readonly pcs = new ByteTable();
  /** Reads, follows flows and begins their vectors where this thread does not. */
  private ahead: IngestThread | null = null;

  constructor(options: ScoringOptions, listener: ScoringListener) {
    this.options = options;
    this.listener = listener;
    this.analysis = new Analysis(this, {
      keepPackets: options.keepPackets ?? false,
      observe: true,
      ...(options.timeouts ? { timeouts: options.timeouts } : {}),
      ...(options.openFlows ? { openFlows: options.openFlows } : {}),
    });
    this.flows = new IncidentFlows(this.analysis.flows.columns);
    this.vectors = new VectorMaker(this.analysis);
    const { columns } = this.analysis.flows;
    const { addresses } = this.analysis;
    const lists = options.indicators ? [indicatorJudge(options.indicators, addresses)] : [];
    this.evidence = new EvidenceBook(columns, addresses, options.known ?? null, lists);
    this.incidents = new IncidentBook((incident, before) => {
      if (gravityOf(incident.points) !== null) this.listener.incident?.(this.analysis, incident, before);
    });
    // The thread that reads ahead is one of them.
    const beside = options.threads - (options.readAhead === true ? 2 : 1);
    this.detector = new Detector(options.model, Math.max(0, beside), (block) => this.scoredBlock(block));
    const { rules = null } = options;
    this.hits =
      rules === null ? null : new RuleHits(this.analysis, this.flows, rules, this.heard, options.indicators ?? null);
    if (rules !== null) rules.onNews = () => this.goOn();
    listener.began?.(this);
  }

  /** What threat rules matched, and files that lists have. */
  private readonly heard: HitsHeard = {
    rule: (hit, found) => {
      this.listener.ruleHit?.(this.analysis, hit);
      if (found !== null) this.addHit(hit.hit, found);
    },
    file: (hit, found) => {
      const { met, rule, row } = found;
      this.listener.indicatorHit?.(this.analysis, { met: met!, rule, row, packet: hit.packet });
      this.addHit(hit, found);
    },
  };

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

  /** A flow's verdict by now: the graver of its own and its incidents'. */
  verdictOf(row: FlowRow): Verdict {
    return gravityOf(this.pointsOf(row)) ?? VERDICTS[this.own.at(row)]!;
  }

  /** How many flows have each verdict by now. */
  verdicts(): Record<Verdict, number> {
    const counts: Record<Verdict, number> = { malicious: 0, suspicious: 0, unfamiliar: 0, benign: 0 };
    const { count } = this.analysis.flows.columns;
    for (let row = flowRow(0); row < count; row++) counts[this.verdictOf(row)]++;
    return counts;
  }

  completed(analysis: Analysis, slot: number, row: FlowRow): void {
    const c = analysis.flows.columns;
    this.take(slot, row, 0, c.endSeconds[row]!, c.endNanoseconds[row]!);
  }

  checkpoint(_analysis: Analysis, slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void {
    this.take(slot, row, packets, sec, nsec);
  }

  /**
   * Has a file read, and its flows followed, by a thread of its own: each of its steps tells this one what happened. Of
   * two threads it is the one that scores, too.
   */
  readAhead(o: Omit<IngestThreadOptions, 'ingest' | 'detector'>): IngestThread {
    this.analysis.countsLateAtEnd = true;
    return (this.ahead = new IngestThread(this.analysis.ingest, this.analysis, {
      ...o,
      ingest: this.analysis.ingestOptions,
      detector: this.options.threads === 2 ? this.detector : null,
    }));
  }

  /** Waits until the detector keeps up. */
  async relax(): Promise<void> {
    if (this.block?.count === BLOCK_ROWS) this.flush();
    await this.detector.relax();
    if (this.waiting.length > MAX_WAITING) await this.rulesReach(() => this.waiting.length <= MAX_WAITING);
  }

  /** Waits for the thread that asks rules, and takes what it makes known. */
  private async rulesReach(enough: () => boolean): Promise<void> {
    for (this.goOn(); !enough(); this.goOn()) await this.options.rules!.more();
  }

  async finish(): Promise<void> {
    this.analysis.finish();
    this.flush();
    await this.detector.finish();
    if (this.hits !== null && this.options.rulesMayLag !== true) {
      await this.rulesReach(() => this.waiting.length === 0 && this.options.rules!.reached === Infinity);
      this.hits.upTo(Infinity);
    }
    this.incidents.settle((initiator) => this.evidence.isPc(initiator));
    log(
      'session',
      () => `verdicts ${JSON.stringify(this.verdicts())}, ${this.incidents.incidents.size} incidents or facts`,
    );
  }

  /** Where rules may lag: resolves when all their matches are added, after `finish`. */
  async rulesOver(): Promise<void> {
    if (this.hits === null || this.options.rulesMayLag !== true) return;
    const { rules } = this.options;
    while (rules!.reached !== Infinity) {
      this.hits.upTo(Infinity);
      await rules!.more();
    }
    this.hits.upTo(Infinity);
    this.incidents.settle((initiator) => this.evidence.isPc(initiator));
  }

  close(): Promise<void> {
    return this.detector.close();
  }

  private take(slot: number, row: FlowRow, checkpoint: number, sec: number, nsec: number): void {
    // A full block goes only now: the facts of its last flow have been sealed since.
    if (this.block?.count === BLOCK_ROWS) this.flush();
    const { ahead } = this;
    const b = (this.block ??= ahead !== null ? ahead.block : (this.free.pop() ?? new VectorBlock()));
    const i = b.count++;
    if (ahead === null) this.vectors.fill(slot, row, b.vectors, i * FEATURE_COUNT);
    else this.vectors.fillFacts(slot, row, b.vectors, i * FEATURE_COUNT);
    b.rows[i] = row;
    b.groups[i] = this.vectors.group(slot, row);
    b.checkpoint[i] = checkpoint;
    b.seconds[i] = sec;
    b.nanoseconds[i] = nsec;
    this.look(b, i, slot, row, checkpoint === 0);
  }

  /** Has the rules look at a flow. */
  private look(b: VectorBlock, i: number, slot: number, row: FlowRow, over: boolean): void {
    const { analysis, evidence } = this;
    const { columns } = analysis.flows;
    const observed = analysis.observer?.observed(slot) ?? nothingObserved();
    const seconds = b.seconds[i]! + b.nanoseconds[i]! / 1e9;
    const packet = over ? columns.lastPacket[row]! : analysis.heard;
    const facts = analysis.inspector.peekFacts(slot);
    const app = analysis.inspector.shown(slot);
    const unanswered = over && analysis.unanswered;
    const resolvedAt = analysis.inspector.resolvedAt(columns.initiatorOf(row));
    const { looked } = this;
    looked.row = row;
    looked.facts = facts;
    looked.observed = observed;
    looked.app = app;
    looked.over = over;
    looked.unanswered = unanswered;
    looked.resolvedAt = resolvedAt;
    looked.seconds = seconds;
    looked.packet = packet;
    const findings = evidence.take(looked);
    b.packets[i] = packet;
    b.heard[i] = analysis.heard;
    b.findings[i] = findings;
    b.pc[i] = evidence.isPc(columns.initiator[row]!) ? 1 : 0;
    b.asked[i] = observed.dns.length === 0 ? null : this.askedBy(row, observed, findings);
  }

  /** What a flow of DNS asks for; null for any other flow. */
  private askedBy(row: FlowRow, observed: Observed, findings: Findings | null): readonly string[] | null {
    const names = askedNames(this.analysis.flows.columns, row, observed);
    if (findings?.found.some((e) => e.peer === UNKNOWN_NAMES) === true) names.push(UNKNOWN_NAMES);
    return names.length === 0 ? null : names;
  }

  /**
   * Hands over what has completed since, without waiting for a full block; a block that another thread fills is handed
   * over full, or at the end.
   */
  flush(): void {
    const { block } = this;
    this.block = null;
    if (block !== null) this.detector.give(block);
  }

  /** Hands over what has completed. @returns whether all of it has its results */
  mark(): () => boolean {
    this.flush();
    const scored = this.detector.mark();
    return () => scored() && this.waiting.length === 0;
  }

  private scoredBlock(b: VectorBlock): void {
    if (this.hits === null || this.options.rulesMayLag === true) {
      for (let i = 0; i < b.count; i++) this.apply(b, i);
      this.giveBack(b);
      this.goOn();
      return;
    }
    this.waiting.push(b);
    this.goOn();
  }

  /** Takes the entries before which all matches of rules are known, and these matches, in the order of packets. */
  private goOn(): void {
    const { hits, waiting } = this;
    if (hits === null || this.isGoingOn) return;
    this.isGoingOn = true;
    if (this.options.rulesMayLag === true) {
      // The packet that is being read may not have its flow yet.
      hits.upTo(this.analysis.packetCount - 2);
      this.isGoingOn = false;
      return;
    }
    for (let b = waiting[0]; b !== undefined; b = waiting[0]) {
      for (; this.taken < b.count; this.taken++) {
        const heard = b.heard[this.taken]!;
        if (!hits.knows(heard)) break;
        hits.upTo(heard);
        this.apply(b, this.taken);
      }
      if (this.taken < b.count) break;
      waiting.shift();
      this.taken = 0;
      this.giveBack(b);
    }
    // Where no entry is under way, none can come that stands before what was heard.
    if (waiting.length === 0 && this.block === null && this.detector.mark()()) hits.upTo(this.analysis.heard);
    this.isGoingOn = false;
  }

  private giveBack(b: VectorBlock): void {
    b.count = 0;
    if (this.ahead === null) this.free.push(b);
    else this.ahead.free(b);
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

  private apply(b: VectorBlock, i: number): void {
    const { baseline } = this.options;
    const row = flowRow(b.rows[i]!);
    const group = PROTOCOL_GROUPS[b.groups[i]!]!;
    const raw = b.raw[i]!;
    const novelty = b.novelty[i]!;
    const packets = b.checkpoint[i]!;
    const points = witness(raw, baseline, group);
    const percentile = baseline.rank(group, raw);
    const own = unfamiliar(novelty, baseline, group) ? UNFAMILIAR : BENIGN;
    this.own.set(row, own);
    this.noteAsked(b, i, row);
    if (this.hits !== null) this.pcs.set(this.analysis.flows.columns.initiator[row]!, b.pc[i]!);
    this.addUp(b, i, row, points, percentile);
    if (packets > 0) {
      this.passed(row, { packets, score: percentile / 100, verdict: this.verdictOf(row) });
      return;
    }
    this.listener.flow?.(this.analysis, {
      row,
      group,
      raw,
      novelty,
      score: percentile / 100,
      witness: points,
      own: VERDICTS[own]!,
      verdict: this.verdictOf(row),
      checkpoints: this.history.get(row) ?? NO_CHECKPOINTS,
      vector: b.vectors,
      at: i * FEATURE_COUNT,
    });
    // Where no packets are kept, nobody looks at the flow again.
    if (!this.options.keepPackets) this.analysis.inspector.forget(this.analysis.flows.columns.fact[row]!);
    this.history.delete(row);
  }

  /** Notes what an open flow's verdict was at a checkpoint. */
  private passed(row: FlowRow, step: Checkpoint): void {
    const known = this.history.get(row);
    if (known) known.push(step);
    else this.history.set(row, [step]);
  }

  /** In the order of packet time: an earlier look at the flow must not know what it asked for later. */
  private noteAsked(b: VectorBlock, i: number, row: FlowRow): void {
    const asked = b.asked[i]!;
    if (asked !== null) this.flows.noteAsked(row, asked);
  }

  /** Adds what rules found in a flow, and the model's point, to incidents. */
  private addUp(b: VectorBlock, i: number, row: FlowRow, points: 0 | 1 | 2, percentile: number): void {
    const findings = b.findings[i]!;
    b.findings[i] = null;
    if (findings === null && points === 0) return;
    let found = findings?.found ?? [];
    for (const { met, rule, packets } of found)
      if (met !== undefined)
        this.listener.indicatorHit?.(this.analysis, { met, rule, row, packet: this.packetOf(row, packets) });
    const name = b.asked[i]?.[0] ?? null;
    if (points !== 0) found = [...found, witnessEvidence(points, percentile, row, name === null ? 'peer' : { name })];
    const c = this.analysis.flows.columns;
    const flow = findings?.flow ?? {
      initiator: c.initiator[row]!,
      responder: c.responder[row]!,
      names: [],
      seconds: b.seconds[i]! + b.nanoseconds[i]! / 1e9,
      packet: b.packets[i]!,
      pc: b.pc[i] === 1,
      namedHosts: null,
    };
    this.incidents.add(found, flow);
  }

  private packetOf(row: FlowRow, packets: readonly number[]): number {
    return packets[0] ?? this.analysis.flows.columns.firstPacket[row]!;
  }
}
