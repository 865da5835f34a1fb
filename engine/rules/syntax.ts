// The form of a rule: action, header, options. What options mean is not known here.
import { type Message, say } from '../../contract/index.ts';

export type Action = 'alert' | 'pass' | 'drop' | 'reject' | 'rejectsrc' | 'rejectdst' | 'rejectboth' | 'config';
const ACTIONS: ReadonlySet<string> = new Set<Action>([
  'alert',
  'pass',
  'drop',
  'reject',
  'rejectsrc',
  'rejectdst',
  'rejectboth',
  'config',
]);

/** `name;` or `name:value;` as it is written, `\;` and `\"` within still escaped. */
export interface OptionText {
  readonly name: string;
  /** Without the white space around it; null where there is no colon. */
  readonly value: string | null;
}

export interface RuleForm {
  readonly action: Action;
  /** In small letters. */
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  /** `<>`: both ways. `=>`: the whole transaction of the application, both of its sides. */
  readonly direction: '->' | '<>' | '=>';
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly OptionText[];
}

/** Options of one rule: real ones have at most a few dozen. */
const MAX_OPTIONS = 512;

/** @returns the form of a rule, or what is wrong with it */
export function ruleForm(text: string): RuleForm | Message {
  const open = text.indexOf('(');
  if (open < 0) return say('rule-no-options');
  const close = text.trimEnd();
  if (!close.endsWith(')')) return say('rule-not-closed');
  const words = headerWords(text.slice(0, open));
  if (words === null || words.length !== 7) return say('rule-header');
  const [action, protocol, source, sourcePort, direction, destination, destinationPort] = words as SevenWords;
  if (!ACTIONS.has(action)) return say('rule-action', { action });
  if (direction !== '->' && direction !== '<>' && direction !== '=>') return say('rule-direction', { direction });
  const options = optionsOf(close.slice(open + 1, -1));
  if (!Array.isArray(options)) return options as Message;
  return {
    action: action as Action,
    protocol: protocol.toLowerCase(),
    source,
    sourcePort,
    direction,
    destination,
    destinationPort,
    options: options as readonly OptionText[],
  };
}

type SevenWords = [string, string, string, string, string, string, string];

/** Words between white space; white space within brackets belongs to its word. */
function headerWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const c of text) {
    if (c === '[') depth++;
    else if (c === ']') depth--;
    if (depth < 0) return null;
    if (depth === 0 && (c === ' ' || c === '\t')) {
      if (word !== '') words.push(word);
      word = '';
    } else if (c !== ' ' && c !== '\t') word += c;
  }
  if (word !== '') words.push(word);
  return depth === 0 ? words : null;
}

/** @returns options in their order. They end at a semicolon that is not escaped, within quotes as well. */
function optionsOf(text: string): readonly OptionText[] | Message {
  const options: OptionText[] = [];
  let at = 0;
  while (at < text.length) {
    const end = endOfOption(text, at);
    if (end < 0) {
      const rest = text.slice(at).trim();
      if (rest === '') break;
      return say('rule-option-not-ended', { option: shown(rest) });
    }
    const one = text.slice(at, end).trim();
    at = end + 1;
    if (one === '') continue;
    if (options.length === MAX_OPTIONS) return say('rule-many-options', { max: MAX_OPTIONS });
    const colon = one.indexOf(':');
    options.push(
      colon < 0
        ? { name: one.toLowerCase(), value: null }
        : { name: one.slice(0, colon).trim().toLowerCase(), value: one.slice(colon + 1).trim() },
    );
  }
  return options;
}

/** @returns where the semicolon stands that ends the option at `at`, -1 where there is none */
function endOfOption(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x3b) return i;
  }
  return -1;
}

/** A part of a hostile text, short enough to be said. */
export function shown(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '·');
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}
