// What an incident is called: a title in plain words, of what weighs most.
import { type Message, peerShown, say } from '../../contract/index.ts';
import type { Incident } from './incidents.ts';
import { isSignatureName, signatureTitle } from './signature.ts';

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
    .map(({ rule, said }) => (isSignatureName(rule.name) ? signatureTitle(said) : say(rule.title)));
  if (incident.inherited && parts.length === 0) return say('incident-inherited', { initiator, peer });
  return say('incident-title', { initiator, peer, what: parts });
}
