// 'Learn my network': hears what captures of ordinary traffic hold, leaves out what would be raised, and makes a
// baseline of the rest. Nothing is left out or taken for granted silently: `review` lists it.
import { addressId, type FlowRow, flowRow, type Message } from '../../contract/index.ts';
import { protocolId } from '../decode/index.ts';
import { type BaselineDocument, learnBaseline, type Model, NetworkNotes } from '../detect/index.ts';
import { hostName, type Incident, type Kind, peerNames, SUSPICIOUS_POINTS } from '../evidence/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import type { Analysis } from './analysis.ts';
import { factsOfRow } from './flow-record.ts';
import { titleOf } from './record-maker.ts';
import type { ScoredFlow, Scorer, ScoringListener } from './scoring.ts';

/** What becomes of an incident of the captures that are learned from. */
export type Lesson = 'left-out' | 'administrator' | 'mail-server' | 'regular';

/** An incident for review. */
export interface Reviewed {
  readonly lesson: Lesson;
  readonly file: string;
  readonly title: Message;
  readonly points: number;
}

/** What was heard of a capture, until now or to its end. */
export interface Heard {
  readonly analysis: Analysis;
  readonly incidents: { readonly incidents: ReadonlyMap<number | string, Incident> };
  incidentsOf(row: FlowRow): Incident[];
}

/** A completed flow and what the model says of it. */
export type HeardFlow = Pick<ScoredFlow, 'row' | 'group' | 'raw' | 'novelty'>;

export interface LearnedFile {
  readonly file: string;
  readonly flows: number;
  readonly left_out: number;
}

/** A completed flow until its incidents are known. */
interface Waiting {
  readonly row: FlowRow;
  readonly group: string;
  readonly raw: number;
  readonly novelty: number;
  readonly names: readonly string[];
  readonly serverName: string | null;
  readonly ja4: string | null;
}

/** Kinds whose evidence tells an administrator's host, a mail server, or a regular talker, and nothing worse. */
const ADMINISTRATION: ReadonlySet<Kind> = new Set<Kind>(['rpc', 'smb-tool']);
const MAIL: ReadonlySet<Kind> = new Set<Kind>(['mail']);
const REGULAR: ReadonlySet<Kind> = new Set<Kind>(['beacon']);
const SMTP = protocolId('SMTP');
const SMTP_PORT = 25;
const DNS_PORT = 53;
/** Incidents that are kept for review. */
const MAX_REVIEW = 1_000;
const NO_NAMES: readonly string[] = [];

/** Takes in captures, one after the other. */
export class Pupil {
  readonly files: LearnedFile[] = [];
  readonly review: Reviewed[] = [];
  private readonly model: Model;
  private readonly scores = new Map<string, { raw: number[]; novelty: number[] }>();
  private readonly notes = new NetworkNotes();

  /** @param model that scores what is learned */
  constructor(model: Model) {
    this.model = model;
  }

  /** Flows that were taken for ordinary. */
  get flows(): number {
    return this.files.reduce((n, f) => n + f.flows, 0);
  }

  get leftOut(): number {
    return this.files.reduce((n, f) => n + f.left_out, 0);
  }

  /** A listener for one capture, which is scored against the foreign baseline; `finish` when it was read. */
  capture(file: string): ScoringListener & { finish(scorer: Scorer): void } {
    const waiting: Waiting[] = [];
    const texts = new Map<string, string>();
    return {
      flow: (a, flow) => void waiting.push(waitingOf(a, flow, texts)),
      finish: (scorer) => this.takeIn(file, scorer, waiting),
    };
  }

  /** Takes in what an open capture has heard. */
  hear(file: string, heard: Heard, flows: Iterable<HeardFlow>): void {
    const texts = new Map<string, string>();
    const waiting: Waiting[] = [];
    for (const flow of flows) waiting.push(waitingOf(heard.analysis, flow, texts));
    this.takeIn(file, heard, waiting);
  }

  /** @returns null where no flow could be taken for ordinary */
  document(now: Date): BaselineDocument | null {
    if (this.flows === 0) return null;
    return learnBaseline(this.model, this.scores, this.files, now, this.notes.facts());
  }

  private takeIn(file: string, heard: Heard, waiting: readonly Waiting[]): void {
    const lessons = new Map<Incident, Lesson | null>();
    const touched = new Set(waiting.flatMap((flow) => heard.incidentsOf(flow.row)));
    for (const incident of heard.incidents.incidents.values()) {
      // Of a capture that goes on, incidents of later flows are there as well.
      if (!touched.has(incident)) continue;
      const lesson = lessonOf(incident);
      lessons.set(incident, lesson);
      if (lesson === null) continue;
      this.learnRole(heard.analysis, incident, lesson);
      // One point alone is told by nobody and so is not reviewed either.
      if (incident.points < SUSPICIOUS_POINTS || this.review.length >= MAX_REVIEW) continue;
      this.review.push({ lesson, file, title: titleOf(heard.analysis, incident), points: incident.points });
    }
    let leftOut = 0;
    for (const flow of waiting) {
      if (heard.incidentsOf(flow.row).some((i) => lessons.get(i) === 'left-out')) {
        leftOut++;
        continue;
      }
      this.take(heard.analysis, flow);
    }
    this.files.push({ file, flows: waiting.length - leftOut, left_out: leftOut });
  }

  private take(a: Analysis, flow: Waiting): void {
    let group = this.scores.get(flow.group);
    if (group === undefined) this.scores.set(flow.group, (group = { raw: [], novelty: [] }));
    group.raw.push(flow.raw);
    group.novelty.push(flow.novelty);
    const c = a.flows.columns;
    const { row } = flow;
    // Whom nobody answered, nobody knows.
    if (c.packetsReverse[row] === 0) return;
    const responder = a.addresses.text(c.responderOf(row));
    const port = c.hasPorts[row] === 1 ? c.responderPort[row]! : 0;
    for (const name of peerNames(responder, flow.names)) this.notes.peer(name);
    if (flow.serverName !== null) this.notes.serverName(flow.serverName.toLowerCase());
    if (flow.ja4 !== null) this.notes.client(a.addresses.text(c.initiatorOf(row)), [flow.ja4]);
    if (port === DNS_PORT) this.notes.role('resolvers', responder);
    if (port === SMTP_PORT && c.app[row] === SMTP) this.notes.role('mailServers', responder);
  }

  private learnRole(a: Analysis, incident: Incident, lesson: Lesson): void {
    const c = a.flows.columns;
    const initiator = a.addresses.text(addressId(incident.initiator));
    if (lesson === 'administrator') this.notes.role('administrators', initiator);
    if (lesson === 'mail-server') this.notes.role('mailServers', initiator);
    if (lesson !== 'regular') return;
    for (const e of incident.evidence.values()) {
      if (e.rule.kind !== 'beacon') continue;
      for (const n of e.rows) {
        const row = flowRow(n);
        const port = c.hasPorts[row] === 1 ? c.responderPort[row]! : 0;
        this.notes.role('regular', `${a.addresses.text(c.responderOf(row))}:${port}`);
      }
    }
  }
}

/**
 * What an incident teaches: remote administration, mail and regular starts tell what somebody's part is, as long as
 * nothing else was found; any other incident of two points and more is left out. One point alone says nothing.
 */
function lessonOf(incident: Incident): Lesson | null {
  const { points } = incident;
  if (points === 0) return null;
  const kinds = new Set<Kind>();
  for (const name of incident.counting) {
    const kind = incident.evidence.get(name)!.rule.kind;
    if (kind !== 'model') kinds.add(kind);
  }
  const only = (allowed: ReadonlySet<Kind>): boolean => kinds.size > 0 && [...kinds].every((k) => allowed.has(k));
  // Most hosts of a domain open an interface now and then: who does more than that administers.
  if (!incident.inherited && only(ADMINISTRATION)) return points >= SUSPICIOUS_POINTS ? 'administrator' : null;
  if (!incident.inherited && only(MAIL)) return 'mail-server';
  if (!incident.inherited && only(REGULAR)) return 'regular';
  return points >= SUSPICIOUS_POINTS ? 'left-out' : null;
}

function waitingOf(a: Analysis, flow: HeardFlow, texts: Map<string, string>): Waiting {
  const facts = factsOfRow(a, flow.row);
  // Equal texts are kept once: a capture has far fewer of them than flows.
  const one = (text: string | null | undefined): string | null => {
    if (!text) return null;
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
  return {
    row: flow.row,
    group: flow.group,
    raw: flow.raw,
    novelty: flow.novelty,
    names: namesOf(facts, one),
    serverName: one(facts?.serverName),
    ja4: one(facts?.ja4),
  };
}

function namesOf(facts: FlowFacts | null, one: (text: string | null | undefined) => string | null): readonly string[] {
  if (facts === null) return NO_NAMES;
  const host = facts.http?.host ?? null;
  const names = [facts.serverName, host === null ? null : hostName(host), facts.resolution?.name];
  const found = names.map((n) => one(n?.toLowerCase())).filter((n) => n !== null);
  return found.length === 0 ? NO_NAMES : found;
}
