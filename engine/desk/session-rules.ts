// Threat rules beside one capture: a thread of their own reads what the capture consists of, and its matches are fed to
// the one who judges. What becomes of the thread never stops a capture: it is said, and the rest is judged without.
import { type Message, saidBy } from '../../contract/index.ts';
import type { LiveCapture } from '../capture/index.ts';
import type { RuleFacts } from '../rules/index.ts';
import {
  type GrowingCapture,
  type RuleFeed,
  type RuleHit,
  RuleThread,
  type RuleWish,
  type ThreadFeed,
} from '../workers/index.ts';

/** A feed that ends where its thread is lost. */
class SafeFeed implements RuleFeed {
  readonly thread: RuleThread;
  private readonly inner: ThreadFeed;
  private readonly lost: (why: Message) => void;
  private isLost = false;

  constructor(thread: RuleThread, inner: ThreadFeed, lost: (why: Message) => void) {
    this.thread = thread;
    this.inner = inner;
    this.lost = lost;
  }

  get rules(): readonly RuleFacts[] {
    return this.inner.rules;
  }
  get reached(): number {
    return this.isLost ? Infinity : this.inner.reached;
  }
  set onNews(heard: (() => void) | null) {
    this.inner.onNews = heard;
  }
  get onNews(): (() => void) | null {
    return this.inner.onNews;
  }

  peek(): RuleHit | null {
    if (this.isLost) return null;
    try {
      return this.inner.peek();
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  take(): void {
    this.inner.take();
  }

  async more(): Promise<void> {
    try {
      if (!this.isLost) await this.inner.more();
    } catch (error) {
      this.fail(error);
    }
  }

  /** No more will be written. */
  end(): void {
    this.inner.end();
  }

  close(): void {
    this.inner.close();
    void this.thread.close();
  }

  private fail(error: unknown): void {
    if (this.isLost) return;
    this.isLost = true;
    this.lost(saidBy(error));
  }
}

export interface RulesOf {
  readonly live: LiveCapture | null;
  readonly cacheFolder: string;
  /** Row of the first packet at an offset of the capture. */
  rowAt(offset: number): number;
  lost(why: Message): void;
  missed(segments: number): void;
}

export class SessionRules {
  private readonly of: RulesOf;
  private readonly feeds = new Set<SafeFeed>();
  private isOver = false;

  constructor(of: RulesOf) {
    this.of = of;
  }

  /** Has rules asked of the capture from its beginning, or of what is left of it. @param path its file, or folder */
  ask(wish: RuleWish, path: string): RuleFeed {
    const { live, cacheFolder, rowAt, lost, missed } = this.of;
    const thread = new RuleThread(wish);
    const growing: GrowingCapture | null =
      live === null
        ? null
        : {
            segments: live.segments,
            first: () => {
              const offset = live.segments.firstNamed;
              // Before the first packet nobody can be asked for rows.
              if (offset === 0) return 0;
              return offset === null ? null : rowAt(offset);
            },
            missed,
          };
    const inner = thread.run({ path, cacheFolder, ...(growing === null ? {} : { live: growing }) });
    const feed = new SafeFeed(thread, inner, lost);
    this.feeds.add(feed);
    if (this.isOver && growing !== null) feed.end();
    return feed;
  }

  /** No more packets will come. */
  end(): void {
    this.isOver = true;
    if (this.of.live !== null) for (const feed of this.feeds) feed.end();
  }

  /** Nothing more will come, and not all of it has been asked. */
  get isBehind(): boolean {
    return this.isOver && [...this.feeds].some((feed) => feed.reached !== Infinity || feed.peek() !== null);
  }

  /** Feeds that were taken to their end need no thread any more. */
  tidy(): void {
    for (const feed of this.feeds) {
      if (feed.reached !== Infinity || feed.peek() !== null) continue;
      feed.close();
      this.feeds.delete(feed);
    }
  }

  close(): void {
    for (const feed of this.feeds) feed.close();
    this.feeds.clear();
  }
}
