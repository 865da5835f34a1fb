// Comparisons: what a field's values are held against. `==` holds when any value is equal, `!=` when the field is there
// and none is; `===` when all are and `!==` when any is not, as in Wireshark since 4.0.
import { BlockSearch } from './block-search.ts';
import { type AddressId, type Message, type Row, say } from '../../contract/index.ts';
import type { Field } from './field.ts';
import type { AddressTest, Getters } from './getters.ts';
import { FilterError } from './lexer.ts';
import type { Comparison, Value } from './parser.ts';
import { patternOf } from './pattern.ts';
import type { Subject } from './subject.ts';
import { bytesPattern, inNetwork, type Moment, networkOf, networkWords, numberValue, timeValue } from './values.ts';

export type Predicate<R extends Row> = (row: R) => boolean;
/** A comparison that is worked out; it takes the getters of packets and those of flows. */
export type Test = <R extends Row>(getters: Getters<R>, s: Subject) => Predicate<R>;

/** Whether a row has any value of the field. */
export function present<R extends Row>(g: Getters<R>): Predicate<R> {
  switch (g.kind) {
    case 'number':
    case 'flag':
      return (row) => g.some(row, () => true);
    case 'text':
      return (row) => g.some(row, () => true);
    case 'address':
      return (row) => g.some(row, { id: () => true, place: () => true });
    case 'time':
    case 'bytes':
      return () => true;
  }
}

export function comparison(field: Field, operator: Comparison, value: Value): Test {
  if (operator === '!=') {
    const equal = comparison(field, '==', value);
    return (g, s) => {
      const there = present(g);
      const is = equal(g, s);
      return (row) => there(row) && !is(row);
    };
  }
  if (operator === '===') {
    const other = comparison(field, '!==', value);
    return (g, s) => {
      const there = present(g);
      const is = other(g, s);
      return (row) => there(row) && !is(row);
    };
  }
  switch (field.kind) {
    case 'number':
    case 'flag':
      return numberTest(field, operator, value);
    case 'time':
      return timeTest(field, operator, value);
    case 'text':
      return textTest(field, operator, value);
    case 'address':
      return addressTest(field, operator, value);
    case 'bytes':
      return bytesTest(field, operator, value);
  }
}

function mistake(value: Value, message: Message): FilterError {
  return new FilterError(value.at, Math.max(1, value.length), message);
}

type Ordering = Exclude<Comparison, 'contains' | 'matches'>;

function ordering(field: Field, operator: Comparison, value: Value): Ordering {
  if (operator === 'contains' || operator === 'matches')
    throw mistake(value, say('number-operator', { field: field.name, operator }));
  return operator;
}

/** A comparison as a test of the difference, left minus right. */
function holds(operator: Ordering): (difference: number) => boolean {
  switch (operator) {
    case '==':
    case '===':
      return (d) => d === 0;
    case '!=':
    case '!==':
      return (d) => d !== 0;
    case '>':
      return (d) => d > 0;
    case '<':
      return (d) => d < 0;
    case '>=':
      return (d) => d >= 0;
    case '<=':
      return (d) => d <= 0;
  }
}

function numberTest(field: Field, operator: Comparison, value: Value): Test {
  const wanted = numberValue(field, value);
  const is = holds(ordering(field, operator, value));
  // Scores and features are kept as float32, so a number is rounded to float32 before it is compared with them.
  const single = Math.fround(wanted);
  const rounded = isRounded(field);
  const test = rounded
    ? (x: number): boolean => is(x === single ? 0 : x - wanted)
    : (plainTest(operator, wanted) ?? ((x: number): boolean => is(x - wanted)));
  return (g) => (row) => (g.kind === 'number' || g.kind === 'flag') && g.some(row, test);
}

/** The commonest comparisons, asked millions of times, without a call in a call. */
function plainTest(operator: Comparison, wanted: number): ((x: number) => boolean) | null {
  switch (operator) {
    case '==':
      return (x) => x === wanted;
    case '>':
      return (x) => x > wanted;
    case '<':
      return (x) => x < wanted;
    case '>=':
      return (x) => x >= wanted;
    case '<=':
      return (x) => x <= wanted;
    default:
      return null;
  }
}

/** Values that are kept as float32. */
function isRounded({ name }: Field): boolean {
  return name.startsWith('feature.') || name === 'flow.score';
}

function timeTest(field: Field, operator: Comparison, value: Value): Test {
  const { seconds, nanoseconds } = timeValue(field, value);
  const is = holds(ordering(field, operator, value));
  return (g) => (row) => g.kind === 'time' && is(g.difference(row, seconds, nanoseconds));
}

function textTest(field: Field, operator: Comparison, value: Value): Test {
  if (operator === 'matches') {
    const pattern = patternOf(value);
    return (g) => (row) => g.kind === 'text' && g.some(row, pattern.text);
  }
  const folded = (text: string): string => (field.exact === true ? text : text.toLowerCase());
  const wanted = folded(value.text);
  if (operator === 'contains')
    return (g) => (row) => g.kind === 'text' && g.some(row, (v) => folded(v).includes(wanted));
  if (operator !== '==' && operator !== '!==')
    throw mistake(value, say('text-operator', { field: field.name, set: '{…}' }));
  if (field.values && !field.values.includes(wanted))
    throw mistake(value, say('one-of', { field: field.name, values: field.values }));
  const equal = operator === '==';
  return (g) => (row) => g.kind === 'text' && g.some(row, (v) => (folded(v) === wanted) === equal);
}

function addressTest(field: Field, operator: Comparison, value: Value): Test {
  if (operator !== '==' && operator !== '!==')
    throw mistake(value, say('address-operator', { field: field.name, set: '{…}' }));
  const network = networkOf(value, field.family);
  const equal = operator === '==';
  return (g, s) => {
    const table = s.analysis.addresses;
    // By id: 0 for not yet. Ids that are made while rows are asked lie beyond.
    const known = new Uint8Array(table.size + 1);
    const words = networkWords(network);
    const within = (id: AddressId): boolean =>
      table.kind(id) === network.kind && words.every(({ mask, word }, i) => (table.word(id, i) & mask) === word);
    const isWithin = (id: AddressId): boolean => {
      const said = known[id];
      if (said !== undefined && said !== 0) return said === 1;
      const is = within(id);
      if (id < known.length) known[id] = is ? 1 : 2;
      return is;
    };
    const test: AddressTest = {
      id: (id) => isWithin(id) === equal,
      place: (p) => (p.kind === network.kind && inNetwork(network, p.buf, p.at)) === equal,
    };
    return (row) => g.kind === 'address' && g.some(row, test);
  };
}

function bytesTest(field: Field, operator: Comparison, value: Value): Test {
  if (operator === 'contains') {
    const needle = bytesPattern(value);
    return (g) => (g.kind === 'bytes' ? contains(g, new BlockSearch(needle)) : () => false);
  }
  if (operator !== 'matches') throw mistake(value, say('contains-or-matches', { field: field.name }));
  const pattern = patternOf(value);
  return (g) => (row) => g.kind === 'bytes' && g.some(row, pattern.bytes);
}

/** Packets in which nothing can be, since the block was searched beyond them, are not read. */
function contains<R extends Row>(
  { some, offset, length, readTo }: Extract<Getters<R>, { kind: 'bytes' }>,
  search: BlockSearch,
): Predicate<R> {
  if (offset === undefined || length === undefined || readTo === undefined)
    return (row) => some(row, (bytes) => search.within(bytes));
  let at = 0;
  const within = (bytes: Uint8Array): boolean => {
    const end = readTo();
    return search.within(bytes, end < 0 ? null : { offset: at, end });
  };
  return (row) => {
    at = offset(row);
    return !search.passed(at, at + length(row)) && some(row, within);
  };
}

/** A number or a range of a set. */
export interface SetValue {
  readonly low: Value;
  /** Null for the one value. */
  readonly high: Value | null;
}

/** Whether any value is one of a set: a row's values are found once, however many the set has. */
export function numberIn(field: Field, values: readonly SetValue[]): Test {
  const rounded = isRounded(field);
  const ranges = values.map(({ low, high }) => {
    const from = numberValue(field, low);
    if (high !== null) return [from, numberValue(field, high)] as const;
    const single = rounded ? Math.fround(from) : from;
    return [single, single] as const;
  });
  const is = (v: number): boolean => {
    for (let i = 0; i < ranges.length; i++) if (v >= ranges[i]![0] && v <= ranges[i]![1]) return true;
    return false;
  };
  return (g) => (row) => g.kind === 'number' && g.some(row, is);
}

/** low..high of a set, both included. */
export function range(field: Field, low: Value, high: Value): Test {
  if (field.kind === 'time') {
    const from: Moment = timeValue(field, low);
    const to = timeValue(field, high);
    return (g) => (row) =>
      g.kind === 'time' &&
      g.difference(row, from.seconds, from.nanoseconds) >= 0 &&
      g.difference(row, to.seconds, to.nanoseconds) <= 0;
  }
  if (field.kind !== 'number') throw mistake(low, say('no-range', { field: field.name }));
  const from = numberValue(field, low);
  const to = numberValue(field, high);
  return (g) => (row) => g.kind === 'number' && g.some(row, (v) => v >= from && v <= to);
}
