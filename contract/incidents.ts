// Incidents: evidence that adds up, per initiator and peer.
import type { FlowRow, PacketRow } from './numbers.ts';
import { type Message, say } from './messages.ts';
import type { Technique } from './techniques.ts';

/** Grave enough for a verdict of its flows. */
export type Gravity = 'malicious' | 'suspicious';

/** Points from which an incident is as grave. */
export const MALICIOUS_POINTS = 3;
export const SUSPICIOUS_POINTS = 2;

/** @returns null below 2 points: a fact that is shown and nothing more */
export function gravityOf(points: number): Gravity | null {
  if (points >= MALICIOUS_POINTS) return 'malicious';
  return points >= SUSPICIOUS_POINTS ? 'suspicious' : null;
}

/** One rule's evidence in an incident. */
export interface EvidenceRow {
  /** Name of the rule (`exe-over-http`). */
  readonly rule: string;
  /** Of one kind only the highest points count. */
  readonly kind: string;
  readonly points: number;
  /** Its points are in the sum: no other rule of its kind has more. */
  readonly counts: boolean;
  /** Points that the incident would have without it. */
  readonly without: number;
  /** A few words. */
  readonly title: Message;
  /** The sentence, of the first flow that carried it. */
  readonly said: Message;
  /** Text or bytes (as Latin-1) that its packets show, to be found in them; null without. */
  readonly shows: string | null;
  /** ATT&CK technique, null where none is earned. */
  readonly technique: Technique | null;
  /** Seconds since the epoch: first and last time that it was seen. */
  readonly first: number;
  readonly last: number;
  /** Flows that carry it, and the first 100 of them. */
  readonly flows: number;
  readonly rows: readonly FlowRow[];
  /** Their ids. */
  readonly ids: readonly number[];
  /** Packets that show it, at most 64. */
  readonly packets: readonly PacketRow[];
}

/** Peer of an incident of names that do not exist, in records; `peerShown` makes words of it. */
export const UNKNOWN_NAMES = 'unknown names';

/** A peer as windows and titles show it: an address or a name as it is. */
export function peerShown(peer: string): string | Message {
  return peer === UNKNOWN_NAMES ? say('peer-unknown-names') : peer;
}

export interface IncidentRow {
  /** Counts from 1 in the order in which incidents became suspicious; 0 for a fact. */
  readonly id: number;
  readonly initiator: string;
  /** An address, a registered name, or `unknown names`. */
  readonly peer: string;
  /** Names by which the peer was known: server names, hosts, answers of DNS; at most 8. */
  readonly names: readonly string[];
  /** Null below 2 points: a fact that is shown and nothing more. */
  readonly verdict: Gravity | null;
  readonly points: number;
  /** The verdict is inherited from another incident of the same host (a TLS peer without a name). */
  readonly inherited: boolean;
  readonly title: Message;
  /** Seconds since the epoch: from the first packet of its flows to the last by now. */
  readonly first: number;
  readonly last: number;
  /** Flows between the two, and the first 1,000 of them. */
  readonly flows: number;
  readonly rows: readonly FlowRow[];
  /** Row of the packet at which it became suspicious or malicious last. */
  readonly packet: PacketRow;
  readonly evidence: readonly EvidenceRow[];
  /** What was added or taken away after the sum. */
  readonly corrections: readonly Message[];
}

/** A host in the order of its incidents: the sum orders hosts and judges nothing. */
export interface HostRow {
  readonly host: string;
  readonly incidents: number;
  readonly malicious: number;
  readonly points: number;
  readonly peers: number;
  readonly flows: number;
}

/** One rule as the catalogue names it. */
export interface RuleInfo {
  readonly name: string;
  readonly kind: string;
  readonly points: number;
  readonly technique: string | null;
  readonly title: Message;
}
