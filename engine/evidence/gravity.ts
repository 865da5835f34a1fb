// What an incident is called: its verdict, and a title in plain words.
import { type Gravity, type Message, peerShown, say } from '../../contract/index.ts';
import { type Incident, MALICIOUS_POINTS, SUSPICIOUS_POINTS } from './incidents.ts';

/** @returns null below 2 points: a fact that is shown and nothing more */
export function gravityOf(points: number): Gravity | null {
  if (points >= MALICIOUS_POINTS) return 'malicious';
  return points >= SUSPICIOUS_POINTS ? 'suspicious' : null;
}

/** What counts in a sum first, the weightiest before. */
export function byWeight(a: Weighed, b: Weighed): number {
  return Number(b.counts) - Number(a.counts) || b.points - a.points;
}

interface Weighed {
  readonly counts: boolean;
  readonly points: number;
}

/** Titles of at most so many pieces of evidence. */
const TOLD = 3;

/** @param initiator and `named`, its peer, as records have them */
export function incidentTitle(incident: Incident, initiator: string, named: string): Message {
  const peer = peerShown(named);
  const parts = incident.evidence
    .values()
    .filter((e) => incident.counting.includes(e.rule.name))
    .sort((a, b) => b.rule.points - a.rule.points || a.first - b.first)
    .slice(0, TOLD)
    .map((e) => say(e.rule.title));
  if (incident.inherited && parts.length === 0) return say('incident-inherited', { initiator, peer });
  return say('incident-title', { initiator, peer, what: parts });
}
