// What threat rules add: the same captures judged by the same judge without them and with them, source by source.
import { RULES_ADDED_HEADING, type RulesAdded, type SourceAdded } from '../../contract/index.ts';
import { isSignatureName, MALICIOUS_POINTS } from '../evidence/index.ts';
import { sourceFamily } from './groups.ts';
import { isRaised, isRead, isVisible, raising } from './report.ts';
import type { CaptureResult } from './result.ts';

/** Files of threat rules, and what came of reading them. */
export interface AskedRuleFiles {
  readonly paths: readonly string[];
  readonly asked: number;
  readonly refused: number;
}

type Both = readonly [without: CaptureResult, withRules: CaptureResult];

/** @param without @param withRules results of the same captures in the same order */
export function rulesAdded(
  without: readonly CaptureResult[],
  withRules: readonly CaptureResult[],
  { paths, asked, refused }: AskedRuleFiles,
): RulesAdded {
  const both = without.map((result, i): Both => [result, withRules[i]!]).filter(([a, b]) => isRead(a) && isRead(b));
  const counted = both.filter(([a]) => a.label === 'benign' || isVisible(a));
  const sources = [...Map.groupBy(counted, ([a]) => sourceFamily(a.source))]
    .map(([source, of]) => sourceAdded(source, of))
    .filter(({ matched }) => matched[0] + matched[1] > 0)
    .sort((a, b) => b.malicious - a.malicious || b.benign - a.benign || (a.source < b.source ? -1 : 1));
  return { files: paths.length, asked, refused, sources: [sourceAdded('', counted), ...sources] };
}

function sourceAdded(source: string, of: readonly Both[]): SourceAdded {
  const malicious = of.filter(([a]) => a.label === 'malicious');
  const benign = of.filter(([a]) => a.label === 'benign');
  const raised = (list: readonly Both[]): [number, number] => [
    list.filter(([a]) => isRaised(a)).length,
    list.filter(([, b]) => isRaised(b)).length,
  ];
  const incidents = (side: 0 | 1): number =>
    benign.reduce((n, both) => n + raising(both[side], MALICIOUS_POINTS).length, 0);
  const matched = (list: readonly Both[]): number => list.filter(([, b]) => b.seen.some(isSignatureName)).length;
  return {
    source,
    malicious: malicious.length,
    raised: raised(malicious),
    benign: benign.length,
    falses: raised(benign),
    falseIncidents: [incidents(0), incidents(1)],
    matched: [matched(malicious), matched(benign)],
  };
}

const NEXT_HEADING = /\n## /;

/**
 * A model's card with what threat rules add: in place of what it said of them before, or before its limits.
 * @param made when it was measured, ISO 8601
 */
export function cardWithRules(card: string, made: string, added: RulesAdded): string {
  const part = `${RULES_ADDED_HEADING}\n\n${rulesText(made, added)}\n`;
  const at = card.indexOf(RULES_ADDED_HEADING);
  if (at < 0) {
    const limits = card.indexOf('## Limits');
    const before = limits < 0 ? card.length : limits;
    return `${card.slice(0, before)}${part}\n${card.slice(before)}`;
  }
  const rest = card.slice(at + RULES_ADDED_HEADING.length);
  const next = NEXT_HEADING.exec(rest);
  return card.slice(0, at) + part + (next === null ? '' : rest.slice(next.index));
}

function rulesText(made: string, { asked, refused, sources }: RulesAdded): string {
  const row = ({ source, malicious, raised, benign, falses, falseIncidents, matched }: SourceAdded): string =>
    `| ${source === '' ? 'all' : source} | ${raised.join(' → ')} of ${malicious} | ${falses.join(' → ')} of ${benign} | ` +
    `${falseIncidents.join(' → ')} | ${matched[0]}, ${matched[1]} |`;
  return [
    `Measured ${made.slice(0, 10)}: ${asked} threat rules (${refused} refused) asked of every labelled capture, beside ` +
      "a model that never saw the capture's source. Without → with rules. Rules are nobody's training here, yet their " +
      'authors may have seen some of these captures. Sources in which no rule that counts matched are not listed.',
    '',
    '| source | malicious captures raised | benign captures raised | false incidents | captures with a match: ' +
      'malicious, benign |',
    '|---|---|---|---|---|',
    ...sources.map(row),
  ].join('\n');
}
