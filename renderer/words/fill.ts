// Values in the places of a word of the window.
import { count } from './format.ts';

export type Values = Readonly<Record<string, string | number>>;

/** Places are `{name}`, and `{name:one|many}`: the first where the number is 1. */
const PLACE = /\{(\w+)(?::([^{}|]*)\|([^{}]*))?\}/g;

export function fill(text: string, values?: Values): string {
  return values === undefined
    ? text
    : text.replace(PLACE, (whole, name: string, one: string | undefined, many: string | undefined) => {
        const v = values[name];
        if (v === undefined) return whole;
        if (many !== undefined) return String(v) === '1' ? (one ?? '') : many;
        return typeof v === 'number' ? count(v) : v;
      });
}
