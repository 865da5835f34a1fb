// The most frequent reasons of refusals in a few words, for a sentence.
import { count, english, type Message } from '../contract/index.ts';
import { refusedBy } from '../engine/host-rules.ts';

export function reasonsInWords(refused: readonly { readonly why: Message }[], most: number): string {
  const all = refusedBy(refused);
  const told = all.slice(0, most).map((r) => `${count(r.count)}: ${english(r.why)}${r.alike ? ' and alike' : ''}`);
  return [...told, ...(all.length > most ? ['…'] : [])].join('; ');
}
