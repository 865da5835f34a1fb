// Files of rules that a call names, read whole; of a folder those below it that end in .rules, in order of name.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { english } from '../contract/index.ts';
import { readPlain } from '../engine/host.ts';
import {
  type ReadyRules,
  readRules,
  type RuleSet,
  rulesTogether,
  ruleVariables,
  type RuleVariables,
} from '../engine/host-rules.ts';
import { say, UsageError } from './context.ts';

/** Bytes of one file: sets of forty thousand rules have forty million. */
const LARGEST = 268_435_456;
/** How deep folders are followed. */
const MAX_DEPTH = 32;
const ENDING = '.rules';

export interface RuleFiles {
  readonly ready: ReadyRules;
  /** Files that were read. */
  readonly files: number;
  /** Files and folders that could not be; each was said. */
  readonly unread: number;
  /** The same rules, with sets that no capture has changed. */
  readonly again: () => ReadyRules;
}

export function readRuleFiles(paths: readonly string[], variables: RuleVariables): RuleFiles {
  const read: RuleSet[] = [];
  let unread = 0;
  const bad = (path: string, why: string): void => {
    unread++;
    say(`${path}: ${why}.`);
  };
  for (const path of new Set(paths.flatMap((given) => [...ruleFilesAt(given, bad)]))) {
    const said = readPlain(path, LARGEST);
    if (said.kind === 'none') bad(path, 'there is no such file');
    else if (said.kind === 'odd') bad(path, english(said.message));
    else read.push(readRules(said.text, path, variables));
  }
  return { ready: rulesTogether(read), files: read.length, unread, again: () => rulesTogether(read) };
}

/** The files of a path that was given: itself, or what it holds. */
function* ruleFilesAt(given: string, bad: (path: string, why: string) => void): Generator<string> {
  if (!isFolder(given)) {
    yield given;
    return;
  }
  let found = 0;
  for (const path of below(given, 0, bad)) {
    found++;
    yield path;
  }
  if (found === 0) bad(given, `it holds no file that ends in ${ENDING}`);
}

function* below(folder: string, depth: number, bad: (path: string, why: string) => void): Generator<string> {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    bad(folder, 'this folder cannot be read');
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    if (isFolder(path)) {
      if (depth < MAX_DEPTH) yield* below(path, depth + 1, bad);
      else bad(path, `more than ${MAX_DEPTH} folders lie in each other`);
    } else if (name.endsWith(ENDING)) yield path;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Bytes of a file of variables. */
const LARGEST_VARS = 1_048_576;

/**
 * Suricata's own variables with those of a file and of the call, of which the later ones count.
 * @param file lines of NAME=VALUE, or null @param said texts of NAME=VALUE
 * @throws UsageError for what is no variable
 */
export function variablesOf(file: string | null, said: readonly string[]): RuleVariables {
  const all = [...(file === null ? [] : linesOf(file)), ...said.map((text) => variableOf(text, '--var'))];
  const variables = ruleVariables(all);
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
