// DTLS handshake messages (RFC 6347, 4.2; RFC 9147, 5): fragments by message number, in any order and sent again.
import { protocolId, u16, u24 } from '../decode/index.ts';
import { Pieces } from './pieces.ts';
import { Holder } from './pool.ts';

/** Messages of one direction that are under way at once. */
const MAX_MESSAGES = 8;
const HANDSHAKE = 22;
const RECORD = 13;
const HEADER = 12;

/** Versions of records, and what the Protocol column calls them; the last is OpenSSL's before there was a standard. */
const VERSIONS: ReadonlyMap<number, number> = new Map([
  [0xfeff, protocolId('DTLSv1.0')],
  [0xfefd, protocolId('DTLSv1.2')],
  [0xfefc, protocolId('DTLSv1.3')],
  [0x0100, protocolId('DTLS 1.0 (OpenSSL pre 0.9.8f)')],
]);

/**
 * Whether a record (RFC 6347, 4.1) that is not empty begins here.
 * @param room bytes that it may have with its head, at least 13
 */
export function isDtlsRecord(b: Uint8Array, at: number, room: number): boolean {
  const length = u16(b, at + 11);
  return length > 0 && length + RECORD <= room && VERSIONS.has(u16(b, at + 1));
}

/** The Protocol column's name of a record. @returns protocol id, 0 for a version that does not exist */
export function dtlsName(b: Uint8Array, at: number): number {
  return VERSIONS.get(u16(b, at + 1)) ?? 0;
}

interface Message {
  readonly type: number;
  readonly size: number;
  readonly pieces: Pieces;
}

export class DtlsHandshake extends Holder {
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

  /**
   * Takes the records of a datagram.
   * @param whole gets each message that is complete: type, version of its record, body
   */
  datagram(
    dir: number,
    b: Uint8Array,
    at: number,
    end: number,
    whole: (type: number, recordVersion: number, body: Uint8Array) => void,
  ): void {
    for (let p = at; !this.done && end - p >= RECORD;) {
      const size = u16(b, p + 11);
      const next = p + RECORD + size;
      // Epoch 0 is in the clear; what is cut is taken as far as it goes.
      if (b[p] === HANDSHAKE && b[p + 3] === 0 && b[p + 4] === 0)
        this.record(dir, u16(b, p + 1), b, p + RECORD, Math.min(next, end), whole);
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
      const size = u24(b, p + 1);
      const number = u16(b, p + 4);
      const offset = u24(b, p + 6);
      const length = u24(b, p + 9);
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
