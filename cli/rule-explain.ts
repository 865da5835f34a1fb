// Explanations of rules for people and as records: what a rule came to at a packet, step by step.
import { count, english, type RuleExplainedRecord } from '../contract/index.ts';
import type { ReadyRules, RefusedRule, RuleExplanation } from '../engine/host-rules.ts';
import { UsageError } from './context.ts';
import type { Out } from './rule-check.ts';
import { ruleNamed } from './rule-run.ts';

/** Ids of rules, `sid` or `gid:sid`; all of them where it is null. */
export interface Wanted {
  readonly ids: ReadonlySet<string> | null;
}

/** Rules that are explained at once: each is looked at with every packet. */
const MOST_RULES = 200;
/** Packets of matches, and steps that failed, that a line names. */
const MOST_PACKETS = 12;
const MOST_FAILED = 4;

/** @param said what --explain was given: ids between commas, or `all` @throws UsageError for what is neither */
export function wantedRules(said: readonly string[]): Wanted {
  const ids = said.flatMap((text) => text.split(',')).map((id) => id.trim());
  if (ids.includes('all')) return { ids: null };
  const wrong = ids.find((id) => !/^(?:\d{1,10}:)?\d{1,10}$/.test(id));
  if (wrong !== undefined) throw new UsageError(`--explain takes sids, gid:sid or all; '${wrong}' is none`);
  return { ids: new Set(ids) };
}

export class Explained {
  private readonly wanted: Wanted;
  private readonly refused: readonly RefusedRule[];

  /** @throws UsageError where an id is of no rule at all, and for too many rules */
  constructor(wanted: Wanted, ready: ReadyRules) {
    this.wanted = wanted;
    const { ids } = wanted;
    const chosen = ready.rules.filter((rule) => this.wants(rule)).length;
    if (chosen > MOST_RULES)
      throw new UsageError(`${count(chosen)} rules would be explained, at most ${MOST_RULES} can be: say which by sid`);
    this.refused = ids === null ? [] : ready.refused.filter(({ sid }) => sid !== null && ids.has(String(sid)));
    const known = new Set([
      ...ready.rules.flatMap((rule) => [String(rule.sid), `${rule.gid}:${rule.sid}`]),
      ...this.refused.map(({ sid }) => String(sid)),
    ]);
    const unknown = [...(ids ?? [])].find((id) => !known.has(id));
    if (unknown !== undefined) throw new UsageError(`--explain ${unknown}: none of the rules has this id`);
  }

  wants({ gid, sid }: { readonly gid: number; readonly sid: number }): boolean {
    const { ids } = this.wanted;
    return ids === null || ids.has(String(sid)) || ids.has(`${gid}:${sid}`);
  }

  /** @param packet the one that is meant, from 1; null for all */
  print(file: string, all: readonly RuleExplanation[], packet: number | null, { writer, asJson }: Out): void {
    for (const r of this.refused) {
      const why = `${r.file}:${r.line}: ${english(r.why)}`;
      if (asJson) writer.write({ ...NOTHING, file, gid: null, sid: r.sid!, msg: '', refused: why });
      else for (const line of ['', `Rule ${r.sid} is not asked: ${why}`]) writer.line(line);
    }
    for (const e of [...all].toSorted((a, b) => a.rule.sid - b.rule.sid)) {
      if (asJson) writer.write(recordOf(file, e));
      else for (const line of linesOf(e, packet)) writer.line(line);
    }
    if (!asJson) writer.line('');
  }
}

const NOTHING = {
  type: 'rule-explained',
  rev: 0,
  matched: false,
  matches: 0,
  packets: [],
  packet: null,
  steps: [],
  looks: 0,
  failed: [],
} as const;

function recordOf(file: string, e: RuleExplanation): RuleExplainedRecord {
  return {
    type: 'rule-explained',
    file,
    ...ruleNamed(e.rule),
    matched: e.matched,
    matches: e.matches,
    packets: e.packets.map((row) => row + 1),
    packet: e.packet === null ? null : e.packet + 1,
    steps: e.steps.map((s) => ({ step: s.step, passed: s.passed, why: english(s.why) })),
    looks: e.looks,
    failed: e.failed,
    refused: null,
  };
}

function linesOf(e: RuleExplanation, packet: number | null): string[] {
  const { gid, sid, rev, msg } = e.rule;
  const width = Math.min(44, Math.max(0, ...e.steps.map((s) => s.step.length)));
  const steps = e.steps.map((s) => `  ${s.passed ? '+' : '-'} ${s.step.padEnd(width)}  ${english(s.why)}`);
  const often = e.failed.slice(0, MOST_FAILED).map((f) => `${f.step} (${count(f.looks)})`);
  const more = packet !== null || often.length === 0 ? [] : [`  It ended most often at: ${often.join(', ')}`];
  return ['', `Rule ${gid}:${sid}:${rev} ${msg}`.trimEnd(), `  ${outcome(e, packet)}`, ...steps, ...more];
}

function outcome(e: RuleExplanation, packet: number | null): string {
  const looks = `of ${count(e.looks)} ${e.looks === 1 ? 'look' : 'looks'}`;
  const at =
    e.packet === null ? '' : `${e.atEnd ? 'after the end of the flow, behind packet' : 'at packet'} ${e.packet + 1}`;
  if (e.matched) {
    const named = e.packets.slice(0, MOST_PACKETS).map((row) => count(row + 1));
    const more = e.matches > named.length ? ', …' : '';
    const times = `${count(e.matches)} ${e.matches === 1 ? 'time' : 'times'}`;
    return `matched ${times} (${e.matches === 1 ? 'packet' : 'packets'} ${named.join(', ')}${more}), first ${at}:`;
  }
  if (e.packet === null) return packet === null ? 'was never asked' : `was not asked at packet ${packet}`;
  return packet === null ? `did not match; of ${looks.slice(3)} it came furthest ${at}:` : `did not match ${at}:`;
}
