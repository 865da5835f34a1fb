// Why rules match or do not: looks on while a runner asks them, and keeps of each the look at which it came furthest. What
// matched is what the runner says; the steps are asked beside it, by the same code, in the state in which it asks.
import { type RuleStep, say } from '../../../contract/index.ts';
import { IPPROTO_TCP } from '../../decode/index.ts';
import { Inspection, type Sets } from '../inspect.ts';
import type { Signature } from '../signature.ts';
import { thresholdText } from '../step-text.ts';
import { packetBufferSteps, payloadSteps, transactionSteps } from './explain-body.ts';
import { headerSteps, memorySteps } from './explain-header.ts';
import type { Look, Placed, RuleObserver, Watched } from './observer.ts';
import { asksStream, matchKey } from './runner.ts';
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

/** One try of a rule: at a packet, or at one exchange. */
interface Attempt {
  readonly t: Transaction | null;
  readonly steps: RuleStep[];
  matched: boolean;
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

/** Sets as they are, which nobody changes: an explanation asks before the runner does. */
function unchanged(sets: Sets): Sets {
  return {
    has: (set, bytes) => sets.has(set, bytes),
    change: () => undefined,
    reputation: (set, bytes) => sets.reputation(set, bytes),
  };
}

export class Explainer implements RuleObserver {
  private readonly wanted: (rule: Signature) => boolean;
  private readonly packet: number | null;
  private watched!: Watched;
  private inspection!: Inspection;
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
    this.watched = runner;
    this.inspection = new Inspection(unchanged(runner.sets));
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

  /** Tries of a rule in the state that is now. None where the runner would not look. */
  private attempts(told: Told, look: Look): Attempt[] {
    const { rule, kind } = told.placed;
    const { p, flow } = look;
    // What is left of a flow that is over are streams and exchanges.
    const bare = p.pseudo && (!asksStream(rule) || flow?.transport !== IPPROTO_TCP);
    if (kind !== 'transaction' && bare) return [];
    const steps = headerSteps(rule, look, this.watched);
    if (flow?.passed === true) steps.push({ step: 'pass', passed: false, why: say('explain-passed-by') });
    const failing = steps.filter((s) => !s.passed).length;
    if (failing > 1 || (failing === 1 && told.outside++ >= MAX_OUTSIDE)) return [{ t: null, steps, matched: false }];
    if (kind === 'transaction') return this.exchanges(told.placed, look, steps);
    const limited = limitOf(told.placed, look);
    if (limited !== null) steps.push(limited);
    this.inspection.begin();
    steps.push(
      ...memorySteps(rule, look, null, this.watched),
      ...payloadSteps(this.inspection, rule, look),
      ...packetBufferSteps(this.inspection, rule, look),
    );
    return [{ t: null, steps, matched: false }];
  }

  private exchanges(placed: Placed, look: Look, header: readonly RuleStep[]): Attempt[] {
    const { rule } = placed;
    const { p, flow } = look;
    const fitting = (flow?.application?.transactions ?? []).filter((t) => rule.applications.includes(t.application));
    if (fitting.length === 0) {
      const why = say('explain-no-exchange', { apps: [...rule.applications] });
      return [{ t: null, steps: [...header, { step: rule.protocol, passed: false, why }], matched: false }];
    }
    return fitting.map((t) => {
      const step = t.application;
      const steps = [...header];
      const attempt = { t, steps, matched: false };
      if (t.matched.has(matchKey(placed, p.dir)))
        steps.push({ step, passed: false, why: say('explain-exchange-matched') });
      else if (t.asked[p.dir] === t.sides[p.dir].version)
        steps.push({ step, passed: false, why: say('explain-exchange-old') });
      else {
        this.inspection.begin();
        steps.push(
          { step, passed: true, why: say('explain-exchange', { number: t.id, app: t.application }) },
          ...memorySteps(rule, look, t, this.watched),
          ...transactionSteps(this.inspection, rule, t, p.dir),
          ...payloadSteps(this.inspection, rule, { ...look, part: false }),
        );
      }
      return attempt;
    });
  }
}

/** Rules of addresses or of an application alone are told once. */
function limitOf({ rule, place, kind }: Placed, { p, flow, first }: Look): RuleStep | null {
  if (kind === 'addresses' && flow !== null && !first)
    return { step: rule.protocol, passed: false, why: say('explain-first-only') };
  if (kind !== 'protocol') return null;
  if (flow === null) return { step: rule.protocol, passed: false, why: say('explain-no-flow') };
  return flow.told.has(place * 2 + p.dir) ? { step: rule.protocol, passed: false, why: say('explain-once') } : null;
}

function notAsked({ flow }: Look): RuleStep {
  const why = flow?.sealed === true ? say('explain-sealed') : say('explain-not-waited');
  return { step: 'fast_pattern', passed: false, why };
}
