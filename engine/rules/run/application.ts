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
  /** Everything that follows is encrypted. */
  sealed = false;

  /** Bytes in order. @param side 0 towards the server */
  abstract bytes(side: 0 | 1, data: Uint8Array): void;
  /** Bytes that were never seen. */
  gap(_side: 0 | 1, _count: number): void {}
  /** The side says nothing any more. */
  end(_side: 0 | 1): void {}

  /** A side of a transaction is complete. */
  protected complete(t: Transaction, side: 0 | 1): void {
    t.sides[side].reach(DONE);
    this.messages[side]++;
  }

  protected open(application = this.name): Transaction {
    const t = new Transaction(this.nextId++, application);
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

/** Bytes of a side that wait until they make a whole. */
export class Gathered {
  private parts: Uint8Array[] = [];
  length = 0;

  add(data: Uint8Array): void {
    if (data.length === 0) return;
    this.parts.push(data);
    this.length += data.length;
  }

  /** All that waits, as one. */
  all(): Uint8Array {
    if (this.parts.length === 1) return this.parts[0]!;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.parts = whole.length === 0 ? [] : [whole];
    return whole;
  }

  /** Lets go of the first bytes. */
  drop(count: number): void {
    const rest = this.all().subarray(count);
    this.parts = rest.length === 0 ? [] : [rest];
    this.length = rest.length;
  }

  clear(): void {
    this.parts = [];
    this.length = 0;
  }
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
