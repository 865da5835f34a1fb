// Flows by their ends: open addressing over typed arrays, so that finding one makes nothing.
import type { RuleFlow } from './rule-flow.ts';
import { KEY_WORDS, type RulePacket } from './packet.ts';

const FIRST = 4_096;

export class FlowTable {
  private capacity = FIRST;
  private keys = new Uint32Array(FIRST * KEY_WORDS);
  /** By place; a flow that is gone leaves its place to be passed over. */
  private flows: (RuleFlow | null | undefined)[] = new Array<RuleFlow | null | undefined>(FIRST);
  private taken = 0;
  size = 0;

  /** @returns the place of the packet's flow, or of where it would be put */
  place(p: RulePacket): number {
    const mask = this.capacity - 1;
    let free = -1;
    for (let at = p.hash & mask; ; at = (at + 1) & mask) {
      const flow = this.flows[at];
      if (flow === undefined) return free < 0 ? at : free;
      if (flow === null) {
        if (free < 0) free = at;
      } else if (this.holds(at, p.key)) return at;
    }
  }

  private holds(at: number, key: Uint32Array): boolean {
    const from = at * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (this.keys[from + i] !== key[i]) return false;
    return true;
  }

  at(place: number): RuleFlow | null {
    return this.flows[place] ?? null;
  }

  /** @param place that `place` gave for the packet */
  put(place: number, p: RulePacket, flow: RuleFlow): void {
    if (this.flows[place] === undefined) this.taken++;
    this.flows[place] = flow;
    this.keys.set(p.key, place * KEY_WORDS);
    this.size++;
    flow.hash = p.hash;
    if (this.taken * 2 > this.capacity) this.grow();
  }

  remove(place: number): void {
    this.flows[place] = null;
    this.size--;
  }

  *all(): Generator<RuleFlow> {
    for (const flow of this.flows) if (flow !== null && flow !== undefined) yield flow;
  }

  /** Flows of which the caller says so are taken out. */
  sweep(over: (flow: RuleFlow) => boolean): void {
    for (const [place, flow] of this.flows.entries()) {
      if (flow !== null && flow !== undefined && over(flow)) this.remove(place);
    }
    this.grow();
  }

  private grow(): void {
    const { keys, flows } = this;
    let capacity = FIRST;
    while (capacity < this.size * 4) capacity *= 2;
    this.capacity = capacity;
    this.keys = new Uint32Array(capacity * KEY_WORDS);
    this.flows = new Array<RuleFlow | null | undefined>(capacity);
    this.taken = this.size;
    for (const [place, flow] of flows.entries()) {
      if (flow === null || flow === undefined) continue;
      let at = flow.hash & (capacity - 1);
      while (this.flows[at] !== undefined) at = (at + 1) & (capacity - 1);
      this.flows[at] = flow;
      this.keys.set(keys.subarray(place * KEY_WORDS, (place + 1) * KEY_WORDS), at * KEY_WORDS);
    }
  }
}
