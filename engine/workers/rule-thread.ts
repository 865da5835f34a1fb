// Threat rules in a thread of their own: loaded once, asked of one capture after the other.
import type { Worker } from 'node:worker_threads';
import { SaidError, say } from '../../contract/index.ts';
import type { InflateLimits } from '../read/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import type { RuleFeed, RuleHit } from './rule-feed.ts';
import type { RuleOrder, RuleReport, RulesRead, RuleWish } from './rule-worker.ts';
import { startWorker } from './threads.ts';

export interface RuleRun {
  readonly path: string;
  readonly cacheFolder: string;
  readonly limits?: InflateLimits;
}

/** Room for what is made and soon forgotten: with Node's own, what loading makes is looked through again and again. */
const YOUNG_MEGABYTES = 24;

export class RuleThread {
  /** What was read of the rules' files. */
  readonly read: Promise<RulesRead>;
  private readonly worker: Worker;
  private readonly feeds = new Map<number, ThreadFeed>();
  private runs = 0;
  private failure: Error | null = null;

  constructor(wish: RuleWish) {
    this.worker = startWorker(import.meta.url, 'rule-worker', {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    let heard: (read: RulesRead) => void;
    let lost: (error: Error) => void;
    this.read = new Promise((resolve, reject) => {
      heard = resolve;
      lost = reject;
    });
    // Somebody may wait for a run only.
    this.read.catch(() => undefined);
    this.worker.on('message', (report: RuleReport) => {
      if (report.kind === 'read') heard(report.read);
      else this.feeds.get(report.run)?.hear(report);
    });
    const fail = (error: Error): void => {
      this.failure ??= error;
      lost(error);
      for (const feed of this.feeds.values()) feed.fail(error);
    };
    this.worker.on('error', fail);
    this.worker.on('exit', (code) => fail(new SaidError(say('rules-thread-ended', { code }))));
    this.order({ kind: 'load', wish });
  }

  /** Has the rules asked of a capture, after those that were given before. */
  run({ path, cacheFolder, limits }: RuleRun): RuleFeed {
    const run = this.runs++;
    const feed = new ThreadFeed((kind) => {
      if (kind === 'stop') this.feeds.delete(run);
      this.order(kind === 'stop' ? { kind, run } : { kind });
    });
    this.feeds.set(run, feed);
    if (this.failure !== null) feed.fail(this.failure);
    this.order({ kind: 'run', run, path, cacheFolder, limits: limits ?? null });
    return feed;
  }

  async close(): Promise<void> {
    this.worker.removeAllListeners('exit');
    await this.worker.terminate();
  }

  private order(order: RuleOrder): void {
    this.worker.postMessage(order);
  }
}

class ThreadFeed implements RuleFeed {
  readonly rules = new Map<number, RuleFacts>();
  reached = 0;
  onNews: (() => void) | null = null;
  private readonly tell: (kind: 'took' | 'stop') => void;
  /** Reports in order; the first one is taken from. */
  private readonly queue: (readonly RuleHit[])[] = [];
  private at = 0;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(tell: (kind: 'took' | 'stop') => void) {
    this.tell = tell;
  }

  hear(report: Exclude<RuleReport, { kind: 'read' }>): void {
    switch (report.kind) {
      case 'hits':
        for (const [place, facts] of report.facts) this.rules.set(place, facts);
        if (report.hits.length > 0) this.queue.push(report.hits);
        else this.tell('took');
        this.reached = Math.max(this.reached, report.reached);
        break;
      case 'end':
        this.reached = Infinity;
        break;
      case 'lost':
        this.failure ??= new SaidError(report.why);
    }
    this.news();
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.news();
  }

  peek(): RuleHit | null {
    if (this.failure !== null && !this.closed) throw this.failure;
    return this.queue[0]?.[this.at] ?? null;
  }

  take(): void {
    this.at++;
    if (this.at < this.queue[0]!.length) return;
    this.queue.shift();
    this.at = 0;
    this.tell('took');
  }

  async more(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    if (this.reached === Infinity) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    // Set while this one slept.
    const failure = this.failure as Error | null;
    if (failure !== null) throw failure;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    // What was not taken is not waited for any more.
    for (const _ of this.queue) this.tell('took');
    this.queue.length = 0;
    this.tell('stop');
    this.reached = Infinity;
    this.news();
  }

  private news(): void {
    this.wake?.();
    this.wake = null;
    this.onNews?.();
  }
}
