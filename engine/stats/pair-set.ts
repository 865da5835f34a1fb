// A set of pairs of whole numbers below 2^26: open addressing in arrays, without an object a pair. It is dealt out to
// many small tables, so that no single growth takes long.

const SHIFT = 2 ** 26;
const TABLES = 64;
const SMALLEST = 64;

export class PairSet {
  private readonly tables = Array.from({ length: TABLES }, () => new Float64Array(SMALLEST).fill(-1));
  private readonly counts = new Uint32Array(TABLES);

  /** @returns whether it is new */
  add(low: number, high: number): boolean {
    const key = low * SHIFT + high;
    const hash = hashOf(low, high);
    const table = hash % TABLES;
    const keys = this.tables[table]!;
    const at = placeOf(keys, key, hash);
    if (keys[at] === key) return false;
    keys[at] = key;
    if (++this.counts[table]! * 2 > keys.length) this.tables[table] = grown(keys);
    return true;
  }
}

function hashOf(low: number, high: number): number {
  const hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Where a key stands, or may stand. */
function placeOf(keys: Float64Array, key: number, hash: number): number {
  const mask = keys.length - 1;
  let at = Math.floor(hash / TABLES) & mask;
  while (keys[at] !== -1 && keys[at] !== key) at = (at + 1) & mask;
  return at;
}

function grown(before: Float64Array): Float64Array<ArrayBuffer> {
  const keys = new Float64Array(before.length * 2).fill(-1);
  for (const key of before) {
    if (key === -1) continue;
    const low = Math.floor(key / SHIFT);
    keys[placeOf(keys, key, hashOf(low, key - low * SHIFT))] = key;
  }
  return keys;
}
