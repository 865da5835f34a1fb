// Rules that a person keeps in the window, and those that are switched off: two small files in the data folder, in the
// forms that Suricata and suricata-update read. Whatever else somebody has written into them stays.
import { join } from 'node:path';
import { type Message, type RuleId, say } from '../../contract/index.ts';
import { readRules, rulesIn, type RuleVariables, type Signature } from '../rules/index.ts';
import { readPlain, writePlain } from '../store/index.ts';
import { Refused } from './refused.ts';

/** Bytes of either file. */
const LARGEST = 64 * 1024 * 1024;
/** A line of disable.conf that names one rule: `2019401` or `1:2019401`. */
const DISABLED = /^(?:(\d{1,10}):)?(\d{1,10})\s*(?:#.*)?$/;

export function sameRule(a: RuleId, b: RuleId): boolean {
  return a.gid === b.gid && a.sid === b.sid;
}

/** One rule that somebody writes, over any number of lines. @returns it, or what is wrong with it */
export function readOne(text: string, file: string, variables: RuleVariables): Signature | Message {
  const joined = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(/\\$/, ''))
    .join(' ')
    .trim();
  const { rules, refused } = readRules(joined, file, variables);
  const wrong = refused[0]?.why;
  if (wrong !== undefined) return wrong;
  return rules[0] ?? say('threat-no-text');
}

export class OwnRules {
  readonly path: string;
  private readonly offPath: string;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, 'rules', 'own.rules');
    this.offPath = join(dataFolder, 'rules', 'disable.conf');
  }

  /** The file's text, '' without one. @throws Refused where it cannot be read: nothing is written over it then */
  text(): string {
    return textOf(this.path);
  }

  /** Puts a rule into the place of the one with its id, or at the end. */
  keep(rule: Signature, variables: RuleVariables): void {
    const lines = linesOf(this.text());
    const span = this.spanOf(lines, rule, variables);
    // A last line that goes on, whatever comments stand behind it, would take the rule for its next one.
    const last = lines.findLast((line) => !line.trim().startsWith('#'));
    if (span === null && last?.trim().endsWith('\\') === true) lines.push('');
    if (span === null) lines.push(rule.text);
    else lines.splice(span.from, span.count, rule.text);
    writePlain(this.path, `${lines.join('\n')}\n`);
  }

  delete(id: RuleId, variables: RuleVariables): boolean {
    const lines = linesOf(this.text());
    const span = this.spanOf(lines, id, variables);
    if (span === null) return false;
    lines.splice(span.from, span.count);
    writePlain(this.path, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    return true;
  }

  /** Rules that are switched off. */
  off(): readonly RuleId[] {
    const said = readPlain(this.offPath, LARGEST);
    return said.kind === 'text' ? linesOf(said.text).flatMap((line) => disabled(line) ?? []) : [];
  }

  switch(id: RuleId, on: boolean): void {
    const lines = linesOf(textOf(this.offPath));
    const others = lines.filter((line) => {
      const named = disabled(line);
      return named === null || !sameRule(named, id);
    });
    if (!on) others.push(`${id.gid}:${id.sid}`);
    writePlain(this.offPath, others.length === 0 ? '' : `${others.join('\n')}\n`);
  }

  /** Lines of a rule that is kept, from 0; null where there is none of that id. */
  private spanOf(
    lines: readonly string[],
    id: RuleId,
    variables: RuleVariables,
  ): { from: number; count: number } | null {
    for (const { line, text } of rulesIn(lines.join('\n'))) {
      const [rule] = readRules(text, this.path, variables).rules;
      if (rule === undefined || !sameRule(rule, id)) continue;
      const from = line - 1;
      let last = from;
      while (last + 1 < lines.length && (lines[last]!.trim().endsWith('\\') || lines[last]!.trim().startsWith('#')))
        last++;
      return { from, count: last + 1 - from };
    }
    return null;
  }
}

function disabled(line: string): RuleId | null {
  const found = DISABLED.exec(line.trim());
  return found === null ? null : { gid: Number(found[1] ?? 1), sid: Number(found[2]) };
}

/** @throws Refused where a file of a person's own cannot be read: nothing is written over it then */
export function textOf(path: string): string {
  const said = readPlain(path, LARGEST);
  if (said.kind === 'odd') throw new Refused('failed', say('threat-own-unreadable', { why: said.message }));
  return said.kind === 'text' ? said.text : '';
}

/** Without the empty one after the last line's end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
