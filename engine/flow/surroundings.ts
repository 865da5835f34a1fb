// What a capture held around a flow when it began (detection.md, group K), from tables of fixed size that forget by packet time.
import type { FlowColumns } from './columns.ts';

/** Places in a flow's row: flows of the source in 60 s and 10 min, peers, failures, flows of the pair, gap, regularity, flows to the responder, peers of the fingerprint. */
export const SURROUNDINGS = 9;
const FINGERPRINT = 8;

/** Windows are counted in tenths: what is said to lie in the last 60 s lies in the last 54 to 60, in the last 10 min in the last 9 to 10. */
const TENTHS = 10;
const MINUTE_TENTH = 6;
const WINDOW_TENTH = 60;
const WAYS = 4;
const HOSTS = 16_384;
const PAIRS = 65_536;
const STARTS = 8;
const MAX_FINGERPRINTS = 4_096;
const MAX_PEERS = 64;
const WINDOW = 600;

/** Counters of one kind of thing: `ways` places a key, the one that was silent longest gives way. */
class Table {
  readonly key: Float64Array;
  readonly touched: Float64Array;
  private readonly mask: number;

  constructor(size: number) {
    // Zeroes alone, so that memory is used as it is touched. Keys are kept one higher: 0 is an empty place.
    this.key = new Float64Array(size);
    this.touched = new Float64Array(size);
    this.mask = size / WAYS - 1;
  }

  /** @returns the key's place; `fresh` is set when it was not known */
  place(wanted: number, now: number): number {
    const key = wanted + 1;
    const mixed = Math.imul(key % 4294967296 | 0, 0x9e3779b1) ^ Math.imul((key / 67_108_864) | 0, 0x85ebca6b);
    const from = ((mixed ^ (mixed >>> 15)) & this.mask) * WAYS;
    let oldest = from;
    for (let i = from; i < from + WAYS; i++) {
      if (this.key[i] === key) { this.touched[i] = now; this.fresh = false; return i; }
      if (this.touched[i]! < this.touched[oldest]!) oldest = i;
    }
    this.key[oldest] = key;
    this.touched[oldest] = now;
    this.fresh = true;
    return oldest;
  }
  fresh = false;
}

/** Counts in ten buckets of a window; a bucket is emptied when its time comes again. */
class Windows {
  private readonly counts: Uint32Array;
  private readonly epochs: Uint32Array;
  private readonly seconds: number;

  constructor(size: number, tenth: number) {
    this.counts = new Uint32Array(size * TENTHS);
    this.epochs = new Uint32Array(size * TENTHS);
    this.seconds = tenth;
  }

  clear(place: number): void {
    this.counts.fill(0, place * TENTHS, (place + 1) * TENTHS);
  }

  add(place: number, time: number, by: number): void {
    const epoch = Math.floor(time / this.seconds);
    const at = place * TENTHS + (epoch % TENTHS);
    if (this.epochs[at]! > epoch) return;
    if (this.epochs[at] !== epoch) { if (by < 0) return; this.epochs[at] = epoch; this.counts[at] = 0; }
    this.counts[at] = Math.max(0, this.counts[at]! + by);
  }

  sum(place: number, time: number): number {
    const epoch = Math.floor(time / this.seconds);
    let total = 0;
    for (let i = place * TENTHS; i < (place + 1) * TENTHS; i++) if (this.epochs[i]! + TENTHS > epoch && this.epochs[i]! <= epoch) total += this.counts[i]!;
    return total;
  }
}

export class Surroundings {
  private readonly columns: FlowColumns;
  private readonly hosts = new Table(HOSTS);
  private readonly minute = new Windows(HOSTS, MINUTE_TENTH);
  private readonly flows = new Windows(HOSTS, WINDOW_TENTH);
  private readonly peers = new Windows(HOSTS, WINDOW_TENTH);
  private readonly failures = new Windows(HOSTS, WINDOW_TENTH);
  private readonly towards = new Table(HOSTS);
  private readonly arrivals = new Windows(HOSTS, WINDOW_TENTH);
  private readonly pairs = new Table(PAIRS);
  private readonly pairFlows = new Windows(PAIRS, WINDOW_TENTH);
  private readonly pairLast = new Float64Array(PAIRS);
  private readonly starts = new Float64Array(PAIRS * STARTS);
  private readonly started = new Uint32Array(PAIRS);
  private readonly fingerprints = new Map<string, Map<number, number>>();

  constructor(columns: FlowColumns) {
    this.columns = columns;
  }

  /** A flow begins. @param time seconds since the first packet of the capture */
  began(row: number, time: number): void {
    const c = this.columns;
    const source = c.initiator[row]!;
    const peer = c.responder[row]!;
    const at = Math.max(0, time);
    const out = row * SURROUNDINGS;
    const host = this.hosts.place(source, at);
    if (this.hosts.fresh) { this.minute.clear(host); this.flows.clear(host); this.peers.clear(host); this.failures.clear(host); }
    this.minute.add(host, at, 1);
    this.flows.add(host, at, 1);
    const pair = this.pairs.place(source * 67_108_864 + peer, at);
    if (this.pairs.fresh) {
      this.pairFlows.clear(pair);
      this.started[pair] = 0;
      this.peers.add(host, at, 1);
    } else if (Math.floor(this.pairLast[pair]! / WINDOW_TENTH) !== Math.floor(at / WINDOW_TENTH)) {
      // A peer counts in the tenth in which it was last spoken to.
      this.peers.add(host, this.pairLast[pair]!, -1);
      this.peers.add(host, at, 1);
    }
    this.pairFlows.add(pair, at, 1);
    const to = this.towards.place(peer, at);
    if (this.towards.fresh) this.arrivals.clear(to);
    this.arrivals.add(to, at, 1);

    const s = c.surroundings;
    s[out] = this.minute.sum(host, at);
    s[out + 1] = this.flows.sum(host, at);
    s[out + 2] = this.peers.sum(host, at);
    s[out + 3] = this.failures.sum(host, at);
    s[out + 4] = this.pairFlows.sum(pair, at);
    const n = this.started[pair]!;
    s[out + 5] = n === 0 ? NaN : at - this.pairLast[pair]!;
    this.starts[pair * STARTS + (n % STARTS)] = at;
    this.started[pair] = n + 1;
    this.pairLast[pair] = at;
    s[out + 6] = this.regularity(pair);
    s[out + 7] = this.arrivals.sum(to, at);
    s[out + FINGERPRINT] = NaN;
  }

  /** A flow's client fingerprint became known. */
  fingerprint(row: number, ja4: string, time: number): void {
    const peer = this.columns.responder[row]!;
    let peers = this.fingerprints.get(ja4);
    if (peers === undefined) {
      if (this.fingerprints.size >= MAX_FINGERPRINTS) this.fingerprints.delete(this.fingerprints.keys().next().value!);
      this.fingerprints.set(ja4, (peers = new Map()));
    }
    let others = 0;
    for (const [other, seen] of peers) {
      if (time - seen > WINDOW) peers.delete(other);
      else if (other !== peer) others++;
    }
    peers.delete(peer);
    if (peers.size >= MAX_PEERS) peers.delete(peers.keys().next().value!);
    peers.set(peer, time);
    this.columns.surroundings[row * SURROUNDINGS + FINGERPRINT] = others;
  }

  /** A connection ended without having been one: refused, or never answered. */
  failed(row: number, time: number): void {
    const host = this.hosts.place(this.columns.initiator[row]!, time);
    if (this.hosts.fresh) { this.minute.clear(host); this.flows.clear(host); this.peers.clear(host); this.failures.clear(host); }
    this.failures.add(host, time, 1);
  }

  /** Coefficient of variation of the last gaps between starts; NaN with fewer than three gaps. */
  private regularity(pair: number): number {
    const n = this.started[pair]!;
    const kept = Math.min(n, STARTS);
    if (kept < 4) return NaN;
    let sum = 0;
    let squares = 0;
    for (let i = n - kept + 1; i < n; i++) {
      const gap = this.starts[pair * STARTS + (i % STARTS)]! - this.starts[pair * STARTS + ((i - 1) % STARTS)]!;
      sum += gap;
      squares += gap * gap;
    }
    const mean = sum / (kept - 1);
    return mean > 0 ? Math.sqrt(Math.max(0, squares / (kept - 1) - mean * mean)) / mean : NaN;
  }
}
