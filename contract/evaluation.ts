// How the judgement did on labelled captures, as plain data: what judging one capture tells of its incidents, and what a
// measurement adds up.
import type { Message } from './messages.ts';

/** A rule's part in an incident. */
export interface RulePart {
  readonly rule: string;
  readonly kind: string;
  readonly points: number;
  /** The sentence of its first flow. */
  readonly said: Message;
}

/** An incident as a measurement sees it. */
export interface JudgedIncident {
  readonly initiator: string;
  readonly peer: string;
  readonly points: number;
  /** Raised because another incident of its host is. */
  readonly inherited: boolean;
  readonly rules: readonly RulePart[];
}

/** TLS flows to peers outside: those of command channels, ordinary ones, and to how many the model added a point. */
export interface TlsFlows {
  readonly c2Flows: number;
  readonly c2Over: number;
  readonly ordinaryFlows: number;
  readonly ordinaryOver: number;
}

/** Raised: an incident of enough points that holds a flow surely malicious. */
export interface GroupFigures {
  /** Of a group, or of a source, which is called as its data calls it. */
  readonly name: Message;
  /** Malicious captures with a flow surely malicious, and how many were raised. */
  readonly malicious: number;
  readonly raised: number;
  /** Benign captures, how many were raised, and those of 20 flows and more. */
  readonly benign: number;
  readonly falseCaptures: number;
  readonly busy: number;
  readonly busyRaised: number;
  readonly benignFlows: number;
  readonly falseIncidents: number;
  readonly hours: number;
  /** Shares that this project asks for; null where nothing is. */
  readonly wantRaised: number | null;
  readonly wantBenign: number | null;
}

export interface SumFigures {
  readonly points: number;
  readonly malicious: number;
  readonly raised: number;
  readonly benign: number;
  readonly falseCaptures: number;
  readonly falseIncidents: number;
  readonly backgroundOnly: number;
}

export interface RuleFigures {
  readonly rule: string;
  readonly kind: string;
  readonly points: number;
  /** Malicious captures whose malicious flows carry it, and benign captures in which any flow does: before, new. */
  readonly maliciousOld: number;
  readonly maliciousNew: number;
  readonly benignOld: number;
  readonly benignNew: number;
  /** Captures that fall under 3 points without it. */
  readonly neededMalicious: number;
  readonly neededBenign: number;
  readonly sources: number;
  /** It raises one capture only, or captures of one source only. */
  readonly thin: 'one capture' | 'one source' | null;
}

/** An incident that a capture should not have. */
export interface FalseIncident extends JudgedIncident {
  readonly capture: string;
}

/** A malicious capture with visible malice that nothing raised. */
export interface MissedCapture {
  readonly capture: string;
  readonly family: string;
  /** Of the incident that came nearest, and its rules. */
  readonly points: number;
  readonly rules: readonly RulePart[];
}

export interface TlsFamily {
  readonly family: string;
  readonly peers: number;
  readonly own: number;
  readonly inherited: number;
  readonly flows: number;
  readonly over: number;
}

/** What this project asks of its own data, and what was measured. */
export interface Goal {
  readonly what: Message;
  readonly wanted: Message;
  readonly measured: string | Message;
  readonly met: boolean;
}

export interface TlsFigures extends TlsFlows {
  readonly channels: number;
  readonly own: number;
  readonly inherited: number;
  readonly benignPeers: number;
  readonly benignRaised: number;
  readonly families: readonly TlsFamily[];
}

/**
 * How well a forest tells the source of a flow from the features that the model has, captures held out whole: what a
 * model could learn of laboratories in place of malice. Shares are 0 to 1.
 */
export interface SourceAudit {
  readonly features: number;
  /** A sample, evenly over captures; sources of too few captures are left out. */
  readonly flows: number;
  readonly captures: number;
  readonly sources: number;
  readonly left: number;
  /** Flows of one source at most. */
  readonly perSource: number;
  readonly right: number;
  /** What chance gives: the largest source's share, and what is told right with sources dealt anew among captures. */
  readonly largest: number;
  readonly dealt: number;
  /** From all features that there are. */
  readonly everything: { readonly features: number; readonly right: number };
  readonly bySource: readonly {
    readonly source: string;
    readonly flows: number;
    readonly right: number;
    /** The source that it is most often taken for, null where all are told right. */
    readonly takenFor: string | null;
  }[];
  /** What is lost where the values of a whole group of features are dealt anew. */
  readonly byGroup: readonly { readonly group: string; readonly features: number; readonly lost: number }[];
  /** Those that tell most: what a feature tells alone, and what is lost where its values are dealt anew. */
  readonly byFeature: readonly { readonly feature: string; readonly alone: number; readonly lost: number }[];
}

/** The same captures judged by another model, and where the two differ. */
export interface Comparison extends Pick<EvaluationReport, 'model' | 'witness' | 'groups' | 'sums' | 'tls'> {
  /** Captures that only one of them raises. */
  readonly differing: readonly {
    readonly capture: string;
    readonly label: 'malicious' | 'benign';
    readonly family: string;
    /** Whether the other one raises it, and not the report's own. */
    readonly byOther: boolean;
    /** Points in the report's own judgement, and in the other. */
    readonly points: readonly [own: number, other: number];
  }[];
}

/** One source, judged without threat rules and with them. */
export interface SourceAdded {
  /** Empty for all sources together. */
  readonly source: string;
  /** Captures with visible malice, and those of them that are raised. */
  readonly malicious: number;
  readonly raised: readonly [without: number, withRules: number];
  readonly benign: number;
  readonly falses: readonly [without: number, withRules: number];
  readonly falseIncidents: readonly [without: number, withRules: number];
  /** Captures in which a threat rule matched that counts. */
  readonly matched: readonly [malicious: number, benign: number];
}

/** What threat rules add to the judgement of captures whose source the model never saw. */
export interface RulesAdded {
  readonly files: number;
  readonly asked: number;
  readonly refused: number;
  /** All together first, then each source in which a rule matched. */
  readonly sources: readonly SourceAdded[];
}

export interface EvaluationReport {
  readonly folder: string;
  /** ISO 8601. */
  readonly made: string;
  /** Name of the model, null where no single one adds a point. */
  readonly model: string | null;
  /** Which model's point is counted, and whether it had seen these captures. */
  readonly witness: Message;
  readonly captures: number;
  readonly flows: number;
  readonly unreadable: readonly string[];
  readonly goals: readonly Goal[];
  readonly groups: readonly GroupFigures[];
  readonly sources: readonly GroupFigures[];
  readonly families: readonly { readonly family: string; readonly captures: number; readonly raised: number }[];
  readonly sums: readonly SumFigures[];
  readonly rules: readonly RuleFigures[];
  readonly missed: readonly MissedCapture[];
  readonly falseIncidents: readonly FalseIncident[];
  readonly backgroundOnly: readonly FalseIncident[];
  readonly tls: TlsFigures;
  /** Fingerprints of clients that only malware has here. */
  readonly fingerprints: readonly {
    readonly kind: 'JA3' | 'JA4';
    readonly value: string;
    readonly captures: number;
    readonly sources: readonly string[];
    /** Malicious captures of new sources that have it, where one of the sources of before had it. */
    readonly carriedOver: number;
  }[];
  /** Flows that are in two sources: a leak where one is taught and the other measured. */
  readonly leaks: readonly { readonly a: string; readonly b: string; readonly flows: number }[];
  /** Null where too few sources have enough captures, and where no model judges. */
  readonly audit: SourceAudit | null;
  /** The same captures judged by another model. */
  readonly compared: Comparison | null;
  /** Null where no threat rules are asked beside. */
  readonly added: RulesAdded | null;
  /** Share of malicious captures that would count as raised with capture labels dealt out at random. */
  readonly chance: number;
}
