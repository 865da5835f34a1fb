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
/** Uint32 words of a pair: its count, how often flows of it started, and from word PAIR_STARTS on the last starts. */
const PAIR_WORDS = 32;
const PAIR_STARTED = 12;
const PAIR_STARTS = 16;
const MAX_FINGERPRINTS = 4_096;
const MAX_PEERS = 64;
const WINDOW = 600;

/** Float64 words of a place: its key and when it was touched, side by side, so that a set is one cache line. */
const PLACE_WORDS = 2;

/** Counters by key, in WAYS places for each key; the one that was silent longest is replaced. */
class Table {
  /** Whether the key that was placed last had not been known; else when it had been touched before. */
  fresh = false;
  before = 0;
  private readonly words: Float64Array;
  private readonly mask: number;

  constructor(size: number) {
    // Zeroes alone, so that memory is used as it is touched. Keys are kept one higher: 0 is an empty place.
    this.words = new Float64Array(size * PLACE_WORDS);
    this.mask = size / WAYS - 1;
  }

  /** @returns the key's place */
  place(wanted: number, now: number): number {
    const { words } = this;
    const key = wanted + 1;
    const mixed = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 67_108_864) | 0, 0x85ebca6b);
    const from = ((mixed ^ (mixed >>> 15)) & this.mask) * WAYS;
    let oldest = from;
    for (let i = from; i < from + WAYS; i++) {
      const at = i * PLACE_WORDS;
      if (words[at] === key) {
        this.before = words[at + 1]!;
        words[at + 1] = now;
        this.fresh = false;
        return i;
      }
      if (words[at + 1]! < words[oldest * PLACE_WORDS + 1]!) oldest = i;
    }
    words[oldest * PLACE_WORDS] = key;
    words[oldest * PLACE_WORDS + 1] = now;
    this.fresh = true;
    return oldest;
  }
}

/** A time as windows count it: worked out once, asked of several counts. */
class Tenth {
  epoch = 0;
  bucket = 0;
  private readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  of(time: number): this {
    this.epoch = Math.floor(time / this.seconds);
    this.bucket = this.epoch % TENTHS;
    return this;
  }
}

/** Words of one count: the tenth it was brought up to, its sum, ten buckets. */
const WORDS = TENTHS + 2;
/** Later tenths do not fit into a word: beyond 800 years, where clocks were set back and forth, nothing is counted. */
const LAST_TENTH = 0xffffffff;

/**
 * Counts in ten buckets of a window, with their sum; time that passes takes buckets out of it. Several counts of a
 * place lie side by side: they are met together.
 */
class Windows {
  private readonly words: Uint32Array;
  private readonly stride: number;
  private readonly offset: number;

  /** @param stride words of a place @param offset of this count in them */
  constructor(words: Uint32Array, stride: number, offset: number) {
    this.words = words;
    this.stride = stride;
    this.offset = offset;
  }

  clear(place: number): void {
    const { words } = this;
    const at = place * this.stride + this.offset;
    for (let i = at + 1; i < at + WORDS; i++) words[i] = 0;
  }

  /**
   * Adds at a time that may lie before the latest: then to its own tenth, as long as that is in the window.
   * @returns the sum
   */
  add(place: number, { epoch, bucket }: Tenth, by: number): number {
    if (epoch > LAST_TENTH) return 0;
    const { words } = this;
    const at = place * this.stride + this.offset;
    this.advance(at, epoch);
    const sum = words[at + 1]!;
    if (words[at]! - epoch >= TENTHS) return sum;
    const had = words[at + 2 + bucket]!;
    const change = by < 0 ? -Math.min(-by, had) : by;
    words[at + 2 + bucket] = had + change;
    return (words[at + 1] = sum + change);
  }

  sum(place: number, { epoch }: Tenth): number {
    if (epoch > LAST_TENTH) return 0;
    const at = place * this.stride + this.offset;
    this.advance(at, epoch);
    return this.words[at + 1]!;
  }

  private advance(at: number, epoch: number): void {
    const { words } = this;
    const last = words[at]!;
    if (epoch <= last) return;
    words[at] = epoch;
    let sum = words[at + 1]!;
    if (sum === 0) return;
    if (epoch - last >= TENTHS) {
      words.fill(0, at + 1, at + WORDS);
      return;
    }
    let bucket = last % TENTHS;
    for (let e = last; e < epoch; e++) {
      bucket = bucket === TENTHS - 1 ? 0 : bucket + 1;
      sum -= words[at + 2 + bucket]!;
      words[at + 2 + bucket] = 0;
    }
    words[at + 1] = sum;
  }
}

/** Peers that a client fingerprint went to, in the order in which they were spoken to last. */
class Peers {
  private readonly peers = new Uint32Array(MAX_PEERS);
  private readonly seen = new Float64Array(MAX_PEERS);
  private count = 0;

  /** @returns how many others there were in the window; the eldest goes where there is no room */
  meet(peer: number, time: number): number {
    const { peers, seen } = this;
    let others = 0;
    for (let i = 0; i < this.count; i++) {
      if (peers[i] === peer || time - seen[i]! > WINDOW) continue;
      peers[others] = peers[i]!;
      seen[others++] = seen[i]!;
    }
    let kept = others;
    if (kept === MAX_PEERS) {
      peers.copyWithin(0, 1);
      seen.copyWithin(0, 1);
      kept--;
    }
    peers[kept] = peer;
    seen[kept] = time;
    this.count = kept + 1;
    return others;
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
  private readonly pairWords: Uint32Array;
  /** The same memory: the last starts of pairs, seconds. */
  private readonly pairTimes: Float64Array;
  private readonly fingerprints = new Map<string, Peers>();
  /** Filled again for each flow. */
  private readonly minuteNow = new Tenth(MINUTE_TENTH);
  private readonly now = new Tenth(WINDOW_TENTH);
  private readonly earlier = new Tenth(WINDOW_TENTH);

  /** @param few there will be few flows: a single one that is read again needs no 20 MiB */
  constructor(columns: SurroundedColumns, few = false) {
    const hosts = few ? HOSTS / 64 : HOSTS;
    const pairs = few ? PAIRS / 64 : PAIRS;
    const words = new Uint32Array(hosts * 4 * WORDS);
    this.columns = columns;
    this.hosts = new Table(hosts);
    this.minute = new Windows(words, 4 * WORDS, 0);
    this.flows = new Windows(words, 4 * WORDS, WORDS);
    this.peers = new Windows(words, 4 * WORDS, 2 * WORDS);
    this.failures = new Windows(words, 4 * WORDS, 3 * WORDS);
    this.towards = new Table(hosts);
    this.arrivals = new Windows(new Uint32Array(hosts * WORDS), WORDS, 0);
    this.pairs = new Table(pairs);
    this.pairWords = new Uint32Array(pairs * PAIR_WORDS);
    this.pairTimes = new Float64Array(this.pairWords.buffer);
    this.pairFlows = new Windows(this.pairWords, PAIR_WORDS, 0);
  }

  /** A flow begins. @param time seconds of capture time */
  began(row: number, time: number): void {
    const c = this.columns;
    const source = c.initiator[row]!;
    const peer = c.responder[row]!;
    const at = Math.max(0, time);
    const now = this.now.of(at);
    const host = this.host(source, at);
    const flowsMinute = this.minute.add(host, this.minuteNow.of(at), 1);
    const flows = this.flows.add(host, now, 1);
    const pair = this.pairs.place(source * 67_108_864 + peer, at);
    const started = pair * PAIR_WORDS + PAIR_STARTED;
    const { before } = this.pairs;
    if (this.pairs.fresh) {
      this.pairFlows.clear(pair);
      this.pairWords[started] = 0;
      this.peers.add(host, now, 1);
    } else if (this.earlier.of(before).epoch !== now.epoch) {
      // A peer counts in the tenth in which it was last spoken to.
      this.peers.add(host, this.earlier, -1);
      this.peers.add(host, now, 1);
    }
    const to = this.towards.place(peer, at);
    if (this.towards.fresh) this.arrivals.clear(to);
    const n = this.pairWords[started]!;
    this.pairTimes[this.startAt(pair, n)] = at;
    this.pairWords[started] = n + 1;

    const s = c.surroundings;
    const out = row * SURROUNDINGS;
    s[out + AROUND.flowsMinute] = flowsMinute;
    s[out + AROUND.flows] = flows;
    s[out + AROUND.peers] = this.peers.sum(host, now);
    s[out + AROUND.failed] = this.failures.sum(host, now);
    s[out + AROUND.pairFlows] = this.pairFlows.add(pair, now, 1);
    s[out + AROUND.pairGap] = n === 0 ? NaN : at - before;
    s[out + AROUND.regularity] = this.regularity(pair, n + 1);
    s[out + AROUND.responder] = this.arrivals.add(to, now, 1);
    s[out + AROUND.fingerprintPeers] = NaN;
  }

  /** A flow's client fingerprint became known. */
  fingerprint(row: number, ja4: string, time: number): void {
    let peers = this.fingerprints.get(ja4);
    if (peers === undefined) {
      if (this.fingerprints.size >= MAX_FINGERPRINTS) this.fingerprints.delete(this.fingerprints.keys().next().value!);
      this.fingerprints.set(ja4, (peers = new Peers()));
    }
    this.columns.surroundings[row * SURROUNDINGS + AROUND.fingerprintPeers] = peers.meet(
      this.columns.responder[row]!,
      time,
    );
  }

  /** A connection attempt ended that was refused or never answered. */
  failed(row: number, time: number): void {
    const at = Math.max(0, time);
    this.failures.add(this.host(this.columns.initiator[row]!, at), this.now.of(at), 1);
  }

  /** @returns the place of a host's counts */
  private host(id: number, time: number): number {
    const host = this.hosts.place(id, time);
    if (!this.hosts.fresh) return host;
    this.minute.clear(host);
    this.flows.clear(host);
    this.peers.clear(host);
    this.failures.clear(host);
    return host;
  }

  /** @returns where the time stands of a pair's nth start, in Float64 words */
  private startAt(pair: number, n: number): number {
    return ((pair * PAIR_WORDS + PAIR_STARTS) >>> 1) + (n % STARTS);
  }

  /** Coefficient of variation of the last gaps between `n` starts; NaN with fewer than three gaps. */
  private regularity(pair: number, n: number): number {
    const kept = Math.min(n, STARTS);
    if (kept < 4) return NaN;
    let sum = 0;
    let squares = 0;
    let last = this.pairTimes[this.startAt(pair, n - kept)]!;
    for (let i = n - kept + 1; i < n; i++) {
      const start = this.pairTimes[this.startAt(pair, i)]!;
      const gap = start - last;
      last = start;
      sum += gap;
      squares += gap * gap;
    }
    const mean = sum / (kept - 1);
    return mean > 0 ? Math.sqrt(Math.max(0, squares / (kept - 1) - mean * mean)) / mean : NaN;
  }
}
