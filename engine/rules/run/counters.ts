// Counters of a flow (flowint): what rules ask of them, and how they change them.
import type { Signature } from '../signature.ts';
import type { RuleFlow } from './rule-flow.ts';

export function counterPasses(c: Signature['counters'][number], flow: RuleFlow | null): boolean {
  if (flow === null) return false;
  const now = flow.counters?.get(c.name);
  if (c.test === 'isset' || c.test === 'notset') return (now !== undefined) === (c.test === 'isset');
  const other = typeof c.value === 'number' ? c.value : flow.counters?.get(c.value);
  if (now === undefined || other === undefined) return false;
  switch (c.test) {
    case '<':
      return now < other;
    case '<=':
      return now <= other;
    case '==':
      return now === other;
    case '!=':
      return now !== other;
    case '>=':
      return now >= other;
    case '>':
      return now > other;
  }
}

export function changeCounter(change: Signature['counterChanges'][number], flow: RuleFlow): void {
  flow.counters ??= new Map();
  const operand = typeof change.value === 'number' ? change.value : flow.counters.get(change.value);
  if (operand === undefined) return;
  const now = flow.counters.get(change.name) ?? 0;
  const next = { '=': operand, '+': now + operand, '-': now - operand }[change.change];
  flow.counters.set(change.name, Math.max(0, next));
}
