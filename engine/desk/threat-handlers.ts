// What the desk answers about threat rules and lists: one function a request kind.
import { isAbsolute } from 'node:path';
import { type RuleId, say, type ThreatReplies } from '../../contract/index.ts';
import { rulesIn } from '../rules/index.ts';
import { readPlain } from '../store/index.ts';
import type { Handlers } from './asker.ts';
import { readOne, sameRule } from './own-rules.ts';
import { Refused } from './refused.ts';
import type { ThreatBook } from './threat-book.ts';
import { threatState } from './threat-state.ts';

/** Bytes of a file of rules. */
const LARGEST = 268_435_456;

/** What asks of matches in a capture. */
export type OfMatches =
  | 'explainRule'
  | 'exportEve'
  | 'flowThreats'
  | 'makeRule'
  | 'measureRules'
  | 'neverMatched'
  | 'packetThreats'
  | 'ruleCosts';

export const threatHandlers: Omit<Pick<Handlers, keyof ThreatReplies>, OfMatches> = {
  threat: (desk) => threatState(desk),
  setThreat: async (desk, _asker, { wish }) => {
    const odd = [...wish.rules, ...wish.indicators, ...wish.allow].find((path) => !isAbsolute(path));
    if (odd !== undefined) throw new Refused('refused', say('threat-path-relative', { path: odd }));
    await desk.shared.threats.set(wish);
    return threatState(desk);
  },
  reloadThreat: async (desk) => {
    await desk.shared.threats.reload();
    return threatState(desk);
  },
  switchRule: async (desk, _asker, { gid, sid, on }) => {
    await desk.shared.threats.switch({ gid, sid }, on);
    return threatState(desk);
  },
  rule: (desk, _asker, id) => ruleText(desk.shared.threats, id),
  checkRule: (desk, _asker, { text }) => {
    const { threats } = desk.shared;
    const read = readOne(text, threats.own.path, threats.variables);
    return { wrong: 'say' in read ? read : null };
  },
  keepRule: async (desk, _asker, { text }) => {
    const { threats } = desk.shared;
    const { own, variables } = threats;
    const rule = readOne(text, own.path, variables);
    if ('say' in rule) return { wrong: rule, gid: 0, sid: 0 };
    const { gid, sid } = rule;
    // Of two rules with one id only one is asked.
    const other = threats.read?.facts.find((fact) => sameRule(fact, rule) && fact.file !== own.path);
    if (other !== undefined)
      return { wrong: say('rule-again', { sid, file: other.file, line: other.line, rev: other.rev }), gid, sid };
    own.keep(rule, variables);
    await threats.readRules();
    return { wrong: null, gid, sid };
  },
  allowIndicator: async (desk, _asker, { kind, value, on }) => {
    await desk.shared.threats.allow({ kind, value }, on);
    return threatState(desk);
  },
  deleteRule: async (desk, _asker, id) => {
    const { threats } = desk.shared;
    if (!threats.own.delete(id, threats.variables)) throw new Refused('not-found', say('threat-not-own', id));
    await threats.readRules();
    return threatState(desk);
  },
};

/** The rule as it stands in its file. */
export function ruleText({ read, own }: ThreatBook, id: RuleId): ThreatReplies['rule'] {
  const fact = [...(read?.facts ?? []), ...(read?.off ?? [])].find((f) => sameRule(f, id));
  if (fact === undefined) throw new Refused('not-found', say('threat-no-rule', id));
  const said = readPlain(fact.file, LARGEST);
  if (said.kind === 'text') {
    for (const { line, text } of rulesIn(said.text)) {
      if (line === fact.line) return { text, file: fact.file, line, own: fact.file === own.path };
    }
  }
  throw new Refused('not-found', say('threat-rule-moved', id));
}

/**
 * Several rules as they are written: each file is read once, since sets of rules have forty million bytes.
 * @returns by id; a rule whose file has changed meanwhile is missing
 */
export function rulesAsWritten({ read }: ThreatBook, ids: readonly RuleId[]): ReadonlyMap<string, string> {
  const wanted = new Map<string, Map<number, string>>();
  const asked = new Set(ids.map(ruleKey));
  for (const fact of [...(read?.facts ?? []), ...(read?.off ?? [])]) {
    if (!asked.has(ruleKey(fact))) continue;
    const lines = wanted.get(fact.file) ?? new Map<number, string>();
    wanted.set(fact.file, lines.set(fact.line, ruleKey(fact)));
  }
  const out = new Map<string, string>();
  for (const [file, lines] of wanted) {
    const said = readPlain(file, LARGEST);
    if (said.kind !== 'text') continue;
    for (const { line, text } of rulesIn(said.text)) {
      const key = lines.get(line);
      if (key !== undefined) out.set(key, text);
    }
  }
  return out;
}

export function ruleKey({ gid, sid }: RuleId): string {
  return `${gid}:${sid}`;
}
