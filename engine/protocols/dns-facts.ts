// What the DNS messages of one flow show together. Names are counted exactly up to 256 of them, by a 32-bit hash.
import type { DnsMessage } from './dns.ts';

const MAX_NAMES = 256;
const TXT = 16;
const NULL = 10;
const NXDOMAIN = 3;

export class DnsFacts {
  queries = 0;
  responses = 0;
  /** Responses that say that there is no such name. */
  noSuchName = 0;
  /** Queries for TXT or NULL records, which carry anything. */
  carriers = 0;
  longestLabel = 0;
  longestName = 0;
  /** Bits a character of the queried names, summed. */
  private entropySum = 0;
  private digitsSum = 0;
  /** Most flows ask for one name, so the set is made only for the second. */
  private first = -1;
  private names: Set<number> | null = null;
  private namesSealed = 0;

  get distinctNames(): number {
    return this.names?.size ?? this.namesSealed;
  }

  /** Mean over queries; NaN before any. */
  get entropy(): number {
    return this.queries === 0 ? NaN : this.entropySum / this.queries;
  }

  /** Mean share of digits in the queried names. */
  get digits(): number {
    return this.queries === 0 ? NaN : this.digitsSum / this.queries;
  }

  take(m: DnsMessage): void {
    if (m.response) {
      this.responses++;
      if (m.rcode === NXDOMAIN) this.noSuchName++;
      return;
    }
    this.queries++;
    if (m.type === TXT || m.type === NULL) this.carriers++;
    const { name } = m;
    let label = 0;
    let digits = 0;
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) {
      const c = name.charCodeAt(i);
      hash = Math.imul(hash ^ (c >= 65 && c <= 90 ? c | 32 : c), 0x01000193);
      if (c === 46) {
        label = 0;
        continue;
      }
      if (++label > this.longestLabel) this.longestLabel = label;
      if (c >= 48 && c <= 57) digits++;
    }
    if (name.length > this.longestName) this.longestName = name.length;
    this.entropySum += nameEntropy(name);
    this.digitsSum += name.length === 0 ? 0 : digits / name.length;
    hash >>>= 0;
    if (this.first < 0) {
      this.first = hash;
      this.namesSealed = 1;
      return;
    }
    if (this.names === null) {
      if (hash === this.first) return;
      this.names = new Set([this.first]);
    }
    if (this.names.size < MAX_NAMES) this.names.add(hash);
  }

  /** The flow is over: the counts are kept and the set is dropped. */
  seal(): void {
    this.namesSealed = this.distinctNames;
    this.names = null;
  }
}

const counts = new Uint8Array(256);

/** Shannon entropy of a name's characters, bits a character; names are at most 255 long. */
export function nameEntropy(name: string): number {
  const n = Math.min(name.length, 255);
  let bits = 0;
  for (let i = 0; i < n; i++) counts[name.charCodeAt(i) & 255]!++;
  for (let i = 0; i < n; i++) {
    const c = counts[name.charCodeAt(i) & 255]!;
    if (c === 0) continue;
    bits -= (c / n) * Math.log2(c / n);
    counts[name.charCodeAt(i) & 255] = 0;
  }
  return bits;
}
