// Pairs of ends that speak with each other: counters in typed arrays, found by a hash over addresses and ports. Within
// the table A is the end with the higher port or number; people see the sender of the first packet first (`flipped`),
// as Wireshark does.
import type { AddressId } from '../../contract/index.ts';

const NONE = -1;
const STRIDE = 8;
const [SENT, SENT_BYTES, RECEIVED, RECEIVED_BYTES, START, STOP, FIRST, LAST] = [0, 1, 2, 3, 4, 5, 6, 7];

type Column = Uint32Array | Uint16Array | Uint8Array | Float64Array | Int32Array;

function widened<T extends Column>(old: T, length: number): T {
  const made = new (old.constructor as new (length: number) => T)(length);
  made.set(old);
  return made;
}

export class PairTable {
  count = 0;
  private capacity = 1024;
  a = new Uint32Array(this.capacity);
  b = new Uint32Array(this.capacity);
  portA = new Uint16Array(this.capacity);
  portB = new Uint16Array(this.capacity);
  /** Counters, STRIDE a pair, so that a packet touches one line of the cache. */
  private values = new Float64Array(this.capacity * STRIDE);
  /** B sent the first packet. */
  flipped = new Uint8Array(this.capacity);
  private next = new Int32Array(this.capacity);
  private heads = new Int32Array(this.capacity * 2).fill(NONE);

  /** @returns the newest pair of these ends, -1 where there is none */
  find(a: AddressId, b: AddressId, portA: number, portB: number): number {
    const bucket = this.bucket(a, b, portA, portB);
    for (let at = this.heads[bucket]!; at >= 0; at = this.next[at]!)
      if (this.a[at] === a && this.b[at] === b && this.portA[at] === portA && this.portB[at] === portB) return at;
    return NONE;
  }

  /** A pair of its own, also where there is one of the same ends already: that one is not found any more. */
  add(a: AddressId, b: AddressId, portA: number, portB: number): number {
    if (this.count === this.capacity) this.grow();
    const at = this.count++;
    const bucket = this.bucket(a, b, portA, portB);
    this.a[at] = a;
    this.b[at] = b;
    this.portA[at] = portA;
    this.portB[at] = portB;
    this.next[at] = this.heads[bucket]!;
    this.heads[bucket] = at;
    return at;
  }

  /** Packets and bytes from A to B, and from B to A. */
  sent(at: number): number {
    return this.values[at * STRIDE + SENT]!;
  }
  sentBytes(at: number): number {
    return this.values[at * STRIDE + SENT_BYTES]!;
  }
  received(at: number): number {
    return this.values[at * STRIDE + RECEIVED]!;
  }
  receivedBytes(at: number): number {
    return this.values[at * STRIDE + RECEIVED_BYTES]!;
  }
  packets(at: number): number {
    return this.sent(at) + this.received(at);
  }
  /** Seconds after the capture's first packet. */
  start(at: number): number {
    return this.values[at * STRIDE + START]!;
  }
  stop(at: number): number {
    return this.values[at * STRIDE + STOP]!;
  }
  /** Rows of its first and last packet. */
  first(at: number): number {
    return this.values[at * STRIDE + FIRST]!;
  }
  last(at: number): number {
    return this.values[at * STRIDE + LAST]!;
  }

  /** Counts a packet. @param forward from A to B @param time seconds after the capture's first packet */
  take(at: number, forward: boolean, wire: number, time: number, row: number): void {
    const v = this.values;
    const o = at * STRIDE;
    if (v[o + SENT]! + v[o + RECEIVED]! === 0) {
      v[o + START] = v[o + STOP] = time;
      v[o + FIRST] = row;
      this.flipped[at] = forward ? 0 : 1;
    }
    if (time < v[o + START]!) v[o + START] = time;
    if (time > v[o + STOP]!) v[o + STOP] = time;
    v[o + LAST] = row;
    const to = o + (forward ? SENT : RECEIVED);
    v[to]!++;
    v[to + 1]! += wire;
  }

  /** Adds what another table counted. @param sent packets and bytes, then those received */
  addCounts(at: number, sent: number, sentBytes: number, received: number, receivedBytes: number, first: number): void {
    const v = this.values;
    const o = at * STRIDE;
    v[o + FIRST] = v[o + SENT]! + v[o + RECEIVED]! === 0 ? first : Math.min(v[o + FIRST]!, first);
    v[o + SENT]! += sent;
    v[o + SENT_BYTES]! += sentBytes;
    v[o + RECEIVED]! += received;
    v[o + RECEIVED_BYTES]! += receivedBytes;
  }

  private bucket(a: number, b: number, portA: number, portB: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul((portA << 16) | portB, 0xc2b2ae35);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    return hash & (this.heads.length - 1);
  }

  private grow(): void {
    this.capacity *= 2;
    const wider = <T extends Column>(old: T): T => widened(old, this.capacity);
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.portA = wider(this.portA);
    this.portB = wider(this.portB);
    this.values = widened(this.values, this.capacity * STRIDE);
    this.flipped = wider(this.flipped);
    this.next = wider(this.next);
    this.heads = new Int32Array(this.capacity * 2).fill(NONE);
    // In the order of their adding, so that the newest of equal ends is found first again.
    for (let at = 0; at < this.count; at++) {
      const bucket = this.bucket(this.a[at]!, this.b[at]!, this.portA[at]!, this.portB[at]!);
      this.next[at] = this.heads[bucket]!;
      this.heads[bucket] = at;
    }
  }
}
