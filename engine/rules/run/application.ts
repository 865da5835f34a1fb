// A reader of one application's bytes on one connection.
import { roomFor } from './room.ts';
import { DONE, type News, Transaction, type Wanted } from './transaction.ts';

export { ascii, textOf } from './bytes-text.ts';

/** Transactions of one connection that wait for their end; the oldest is given up beyond them. */
const MAX_OPEN = 512;

export abstract class ApplicationReader {
  abstract readonly name: string;
  /** Open ones, and those that ended since rules were asked last. */
  transactions: Transaction[] = [];
  /** Of the connection, not of one transaction. */
  readonly events: [Set<string>, Set<string>] = [new Set(), new Set()];
  /** Messages that were complete, by side: bytes of the stream make a whole then. */
  readonly messages: [number, number] = [0, 0];
  private nextId = 0;
  /** What follows is another application's (WebSocket after HTTP, TLS after STARTTLS). */
  successor: string | null = null;
  private news: News = [[], []];
  private someAreOver = false;
  /** Buffers that somebody asks for. */
  wanted: Wanted = null;
  /** Hashes are wanted of files of any size, and not of those alone that a rule may look into. */
  digests = false;
  /** Everything that follows is encrypted. */
  sealed = false;

  /** Whether bytes of a datagram are kept when `bytes` has returned. */
  readonly keepsBytes: boolean = true;

  /** Bytes in order. @param side 0 towards the server */
  abstract bytes(side: 0 | 1, data: Uint8Array): void;
  /** Bytes that were never seen. */
  gap(_side: 0 | 1, _count: number): void {}
  /** The side says nothing any more. */
  end(_side: 0 | 1): void {}

  /** Bytes that came already and are the successor's. */
  leftover(_side: 0 | 1): Uint8Array {
    return new Uint8Array(0);
  }

  /** A side of a transaction is complete. */
  protected complete(t: Transaction, side: 0 | 1): void {
    t.sides[side].reach(DONE);
  }

  protected open(application = this.name): Transaction {
    const t = new Transaction(this.nextId++, application, this.wanted, this.news);
    for (const side of [0, 1] as const) t.sides[side].completed = () => this.messages[side]++;
    this.transactions.push(t);
    if (this.transactions.length > MAX_OPEN) {
      this.transactions.shift()!.isGivenUp = true;
      for (const told of this.news) leaveOutGivenUp(told);
    }
    return t;
  }

  /** Takes over the transactions of the application that spoke before. */
  takeOver(before: ApplicationReader): void {
    for (const t of this.transactions) t.news = before.news;
    for (const dir of [0, 1] as const) before.news[dir].push(...this.news[dir]);
    this.transactions.push(...before.transactions);
    this.news = before.news;
  }

  /** Transactions that have told something since rules were asked in this direction. */
  told(dir: 0 | 1): readonly Transaction[] {
    return this.news[dir];
  }

  /** Rules have been asked in this direction about all that was told. */
  allAsked(dir: 0 | 1): void {
    const told = this.news[dir];
    if (told.length === 0) return;
    for (const t of told) if (t.wasAsked(dir)) this.someAreOver = true;
    told.length = 0;
  }

  /** Forgets transactions that are over and were asked about. */
  sweep(): void {
    if (!this.someAreOver) return;
    this.someAreOver = false;
    this.transactions = this.transactions.filter((t) => !t.isOver);
  }
}

/** Of a direction in which nobody asks, those that were given up do not gather. */
function leaveOutGivenUp(told: Transaction[]): void {
  if (told.length <= MAX_OPEN * 2) return;
  const left = told.filter((t) => !t.isGivenUp);
  told.length = 0;
  told.push(...left);
}

const NO_BYTES = new Uint8Array(0);

/**
 * Bytes of a side that wait until they make a whole. The first ones stay where they are, since most of them are a whole
 * already; with others they lie in one piece that grows by doubling, so that bytes in pieces of any size cost the same.
 * What was handed out is never written over, and what is added must stay as it is.
 */
export class Gathered {
  private held: Uint8Array = NO_BYTES;
  private from = 0;
  private to = 0;
  /** `held` is its own, and may be written behind `to`. */
  private own = false;

  get length(): number {
    return this.to - this.from;
  }

  add(data: Uint8Array): void {
    const { length } = data;
    if (length === 0) return;
    if (this.from === this.to) {
      this.held = data;
      this.from = 0;
      this.to = length;
      this.own = false;
      return;
    }
    if (!this.own || this.to + length > this.held.length) {
      const grown = roomFor(Math.max(64, (this.length + length) * 2));
      grown.set(this.all());
      this.to = this.length;
      this.from = 0;
      this.held = grown;
      this.own = true;
    }
    this.held.set(data, this.to);
    this.to += length;
  }

  /** All that waits, as one. */
  all(): Uint8Array {
    return this.held.subarray(this.from, this.to);
  }

  /** Lets go of the first bytes. */
  drop(count: number): void {
    this.from = Math.min(this.to, this.from + count);
    if (this.from === this.to) this.clear();
  }

  clear(): void {
    this.held = NO_BYTES;
    this.from = 0;
    this.to = 0;
    this.own = false;
  }
}
