// Which sources are left out together: whole ones, dealt to a few folds.
import type { Examples } from './examples.ts';

/** Folds that sources are dealt to where each is left out once. */
export const SOURCE_FOLDS = 8;

/**
 * Sources in the order of their flows are dealt out in turn, so that no fold has all the large ones.
 * @param rows whose sources are dealt; without, all rows
 */
export function foldOf(e: Examples, folds: number, rows?: Int32Array): (source: number) => number {
  const flows = new Map<number, number>();
  const count = (s: number): void => void flows.set(s, (flows.get(s) ?? 0) + 1);
  if (rows === undefined) e.source.forEach(count);
  else for (const r of rows) count(e.source[r]!);
  const order = [...flows].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([source]) => source);
  const place = new Map(order.map((source, i) => [source, i % folds]));
  return (source) => place.get(source) ?? 0;
}
