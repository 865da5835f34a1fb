// What rules cost: looks on while a runner asks them. Times and failures are those of samples; counts are exact.
import type { Signature } from '../signature.ts';
import { Attempts } from './attempts.ts';
import type { Look, RuleObserver, Watched } from './observer.ts';
import type { Placed } from './rule-index.ts';
import type { Transaction } from './transaction.ts';

/** Every look is a sample until there were so many; afterwards one in `ONE_IN`. */
const ALL_UNTIL = 20_000;
const ONE_IN = 17;
/** Samples of one rule of which it is told what failed. */
const MAX_TRIED = 500;
/** A rule is slow that takes as much a time that it is asked, and such a part of what all rules take. */
const SLOW_NANOSECONDS = 5_000;
const SLOW_SHARE = 0.01;
/** Calls of the clock that say what the clock itself takes. */
const CLOCK_CALLS = 1_001;

export interface RuleCost {
  readonly rule: Signature;
  /** How often it was a candidate: nothing spoke against it before it was asked. */
  readonly asked: number;
  /** How often its header, flow and places fitted, as far as samples say. */
  readonly checks: number;
  readonly matches: number;
  /** All of its time, as far as samples say. */
  readonly nanoseconds: number;
  /** Of the time of all rules, 0 to 1. */
  readonly share: number;
  /** The step at which it ended most often, null where it was never asked or always matched. */
  readonly failsAt: string | null;
  readonly slow: boolean;
}

export interface RuleProfile {
  /** The most expensive first, those that were never asked last. */
  readonly costs: readonly RuleCost[];
  /** Of all rules together. Following flows and looking for their patterns is not in it. */
  readonly nanoseconds: number;
  readonly slow: number;
  readonly neverMatched: number;
}

class Cost {
  asked = 0;
  sampled = 0;
  nanoseconds = 0;
  matches = 0;
  tried = 0;
  fitted = 0;
  readonly failed = new Map<string, number>();
}

export class Profiler implements RuleObserver {
  private rules: readonly Placed[] = [];
  private costs: Cost[] = [];
  private readonly byRule = new Map<Signature, Cost>();
  private tries!: Attempts;
  private look: Look | null = null;
  private looks = 0;
  private sampled = false;
  private current: Cost | null = null;
  private since = 0;
  private readonly clock = clockCost();

  watch(runner: Watched): void {
    this.rules = runner.rules;
    this.tries = new Attempts(runner);
    this.costs = runner.rules.map(() => new Cost());
    for (const { rule, place } of runner.rules) this.byRule.set(rule, this.costs[place]!);
  }

  begin(look: Look): void {
    this.looks++;
    this.look = look;
    this.sampled = this.looks < ALL_UNTIL || this.looks % ONE_IN === 0;
    this.current = null;
  }

  before(placed: Placed): void {
    const cost = this.costs[placed.place]!;
    cost.asked++;
    if (!this.sampled) return;
    this.close(performance.now());
    if (cost.tried < MAX_TRIED) this.try(placed, cost);
    cost.sampled++;
    this.current = cost;
    this.since = performance.now();
  }

  matched(rule: Signature, _t: Transaction | null, tells: boolean): void {
    if (tells) this.byRule.get(rule)!.matches++;
  }

  end(): void {
    if (this.sampled) this.close(performance.now());
    this.current = null;
    this.look = null;
  }

  private close(now: number): void {
    if (this.current === null) return;
    this.current.nanoseconds += Math.max(0, (now - this.since) * 1e6 - this.clock);
    this.current = null;
  }

  /** What the rule would fail at now. */
  private try(placed: Placed, cost: Cost): void {
    cost.tried++;
    const attempts = this.tries.of(placed, this.look!, () => false);
    const failed = attempts.map((a) => a.steps.findIndex((s) => !s.passed));
    if (attempts.some((a, i) => failed[i]! < 0 || failed[i]! >= a.header)) cost.fitted++;
    for (const [i, attempt] of attempts.entries()) {
      const step = attempt.steps[failed[i]!]?.step;
      if (step !== undefined) cost.failed.set(step, (cost.failed.get(step) ?? 0) + 1);
    }
  }

  get profile(): RuleProfile {
    const times = this.costs.map((c) => (c.sampled === 0 ? 0 : (c.nanoseconds / c.sampled) * c.asked));
    const nanoseconds = times.reduce((a, b) => a + b, 0);
    const costs = this.rules.map(({ rule, place }): RuleCost => {
      const c = this.costs[place]!;
      const time = times[place]!;
      const share = nanoseconds === 0 ? 0 : time / nanoseconds;
      const [failsAt = null] = [...c.failed].toSorted((a, b) => b[1] - a[1]).map(([step]) => step);
      return {
        rule,
        asked: c.asked,
        checks: c.tried === 0 ? 0 : Math.round((c.fitted / c.tried) * c.asked),
        matches: c.matches,
        nanoseconds: Math.round(time),
        share,
        failsAt,
        slow: c.asked > 0 && time / c.asked >= SLOW_NANOSECONDS && share >= SLOW_SHARE,
      };
    });
    costs.sort((a, b) => b.nanoseconds - a.nanoseconds || b.asked - a.asked || a.rule.sid - b.rule.sid);
    return {
      costs,
      nanoseconds: Math.round(nanoseconds),
      slow: costs.filter((c) => c.slow).length,
      neverMatched: costs.filter((c) => c.matches === 0).length,
    };
  }
}

/** Nanoseconds between two calls of the clock with nothing between them: the middle of many. */
function clockCost(): number {
  const times = Array.from({ length: CLOCK_CALLS }, () => {
    const from = performance.now();
    return (performance.now() - from) * 1e6;
  });
  return times.sort((a, b) => a - b)[CLOCK_CALLS >>> 1]!;
}
