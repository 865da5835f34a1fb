// Addresses of one capture, interned once: kind and up to 16 bytes, found by hash, shown as text when asked.
import { u16, u32 } from '../read/index.ts';
import { ADDRESS_MAC, ADDRESS_NONE, NET_IP4, NET_IP6 } from './layers.ts';
import { type AddressId, addressId } from '../../contract/index.ts';

export class AddressTable {
  private kinds = new Uint8Array(1024);
  private words = new Uint32Array(4096);
  private next = new Int32Array(1024);
  private heads = new Int32Array(2048).fill(-1);
  private count = 0;
  private readonly texts = new Map<number, string>();

  constructor() {
    this.intern(ADDRESS_NONE, 0, 0, 0, 0);
  }

  get size(): number {
    return this.count;
  }

  /** The id of "no address" is 0. */
  internIp4(word: number): AddressId {
    return this.intern(NET_IP4, word, 0, 0, 0);
  }

  internBytes(kind: typeof ADDRESS_MAC | typeof NET_IP4 | typeof NET_IP6, buf: Uint8Array, at: number): AddressId {
    if (kind === NET_IP4) return this.internIp4(u32(buf, at));
    if (kind === ADDRESS_MAC) return this.intern(kind, u32(buf, at), u16(buf, at + 4), 0, 0);
    return this.intern(kind, u32(buf, at), u32(buf, at + 4), u32(buf, at + 8), u32(buf, at + 12));
  }

  kind(id: AddressId): number {
    return this.kinds[id]!;
  }

  /** The address as bytes in network order, 4, 6 or 16 of them. */
  bytes(id: AddressId): Uint8Array {
    const kind = this.kinds[id]!;
    const all = new Uint8Array(16);
    for (let i = 0; i < 4; i++) {
      const w = this.words[id * 4 + i]!;
      all[i * 4] = w >>> 24;
      all[i * 4 + 1] = w >>> 16;
      all[i * 4 + 2] = w >>> 8;
      all[i * 4 + 3] = w;
    }
    if (kind === ADDRESS_MAC) return new Uint8Array([all[0]!, all[1]!, all[2]!, all[3]!, all[6]!, all[7]!]);
    if (kind === NET_IP4) return all.subarray(0, 4);
    return kind === NET_IP6 ? all : new Uint8Array(0);
  }

  word(id: AddressId, index: number): number {
    return this.words[id * 4 + index]!;
  }

  /** The order of two addresses: by their kind, then as bytes in network order. */
  compare(a: AddressId, b: AddressId): number {
    const kinds = this.kinds[a]! - this.kinds[b]!;
    if (kinds !== 0) return kinds;
    for (let i = 0; i < 4; i++) {
      const apart = this.words[a * 4 + i]! - this.words[b * 4 + i]!;
      if (apart !== 0) return apart;
    }
    return 0;
  }

  /** The same for equal addresses of any table, see `addressKey`. */
  key(id: AddressId): number | string {
    const w = id * 4;
    return this.kinds[id] === NET_IP4
      ? this.words[w]!
      : wordsKey(this.words[w]!, this.words[w + 1]!, this.words[w + 2]!, this.words[w + 3]!);
  }

  text(id: AddressId): string {
    let text = this.texts.get(id);
    if (text === undefined) {
      text = addressText(this.kinds[id]!, this.bytes(id));
      if (this.texts.size < 65_536) this.texts.set(id, text);
    }
    return text;
  }

  /** Addresses from an id on as five words each, kind first: what another table needs to have them by the same ids. */
  wordsFrom(id: number): Uint32Array {
    const out = new Uint32Array((this.count - id) * 5);
    for (let i = id, o = 0; i < this.count; i++, o += 5) {
      out[o] = this.kinds[i]!;
      out.set(this.words.subarray(i * 4, i * 4 + 4), o + 1);
    }
    return out;
  }

  addWords(words: Uint32Array): void {
    for (let o = 0; o < words.length; o += 5)
      this.intern(words[o]!, words[o + 1]!, words[o + 2]!, words[o + 3]!, words[o + 4]!);
  }

  /** Every address in order of its id, as kind and hexadecimal bytes. */
  dump(): string[] {
    return Array.from(
      { length: this.count },
      (_, i) => `${this.kinds[i]}:${Buffer.from(this.bytes(addressId(i))).toString('hex')}`,
    );
  }

  restore(dump: readonly string[]): void {
    for (const entry of dump) {
      const [kind, hex] = entry.split(':');
      const bytes = Buffer.from(hex!, 'hex');
      if (bytes.length > 0) this.internBytes(Number(kind) as 1 | 4 | 6, bytes, 0);
    }
  }

  /** The id of an IP address, null where it was never interned. @param bytes in network order, 4 or 16 of them */
  find(kind: typeof NET_IP4 | typeof NET_IP6, bytes: Uint8Array): AddressId | null {
    const six = kind === NET_IP6;
    const a = u32(bytes, 0);
    const b = six ? u32(bytes, 4) : 0;
    const c = six ? u32(bytes, 8) : 0;
    const d = six ? u32(bytes, 12) : 0;
    return this.lookup(kind, a, b, c, d, this.bucket(kind, a, b, c, d));
  }

  private intern(kind: number, a: number, b: number, c: number, d: number): AddressId {
    const bucket = this.bucket(kind, a, b, c, d);
    return this.lookup(kind, a, b, c, d, bucket) ?? this.add(kind, a, b, c, d, bucket);
  }

  private bucket(kind: number, a: number, b: number, c: number, d: number): number {
    let hash =
      Math.imul(a ^ Math.imul(kind, 0x9e3779b1), 0x85ebca6b) ^
      Math.imul(b, 0xc2b2ae35) ^
      Math.imul(c, 0x27d4eb2f) ^
      Math.imul(d, 0x165667b1);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    return hash & (this.heads.length - 1);
  }

  private lookup(kind: number, a: number, b: number, c: number, d: number, bucket: number): AddressId | null {
    const w = this.words;
    for (let at = this.heads[bucket]!; at >= 0; at = this.next[at]!) {
      const o = at * 4;
      if (this.kinds[at] === kind && w[o] === a && w[o + 1] === b && w[o + 2] === c && w[o + 3] === d)
        return addressId(at);
    }
    return null;
  }

  private add(kind: number, a: number, b: number, c: number, d: number, bucket: number): AddressId {
    const at = this.count;
    if (at === this.kinds.length) {
      this.grow();
      return this.intern(kind, a, b, c, d);
    }
    this.kinds[at] = kind;
    this.words.set([a, b, c, d], at * 4);
    this.next[at] = this.heads[bucket]!;
    this.heads[bucket] = at;
    this.count++;
    return addressId(at);
  }

  private grow(): void {
    const { kinds, words, count } = this;
    this.kinds = new Uint8Array(kinds.length * 2);
    this.words = new Uint32Array(words.length * 2);
    this.next = new Int32Array(kinds.length * 2);
    this.heads = new Int32Array(kinds.length * 4).fill(-1);
    this.count = 0;
    for (let i = 0; i < count; i++)
      this.intern(kinds[i]!, words[i * 4]!, words[i * 4 + 1]!, words[i * 4 + 2]!, words[i * 4 + 3]!);
  }
}

/** An IP address in network order as a key of a map: a number for IPv4. */
export function addressKey(buf: Uint8Array, at: number, four: boolean): number | string {
  return four ? u32(buf, at) : wordsKey(u32(buf, at), u32(buf, at + 4), u32(buf, at + 8), u32(buf, at + 12));
}

function wordsKey(a: number, b: number, c: number, d: number): string {
  return `${a}:${b}:${c}:${d}`;
}

/** Text of an address: dotted IPv4, IPv6 as RFC 5952 says, MAC with colons, '' for none. */
export function addressText(kind: number, bytes: Uint8Array): string {
  if (kind === NET_IP4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  if (kind === ADDRESS_MAC)
    return Buffer.from(bytes)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1:');
  if (kind !== NET_IP6) return '';
  const groups = Array.from({ length: 8 }, (_, i) => u16(bytes, i * 2));
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  const mapped =
    groups.slice(0, 5).every((g) => g === 0) &&
    (groups[5] === 0xffff || (groups[5] === 0 && bestLength === 6 && best === 0));
  const hex = (part: number[]): string => part.map((g) => g.toString(16)).join(':');
  if (mapped) return `::${groups[5] === 0xffff ? 'ffff:' : ''}${bytes[12]}.${bytes[13]}.${bytes[14]}.${bytes[15]}`;
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}
