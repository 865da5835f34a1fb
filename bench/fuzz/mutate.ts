// Changes to an input: the few that find most in length-prefixed formats. Deterministic for a seed.

const INTERESTING = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 192, 254, 255];

export class Mutator {
  private state: number;
  private readonly common: readonly Uint8Array[];

  /** @param common words for every target, beside its own */
  constructor(seed: number, common: readonly Uint8Array[] = []) {
    this.state = seed >>> 0 || 1;
    this.common = common;
  }

  /** A number in [0, n). */
  below(n: number): number {
    // xorshift32
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s >>> 0;
    return Math.floor((this.state / 4294967296) * n);
  }

  mutate(input: Uint8Array, other: Uint8Array, words: readonly Uint8Array[], limit: number): Uint8Array {
    let b: Uint8Array = Uint8Array.from(input);
    for (let n = 1 << this.below(4); n > 0; n--) b = this.once(b, other, words);
    return b.length > limit ? b.slice(0, limit) : b;
  }

  private word(own: readonly Uint8Array[]): Uint8Array | undefined {
    const from = this.common.length > 0 && this.below(2) === 0 ? this.common : own;
    return from[this.below(from.length)];
  }

  private once(b: Uint8Array, other: Uint8Array, words: readonly Uint8Array[]): Uint8Array {
    const at = this.below(b.length + 1);
    switch (this.below(12)) {
      case 0:
        if (at < b.length) b[at]! ^= 1 << this.below(8);
        return b;
      case 1:
        if (at < b.length) b[at] = this.below(256);
        return b;
      case 2:
        if (at < b.length) b[at] = INTERESTING[this.below(INTERESTING.length)]!;
        return b;
      case 3:
        if (at < b.length) b[at] = b[at]! + this.below(35) - 17;
        return b;
      case 4: {
        const v = this.below(2) === 0 ? b.length - at + this.below(9) - 4 : this.below(65_536);
        if (at + 1 < b.length) {
          b[at] = v >> 8;
          b[at + 1] = v;
        }
        return b;
      }
      case 5:
        return b.slice(0, at);
      case 6: {
        const size = this.below(Math.min(64, b.length - at) + 1);
        return splice(b, at, size, new Uint8Array(0));
      }
      case 7: {
        const from = this.below(b.length + 1);
        return splice(b, at, 0, b.slice(from, from + 1 + this.below(32)));
      }
      case 8: {
        const from = this.below(other.length + 1);
        return splice(
          b,
          at,
          this.below(2) === 0 ? other.length - from : 0,
          other.slice(from, from + 1 + this.below(128)),
        );
      }
      case 9: {
        const word = this.word(words);
        return word === undefined ? b : splice(b, at, this.below(2) * word.length, word);
      }
      case 10: {
        const word = this.word(words);
        if (word !== undefined && at + word.length <= b.length) b.set(word, at);
        return b;
      }
      default:
        return splice(
          b,
          at,
          0,
          Uint8Array.from({ length: 1 + this.below(16) }, () => this.below(256)),
        );
    }
  }
}

function splice(b: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.max(0, b.length - Math.min(remove, b.length - at)) + insert.length);
  out.set(b.subarray(0, at));
  out.set(insert, at);
  out.set(b.subarray(Math.min(b.length, at + remove)), at + insert.length);
  return out;
}
