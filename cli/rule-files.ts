// Files of rules that a call names, and the variables that are said beside them.
import { english } from '../contract/index.ts';
import { readPlain } from '../engine/host.ts';
import { readRuleFiles, type RuleFiles, ruleVariables, type RuleVariables } from '../engine/host-rules.ts';
import { say, UsageError } from './context.ts';

/** Reads them, and says what could not be read. */
export function saidRuleFiles(paths: readonly string[], variables: RuleVariables): RuleFiles {
  const files = readRuleFiles(paths, variables);
  for (const { path, why } of files.unread) say(`${path}: ${english(why)}.`);
  return files;
}

/** Bytes of a file of variables. */
const LARGEST_VARS = 1_048_576;

/** Names and values of a file of variables and of the call, in this order: the later ones count. */
export function saidVariables(file: string | null, said: readonly string[]): readonly (readonly [string, string])[] {
  return [...(file === null ? [] : linesOf(file)), ...said.map((text) => variableOf(text, '--var'))];
}

/**
 * Suricata's own variables with those of a file and of the call, of which the later ones count.
 * @param file lines of NAME=VALUE, or null @param said texts of NAME=VALUE
 * @throws UsageError for what is no variable
 */
export function variablesOf(file: string | null, said: readonly string[]): RuleVariables {
  const variables = ruleVariables(saidVariables(file, said));
  if ('why' in variables) throw new UsageError(`the variable ${variables.name}: ${english(variables.why)}`);
  return variables;
}
function linesOf(file: string): readonly (readonly [string, string])[] {
  const read = readPlain(file, LARGEST_VARS);
  if (read.kind === 'none') throw new UsageError(`${file}: there is no such file`);
  if (read.kind === 'odd') throw new UsageError(`${file}: ${english(read.message)}`);
  return read.text.split('\n').flatMap((line, n) => {
    const text = line.trim();
    return text === '' || text.startsWith('#') ? [] : [variableOf(text, `${file}, line ${n + 1},`)];
  });
}

function variableOf(text: string, where: string): readonly [string, string] {
  const form = /^\s*\$?([A-Za-z_][A-Za-z0-9_-]*)\s*=\s*(\S.*?)\s*$/.exec(text);
  if (form === null) throw new UsageError(`${where} takes NAME=VALUE, such as HOME_NET=10.0.0.0/8; '${text}' is none`);
  return [form[1]!, form[2]!];
}
