// Takes captures from the queue, as many at once as it may, and has each scored by a worker process of its own. What is
// killed at whatever moment is taken up again: by this server, by another one, or at the next start.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { english, type Message, saidBy, say } from '../../contract/index.ts';
import { log } from '../../engine/host-options.ts';
import {
  type AnalysisSummary,
  type Answer,
  type Inflating,
  type Judging,
  Worker,
  type WorkerLimits,
} from '../analysis/index.ts';
import type { CaptureCounts } from '../contract.ts';
import type { Places } from '../uploads/index.ts';
import type { Finished, Job, Jobs } from './jobs.ts';

export interface RunnerOptions {
  readonly jobs: Jobs;
  readonly places: Places;
  /** Captures at once. */
  readonly workers: number;
  readonly limits: WorkerLimits;
  readonly inflating: Inflating;
  readonly judging: Judging;
  /** ms that a lease is good. */
  readonly lease: number;
  /** Something of these captures has changed. */
  readonly changed: (job: Job) => void;
}

/** Reasons of a flow, as of `sightline score`. */
const REASONS = 5;
/** Captures that other servers took in are found so soon, ms. */
const LOOK_EVERY = 1_000;
/** The store is asked again after so long while it is away. */
const AFTER_FAULT = 1_000;
/** A result waits for a store that is away as often. */
const TRIES = 10;

interface Running {
  readonly job: Job;
  readonly worker: Worker;
}

export class Runner {
  private readonly o: RunnerOptions;
  private readonly running = new Map<string, Running>();
  private readonly slots: Promise<void>[];
  private wake: (() => void)[] = [];
  private closed = false;

  constructor(o: RunnerOptions) {
    this.o = o;
    this.slots = Array.from({ length: o.workers }, () => this.serve());
  }

  /** There may be something to do. */
  poke(): void {
    const { wake } = this;
    this.wake = [];
    for (const up of wake) up();
  }

  /** Process ids of workers that score now. */
  get pids(): readonly number[] {
    return [...this.running.values()].flatMap(({ worker }) => worker.pid ?? []);
  }

  /** Ends the worker that has a capture, because the capture is gone. */
  drop(capture: string): void {
    this.running.get(capture)?.worker.end();
  }

  /** Workers end; what they had waits again. */
  async close(): Promise<void> {
    this.closed = true;
    this.poke();
    for (const { worker } of this.running.values()) worker.end();
    await Promise.all(this.slots);
  }

  private async serve(): Promise<void> {
    while (!this.closed) {
      try {
        const job = await this.o.jobs.claim();
        if (job !== null) await this.run(job);
        else await this.rest(LOOK_EVERY);
      } catch (error) {
        log('platform', () => `the queue: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        await this.rest(AFTER_FAULT);
      }
    }
  }

  /** Until it is poked, or for so long. */
  private rest(ms: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, ms);
      this.wake.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  private async run(job: Job): Promise<void> {
    const { places, jobs } = this.o;
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    log('platform', () => `${job.capture} is taken under ${job.lease}`);
    this.o.changed(job);
    const scratch = places.fresh('work');
    try {
      const made = join(scratch, 'result');
      const answer = await this.scored(job, scratch, made);
      if (answer.kind === 'fault')
        log('platform', () => `${job.capture}: its worker ended, ${answer.fault} (${answer.how})`);
      if (answer.kind === 'fault' && answer.fault === 'stopped') {
        // Its capture is gone, its lease is lost, or the server ends.
        if (this.closed) await jobs.giveBack(job);
      } else if (answer.kind === 'fault' && answer.fault === 'ended') await jobs.fault(job, seconds());
      else await this.finish(job, this.finished(answer, seconds()), made);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
      this.o.changed(job);
    }
  }

  private async scored(job: Job, scratch: string, result: string): Promise<Answer<'scored'>> {
    const { places, limits, inflating, judging, lease, jobs } = this.o;
    const worker = new Worker(limits, places.code);
    this.running.set(job.capture, { job, worker });
    if (this.closed) worker.end();
    let share = 0;
    const renewing = setInterval(() => {
      jobs.renew(job, share).then(
        (held) => {
          if (!held) worker.end();
        },
        (error: unknown) => log('platform', () => `a lease is not renewed: ${english(saidBy(error))}`),
      );
    }, lease / 5);
    try {
      return await worker.ask(
        {
          kind: 'score',
          path: places.capture(job.capture),
          name: job.name,
          result,
          scratch,
          inflating,
          judging,
          reasons: REASONS,
        },
        ({ taken, size }) => {
          share = size === null || size === 0 ? 0 : Math.min(1, taken / size);
        },
      );
    } finally {
      clearInterval(renewing);
      this.running.delete(job.capture);
      worker.end();
    }
  }

  private finished(answer: Exclude<Answer<'scored'>, { fault: 'ended' | 'stopped' }>, seconds: number): Finished {
    const failed = (why: Message): Finished => ({ kind: 'failed', why, seconds });
    const { limits } = this.o;
    if (answer.kind === 'refused') return failed(answer.message);
    if (answer.kind === 'fault')
      return failed(
        answer.fault === 'memory'
          ? say('analysis-memory', { megabytes: Math.round(limits.memory / 2 ** 20) })
          : say('analysis-time', { seconds: Math.round(limits.time / 1000) }),
      );
    const { summary } = answer.said;
    if (summary.trouble !== null && summary.trouble.kind !== 'partial') return failed(summary.trouble.message);
    return {
      kind: 'done',
      verdict: summary.verdict,
      seconds,
      counts: countsOf(summary),
      kinds: Object.keys(summary.kinds),
      families: summary.families,
      protocols: summary.protocols,
    };
  }

  /** The result's file is there before its row is, and goes where the row is not written. */
  private async finish(job: Job, finished: Finished, made: string): Promise<void> {
    const { places, jobs } = this.o;
    try {
      if (finished.kind === 'done') places.keepResult(made, job.capture, job.lease);
    } catch (error) {
      // Without its folder the capture is gone; anything else is the disk's trouble, and the capture waits again.
      log('platform', () => `a result of ${job.capture} is not kept: ${english(saidBy(error))}`);
      if (!places.has(job.capture)) return;
      await jobs.giveBack(job);
      await sleep(AFTER_FAULT);
      return;
    }
    for (let left = TRIES; ; left--) {
      try {
        if (!(await jobs.finish(job, finished))) places.removeResult(job.capture, job.lease);
        return;
      } catch (error) {
        if (left > 1 && !this.closed) await this.rest(AFTER_FAULT);
        else {
          places.removeResult(job.capture, job.lease);
          throw error;
        }
      }
    }
  }
}

function countsOf(s: AnalysisSummary): CaptureCounts {
  const time = (text: string | null): number | null => {
    const ms = text === null ? NaN : Date.parse(text);
    return Number.isNaN(ms) ? null : ms;
  };
  return {
    packets: s.packets,
    flows: s.flows,
    bytes: s.bytes,
    incidents: s.incidents.malicious + s.incidents.suspicious,
    malicious: s.verdicts.malicious,
    suspicious: s.verdicts.suspicious,
    first: time(s.first),
    last: time(s.last),
    model: s.model,
    note: s.trouble?.message ?? null,
    noteText: s.trouble === null ? null : english(s.trouble.message),
  };
}
