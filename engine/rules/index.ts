// Threat rules in Suricata's language: read, checked, and asked of packets, streams and applications.
export { type ChoiceKind, type ChoiceText, RuleChoices, type WrongChoice } from './choosing.ts';
export { classText } from './classes.ts';
export { type ContentPlace, contentPlaces } from './content-places.ts';
export { makeRule, MAX_CONTENT, type RuleSubject } from './make-rule.ts';
export { placeBytes, placeText } from './place-text.ts';
export type { RuleVariables } from './places.ts';
export { factsOf, type RuleFacts } from './facts.ts';
export { readRules, type RefusedRule, type RuleSet } from './read-rule.ts';
export { rulesIn } from './source.ts';
export { ruleVariables } from './rule-variables.ts';
export { Explainer, type RuleExplanation } from './run/explain.ts';
export type { RuleObserver } from './run/observer.ts';
export { type RuleAlert, RuleRunner } from './run/runner.ts';
export type { Signature } from './signature.ts';
export { rulesTogether, type ReadyRules } from './together.ts';
