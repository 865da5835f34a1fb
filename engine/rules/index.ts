// Threat rules in Suricata's language: read, checked, and asked of packets, streams and applications.
export { readRules, type RefusedRule, type RuleSet } from './read-rule.ts';
export type { RuleVariables } from './places.ts';
export type { Signature } from './signature.ts';
