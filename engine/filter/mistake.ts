// A mistake that Wireshark's engine found: it says what, we say where, and in our own words where we have such.
import { foreign, type Message, say } from '../../contract/index.ts';
import { compileFilter } from './compile.ts';
import { FilterError } from './lexer.ts';

/** Ours that say less than the engine does: they know the columns only. */
const LESS: ReadonlySet<Message['say']> = new Set([
  'no-such-field',
  'no-such-field-near',
  'of-flows',
  'list-of-layers',
  'layer-not-known',
  'stands-alone',
  'and-or-missing',
  'no-meaning-here',
  'field-expected',
]);

/**
 * @param text the part of the filter that is wrong
 * @param at where it begins
 * @param said what the engine says of it
 */
export function mistakeOf(text: string, at: number, said: string): FilterError {
  const unknown = /^"(.*)" is not a valid protocol or protocol field/.exec(said);
  const ours = ownWords(text);
  if (ours !== null && (!LESS.has(ours.said.say) || (unknown !== null && ours.said.say === 'no-such-field-near')))
    return new FilterError(ours.at + at, ours.length, ours.said);
  if (unknown !== null) return placed(text, at, unknown[1]!, say('no-such-field', { name: unknown[1]! }));
  if (/end of filter/.test(said)) return new FilterError(at + text.length, 1, foreign(said));
  const named = /"([^"]+)"|'([^']+)'/.exec(said);
  return placed(text, at, named?.[1] ?? named?.[2] ?? text, foreign(said));
}

function ownWords(text: string): FilterError | null {
  try {
    compileFilter(text, 'packets');
    return null;
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}

function placed(text: string, at: number, word: string, said: Message): FilterError {
  const from = text.lastIndexOf(word);
  return from < 0
    ? new FilterError(at, Math.max(1, text.length), said)
    : new FilterError(at + from, Math.max(1, word.length), said);
}
