// Remembers what was worked out for a text, up to a bound; the oldest is forgotten first.

/** @param make called when `key` is not known */
export function remembered<V>(known: Map<string, V>, key: string, limit: number, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  if (known.size >= limit) known.delete(known.keys().next().value!);
  known.set(key, value);
  return value;
}
