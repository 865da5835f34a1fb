// A rule that allows incidents, in a few words.
import type { AllowSaid } from '../../contract/index.ts';
import { moment, visible } from '../words/format.ts';
import { peerText, ruleName, word } from '../words/words.ts';

export function ruleText(rule: AllowSaid & { readonly expired?: boolean }): string {
  const ends = [
    rule.initiator === '' ? word('allow.any') : visible(rule.initiator),
    rule.peer === '' ? word('allow.anyone') : peerText(rule.peer),
  ].join(' → ');
  const parts = [ends];
  if (rule.rule !== '') parts.push(ruleName(rule.rule));
  if (rule.gravity !== 'any') parts.push(word(`allow.gravity.${rule.gravity}`));
  if (rule.until !== null) {
    const when = moment(Date.parse(rule.until) / 1000);
    parts.push(word(rule.expired === true ? 'allow.expired' : 'allow.expires', { when }));
  }
  if (rule.why !== '') parts.push(visible(rule.why));
  return parts.join(' · ');
}
