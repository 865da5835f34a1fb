// What people do with incidents: states, notes, tags, rules that allow, and the trail of it.
import type { AlertRow } from './session.ts';
import type { Gravity } from './incidents.ts';
import type { Texts } from './texts.ts';

export const INCIDENT_STATES = ['new', 'acknowledged', 'in-work', 'closed-benign', 'closed-true'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const JOURNAL_WHATS = ['state', 'note', 'tag', 'untag', 'allow', 'allow-end'] as const;
export type JournalWhat = (typeof JOURNAL_WHATS)[number];

/** Characters that a note, a tag and the ends of a rule may have. */
export const MAX_NOTE = 4_000;
export const MAX_TAG = 40;
export const MAX_END = 300;

/** One thing that somebody did. Entries are added and never changed. */
export interface JournalEntry {
  /** Unique, so that what is imported twice is there once. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly who: string;
  /** An incident by its two ends (`incidentKey`), or a rule by its id. */
  readonly about: string;
  readonly what: JournalWhat;
  /** A state, a note, a tag, or a rule as JSON. */
  readonly value: string;
}

/** What an incident is called in the journal: its ends are the same whenever the capture is read. */
export function incidentKey(initiator: string, peer: string): string {
  return `${initiator} > ${peer}`;
}

export interface IncidentWork {
  readonly state: IncidentState;
  readonly tags: readonly string[];
  readonly notes: readonly JournalEntry[];
  /** Everything that was done with it, the last one first. */
  readonly log: readonly JournalEntry[];
}

/** Which alerts are allowed: those that fit in everything that is said. */
export interface AllowSaid {
  /** An address or a network; '' for any. */
  readonly initiator: string;
  /** An address, a network, a name or `*.name`; '' for any. */
  readonly peer: string;
  /** Name of a rule of evidence that the incident has; '' for any. */
  readonly rule: string;
  readonly gravity: 'any' | Gravity;
  /** ISO 8601, from when on it no longer holds; null for never. */
  readonly until: string | null;
  readonly why: string;
}

export interface AllowRule extends AllowSaid {
  readonly id: string;
  readonly by: string;
  /** ISO 8601; '' where it is not known. */
  readonly at: string;
  /** Incidents of the open capture that it allows. */
  readonly silenced: number;
  readonly expired: boolean;
}

export interface IncidentDetail {
  readonly alert: AlertRow;
  readonly work: IncidentWork;
  /** The rules that allow it. */
  readonly allowedBy: readonly AllowRule[];
}

export const GROUPINGS = ['none', 'host', 'evidence'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What stands at a place of the list of incidents. */
export const PLACE_INCIDENT = 0;
export const PLACE_GROUP = 1;

/** A page of the list of incidents: rows, and heads of groups between them. */
export interface IncidentPage {
  readonly generation: number;
  readonly from: number;
  readonly places: number;
  readonly kind: Uint8Array;
  /** Number of the alert; of a head, that of its first one. */
  readonly row: Uint32Array;
  /** Flow whose evidence made it an incident. */
  readonly flow: Uint32Array;
  /** Of a head, the most that one of its incidents has. */
  readonly points: Uint8Array;
  /** Index in INCIDENT_STATES. */
  readonly state: Uint8Array;
  readonly allowed: Uint8Array;
  readonly folded: Uint8Array;
  /** Flows of an incident; incidents of a group. */
  readonly flows: Float64Array;
  /** Seconds since the epoch. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly notes: Uint32Array;
  readonly host: Texts;
  readonly peer: Texts;
  /** Titles of what counts, as JSON of Message[]; of a head, the same where it groups by evidence. */
  readonly evidence: Texts;
  /** Separated by line feeds. */
  readonly tags: Texts;
  /** What the group is called by, for folding; '' of an incident without a group. */
  readonly group: Texts;
}

/** What a rule would allow in the open capture. */
export interface AllowPreview {
  readonly silenced: number;
  /** Of these, how many no other rule allows already. */
  readonly more: number;
  readonly incidents: number;
  /** Why the rule cannot be read, in the order of its parts; empty where it can. */
  readonly wrong: readonly ('initiator' | 'peer' | 'rule' | 'until' | 'nothing')[];
  /** The first of them. */
  readonly first: readonly AlertRow[];
}
