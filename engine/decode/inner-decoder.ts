// What tunnels lead back to: the headers that a decoder can go on with, wherever they begin.
import type { Layers } from './layers.ts';

/**
 * A packet that is being decoded. Every method goes on at an offset of its bytes and writes what it finds into
 * `layers`.
 */
export interface InnerDecoder {
  readonly layers: Layers;
  /** IP of either version, told by its first bits. */
  ip(at: number): void;
  ip4(at: number): void;
  ip6(at: number): void;
  ethernet(at: number): void;
  /** @param at first byte behind the EtherType */
  etherType(type: number, at: number): void;
  mpls(at: number): void;
  gre(at: number): void;
  llc(at: number): void;
  /**
   * @param padded the header is filled up to four bytes before the body
   * @param swapped the two bytes of frame control are exchanged, as Cisco's controllers send them
   */
  wlan(at: number, padded?: boolean, swapped?: boolean): void;
  nsh(at: number): void;
  frameRelay(at: number): void;
  /** A frame of a pcap link type. */
  link(link: number, at: number): void;
  /** PPP with or without its address and control bytes. */
  pppInside(at: number): void;
}
