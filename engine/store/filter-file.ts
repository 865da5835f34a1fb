// The file of filters that the user keeps: what of it fits. The command line reads macros out of it, the desk all.
import { join } from 'node:path';
import {
  FILTER_ENTRIES,
  type FilterLists,
  macroProblem,
  MAX_HISTORY,
  MAX_MACROS,
  MAX_SAVED,
  type Message,
  NO_FILTERS,
  say,
} from '../../contract/index.ts';
import { readPlain } from './files.ts';

const FILE = 'filters.json';
/** Lists of a window that have a history. */
const LISTS = 4;
export const LARGEST_FILTER_FILE = 8 * 1024 * 1024;

export function filterFile(dataFolder: string): string {
  return join(dataFolder, FILE);
}

/** Lists as the file has them; an entry that does not fit is left out alone. */
export function filterListsOf(value: Readonly<Record<string, unknown>>): FilterLists {
  const entries = <K extends keyof FilterLists>(key: K): FilterLists[K] => {
    const said = value[key];
    const shape = FILTER_ENTRIES[key];
    return (Array.isArray(said) ? said.filter((v) => shape.check(v, key) === null) : []) as unknown as FilterLists[K];
  };
  const macros = entries('macros');
  return {
    history: entries('history').slice(0, LISTS * MAX_HISTORY),
    saved: entries('saved').slice(0, MAX_SAVED),
    macros: macros.filter((m, i) => macroProblem(m, macros.slice(0, i)) === null).slice(0, MAX_MACROS),
  };
}

/** The user's macros by name, for a reader that leaves the file as it is. */
export function readMacros(dataFolder: string): {
  readonly macros: ReadonlyMap<string, string>;
  readonly problem: Message | null;
} {
  const path = filterFile(dataFolder);
  const said = readPlain(path, LARGEST_FILTER_FILE);
  if (said.kind === 'odd')
    return { macros: macrosOf(NO_FILTERS), problem: say('macros-not-read', { path, why: said.message }) };
  try {
    const value: unknown = said.kind === 'none' ? {} : JSON.parse(said.text);
    if (typeof value === 'object' && value !== null)
      return { macros: macrosOf(filterListsOf(value as Record<string, unknown>)), problem: null };
  } catch {
    /* said below */
  }
  return { macros: macrosOf(NO_FILTERS), problem: say('macros-not-read', { path, why: say('it-is-damaged') }) };
}

/** Macros that Wireshark 4.4 comes with (its file dmacros); one of the user's with the same name stands instead. */
const OF_WIRESHARK: readonly (readonly [string, string])[] = [
  ['private_ipv4', '$1 == 192.168.0.0/16 or $1 == 172.16.0.0/12 or $1 == 10.0.0.0/8'],
  ['private_ethernet', '$1[0] & 0x0F == 2'],
  ['private_ipv6', 'ipv6 and $1 == fc00::/7'],
];

/** Macros that a filter may use, by name; the user's are offered first. */
export function macrosOf({ macros }: Pick<FilterLists, 'macros'>): ReadonlyMap<string, string> {
  const own = new Map(macros.map((m) => [m.name, m.text]));
  return new Map([...own, ...OF_WIRESHARK.filter(([name]) => !own.has(name))]);
}
