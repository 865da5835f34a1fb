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
    if (this.transactions.some(isOver)) this.transactions = this.transactions.filter((t) => !isOver(t));
  }
}

function isOver(t: Transaction): boolean {
  return t.done && t.asked[0] === t.sides[0].version && t.asked[1] === t.sides[1].version;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Bytes of a side that wait until they make a whole. They lie in one piece that grows by doubling, so that bytes in
 * pieces of any size cost the same; what was handed out is never written over.
 */
export class Gathered {
  private held: Uint8Array = NO_BYTES;
  private from = 0;
  private to = 0;

  get length(): number {
    return this.to - this.from;
  }

  add(data: Uint8Array): void {
    if (data.length === 0) return;
    if (this.to + data.length > this.held.length) {
      const grown = new Uint8Array(Math.max(64, (this.length + data.length) * 2));
      grown.set(this.all());
      this.to = this.length;
      this.from = 0;
      this.held = grown;
    }
    this.held.set(data, this.to);
    this.to += data.length;
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
  }
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
