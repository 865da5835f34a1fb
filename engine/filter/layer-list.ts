// All layers of one packet, outermost first, as the walk found them. Written over for every packet.
import { ROW_WORDS, rowWordBit, type RowWord } from '../decode/index.ts';

/** Bare protocol words that the walk can answer; a bit each in `LayerList.words`. */
export const LAYER_WORDS = ROW_WORDS;
export type LayerWord = RowWord;

export const bitOf = rowWordBit;

/** An address where it lies. */
export interface Place {
  readonly buf: Uint8Array;
  /** NET_IP4, NET_IP6 or ADDRESS_MAC. */
  readonly kind: number;
  readonly at: number;
  readonly source: boolean;
}

/**
 * A header where it lies: from `at` to the end of its datagram's captured bytes; `wireEnd` is where the datagram says
 * it ends.
 */
export interface Span {
  readonly buf: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly wireEnd: number;
  /**
   * It is quoted by an ICMP error or begins a datagram of which the rest is missing: its payload has no length then.
   */
  readonly quoted: boolean;
}

/** A header of TCP or UDP, with the addresses of the IP header around it: source, then destination. */
export interface Header {
  readonly protocol: number;
  readonly buf: Uint8Array;
  readonly at: number;
  /** Of the captured bytes. */
  readonly end: number;
  /** NET_IP4 or NET_IP6. */
  readonly family: number;
  readonly addresses: Uint8Array;
  readonly addressesAt: number;
}

export class LayerList {
  words = 0;
  readonly headers: Header[] = [];
  readonly addresses: Place[] = [];
  /** Protocol numbers of IPv4 headers. */
  readonly protocols: number[] = [];
  readonly tcp: Span[] = [];
  /** Ports of UDP headers: source, destination. */
  readonly udp: number[] = [];
  readonly icmp: number[] = [];
  readonly icmp6: number[] = [];
  readonly vlans: number[] = [];

  reset(): void {
    this.words = 0;
    for (const list of [this.addresses, this.protocols, this.tcp, this.udp, this.icmp, this.icmp6, this.vlans])
      list.length = 0;
    this.headers.length = 0;
  }

  saw(bits: number): void {
    this.words |= bits;
  }

  /** A list of its own: this one is written over by the next packet. */
  copy(): LayerList {
    const out = new LayerList();
    out.words = this.words;
    out.headers.push(...this.headers);
    out.addresses.push(...this.addresses);
    out.protocols.push(...this.protocols);
    out.tcp.push(...this.tcp);
    out.udp.push(...this.udp);
    out.icmp.push(...this.icmp);
    out.icmp6.push(...this.icmp6);
    out.vlans.push(...this.vlans);
    return out;
  }
}
