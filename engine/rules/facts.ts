// What is told of a rule beside its matches: plain data, so that it can travel between threads.
import type { RuleMeta, Signature } from './signature.ts';

export interface RuleFacts extends RuleMeta {
  readonly action: Signature['action'];
  readonly file: string;
  readonly line: number;
}

export function factsOf(rule: Signature): RuleFacts {
  const { sid, gid, rev, msg, classtype, priority, references, metadata, target, action, file, line } = rule;
  return { sid, gid, rev, msg, classtype, priority, references, metadata, target, action, file, line };
}
