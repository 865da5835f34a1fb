// Matches of threat rules on their way to the one who judges, in the order of the capture's packets: from a thread of
// their own, or from the same one.
import { RuleRunner, type ReadyRules, type RuleAlert, factsOf, type RuleFacts } from '../rules/index.ts';
import type { CapturedPacket, PacketSink } from '../read/index.ts';

/** One match: what `RuleAlert` says, with the rule as its place among the rules. Plain data. */
export interface RuleHit extends Omit<RuleAlert, 'rule'> {
  readonly rule: number;
}

export interface RuleFeed {
  /** Rules of which a match was told, by `RuleHit.rule`. */
  readonly rules: ReadonlyMap<number, RuleFacts>;
  /** All rules have been asked of packets below this number, from 0; Infinity once the capture is over. */
  readonly reached: number;
  /** The first match that was not taken yet, null where there is none by now. */
  peek(): RuleHit | null;
  /** Takes that match. */
  take(): void;
  /** Resolves once `reached` is larger than it was. Only one may wait. Rejects where the thread is lost. */
  more(): Promise<void>;
  /** Called when there is news. */
  onNews: (() => void) | null;
  close(): void;
}

/** Places of rules by themselves, and what is told of those that match. */
export class RuleList {
  private readonly places: ReadonlyMap<RuleAlert['rule'], number>;
  /** Of rules that matched, by their places. */
  readonly facts = new Map<number, RuleFacts>();

  constructor({ rules }: ReadyRules) {
    this.places = new Map(rules.map((rule, i) => [rule, i]));
  }

  hit({ rule, ...rest }: RuleAlert): RuleHit {
    const place = this.places.get(rule)!;
    if (!this.facts.has(place)) this.facts.set(place, factsOf(rule));
    return { ...rest, rule: place };
  }
}

/** Asks rules in the thread that reads: each packet is given to it before the one that follows flows. */
export class RulesHere implements RuleFeed, PacketSink {
  readonly rules: ReadonlyMap<number, RuleFacts>;
  onNews: (() => void) | null = null;
  private readonly runner: RuleRunner;
  private readonly queue: RuleHit[] = [];
  private at = 0;
  private over = false;

  constructor(ready: ReadyRules) {
    const list = new RuleList(ready);
    this.rules = list.facts;
    this.runner = new RuleRunner(ready.rules, (alert) => this.queue.push(list.hit(alert)), { sets: ready.sets });
  }

  get reached(): number {
    return this.over ? Infinity : this.runner.packets;
  }

  packet(p: CapturedPacket): void {
    this.runner.packet(p);
  }

  /** The capture is over. */
  finish(): void {
    if (this.over) return;
    this.runner.finish();
    this.over = true;
    this.onNews?.();
  }

  peek(): RuleHit | null {
    return this.queue[this.at] ?? null;
  }

  take(): void {
    this.at++;
    if (this.at < 1_024 && this.at < this.queue.length) return;
    this.queue.splice(0, this.at);
    this.at = 0;
  }

  more(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.over = true;
  }
}
