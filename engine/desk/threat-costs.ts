// What rules cost in the open capture: they are asked of it once more in a thread of their own, where somebody measures, so
// that judging is as fast as ever; and which of them matched nothing.
import { type QuietRule, type RuleCosts, say } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { RuleWish } from '../workers/index.ts';
import { ruleKey } from './threat-handlers.ts';
import { Refused } from './refused.ts';
import type { CaptureSession } from './session.ts';
import type { ThreatBook } from './threat-book.ts';

/** Rules that are listed at most. */
const MOST = 1_000;

/** What was measured last; null where nobody did. */
export function costsOf({ standing }: CaptureSession): RuleCosts | null {
  const { costs } = standing;
  return costs === null ? null : { ...costs.measured, isOld: costs.key !== standing.key };
}

/** @throws Refused where no rule is asked @throws Cancelled */
export async function measureRules(s: CaptureSession, wish: RuleWish | null, turns: TimeSlices): Promise<RuleCosts> {
  if (wish === null) throw new Refused('refused', say('threat-no-rules'));
  const { key, threads } = s.standing;
  const { thread, feed } = threads.beside(wish, s.dataPath, true);
  turns.onCancel = () => feed.close();
  try {
    while (feed.reached !== Infinity) {
      turns.done = Math.min(1, feed.reached / Math.max(1, s.analysis.packetCount));
      await feed.more();
    }
    await turns.rest();
    if (feed.trouble !== null) throw feed.trouble;
    s.standing.costs = { key, measured: feed.cost! };
    return costsOf(s)!;
  } finally {
    turns.onCancel = null;
    await thread.close();
  }
}

/** Rules that are asked and have matched nothing in the capture, own ones first, then as they stand in their files. */
export function neverMatched(
  s: CaptureSession,
  { read, own }: ThreatBook,
  find: string,
): { readonly rules: readonly QuietRule[]; readonly count: number } {
  const matched = new Set(s.hits.ids().map(ruleKey));
  const wanted = find.trim().toLowerCase();
  const isFound = (texts: readonly string[]): boolean => texts.some((text) => text.toLowerCase().includes(wanted));
  const all = (read?.facts ?? []).filter(
    (fact) =>
      !matched.has(ruleKey(fact)) &&
      isFound([String(fact.sid), fact.msg, fact.classtype ?? '', `${fact.file}:${fact.line}`]),
  );
  const isOwn = ({ file }: { readonly file: string }): boolean => file === own.path;
  const sorted = [...all.filter(isOwn), ...all.filter((fact) => !isOwn(fact))];
  const rules = sorted.slice(0, MOST).map((fact): QuietRule => {
    const { gid, sid, rev, msg, classtype, priority, file, line } = fact;
    return { gid, sid, rev, msg, classtype, priority, file, line, own: isOwn(fact) };
  });
  return { rules, count: all.length };
}
