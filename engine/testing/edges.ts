// Tests of rules at their edges: two captures that differ in one thing, of which one raises the rule and the other does
// not. A threshold is such an edge, and so is an exemption. `evidence/edges.test.ts` reads for which rules there are any.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleOf } from '../evidence/index.ts';
import { MadeCapture } from './evidence-kit.ts';

/** A capture, or the names of the rules that were found in one. */
type Made = MadeCapture | readonly string[];

/** Values of the one thing that differs. */
export interface Edge<T> {
  readonly raises: readonly T[];
  readonly not: readonly T[];
}

/**
 * A test that a rule is raised on one side of an edge and held back on the other.
 * @param rule its name, as RULE_TABLE has it @param what the one thing that differs, in words
 * @param made makes what is looked at, of a value of that thing
 */
export function edge<T>(
  rule: string,
  what: string,
  made: (of: T) => Made | Promise<Made>,
  { raises, not }: Edge<NoInfer<T>>,
): void {
  const raised = async (of: T): Promise<boolean> => {
    const found = await made(of);
    return (found instanceof MadeCapture ? found.rules() : found).includes(rule);
  };
  test(`${rule}: ${what}`, async () => {
    assert.ok(ruleOf(rule) !== null, 'there is no such rule');
    assert.ok(raises.length > 0 && not.length > 0, 'an edge has two sides');
    for (const of of raises) assert.ok(await raised(of), `raised by ${shown(of)}`);
    for (const of of not) assert.ok(!(await raised(of)), `not raised by ${shown(of)}`);
  });
}

function shown(of: unknown): string {
  return (JSON.stringify(of) ?? String(of)).slice(0, 200);
}
