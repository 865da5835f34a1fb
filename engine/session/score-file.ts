// A capture file scored from its first to its last readable packet, in one thread or with one that reads ahead.
import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Verdict } from '../../contract/index.ts';
import { log } from '../log/index.ts';
import { type CapturedPacket, type CaptureMeta, type Ending, openCapture, type PacketSink } from '../read/index.ts';
import { RulesHere } from '../workers/index.ts';
import type { Analysis } from './analysis.ts';
import { stoppedAfter } from './read-through.ts';
import { type Progressing, Scorer, type ScoringListener, type ScoringOptions } from './scoring.ts';

export interface ScoringResult {
  readonly ending: Ending;
  readonly meta: CaptureMeta | null;
  readonly analysis: Analysis;
  readonly scorer: Scorer;
  /** Of flows, once all incidents are known. */
  readonly verdicts: Record<Verdict, number>;
}

/** Gives each packet to rules first, and then to the one that follows flows, which reads it where it lies. */
class Tee implements PacketSink {
  private readonly rules: RulesHere;
  private readonly analysis: Analysis;

  constructor(rules: RulesHere, analysis: Analysis) {
    this.rules = rules;
    this.analysis = analysis;
  }

  packet(p: CapturedPacket): void {
    this.rules.packet(p);
    this.analysis.packet(p);
  }

  room(bytes: number): Uint8Array {
    return this.analysis.room(bytes);
  }
}

/** Large captures have many flows open at once. */
export function expectedOpenFlows(path: string): number {
  return isLarge(path) ? 32_768 : 1_024;
}

/** Of a larger file so much is left behind, flow by flow, that V8 lets its heap grow to three times what is in use. */
const HUGE = 2e9;

function isLarge(path: string): boolean {
  return sizeOf(path) > 8e6;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // Errors (a circle of links, a folder that may not be read) are reported when the file is opened.
    return 0;
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
  // Standard input is this thread's.
  const readAhead =
    path !== '-' &&
    !(options.rules instanceof RulesHere) &&
    (options.readAhead ?? (options.threads > 1 && isLarge(path)));
  const openFlows = options.openFlows ?? expectedOpenFlows(path);
  const scorer = new Scorer({ ...options, openFlows, readAhead }, listener);
  log('session', () => `${path} is scored with ${options.threads} threads`);
  if (readAhead) return scoreAhead(path, options, scorer, listener);
  const { rules = null } = options;
  const here = rules instanceof RulesHere ? rules : null;
  const sink = here === null ? scorer.analysis : new Tee(here, scorer.analysis);
  const opened = openCapture(path, sink, {
    cacheFolder: options.cacheFolder,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  if (!opened.ok) {
    await scorer.close();
    return { ending: opened.ending, meta: null, analysis: scorer.analysis, scorer, verdicts: scorer.verdicts() };
  }
  const { reader } = opened;
  try {
    const stopped = !(await follow(reader, scorer, listener));
    if (stopped) rules?.close();
    here?.finish();
    await scorer.finish();
    const ending: Ending = stopped ? stoppedAfter(scorer.analysis.packetCount) : reader.ending();
    return { ending, meta: reader.meta, analysis: scorer.analysis, scorer, verdicts: scorer.verdicts() };
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
  if (sizeOf(path) > HUGE) setFlagsFromString('--heap-growing-percent=100');
  const thread = scorer.readAhead({
    path,
    cacheFolder: options.cacheFolder,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  try {
    const stopped = !(await follow(thread, scorer, listener));
    if (stopped) {
      thread.stop();
      options.rules?.close();
      // Packets that it has read by then are still reported.
      await follow(thread, scorer, {});
    }
    await scorer.finish();
    const ending = stopped ? stoppedAfter(analysis.packetCount) : thread.ending();
    return { ending, meta: thread.meta, analysis, scorer, verdicts: scorer.verdicts() };
  } finally {
    await thread.close();
    await scorer.close();
  }
}
