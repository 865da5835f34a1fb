// One direction of a TCP connection, put together again. Bytes are handed on once the other side has acknowledged them,
// as a monitor beside the line does: what a receiver never took was never said.

/** Bytes that may wait for one direction, and segments. */
const MAX_HELD = 1_048_576;
const MAX_SEGMENTS = 4_096;

interface HeldSegment {
  /** Place of its first byte in the stream. */
  from: number;
  bytes: Uint8Array;
  packet: number;
}

/** Hears of the bytes of one direction in their order. */
export interface StreamHeard {
  bytes(data: Uint8Array, packet: number): void;
  /** So many bytes were acknowledged and never seen. */
  gap(count: number): void;
}

export class StreamSide {
  /** Sequence number of the first byte; null until something tells it. */
  private first: number | null = null;
  /** Place after the last byte that was handed on. */
  next = 0;
  /** Place up to which the other side has acknowledged. */
  acknowledged = 0;
  /** Place after the furthest byte that was seen. */
  seen = 0;
  private held: HeldSegment[] = [];
  private heldBytes = 0;
  finAt = -1;
  /** Something was left out because too much waited. */
  overrun = false;
  /** Nothing more is put together; places go on being counted. */
  deaf = false;
  readonly heard: StreamHeard;

  constructor(heard: StreamHeard) {
    this.heard = heard;
  }

  get known(): boolean {
    return this.first !== null;
  }

  /** Nothing waits any more. */
  get empty(): boolean {
    return this.held.length === 0;
  }

  /** The connection begins. @param sequence of SYN */
  begin(sequence: number): void {
    this.first = (sequence + 1) >>> 0;
    this.next = 0;
    this.acknowledged = 0;
    this.seen = 0;
    this.held = [];
    this.heldBytes = 0;
    this.finAt = -1;
  }

  /** A connection whose beginning was not seen: the first byte that comes is the first. */
  beginAt(sequence: number): void {
    this.begin((sequence - 1) >>> 0);
  }

  /** Place of a sequence number, near where the stream stands. */
  placeOf(sequence: number): number {
    const near = ((this.first ?? sequence) + this.next) >>> 0;
    const ahead = (sequence - near) | 0;
    return this.next + ahead;
  }

  /** @returns whether the segment is part of the stream */
  segment(sequence: number, bytes: Uint8Array, packet: number): boolean {
    if (this.first === null || bytes.length === 0) return false;
    let from = this.placeOf(sequence);
    let data = bytes;
    // Far ahead of what was heard: not of this stream, or a gap that nothing will fill.
    if (from > this.next + 0x4000_0000) return false;
    if (from + data.length <= this.next) return false;
    if (this.deaf) {
      this.seen = Math.max(this.seen, from + data.length);
      this.next = this.seen;
      return true;
    }
    if (from < this.next) {
      data = data.subarray(this.next - from);
      from = this.next;
    }
    if (this.heldBytes + data.length > MAX_HELD || this.held.length >= MAX_SEGMENTS) {
      this.overrun = true;
      return false;
    }
    this.insert(from, data, packet);
    this.seen = Math.max(this.seen, from + data.length);
    return true;
  }

  /** Of two that tell the same place, the one that begins first is believed (as BSD and Windows do). */
  private insert(from: number, bytes: Uint8Array, packet: number): void {
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
        this.held.splice(i + 1, 0, { from: at, bytes: rest.slice(0, until), packet });
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
    if (!this.deaf) this.handOn(this.acknowledged);
  }

  /** Hands on everything that lies in order, acknowledged or not. */
  flush(): void {
    if (!this.deaf) this.handOn(this.seen);
  }

  private handOn(until: number): void {
    while (this.next < until) {
      const first = this.held[0];
      if (first === undefined || first.from >= until) {
        const end = Math.min(until, Math.max(this.seen, this.next));
        const missing = (first === undefined ? end : Math.min(first.from, end)) - this.next;
        if (missing > 0 && end > this.next) {
          this.next += missing;
          this.heard.gap(missing);
        }
        if (first === undefined || first.from >= until) return;
      }
      const head = this.held[0]!;
      if (head.from > this.next) {
        const missing = head.from - this.next;
        this.next = head.from;
        this.heard.gap(missing);
      }
      const take = Math.min(head.bytes.length, until - head.from);
      const data = take === head.bytes.length ? head.bytes : head.bytes.subarray(0, take);
      this.next += take;
      this.heldBytes -= take;
      if (take === head.bytes.length) this.held.shift();
      else {
        head.bytes = head.bytes.subarray(take);
        head.from += take;
      }
      this.heard.bytes(data, head.packet);
    }
  }
}
