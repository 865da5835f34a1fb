// Asks a store what it has of an address, a name, a URL, a hash. What is found is in `found`, the most exact first, until
// the next question.
import type { AddressTable } from '../decode/index.ts';
import { NET_IP4, NET_IP6 } from '../decode/index.ts';
import type { AddressId } from '../../contract/index.ts';
import { IP4, IP6, maskBits, putIp } from './ip.ts';
import { Key } from './key.ts';
import type { IndicatorStore } from './store.ts';
import { DIGEST_BYTES, type IndicatorType, TYPE } from './types.ts';

const MAX_NAME = 255;
const DOT = 46;

export class Matcher {
  readonly found: number[] = [];
  private readonly store: IndicatorStore;
  private readonly key = new Key();
  /** Lengths of prefixes, IPv4 and IPv6. */
  private readonly four: readonly number[];
  private readonly six: readonly number[];
  private readonly domains: boolean;
  private readonly exact: boolean;
  private readonly digests: boolean;

  constructor(store: IndicatorStore) {
    this.store = store;
    this.four = store.prefixLengths(true);
    this.six = store.prefixLengths(false);
    this.domains = store.has('domain');
    this.exact = store.has('exact-domain');
    this.digests = store.has('digest');
  }

  /** Whether addresses are asked for at all, alone or with ports. */
  get addresses(): boolean {
    return this.store.has('address') || this.store.has('network');
  }

  get names(): boolean {
    return this.domains || this.exact;
  }

  /** Whether one of these types, or hashes of which nothing is known, are asked for. */
  wants(...types: readonly IndicatorType[]): boolean {
    return this.digests || types.some((type) => this.store.has(type));
  }

  /** An address of a capture, and networks that hold it. */
  ofAddress(table: AddressTable, id: AddressId): boolean {
    const size = this.put(table, id);
    return size === 0 ? this.none() : this.address(size);
  }

  ofAddressText(text: string): boolean {
    const size = putIp(text, this.key.bytes, 0);
    return size === 0 ? this.none() : this.address(size);
  }

  /** An address with its port. */
  ofPair(table: AddressTable, id: AddressId, port: number): boolean {
    const size = this.put(table, id);
    if (size === 0) return this.none();
    const { key } = this;
    key.bytes[size] = port >>> 8;
    key.bytes[size + 1] = port;
    key.type = TYPE['port-pair'];
    key.length = size + 2;
    return this.one();
  }

  /** A name, or one that it lies below. @param name in any case, with or without the dot at its end */
  ofName(name: string): boolean {
    const { found, key, store } = this;
    found.length = 0;
    if (!this.names || name.length < 3 || name.length > MAX_NAME || !key.lower(TYPE['exact-domain'], name))
      return false;
    if (key.bytes[key.length - 1] === DOT) key.length--;
    if (this.exact) {
      const entry = store.find(key);
      if (entry >= 0) found.push(entry);
    }
    if (!this.domains) return found.length > 0;
    key.type = TYPE.domain;
    key.begin(store.seed);
    const { bytes } = key;
    let dots = 0;
    for (let i = key.length - 1; i >= 0; i--) {
      if (bytes[i] === DOT && ++dots > 1) this.below(i + 1);
      key.step(i);
    }
    if (dots > 0) this.below(0);
    // The longest was found last.
    found.reverse();
    if (this.exact && found.length > 1 && store.typeOf(found.at(-1)!) === 'exact-domain') found.unshift(found.pop()!);
    return found.length > 0;
  }

  private below(from: number): void {
    this.key.settle();
    const entry = this.store.findHashed(this.key, from);
    if (entry >= 0) this.found.push(entry);
  }

  /** @param text as `urlText` writes it */
  ofUrl(text: string): boolean {
    const { key, store, found } = this;
    found.length = 0;
    if (!store.has('url') || !key.text(TYPE.url, text)) return false;
    const whole = store.find(key);
    if (whole >= 0) found.push(whole);
    // An entry without a query is met with any.
    const query = text.indexOf('?');
    if (query >= 0) {
      key.length = query;
      const path = store.find(key);
      if (path >= 0) found.push(path);
    }
    return found.length > 0;
  }

  /** @param hex of any case */
  ofDigest(type: IndicatorType, hex: string): boolean {
    const { key, found, store } = this;
    found.length = 0;
    const typed = store.has(type);
    if ((!typed && !this.digests) || !key.hex(TYPE[type], hex, DIGEST_BYTES[type]!)) return false;
    if (typed) this.push();
    if (this.digests) {
      key.type = TYPE.digest;
      this.push();
    }
    return found.length > 0;
  }

  ofText(type: 'ja4' | 'serial', text: string): boolean {
    if (!this.store.has(type) || !this.key.text(TYPE[type], text)) return this.none();
    return this.one();
  }

  /** A value of another store, as a value of this one. */
  ofValue(type: IndicatorType, bytes: Uint8Array): boolean {
    const { key } = this;
    const put = (from: number, size: number): void => key.bytes.set(bytes.subarray(from, from + size));
    switch (type) {
      case 'address':
      case 'port-pair':
      case 'network': {
        const at = type === 'network' ? 1 : 0;
        const size = bytes.length - (type === 'port-pair' ? 2 : at);
        put(at, size);
        if (this.address(size === IP4 ? IP4 : IP6)) return true;
        break;
      }
      case 'domain':
      case 'exact-domain':
        return this.ofName(Buffer.from(bytes).toString('latin1'));
      case 'url': {
        const text = Buffer.from(bytes).toString('latin1');
        const host = text.slice(0, text.search(/[:/]/));
        if (this.ofUrl(text) || this.ofName(host) || this.ofAddressText(host)) return true;
        break;
      }
      case 'ja4':
      case 'serial':
        return this.ofText(type, Buffer.from(bytes).toString('latin1'));
      default:
        return this.ofDigest(type, Buffer.from(bytes).toString('hex'));
    }
    put(0, bytes.length);
    key.type = TYPE[type];
    key.length = bytes.length;
    return this.one();
  }

  private push(): void {
    const entry = this.store.find(this.key);
    if (entry >= 0) this.found.push(entry);
  }

  private one(): boolean {
    this.found.length = 0;
    this.push();
    return this.found.length > 0;
  }

  private none(): false {
    this.found.length = 0;
    return false;
  }

  private put(table: AddressTable, id: AddressId): 0 | 4 | 16 {
    const kind = table.kind(id);
    const { bytes } = this.key;
    if (kind === NET_IP4) {
      putWord(bytes, 0, table.word(id, 0));
      return IP4;
    }
    if (kind !== NET_IP6) return 0;
    for (let i = 0; i < 4; i++) putWord(bytes, i * 4, table.word(id, i));
    return IP6;
  }

  /** The address stands at the beginning of the key. */
  private address(size: 4 | 16): boolean {
    const { found, key, store } = this;
    found.length = 0;
    key.type = TYPE.address;
    key.length = size;
    if (store.has('address')) this.push();
    const prefixes = size === IP4 ? this.four : this.six;
    if (prefixes.length === 0) return found.length > 0;
    key.bytes.copyWithin(1, 0, size);
    key.type = TYPE.network;
    key.length = size + 1;
    for (const bits of prefixes) {
      key.bytes[0] = bits;
      // From the longest on, each is a part of the one before.
      maskBits(key.bytes, 1, size, bits);
      this.push();
    }
    return found.length > 0;
  }
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
