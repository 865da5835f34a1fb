// The values that flows have of a fact, each once and with a number: any field of flows of the filter, so that a value
// leads back to its flows by the filter that says it.
import { addressId, type FacetName, type FlowRow, quoted, type Row } from '../../contract/index.ts';
import { fieldNamed, type Subject } from '../filter/index.ts';

/** A flow that has no value. */
export const NO_VALUE = 0;
/** Different values that are told apart; all further ones are one. */
export const MAX_VALUES = 2 ** 19;
export const REST = MAX_VALUES;
/** Longer texts are no filter (`text(4096)` of the contract). */
const LONGEST_FILTER = 3_800;

type Value = string | number;

export class FacetValues {
  readonly name: FacetName;
  /** Values are numbers, which are ordered as such. */
  readonly numeric: boolean;
  /** Values beyond the limit were met. */
  more = false;
  private readonly numbers = new Map<Value, number>();
  private readonly folded = new Map<string, number>();
  private readonly values: Value[] = [''];
  private readonly subject: Subject;
  /** Hands a flow's values to `take`, made once: nothing is made for a flow. */
  private readonly each: (flow: FlowRow) => void;
  private found: number[] = [];

  constructor(name: FacetName, subject: Subject) {
    this.name = name;
    this.subject = subject;
    const getters = fieldNamed(`flow.${name}`)?.flow?.(subject);
    if (getters === undefined) throw new Error(`no field flow.${name}`);
    this.numeric = getters.kind === 'number';
    const ends = { id: this.take, place: () => false };
    switch (getters.kind) {
      case 'number':
      case 'text': {
        const some = getters.some as (row: Row, test: (value: Value) => boolean) => boolean;
        this.each = (flow) => some(flow, this.take);
        break;
      }
      case 'address':
        this.each = (flow) => getters.some(flow, ends);
        break;
      default:
        throw new Error(`flow.${name} has no values to group by`);
    }
  }

  /** Takes a value, and lets the next one come. */
  private readonly take = (value: Value): boolean => {
    const number = this.numberOf(value);
    if (!this.found.includes(number)) this.found.push(number);
    return false;
  };

  /** How many numbers were given out, that of no value among them. */
  get size(): number {
    return this.values.length;
  }

  /** The numbers of a flow's values, each once; NO_VALUE alone where it has none. @param into emptied and filled */
  of(flow: FlowRow, into: number[]): void {
    into.length = 0;
    this.found = into;
    this.each(flow);
    if (into.length === 0) into.push(NO_VALUE);
  }

  /** '' for no value, … for the rest. */
  text(number: number): string {
    if (number === NO_VALUE) return '';
    if (number === REST) return '…';
    const value = this.values[number]!;
    return this.isAddress ? this.subject.analysis.addresses.text(addressId(value as number)) : String(value);
  }

  /** NaN where the value is no number. */
  number(number: number): number {
    const value = this.values[number];
    return number === NO_VALUE || typeof value !== 'number' ? NaN : value;
  }

  /** What the filter says of the flows with a value; '' where it cannot say it. */
  filter(number: number): string {
    if (number === REST) return '';
    const field = `flow.${this.name}`;
    if (number === NO_VALUE) return `!${field}`;
    const text = this.text(number);
    const value = this.numeric || this.isAddress ? text : quoted(text);
    return value.length > LONGEST_FILTER ? '' : `${field} == ${value}`;
  }

  private get isAddress(): boolean {
    return fieldNamed(`flow.${this.name}`)!.kind === 'address';
  }

  private numberOf(value: Value): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    if (typeof value === 'number') return this.added(value);
    // The filter does not tell upper from lower case in fields of flows.
    const lower = value.toLowerCase();
    const same = this.folded.get(lower);
    if (same !== undefined) return same;
    const number = this.added(value);
    if (number !== REST) this.folded.set(lower, number);
    return number;
  }

  private added(value: Value): number {
    if (this.values.length >= MAX_VALUES) {
      this.more = true;
      return REST;
    }
    this.numbers.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}
