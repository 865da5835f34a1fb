// What a capture held around a flow when it began (docs/detection.md, section 2, group K), from tables of fixed size
// whose entries expire by packet time.

/** What is read of flows' columns, and written. */
export interface SurroundedColumns {
  readonly initiator: Uint32Array;
  readonly responder: Uint32Array;
  readonly surroundings: Float32Array;
}

/** Places in a flow's row of surroundings. */
export const AROUND = {
  /** Flows that the source began in 60 s, and in 10 min. */
  flowsMinute: 0,
  flows: 1,
  peers: 2,
  failed: 3,
  pairFlows: 4,
  pairGap: 5,
  regularity: 6,
  responder: 7,
  fingerprintPeers: 8,
} as const;
export const SURROUNDINGS = Object.keys(AROUND).length;

/**
 * Windows are counted in tenths: what is said to lie in the last 60 s lies in the last 54 to 60, in the last 10 min in
 * the last 9 to 10.
 */
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

/** Counters by key, in `ways` places for each key; the one that was silent longest is replaced. */
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
    const mixed = Math.imul((key % 4294967296) | 0, 0x9e3779b1) ^ Math.imul((key / 67_108_864) | 0, 0x85ebca6b);
    const from = ((mixed ^ (mixed >>> 15)) & this.mask) * WAYS;
    let oldest = from;
    for (let i = from; i < from + WAYS; i++) {
      if (this.key[i] === key) {
        this.touched[i] = now;
        this.fresh = false;
        return i;
      }
      if (this.touched[i]! < this.touched[oldest]!) oldest = i;
    }
    this.key[oldest] = key;
    this.touched[oldest] = now;
    this.fresh = true;
    return oldest;
  }
  fresh = false;
}

/** Words of one count: the tenth it was brought up to, its sum, ten buckets. */
const WORDS = TENTHS + 2;

/**
 * Counts in ten buckets of a window, with their sum; time that passes takes buckets out of it. Several counts of a
 * place lie side by side: they are met together.
 */
class Windows {
  private readonly words: Uint32Array;
  private readonly stride: number;
  private readonly offset: number;
  private readonly seconds: number;

  /** @param words shared by `side` counts, of which this is number `which` */
  constructor(words: Uint32Array, side: number, which: number, tenth: number) {
    this.words = words;
    this.stride = side * WORDS;
    this.offset = which * WORDS;
    this.seconds = tenth;
  }

  clear(place: number): void {
    const at = place * this.stride + this.offset;
    this.words.fill(0, at + 1, at + WORDS);
  }

  /** Adds at a time that may lie before the latest: then to its own tenth, as long as that is in the window. */
  add(place: number, time: number, by: number): void {
    const { words } = this;
    const at = place * this.stride + this.offset;
    const epoch = Math.floor(time / this.seconds);
    this.advance(at, epoch);
    if (words[at]! - epoch >= TENTHS) return;
    const bucket = at + 2 + (epoch % TENTHS);
    const change = by < 0 ? -Math.min(-by, words[bucket]!) : by;
    words[bucket] = words[bucket]! + change;
    words[at + 1] = words[at + 1]! + change;
  }

  sum(place: number, time: number): number {
    const at = place * this.stride + this.offset;
    this.advance(at, Math.floor(time / this.seconds));
    return this.words[at + 1]!;
  }

  private advance(at: number, epoch: number): void {
    const { words } = this;
    const last = words[at]!;
    if (epoch <= last) return;
    words[at] = epoch;
    if (words[at + 1] === 0) return;
    if (epoch - last >= TENTHS) {
      words.fill(0, at + 1, at + WORDS);
      return;
    }
    for (let e = last + 1; e <= epoch; e++) {
      const bucket = at + 2 + (e % TENTHS);
      words[at + 1] = words[at + 1]! - words[bucket]!;
      words[bucket] = 0;
    }
  }
}

export class Surroundings {
  private readonly columns: SurroundedColumns;
  private readonly hosts: Table;
  private readonly minute: Windows;
  private readonly flows: Windows;
  private readonly peers: Windows;
  private readonly failures: Windows;
  private readonly towards: Table;
  private readonly arrivals: Windows;
  private readonly pairs: Table;
  private readonly pairFlows: Windows;
  private readonly pairLast: Float64Array;
  private readonly starts: Float64Array;
  private readonly started: Uint32Array;
  private readonly fingerprints = new Map<string, Map<number, number>>();

  /** @param few there will be few flows: a single one that is read again needs no 20 MiB */
  constructor(columns: SurroundedColumns, few = false) {
    const hosts = few ? HOSTS / 64 : HOSTS;
    const pairs = few ? PAIRS / 64 : PAIRS;
    const words = new Uint32Array(hosts * 4 * WORDS);
    this.columns = columns;
    this.hosts = new Table(hosts);
    this.minute = new Windows(words, 4, 0, MINUTE_TENTH);
    this.flows = new Windows(words, 4, 1, WINDOW_TENTH);
    this.peers = new Windows(words, 4, 2, WINDOW_TENTH);
    this.failures = new Windows(words, 4, 3, WINDOW_TENTH);
    this.towards = new Table(hosts);
    this.arrivals = new Windows(new Uint32Array(hosts * WORDS), 1, 0, WINDOW_TENTH);
    this.pairs = new Table(pairs);
    this.pairFlows = new Windows(new Uint32Array(pairs * WORDS), 1, 0, WINDOW_TENTH);
    this.pairLast = new Float64Array(pairs);
    this.starts = new Float64Array(pairs * STARTS);
    this.started = new Uint32Array(pairs);
  }

  /** A flow begins. @param time seconds of capture time */
  began(row: number, time: number): void {
    const c = this.columns;
    const source = c.initiator[row]!;
    const peer = c.responder[row]!;
    const at = Math.max(0, time);
    const out = row * SURROUNDINGS;
    const host = this.hosts.place(source, at);
    if (this.hosts.fresh) {
      this.minute.clear(host);
      this.flows.clear(host);
      this.peers.clear(host);
      this.failures.clear(host);
    }
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
    s[out + AROUND.flowsMinute] = this.minute.sum(host, at);
    s[out + AROUND.flows] = this.flows.sum(host, at);
    s[out + AROUND.peers] = this.peers.sum(host, at);
    s[out + AROUND.failed] = this.failures.sum(host, at);
    s[out + AROUND.pairFlows] = this.pairFlows.sum(pair, at);
    const n = this.started[pair]!;
    s[out + AROUND.pairGap] = n === 0 ? NaN : at - this.pairLast[pair]!;
    this.starts[pair * STARTS + (n % STARTS)] = at;
    this.started[pair] = n + 1;
    this.pairLast[pair] = at;
    s[out + AROUND.regularity] = this.regularity(pair);
    s[out + AROUND.responder] = this.arrivals.sum(to, at);
    s[out + AROUND.fingerprintPeers] = NaN;
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
    this.columns.surroundings[row * SURROUNDINGS + AROUND.fingerprintPeers] = others;
  }

  /** A connection attempt ended that was refused or never answered. */
  failed(row: number, time: number): void {
    const host = this.hosts.place(this.columns.initiator[row]!, time);
    if (this.hosts.fresh) {
      this.minute.clear(host);
      this.flows.clear(host);
      this.peers.clear(host);
      this.failures.clear(host);
    }
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
