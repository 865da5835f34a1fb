// Bytes of one direction of a connection that lie in order: those that wait for an acknowledgement, and before them those
// that patterns without a buffer are looked for in. Each byte is copied once, out of its packet; what was handed out is
// never written over.
import { roomFor } from './room.ts';

/** Bytes of a stream that stay to be looked at together with what follows. */
const WINDOW = 65_536;
/** New bytes of a stream that are worth a look by themselves; fewer wait for a reason. */
const CHUNK = 2_560;
/** Places where packets meet are looked at together when they are so near. */
const CLOSE = 16;
/** Room for the first bytes. */
const SMALLEST = 512;

const NO_BYTES = new Uint8Array(0);

export class StreamWindow {
  private store: Uint8Array = NO_BYTES;
  /** Places in `store`: the window's first byte, the one after its last, the one after the last that waits. */
  private from = 0;
  private handed = 0;
  private end = 0;
  /** Bytes that the window takes before its first ones are left out. */
  private room = 0;
  /** Bytes at the window's end that nobody has looked at. */
  fresh = 0;
  /** The bytes make a whole: an application's message is complete, or nothing follows. */
  due = false;
  /** Places of rules whose pattern the bytes have held. */
  readonly noted: number[] = [];
  /** Places in `store` where bytes of another packet begin, in order: the first and the last of each run of close ones. */
  private joints: number[] = [];

  /** All bytes that may be looked at. */
  get bytes(): Uint8Array {
    return this.store.subarray(this.from, this.handed);
  }

  get count(): number {
    return this.handed - this.from;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.end - this.handed;
  }

  /** Bytes that come next in the stream. */
  put(data: Uint8Array): void {
    const { length } = data;
    if (this.end + length > this.store.length) this.makeRoom(length);
    if (this.end > this.from) this.join(this.end);
    this.store.set(data, this.end);
    this.end += length;
  }

  private join(at: number): void {
    const { joints } = this;
    if (joints.length > 0 && at - joints.at(-1)! <= CLOSE) joints[joints.length - 1] = at;
    else joints.push(at, at);
  }

  private makeRoom(bytes: number): void {
    const kept = this.end - this.from;
    const store = roomFor(Math.max(SMALLEST, (kept + bytes) * 2));
    store.set(this.store.subarray(this.from, this.end));
    this.store = store;
    for (let i = 0; i < this.joints.length; i++) this.joints[i]! -= this.from;
    this.handed -= this.from;
    this.end = kept;
    this.from = 0;
  }

  /** So many of the bytes that wait belong to the window. @returns them */
  handOn(count: number): Uint8Array {
    const at = this.handed;
    this.handed += count;
    if (this.handed - this.from > this.room) this.leaveOut(count);
    this.fresh = Math.min(this.fresh + count, this.handed - this.from);
    return this.store.subarray(at, this.handed);
  }

  /** The last bytes stay; what the window takes doubles until it has all that it may have. */
  private leaveOut(count: number): void {
    const news = Math.min(count, WINDOW);
    const keep = Math.min(this.handed - count - this.from, WINDOW);
    if (this.room < WINDOW * 2) this.room = Math.min(Math.max(1_024, (keep + news) * 2), WINDOW * 3);
    this.from = this.handed - news - keep;
  }

  /** Whether patterns are looked for now. */
  get ready(): boolean {
    return this.fresh > 0 && (this.due || this.fresh >= CHUNK);
  }

  looked(): void {
    if (!this.ready) return;
    this.fresh = 0;
    this.due = false;
  }

  /**
   * Spans in which a pattern may stand that no packet held as a whole.
   * @param longest bytes of the longest pattern @param told gets the first byte and the one after the last
   */
  seams(longest: number, told: (from: number, to: number) => void): void {
    const { joints, handed } = this;
    const reach = longest - 1;
    // What lies before was looked at, as far as it was there as a whole.
    const known = Math.max(this.from, handed - this.fresh - reach);
    let [begin, end] = [-1, -1];
    let done = 0;
    for (let i = 0; i < joints.length && joints[i]! < handed; i += 2) {
      if (joints[i + 1]! + reach <= handed) done = i + 2;
      const from = Math.max(joints[i]! - reach, known);
      const to = Math.min(joints[i + 1]! + reach, handed);
      if (to <= from) continue;
      if (begin >= 0 && from > end) {
        told(begin - this.from, end - this.from);
        begin = -1;
      }
      if (begin < 0) begin = from;
      end = to;
    }
    if (begin >= 0) told(begin - this.from, end - this.from);
    if (done > 0) this.joints = joints.slice(done);
  }

  /** What waits is of no connection any more. */
  dropWaiting(): void {
    this.end = this.handed;
    for (let i = 0; i < this.joints.length; i++) this.joints[i] = Math.min(this.joints[i]!, this.end);
  }

  /** Nothing is looked at any more. */
  release(): void {
    this.store = NO_BYTES;
    this.from = this.handed = this.end = this.fresh = 0;
    this.joints = [];
  }
}
