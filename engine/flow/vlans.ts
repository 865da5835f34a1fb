// VLAN tags: a fact of each flow and, where asked for, a part of its key.
import type { Layers } from '../decode/index.ts';

/** Distinct VLAN ids that are kept of a flow, inner and outer tags together; further ones are not told. */
export const VLANS_KEPT = 4;
/** Numbers for stacks of tags: as many as fit beside the rest of a key's last word. */
const MAX_NETWORKS = 0x7fff;

/** Notes an id in a flow's places, each `id + 1`, 0 while it is free. */
export function noteVlan(places: Uint16Array, row: number, id: number): void {
  const first = row * VLANS_KEPT;
  for (let at = first; at < first + VLANS_KEPT; at++) {
    if (places[at] === id + 1) return;
    if (places[at] === 0) {
      places[at] = id + 1;
      return;
    }
  }
}

/**
 * @returns the ids that a flow's packets carried, in the order in which they were met, an outer tag before the inner
 * one
 */
export function vlansOf(places: Uint16Array, row: number): number[] {
  const ids: number[] = [];
  for (let at = row * VLANS_KEPT; at < (row + 1) * VLANS_KEPT && places[at] !== 0; at++) ids.push(places[at]! - 1);
  return ids;
}

/**
 * Numbers for stacks of VLAN tags, so that two tenants with the same addresses are two networks (`--vlan`). The two
 * innermost tags count (IEEE 802.1ad has no more). The numbers are bounded: beyond 32,766 different stacks, later ones
 * share numbers.
 */
export class VlanNetworks {
  private readonly numbers = new Map<number, number>();

  /** @returns 0 without a tag, else the number of the packet's stack of tags */
  number(l: Layers): number {
    if (l.vlan < 0) return 0;
    const stack = (l.vlanOuter + 1) * 4096 + l.vlan;
    let number = this.numbers.get(stack);
    if (number === undefined) {
      if (this.numbers.size >= MAX_NETWORKS - 1) return 1 + (stack % (MAX_NETWORKS - 1));
      number = this.numbers.size + 1;
      this.numbers.set(stack, number);
    }
    return number;
  }
}
