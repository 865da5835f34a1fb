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

/** A match of before, with its rule. */
export interface PastHit {
  readonly hit: RuleHit;
  readonly rule: RuleFacts;
}

/** A feed that ends where its thread is lost, and that begins with matches whose packets nobody can read any more. */
class SafeFeed implements RuleFeed {
  readonly thread: RuleThread;
  private readonly past: readonly PastHit[];
  private at = 0;
  private places: ReadonlyMap<string, number> | null = null;
  private readonly inner: ThreadFeed;
  private readonly lost: (why: Message) => void;
  /** Nothing more comes of it: it was closed, or its thread is lost. */
  private isDone = false;

  /** @param past in the order of packets */
  constructor(thread: RuleThread, inner: ThreadFeed, past: readonly PastHit[], lost: (why: Message) => void) {
    this.thread = thread;
    this.past = past;
    this.inner = inner;
    this.lost = lost;
  }

  get rules(): readonly RuleFacts[] {
    return this.inner.rules;
  }
  get reached(): number {
    const { trouble } = this.inner;
    if (trouble !== null) this.fail(trouble);
    return this.isDone ? Infinity : this.inner.reached;
  }
  set onNews(heard: (() => void) | null) {
    this.inner.onNews = heard;
  }
  get onNews(): (() => void) | null {
    return this.inner.onNews;
  }

  peek(): RuleHit | null {
    if (this.isDone) return null;
    try {
      return this.before() ?? this.inner.peek();
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  take(): void {
    if (this.before() === null) this.inner.take();
    else this.at++;
  }

  /** The next match of before whose rule is still asked, once it is known which are. */
  private before(): RuleHit | null {
    if (this.at === this.past.length || this.inner.rules.length === 0) return null;
    this.places ??= new Map(this.inner.rules.map((rule, place) => [idOf(rule), place]));
    for (; this.at < this.past.length; this.at++) {
      const { hit, rule } = this.past[this.at]!;
      const place = this.places.get(idOf(rule));
      if (place !== undefined) return { ...hit, rule: place };
    }
    return null;
  }

  async more(): Promise<void> {
    try {
      if (!this.isDone) await this.inner.more();
    } catch (error) {
      this.fail(error);
    }
  }

  /** No more will be written. */
  end(): void {
    this.inner.end();
  }

  close(): void {
    this.isDone = true;
    this.inner.close();
    void this.thread.close();
  }

  private fail(error: unknown): void {
    if (this.isDone) return;
    this.isDone = true;
    this.lost(saidBy(error));
  }
}

/** Another revision may ask something else. */
function idOf({ gid, sid, rev }: RuleFacts): string {
  return `${gid}:${sid}:${rev}`;
}

export interface RulesOf {
  readonly live: LiveCapture | null;
  readonly cacheFolder: string;
  /** Row of the first packet at an offset of the capture. */
  rowAt(offset: number): number;
  lost(why: Message): void;
  missed(segments: number): void;
}

/** Rules that are asked beside those that judge. */
export interface OnceMore {
  readonly thread: RuleThread;
  readonly feed: ThreadFeed;
  readonly first: number;
}

export class SessionRules {
  private readonly of: RulesOf;
  private readonly feeds = new Set<SafeFeed>();
  private isOver = false;

  constructor(of: RulesOf) {
    this.of = of;
  }

  /**
   * Has rules asked of the capture from its beginning, or of what is left of it.
   * @param path its file, or folder
   * @param known matches of rules that were asked before: of packets that are gone they stay
   */
  ask(wish: RuleWish, path: string, known: readonly PastHit[]): RuleFeed {
    const { cacheFolder, lost, missed } = this.of;
    const thread = new RuleThread(wish);
    const growing = this.growing(missed);
    const inner = thread.run({ path, cacheFolder, ...(growing === null ? {} : { live: growing }) });
    const left = growing?.first() ?? 0;
    const past =
      left === 0 ? [] : known.filter(({ hit }) => hit.packet < left).sort((a, b) => a.hit.packet - b.hit.packet);
    const feed = new SafeFeed(thread, inner, past, lost);
    this.feeds.add(feed);
    if (this.isOver && growing !== null) feed.end();
    return feed;
  }

  /**
   * Has rules asked once more of what is there by now, for somebody who wants all matches, or to know what rules cost.
   * Both are the caller's to close; packets before the row `first` can be read no more.
   */
  beside(wish: RuleWish, path: string, measures = false): OnceMore {
    const thread = new RuleThread(wish);
    const growing = this.growing(() => undefined);
    const live = growing === null ? {} : { live: growing };
    const feed = thread.run({ path, cacheFolder: this.of.cacheFolder, measures, ...live });
    if (growing !== null) feed.end();
    return { thread, feed, first: growing?.first() ?? 0 };
  }

  /** The capture as a thread is told of it that reads while it grows; null for a file. */
  private growing(missed: (segments: number) => void): GrowingCapture | null {
    const { live, rowAt } = this.of;
    if (live === null) return null;
    return {
      segments: live.segments,
      first: () => {
        const offset = live.segments.firstNamed;
        // Before the first packet nobody can be asked for rows.
        if (offset === 0) return 0;
        return offset === null ? null : rowAt(offset);
      },
      missed,
    };
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
