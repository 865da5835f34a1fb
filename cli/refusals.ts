// Rules that are refused, by reason: how many of each, the most frequent first.
import { count, english, type Message } from '../contract/index.ts';

export interface RefusedBy {
  /** The reason; where several differ in details only, the first one's. */
  readonly why: string;
  readonly count: number;
  /** Whether others differ from it in details. */
  readonly alike: boolean;
}

/** Values that tell reasons of one key apart; others are details. */
const TELLING = ['keyword', 'name', 'protocol', 'what'] as const;

export function refusedBy(refused: readonly { readonly why: Message }[]): readonly RefusedBy[] {
  const groups = new Map<string, { why: string; count: number; alike: boolean }>();
  for (const { why } of refused) {
    const told = TELLING.map((name) => why.values?.[name]).find((value) => value !== undefined);
    const key = JSON.stringify([why.say, told ?? '']);
    const text = english(why);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { why: text, count: 1, alike: false });
    else {
      group.count++;
      if (group.why !== text) group.alike = true;
    }
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || (a.why < b.why ? -1 : 1));
}

/** The most frequent reasons in a few words, for a sentence. */
export function reasonsInWords(refused: readonly { readonly why: Message }[], most: number): string {
  const all = refusedBy(refused);
  const told = all.slice(0, most).map((r) => `${count(r.count)}: ${r.why}${r.alike ? ' and alike' : ''}`);
  return [...told, ...(all.length > most ? ['…'] : [])].join('; ');
}
