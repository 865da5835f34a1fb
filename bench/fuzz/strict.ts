// Bytes that tell when they are read outside of what belongs to the packet: neighbours in the read buffer are somebody
// else's.

export class BoundError extends Error {}

/**
 * @param data what the parser may read, laid between a prefix and nothing
 * @returns the array and where the data begins and ends; an index outside of it throws
 */
export function strictBytes(
  data: Uint8Array,
  prefix = 5,
): { readonly bytes: Uint8Array; readonly at: number; readonly end: number } {
  const real = new Uint8Array(prefix + data.length);
  real.fill(0xaa, 0, prefix);
  real.set(data, prefix);
  const end = real.length;
  const bytes = new Proxy(real, {
    get(target, key): unknown {
      if (typeof key === 'string') {
        const c = key.charCodeAt(0);
        if ((c >= 48 && c <= 57) || c === 45) {
          const i = Number(key);
          if (i < prefix || i >= end) throw new BoundError(`byte ${i - prefix} of ${data.length}`);
          return target[i];
        }
        if (key === 'NaN') throw new BoundError('byte NaN');
      }
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? (value as (...a: unknown[]) => unknown).bind(target) : value;
    },
  });
  return { bytes, at: prefix, end };
}
