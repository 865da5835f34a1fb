// Matches of threat rules as evidence: one piece a rule, in kinds of their own, so that a rule and what we found by
// ourselves add up, and several rules of one kind do not.
//
// Points are those of the rule's class (classification.config of Suricata), and its author's own words (metadata as
// Emerging Threats writes them) raise or lower them; docs/evidence.md has the table.
import { type FlowRow, keyed, type Message, say } from '../../contract/index.ts';
import type { Evidence, EvidencePeer, Kind, Rule } from './rule.ts';

/** What a threat rule says of itself. */
export interface SignatureFacts {
  readonly gid: number;
  readonly sid: number;
  readonly msg: string;
  readonly classtype: string | null;
  /** 1 is the gravest. */
  readonly priority: number;
  readonly metadata: readonly (readonly [string, string])[];
}

type SignatureKind = Extract<Kind, 'signature-malware' | 'signature-attack' | 'signature'>;

const KINDS: Readonly<Record<string, SignatureKind>> = keyed({
  'trojan-activity': 'signature-malware',
  'command-and-control': 'signature-malware',
  'domain-c2': 'signature-malware',
  'targeted-activity': 'signature-malware',
  'exploit-kit': 'signature-malware',
  'credential-theft': 'signature-malware',
  coinminer: 'signature-malware',
  'coin-mining': 'signature-malware',
  pup: 'signature-malware',
  'social-engineering': 'signature-malware',
  'attempted-admin': 'signature-attack',
  'successful-admin': 'signature-attack',
  'attempted-user': 'signature-attack',
  'unsuccessful-user': 'signature-attack',
  'successful-user': 'signature-attack',
  'web-application-attack': 'signature-attack',
  'shellcode-detect': 'signature-attack',
  'attempted-dos': 'signature-attack',
  'successful-dos': 'signature-attack',
  'denial-of-service': 'signature-attack',
  'misc-attack': 'signature-attack',
  'default-login-attempt': 'signature-attack',
  'suspicious-login': 'signature-attack',
});
/** Classes of what a network may forbid and that harms nobody. */
const HARMLESS = new Set(['policy-violation', 'inappropriate-content']);

/** Its name is `sid:GID:SID`, so that evidence can be found by it. */
export function signatureName(gid: number, sid: number): string {
  return `sid:${gid}:${sid}`;
}

export function isSignatureName(name: string): boolean {
  return signatureOf(name) !== null;
}

/** The id of a threat rule by the name of its evidence; null for another name. */
export function signatureOf(name: string): { readonly gid: number; readonly sid: number } | null {
  const found = /^sid:(\d{1,10}):(\d{1,10})$/.exec(name);
  return found === null ? null : { gid: Number(found[1]), sid: Number(found[2]) };
}

export function signatureRule(facts: SignatureFacts): Rule {
  const kind = (facts.classtype === null ? undefined : KINDS[facts.classtype]) ?? 'signature';
  return { name: signatureName(facts.gid, facts.sid), kind, points: pointsOf(facts, kind), title: 'rule-signature' };
}

/** @param packet row of the packet at which it matched @param peer what the flow is with, or the name it asks for */
export function signatureEvidence(
  rule: Rule,
  { msg, sid }: SignatureFacts,
  row: FlowRow,
  packet: number,
  peer: EvidencePeer,
): Evidence {
  return { rule, row, peer, said: say('ev-signature', { msg, sid }), packets: [packet], shows: null, amount: 0 };
}

/** What an incident is called by it: the rule's own words. @param said of `signatureEvidence` */
export function signatureTitle({ values }: Message): Message {
  return say('signature-title', { msg: String(values?.['msg'] ?? '') });
}

function pointsOf({ classtype, priority, metadata }: SignatureFacts, kind: SignatureKind): 0 | 1 | 2 | 3 {
  const said = new Map(metadata.map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]));
  const severity = said.get('signature_severity');
  const confidence = said.get('confidence');
  if (severity === 'informational' || severity === 'audit' || (classtype !== null && HARMLESS.has(classtype))) return 0;
  if (severity === 'minor' || confidence === 'low') return priority <= 2 ? 1 : 0;
  if (priority > 1) return priority === 2 || classtype === null ? 1 : 0;
  const sure = confidence === 'high' && (severity === 'critical' || severity === 'major');
  return sure && kind === 'signature-malware' ? 3 : 2;
}
