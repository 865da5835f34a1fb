// Bytes of one direction of a TCP connection, as one stage of the inspector hands them to the next.
import type { Layers } from '../decode/index.ts';
import { MAX_TOGETHER, type Pieces } from './pieces.ts';
import { StreamState } from './stream.ts';
import { ANYTHING } from './telling.ts';

/** Bytes that were held, while they are looked at. */
const copy = new Uint8Array(MAX_TOGETHER);

/** `bytes[at..end)` of a direction. One object is used again for all packets. */
export class Segment {
  slot = 0;
  /** 0 for the initiator's direction, 1 for the responder's. */
  dir = 0;
  /** State of the direction and of the other one. */
  stream = new StreamState();
  other = this.stream;
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Bytes that were sent, captured or not. */
  wire = 0;
  /** TCP sequence number of the first byte. */
  from = 0;
  /** Bytes missing before it; negative where bytes came before. */
  ahead = 0;
  /** What later bytes of the direction may still tell, as far as naming knows it. */
  wanted = ANYTHING;
  /** Where the bytes were held before they are looked at: what holds them, until a reader goes on with it. */
  given: Pieces | null = null;

  /** Takes a packet's payload. @param sequence number of its first byte */
  take(l: Layers, bytes: Uint8Array, sequence: number): void {
    this.bytes = bytes;
    this.at = l.payloadAt;
    this.end = l.payloadAt + l.payloadLength;
    this.wire = l.payloadWire;
    this.from = sequence;
    this.ahead = l.ahead;
    this.wanted = ANYTHING;
  }

  /** Leaves out bytes that came before. */
  skip(count: number): void {
    this.at += count;
    this.wire -= count;
    this.from = (this.from + count) >>> 0;
  }

  /**
   * Takes bytes that were held, the last of them out of a packet.
   * @param unseen bytes of that packet that the snap length cut
   */
  takeHeld(pieces: Pieces, from: number, unseen: number): void {
    // Who goes on with the pieces moves their bytes.
    this.bytes = copy;
    this.at = 0;
    this.end = pieces.copyTo(copy);
    this.wire = this.end + unseen;
    this.from = from;
    this.ahead = 0;
    this.given = pieces;
  }

  /** What held the bytes, for a reader who goes on with it; null where they were not held, or another has it. */
  handOver(): Pieces | null {
    const { given } = this;
    this.given = null;
    return given;
  }
}
