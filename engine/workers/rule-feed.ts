// Matches of threat rules on their way to the one who judges, in the order of the capture's packets: from a thread of
// their own, or from the same one.
import {
  type CarriedAlert,
  factsOf,
  type ReadyRules,
  type RuleAlert,
  type RuleFacts,
  type RuleObserver,
  RuleRunner,
} from '../rules/index.ts';
import type { CapturedPacket, PacketSink } from '../read/index.ts';

/** One match: what `RuleAlert` says, with the rule as its place among the rules. Plain data. */
export interface RuleHit extends Omit<RuleAlert, 'rule'> {
  /** -1 where no rule matched and a file came to its end. */
  readonly rule: number;
  /** That file: its name where it has one, and its hashes. */
  readonly file?: Pick<CarriedAlert, 'fileName' | 'md5' | 'sha1' | 'sha256'>;
}

export interface RuleFeed {
  /** The rules that are asked, by `RuleHit.rule`. Empty before the first match or the end. */
  readonly rules: readonly RuleFacts[];
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

/** Places of rules by themselves, and what is told of them. */
export class RuleList {
  readonly facts: readonly RuleFacts[];
  private readonly places: ReadonlyMap<RuleAlert['rule'], number>;

  constructor({ rules }: ReadyRules) {
    this.facts = rules.map(factsOf);
    this.places = new Map(rules.map((rule, i) => [rule, i]));
  }

  hit({ rule, ...rest }: RuleAlert): RuleHit {
    return { ...rest, rule: this.places.get(rule)! };
  }
}

/** Asks rules of packets, and has hashes of files made where somebody wants them. */
export class RuleAsker implements PacketSink {
  readonly list: RuleList;
  private readonly runner: RuleRunner | null;
  /** By itself, since rules look into no more than the beginning of what is carried. */
  private readonly carriers: RuleRunner | null;
  private count = 0;

  /** @param observer looks on while rules are asked */
  constructor(ready: ReadyRules, files: boolean, hit: (hit: RuleHit) => void, observer: RuleObserver | null = null) {
    this.list = new RuleList(ready);
    const { rules, sets } = ready;
    const told = (alert: RuleAlert): void => hit(this.list.hit(alert));
    const looksOn = observer === null ? {} : { observer };
    this.runner = rules.length === 0 ? null : new RuleRunner(rules, told, { sets, ...looksOn });
    const carried = ({ fileName, md5, sha1, sha256, ...rest }: CarriedAlert): void =>
      hit({ ...rest, name: null, rule: -1, file: { fileName, md5, sha1, sha256 } });
    this.carriers = files ? new RuleRunner([], () => undefined, { files: carried }) : null;
  }

  /** Packets that were given. */
  get packets(): number {
    return this.count;
  }

  packet(p: CapturedPacket): void {
    this.runner?.packet(p);
    this.carriers?.packet(p);
    this.count++;
  }

  finish(): void {
    this.runner?.finish();
    this.carriers?.finish();
  }
}

/** Asks rules in the thread that reads: each packet is given to it before the one that follows flows. */
export class RulesHere implements RuleFeed, PacketSink {
  readonly rules: readonly RuleFacts[];
  onNews: (() => void) | null = null;
  private readonly runner: RuleAsker;
  private readonly queue: RuleHit[] = [];
  private at = 0;
  private over = false;

  /** @param files whether hashes of files are wanted */
  constructor(ready: ReadyRules, files = false) {
    this.runner = new RuleAsker(ready, files, (hit) => this.queue.push(hit));
    this.rules = this.runner.list.facts;
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
