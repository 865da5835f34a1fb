// Tries of one rule at a packet or at the exchanges of its flow, step by step, in the state that is now.
import { type RuleStep, say } from '../../../contract/index.ts';
import { IPPROTO_TCP } from '../../decode/index.ts';
import { Inspection } from '../inspect.ts';
import { packetBufferSteps, payloadSteps, transactionSteps } from './explain-body.ts';
import { unchanged } from './held.ts';
import { headerSteps, memorySteps } from './explain-header.ts';
import type { Look, Watched } from './observer.ts';
import type { Placed } from './rule-index.ts';
import { asksStream } from './kinds.ts';
import { matchKey } from './runner.ts';
import type { Transaction } from './transaction.ts';

/** One try of a rule: at a packet, or at one exchange. */
export interface Attempt {
  readonly t: Transaction | null;
  readonly steps: RuleStep[];
  /** How many of the first steps are about the header: protocol, flow, places. */
  readonly header: number;
  matched: boolean;
}

export class Attempts {
  private readonly watched: Watched;
  private readonly inspection: Inspection;

  constructor(watched: Watched) {
    this.watched = watched;
    this.inspection = new Inspection(unchanged(watched.sets));
  }

  /**
   * None where the runner would not look.
   * @param outside whether bytes are looked at too where the header does not fit in one point
   */
  of({ rule, place, kind }: Placed, look: Look, outside: () => boolean): Attempt[] {
    const { p, flow } = look;
    // What is left of a flow that is over are streams and exchanges.
    const bare = p.pseudo && (!asksStream(rule) || flow?.transport !== IPPROTO_TCP);
    if (kind !== 'transaction' && bare) return [];
    const steps = headerSteps(rule, look, this.watched);
    const passedBy = flow?.passed === true || (flow?.bypassed === true && !p.pseudo) || this.watched.isStopped();
    if (passedBy) steps.push({ step: 'pass', passed: false, why: say('explain-passed-by') });
    const header = steps.length;
    const failing = steps.filter((s) => !s.passed).length;
    if (failing > 1 || (failing === 1 && !outside())) return [{ t: null, steps, header, matched: false }];
    if (kind === 'transaction') return this.exchanges({ rule, place, kind }, look, steps);
    const limited = limitOf({ rule, place, kind }, look);
    if (limited !== null) steps.push(limited);
    this.inspection.begin();
    steps.push(
      ...memorySteps(rule, look, null, this.watched),
      ...payloadSteps(this.inspection, rule, look),
      ...packetBufferSteps(this.inspection, rule, look),
    );
    return [{ t: null, steps, header, matched: false }];
  }

  private exchanges(placed: Placed, look: Look, header: readonly RuleStep[]): Attempt[] {
    const { rule } = placed;
    const { p, flow } = look;
    const fitting = (flow?.application?.transactions ?? []).filter((t) => rule.applications.includes(t.application));
    if (fitting.length === 0) {
      const why = say('explain-no-exchange', { apps: [...rule.applications] });
      const steps = [...header, { step: rule.protocol, passed: false, why }];
      return [{ t: null, steps, header: header.length, matched: false }];
    }
    return fitting.map((t) => {
      const step = t.application;
      const steps = [...header];
      const attempt = { t, steps, header: header.length, matched: false };
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
