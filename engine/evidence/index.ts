// The room of the judgement: pieces of evidence, each from one rule, added up per initiator and peer to incidents.
export type * from './rule.ts';
