// Pairs of ends that speak with each other: counters in typed arrays, found by a hash over addresses and ports. Within
// the table A is the end with the higher port or number; people see the sender of the first packet first (`flipped`),
// as Wireshark does.
import type { AddressId } from '../../contract/index.ts';

const NONE = -1;

export class PairTable {
  count = 0;
  private capacity = 1024;
  a = new Uint32Array(this.capacity);
  b = new Uint32Array(this.capacity);
  portA = new Uint16Array(this.capacity);
  portB = new Uint16Array(this.capacity);
  /** Packets and bytes from A to B, and from B to A. */
  sent = new Float64Array(this.capacity);
  sentBytes = new Float64Array(this.capacity);
  received = new Float64Array(this.capacity);
  receivedBytes = new Float64Array(this.capacity);
  /** Seconds after the capture's first packet. */
  start = new Float64Array(this.capacity);
  stop = new Float64Array(this.capacity);
  /** Rows of its first and last packet. */
  first = new Uint32Array(this.capacity);
  last = new Uint32Array(this.capacity);
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

  /** Counts a packet. @param forward from A to B @param time seconds after the capture's first packet */
  take(at: number, forward: boolean, wire: number, time: number, row: number): void {
    if (this.sent[at]! + this.received[at]! === 0) {
      this.start[at] = this.stop[at] = time;
      this.first[at] = row;
      this.flipped[at] = forward ? 0 : 1;
    }
    if (time < this.start[at]!) this.start[at] = time;
    if (time > this.stop[at]!) this.stop[at] = time;
    this.last[at] = row;
    if (forward) {
      this.sent[at]!++;
      this.sentBytes[at]! += wire;
    } else {
      this.received[at]!++;
      this.receivedBytes[at]! += wire;
    }
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
    const wider = <T extends Uint32Array | Uint16Array | Uint8Array | Float64Array | Int32Array>(old: T): T => {
      const made = new (old.constructor as new (length: number) => T)(this.capacity);
      made.set(old);
      return made;
    };
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.portA = wider(this.portA);
    this.portB = wider(this.portB);
    this.sent = wider(this.sent);
    this.sentBytes = wider(this.sentBytes);
    this.received = wider(this.received);
    this.receivedBytes = wider(this.receivedBytes);
    this.start = wider(this.start);
    this.stop = wider(this.stop);
    this.first = wider(this.first);
    this.last = wider(this.last);
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
