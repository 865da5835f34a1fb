// Two ends of TCP or UDP (addresses and ports, either way round), found by a hash in typed arrays, with what decides
// whether a segment opens a new stream of them.
import type { AddressId } from '../../contract/index.ts';

const NONE = -1;

/** Where the first sequence number of an end is known from. */
export const BASE_UNKNOWN = 0;
/** `base` is a row: its own number there, one less where it is no SYN. */
export const BASE_OWN = 1;
/** `base` is a row of the other end, which acknowledges one more. */
export const BASE_ACK = 2;
/** `base` is the number. */
export const BASE_VALUE = 3;

export class StreamEnds {
  private count = 0;
  private a = new Uint32Array(1024);
  private b = new Uint32Array(1024);
  private ports = new Uint32Array(1024);
  private next = new Int32Array(1024);
  private heads = new Int32Array(2048).fill(NONE);
  /** By place: the newest stream of the two ends. */
  stream = new Uint32Array(1024);
  /** By place times two, first for the end that `forward` means. */
  base = new Uint32Array(2048);
  known = new Uint8Array(2048);
  /** By place: a FIN or a RST was seen in the newest stream. */
  over = new Uint8Array(1024);

  /** Whether the sender is the first of two ends; with equal ports addresses decide. */
  static forward(source: AddressId, destination: AddressId, from: number, to: number): boolean {
    return from === to ? source <= destination : from > to;
  }

  /** @returns the place of two ends; it is new where it is the table's last and `fresh` */
  place(source: AddressId, destination: AddressId, from: number, to: number): number {
    return StreamEnds.forward(source, destination, from, to)
      ? this.ofPair(source, destination, (from << 16) | to)
      : this.ofPair(destination, source, (to << 16) | from);
  }

  /** Set by `place`: nobody had asked for these ends before. */
  fresh = false;

  private ofPair(a: number, b: number, both: number): number {
    const ports = both >>> 0;
    let bucket = this.bucket(a, b, ports);
    this.fresh = false;
    for (let at = this.heads[bucket]!; at >= 0; at = this.next[at]!)
      if (this.a[at] === a && this.b[at] === b && this.ports[at] === ports) return at;
    if (this.count === this.a.length) {
      this.grow();
      bucket = this.bucket(a, b, ports);
    }
    const at = this.count++;
    this.a[at] = a;
    this.b[at] = b;
    this.ports[at] = ports;
    this.next[at] = this.heads[bucket]!;
    this.heads[bucket] = at;
    this.fresh = true;
    return at;
  }

  private bucket(a: number, b: number, ports: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    return hash & (this.heads.length - 1);
  }

  private grow(): void {
    const size = this.a.length * 2;
    this.a = larger(this.a, size);
    this.b = larger(this.b, size);
    this.ports = larger(this.ports, size);
    this.next = larger(this.next, size);
    this.stream = larger(this.stream, size);
    this.base = larger(this.base, size * 2);
    this.known = larger(this.known, size * 2);
    this.over = larger(this.over, size);
    this.heads = new Int32Array(size * 2).fill(NONE);
    for (let at = 0; at < this.count; at++) {
      const bucket = this.bucket(this.a[at]!, this.b[at]!, this.ports[at]!);
      this.next[at] = this.heads[bucket]!;
      this.heads[bucket] = at;
    }
  }
}

/** The same numbers in an array that holds more. */
export function larger<T extends Uint32Array | Int32Array | Uint8Array>(old: T, size: number): T {
  const made = new (old.constructor as new (length: number) => T)(size);
  made.set(old);
  return made;
}
