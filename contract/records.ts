// The JSON lines that the command line prints. Field names are stable: scripts depend on them.
import type { Gravity } from './incidents.ts';
import type { Message } from './messages.ts';

/** What a flow is said to be. `unfamiliar`: outside of what the model was trained on. */
export type Verdict = 'malicious' | 'suspicious' | 'unfamiliar' | 'benign';
export const VERDICTS: readonly Verdict[] = ['malicious', 'suspicious', 'unfamiliar', 'benign'];

/** Why a flow completed. */
export type EndReason = 'fin' | 'rst' | 'idle' | 'new-syn' | 'capture-end';
export const END_REASONS: readonly EndReason[] = ['fin', 'rst', 'idle', 'new-syn', 'capture-end'];

/**
 * How far the capture saw the flow: `cut` by snap length, `lossy` sequence gaps, `one-sided` a single direction,
 * `midstream` without its beginning.
 */
export type CaptureGrade = 'complete' | 'cut' | 'lossy' | 'one-sided' | 'midstream';
export const CAPTURE_GRADES: readonly CaptureGrade[] = ['complete', 'cut', 'lossy', 'one-sided', 'midstream'];

/** How reading a file ended (formats.md, 'Captures read'). */
export type FileStatus = 'ok' | 'partial' | 'unreadable' | 'refused';

/** What a user says of a flow. */
export type Label = 'benign' | 'malicious' | 'unsure';
export const LABELS: readonly Label[] = ['benign', 'malicious', 'unsure'];

/** One reason of a verdict as records hold it; six digits of its numbers. */
export interface ReasonRecord {
  readonly group: string;
  readonly feature: string;
  readonly value: number | null;
  readonly contribution: number;
  readonly text: string;
}

/** Score of a flow while it was still open. */
export interface Checkpoint {
  readonly packets: number;
  readonly score: number | null;
  readonly verdict: Verdict;
}

export interface FlowRecord {
  readonly type: 'flow';
  readonly file: string;
  readonly id: number;
  readonly community_id: string | null;
  readonly start: string;
  readonly end: string;
  readonly src: string;
  readonly sport: number | null;
  readonly dst: string;
  readonly dport: number | null;
  readonly proto: string;
  /** Distinct VLAN ids of its packets, at most four, null without a tag. */
  readonly vlan: readonly number[] | null;
  readonly packets_fwd: number;
  readonly packets_rev: number;
  readonly bytes_fwd: number;
  readonly bytes_rev: number;
  readonly end_reason: EndReason;
  readonly grade: CaptureGrade;
  readonly app: string;
  readonly sni: string | null;
  /** Of the client's first hello. */
  readonly ja3: string | null;
  /** Of the server's hello. */
  readonly ja3s: string | null;
  readonly ja4: string | null;
  /**
   * Of the client's second hello, where the server asked for one (HelloRetryRequest, HelloVerifyRequest, QUIC's Retry).
   */
  readonly ja3_retry: string | null;
  readonly ja4_retry: string | null;
  readonly first_packet: number;
  readonly last_packet: number;
  /** The graver of its own (unfamiliar, benign) and its incidents'. */
  readonly verdict?: Verdict;
  /** Points of its gravest incident, 0 without one. */
  readonly points?: number;
  /** Ids of its incidents of 2 points and more. */
  readonly incidents?: readonly number[];
  /** Rules whose evidence its incidents hold. */
  readonly rules?: readonly string[];
  /** Share of ordinary flows of its protocol that the model scores lower, 0 to 1; null where the model has no ranks. */
  readonly score?: number | null;
  readonly baseline?: string;
  readonly reasons?: readonly ReasonRecord[];
  readonly checkpoints?: readonly Checkpoint[];
  readonly label?: Label;
  readonly tags?: readonly string[];
}

export interface PacketRecord {
  readonly type: 'packet';
  readonly no: number;
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
  readonly flow: number | null;
}

/** Chosen fields of a packet. */
export interface FieldsRecord {
  readonly type: 'fields';
  readonly file: string;
  /** Number of the packet, from 1. */
  readonly no: number;
  /** By the name of the field, in the order of the call; a packet has none, one or several values of each. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** A piece of a stream that is followed: what one end said before the other one spoke, or in one packet. */
export interface PieceRecord {
  readonly type: 'piece';
  readonly from: 'client' | 'server';
  /** Number of the packet that it begins in, from 1. */
  readonly packet: number;
  /** Bytes that the capture lacks before it. */
  readonly missing: number;
  /** As base64. */
  readonly bytes: string;
}

/** An object that was sent; its texts are the capture's. */
export interface ObjectRecord {
  readonly type: 'object';
  readonly file: string;
  readonly number: number;
  readonly packet: number;
  readonly host: string;
  readonly content_type: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The file that it was saved as, null where it was not. */
  readonly saved: string | null;
}

/** A capture or a model that was verified. */
export interface VerifyRecord {
  readonly type: 'verified';
  readonly file: string;
  readonly kind: 'capture' | 'model';
  /** Of a capture the file's, of a model that of what it holds; null where none can be had. */
  readonly sha256: string | null;
  readonly status: FileStatus;
  /** Byte at which a capture breaks. */
  readonly at: number | null;
  readonly packets: number;
  readonly flows: number;
  /** Packets that were captured with fewer bytes than they had, and those that are earlier than the one before. */
  readonly cut: number;
  readonly backwards: number;
  /** Whether columns of it are kept, and are those that it has now. */
  readonly index: 'none' | 'same' | 'different';
  /** Why it is no good, null where it is. */
  readonly problem: string | null;
  /** With --sums: what its hash should be, and whether it is. */
  readonly expected?: string | null;
  readonly same?: boolean;
}

/** What became of a capture that landed in a watched folder. */
export interface WatchRecord {
  readonly type: 'watched';
  readonly file: string;
  readonly outcome: 'done' | 'failed';
  /** Where the capture and its records are now. */
  readonly moved: string;
  readonly records: string | null;
  readonly malicious: boolean;
}

/** A row of a table of statistics. */
export interface StatRecord {
  readonly type: 'stat';
  readonly file: string;
  readonly table: string;
  /** How deep a row stands in a table that is a tree. */
  readonly depth?: number;
  /** By column; null where a row has no value. */
  readonly values: Readonly<Record<string, number | string | null>>;
  /** The display filter of the row's packets, '' without one. */
  readonly filter: string;
}

/** An incident became suspicious, or malicious. */
export interface AlertRecord {
  readonly type: 'alert';
  readonly by: 'incident';
  readonly file: string;
  readonly time: string;
  readonly incident: number;
  /** The flow whose evidence made it so. */
  readonly flow: number;
  readonly verdict: Gravity;
  readonly points: number;
  readonly title: string;
  readonly reasons: readonly ReasonRecord[];
}

/** One rule's evidence in an incident. */
export interface EvidenceRecord {
  readonly rule: string;
  readonly kind: string;
  readonly points: number;
  /** Its points are in the sum: of one kind only the highest count. */
  readonly counts: boolean;
  readonly technique: string | null;
  readonly text: string;
  /** `text` as a key and its values, for pages in other languages; only where it was asked for. */
  readonly said?: Message;
  readonly first: string;
  readonly last: string;
  /** Ids of flows that carry it, the first 100 of `flow_count`. */
  readonly flows: readonly number[];
  readonly flow_count: number;
  /** Numbers of packets that show it, at most 64. */
  readonly packets: readonly number[];
}

/** Evidence of one initiator and one peer, added up. */
export interface IncidentRecord {
  readonly type: 'incident';
  readonly file: string;
  readonly id: number;
  readonly initiator: string;
  /** An address, a registered name, or 'unknown names'. */
  readonly peer: string;
  readonly names: readonly string[];
  readonly verdict: Gravity;
  readonly points: number;
  readonly inherited: boolean;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  readonly flows: number;
  readonly evidence: readonly EvidenceRecord[];
  /** What was added or taken away after the sum. */
  readonly corrections: readonly string[];
  /** Its title and corrections as keys and their values; only where they were asked for. */
  readonly said?: { readonly title: Message; readonly corrections: readonly Message[] };
}

export interface FileRecord {
  readonly type: 'file';
  readonly file: string;
  readonly packets: number;
  readonly flows: number;
  readonly malicious: number;
  readonly suspicious: number;
  readonly incidents: number;
  readonly status: FileStatus;
  readonly error: string | null;
  /** Of the model that judged, where something did. */
  readonly model?: string;
  readonly model_sha256?: string;
  /** Threat rules that were asked, and those that were refused, where there are any. */
  readonly rules?: number;
  readonly rules_refused?: number;
}

/** A rule of another tool's language matched. */
export interface RuleAlertRecord {
  readonly type: 'alert';
  readonly by: 'rule';
  readonly file: string;
  readonly time: string;
  /** From 1: that at which the rule matched. */
  readonly packet: number;
  /** Of that packet; null where it has none, and where nobody follows flows (`rules test`). */
  readonly flow: number | null;
  readonly sid: number;
  readonly gid: number;
  readonly rev: number;
  readonly msg: string;
  readonly action: string;
  readonly classtype: string | null;
  /** 1 is the gravest. */
  readonly priority: number;
  /** Empty without IP. */
  readonly src: string;
  readonly sport: number | null;
  readonly dst: string;
  readonly dport: number | null;
  readonly proto: string;
  /** What the flow speaks, null where nobody can say. */
  readonly app: string | null;
  /** Of the application's transactions the one that matched, null for packets and streams. */
  readonly transaction: number | null;
}

/** An entry of a list of indicators was met. */
export interface IndicatorAlertRecord {
  readonly type: 'alert';
  readonly by: 'indicator';
  readonly file: string;
  readonly time: string;
  /** From 1: where it was met. */
  readonly packet: number;
  readonly flow: number;
  /** The first of `lists`, all lists that have it. */
  readonly list: string;
  readonly lists: readonly string[];
  /** Of its value: `domain`, `url`, `certificate`, … */
  readonly kind: string;
  /** The entry, and what the packet holds. */
  readonly value: string;
  readonly seen: string;
  /** What the list says of it, who reported it, how sure it is (0 to 100). */
  readonly note: string;
  readonly source: string;
  readonly confidence: number;
  /** Its piece of evidence. */
  readonly rule: string;
  readonly points: number;
  readonly src: string;
  readonly sport: number | null;
  readonly dst: string;
  readonly dport: number | null;
  readonly proto: string;
}

/** A line of a list that is not asked, and why; or one that is, and that somebody should look at. */
export interface IndicatorLineRecord {
  readonly type: 'indicator-refused' | 'indicator-warning';
  readonly file: string;
  /** 0 where it is about the whole file. */
  readonly line: number;
  readonly why: string;
}

/** A list that was read. */
export interface IndicatorListRecord {
  readonly type: 'indicator-list';
  readonly file: string;
  /** By which alerts call it. */
  readonly list: string;
  /** How it is written; null where that could not be told. */
  readonly format: string | null;
  /** Entries that never hit. */
  readonly allow: boolean;
  readonly entries: number;
  readonly again: number;
  readonly refused: number;
  readonly warned: number;
  readonly expired: number;
  readonly by_type: Readonly<Record<string, number>>;
  /** Why nothing of it could be read. */
  readonly error: string | null;
}

/** Closes the records of lists that were read. */
export interface IndicatorsRecord {
  readonly type: 'indicators';
  readonly lists: number;
  /** Values, each once. */
  readonly entries: number;
  readonly refused: number;
  readonly warned: number;
  readonly expired: number;
  readonly allowed: number;
  readonly by_type: Readonly<Record<string, number>>;
}

/** A rule that is not asked, and why. */
export interface RefusedRuleRecord {
  readonly type: 'rule-refused';
  readonly file: string;
  readonly line: number;
  readonly sid: number | null;
  readonly why: string;
}

/** Closes the records of rules that were read. */
export interface RulesRecord {
  readonly type: 'rules';
  readonly files: number;
  readonly rules: number;
  readonly refused: number;
  /** Files and folders that could not be read. */
  readonly unread: number;
  /** By choice (`--disable` and its like): rules that are not asked, that are though commented out, and changed ones. */
  readonly off: number;
  readonly on: number;
  readonly changed: number;
  /** Lines of choices that are about no rule, `file:line`. */
  readonly unused: readonly string[];
  /** Why rules are refused, the most frequent reason first. */
  readonly reasons: readonly { readonly why: string; readonly count: number }[];
}

/** Closes the matches of one capture. */
export interface RuleFileRecord {
  readonly type: 'rule-file';
  readonly file: string;
  readonly packets: number;
  readonly matches: number;
  /** Of `rules profile`: the time of all rules, how many are slow, and how many did not match. */
  readonly nanoseconds?: number;
  readonly slow?: number;
  readonly never_matched?: number;
  readonly status: FileStatus;
  readonly error: string | null;
}

/** Why a rule matched in a capture or did not (`rules test --explain`). */
export interface RuleExplainedRecord {
  readonly type: 'rule-explained';
  readonly file: string;
  /** Null where the rule is refused. */
  readonly gid: number | null;
  readonly sid: number;
  readonly rev: number;
  readonly msg: string;
  readonly matched: boolean;
  readonly matches: number;
  /** Of the first thousand matches, from 1. */
  readonly packets: readonly number[];
  /** The packet that `steps` are about, from 1: of the first match, or where the rule came furthest. */
  readonly packet: number | null;
  readonly steps: readonly { readonly step: string; readonly passed: boolean; readonly why: string }[];
  /** How often it was looked, and at which steps it ended, the most frequent first. */
  readonly looks: number;
  readonly failed: readonly { readonly step: string; readonly looks: number }[];
  /** Why it is not asked at all, null where it is. */
  readonly refused: string | null;
}

/** What a rule cost in a capture (`rules profile`); times are estimated from samples. */
export interface RuleProfileRecord {
  readonly type: 'rule-profile';
  readonly file: string;
  readonly gid: number;
  readonly sid: number;
  readonly rev: number;
  readonly msg: string;
  /** How often it was a candidate, and how often its header fitted. */
  readonly asked: number;
  readonly checks: number;
  readonly matches: number;
  readonly nanoseconds: number;
  /** Of the time of all rules, 0 to 1. */
  readonly share: number;
  /** The step at which it ended most often. */
  readonly fails_at: string | null;
  readonly slow: boolean;
}

export type RuleRecord =
  | RuleAlertRecord
  | RefusedRuleRecord
  | RulesRecord
  | RuleFileRecord
  | RuleExplainedRecord
  | RuleProfileRecord;
export type IndicatorRecord = IndicatorAlertRecord | IndicatorLineRecord | IndicatorListRecord | IndicatorsRecord;
export type OutputRecord =
  | FlowRecord
  | PacketRecord
  | FieldsRecord
  | PieceRecord
  | ObjectRecord
  | StatRecord
  | VerifyRecord
  | WatchRecord
  | AlertRecord
  | IncidentRecord
  | FileRecord
  | RuleRecord
  | IndicatorRecord;

/** Exit codes of the command line, as a scanner's (formats.md). */
export const EXIT = { clean: 0, malicious: 1, error: 2 } as const;
