// How random a registered name looks: bigrams that are rare in well known names.
import { rememberedByName } from '../features/index.ts';
import { POPULAR } from './data/popular-names.ts';
import { registeredLabel } from './registered.ts';

const SHORTEST = 7;
/** Letters that follow a letter: 26 letters, ten digits, hyphen and the end, of which about 14 are common. */
const SMOOTHING = 14;

/** End of a word and beginning of the next. */
const BETWEEN = '$^';

/** A label as its words, each with its beginning and end: hyphens and underscores stand between words. */
function wordsOf(label: string): string {
  return `^${label.replace(/[-_]/g, BETWEEN)}$`;
}

let taught: { readonly pairs: Map<string, number>; readonly firsts: Map<string, number> } | null = null;

function bigrams(): NonNullable<typeof taught> {
  if (taught !== null) return taught;
  const pairs = new Map<string, number>();
  const firsts = new Map<string, number>();
  for (const name of POPULAR.keys()) {
    const label = wordsOf(name.split('.')[0]!);
    for (let i = 0; i + 1 < label.length; i++) {
      const pair = label.slice(i, i + 2);
      if (pair === BETWEEN) continue;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      firsts.set(pair[0]!, (firsts.get(pair[0]!) ?? 0) + 1);
    }
  }
  return (taught = { pairs, firsts });
}

/**
 * @returns about 0 for words, over 1 for names that look generated; 0 for labels of fewer than 7 characters and
 *   for names in other scripts. The mean
 *   natural logarithm of the label's bigram probabilities, against -2.6, with what few vowels, many digits and length
 *   add.
 */
export const nameScore = rememberedByName((name): number => {
  const label = registeredLabel(name);
  // Names in other scripts are written in letters that look like chance (RFC 3492).
  if (label.length < SHORTEST || label.startsWith('xn--')) return 0;
  const { pairs, firsts } = bigrams();
  const text = wordsOf(label);
  let sum = 0;
  let bigramsOfIt = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    if (pair === BETWEEN) continue;
    bigramsOfIt++;
    sum += Math.log(((pairs.get(pair) ?? 0) + 0.5) / ((firsts.get(pair[0]!) ?? 0) + SMOOTHING));
  }
  const share = (test: RegExp): number => (label.match(test) ?? []).length / label.length;
  const rare = -sum / bigramsOfIt - 2.6;
  const vowels = share(/[aeiou]/g) < 0.2 ? 0.6 : 0;
  const digits = share(/\d/g) > 0.2 ? 0.4 : 0;
  return rare + vowels + digits + (label.length >= 14 ? 0.2 : 0);
});
