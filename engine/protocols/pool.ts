// A bound for the memory of all reassembly: 64 MiB for all flows together; the oldest holder is emptied first.

/** Something that holds bytes of a flow. It stands in one pool at most, in that pool's list of holders. */
export abstract class Holder {
  /** Bytes that the pool was told of; 0 while it is not in the list. */
  pooled = 0;
  older: Holder | null = null;
  newer: Holder | null = null;

  /** Drops what is held; nothing more will be put together here. */
  abstract drop(): void;
}

const LIMIT = 64 * 1024 * 1024;

/** Its list runs through the holders themselves: most hold something for a few packets, and a table would be busy. */
export class ReassemblyPool {
  private oldest: Holder | null = null;
  private newest: Holder | null = null;
  private bytes = 0;

  /** Memory that is held by all. */
  get used(): number {
    return this.bytes;
  }

  /** Says how much a holder has now; 0 takes it out. @returns false when the holder itself had to let go */
  hold(holder: Holder, bytes: number): boolean {
    const before = holder.pooled;
    if (bytes === before) return true;
    this.bytes += bytes - before;
    if (before === 0) this.append(holder);
    holder.pooled = bytes;
    if (bytes === 0) {
      this.remove(holder);
      return true;
    }
    while (this.bytes > LIMIT) {
      const oldest = this.oldest!;
      this.bytes -= oldest.pooled;
      oldest.pooled = 0;
      this.remove(oldest);
      oldest.drop();
      if (oldest === holder) return false;
    }
    return true;
  }

  private append(holder: Holder): void {
    holder.older = this.newest;
    if (this.newest === null) this.oldest = holder;
    else this.newest.newer = holder;
    this.newest = holder;
  }

  private remove(holder: Holder): void {
    const { older, newer } = holder;
    if (older === null) this.oldest = newer;
    else older.newer = newer;
    if (newer === null) this.newest = older;
    else newer.older = older;
    holder.older = null;
    holder.newer = null;
  }
}
