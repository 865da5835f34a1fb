// What threat rules add: the same captures judged by the same judge without them and with them, source by source.
import type { RulesAdded, SourceAdded } from '../../contract/index.ts';
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
