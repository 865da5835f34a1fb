// Why rules match or do not: looks on while a runner asks them, and keeps of each the look at which it came furthest. What
// matched is what the runner says; the steps are asked beside it, by the same code, in the state in which it asks.
import { type RuleStep, say } from '../../../contract/index.ts';
import type { Signature } from '../signature.ts';
import { thresholdText } from '../step-text.ts';
import { type Attempt, Attempts } from './attempts.ts';
import type { Look, RuleObserver, Watched } from './observer.ts';
import type { Placed } from './rule-index.ts';
import type { Transaction } from './transaction.ts';

/** Matches that are kept by their packets, and steps that are counted, of one rule. */
const MAX_PACKETS = 1_000;
const MAX_FAILED = 256;
/** Looks at bytes of packets whose header does not fit in one point: a wrong variable is told so. */
const MAX_OUTSIDE = 5_000;

export interface RuleExplanation {
  readonly rule: Signature;
  /** It matched, with an alert or, where it gives none, without. */
  readonly matched: boolean;
  readonly matches: number;
  /** Packets of the first matches, rows from 0. */
  readonly packets: readonly number[];
  /** The packet (row) that `steps` are about: that of the first match, or where the rule came furthest. Null: no look. */
  readonly packet: number | null;
  /** The look was at what was left of a flow that was over. */
  readonly atEnd: boolean;
  /** All of them passed where the rule matched. */
  readonly steps: readonly RuleStep[];
  /** How often it was looked whether the rule matches. */
  readonly looks: number;
  /** Steps by how often they were the first that did not pass, the most frequent first. */
  readonly failed: readonly { readonly step: string; readonly looks: number }[];
}

class Told {
  readonly placed: Placed;
  matches = 0;
  readonly packets: number[] = [];
  best: { readonly attempt: Attempt; readonly packet: number; readonly atEnd: boolean; readonly rank: number } | null =
    null;
  looks = 0;
  outside = 0;
  readonly failed = new Map<string, number>();

  constructor(placed: Placed) {
    this.placed = placed;
  }

  take(attempt: Attempt, { p }: Look): void {
    this.looks++;
    if (attempt.matched) {
      this.matches++;
      if (this.packets.length < MAX_PACKETS) this.packets.push(p.number);
    }
    const failed = attempt.matched ? undefined : attempt.steps.find((s) => !s.passed)?.step;
    if (failed !== undefined && (this.failed.has(failed) || this.failed.size < MAX_FAILED))
      this.failed.set(failed, (this.failed.get(failed) ?? 0) + 1);
    const passed = attempt.steps.filter((s) => s.passed).length;
    // Of two with as much that passed, the one with less that did not.
    const rank = attempt.matched ? Infinity : passed * 1_000 - (attempt.steps.length - passed);
    if (this.best !== null && this.best.rank >= rank) return;
    this.best = { attempt, packet: p.number, atEnd: p.pseudo, rank };
  }

  get explanation(): RuleExplanation {
    const { best } = this;
    return {
      rule: this.placed.rule,
      matched: this.matches > 0,
      matches: this.matches,
      packets: this.packets,
      packet: best?.packet ?? null,
      atEnd: best?.atEnd ?? false,
      steps: best?.attempt.steps ?? [],
      looks: this.looks,
      failed: [...this.failed].map(([step, looks]) => ({ step, looks })).sort((a, b) => b.looks - a.looks),
    };
  }
}

export class Explainer implements RuleObserver {
  private readonly wanted: (rule: Signature) => boolean;
  private readonly packet: number | null;
  private tries!: Attempts;
  private readonly told: Told[] = [];
  private readonly byPlace = new Map<number, Told>();
  private look: Look | null = null;
  /** Of this look, by rule. */
  private readonly current = new Map<Signature, Attempt[]>();

  /** Matches that steps speak against, of which there should be none. */
  unexplained = 0;
  /** Looks that nothing speaks against, and at which the runner did not ask. */
  unasked = 0;

  /** @param wanted which rules @param packet row of the one packet that is meant, null for all */
  constructor(wanted: (rule: Signature) => boolean, packet: number | null = null) {
    this.wanted = wanted;
    this.packet = packet;
  }

  /** In the order in which rules are asked. */
  explanations(): RuleExplanation[] {
    return this.told.map((t) => t.explanation);
  }

  watch(runner: Watched): void {
    this.tries = new Attempts(runner);
    for (const placed of runner.rules) {
      if (!this.wanted(placed.rule)) continue;
      const told = new Told(placed);
      this.told.push(told);
      this.byPlace.set(placed.place, told);
    }
  }

  begin(look: Look): void {
    this.look = this.packet === null || look.p.number === this.packet ? look : null;
  }

  before(placed: Placed): void {
    const told = this.byPlace.get(placed.place);
    if (told === undefined || this.look === null) return;
    this.current.set(placed.rule, this.attempts(told, this.look));
  }

  matched(rule: Signature, t: Transaction | null, tells: boolean): void {
    const attempt = this.current.get(rule)?.find((a) => a.t === t);
    if (attempt === undefined) return;
    if (!attempt.steps.every((s) => s.passed)) this.unexplained++;
    if (rule.threshold !== null) {
      const why = tells ? say('explain-threshold-told') : say('explain-threshold-quiet');
      attempt.steps.push({ step: thresholdText(rule.threshold), passed: tells, why });
    }
    if (rule.silent || rule.action === 'pass' || rule.action === 'config')
      attempt.steps.push({ step: rule.silent ? 'noalert' : rule.action, passed: true, why: say('explain-silent') });
    attempt.matched = tells;
  }

  end(): void {
    const { look } = this;
    if (look === null) return;
    for (const told of this.told) {
      const asked = this.current.get(told.placed.rule);
      const attempts = asked ?? this.attempts(told, look);
      for (const attempt of attempts) {
        // What the runner did not ask of these bytes, although nothing speaks against it here.
        if (!attempt.matched && attempt.steps.every((s) => s.passed)) {
          attempt.steps.push(notAsked(look));
          this.unasked++;
        }
        told.take(attempt, look);
      }
    }
    this.current.clear();
    this.look = null;
  }

  private attempts(told: Told, look: Look): Attempt[] {
    return this.tries.of(told.placed, look, () => told.outside++ < MAX_OUTSIDE);
  }
}

function notAsked({ flow }: Look): RuleStep {
  const why = flow?.sealed === true ? say('explain-sealed') : say('explain-not-waited');
  return { step: 'fast_pattern', passed: false, why };
}
