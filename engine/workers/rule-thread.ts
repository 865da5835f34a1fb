// Threat rules in a thread of their own: loaded once, asked of one capture after the other.
import type { Worker } from 'node:worker_threads';
import { SaidError, say } from '../../contract/index.ts';
import type { Ending, InflateLimits, SegmentChange, Segments } from '../read/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import type { RuleFeed, RuleHit } from './rule-feed.ts';
import type { MeasuredRules, RuleOrder, RuleReport, RulesRead, RuleWish } from './rule-worker.ts';
import { startWorker } from './threads.ts';

export interface RuleRun {
  readonly path: string;
  readonly cacheFolder: string;
  readonly limits?: InflateLimits;
  /** Instead of matches it is told at the end what rules cost: `ThreadFeed.cost`. */
  readonly measures?: boolean;
  /** A capture that grows. */
  readonly live?: GrowingCapture;
}

export interface GrowingCapture {
  readonly segments: Segments;
  /** Row of the first packet of the segments that are there; null while it is not known. */
  first(): number | null;
  /** So many segments went before rules were asked of them. */
  missed(segments: number): void;
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
  private facts: readonly RuleFacts[] = [];

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
      if (report.kind === 'read') {
        this.facts = report.read.facts;
        heard(report.read);
      } else this.feeds.get(report.run)?.hear(report, this.facts);
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
  run({ path, cacheFolder, limits, measures, live }: RuleRun): ThreadFeed {
    let run = this.runs++;
    const heard = (change: SegmentChange): void => this.order({ kind: 'segment', run, change });
    const start = (): void => {
      if (feed.isClosed) return;
      const first = live?.first() ?? null;
      if (live !== undefined && first === null) {
        setTimeout(start, START_AGAIN).unref();
        return;
      }
      this.order({
        kind: 'run',
        run,
        path,
        cacheFolder,
        limits: limits ?? null,
        measures: measures ?? false,
        live: live === undefined ? null : { segments: live.segments.named, first: first! },
      });
      if (live === undefined) return;
      live.segments.listeners.add(heard);
      if (feed.isOver) this.order({ kind: 'over', run });
    };
    const feed: ThreadFeed = new ThreadFeed({
      took: () => this.order({ kind: 'took' }),
      stop: () => {
        live?.segments.listeners.delete(heard);
        this.feeds.delete(run);
        this.order({ kind: 'stop', run });
      },
      over: () => this.order({ kind: 'over', run }),
      behind: () => {
        live?.segments.listeners.delete(heard);
        this.feeds.delete(run);
        run = this.runs++;
        this.feeds.set(run, feed);
        live?.missed(1);
        start();
      },
    });
    this.feeds.set(run, feed);
    if (this.failure !== null) feed.fail(this.failure);
    start();
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

/** What a feed has its thread told. */
interface FeedOrders {
  took(): void;
  stop(): void;
  over(): void;
  behind(): void;
}

/** A capture whose first segment is not known yet is looked at again after this long, ms. */
const START_AGAIN = 20;

export class ThreadFeed implements RuleFeed {
  rules: readonly RuleFacts[] = [];
  reached = 0;
  onNews: (() => void) | null = null;
  /** What rules cost, once the end was reached; null where nobody measures. */
  cost: MeasuredRules | null = null;
  /** Of a capture that grows: no more will be written. */
  isOver = false;
  private readonly orders: FeedOrders;
  /** Reports in order; the first one is taken from. */
  private readonly queue: (readonly RuleHit[])[] = [];
  private at = 0;
  private failure: Error | null = null;
  private ending: Ending | null = null;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(orders: FeedOrders) {
    this.orders = orders;
  }

  /** Why nothing could be asked, or not all; null where all goes well. */
  get trouble(): Error | null {
    const { ending } = this;
    const unread = ending !== null && (ending.kind === 'unreadable' || ending.kind === 'refused');
    return this.failure ?? (unread ? new SaidError(ending.message) : null);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** No more will be written to a capture that grew: rules are asked of what is left. */
  end(): void {
    this.isOver = true;
    this.orders.over();
  }

  hear(report: Exclude<RuleReport, { kind: 'read' }>, facts: readonly RuleFacts[]): void {
    this.rules = facts;
    switch (report.kind) {
      case 'hits':
        if (report.hits.length > 0) this.queue.push(report.hits);
        else this.orders.took();
        this.reached = Math.max(this.reached, report.reached);
        break;
      case 'cost':
        this.cost = report.cost;
        break;
      case 'end':
        this.reached = Infinity;
        this.ending = report.ending;
        break;
      case 'behind':
        this.orders.behind();
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
    this.orders.took();
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
    for (const _ of this.queue) this.orders.took();
    this.queue.length = 0;
    this.orders.stop();
    this.reached = Infinity;
    this.news();
  }

  private news(): void {
    this.wake?.();
    this.wake = null;
    this.onNews?.();
  }
}
