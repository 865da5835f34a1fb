// Tunnels whose two directions carry different ids are one flow; the same addresses in two tunnels are two flows.
//
// A tunnel's receiver chooses its id (GTP-U's TEID, 3GPP TS 29.281, 5.1; L2TP, RFC 2661, 3.1), and a VNI or GRE key may
// differ by direction, too. So a flow's key has the id of the direction that was seen first, and which direction that
// is. A packet of the other direction is paired with it once, then known by its id:
//
// - TCP: where its sequence and acknowledgement numbers fit, the nearest of several; so is an id that changes midway
// (handover).
//
// - else: an answer between the same outer endpoints, swapped, to a flow that had none. Of several, the one whose pair
// of ids is known from another flow, then the one with the same id (where ids are the network's, not the receiver's),
// then the oldest. What fits nothing is a flow of its own.
import type { Layers } from '../decode/index.ts';
import { NET_IP4, TCP_ACK, TCP_SYN } from '../decode/index.ts';
import { misfit, synBelongs } from './alike.ts';
import type { FlowKey } from './key.ts';
import { INITIATOR_LOW, SYN_ACK_SEEN, U, U_STRIDE, type FlowTables } from './state.ts';

/** Flows with the same inner addresses and ports that are looked at: with more, the oldest is no longer paired. */
const MAX_SAME = 64;
/** Pairs of ids that are remembered. */
const MAX_LEARNED = 8_192;
/** Bytes by which numbers may be off: both sides', and where one of them is not known yet. */
const BOTH = 2 ** 20;
const ONE = 2 ** 24 + 2 ** 20;
const NONE = -1;

interface Place {
  readonly slot: number;
  readonly home: number;
  /** The home direction is the one from the low address. */
  readonly low: boolean;
  /** Id of the other direction, and one that the home direction changed to; NONE before. */
  peer: number;
  moved: number;
  readonly from: number;
  readonly to: number;
}

export class TunnelPairs {
  private readonly places = new Map<number, Place[]>();
  private readonly bases = new Map<number, number>();
  private readonly learned = new Map<number, number>();
  private readonly state: FlowTables;

  constructor(state: FlowTables) {
    this.state = state;
  }

  /**
   * Turns a packet's key into that of the open flow whose other direction it is, if there is one.
   * @param l null for a key that only asks
   */
  resolve(key: FlowKey, l: Layers | null, buf: Uint8Array): void {
    const list = this.places.get(key.base);
    if (list === undefined) return;
    const id = key.words[9]!;
    const low = key.tunnelLow;
    for (let i = list.length - 1; i >= 0; i--) {
      const p = list[i]!;
      if ((p.low === low ? p.moved : p.peer) === id && key.sameBut(this.state.u, p.slot * U_STRIDE))
        return key.tunnelled(p.home, p.low);
    }
    if (l === null) return;
    const found = key.tcp ? this.byNumbers(list, key, l) : this.byAnswer(list, key, l, buf);
    if (found === null) return;
    if (found.low === low) found.moved = id;
    else {
      found.peer = id;
      if (this.learned.size >= MAX_LEARNED) this.learned.delete(this.learned.keys().next().value!);
      this.learned.set(found.home, id);
    }
    key.tunnelled(found.home, found.low);
  }

  /** A flow begins inside of a tunnel. */
  add(key: FlowKey, slot: number, l: Layers, buf: Uint8Array): void {
    let list = this.places.get(key.base);
    if (list === undefined) this.places.set(key.base, (list = []));
    if (list.length >= MAX_SAME) this.bases.delete(list.shift()!.slot);
    list.push({
      slot,
      home: key.words[9]!,
      low: key.tunnelLow,
      peer: NONE,
      moved: NONE,
      from: outer(l, buf, l.outerSourceAt),
      to: outer(l, buf, l.outerDestinationAt),
    });
    this.bases.set(slot, key.base);
  }

  remove(slot: number): void {
    const base = this.bases.get(slot);
    if (base === undefined) return;
    this.bases.delete(slot);
    const list = this.places.get(base)!.filter((p) => p.slot !== slot);
    if (list.length === 0) this.places.delete(base);
    else this.places.set(base, list);
  }

  private byNumbers(list: readonly Place[], key: FlowKey, l: Layers): Place | null {
    const { u } = this.state;
    const asks = (l.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    let best: Place | null = null;
    let least = Infinity;
    for (const p of list) {
      if (!key.sameBut(u, p.slot * U_STRIDE)) continue;
      const state = u[p.slot * U_STRIDE + U.state]!;
      const dir = key.sourceLow === ((state & INITIATOR_LOW) !== 0) ? 0 : 1;
      const fresh = p.low !== key.tunnelLow && p.peer === NONE;
      // A SYN begins a flow, unless its answer came first.
      if (asks && !(fresh && state & SYN_ACK_SEEN && synBelongs(this.state, p.slot, dir, l))) continue;
      const far = (asks ? 0 : misfit(this.state, p.slot, dir, l)) + (p.home === key.words[9] ? 0 : 0.5);
      if (far > (fresh ? ONE : BOTH) || far >= least) continue;
      least = far;
      best = p;
    }
    return best;
  }

  private byAnswer(list: readonly Place[], key: FlowKey, l: Layers, buf: Uint8Array): Place | null {
    const id = key.words[9]!;
    const from = outer(l, buf, l.outerSourceAt);
    const to = outer(l, buf, l.outerDestinationAt);
    const waiting = list.filter(
      (p) => p.low !== key.tunnelLow && p.from === to && p.to === from && key.sameBut(this.state.u, p.slot * U_STRIDE),
    );
    const open = waiting.filter((p) => p.peer === NONE);
    // The other direction of a flow goes on under another id, which is known to be the pair of this flow's.
    const pair = waiting.find((p) => this.learned.get(p.home) === id);
    if (pair !== undefined) return pair;
    const same = l.idByReceiver ? undefined : open.find((p) => p.home === id);
    if (same !== undefined) return same;
    return open.find((p) => !this.learned.has(p.home)) ?? open[0] ?? null;
  }
}

function outer(l: Layers, buf: Uint8Array, at: number): number {
  let hash = l.outerNet;
  if (l.outerNet === 0) return 0;
  for (let i = 0, size = l.outerNet === NET_IP4 ? 4 : 16; i < size; i++)
    hash = Math.imul(hash ^ buf[at + i]!, 0x01000193) >>> 0;
  return hash;
}
