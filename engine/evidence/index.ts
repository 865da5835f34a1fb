// The room of the judgement: pieces of evidence, each from one rule, added up per initiator and peer to incidents.
//
// `book.ts` looks at each flow with all judges (one file a kind), at checkpoints and when it is over, in the order of
// packet time. `incidents.ts` sums what they find: of one kind the highest points, within an hour, corrected by
// `corrections.ts`. At 3 points an incident is malicious, at 2 suspicious. A judge that counts keeps a bounded table.
export { askedNames, EvidenceBook, type Findings, type Looked } from './book.ts';
export { ByteTable } from './byte-table.ts';
export { type Correction, correctionOf } from './corrections.ts';
export { gravityOf, MALICIOUS_POINTS, SUSPICIOUS_POINTS } from '../../contract/index.ts';
export { type EvidenceFlow, type Incident, IncidentBook } from './incidents.ts';
export type { IncidentEvidence } from './evidence-list.ts';
export { registeredName } from './registered.ts';
export { hostName, isAddressName, isPublicAddress, isPublicIp4 } from './hosts.ts';
export { byWeight, incidentTitle } from './gravity.ts';
export { pointsWithout } from './without.ts';
export { KnownNetwork, peerNames } from './known.ts';
export { INDICATOR_KINDS, INDICATOR_RULES, indicatorRule, indicatorSaid } from './indicator.ts';
export { POPULAR } from './data/popular-names.ts';
export { SHOWS } from './shows.ts';
export { RULE_TABLE, ruleOf } from './rules.ts';
export {
  isSignatureName,
  signatureEvidence,
  type SignatureFacts,
  signatureName,
  signatureOf,
  signatureRule,
} from './signature.ts';
export { showsOf } from './shows.ts';
export { textHash } from './text-hash.ts';
export { witnessEvidence } from './witness.ts';
export type * from './rule.ts';
export { RPC_INTERFACES, RPC_OPERATIONS } from './data/rpc-interfaces.ts';
export { ruleTable } from './document.ts';
