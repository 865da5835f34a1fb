// Pages of rows that came lately. An old page is shown until the new one is there; pages out of sight are dropped.

export const PAGE = 64;
const KEPT = 96;
/** While the thumb is dragged fast, at most so many pages are under way; the one where it stops is asked for next. */
const MAX_ASKED = 3;

export interface PageData {
  readonly generation: number;
  readonly from: number;
  readonly row: Uint32Array;
}

interface Slot<P> {
  page: P | null;
  fresh: boolean;
  asked: boolean;
}

export class Pages<P extends PageData> {
  private readonly slots = new Map<number, Slot<P>>();
  private readonly fetch: (from: number) => Promise<P | null>;
  private readonly arrived: () => void;
  private epoch = 0;
  private asked = 0;

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
    if (!slot.fresh && !slot.asked && this.asked < MAX_ASKED) void this.ask(key, slot);
    return slot;
  }

  private async ask(key: number, slot: Slot<P>): Promise<void> {
    const { epoch } = this;
    slot.asked = true;
    slot.fresh = true;
    this.asked++;
    const page = await this.fetch(key * PAGE).catch(() => null);
    this.asked--;
    slot.asked = false;
    if (epoch === this.epoch && page !== null) slot.page = page;
    else slot.fresh = false;
    if (page !== null) this.arrived();
  }
}
