// One capture scored: analysis feeds blocks of vectors, the detector scores them, results come out in the order of
// packet time.
import { statSync } from 'node:fs';
import { type Checkpoint, type FlowRow, flowRow, type Verdict, VERDICTS } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import {
  calibrated,
  RuleBook,
  type RuleHit,
  verdictOf,
  type Baseline,
  type Model,
  type Scored,
} from '../detect/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import { log } from '../log/index.ts';
import { openCapture, type CaptureMeta, type Ending, type InflateLimits } from '../read/index.ts';
import { BLOCK_ROWS, Detector, IngestThread, type IngestThreadOptions, VectorBlock } from '../workers/index.ts';
import { Analysis, type FlowEvents } from './analysis.ts';
import { factsOfRow } from './flow-record.ts';
import { stoppedAfter } from './read-through.ts';
import { PROTOCOL_GROUPS, VectorMaker } from './vectors.ts';

/** A completed flow and its score; `vector[at..]` may be read during the call. */
export interface ScoredFlow extends Scored {
  readonly row: FlowRow;
  readonly group: string;
  readonly checkpoints: readonly Checkpoint[];
  /** What an evidence rule says of it; the verdict is the graver of rule and model. */
  readonly rule: RuleHit | null;
  readonly vector: Float32Array;
  readonly at: number;
}

/** What says how far reading is. */
export interface Progressing {
  /** Bytes taken, and all of them where that is known. */
  readonly source: { readonly size: number | null; taken(): number };
}

export interface ScoringListener {
  flow?(analysis: Analysis, flow: ScoredFlow): void;
  /**
   * A flow turned malicious for the first time, at a checkpoint or at its end; or a rule speaks of its endpoints for
   * the first time.
   * @param sec of the stamp of the flow's last packet by then: seconds since 1970
   * @param nsec nanoseconds of the same stamp's part of a second
   */
  alert?(analysis: Analysis, flow: ScoredFlow, sec: number, nsec: number): void;
  /** After each block read. @returns false to stop */
  progress?(reader: Progressing, analysis: Analysis): boolean;
}

export interface ScoringOptions {
  readonly model: Model;
  readonly baseline: Baseline;
  readonly threads: number;
  readonly cacheFolder: string;
  readonly timeouts?: FlowTimeouts;
  readonly keepPackets?: boolean;
  readonly limits?: InflateLimits;
  readonly openFlows?: number;
  /**
   * Read and follow flows in a thread of its own; without a word large files are, where there is more than one thread.
   */
  readonly readAhead?: boolean;
}

export interface ScoringResult {
  readonly ending: Ending;
  readonly meta: CaptureMeta | null;
  readonly analysis: Analysis;
  readonly verdicts: Record<Verdict, number>;
}

/**
 * Collects vectors, deals them out, and turns scores to verdicts. Also used without a file, by pushing packets into
 * `analysis`.
 */
export class Scorer implements FlowEvents {
  readonly analysis: Analysis;
  readonly verdicts: Record<Verdict, number> = { malicious: 0, suspicious: 0, unfamiliar: 0, benign: 0 };
  private readonly options: ScoringOptions;
  private readonly listener: ScoringListener;
  private readonly vectors: VectorMaker;
  private readonly detector: Detector;
  private readonly free: VectorBlock[] = [];
  private readonly history = new Map<number, Checkpoint[]>();
  private readonly alerted = new Set<number>();
  private readonly rules = new RuleBook();
  private block: VectorBlock | null = null;
  /** Reads, follows flows and begins their vectors where this thread does not. */
  private ahead: IngestThread | null = null;

  constructor(options: ScoringOptions, listener: ScoringListener) {
    this.options = options;
    this.listener = listener;
    this.analysis = new Analysis(this, {
      keepPackets: options.keepPackets ?? false,
      ...(options.timeouts ? { timeouts: options.timeouts } : {}),
      ...(options.openFlows ? { openFlows: options.openFlows } : {}),
    });
    this.vectors = new VectorMaker(this.analysis);
    this.detector = new Detector(options.model, options.threads, (block) => this.apply(block));
  }

  completed(analysis: Analysis, slot: number, row: FlowRow): void {
    const c = analysis.flows.columns;
    this.take(slot, row, 0, c.endSeconds[row]!, c.endNanoseconds[row]!);
  }

  checkpoint(_analysis: Analysis, slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void {
    this.take(slot, row, packets, sec, nsec);
  }

  /**
   * Has a file read, and its flows followed, by a thread of its own: each of its steps tells this one what happened.
   */
  readAhead(o: Omit<IngestThreadOptions, 'ingest'>): IngestThread {
    this.analysis.columnsElsewhere = true;
    return (this.ahead = new IngestThread(this.analysis.ingest, this.analysis, {
      ...o,
      ingest: this.analysis.ingestOptions,
    }));
  }

  /** Waits until the detector keeps up. */
  relax(): Promise<void> {
    if (this.block?.count === BLOCK_ROWS) this.flush();
    return this.detector.relax();
  }

  async finish(): Promise<void> {
    this.analysis.finish();
    this.flush();
    await this.detector.finish();
    log('session', () => `verdicts ${JSON.stringify(this.verdicts)}`);
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

  private apply(b: VectorBlock): void {
    const { model, baseline } = this.options;
    for (let i = 0; i < b.count; i++) {
      const row = flowRow(b.rows[i]!);
      const group = PROTOCOL_GROUPS[b.groups[i]!]!;
      const raw = b.raw[i]!;
      const packets = b.checkpoint[i]!;
      const rule =
        packets === 0 ? this.rules.completed(this.analysis.flows.columns, row, factsOfRow(this.analysis, row)) : null;
      const verdict = graver(verdictOf(raw, b.novelty[i]!, baseline, group), rule);
      const probability = calibrated(model.calibration, raw);
      const flow: ScoredFlow = {
        row,
        group,
        raw,
        novelty: b.novelty[i]!,
        probability,
        verdict,
        rule,
        checkpoints: this.history.get(row) ?? [],
        vector: b.vectors,
        at: i * FEATURE_COUNT,
      };
      if (rule?.first === true || (rule === null && verdict === 'malicious' && !this.alerted.has(row))) {
        this.alerted.add(row);
        this.listener.alert?.(this.analysis, flow, b.seconds[i]!, b.nanoseconds[i]!);
      }
      if (packets > 0) {
        const step = { packets, score: probability, verdict };
        const known = this.history.get(row);
        if (known) known.push(step);
        else this.history.set(row, [step]);
      } else {
        this.verdicts[verdict]++;
        this.listener.flow?.(this.analysis, flow);
        // Where no packets are kept, nobody looks at the flow again.
        if (!this.options.keepPackets) this.analysis.inspector.forget(this.analysis.flows.columns.fact[row]!);
        this.history.delete(row);
        this.alerted.delete(row);
      }
    }
    b.count = 0;
    if (this.ahead === null) this.free.push(b);
    else this.ahead.scored(b);
  }
}

function graver(said: Verdict, rule: RuleHit | null): Verdict {
  return rule !== null && VERDICTS.indexOf(rule.verdict) < VERDICTS.indexOf(said) ? rule.verdict : said;
}

/** Large captures have many flows open at once. */
export function expectedOpenFlows(path: string): number {
  return isLarge(path) ? 32_768 : 1_024;
}

function isLarge(path: string): boolean {
  try {
    return statSync(path).size > 8e6;
  } catch {
    // Errors (a circle of links, a folder that may not be read) are reported when the file is opened.
    return false;
  }
}

/** Takes step after step, no faster than the detector. @returns whether to the end: the listener may stop it */
async function follow(
  reading: Progressing & { step(): Promise<boolean> },
  scorer: Scorer,
  listener: ScoringListener,
): Promise<boolean> {
  while (await reading.step()) {
    await scorer.relax();
    if (listener.progress?.(reading, scorer.analysis) === false) return false;
  }
  return true;
}

/** Scores a file from its first to its last readable packet. */
export async function scoreFile(
  path: string,
  options: ScoringOptions,
  listener: ScoringListener,
): Promise<ScoringResult> {
  const scorer = new Scorer({ ...options, openFlows: options.openFlows ?? expectedOpenFlows(path) }, listener);
  log('session', () => `${path} is scored with ${options.threads} threads`);
  // Standard input is this thread's.
  if (path !== '-' && (options.readAhead ?? (options.threads > 1 && isLarge(path))))
    return scoreAhead(path, options, scorer, listener);
  const opened = openCapture(path, scorer.analysis, {
    cacheFolder: options.cacheFolder,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  if (!opened.ok) {
    await scorer.close();
    return { ending: opened.ending, meta: null, analysis: scorer.analysis, verdicts: scorer.verdicts };
  }
  const { reader } = opened;
  try {
    const stopped = !(await follow(reader, scorer, listener));
    await scorer.finish();
    const ending: Ending = stopped ? stoppedAfter(scorer.analysis.packetCount) : reader.ending();
    return { ending, meta: reader.meta, analysis: scorer.analysis, verdicts: scorer.verdicts };
  } finally {
    reader.close();
    if (opened.temporary) reader.discard();
    await scorer.close();
  }
}

/** The same with a thread that reads and follows flows while this one looks into payloads. */
async function scoreAhead(
  path: string,
  options: ScoringOptions,
  scorer: Scorer,
  listener: ScoringListener,
): Promise<ScoringResult> {
  const { analysis } = scorer;
  const thread = scorer.readAhead({
    path,
    cacheFolder: options.cacheFolder,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  try {
    const stopped = !(await follow(thread, scorer, listener));
    if (stopped) {
      thread.stop();
      // Packets that it has read by then are still reported.
      await follow(thread, scorer, {});
    }
    await scorer.finish();
    const ending = stopped ? stoppedAfter(analysis.packetCount) : thread.ending();
    return { ending, meta: thread.meta, analysis, verdicts: scorer.verdicts };
  } finally {
    await thread.close();
    await scorer.close();
  }
}
