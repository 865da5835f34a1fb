// The display filter that shows what a piece of evidence stands on.
import type { EvidenceRow, IncidentRow } from '../../contract/index.ts';

/** Packets or flows of a piece of evidence that a filter names one by one. */
export const NAMED = 40;

/**
 * The packets that show it; where none is named, those of the flows that carry it: of this incident, since others may
 * rest on the same rule.
 */
export function evidenceFilter(
  e: Pick<EvidenceRow, 'rule' | 'flows' | 'ids' | 'packets'>,
  incident: Pick<IncidentRow, 'id'>,
): string {
  const { packets, ids } = e;
  if (packets.length > 0) {
    const numbers = packets.slice(0, NAMED).map((p) => p + 1);
    return oneOf('frame.number', numbers);
  }
  if (e.flows <= NAMED || incident.id === 0) return oneOf('flow.id', ids.slice(0, NAMED));
  return `flow.incident == ${incident.id} and flow.rule == "${e.rule}"`;
}

function oneOf(field: string, values: readonly number[]): string {
  return values.length === 1 ? `${field} == ${values[0]}` : `${field} in {${values.join(', ')}}`;
}
