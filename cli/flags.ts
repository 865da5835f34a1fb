// The kinds of options: what each takes, how its value is read and checked, and what the help says of it.
import { UsageError } from './context.ts';

interface Documented {
  /** What it does: a few words for the help. */
  readonly text: string;
  /** One letter, for `-q`. */
  readonly short?: string;
}

export interface SwitchFlag extends Documented {
  readonly kind: 'switch';
}

/** A whole number. */
export interface NumberFlag<D extends number | null = number | null> extends Documented {
  readonly kind: 'number';
  readonly value: string;
  readonly least: number;
  readonly most: number;
  /** What it counts, where the name does not say it: 'bytes', 'MiB'. */
  readonly unit: string | null;
  readonly fallback: D;
}

/** One of some words. */
export interface ChoiceFlag<V extends string = string, D extends V | null = V | null> extends Documented {
  readonly kind: 'choice';
  readonly value: string;
  readonly choices: readonly V[];
  readonly fallback: D;
}

/** A file or folder. */
export interface PathFlag extends Documented {
  readonly kind: 'path';
  readonly value: string;
  /** What its name may end with; empty for anything. */
  readonly endings: readonly string[];
}

export interface TextFlag extends Documented {
  readonly kind: 'text';
  readonly value: string;
  /** Whether it may be given as ''. */
  readonly mayBeEmpty: boolean;
  /** What it takes, in words, where not every text is good. */
  readonly takes: string | null;
  readonly isGood: (text: string) => boolean;
}

/** Amounts by name, in the manner of dumpcap: `-a duration:60 -a packets:1000`. */
export interface AmountsFlag<K extends string = string> extends Documented {
  readonly kind: 'amounts';
  readonly value: string;
  /** The unit of each, as the help shows it: 's', 'kB'. */
  readonly units: Readonly<Record<K, string>>;
}

/** An option that may be given several times. */
export interface RepeatedFlag extends Documented {
  readonly kind: 'repeated';
  readonly value: string;
  readonly of: PathFlag | TextFlag;
}

export type Flag = SwitchFlag | NumberFlag | ChoiceFlag | PathFlag | TextFlag | AmountsFlag | RepeatedFlag;
export type Flags = Readonly<Record<string, Flag>>;

/** What a command gets of a flag; null where it was not given and has no default. */
export type ValueOf<F extends Flag> = F extends SwitchFlag
  ? boolean
  : F extends NumberFlag<infer D>
    ? number | D
    : F extends ChoiceFlag<infer V, infer D>
      ? V | D
      : F extends AmountsFlag<infer K>
        ? Readonly<Partial<Record<K, number>>>
        : F extends RepeatedFlag
          ? readonly string[]
          : string | null;

/** Values of a command's options by their names. */
export type Values<F extends Flags> = { readonly [K in keyof F]: ValueOf<F[K]> };

export function onOff(text: string, short?: string): SwitchFlag {
  return { kind: 'switch', text, ...letter(short) };
}

/** @param o `least` and `most` belong to what is taken */
export function whole<D extends number | null = null>(
  value: string,
  text: string,
  o: { least: number; most?: number; unit?: string; fallback?: D; short?: string },
): NumberFlag<D> {
  return {
    kind: 'number',
    value,
    text,
    least: o.least,
    most: o.most ?? Number.MAX_SAFE_INTEGER,
    unit: o.unit ?? null,
    fallback: (o.fallback ?? null) as D,
    ...letter(o.short),
  };
}

export function choice<const V extends string, D extends V | null = null>(
  value: string,
  text: string,
  choices: readonly V[],
  fallback?: D,
  short?: string,
): ChoiceFlag<V, D> {
  return { kind: 'choice', value, text, choices, fallback: (fallback ?? null) as D, ...letter(short) };
}

export function path(value: string, text: string, o: { endings?: readonly string[]; short?: string } = {}): PathFlag {
  return { kind: 'path', value, text, endings: o.endings ?? [], ...letter(o.short) };
}

export function freeText(
  value: string,
  text: string,
  o: { mayBeEmpty?: boolean; takes?: string; isGood?: (text: string) => boolean; short?: string } = {},
): TextFlag {
  const { mayBeEmpty = false, takes = null, isGood = () => true } = o;
  return { kind: 'text', value, text, mayBeEmpty, takes, isGood, ...letter(o.short) };
}

export function amounts<const K extends string>(
  text: string,
  units: Readonly<Record<K, string>>,
  short?: string,
): AmountsFlag<K> {
  return { kind: 'amounts', value: 'NAME:N', text, units, ...letter(short) };
}

export function repeated(of: PathFlag | TextFlag): RepeatedFlag {
  return { kind: 'repeated', value: of.value, text: of.text, of, ...letter(of.short) };
}

function letter(short: string | undefined): { short?: string } {
  return short === undefined ? {} : { short };
}

/** Whether an option may be given twice and means both. */
export function mayRepeat(flag: Flag): boolean {
  return flag.kind === 'switch' || flag.kind === 'repeated' || flag.kind === 'amounts';
}

/**
 * The value of an option from what was given for it, in order; none where it was not given.
 * @param said how it was given: '--limit' or '-s'
 * @throws UsageError for a value that the option does not take
 */
export function readFlag(flag: Flag, said: string, given: readonly string[]): ValueOf<Flag> {
  const first = given[0];
  switch (flag.kind) {
    case 'switch':
      return first !== undefined;
    case 'number':
      return first === undefined ? flag.fallback : readNumber(flag, said, first);
    case 'choice':
      if (first === undefined) return flag.fallback;
      if (!flag.choices.includes(first)) throw none(said, listed(flag.choices), first);
      return first;
    case 'amounts':
      return readAmounts(flag, said, given);
    case 'repeated':
      return given.map((text) => readText(flag.of, said, text));
    default:
      return first === undefined ? null : readText(flag, said, first);
  }
}

function none(said: string, takes: string, text: string): UsageError {
  return new UsageError(`${said} takes ${takes}; '${text}' is none`);
}

function readNumber(flag: NumberFlag, said: string, text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isInteger(n) || n < flag.least || n > flag.most)
    throw none(said, `a whole number${inUnit(flag)}${range(flag)}`, text);
  return n;
}

function readText(flag: PathFlag | TextFlag, said: string, text: string): string {
  const empty = flag.kind === 'path' || !flag.mayBeEmpty;
  if (empty && text === '') throw new UsageError(`${said} needs a value: ${said} ${flag.value}`);
  if (flag.kind === 'text') {
    if (!flag.isGood(text)) throw none(said, flag.takes ?? flag.value, text);
    return text;
  }
  const { endings } = flag;
  if (endings.length > 0 && !endings.some((e) => text.toLowerCase().endsWith(e)))
    throw none(said, `a name that ends with ${listed(endings)}`, text);
  return text;
}

function readAmounts(flag: AmountsFlag, said: string, given: readonly string[]): Readonly<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const text of given) {
    const at = text.indexOf(':');
    const name = text.slice(0, Math.max(at, 0));
    if (!Object.hasOwn(flag.units, name)) throw none(said, listed(Object.keys(flag.units).map((n) => `${n}:N`)), text);
    if (Object.hasOwn(out, name)) throw new UsageError(`${said} ${name} is given twice`);
    const n = Number(text.slice(at + 1));
    if (text.slice(at + 1).trim() === '' || !Number.isSafeInteger(n) || n < 1)
      throw none(`${said} ${name}`, 'a whole number, 1 or more', text.slice(at + 1));
    out[name] = n;
  }
  return out;
}

/** 'a, b or c'. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)!}`;
}

function inUnit(flag: NumberFlag): string {
  return flag.unit === null ? '' : ` of ${flag.unit}`;
}

function range(flag: NumberFlag): string {
  return flag.most === Number.MAX_SAFE_INTEGER ? `, ${flag.least} or more` : ` from ${flag.least} to ${flag.most}`;
}

/** How the help names an option: '-s, --snap-length N'. */
export function flagHead(name: string, flag: Flag): string {
  const long = flag.kind === 'switch' ? `--${name}` : `--${name} ${flag.value}`;
  return flag.short === undefined ? long : `-${flag.short}, ${long}`;
}

/** What the help says of an option: its words, and what it takes from the same row that is checked. */
export function flagText(flag: Flag): string {
  const more = [takenBy(flag), defaultOf(flag)].filter((part) => part !== null);
  return more.length === 0 ? flag.text : `${flag.text} (${more.join('; ')})`;
}

function takenBy(flag: Flag): string | null {
  switch (flag.kind) {
    case 'number':
      return numbersOf(flag);
    case 'choice':
      return flag.choices.length > 1 ? listed(flag.choices) : null;
    case 'amounts':
      return listed(Object.entries(flag.units).map(([name, unit]) => `${name}:${unit}`));
    case 'repeated':
      return 'may be given several times';
    default:
      return null;
  }
}

function numbersOf({ least, most, unit }: NumberFlag): string | null {
  const counted = unit === null ? '' : ` ${unit}`;
  if (most !== Number.MAX_SAFE_INTEGER) return `${least} to ${most}${counted}`;
  return least > 0 ? `at least ${least}${counted}` : unit;
}

function defaultOf(flag: Flag): string | null {
  return 'fallback' in flag && flag.fallback !== null ? `default ${flag.fallback}` : null;
}
