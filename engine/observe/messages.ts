// Messages that stand one behind another in a direction: each is put together as far as rules need it, the rest is
// skipped by count.
import { joined } from './facts.ts';
import type { ByteSink } from './stream.ts';

/** How a protocol says how long its messages are. */
export interface MessageForm {
  /** Bytes that its size needs at least. */
  readonly head: number;
  /** Bytes of a message that are kept. */
  readonly most: number;
  /** Size of the whole message that bytes begin, 0 where more are needed, -1 where they begin none. */
  size(b: Uint8Array): number;
  /** Whether bytes begin a message: by it the direction is found again after a loss; without it never. */
  starts?(b: Uint8Array, at: number, end: number): boolean;
}

/** Bytes within which every size must be known. */
const LONGEST_HEAD = 8;
const NOTHING = new Uint8Array(0);

export class Messages implements ByteSink {
  private readonly form: MessageForm;
  private readonly message: (b: Uint8Array, packet: number) => void;
  private kept: Uint8Array = NOTHING;
  /** Bytes of the message that are not kept and still to come. */
  private left = 0;
  private lost = false;

  /** @param message hears of each, cut at `form.most`; its bytes are another's after the call */
  constructor(form: MessageForm, message: (b: Uint8Array, packet: number) => void) {
    this.form = form;
    this.message = message;
  }

  get holds(): number {
    return this.kept.length;
  }

  /** Bytes of a message behind what is kept of it. */
  get idle(): number {
    return this.lost ? 0 : this.left;
  }

  passed(count: number): void {
    this.left -= count;
  }

  bytes(b: Uint8Array, from: number, end: number, _seconds: number, packet: number): void {
    let at = from;
    if (this.lost && this.form.starts?.(b, at, end) === true) this.lost = false;
    while (at < end && !this.lost) {
      if (this.left > 0) {
        const take = Math.min(this.left, end - at);
        this.left -= take;
        at += take;
        continue;
      }
      const before = this.kept.length;
      const whole = before === 0 ? this.wholeAt(b, at, end, packet) : 0;
      if (whole > 0) {
        at += whole;
        continue;
      }
      this.kept = joined(this.kept, b, at, end, this.wanted());
      at += this.kept.length - before;
      this.take(packet);
    }
  }

  gap(count: number): void {
    if (count <= this.left) this.left -= count;
    else this.lose();
  }

  private wanted(): number {
    const { head, most } = this.form;
    if (this.kept.length < head) return head;
    const size = this.form.size(this.kept);
    return size > 0 ? Math.min(size, most) : this.kept.length + 1;
  }

  /** A message that lies wholly in the bytes needs no copy. @returns its size, 0 without one */
  private wholeAt(b: Uint8Array, at: number, end: number, packet: number): number {
    const { head, most } = this.form;
    if (end - at < head) return 0;
    const size = this.form.size(b.subarray(at, end));
    if (size <= 0 || size > most || end - at < size) return 0;
    this.message(b.subarray(at, at + size), packet);
    return size;
  }

  private take(packet: number): void {
    const { kept, form } = this;
    if (kept.length < form.head) return;
    const size = form.size(kept);
    if (size < 0 || (size === 0 && kept.length >= LONGEST_HEAD)) this.lose();
    if (size <= 0 || kept.length < Math.min(size, form.most)) return;
    this.left = size - kept.length;
    this.kept = NOTHING;
    this.message(kept, packet);
  }

  private lose(): void {
    this.lost = true;
    this.kept = NOTHING;
    this.left = 0;
  }
}
