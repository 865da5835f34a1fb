// IP fragments that came before the first one of their datagram, and so before their ports are known: held until it
// comes.
import { fragmentKey } from './fragments.ts';
import type { Layers } from '../decode/index.ts';

/** A packet that waits, with its own copy of what was captured. */
export interface HeldPacket {
  readonly bytes: Uint8Array;
  readonly wire: number;
  readonly sec: number;
  readonly nsec: number;
  readonly link: number;
  /** Nanoseconds of capture time. */
  readonly time: number;
  readonly packet: number;
}

/** As long as a first fragment is remembered (RFC 791 and RFC 8200, 4.5 give a datagram 15 s and 60 s). */
const KEEP = 30e9;
/** What may wait at once. A datagram of 64 KiB in Ethernet frames has 45 fragments. */
const MAX_DATAGRAMS = 1_024;
const MAX_FRAGMENTS = 128;
const MAX_BYTES = 4 * 1024 * 1024;

interface Datagram {
  readonly packets: HeldPacket[];
  readonly until: number;
}

export class WaitingFragments {
  private readonly datagrams = new Map<string, Datagram>();
  private bytes = 0;

  get any(): boolean {
    return this.datagrams.size > 0;
  }

  /** Holds a packet back. @returns false when it has to be placed as it is: too many of its datagram wait already */
  hold(l: Layers, buf: Uint8Array, off: number, cap: number, packet: Omit<HeldPacket, 'bytes'>): boolean {
    const key = fragmentKey(l, buf);
    let datagram = this.datagrams.get(key);
    if (datagram === undefined) {
      datagram = { packets: [], until: packet.time + KEEP };
      this.datagrams.set(key, datagram);
    }
    if (datagram.packets.length >= MAX_FRAGMENTS || cap > MAX_BYTES) return false;
    datagram.packets.push({ ...packet, bytes: buf.slice(off, off + cap) });
    this.bytes += cap;
    return true;
  }

  /** @returns what waited for this first fragment, in the order in which it came */
  take(l: Layers, buf: Uint8Array): readonly HeldPacket[] {
    return this.remove(fragmentKey(l, buf));
  }

  /**
   * @returns packets of a datagram whose first fragment is not waited for any longer: time has passed, or too much
   * waits; null when there is none
   */
  overdue(now: number): readonly HeldPacket[] | null {
    const oldest = this.datagrams.entries().next().value;
    if (oldest === undefined) return null;
    const full = this.bytes > MAX_BYTES || this.datagrams.size > MAX_DATAGRAMS;
    return full || oldest[1].until < now ? this.remove(oldest[0]) : null;
  }

  private remove(key: string): readonly HeldPacket[] {
    const datagram = this.datagrams.get(key);
    if (datagram === undefined) return [];
    this.datagrams.delete(key);
    for (const p of datagram.packets) this.bytes -= p.bytes.length;
    return datagram.packets;
  }
}
