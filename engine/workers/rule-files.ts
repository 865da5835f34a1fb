// Files of rules that somebody names, read whole; of a folder those below it that end in .rules, in order of name.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Message, say } from '../../contract/index.ts';
import { readRules, type ReadyRules, type RuleSet, rulesTogether, type RuleVariables } from '../rules/index.ts';
import { readPlain } from '../store/index.ts';

/** Bytes of one file: sets of forty thousand rules have forty million. */
const LARGEST = 268_435_456;
/** How deep folders are followed. */
const MAX_DEPTH = 32;
const ENDING = '.rules';

/** A file or a folder of rules that could not be read. */
export interface UnreadRules {
  readonly path: string;
  readonly why: Message;
}

export interface RuleFiles {
  readonly ready: ReadyRules;
  /** Files that were read. */
  readonly files: readonly string[];
  readonly unread: readonly UnreadRules[];
  /** The same rules, with sets that no capture has changed. */
  readonly again: () => ReadyRules;
}

export function readRuleFiles(paths: readonly string[], variables: RuleVariables): RuleFiles {
  const read: RuleSet[] = [];
  const files: string[] = [];
  const unread: UnreadRules[] = [];
  const bad = (path: string, why: Message): void => {
    unread.push({ path, why });
  };
  for (const path of new Set(paths.flatMap((given) => [...ruleFilesAt(given, bad)]))) {
    const said = readPlain(path, LARGEST);
    if (said.kind === 'none') bad(path, say('rules-no-file'));
    else if (said.kind === 'odd') bad(path, said.message);
    else {
      read.push(readRules(said.text, path, variables));
      files.push(path);
    }
  }
  return { ready: rulesTogether(read), files, unread, again: () => rulesTogether(read) };
}

/** The files of a path that was given: itself, or what it holds. */
function* ruleFilesAt(given: string, bad: (path: string, why: Message) => void): Generator<string> {
  if (!isFolder(given)) {
    yield given;
    return;
  }
  let found = 0;
  for (const path of below(given, 0, bad)) {
    found++;
    yield path;
  }
  if (found === 0) bad(given, say('rules-empty-folder', { ending: ENDING }));
}

function* below(folder: string, depth: number, bad: (path: string, why: Message) => void): Generator<string> {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    bad(folder, say('rules-folder-unreadable'));
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    if (isFolder(path)) {
      if (depth < MAX_DEPTH) yield* below(path, depth + 1, bad);
      else bad(path, say('rules-folder-deep', { max: MAX_DEPTH }));
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
