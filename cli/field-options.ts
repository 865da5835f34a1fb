// How chosen fields are written: the options of `tshark -E` (tshark(1)).
import { keyed } from '../contract/index.ts';
import { UsageError } from './context.ts';

export interface FieldOptions {
  readonly separator: string;
  readonly aggregator: string;
  readonly occurrence: 'a' | 'f' | 'l';
  readonly quote: '' | '"' | "'";
  readonly header: boolean;
  /** The mark of UTF-8 before everything. */
  readonly bom: boolean;
}

const NAMED: Readonly<Record<string, string>> = keyed({ '/t': '\t', '/s': ' ' });
const QUOTES: Readonly<Record<string, FieldOptions['quote']>> = keyed({ d: '"', s: "'", n: '' });
const TAKES =
  'separator=/t, aggregator=, (each /t, /s or a character), occurrence=a, f or l, quote=d, s or n, header=y, bom=y';

/** What `-E` takes, in words. */
export const FIELD_OPTIONS = TAKES;

/** @param given NAME=VALUE each; the last of a name holds @throws UsageError for what `-E` does not take */
export function fieldOptions(given: readonly string[]): FieldOptions {
  const said = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw wrong(text);
    said.set(text.slice(0, at), text.slice(at + 1));
  }
  const take = <T>(name: string, fallback: T, read: (value: string) => T | undefined): T => {
    const value = said.get(name);
    said.delete(name);
    if (value === undefined) return fallback;
    const found = read(value);
    if (found === undefined) throw wrong(`${name}=${value}`);
    return found;
  };
  const options: FieldOptions = {
    separator: take('separator', '\t', character),
    aggregator: take('aggregator', ',', character),
    occurrence: take<FieldOptions['occurrence']>('occurrence', 'a', (v) =>
      (['a', 'f', 'l'] as const).find((o) => o === v),
    ),
    quote: take<FieldOptions['quote']>('quote', '', (v) => QUOTES[v]),
    header: take('header', false, yesNo),
    bom: take('bom', false, yesNo),
  };
  const [left] = said;
  if (left !== undefined) throw wrong(left.join('='));
  return options;
}

function character(value: string): string | undefined {
  const named = NAMED[value];
  if (named !== undefined) return named;
  return /^[\x20-\x7e]$/.test(value) ? value : undefined;
}

function yesNo(value: string): boolean | undefined {
  if (value === 'y') return true;
  return value === 'n' ? false : undefined;
}

function wrong(text: string): UsageError {
  return new UsageError(`-E takes ${TAKES}; '${text}' is none`);
}
