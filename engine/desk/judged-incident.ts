// An incident as the filter asks for it.
import { addressId, type FlowRow } from '../../contract/index.ts';
import { gravityOf, type Incident } from '../evidence/index.ts';
import type { JudgedIncident } from '../filter/index.ts';
import { type Analysis, peerText } from '../session/index.ts';
import type { WorkBook } from './incident-work.ts';

/** What of a session an incident is judged from. */
interface Session {
  readonly analysis: Analysis;
  readonly work: WorkBook;
  readonly isAllowed: (incident: Incident) => boolean;
  incidentNumber(incident: Incident): number;
  incidentsOf(flow: FlowRow): readonly Incident[];
}

/** Incidents of a flow; facts are none. */
export function judgedIncidents(s: Session, flow: FlowRow): JudgedIncident[] {
  return s.incidentsOf(flow).flatMap((i) => (s.incidentNumber(i) > 0 ? [judgedIncident(s, i)] : []));
}

export function judgedIncident(s: Session, incident: Incident): JudgedIncident {
  const work = s.work.of(incident);
  const evidence = incident.evidence.values();
  return {
    number: s.incidentNumber(incident),
    host: addressId(incident.initiator),
    peer: peerText(s.analysis, incident),
    names: incident.names,
    points: incident.points,
    gravity: gravityOf(incident.points) ?? 'fact',
    state: work.state,
    tags: work.tags,
    notes: work.notes.map((n) => n.value),
    rules: incident.evidence.keys(),
    techniques: evidence.flatMap((e) => e.rule.technique ?? []),
    allowed: s.isAllowed(incident),
  };
}
