// Files of rules that a call names, with variables and choices that are said beside them.
import { count, english } from '../contract/index.ts';
import { readPlain } from '../engine/host.ts';
import {
  type ChoiceFiles,
  isYaml,
  readChoices,
  readRuleFiles,
  readSuricataFile,
  type RuleChoices,
  type RuleFiles,
  ruleVariables,
  type RuleVariables,
  type SuricataFile,
} from '../engine/host-rules.ts';
import { say, UsageError } from './context.ts';

/** Bytes of a file of variables. */
const LARGEST_VARS = 1_048_576;
/** Lines of choices that are told of one by one. */
const MAX_TOLD = 10;

/** Options of a call that are about rules. */
export interface RuleOptions {
  readonly var: readonly string[];
  readonly vars: string | null;
  readonly disable: readonly string[];
  readonly enable: readonly string[];
  readonly drop: readonly string[];
  readonly modify: readonly string[];
}

/** What is asked of rules, as plain data. */
export interface RuleCall {
  readonly paths: readonly string[];
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly choices: ChoiceFiles;
}

/**
 * A suricata.yaml among the paths gives its files of rules and its variables; those of --vars and --var count more.
 * @throws UsageError for what is no variable, and for a configuration that cannot be read
 */
export async function ruleCall(paths: readonly string[], o: RuleOptions): Promise<RuleCall> {
  const { disable, enable, drop, modify } = o;
  const files: string[] = [];
  const variables: (readonly [string, string])[] = [];
  for (const path of paths) {
    if (!isYaml(path)) {
      files.push(path);
      continue;
    }
    const config = await configOf(path);
    if (config.rules.length === 0) throw new UsageError(`${path} names no rule-files`);
    files.push(...config.rules);
    variables.push(...config.variables);
  }
  variables.push(...(await saidVariables(o.vars, o.var)));
  return { paths: files, variables, choices: { disable, enable, drop, modify } };
}

async function configOf(path: string): Promise<SuricataFile> {
  const config = await readSuricataFile(path);
  if ('say' in config) throw new UsageError(`${path}: ${english(config)}`);
  return config;
}

/** Rules as a call wants them. */
export interface CalledRules extends RuleFiles {
  readonly choices: RuleChoices | null;
}

/** Reads them. @throws UsageError where the call itself is wrong: rules that cannot be read are no error here */
export function calledRules({ paths, variables, choices }: RuleCall): CalledRules {
  const chosen = knownChoices(choices);
  return { ...readRuleFiles(paths, knownVariables(variables), chosen), choices: chosen };
}

/** Says what could not be read. */
export function sayUnread({ unread }: Pick<RuleFiles, 'unread'>): void {
  for (const { path, why } of unread) say(`${path}: ${english(why)}.`);
}

/** Suricata's own variables with those that were said. @throws UsageError for what is neither of addresses nor ports */
export function knownVariables(said: RuleCall['variables']): RuleVariables {
  const variables = ruleVariables(said);
  if ('why' in variables) throw new UsageError(`the variable ${variables.name}: ${english(variables.why)}`);
  return variables;
}

/** @throws UsageError: rules that were not chosen as somebody wants them would look like those that were */
export function knownChoices(files: ChoiceFiles): RuleChoices | null {
  const { choices, wrong, unread } = readChoices(files);
  const told = [
    ...unread.map(({ path, why }) => `${path}: ${english(why)}`),
    ...wrong.map(({ file, line, why }) => `${file}, line ${line}: ${english(why)}`),
  ];
  if (told.length === 0) return choices;
  const more = told.length > MAX_TOLD ? [`${count(told.length - MAX_TOLD)} more lines`] : [];
  throw new UsageError([...told.slice(0, MAX_TOLD), ...more].join('; '));
}

/** Names and values of a file of variables and of the call, in this order: the later ones count. */
async function saidVariables(file: string | null, said: readonly string[]): Promise<RuleCall['variables']> {
  const ofFile = file !== null && isYaml(file) ? (await configOf(file)).variables : linesOf(file);
  return [...ofFile, ...said.map((text) => variableOf(text, '--var'))];
}

function linesOf(file: string | null): RuleCall['variables'] {
  if (file === null) return [];
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
