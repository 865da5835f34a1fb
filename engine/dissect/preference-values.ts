// Which values a preference of a dissector takes, and how people write them.
import { type Message, say } from '../../contract/index.ts';
import type { EnginePreference } from './work-preferences.ts';

/** The engine takes words that it does not know without a word, so they are looked at here. */
export function unfit(p: EnginePreference, value: string): Message | null {
  if (p.kind === 'bool') return value === 'TRUE' || value === 'FALSE' ? null : say('preference-true-false');
  if (p.kind === 'uint')
    return /^\d{1,10}$/.test(value) && Number(value) <= 0xffff_ffff ? null : say('preference-whole');
  if (p.kind === 'enum' && !p.choices.some(([name]) => name === value))
    return say('preference-one-of', { values: p.choices.map(([name]) => name) });
  return null;
}
