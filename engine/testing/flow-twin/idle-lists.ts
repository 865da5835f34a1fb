// Idle lists of the twin: one doubly linked list a timeout, ordered by last touch.

export class IdleLists {
  private next = new Int32Array(256);
  private previous = new Int32Array(256);
  private readonly heads = [-1, -1, -1, -1];
  private readonly tails = [-1, -1, -1, -1];

  head(list: number): number {
    return this.heads[list]!;
  }

  append(list: number, slot: number): void {
    if (slot >= this.next.length) this.grow(slot);
    const tail = this.tails[list]!;
    this.previous[slot] = tail;
    this.next[slot] = -1;
    if (tail >= 0) this.next[tail] = slot;
    else this.heads[list] = slot;
    this.tails[list] = slot;
  }

  remove(list: number, slot: number): void {
    const before = this.previous[slot]!;
    const after = this.next[slot]!;
    if (before >= 0) this.next[before] = after;
    else this.heads[list] = after;
    if (after >= 0) this.previous[after] = before;
    else this.tails[list] = before;
  }

  /** Moves a slot to the young end of its list. */
  touch(list: number, slot: number): void {
    if (this.tails[list] === slot) return;
    this.remove(list, slot);
    this.append(list, slot);
  }

  private grow(slot: number): void {
    const size = Math.max(this.next.length * 2, slot + 1);
    const next = new Int32Array(size);
    const previous = new Int32Array(size);
    next.set(this.next);
    previous.set(this.previous);
    this.next = next;
    this.previous = previous;
  }
}
