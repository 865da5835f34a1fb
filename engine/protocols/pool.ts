// A bound for the memory of all reassembly: 64 MiB for all flows together; the oldest holder is emptied first.

export interface Holder {
  /** Drops what is held; nothing more will be put together here. */
  drop(): void;
}

const LIMIT = 64 * 1024 * 1024;

export class ReassemblyPool {
  private readonly held = new Map<Holder, number>();
  private bytes = 0;

  /** Memory that is held by all. */
  get used(): number {
    return this.bytes;
  }

  /** Says how much a holder has now; 0 takes it out. @returns false when the holder itself had to let go */
  hold(holder: Holder, bytes: number): boolean {
    const before = this.held.get(holder);
    this.bytes += bytes - (before ?? 0);
    if (bytes === 0) {
      if (before !== undefined) this.held.delete(holder);
      return true;
    }
    this.held.set(holder, bytes);
    while (this.bytes > LIMIT) {
      const [oldest, size] = this.held.entries().next().value!;
      this.held.delete(oldest);
      this.bytes -= size;
      oldest.drop();
      if (oldest === holder) return false;
    }
    return true;
  }
}
