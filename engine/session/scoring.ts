// One capture scored: analysis feeds blocks of vectors, the detector scores them, results come out in the order of
// packet time.
import { type Checkpoint, type FlowRow, flowRow, UNKNOWN_NAMES, type Verdict, VERDICTS } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { unfamiliar, witness, type Baseline, type Model } from '../detect/index.ts';
import {
  askedNames,
  ByteTable,
  EvidenceBook,
  type Findings,
  gravityOf,
  type Incident,
  type IncidentBook,
  type KnownNetwork,
  type Looked,
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
  VectorBlock,
} from '../workers/index.ts';
import { Analysis, type FlowEvents } from './analysis.ts';
import { type Entry, Judgement, type JudgementListener } from './judgement.ts';
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

export interface ScoringListener extends JudgementListener {
  /** Before the first packet. */
  began?(scorer: Scorer): void;
  flow?(analysis: Analysis, flow: ScoredFlow): void;
  /** Another judgement stands from now on: `rejudge`. @param steps by flow, its verdicts at checkpoints */
  judgedAnew?(steps: ReadonlyMap<FlowRow, readonly Verdict[]>): void;
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
  /** Other rules may be asked later: what flows show is kept for it. */
  readonly rejudges?: boolean;
  /**
   * Matches of rules are not waited for longer than this, ms: a capture that goes on is judged without them, and they are
   * added when they come. Without it, results are the same whoever is faster.
   */
  readonly patience?: number;
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
/** Scored blocks that wait for rules, where more are made only after some were taken. */
const MAX_WAITING = 4;
/** Packets that new rules may lag behind the newest one when they take the place of others. */
const NEAR = 20_000;
/** Entries that are judged anew without a pause. */
const AT_ONCE = 20_000;
const BENIGN = VERDICTS.indexOf('benign');

/**
 * Collects vectors and evidence, deals vectors out, and adds scores and evidence to incidents in the order of packet
 * time. Also used without a file, by pushing packets into `analysis`.
 */
export class Scorer implements FlowEvents {
  readonly analysis: Analysis;
  private readonly options: ScoringOptions;
  private readonly listener: ScoringListener;
  private readonly vectors: VectorMaker;
  private readonly detector: Detector;
  private readonly evidence: EvidenceBook;
  private readonly free: VectorBlock[] = [];
  private readonly history = new Map<number, Checkpoint[]>();
  /** What stands, and what shall stand once it has caught up; its listener then is that of what follows. */
  private judgement: Judgement;
  private next: Judgement | null = null;
  private lists: IndicatorSet | null;
  /** The packet before which `next` was wanted. */
  private asked = -1;
  /** What flows showed; null where nobody will judge anew. */
  private journal: Entry[] | null;
  private readonly marked = new ByteTable();
  /** Packets that were heard of at the last entry that was taken. */
  private applied = -1;
  private isOver = false;
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
  /** Scored blocks that wait until all matches of threat rules before them are known, and since when. */
  private readonly waiting: VectorBlock[] = [];
  private readonly since: number[] = [];
  /** Entries of the first of them that were taken. */
  private taken = 0;
  private isGoingOn = false;
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
    this.vectors = new VectorMaker(this.analysis);
    const { columns } = this.analysis.flows;
    const { addresses } = this.analysis;
    const lists = options.indicators ? [indicatorJudge(options.indicators, addresses)] : [];
    this.evidence = new EvidenceBook(columns, addresses, options.known ?? null, lists);
    const { rules = null } = options;
    this.journal = options.rejudges === true ? [] : null;
    this.lists = options.indicators ?? null;
    this.judgement = new Judgement(this.analysis, { feed: rules, lists: this.lists }, listener);
    // The thread that reads ahead is one of them.
    const beside = options.threads - (options.readAhead === true ? 2 : 1);
    this.detector = new Detector(options.model, Math.max(0, beside), (block) => this.scoredBlock(block));
    if (rules !== null) rules.onNews = () => this.goOn(1);
    listener.began?.(this);
  }

  get incidents(): IncidentBook {
    return this.judgement.incidents;
  }

  /** Incidents of a flow: of its pair, or of the names that it asked for. */
  incidentsOf(row: FlowRow): Incident[] {
    return this.judgement.incidentsOf(row);
  }

  /** Flows of an incident by now, in the order of their rows. One that was forgotten has none any more. */
  flowsOf(incident: Incident): FlowRow[] {
    return this.judgement.flowsOf(incident);
  }

  /** Points of a flow's gravest incident by now, 0 without one. */
  pointsOf(row: FlowRow): number {
    return this.judgement.pointsOf(row);
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
      detector: this.options.threads === 2 && this.detector.trees !== null ? this.detector : null,
    }));
  }

  /** Waits until the detector keeps up. */
  async relax(): Promise<void> {
    if (this.block?.count === BLOCK_ROWS) this.flush();
    await this.detector.relax();
    if (this.options.patience !== undefined) this.goOn(1);
    else if (this.waiting.length > MAX_WAITING) await this.rulesReach(() => this.waiting.length <= MAX_WAITING);
  }

  /**
   * Judges by another set of rules from now on, the past too. What stands does so until the other judgement has caught
   * up; `judgedAnew` is told then, and its matches and incidents were told to `listener` before.
   * @param feed of a run over the same capture; null for no rules
   */
  rejudge(feed: RuleFeed | null, listener: JudgementListener): void {
    const given = this.next;
    this.next = new Judgement(this.analysis, { feed, lists: this.lists }, listener, true);
    this.asked = this.analysis.heard - 1;
    if (given !== null) letGo(given.feed);
    if (feed !== null) feed.onNews = () => this.catchUp();
    this.catchUp();
  }

  /**
   * Takes what flows showed to another one who has read the same capture from its beginning to its end, and looked at it
   * with other lists. It counts once the capture is judged anew.
   */
  takeFlowsOf(other: Scorer): void {
    if (this.journal === null || other.journal === null) return;
    this.journal = other.journal;
    this.lists = other.lists;
  }

  /** Waits for the thread that asks rules, and takes what it makes known. */
  private async rulesReach(enough: () => boolean): Promise<void> {
    for (this.goOn(); !enough(); this.goOn()) await this.judgement.feed?.more();
  }

  async finish(): Promise<void> {
    this.analysis.finish();
    this.flush();
    await this.detector.finish();
    if (this.options.patience === undefined) {
      await this.rulesReach(() => this.waiting.length === 0 && this.judgement.isComplete);
      this.judgement.upTo(Infinity);
    }
    this.isOver = true;
    this.goOn();
    this.settle();
    this.catchUp();
    log(
      'session',
      () => `verdicts ${JSON.stringify(this.verdicts())}, ${this.incidents.incidents.size} incidents or facts`,
    );
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
    if (this.judgement.feed === null && this.waiting.length === 0) {
      for (let i = 0; i < b.count; i++) this.apply(b, i);
      this.giveBack(b);
      this.catchUp();
      return;
    }
    this.waiting.push(b);
    this.since.push(performance.now());
    this.goOn();
  }

  /**
   * Takes the entries before which all matches of rules are known, and these matches, in the order of packets.
   * @param back 2 where a packet may be under way, which has no flow yet
   */
  private goOn(back: 1 | 2 = 2): void {
    const { judgement, waiting } = this;
    if (this.isGoingOn) return;
    this.isGoingOn = true;
    for (let b = waiting[0]; b !== undefined; b = waiting[0]) {
      for (; this.taken < b.count; this.taken++) {
        const heard = b.heard[this.taken]!;
        if (!judgement.knows(heard) && !this.isLate) break;
        judgement.upTo(heard);
        this.apply(b, this.taken);
      }
      if (this.taken < b.count) break;
      waiting.shift();
      this.since.shift();
      this.taken = 0;
      this.giveBack(b);
    }
    // Where no entry is under way, none can come that stands before what was heard.
    const isIdle = waiting.length === 0 && this.block === null && this.detector.mark()();
    if (this.options.patience !== undefined) judgement.upTo(this.analysis.packetCount - back);
    else if (isIdle) judgement.upTo(this.analysis.heard);
    this.isGoingOn = false;
    if (this.isOver && judgement.feed !== null && judgement.isComplete) this.settle();
    this.catchUp();
  }

  /** Hosts turn out to be PCs only later: what is corrected is looked at again. */
  private settle(judgement = this.judgement): void {
    judgement.incidents.settle((initiator) => this.evidence.isPc(initiator));
  }

  /** The block that waits longest has waited long enough. */
  private get isLate(): boolean {
    const { patience } = this.options;
    return patience !== undefined && (this.isOver || performance.now() - this.since[0]! > patience);
  }

  /** Judges anew what was judged before, as far as the matches of the other rules are known. */
  private catchUp(): void {
    const { next, journal } = this;
    if (next === null || journal === null || this.isGoingOn) return;
    this.isGoingOn = true;
    const end = Math.min(journal.length, next.at + AT_ONCE);
    for (; next.at < end && next.knows(journal[next.at]!.heard); next.at++) {
      next.upTo(journal[next.at]!.heard);
      next.apply(journal[next.at]!);
    }
    this.isGoingOn = false;
    if (next.at < journal.length) {
      if (next.at === end) setImmediate(() => this.catchUp());
      return;
    }
    if (this.isOver) {
      next.upTo(Infinity);
      if (!next.isComplete) return;
      this.settle(next);
    } else {
      next.upTo(this.options.patience === undefined ? this.applied : this.analysis.packetCount - 2);
      // A file is read without waiting for rules: it is judged by them when both are over.
      const { patience } = this.options;
      if (patience === undefined || !next.knows(Math.max(this.asked, this.analysis.heard - NEAR))) return;
    }
    this.replaceBy(next);
  }

  private replaceBy(next: Judgement): void {
    const { feed } = this.judgement;
    this.judgement = next;
    this.next = null;
    letGo(feed);
    if (next.feed !== null) next.feed.onNews = () => this.goOn(1);
    for (const [row, verdicts] of next.steps ?? []) {
      const known = this.history.get(row);
      if (known !== undefined) this.history.set(row, withVerdicts(known, verdicts));
    }
    this.listener.judgedAnew?.(next.steps ?? new Map());
    next.steps?.clear();
    this.goOn();
  }

  private giveBack(b: VectorBlock): void {
    b.count = 0;
    if (this.ahead === null) this.free.push(b);
    else this.ahead.free(b);
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
    this.applied = b.heard[i]!;
    this.judge(b, i, row, { own, points, percentile });
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

  /** Adds what an entry shows to incidents, and writes it down where it may be judged anew. */
  private judge(
    b: VectorBlock,
    i: number,
    row: FlowRow,
    { own, points, percentile }: Pick<Entry, 'own' | 'points' | 'percentile'>,
  ): void {
    const { judgement, journal } = this;
    const findings = b.findings[i]!;
    const asked = b.asked[i]!;
    const pc = b.pc[i] === 1;
    b.findings[i] = null;
    const counts = findings !== null || points !== 0 || asked !== null;
    if (!counts && (journal === null || !this.isNews(b, i, row))) {
      judgement.notePc(row, pc);
      return;
    }
    const entry: Entry = {
      row,
      heard: b.heard[i]!,
      packet: b.packets[i]!,
      seconds: b.seconds[i]! + b.nanoseconds[i]! / 1e9,
      checkpoint: b.checkpoint[i]!,
      pc,
      own,
      asked,
      findings,
      points,
      percentile,
    };
    judgement.apply(entry);
    journal?.push(entry);
    if (journal !== null) this.marked.set(this.analysis.flows.columns.initiator[row]!, b.pc[i]!);
  }

  /** Whether an entry that shows nothing must be known all the same. */
  private isNews(b: VectorBlock, i: number, row: FlowRow): boolean {
    return b.checkpoint[i]! > 0 || this.marked.at(this.analysis.flows.columns.initiator[row]!) !== b.pc[i]!;
  }
}

function letGo(feed: RuleFeed | null): void {
  if (feed === null) return;
  feed.onNews = null;
  feed.close();
}

/** Steps of a flow with other verdicts. */
export function withVerdicts(steps: readonly Checkpoint[], verdicts: readonly Verdict[]): Checkpoint[] {
  return steps.map((step, i) => ({ ...step, verdict: verdicts[i] ?? step.verdict }));
}
