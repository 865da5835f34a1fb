// What the host says is a key with values. Each language has a table of the same keys: English here, for the command
// line, for JSON records and for logs; the window has Chinese beside it. No code compares or cuts a sentence.
import { errorText } from './error-text.ts';
import { ENGLISH } from './messages-en.ts';
import { count } from './values.ts';

export type MessageKey = keyof typeof ENGLISH;

/** Names between braces in a template: `{n:packet|packets}` is the name `n`. */
type NamesIn<Template extends string> = Template extends `${string}{${infer Inside}}${infer Rest}`
  ? (Inside extends `${infer Name}:${string}` ? Name : Inside) | NamesIn<Rest>
  : never;

/** What a place of a template takes: a number, a text that is not ours (a name, a path), a message, or several. */
export type MessageValue = string | number | Message | readonly (string | Message)[];
type ValuesOf<Key extends MessageKey> = { readonly [Name in NamesIn<(typeof ENGLISH)[Key]>]: MessageValue };

/** One sentence, or part of one, of ours. It travels over every wire as it is. */
export interface Message {
  readonly say: MessageKey;
  readonly values?: Readonly<Record<string, MessageValue>>;
}

/** Keys whose templates have no places. */
export type PlainKey = { [K in MessageKey]: [NamesIn<(typeof ENGLISH)[K]>] extends [never] ? K : never }[MessageKey];

/** A table of one language. Its compiler wants every key. */
export type MessageTable = Readonly<Record<MessageKey, string>>;

export interface Language {
  readonly table: MessageTable;
  /** Stands between the parts of a list. */
  readonly comma: string;
}

const ENGLISH_LANGUAGE: Language = { table: ENGLISH, comma: ', ' };

/**
 * Makes a message. The names of its values are those of the English template: one that is missing or too much does not
 * compile.
 */
export function say<Key extends MessageKey>(
  key: Key,
  ...values: [NamesIn<(typeof ENGLISH)[Key]>] extends [never] ? [] : [ValuesOf<Key>]
): Message {
  return values.length === 0 ? { say: key } : { say: key, values: values[0] };
}

/** A text that is not ours, as the system or a library said it. It is shown as it is in every language. */
export function foreign(text: string): Message {
  return say('foreign', { text });
}

const PLACE = /\{(\w+)(?::([^{}|]*)(?:\|([^{}]*))?)?\}/g;

/**
 * The text of a message in a language. Places of a template: `{name}` (a number is grouped by thousands),
 * `{name:plain}` (a number as it is), `{name:one|many}` (the first where the number is 1, else the second).
 */
export function messageText(message: Message, language: Language): string {
  const template = language.table[message.say];
  return template.replace(PLACE, (whole, name: string, first: string | undefined, many: string | undefined) => {
    const value = message.values?.[name];
    if (value === undefined) return whole;
    if (many !== undefined) return value === 1 ? (first ?? '') : many;
    return valueIn(value, language, first === 'plain');
  });
}

function valueIn(value: MessageValue, language: Language, plain: boolean): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return plain ? String(value) : count(value);
  if ('say' in value) return messageText(value, language);
  return value.map((part) => valueIn(part, language, plain)).join(language.comma);
}

/** Whether two messages say the same. */
export function sameMessage(a: Message | null, b: Message | null): boolean {
  return a === b || (a !== null && b !== null && english(a) === english(b));
}

/** The English text: what the command line prints and JSON records hold. */
export function english(message: Message): string {
  return messageText(message, ENGLISH_LANGUAGE);
}

/** An error whose text is a message of ours. `message` is its English text. */
export class SaidError extends Error {
  readonly said: Message;
  /** Told as it is, without a stack. */
  readonly forPeople = true;
  constructor(said: Message, cause?: unknown) {
    super(english(said), cause === undefined ? {} : { cause });
    this.said = said;
  }
}

/** What an error says: its message, or its text where it is not one of ours. */
export function saidBy(error: unknown): Message {
  return error instanceof SaidError ? error.said : foreign(errorText(error));
}
