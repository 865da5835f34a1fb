// Threat rules and indicators in the window: what is loaded, what matched, and what a person does about it.
import type { Message } from './messages.ts';
import type { FlowRow, PacketRow } from './numbers.ts';
import { flag, list, object, oneOf, orNull, text, whole, type Schema, type TypeOf, filePath } from './schema.ts';
import type { SavedFile } from './session.ts';

/** Files and folders of rules or lists that a person names. */
export const MAX_THREAT_FILES = 256;
/** Characters of one rule, as it is written. */
export const MAX_RULE_TEXT = 65_536;
const MAX_VARIABLES = 200;
/** Characters of an indicator. */
const MAX_INDICATOR = 4_096;
const LARGEST_ID = 4_294_967_295;

const packet = whole(0, 2 ** 32 - 2) as Schema<number> as Schema<PacketRow>;
const flow = whole(0, 2 ** 32 - 2) as Schema<number> as Schema<FlowRow>;
const path = filePath('open', 'folder');
/** What an entry of a list is met as. */
export const INDICATOR_KINDS = [
  'address',
  'network',
  'port-pair',
  'domain',
  'url',
  'certificate',
  'serial',
  'ja3',
  'ja3s',
  'ja4',
  'hassh',
  'file',
] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

export interface AllowedIndicator {
  readonly kind: IndicatorKind;
  readonly value: string;
}

const ruleId = { gid: whole(0, LARGEST_ID), sid: whole(1, LARGEST_ID) };

/** What rules and lists are asked: kept with the settings of the profile. */
export const THREAT_WISH = object({
  rules: list(path, MAX_THREAT_FILES),
  indicators: list(path, MAX_THREAT_FILES),
  /** Lists of entries that never hit. */
  allow: list(path, MAX_THREAT_FILES),
  /** Beside Suricata's own: HOME_NET and its like. */
  variables: list(object({ name: text(100), value: text(4096) }), MAX_VARIABLES),
});
export type ThreatWish = TypeOf<typeof THREAT_WISH>;

/** From what a rule or an indicator is made. */
const SOURCE = object({
  of: oneOf('bytes', 'server-name', 'dns-name', 'host', 'url', 'certificate', 'ja3', 'ja3s', 'ja4', 'hassh', 'address'),
  /** The packet whose bytes are meant, or the first of the flow's. */
  packet: orNull(packet),
  flow: orNull(flow),
  /** `bytes`: where the selection begins in the packet, and how long it is; 0 otherwise. */
  offset: whole(0, 262_144),
  length: whole(0, 262_144),
});
export type RuleSource = TypeOf<typeof SOURCE>;

export const THREAT_SHAPES = {
  /** Everything at once: the page of rules, and the settings. */
  threat: {},
  setThreat: { wish: THREAT_WISH },
  /** Files are read again, whether they have changed or not. */
  reloadThreat: {},
  /** One rule of all files is asked or not; it is kept beside the files, which nobody changes. */
  switchRule: { ...ruleId, on: flag },
  /** The rule as it is written. */
  rule: ruleId,
  /** What is wrong with a rule that somebody writes; `wrong` null where it can be asked. */
  checkRule: { text: text(MAX_RULE_TEXT) },
  /** Adds a rule to the own ones, or puts it in the place of the own one of that id. */
  keepRule: { text: text(MAX_RULE_TEXT) },
  /** Deletes a rule of the own ones. */
  deleteRule: ruleId,
  makeRule: { source: SOURCE },
  /** What matched at a packet (or in its flow), with the bytes that a rule's contents lie on. */
  packetThreats: { packet },
  flowThreats: { flow },
  /** Why a rule matched or did not at a packet, step by step. */
  explainRule: { ...ruleId, packet },
  /** What rules cost, as it was measured last; null where nobody did. */
  ruleCosts: {},
  /** Has rules asked of the open capture once more, beside it, with somebody who measures. */
  measureRules: {},
  /** Rules that have matched nothing in the open capture. @param find in their message, sid or file; '' for all */
  neverMatched: { find: text(1_000) },
  /** A value never hits, or may again; it is kept in a list of one's own. */
  allowIndicator: { kind: oneOf(...INDICATOR_KINDS), value: text(MAX_INDICATOR), on: flag },
  /** Suricata's EVE alerts of the open capture, JSON lines. */
  exportEve: { path: orNull(filePath('save')) },
} as const;

/** A file or folder that is named, as it is. */
export interface ThreatFile {
  readonly path: string;
  /** Rules that are asked of it, or entries of a list; both null while it is read for the first time. */
  readonly used: number | null;
  readonly refused: number | null;
  /** Of a list: how it is written. */
  readonly format: string | null;
  /** Why nothing of it could be read. */
  readonly wrong: Message | null;
}

/** A rule or an entry of a list that is not asked, and why. */
export interface RefusedLine {
  readonly file: string;
  readonly line: number;
  readonly sid: number | null;
  readonly why: Message;
}

/** Values that tell reasons of one key apart; others are details. */
const TELLING = ['keyword', 'name', 'protocol', 'what'] as const;

/** The same text for reasons that differ in details only. */
export function reasonKey(why: Message): string {
  const told = TELLING.map((name) => why.values?.[name]).find((value) => value !== undefined);
  return JSON.stringify([why.say, told ?? '']);
}

/** Rules or entries that are refused for one reason. */
export interface RefusedReason {
  /** Where several differ in details only, the first one's. */
  readonly why: Message;
  readonly count: number;
  /** Whether others differ from it in details. */
  readonly alike: boolean;
}

export interface RuleId {
  readonly gid: number;
  readonly sid: number;
}

/** What a rule says of itself. */
export interface RuleTitle extends RuleId {
  readonly rev: number;
  readonly msg: string;
  readonly classtype: string | null;
  /** 1 is the gravest. */
  readonly priority: number;
}

/** A rule that matched in the open capture. */
export interface MatchedRule extends RuleTitle {
  readonly action: string;
  readonly file: string;
  readonly line: number;
  readonly matches: number;
  readonly flows: number;
  readonly first: PacketRow;
  readonly own: boolean;
}

/** A row of the packet list that tells of a rule: its first match in a flow, and how often it matched there. */
export interface RuleRow extends RuleTitle {
  readonly packet: PacketRow;
  readonly matches: number;
}

/** An indicator that was met in the open capture. */
export interface MetIndicator {
  readonly list: string;
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly note: string;
  readonly flows: number;
  readonly first: PacketRow;
}

export interface ThreatState {
  readonly wish: ThreatWish;
  /** Files are read, or rules asked of packets that came before. */
  readonly busy: boolean;
  readonly files: readonly ThreatFile[];
  readonly lists: readonly ThreatFile[];
  /** Lists of entries that never hit, the own one last. */
  readonly allows: readonly ThreatFile[];
  /** The file of values that a person said never to hit, and the first thousand of them. */
  readonly ownAllowFile: string;
  readonly ownAllowed: readonly AllowedIndicator[];
  /** Rules that are asked, switched off, refused; entries of lists, those that have expired, those that never hit. */
  readonly rules: number;
  readonly off: readonly { readonly gid: number; readonly sid: number; readonly msg: string }[];
  readonly refused: number;
  readonly entries: number;
  readonly expired: number;
  readonly allowed: number;
  /** The first thousand of all that are refused. */
  readonly refusedLines: readonly RefusedLine[];
  /** The most frequent first. */
  readonly refusedReasons: readonly RefusedReason[];
  /** Those that matched, the gravest and most frequent first, the first thousand of `matchedCount`. */
  readonly matched: readonly MatchedRule[];
  readonly matchedCount: number;
  readonly met: readonly MetIndicator[];
  /** Rules that are slow, as it was measured last; null where nobody did. */
  readonly slow: number | null;
  /** The file of the own rules. */
  readonly ownFile: string;
  /** The own rules, whether they match or not. */
  readonly own: readonly { readonly gid: number; readonly sid: number; readonly rev: number; readonly msg: string }[];
}

/** What one rule cost in a capture. Counts are exact, times are of samples. */
export interface RuleCost extends RuleId {
  readonly msg: string;
  /** How often nothing spoke against it before it was asked. */
  readonly asked: number;
  /** How often its header, flow and places fitted. */
  readonly checks: number;
  readonly matches: number;
  readonly nanoseconds: number;
  /** Of the time of all rules, 0 to 1. */
  readonly share: number;
  /** The step at which it ended most often; null where it was never asked or always matched. */
  readonly failsAt: string | null;
  readonly slow: boolean;
}

export interface RuleCosts {
  /** The dearest first, the first thousand of `rules`. */
  readonly costs: readonly RuleCost[];
  readonly rules: number;
  readonly slow: number;
  readonly neverMatched: number;
  /** Of all rules together. */
  readonly nanoseconds: number;
  /** How many packets they were asked of. */
  readonly packets: number;
  /** Other rules are asked now. */
  readonly isOld: boolean;
}

/** A rule that is asked and has not matched. */
export interface QuietRule extends RuleTitle {
  readonly file: string;
  readonly line: number;
  readonly own: boolean;
}

/** One match, for the inspector. */
export interface PacketThreat extends RuleTitle {
  readonly packet: PacketRow;
  readonly text: string;
  /**
   * The packet that `bytes` lie in: the one it matched at, or one before it in the flow, since a stream is asked when its
   * bytes are acknowledged.
   */
  readonly bytesIn: PacketRow;
  /** Places in that packet's own bytes that its contents lie on; empty where they lie in none (a decoded buffer). */
  readonly bytes: readonly { readonly offset: number; readonly length: number }[];
  /** The buffers that it matched in; empty where it asks for none, or its flow is too long to be asked again. */
  readonly buffers: readonly HeldText[];
}

/** What a rule found in a buffer. */
export interface HeldText {
  /** As rules call it: `http.uri`. */
  readonly name: string;
  /** A part of it, a character a byte; what is no plain character is a dot. */
  readonly held: string;
  /** Bytes of the whole buffer, and where the part begins in it. */
  readonly length: number;
  readonly from: number;
  /** Places in `held` that were found. */
  readonly marks: readonly { readonly from: number; readonly to: number }[];
}

/** A step of a rule, and what came of it. */
export interface RuleStep {
  readonly step: string;
  readonly passed: boolean;
  readonly why: Message;
}

export interface ThreatReplies {
  threat: ThreatState;
  setThreat: ThreatState;
  reloadThreat: ThreatState;
  switchRule: ThreatState;
  rule: { readonly text: string; readonly file: string; readonly line: number; readonly own: boolean };
  checkRule: { readonly wrong: Message | null };
  keepRule: { readonly wrong: Message | null; readonly gid: number; readonly sid: number };
  deleteRule: ThreatState;
  makeRule: { readonly text: string; readonly wrong: Message | null };
  packetThreats: { readonly threats: readonly PacketThreat[] };
  flowThreats: { readonly threats: readonly PacketThreat[]; readonly more: number };
  explainRule: { readonly matched: boolean; readonly steps: readonly RuleStep[] };
  ruleCosts: { readonly costs: RuleCosts | null };
  measureRules: { readonly costs: RuleCosts };
  neverMatched: { readonly rules: readonly QuietRule[]; readonly count: number };
  allowIndicator: ThreatState;
  /** `lost`: matches of a live capture whose packets are gone, of which no more than a number is kept. */
  exportEve: { readonly file: SavedFile; readonly alerts: number; readonly lost: number };
}
