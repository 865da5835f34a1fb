// The model as one witness: a point where a flow scores higher than ordinary flows do, and never more than its kind.
import { type FlowRow, say } from '../../contract/index.ts';
import { shownRank } from '../detect/index.ts';
import type { Evidence, EvidencePeer, Rule } from './rule.ts';

/** Over the threshold that 1 % of ordinary flows of other networks exceed, or of the own network. */
const OVER: Rule = { name: 'model-witness', kind: 'model', points: 1, title: 'rule-model-witness' };
/** Over what 0.2 % of the own network's ordinary flows exceed. */
const FAR_OVER: Rule = { name: 'model-witness-own', kind: 'model', points: 2, title: 'rule-model-witness-own' };
export const WITNESS_RULES: readonly Rule[] = [OVER, FAR_OVER];

/**
 * @param points of the witness, 1 or 2
 * @param percentile of the flow's score among ordinary flows, 0 to 100; NaN where nobody measured the model
 */
export function witnessEvidence(points: 1 | 2, percentile: number, row: FlowRow, peer: EvidencePeer): Evidence {
  const rule = points === 1 ? OVER : FAR_OVER;
  if (percentile !== percentile)
    return { rule, row, peer, said: say('ev-model-uncalibrated'), packets: [], shows: null, amount: 0 };
  const share = String(Number(shownRank(percentile).toFixed(percentile >= 99.9 ? 2 : 1)));
  const said = say(points === 1 ? 'ev-model-witness' : 'ev-model-witness-own', { share });
  return { rule, row, peer, said, packets: [], shows: null, amount: percentile };
}
