// DTLS handshake messages (RFC 6347, 4.2; RFC 9147, 5): fragments by message number, in any order and sent again.
import { Pieces } from './pieces.ts';
import type { Holder } from './pool.ts';

/** Messages of one direction that are under way at once. */
const MAX_MESSAGES = 8;
const HANDSHAKE = 22;
const RECORD = 13;
const HEADER = 12;

interface Message {
  readonly type: number;
  readonly size: number;
  readonly pieces: Pieces;
}

export class DtlsHandshake implements Holder {
  private done = false;
  private readonly messages: readonly [Map<number, Message>, Map<number, Message>] = [new Map(), new Map()];

  /** Memory that is held. */
  get held(): number {
    let bytes = 0;
    for (const side of this.messages) for (const m of side.values()) bytes += m.pieces.held;
    return bytes;
  }

  drop(): void {
    for (const side of this.messages) side.clear();
    this.done = true;
  }

  /** Takes the records of a datagram. @param whole gets each message that is complete: type, version of its record, body */
  datagram(
    dir: number,
    b: Uint8Array,
    at: number,
    end: number,
    whole: (type: number, recordVersion: number, body: Uint8Array) => void,
  ): void {
    for (let p = at; !this.done && end - p >= RECORD;) {
      const size = (b[p + 11]! << 8) | b[p + 12]!;
      const next = p + RECORD + size;
      // Epoch 0 is in the clear; what is cut is taken as far as it goes.
      if (b[p] === HANDSHAKE && b[p + 3] === 0 && b[p + 4] === 0)
        this.record(dir, (b[p + 1]! << 8) | b[p + 2]!, b, p + RECORD, Math.min(next, end), whole);
      if (size === 0) return;
      p = next;
    }
  }

  private record(
    dir: number,
    version: number,
    b: Uint8Array,
    at: number,
    end: number,
    whole: (type: number, recordVersion: number, body: Uint8Array) => void,
  ): void {
    for (let p = at; end - p >= HEADER;) {
      const u24 = (i: number): number => (b[p + i]! << 16) | (b[p + i + 1]! << 8) | b[p + i + 2]!;
      const size = u24(1);
      const number = (b[p + 4]! << 8) | b[p + 5]!;
      const offset = u24(6);
      const length = u24(9);
      const from = p + HEADER;
      if (offset + length > size || from + length > end) return;
      p = from + length;
      if (length === size) {
        whole(b[from - HEADER]!, version, b.subarray(from, from + size));
        continue;
      }
      const side = this.messages[dir]!;
      let message = side.get(number);
      if (message === undefined || message.size !== size) {
        if (side.size >= MAX_MESSAGES) side.delete(side.keys().next().value!);
        side.set(number, (message = { type: b[from - HEADER]!, size, pieces: new Pieces() }));
      }
      message.pieces.add(offset, b, from, length);
      if (message.pieces.whole === size) {
        side.delete(number);
        whole(message.type, version, message.pieces.data);
      }
    }
  }
}
