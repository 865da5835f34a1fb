// The table of all rules, as docs/evidence.md holds it.
import { english, say } from '../../contract/index.ts';
import { INDICATOR_RULES } from './indicator.ts';
import { RULE_TABLE } from './rules.ts';

/** A table in Markdown: kind, rule, points, what it is called, ATT&CK technique; kinds together, the highest first. */
export function ruleTable(): string {
  const all = [...RULE_TABLE, ...INDICATOR_RULES];
  const kinds = [...new Set(all.map((rule) => rule.kind))];
  const rows = kinds.flatMap((kind) =>
    all
      .filter((rule) => rule.kind === kind)
      .toSorted((a, b) => b.points - a.points)
      .map((rule) => {
        const technique = rule.technique ?? '';
        return `| ${kind} | \`${rule.name}\` | ${rule.points} | ${english(say(rule.title))} | ${technique} |`;
      }),
  );
  return ['| kind | rule | points | says | ATT&CK |', '|---|---|---|---|---|', ...rows].join('\n');
}
