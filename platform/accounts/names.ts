// Names of accounts: letters and digits of any script and three signs, so that a name is one word wherever it stands.
import { type Message, say } from '../../contract/index.ts';

export const LEAST_NAME = 2;
export const MOST_NAME = 40;
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u;

/** The name as it is kept; null where it is none that an account can have. */
export function cleanName(name: string): string | null {
  const clean = name.normalize('NFKC').trim();
  const { length } = [...clean];
  return length >= LEAST_NAME && length <= MOST_NAME && NAME.test(clean) ? clean : null;
}

export function nameProblem(): Message {
  return say('bad-name', { least: LEAST_NAME, most: MOST_NAME });
}

/** By which two names are the same: case and width make no difference. */
export function knownAs(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
}
