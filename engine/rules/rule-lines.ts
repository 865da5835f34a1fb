// What files of choices say: which rules of a set are meant, as suricata-update has it. Patterns take linear time.
import { basename, extname } from 'node:path';
import { type Message, say } from '../../contract/index.ts';
import { type Pattern, rulePattern } from './pattern.ts';
import { shown } from './syntax.ts';

/** A rule as its file has it. */
export interface WrittenRule {
  readonly file: string;
  readonly text: string;
  readonly gid: number;
  readonly sid: number | null;
  readonly rev: number;
}

export interface RuleMatcher {
  /** Ids that are meant, `gid:sid` or `gid:sid:rev`: such lines are looked up; null where it must be asked. */
  readonly ids: readonly string[] | null;
  matches(rule: WrittenRule): boolean;
}

/** Reads which rules a line means. @returns what is wrong, where it means none */
export function ruleMatcher(said: string): RuleMatcher | Message {
  const text = said.trim();
  if (text === '*') return { ids: null, matches: () => true };
  const ids = idsOf(text);
  if (ids !== null) return { ids, matches: (rule) => ids.some((id) => idFits(id, rule)) };
  const prefix = /^(re|group|filename|metadata):\s*(.*)$/s.exec(text);
  const value = prefix?.[2]?.trim() ?? '';
  switch (prefix?.[1]) {
    case 're':
      return textMatcher(value);
    case 'group':
      return groupMatcher(value);
    case 'filename':
      return globMatcher(value, (rule) => [rule.file, basename(rule.file)]);
    case 'metadata':
      return metadataMatcher(value);
    default:
      return text.endsWith('.rules') ? groupMatcher(text) : say('choice-unknown', { text: shown(text) });
  }
}

/** `sid`, `gid:sid`, `gid:sid:rev`, several between commas. */
function idsOf(text: string): readonly string[] | null {
  const parts = text.split(',').map((p) => p.trim());
  if (!parts.every((p) => /^\d{1,10}(?::\d{1,10}){0,2}$/.test(p))) return null;
  return parts.map((p) => (p.includes(':') ? p : `1:${p}`).split(':').map(Number).join(':'));
}

function idFits(id: string, { gid, sid, rev }: WrittenRule): boolean {
  return sid !== null && (id === `${gid}:${sid}` || id === `${gid}:${sid}:${rev}`);
}

/** A text without what patterns give a meaning is looked for as it is. */
const LITERAL = /^[\w\s:;,"'/<>=!@#%&~`-]*$/;

function textMatcher(source: string): RuleMatcher | Message {
  if (source === '') return say('choice-empty');
  if (LITERAL.test(source)) {
    const small = source.toLowerCase();
    return { ids: null, matches: (rule) => rule.text.toLowerCase().includes(small) };
  }
  const pattern = patternOf(source, true);
  if ('say' in pattern) return pattern;
  return { ids: null, matches: (rule) => pattern.find(Buffer.from(rule.text), 0) !== null };
}

/** A pattern over the bytes of a rule. */
export function patternOf(source: string, ignoreCase: boolean): Pattern | Message {
  return rulePattern(Buffer.from(source, 'utf8').toString('latin1'), {
    ignoreCase,
    dotAll: false,
    lines: false,
    anchored: false,
    ungreedy: false,
  });
}

/** The name of the rule's file, with its ending or without. */
function groupMatcher(glob: string): RuleMatcher | Message {
  return globMatcher(glob, ({ file }) => [basename(file), basename(file, extname(file))]);
}

function globMatcher(glob: string, names: (rule: WrittenRule) => readonly string[]): RuleMatcher | Message {
  if (glob === '') return say('choice-empty');
  return { ids: null, matches: (rule) => names(rule).some((name) => globFits(glob, name)) };
}

function metadataMatcher(said: string): RuleMatcher | Message {
  const form = /^(\S+)\s+(\S.*)$/.exec(said.toLowerCase());
  if (form === null) return say('choice-metadata');
  const wanted = `${form[1]} ${form[2]!.trim()}`;
  return {
    ids: null,
    matches: ({ text }) =>
      [...text.matchAll(/[;(]\s*metadata\s*:([^;]*);/gi)].some(([, value]) =>
        value!.split(',').some((one) => one.trim().toLowerCase().replace(/\s+/, ' ') === wanted),
      ),
  };
}

/**
 * Whether a name is as a glob of shells has it: `*`, `?`, `[a-z]`, `[!a]`. Only the last star is gone back to, so the
 * time is at most that of both lengths multiplied.
 */
export function globFits(glob: string, name: string): boolean {
  const parts = globParts(glob);
  let [at, n] = [0, 0];
  let [star, from] = [-1, 0];
  while (n < name.length) {
    const part = parts[at];
    if (part === '*') {
      star = at++;
      from = n;
    } else if (part !== undefined && part(name[n]!)) {
      at++;
      n++;
    } else if (star >= 0) {
      at = star + 1;
      n = ++from;
    } else return false;
  }
  while (parts[at] === '*') at++;
  return at === parts.length;
}

type GlobPart = '*' | ((c: string) => boolean);

function globParts(glob: string): readonly GlobPart[] {
  const parts: GlobPart[] = [];
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!;
    const end = c === '[' ? glob.indexOf(']', i + 2) : -1;
    if (c === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (c === '?') parts.push(() => true);
    else if (end > 0) {
      parts.push(setOf(glob.slice(i + 1, end)));
      i = end;
    } else parts.push((other) => other === c);
  }
  return parts;
}

function setOf(text: string): (c: string) => boolean {
  const not = text.startsWith('!');
  const chars = not ? text.slice(1) : text;
  return (c) => {
    let inside = false;
    for (let i = 0; i < chars.length; i++) {
      if (chars[i + 1] === '-' && i + 2 < chars.length) {
        if (c >= chars[i]! && c <= chars[i + 2]!) inside = true;
        i += 2;
      } else if (c === chars[i]) inside = true;
    }
    return inside !== not;
  };
}

/** Words of a line as a shell takes them: quotes and backslashes. @returns null where a quote is not closed */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quote !== '') {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"' && (line[i + 1] === '"' || line[i + 1] === '\\')) word += line[++i]!;
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (c === '\\' && i + 1 < line.length) word = (word ?? '') + line[++i]!;
    else if (c === ' ' || c === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + c;
  }
  if (quote !== '') return null;
  if (word !== null) words.push(word);
  return words;
}
