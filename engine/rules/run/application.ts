// A reader of one application's bytes on one connection.
import { DONE, Transaction } from './transaction.ts';

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
  /** Hashes are wanted of files of any size, and not of those alone that a rule may look into. */
  digests = false;
  /** Everything that follows is encrypted. */
  sealed = false;

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
    const t = new Transaction(this.nextId++, application);
    for (const side of [0, 1] as const) t.sides[side].completed = () => this.messages[side]++;
    this.transactions.push(t);
    if (this.transactions.length > MAX_OPEN) this.transactions.shift();
    return t;
  }

  /** Forgets transactions that are over and were asked about. */
  sweep(): void {
    const { transactions } = this;
    for (let i = 0; i < transactions.length; i++) {
      if (!isOver(transactions[i]!)) continue;
      this.transactions = transactions.filter((t) => !isOver(t));
      return;
    }
  }
}

function isOver(t: Transaction): boolean {
  const [there, back] = t.sides;
  return t.asked[0] === there.version && t.asked[1] === back.version && t.done;
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
      // Not cleared first: all that is read was written.
      const room = Buffer.allocUnsafeSlow(Math.max(64, (this.length + length) * 2));
      const grown = new Uint8Array(room.buffer, room.byteOffset, room.length);
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

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
