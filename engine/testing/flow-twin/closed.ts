// Connections that are over. Late packets of them (a FIN that is sent again, a late ACK) belong to them and begin no
// flow.
import { TCP_ACK, TCP_RST, TCP_SYN, type Layers } from '../../decode/index.ts';
import { INITIATOR_LOW, SEQUENCE_KNOWN2, U, U_STRIDE, type FlowState } from '../../flow/state.ts';

const WAYS = 4;
const KEY_WORDS = 11;
/** Key, row, the next numbers of both directions, and what of them is known. */
const WORDS = KEY_WORDS + 4;
/**
 * How long a closed connection is remembered after its last packet: TIME-WAIT of two minutes (RFC 9293, 3.4.2), which
 * covers a FIN sent again.
 */
const KEEP = 120e9;
/** Bytes behind the connection's last number that a segment sent again may begin. */
const BEHIND = 2 ** 20;

/** Bits of the last word; 2 and 4: the next number of that direction is known. */
const LOW = 1;
const KNOWN = 2;

/** Memory is bounded: places of fixed number, of `WAYS` that a key may have the one untouched longest is given up. */
export class ClosedConnections {
  private words = new Uint32Array(0);
  private touched = new Float64Array(0);
  private readonly size: number;
  /** Set by `find`: 0 when the packet comes from the initiator. */
  direction = 0;

  /** @param size connections remembered, a power of two; memory is taken with the first one (68 bytes a place) */
  constructor(size: number) {
    this.size = size;
  }

  remember(s: FlowState, slot: number, row: number, now: number): void {
    if (this.touched.length === 0) {
      this.words = new Uint32Array(this.size * WORDS);
      this.touched = new Float64Array(this.size).fill(-Infinity);
    }
    const { u } = s;
    const u0 = slot * U_STRIDE;
    const from = this.bucket(u[u0 + U.hash]!);
    let place = from;
    for (let i = from; i < from + WAYS; i++) {
      if (this.touched[i]! < this.touched[place]!) place = i;
    }
    this.touched[place] = now;
    const at = place * WORDS;
    for (let i = 0; i < KEY_WORDS; i++) this.words[at + i] = u[u0 + i]!;
    const state = u[u0 + U.state]!;
    this.words[at + KEY_WORDS] = row;
    this.words[at + KEY_WORDS + 1] = u[u0 + U.nextSequence2]!;
    this.words[at + KEY_WORDS + 2] = u[u0 + U.nextSequence2 + 1]!;
    const known = (state & SEQUENCE_KNOWN2 ? KNOWN : 0) | (state & (SEQUENCE_KNOWN2 << 1) ? KNOWN << 1 : 0);
    this.words[at + KEY_WORDS + 3] = (state & INITIATOR_LOW ? LOW : 0) | known;
  }

  /** The closed connection that a segment without SYN belongs to by its numbers. @returns its row, -1 without one */
  find(key: Uint32Array, hash: number, sourceLow: boolean, l: Layers, now: number): number {
    if (this.touched.length === 0 || l.tcpFlags & TCP_SYN) return -1;
    const from = this.bucket(hash);
    for (let place = from; place < from + WAYS; place++) {
      if (now - this.touched[place]! > KEEP) continue;
      const at = place * WORDS;
      let i = 0;
      while (i < KEY_WORDS && this.words[at + i] === key[i]) i++;
      if (i < KEY_WORDS) continue;
      const flags = this.words[at + KEY_WORDS + 3]!;
      const dir = sourceLow === ((flags & LOW) !== 0) ? 0 : 1;
      if (!this.fits(at, flags, dir, l)) continue;
      this.touched[place] = now;
      this.direction = dir;
      return this.words[at + KEY_WORDS]!;
    }
    return -1;
  }

  private fits(at: number, flags: number, dir: number, l: Layers): boolean {
    const peer = 1 - dir;
    const ownKnown = (flags & (KNOWN << dir)) !== 0;
    const peerKnown = (flags & (KNOWN << peer)) !== 0;
    if (!ownKnown && !peerKnown) return false;
    // New data does not belong to a closed connection: after both FINs there is none, and a side that sends data after
    // a RST did not accept it.
    const end = (l.tcpSequence + l.payloadWire) >>> 0;
    if (ownKnown && !behind(this.words[at + KEY_WORDS + 1 + dir]!, l.tcpFlags & TCP_RST ? l.tcpSequence : end))
      return false;
    if (!ownKnown && l.payloadWire > 0) return false;
    return (
      !peerKnown ||
      !(l.tcpFlags & TCP_ACK) ||
      behind((this.words[at + KEY_WORDS + 1 + peer]! + 1) >>> 0, l.tcpAcknowledgement)
    );
  }

  private bucket(hash: number): number {
    return (hash & (this.size / WAYS - 1)) * WAYS;
  }
}

function behind(next: number, number: number): boolean {
  const distance = (next - number) | 0;
  return distance >= 0 && distance <= BEHIND;
}
