// A set of pairs of whole numbers below 2^26: open addressing in one array, without an object a pair.

const SHIFT = 2 ** 26;

export class PairSet {
  private keys = new Float64Array(4096).fill(-1);
  private count = 0;

  /** @returns whether it is new */
  add(low: number, high: number): boolean {
    const key = low * SHIFT + high;
    const at = this.placeOf(this.keys, key, low, high);
    if (this.keys[at] === key) return false;
    this.keys[at] = key;
    if (++this.count * 2 > this.keys.length) this.grow();
    return true;
  }

  private placeOf(keys: Float64Array, key: number, low: number, high: number): number {
    const mask = keys.length - 1;
    let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    hash ^= hash >>> 15;
    let at = hash & mask;
    while (keys[at] !== -1 && keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const before = this.keys;
    this.keys = new Float64Array(before.length * 2).fill(-1);
    for (const key of before) {
      if (key === -1) continue;
      const low = Math.floor(key / SHIFT);
      this.keys[this.placeOf(this.keys, key, low, key - low * SHIFT)] = key;
    }
  }
}
