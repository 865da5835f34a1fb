// One direction of a TCP connection, put together again. Bytes are handed on once the other side has acknowledged them,
// as a monitor beside the line does: what a receiver never took was never said.
import { StreamWindow } from './stream-window.ts';

/** Bytes that may wait for one direction, and segments. */
const MAX_HELD = 1_048_576;
const MAX_SEGMENTS = 4_096;

/** A segment that is ahead of what is missing. */
interface HeldSegment {
  /** Place of its first byte in the stream. */
  from: number;
  bytes: Uint8Array;
}

/** Hears of the bytes of one direction in their order. */
export interface StreamHeard {
  /** They stay as they are. @param dir 0 towards the server */
  bytes(dir: 0 | 1, data: Uint8Array): void;
  /** So many bytes were acknowledged and never seen. */
  gap(dir: 0 | 1, count: number): void;
}

const NONE: HeldSegment[] = [];

export class StreamSide {
  /** Sequence number of the first byte; null until something tells it. */
  private first: number | null = null;
  /** Place after the last byte that was handed on. */
  next = 0;
  /** Place up to which the other side has acknowledged. */
  acknowledged = 0;
  /** Place after the furthest byte that was seen. */
  seen = 0;
  /** What lies in order, and was handed on or waits to be. */
  readonly window = new StreamWindow();
  /** Segments behind a gap, in order and without overlaps. */
  private held = NONE;
  private heldBytes = 0;
  /** Something was left out because too much waited. */
  overrun = false;
  private readonly dir: 0 | 1;
  private readonly heard: StreamHeard;
  /** Nothing more is put together; places go on being counted. */
  private isDeaf = false;

  constructor(dir: 0 | 1, heard: StreamHeard) {
    this.dir = dir;
    this.heard = heard;
  }

  get known(): boolean {
    return this.first !== null;
  }

  get deaf(): boolean {
    return this.isDeaf;
  }

  becomeDeaf(): void {
    this.isDeaf = true;
    this.held = NONE;
    this.heldBytes = 0;
  }

  /** Nothing waits any more. */
  get empty(): boolean {
    return this.held.length === 0 && this.window.waiting === 0;
  }

  /** The connection begins. @param sequence of SYN */
  begin(sequence: number): void {
    this.first = (sequence + 1) >>> 0;
    this.next = 0;
    this.acknowledged = 0;
    this.seen = 0;
    this.held = NONE;
    this.heldBytes = 0;
    this.window.dropWaiting();
  }

  /** A connection whose beginning was not seen: the first byte that comes is the first. */
  beginAt(sequence: number): void {
    this.begin((sequence - 1) >>> 0);
  }

  /** Place of a sequence number, near where the stream stands. */
  private placeOf(sequence: number): number {
    const near = ((this.first ?? sequence) + this.next) >>> 0;
    const ahead = (sequence - near) | 0;
    return this.next + ahead;
  }

  /** @param bytes are copied @returns whether the segment is part of the stream */
  segment(sequence: number, bytes: Uint8Array): boolean {
    if (this.first === null || bytes.length === 0) return false;
    const from = this.placeOf(sequence);
    const to = from + bytes.length;
    // Far ahead of what was heard: not of this stream, or a gap that nothing will fill.
    if (from > this.next + 0x4000_0000) return false;
    if (to <= this.next) return false;
    if (this.isDeaf) {
      this.seen = Math.max(this.seen, to);
      this.next = this.seen;
      return true;
    }
    const news = to - Math.max(from, this.next);
    const waiting = this.heldBytes + this.window.waiting;
    if (waiting + news > MAX_HELD || this.held.length >= MAX_SEGMENTS) {
      this.overrun = true;
      return false;
    }
    this.take(from, to, bytes);
    this.seen = Math.max(this.seen, to);
    return true;
  }

  /** Of two that tell the same place, the one that came first is believed. */
  private take(from: number, to: number, bytes: Uint8Array): void {
    const tail = this.next + this.window.waiting;
    if (to <= tail) return;
    if (this.held.length === 0 && from <= tail) {
      this.window.put(from === tail ? bytes : bytes.subarray(tail - from));
      return;
    }
    const begin = Math.max(from, tail);
    this.insert(begin, bytes.subarray(begin - from));
    this.gather();
  }

  /** What lies in order by now waits in the window. */
  private gather(): void {
    let tail = this.next + this.window.waiting;
    let taken = 0;
    for (const { from, bytes } of this.held) {
      if (from !== tail) break;
      this.window.put(bytes);
      this.heldBytes -= bytes.length;
      tail += bytes.length;
      taken++;
    }
    if (taken > 0) this.held = taken === this.held.length ? NONE : this.held.slice(taken);
  }

  private insert(from: number, bytes: Uint8Array): void {
    if (this.held === NONE) this.held = [];
    let at = from;
    let rest = bytes;
    let i = this.held.findLastIndex((h) => h.from <= at);
    while (rest.length > 0) {
      const before = i >= 0 ? this.held[i]! : null;
      if (before !== null) {
        const known = before.from + before.bytes.length - at;
        if (known >= rest.length) return;
        if (known > 0) {
          rest = rest.subarray(known);
          at += known;
        }
      }
      const after = this.held[i + 1];
      const until = after === undefined ? rest.length : Math.min(rest.length, after.from - at);
      if (until > 0) {
        // The packet's buffer is used again for the next one.
        this.held.splice(i + 1, 0, { from: at, bytes: rest.slice(0, until) });
        this.heldBytes += until;
        i++;
      }
      rest = rest.subarray(until);
      at += until;
      i++;
      if (after === undefined) return;
    }
  }

  /** The other side has taken everything before this sequence number. */
  acknowledge(sequence: number): void {
    if (this.first === null) return;
    const place = this.placeOf(sequence);
    if (place > this.acknowledged && place <= this.seen + 0x10_0000 + 1) this.acknowledged = place;
    if (!this.isDeaf && this.next < this.acknowledged) this.handOn(this.acknowledged);
  }

  /** Hands on what lies in order, acknowledged or not; what is missing may come yet. */
  handOnOrdered(): void {
    if (!this.isDeaf) this.handOn(this.next + this.window.waiting);
  }

  /** Hands on everything that came, acknowledged or not. */
  flush(): void {
    if (!this.isDeaf) this.handOn(this.seen);
  }

  private handOn(until: number): void {
    while (this.next < until && !this.isDeaf) {
      const take = Math.min(this.window.waiting, until - this.next);
      if (take > 0) {
        this.next += take;
        this.heard.bytes(this.dir, this.window.handOn(take));
        continue;
      }
      const first = this.held[0];
      const end = Math.min(until, Math.max(this.seen, this.next));
      const to = first === undefined ? end : Math.min(first.from, end);
      if (to <= this.next) return;
      const missing = to - this.next;
      this.next = to;
      this.heard.gap(this.dir, missing);
      this.gather();
    }
  }
}
