// Tables that are asked by words that others wrote: a rule, a packet, a request.

/**
 * @returns the same table, with nothing of what every object has: asked for `constructor` or `__proto__` it has none
 */
export function keyed<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries));
}
