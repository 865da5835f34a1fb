// Rules of several files as one set: each id once, and none that asks what is not there.
import { type Message, say } from '../../contract/index.ts';
import type { RefusedRule, RuleSet } from './read-rule.ts';
import { RuleSets } from './run/sets.ts';
import type { Signature } from './signature.ts';

/** Rules that are asked, with the sets that they look into, filled. */
export interface ReadyRules extends RuleSet {
  readonly sets: RuleSets;
}

/**
 * Of two rules with one gid and sid the higher revision counts, of equal ones the first, as in Suricata; the other is
 * refused. So is a rule whose set cannot be read, and one that asks reputations, of which there are none: it would be
 * silent for ever.
 */
export function rulesTogether(files: readonly RuleSet[]): ReadyRules {
  const refused: RefusedRule[] = files.flatMap((f) => f.refused);
  const refuse = (rule: Signature, why: Message): void => {
    refused.push({ file: rule.file, line: rule.line, sid: rule.sid, why });
  };
  const byId = new Map<string, Signature>();
  for (const rule of files.flatMap((f) => f.rules)) {
    if (rule.packetTests.some((t) => t.ask.of === 'reputation')) {
      refuse(rule, say('rule-no-reputation'));
      continue;
    }
    const id = `${rule.gid}:${rule.sid}`;
    const other = byId.get(id);
    const [kept, left] = other !== undefined && other.rev >= rule.rev ? [other, rule] : [rule, other];
    if (left !== undefined)
      refuse(left, say('rule-again', { sid: left.sid, file: kept.file, line: kept.line, rev: kept.rev }));
    byId.set(id, kept);
  }
  const sets = new RuleSets();
  const rules = [...byId.values()].filter((rule) => {
    const why = sets.load(rule);
    if (why !== null) refuse(rule, why);
    return why === null;
  });
  return { rules, refused, sets };
}
