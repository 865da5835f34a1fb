// Rules that set the bits and counters which other rules ask for: without them a rule that is asked alone, to explain it or
// to show what it matched on, would not match.
import type { RuleVariables, Signature } from '../rules/index.ts';
import { rulesIn } from '../rules/index.ts';
import { readPlain } from '../store/index.ts';
import type { RulesRead } from '../workers/index.ts';
import { readOne } from './own-rules.ts';

/** Bytes of a file of rules. */
const LARGEST = 268_435_456;
/** Rules that are asked beside, and how often it is looked what those ask for. */
const MOST = 500;
const ROUNDS = 4;
const SETS = /\b(?:flowbits|xbits|hostbits)\s*:\s*(?:set|unset|toggle)\b|\bflowint\s*:/;

interface Setter {
  readonly text: string;
  readonly file: string;
}

/** Texts of all rules that set something, of what was read. */
const known = new WeakMap<RulesRead, readonly Setter[]>();

function settersIn(read: RulesRead): readonly Setter[] {
  let setters = known.get(read);
  if (setters === undefined) {
    const asked = new Set(read.facts.map(({ file, line }) => `${file}:${line}`));
    setters = [...new Set(read.facts.map(({ file }) => file))].flatMap((file) => {
      const said = readPlain(file, LARGEST);
      if (said.kind !== 'text') return [];
      return [...rulesIn(said.text)].flatMap(({ line, text }) =>
        SETS.test(text) && asked.has(`${file}:${line}`) ? [{ text, file }] : [],
      );
    });
    known.set(read, setters);
  }
  return setters;
}

function wantedBy(rule: Signature): readonly string[] {
  return [...rule.bits.flatMap(({ names }) => names), ...rule.counters.map(({ name }) => name)];
}

/** Rules that set what the given ones ask for, and what those ask for in turn; the given ones are not among them. */
export function settersOf(
  read: RulesRead | null,
  rules: readonly Signature[],
  variables: RuleVariables,
): readonly Signature[] {
  const out: Signature[] = [];
  if (read === null) return out;
  const names = new Set<string>();
  const taken = new Set(rules.map(({ text }) => text));
  let wanted = rules.flatMap(wantedBy);
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = new Set(wanted.filter((name) => !names.has(name)));
    if (fresh.size === 0) break;
    for (const name of fresh) names.add(name);
    wanted = [];
    for (const { text, file } of settersIn(read)) {
      if (out.length >= MOST || taken.has(text) || ![...fresh].some((name) => text.includes(name))) continue;
      const rule = readOne(text, file, variables);
      if ('say' in rule) continue;
      const sets = [...rule.bitChanges, ...rule.counterChanges].some(({ name }) => fresh.has(name));
      if (!sets) continue;
      taken.add(text);
      out.push(rule);
      wanted.push(...wantedBy(rule));
    }
  }
  return out;
}
