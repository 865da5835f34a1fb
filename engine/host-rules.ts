// The sixth door: rules of other tools, read and asked of captures.
export {
  type ChoiceKind,
  Explainer,
  keywordDoc,
  Profiler,
  type RuleChoices,
  type RuleCost,
  type RuleObserver,
  type RuleProfile,
  type RuleExplanation,
  type ReadyRules,
  type RuleAlert,
  type RuleVariables,
  type RuleFacts,
  RuleRunner,
  ruleVariables,
  refusedBy,
  type RefusedRule,
} from './rules/index.ts';
export { eveLine } from './exchange/index.ts';
export { ruleAlertRecord } from './session/index.ts';
export {
  type RuleFeed,
  type RuleHit,
  type RulesRead,
  type ChoiceFiles,
  readChoices,
  isYaml,
  readRuleFiles,
  readSuricataFile,
  type SuricataFile,
  type RuleFiles,
  RulesHere,
  RuleThread,
} from './workers/index.ts';
