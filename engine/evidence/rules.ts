// All rules: the tables of the kinds, and one judge of each for a capture.
import type { Judge, Rule } from './rule.ts';
import { WITNESS_RULES } from './witness.ts';

/** Every rule, by kind. */
export const RULE_TABLE: readonly Rule[] = [...WITNESS_RULES];

const BY_NAME = new Map(RULE_TABLE.map((rule) => [rule.name, rule]));

/** The rule of a name, null where there is none. */
export function ruleOf(name: string): Rule | null {
  return BY_NAME.get(name) ?? null;
}

/** Judges of one capture: counting rules have their tables in them. */
export function judges(): readonly Judge[] {
  return [];
}
