// The rows of the feature table: name, unit or classes, words in both languages, evidence, kind; and the place of
// each by its name.
import type { FeatureClass, Unit } from '../../contract/index.ts';
import type { Direction, Evidence } from './evidence.ts';

/** What a row gives as its unit: the unit, or the list of classes. */
type RowUnit = Exclude<Unit, 'class'> | readonly FeatureClass[];

export type FeatureKind = 'robust' | 'conditional' | 'context';

/** One feature of the schema. `name` is stable; it is the column's name in every export. */
export interface Feature<Name extends string = string> {
  readonly name: Name;
  readonly unit: Unit;
  /** The meaning in English, with the list of classes where there is one. */
  readonly meaning: string;
  /** The meaning in English without the list of classes. */
  readonly en: string;
  /** The meaning in Chinese, without the list of classes. */
  readonly zh: string;
  /** What the values stand for, where they are classes. */
  readonly classes: readonly FeatureClass[];
  readonly evidence: Evidence;
  readonly kind: FeatureKind;
}

/**
 * One row of the table.
 * @param unit the unit, or the list of classes
 * @param en the meaning in English; `(#)` or `: #` stands where the list of classes belongs
 */
export function feature<const Name extends string>(
  name: Name,
  unit: RowUnit,
  en: string,
  zh: string,
  evidence: Evidence,
  kind: FeatureKind = 'robust',
): Feature<Name> {
  if (typeof unit === 'string') return { name, unit, meaning: en, en, zh, classes: [], evidence, kind };
  const list = unit.map((c) => `${c.value} ${c.en}`).join(', ');
  const short = en.replace(/ \(#\)|: #/, '');
  return { name, unit: 'class', meaning: en.replace('#', list), en: short, zh, classes: unit, evidence, kind };
}

type Row = <const Name extends string>(name: Name, unit: RowUnit, en: string, zh: string) => Feature<Name>;

/** For rows that have their evidence and their kind in common. */
export function rowsOf(evidence: Evidence, kind: FeatureKind = 'robust'): Row {
  return (name, unit, en, zh) => feature(name, unit, en, zh, evidence, kind);
}

/** A class a value from `first` on, each with its name in English and in Chinese. */
export function classes(first: number, ...names: readonly (readonly [en: string, zh: string])[]): FeatureClass[] {
  return names.map(([en, zh], i) => ({ value: first + i, en, zh }));
}

/** A row that stands once for each direction. `*` in its name is where the direction's name stands. */
export interface DirectedRow<Name extends string = string> {
  readonly name: Name;
  of(way: Way): Feature;
}

/** A direction as names and meanings say it. */
interface Way {
  readonly direction: Direction;
  readonly name: string;
  /** By the placeholders of English meanings and of Chinese ones. */
  readonly words: Readonly<Record<string, string>>;
}

/** By `Direction`. */
const WAYS: readonly Way[] = [
  {
    direction: 0,
    name: 'fwd',
    words: { dir: 'from the initiator', from: 'from the initiator', side: '发起方', way: '（发起方）' },
  },
  {
    direction: 1,
    name: 'rev',
    words: { dir: 'from the responder', from: 'from the responder', side: '响应方', way: '（响应方）' },
  },
  { direction: 2, name: 'both', words: { dir: 'both ways', way: '（双向）' } },
];

/**
 * One row of a table that stands for each direction.
 * @param name `*` is where 'fwd', 'rev' or 'both' stands
 * @param en `{from}` is 'from the initiator' or 'from the responder', `{dir}` is that or 'both ways'
 * @param zh `{way}` and `{side}` are the same in Chinese
 * @param evidence by direction
 */
export function directed<const Name extends `${string}*${string}`>(
  name: Name,
  unit: RowUnit,
  en: string,
  zh: string,
  evidence: (direction: Direction) => Evidence,
  kind: FeatureKind = 'robust',
): DirectedRow<Name> {
  return {
    name,
    of: (way) =>
      feature(name.replace('*', way.name), unit, said(en, way), said(zh, way), evidence(way.direction), kind),
  };
}

function said(text: string, way: Way): string {
  return text.replace(/\{(\w+)\}/g, (_, key: string) => {
    const word = way.words[key];
    if (word === undefined)
      throw new Error(`a feature's words name {${key}}, which direction ${way.name} does not have`);
    return word;
  });
}

/** All rows of the first direction, then those of the next. */
export function eachWay(directions: readonly Direction[], rows: readonly DirectedRow[]): Feature[] {
  return directions.flatMap((direction) => rows.map((row) => row.of(WAYS[direction]!)));
}

/**
 * Where each of the rows stands among them, by its name. Looked up at load: a name that no row has does not compile, and
 * one that stands twice is refused.
 */
export function places<Row extends { readonly name: string }>(
  rows: readonly Row[],
): { readonly [Name in Row['name']]: number } {
  const names = rows.map((row) => row.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`the feature ${twice} stands twice`);
  return Object.fromEntries(names.map((name, i) => [name, i])) as { [Name in Row['name']]: number };
}
