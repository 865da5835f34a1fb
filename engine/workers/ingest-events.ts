// What ingest tells another thread: packets with payload, beginnings, checkpoints, ends, as 32-bit words in shared
// memory.
import { type FlowRow, flowRow } from '../../contract/index.ts';
import { Layers } from '../decode/index.ts';
import { type IngestListener, PayloadTime } from '../flow/index.ts';

const PAYLOAD = 1;
const BEGAN = 2;
const CHECKPOINT = 3;
const COMPLETED = 4;
const LATE = 5;
/** Even, so that a Float64 can stand in two words. */
const PAYLOAD_WORDS = 16;
const BEGAN_WORDS = 6;
const CHECKPOINT_WORDS = 8;
const COMPLETED_WORDS = 8;
const LATE_WORDS = 6;

/** Bits of a payload's first word, above its kind; the fragment's kind stands from bit 8. */
const REVERSE = 1 << 4;
const WHOLE = 1 << 5;
const DAMAGED = 1 << 6;
const PORTS = 1 << 7;
const FRAGMENT_SHIFT = 8;
const FRAGMENT_ENDS = 1 << 10;

/** Seconds since 1970 are 45 bits with their sign: 32 in a word, the rest in the event's first. */
const SECONDS_SHIFT = 11;
const SECONDS_BITS = 13;

function highSeconds(seconds: number): number {
  if (seconds >= 0 && seconds <= 0xffffffff) return 0;
  return (Math.floor(seconds / 4294967296) & ((1 << SECONDS_BITS) - 1)) << SECONDS_SHIFT;
}

function secondsOf(head: number, low: number): number {
  return ((head << (32 - SECONDS_SHIFT - SECONDS_BITS)) >> (32 - SECONDS_BITS)) * 4294967296 + low;
}

/** Payload packets of a flow are told apart up to here: more than anything asks for. */
const MANY = 255;

/** Shared memory for events, seen as words and as pairs of words. */
export class EventBuffer {
  readonly words: Uint32Array;
  readonly pairs: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Uint32Array(buffer);
    this.pairs = new Float64Array(buffer);
  }
}

/** Writes what a flow's state says into its vector. */
export interface VectorWriter {
  /** @returns the number of the block in which the slot's vector stands, after the one before */
  take(slot: number): number;
}

export class EventWriter implements IngestListener {
  /** Words written. */
  at = 0;
  buffer: EventBuffer;
  private readonly full: () => void;
  private readonly vectors: VectorWriter;

  /**
   * @param full called when no event fits any more: gives `buffer` away, puts a fresh one in its place and sets `at` to
   * 0
   */
  constructor(buffer: EventBuffer, vectors: VectorWriter, full: () => void) {
    this.buffer = buffer;
    this.vectors = vectors;
    this.full = full;
  }

  began(slot: number, row: FlowRow, nanoseconds: number): void {
    const { words, pairs } = this.room(BEGAN_WORDS);
    const { at } = this;
    words[at] = BEGAN;
    words[at + 1] = slot;
    words[at + 2] = row;
    pairs[(at + 4) >>> 1] = nanoseconds;
    this.at = at + BEGAN_WORDS;
  }

  payload(slot: number, dir: number, l: Layers, _buf: Uint8Array, when: PayloadTime, whole: boolean): number {
    const { seconds } = when;
    const { words, pairs } = this.room(PAYLOAD_WORDS);
    const { at } = this;
    words[at] =
      PAYLOAD |
      (dir === 1 ? REVERSE : 0) |
      (whole ? WHOLE : 0) |
      (l.damaged ? DAMAGED : 0) |
      (l.hasPorts ? PORTS : 0) |
      (l.fragment << FRAGMENT_SHIFT) |
      (l.fragmentEnds ? FRAGMENT_ENDS : 0) |
      highSeconds(seconds);
    words[at + 1] = slot;
    words[at + 2] = seconds;
    words[at + 3] = when.packet;
    words[at + 4] = l.payloadAt;
    words[at + 5] = l.payloadLength;
    words[at + 6] = l.payloadWire;
    // What has no ports may be ICMP.
    words[at + 7] = l.hasPorts ? (l.sourcePort << 16) | l.destinationPort : (l.icmpType << 16) | l.icmpCode;
    words[at + 8] = (l.ipProtocol & 0xff) | (l.tcpFlags << 8) | (l.net << 24);
    words[at + 9] = l.protocol | ((l.payloadNumber < MANY ? l.payloadNumber : MANY) << 16);
    words[at + 10] = l.tcpSequence;
    words[at + 11] = l.ahead;
    pairs[(at + 12) >>> 1] = when.nanoseconds;
    words[at + 14] = l.tcpAcknowledgement;
    this.at = at + PAYLOAD_WORDS;
    return l.protocol;
  }

  checkpoint(slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void {
    const block = this.vectors.take(slot);
    const { words } = this.room(CHECKPOINT_WORDS);
    const { at } = this;
    words[at] = CHECKPOINT | highSeconds(sec);
    words[at + 1] = slot;
    words[at + 2] = row;
    words[at + 3] = block;
    words[at + 4] = packets;
    words[at + 5] = sec;
    words[at + 6] = nsec;
    this.at = at + CHECKPOINT_WORDS;
  }

  completed(slot: number, row: FlowRow, unanswered: boolean, nanoseconds: number): void {
    const block = this.vectors.take(slot);
    const { words, pairs } = this.room(COMPLETED_WORDS);
    const { at } = this;
    words[at] = COMPLETED;
    words[at + 1] = slot;
    words[at + 2] = row;
    words[at + 3] = block;
    words[at + 4] = unanswered ? 1 : 0;
    pairs[(at + 6) >>> 1] = nanoseconds;
    this.at = at + COMPLETED_WORDS;
  }

  late(row: FlowRow, dir: number, wire: number, sec: number, nsec: number, packet: number): void {
    const { words } = this.room(LATE_WORDS);
    const { at } = this;
    words[at] = LATE | (dir === 1 ? REVERSE : 0) | highSeconds(sec);
    words[at + 1] = row;
    words[at + 2] = wire;
    words[at + 3] = sec;
    words[at + 4] = nsec;
    words[at + 5] = packet;
    this.at = at + LATE_WORDS;
  }

  private room(words: number): EventBuffer {
    if (this.at + words > this.buffer.words.length) this.full();
    return this.buffer;
  }
}

/** What the reading side has to know beside the listener. */
export interface EventsBefore {
  began(row: FlowRow): void;
  /** The block in which the vector of the flow stands that is told of next. */
  vector(block: number): void;
  /** What a packet's payload was called. */
  named(packet: number, protocol: number): void;
}

/** Tells a listener what was written, in its order. */
export class EventReader {
  private readonly layers = new Layers();
  private readonly when = new PayloadTime();

  /**
   * @param names protocol ids of the writing thread → ids of this one
   * @param before told of some things before the listener
   */
  read(
    { words, pairs }: EventBuffer,
    count: number,
    buf: Uint8Array,
    names: Uint16Array,
    to: IngestListener,
    before: EventsBefore,
  ): void {
    const l = this.layers;
    for (let at = 0; at < count;) {
      const head = words[at]!;
      switch (head & 15) {
        case PAYLOAD: {
          l.damaged = (head & DAMAGED) !== 0;
          l.hasPorts = (head & PORTS) !== 0;
          l.fragment = (head >>> FRAGMENT_SHIFT) & 3;
          l.fragmentEnds = (head & FRAGMENT_ENDS) !== 0;
          l.payloadAt = words[at + 4]!;
          l.payloadLength = words[at + 5]! | 0;
          l.payloadWire = words[at + 6]!;
          const ends = words[at + 7]!;
          l.sourcePort = l.hasPorts ? ends >>> 16 : 0;
          l.destinationPort = l.hasPorts ? ends & 0xffff : 0;
          l.icmpType = l.hasPorts ? 0 : ends >>> 16;
          l.icmpCode = l.hasPorts ? 0 : ends & 0xffff;
          const kinds = words[at + 8]!;
          l.ipProtocol = kinds & 0xff;
          l.tcpFlags = (kinds >>> 8) & 0xffff;
          l.net = kinds >>> 24;
          l.protocol = names[words[at + 9]! & 0xffff]!;
          l.payloadNumber = words[at + 9]! >>> 16;
          l.tcpSequence = words[at + 10]!;
          l.tcpAcknowledgement = words[at + 14]!;
          l.ahead = words[at + 11]! | 0;
          const packet = words[at + 3]!;
          before.named(
            packet,
            to.payload(
              words[at + 1]!,
              head & REVERSE ? 1 : 0,
              l,
              buf,
              this.when.of(pairs[(at + 12) >>> 1]!, secondsOf(head, words[at + 2]!), packet),
              (head & WHOLE) !== 0,
            ),
          );
          at += PAYLOAD_WORDS;
          break;
        }
        case BEGAN:
          before.began(flowRow(words[at + 2]!));
          to.began(words[at + 1]!, flowRow(words[at + 2]!), pairs[(at + 4) >>> 1]!);
          at += BEGAN_WORDS;
          break;
        case CHECKPOINT:
          before.vector(words[at + 3]!);
          to.checkpoint(
            words[at + 1]!,
            flowRow(words[at + 2]!),
            words[at + 4]!,
            secondsOf(head, words[at + 5]!),
            words[at + 6]!,
          );
          at += CHECKPOINT_WORDS;
          break;
        case LATE:
          to.late(
            flowRow(words[at + 1]!),
            head & REVERSE ? 1 : 0,
            words[at + 2]!,
            secondsOf(head, words[at + 3]!),
            words[at + 4]!,
            words[at + 5]!,
          );
          at += LATE_WORDS;
          break;
        default:
          before.vector(words[at + 3]!);
          to.completed(words[at + 1]!, flowRow(words[at + 2]!), words[at + 4] === 1, pairs[(at + 6) >>> 1]!);
          at += COMPLETED_WORDS;
      }
    }
  }
}
