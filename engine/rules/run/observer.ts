// Who looks on while rules are asked: to explain why they match or do not, or to measure what they cost.
import type { Sets } from '../inspect.ts';
import type { BitTest, Signature } from '../signature.ts';
import type { RulePacket } from './packet.ts';
import type { Reputations } from './packet-tests.ts';
import type { Placed } from './rule-index.ts';
import type { RuleFlow } from './rule-flow.ts';
import type { Transaction } from './transaction.ts';

/** What rules are asked of at once: one packet, or what is left of a flow that is over. */
export interface Look {
  readonly p: RulePacket;
  readonly flow: RuleFlow | null;
  /** The packet's bytes have become part of its stream. */
  readonly part: boolean;
  /** The first look at this direction of the flow. */
  readonly first: boolean;
  /** A rule that passes, drops or bypasses has let the flow go by in a look before this one. */
  readonly passedBy: boolean;
}

/** What a runner lets its observer see. */
export interface Watched {
  /** In the order in which they are asked. */
  readonly rules: readonly Placed[];
  readonly sets: Sets;
  readonly reputations: Reputations;
  /** A rule passed the packet at hand: the others are not asked of it. */
  readonly isStopped: () => boolean;
  readonly bitPasses: (bit: BitTest, p: RulePacket, flow: RuleFlow | null, t: Transaction | null) => boolean;
}

export interface RuleObserver {
  /** Called once, before all else. */
  watch(runner: Watched): void;
  begin(look: Look): void;
  /** A rule that may match is about to be asked. */
  before(rule: Placed): void;
  /** It matched. @param tells false where its threshold keeps it quiet */
  matched(rule: Signature, t: Transaction | null, tells: boolean): void;
  /** All rules were asked. */
  end(): void;
}
