// What an incident would have without one of its pieces of evidence: the next best of the same kind takes its place, and
// corrections are made again.
import type { IncidentEvidence } from './evidence-list.ts';
import { type Incident, INCIDENT_WINDOW, sumOf } from './incidents.ts';

/**
 * Points of an incident without what one rule showed. Of the hour of its highest sum is what counted then, and what lies
 * within an hour of the piece that is taken away.
 */
export function pointsWithout(incident: Incident, rule: string): number {
  const gone = incident.evidence.get(rule);
  if (gone === undefined) return incident.points;
  const left = incident.evidence
    .values()
    .filter((e) => e !== gone && (incident.counting.includes(e.rule.name) || isNear(e, gone)));
  const { points } = sumOf(left, {
    pc: incident.summed?.pc ?? !incident.corrections.some((c) => c.kind === 'cap'),
    namedHosts: incident.namedHosts,
    byName: incident.name !== null,
  });
  // More than there is it cannot become: what lies near may not have been of the same hour.
  return Math.min(incident.points, points);
}

function isNear(e: IncidentEvidence, other: IncidentEvidence): boolean {
  return e.first <= other.last + INCIDENT_WINDOW && e.last >= other.first - INCIDENT_WINDOW;
}
