// Choices that stand in a field of the window until they are asked for: the field shows the path, the request says the
// grant.
import type { Chosen } from './transport.ts';

const grants = new Map<string, string>();

/** @returns the path, to be shown */
export function keepChosen(chosen: Chosen): string {
  grants.set(chosen.path, chosen.grant);
  return chosen.path;
}

/** What a request says for a path that a field shows: in a browser it is the path. */
export function namedBy(path: string): string {
  return grants.get(path) ?? path;
}
