// Pages of rows that came lately. An old page stands until the new one is there; what is out of sight is forgotten.

export const PAGE = 128;
const KEPT = 48;

export interface PageData {
  readonly generation: number;
  readonly from: number;
  readonly row: Uint32Array;
}

interface Slot<P> { page: P | null; fresh: boolean; asked: boolean }

export class Pages<P extends PageData> {
  private readonly slots = new Map<number, Slot<P>>();
  private readonly fetch: (from: number) => Promise<P | null>;
  private readonly arrived: () => void;
  private epoch = 0;

  constructor(fetch: (from: number) => Promise<P | null>, arrived: () => void) {
    this.fetch = fetch;
    this.arrived = arrived;
  }

  /** The page of a place and the index in it, asked for if need be. */
  at(place: number): { readonly page: P; readonly index: number } | null {
    const key = Math.floor(place / PAGE);
    const slot = this.want(key);
    const { page } = slot;
    const index = place - key * PAGE;
    return page === null || index >= page.row.length ? null : { page, index };
  }

  /** Contents may have changed (verdicts, labels, new rows): pages in use are asked for again. */
  refresh(): void {
    for (const slot of this.slots.values()) slot.fresh = false;
  }

  /** Another order: no page holds any longer. */
  clear(): void {
    this.epoch++;
    this.slots.clear();
  }

  private want(key: number): Slot<P> {
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = { page: null, fresh: false, asked: false };
      if (this.slots.size >= KEPT) this.slots.delete(this.slots.keys().next().value!);
    } else this.slots.delete(key);
    this.slots.set(key, slot);
    if (!slot.fresh && !slot.asked) void this.ask(key, slot);
    return slot;
  }

  private async ask(key: number, slot: Slot<P>): Promise<void> {
    const { epoch } = this;
    slot.asked = true;
    slot.fresh = true;
    const page = await this.fetch(key * PAGE).catch(() => null);
    slot.asked = false;
    if (epoch !== this.epoch) return;
    if (page === null) { slot.fresh = false; return; }
    slot.page = page;
    this.arrived();
  }
}
