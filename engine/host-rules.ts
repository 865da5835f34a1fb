// The sixth door: rules of other tools, read and asked of captures.
export {
  placeText,
  readRules,
  type ReadyRules,
  type RuleAlert,
  type RuleVariables,
  RuleRunner,
  type RuleSet,
  ruleVariables,
  rulesTogether,
} from './rules/index.ts';
export { stampText, transportName } from './session/index.ts';
