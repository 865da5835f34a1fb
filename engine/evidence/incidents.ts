// Incidents: evidence of one initiator and one peer, summed over kinds within one hour of packet time.
import { MALICIOUS_POINTS, SUSPICIOUS_POINTS } from '../../contract/index.ts';
import { ownText } from '../decode/index.ts';
import type { Evidence } from './rule.ts';
import { correctionOf, type Correction, type CorrectionView, pointsAfter } from './corrections.ts';
import { EvidenceList, type IncidentEvidence, LITTLE, MOST } from './evidence-list.ts';
import { added, NONE } from '../observe/index.ts';

/** Evidence that lies further apart than this is not added up, seconds of packet time. */
export const INCIDENT_WINDOW = 3_600;
/**
 * Incidents remembered. Of those that are no more than a fact the oldest are forgotten first; while they are few the
 * oldest of all are, so that whoever raises many does not crowd out facts that would add up.
 */
const MAX_INCIDENTS = 24_576;
const FEW_FACTS = MAX_INCIDENTS / 4;
/** Pieces of evidence of all of them: most have one or two, those that somebody makes on purpose dozens. */
const MAX_PIECES = 65_536;
/** Rows and packets of all of them, beyond which little is kept of a rule. */
const MAX_ENTRIES = 1_000_000;
/** So many are forgotten at once: it takes a walk. */
const AT_ONCE = 256;
const MAX_NAMES = 8;
/** Lists of one rule: most incidents have no others. */
const alone = new Map<string, readonly string[]>();

export interface Incident {
  readonly key: number | string;
  /** In the order of their first evidence. */
  readonly number: number;
  /** Address id of the initiator. */
  readonly initiator: number;
  /** Address id of the peer; -1 where the peer is a name. */
  readonly responder: number;
  /** Registered name that was asked for, or 'unknown names'; null where the peer is an address. */
  readonly name: string | null;
  /** Names by which the peer was known. */
  names: readonly string[];
  readonly evidence: EvidenceList;
  /** The highest sum of any hour, after corrections. */
  points: number;
  /** Rules that made that sum. */
  counting: readonly string[];
  corrections: readonly Correction[];
  inherited: boolean;
  /** All requests of its flows named a host that is no address; null without requests. */
  namedHosts: boolean | null;
  /** Seconds since the epoch. */
  first: number;
  last: number;
  /** Row of the packet at which its verdict last became graver. */
  packet: number;
  /** What the last sum was made of; null where some of the evidence was too old for it. */
  summed: Summed | null;
}

/** A sum over all evidence of an incident, which is the same again while nothing of this changes. */
interface Summed {
  readonly rules: number;
  readonly pc: boolean;
  readonly namedHosts: boolean | null;
  /** Seconds since the epoch: until then all of it lies within the hour. */
  readonly until: number;
}

/** What is known of a flow when its evidence is added. */
export interface EvidenceFlow {
  readonly initiator: number;
  readonly responder: number;
  readonly names: readonly string[];
  /** Seconds since the epoch of its last packet by then, and that packet's row. */
  readonly seconds: number;
  readonly packet: number;
  /** The initiator shows a mark of a PC. */
  readonly pc: boolean;
  /** All its requests name a host that is no address; null without requests. */
  readonly namedHosts: boolean | null;
}

/** An incident that became graver. */
export type Told = (incident: Incident, before: number) => void;

export class IncidentBook {
  readonly incidents = new Map<number | string, Incident>();
  private readonly told: Told;
  private count = 0;
  /** Of all incidents: pieces of evidence, rows and packets. */
  private pieces = 0;
  private entries = 0;
  /** Incidents that malicious ones of the same initiator may raise (contagion), by initiator. */
  private readonly heirs = new Map<number, Set<Incident>>();
  /** Initiators with an incident that is malicious by itself, and the number of the first: not all of it is kept. */
  private readonly infected = new Map<number, number>();

  constructor(told: Told) {
    this.told = told;
  }

  /** The incident of a flow's pair, null without evidence. */
  ofPair(initiator: number, responder: number): Incident | null {
    return this.incidents.get(pairKey(initiator, responder)) ?? null;
  }

  /** The incident of a registered name that a host asked for. */
  ofName(initiator: number, name: string): Incident | null {
    return this.incidents.get(nameKey(initiator, name)) ?? null;
  }

  /** Whether an incident is remembered: forgotten ones have no flows any more. */
  has(incident: Incident): boolean {
    return this.incidents.get(incident.key) === incident;
  }

  /** Adds what was found in one flow, in the order of packet time. */
  add(found: readonly Evidence[], flow: EvidenceFlow): void {
    const touched: Incident[] = [];
    for (const e of found) {
      const incident = this.incident(e, flow);
      this.note(incident, e, flow.seconds);
      if (flow.namedHosts !== null) incident.namedHosts = (incident.namedHosts ?? true) && flow.namedHosts;
      for (const name of flow.names) {
        if (incident.names.length < MAX_NAMES && !incident.names.includes(name))
          incident.names = added(incident.names, ownText(name));
      }
      if (!touched.includes(incident)) touched.push(incident);
    }
    for (const incident of touched) this.sum(incident, flow);
    if (this.incidents.size > MAX_INCIDENTS || this.pieces > MAX_PIECES) this.makeRoom();
  }

  /**
   * The capture is over: hosts that turned out to be PCs only later lose the cap of devices.
   * @param isPc what is known of a host by now
   */
  settle(isPc: (initiator: number) => boolean): void {
    for (const incident of this.incidents.values()) {
      if (!incident.corrections.some((c) => c.kind === 'cap') || !isPc(incident.initiator)) continue;
      const { initiator, responder, last, packet } = incident;
      this.sum(incident, { initiator, responder, names: [], seconds: last, packet, pc: true, namedHosts: null });
    }
  }

  private incident(e: Evidence, flow: EvidenceFlow): Incident {
    const name = nameOf(e.peer);
    const key = name === null ? pairKey(flow.initiator, flow.responder) : nameKey(flow.initiator, name);
    const known = this.incidents.get(key);
    if (known !== undefined) return known;
    const incident: Incident = {
      key,
      number: this.count++,
      initiator: flow.initiator,
      responder: name === null ? flow.responder : -1,
      name,
      names: NONE,
      evidence: new EvidenceList(),
      points: 0,
      counting: NONE,
      corrections: NONE,
      inherited: false,
      namedHosts: null,
      first: flow.seconds,
      last: flow.seconds,
      packet: flow.packet,
      summed: null,
    };
    this.incidents.set(key, incident);
    return incident;
  }

  private note({ evidence }: Incident, e: Evidence, seconds: number): void {
    const { size, entries } = evidence;
    evidence.note(e, seconds, this.entries < MAX_ENTRIES ? MOST : LITTLE);
    this.pieces += evidence.size - size;
    this.entries += evidence.entries - entries;
  }

  private makeRoom(): void {
    let facts = 0;
    for (const incident of this.incidents.values()) if (incident.points < SUSPICIOUS_POINTS) facts++;
    for (const incident of this.incidents.values()) {
      if (this.isRoomy || facts <= FEW_FACTS) break;
      if (incident.points >= SUSPICIOUS_POINTS) continue;
      facts--;
      this.forget(incident);
    }
    for (const incident of this.incidents.values()) {
      if (this.isRoomy) return;
      this.forget(incident);
    }
  }

  private get isRoomy(): boolean {
    return this.incidents.size <= MAX_INCIDENTS - AT_ONCE && this.pieces <= MAX_PIECES - AT_ONCE;
  }

  private forget(incident: Incident): void {
    const { key, initiator, evidence } = incident;
    this.incidents.delete(key);
    this.pieces -= evidence.size;
    this.entries -= evidence.entries;
    const heirs = this.heirs.get(initiator);
    if (heirs?.delete(incident) === true && heirs.size === 0) this.heirs.delete(initiator);
  }

  private sum(incident: Incident, flow: EvidenceFlow): void {
    const before = incident.points;
    incident.first = Math.min(incident.first, flow.seconds);
    incident.last = Math.max(incident.last, flow.seconds);
    if (isSummed(incident, flow)) return;
    const { points, counting, corrections } = sumAt(incident, flow);
    if (points >= before && !(points === before && counting.length <= incident.counting.length)) {
      incident.points = points;
      incident.counting = counting.length === 1 ? aloneOf(counting[0]!) : counting;
      incident.corrections = corrections;
      incident.inherited = false;
    }
    this.inherit(incident, flow, before);
    if (incident.points > before) {
      incident.packet = flow.packet;
      this.told(incident, before);
    }
  }

  /**
   * Contagion: on a host that another incident raised by itself, TLS peers without a server name are raised too. It is
   * said, and never passed on.
   */
  private inherit(incident: Incident, flow: EvidenceFlow, before: number): void {
    const { initiator } = incident;
    if (incident.points >= MALICIOUS_POINTS && !incident.inherited) {
      if (this.infected.has(initiator)) return;
      this.infected.set(initiator, incident.number);
      for (const heir of this.heirs.get(initiator) ?? []) this.raise(heir, flow);
      return;
    }
    if (!incident.evidence.values().some((e) => e.rule.kind === 'contagion')) return;
    const source = this.infected.get(initiator);
    if (source !== undefined && source !== incident.number) {
      incident.points = Math.max(incident.points, MALICIOUS_POINTS);
      incident.inherited = incident.points > before || incident.inherited;
      return;
    }
    let heirs = this.heirs.get(initiator);
    if (heirs === undefined) this.heirs.set(initiator, (heirs = new Set()));
    heirs.add(incident);
  }

  private raise(heir: Incident, flow: EvidenceFlow): void {
    const before = heir.points;
    if (before >= MALICIOUS_POINTS || heir.number === this.infected.get(heir.initiator)) return;
    heir.points = MALICIOUS_POINTS;
    heir.inherited = true;
    heir.packet = flow.packet;
    this.told(heir, before);
  }
}

function aloneOf(rule: string): readonly string[] {
  let list = alone.get(rule);
  if (list === undefined) alone.set(rule, (list = [rule]));
  return list;
}

/** The name that evidence is about; null where it is about the flow's peer. */
function nameOf(peer: Evidence['peer']): string | null {
  if (peer === 'peer') return null;
  return typeof peer === 'string' ? peer : peer.name;
}

/** A number, since every flow is looked up by its pair: ids of addresses are below 2^26. */
function pairKey(initiator: number, responder: number): number {
  return initiator * 2 ** 26 + responder;
}

function nameKey(initiator: number, name: string): string {
  return `${initiator}?${name}`;
}

/** Whether a sum now would be the last one again: most flows show what flows of their incident showed before. */
function isSummed({ summed, evidence, namedHosts }: Incident, flow: EvidenceFlow): boolean {
  return (
    summed !== null &&
    summed.rules === evidence.size &&
    summed.pc === flow.pc &&
    summed.namedHosts === namedHosts &&
    flow.seconds <= summed.until
  );
}

/** The sum of the hour that ends now: of each kind the highest points, and corrections. */
function sumAt(
  incident: Incident,
  flow: EvidenceFlow,
): { points: number; counting: readonly string[]; corrections: readonly Correction[] } {
  const present: IncidentEvidence[] = [];
  let until = Infinity;
  for (const e of incident.evidence.values()) {
    if (e.last < flow.seconds - INCIDENT_WINDOW) continue;
    until = Math.min(until, e.last + INCIDENT_WINDOW);
    present.push(e);
  }
  const { namedHosts } = incident;
  const whole = present.length === incident.evidence.size;
  incident.summed = whole ? { rules: present.length, pc: flow.pc, namedHosts, until } : null;
  const { best, points, corrections } = sumOf(present, { pc: flow.pc, namedHosts, byName: incident.name !== null });
  return { points, counting: best.filter((e) => e.rule.points > 0).map((e) => e.rule.name), corrections };
}

/** Of each kind the first piece with the highest points, their sum after corrections, and these. */
export function sumOf(
  present: readonly IncidentEvidence[],
  view: CorrectionView,
): { best: readonly IncidentEvidence[]; points: number; corrections: readonly Correction[] } {
  const byKind = new Map<string, IncidentEvidence>();
  for (const e of present) {
    const known = byKind.get(e.rule.kind);
    if (known === undefined || e.rule.points > known.rule.points) byKind.set(e.rule.kind, e);
  }
  const best = [...byKind.values()];
  const sum = best.reduce((points, e) => points + e.rule.points, 0);
  const corrections = correctionOf(
    present.map((e) => e.rule.name),
    sum,
    view,
  );
  return { best, points: pointsAfter(sum, corrections), corrections };
}
