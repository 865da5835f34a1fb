// Files of rules that somebody names, read whole; of a folder those below it that end in .rules, in order of name.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Message, say } from '../../contract/index.ts';
import {
  type ChoiceKind,
  type ChoiceText,
  readRules,
  type ReadyRules,
  RuleChoices,
  type RuleSet,
  rulesTogether,
  type RuleVariables,
  type Signature,
  type WrongChoice,
} from '../rules/index.ts';
import { readPlain } from '../store/index.ts';

/** Bytes of one file: sets of forty thousand rules have forty million. */
const LARGEST = 268_435_456;
/** Bytes of a file of choices. */
const LARGEST_CHOICES = 16_777_216;
/** How deep folders are followed. */
const MAX_DEPTH = 32;
/** Characters of a file that tell whether it is text. */
const LOOKED_AT = 4_096;
const ENDING = '.rules';

/** A file or a folder of rules that could not be read. */
export interface UnreadRules {
  readonly path: string;
  readonly why: Message;
}

/** Files of choices by kind: which rules are switched off or on, dropped or changed. */
export type ChoiceFiles = Readonly<Record<ChoiceKind, readonly string[]>>;

export interface ChoicesRead {
  readonly choices: RuleChoices | null;
  readonly wrong: readonly WrongChoice[];
  readonly unread: readonly UnreadRules[];
}

/** @returns no choices where no file is named */
export function readChoices(files: ChoiceFiles): ChoicesRead {
  const texts: ChoiceText[] = [];
  const unread: UnreadRules[] = [];
  for (const kind of ['disable', 'enable', 'drop', 'modify'] as const) {
    for (const path of files[kind]) {
      const said = readPlain(path, LARGEST_CHOICES);
      if (said.kind === 'text') texts.push({ kind, file: path, text: said.text });
      else unread.push({ path, why: said.kind === 'none' ? say('rules-no-file') : said.message });
    }
  }
  if (texts.length === 0) return { choices: null, wrong: [], unread };
  return { ...RuleChoices.of(texts), unread };
}

export interface RuleFiles {
  readonly ready: ReadyRules;
  /** Files that were read. */
  readonly files: readonly string[];
  readonly unread: readonly UnreadRules[];
  /** Rules that are switched off. */
  readonly off: readonly Signature[];
  /** The same rules, with sets that no capture has changed. */
  readonly again: () => ReadyRules;
}

/**
 * @param choices which rules are asked and how they are changed
 * @param isOff whether a rule is switched off: it is read, and not asked
 */
export function readRuleFiles(
  paths: readonly string[],
  variables: RuleVariables,
  choices: RuleChoices | null = null,
  isOff: (gid: number, sid: number) => boolean = () => false,
): RuleFiles {
  const read: RuleSet[] = [];
  const off: Signature[] = [];
  const files: string[] = [];
  const unread: UnreadRules[] = [];
  const bad = (path: string, why: Message): void => {
    unread.push({ path, why });
  };
  for (const path of new Set(paths.flatMap((given) => [...ruleFilesAt(given, bad)]))) {
    const said = readPlain(path, LARGEST);
    if (said.kind === 'none') bad(path, say('rules-no-file'));
    else if (said.kind === 'odd') bad(path, said.message);
    else if (isNoText(said.text)) bad(path, say('rules-not-text'));
    else {
      const { rules, refused } = readRules(said.text, path, variables, choices);
      read.push({ rules: rules.filter((rule) => !isOff(rule.gid, rule.sid)), refused });
      for (const rule of rules) if (isOff(rule.gid, rule.sid)) off.push(rule);
      files.push(path);
    }
  }
  return { ready: rulesTogether(read), files, unread, off, again: () => rulesTogether(read) };
}

/** Text has no zero bytes; UTF-16, as some editors keep it, has one beside every letter. */
function isNoText(text: string): boolean {
  return text.slice(0, LOOKED_AT).includes('\0');
}

/** Says another text as soon as a file of rules, or what a folder holds, is another one. */
export function ruleStamp(paths: readonly string[]): string {
  const files = paths.flatMap((given) => [...ruleFilesAt(given, () => undefined)]);
  return files
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? path : `${path} ${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    })
    .join('\n');
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
