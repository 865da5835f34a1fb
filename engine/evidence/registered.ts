// The name that somebody registered: what stands before a public suffix, with one label more.
import { rememberedByName } from '../features/index.ts';

/** Second-level labels under which countries register (as in co.uk). */
const SECOND = new Set([
  'co',
  'com',
  'org',
  'net',
  'gov',
  'ac',
  'edu',
  'or',
  'ne',
  'go',
  'gob',
  'nom',
  'mil',
  'sch',
  'ltd',
]);
/** Further suffixes of two labels under which anybody may register. */
const SUFFIXES = new Set(['me.uk', 'blogspot.com', 'github.io', 'in-addr.arpa', 'ip6.arpa', 'uk.com', 'eu.org']);

/**
 * The last two labels; three where the last but one is a country's second level, or both are a suffix of their own.
 * @returns '' for a name without a dot
 */
export const registeredName = rememberedByName((name): string => {
  const labels = name.toLowerCase().replace(/\.$/, '').split('.');
  if (labels.length < 2) return '';
  const last = labels.at(-1)!;
  const second = labels.at(-2)!;
  const deep = (last.length === 2 && SECOND.has(second)) || SUFFIXES.has(`${second}.${last}`);
  return labels.slice(deep ? -3 : -2).join('.');
});

/** The label that was registered: `example` of `www.example.co.uk`. */
export function registeredLabel(name: string): string {
  return registeredName(name).split('.')[0] ?? '';
}
