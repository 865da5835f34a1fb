// Walks a packet once more and tells of every header that Wireshark's taps hear of: Ethernet, IP, TCP, UDP, SCTP, those
// of tunnels among them, and what completes a datagram of fragments. What an ICMP error quotes is told to nobody.
import { FRAGMENT_FIRST, FRAGMENT_NONE, IPPROTO_ICMP, IPPROTO_ICMPV6, NET_IP4, NET_IP6 } from '../decode/index.ts';
import { ETHERNET_HEADER, IP4_HEADER, IP6_HEADER, NestedWalker, Reassembly } from '../filter/index.ts';

/** Addresses lie in `buf`: a MAC of 6 bytes, IPv4 of 4, IPv6 of 16. They are valid during the call. */
export interface HeaderListener {
  ethernet(buf: Uint8Array, sourceAt: number, destinationAt: number): void;
  /** @param kind NET_IP4 or NET_IP6 */
  ip(buf: Uint8Array, kind: typeof NET_IP4 | typeof NET_IP6, sourceAt: number, destinationAt: number): void;
  /**
   * What follows the IP header that was told last, not of a fragment.
   * @param end of the captured bytes of its datagram
   * @param wireEnd where the datagram says that it ends
   */
  transport(protocol: number, buf: Uint8Array, at: number, end: number, wireEnd: number): void;
}

export class HeaderWalker extends NestedWalker {
  private readonly listener: HeaderListener;
  private readonly reassembly = new Reassembly();
  private ipBuf: Uint8Array = new Uint8Array(0);

  constructor(listener: HeaderListener) {
    super();
    this.listener = listener;
  }

  /** @param wire length on the wire */
  walk(buf: Uint8Array, off: number, captured: number, link: number, wire: number): void {
    this.level = 0;
    this.decode(buf, off, captured, link, wire);
  }

  override ethernet(at: number): void {
    if (!this.deeper()) return;
    if (this.end - at >= ETHERNET_HEADER) this.listener.ethernet(this.buf, at + 6, at);
    super.ethernet(at);
  }

  override ip4(at: number): void {
    if (!this.deeper()) return;
    const { buf, end } = this;
    if (end > at && buf[at]! >> 4 === 6) return super.ip4(at);
    if (end - at >= IP4_HEADER && buf[at]! >> 4 === 4 && (buf[at]! & 15) >= 5) {
      const total = this.u16(at + 2);
      this.ipAt = at;
      this.ipBuf = buf;
      if (total === 0 || total >= (buf[at]! & 15) * 4) this.listener.ip(buf, NET_IP4, at + 12, at + 16);
    }
    super.ip4(at);
  }

  override ip6(at: number): void {
    if (!this.deeper()) return;
    const { buf, end } = this;
    if (end - at >= IP6_HEADER && buf[at]! >> 4 === 6) {
      this.ipAt = at;
      this.ipBuf = buf;
      this.listener.ip(buf, NET_IP6, at + 8, at + 24);
    }
    super.ip6(at);
  }

  protected override laterFragment(at: number, wireEnd: number): void {
    super.laterFragment(at, wireEnd);
    this.fragment(at, wireEnd, this.layers.ipProtocol);
  }

  protected override transport(protocol: number, at: number, wireEnd: number): void {
    const { layers } = this;
    if (layers.fragment === FRAGMENT_FIRST && wireEnd <= this.end) {
      layers.transportAt = at;
      return this.fragment(at, wireEnd, protocol);
    }
    if (this.end > at && protocol !== IPPROTO_ICMP && protocol !== IPPROTO_ICMPV6)
      this.listener.transport(protocol, this.buf, at, this.end, Math.min(wireEnd, this.sent));
    super.transport(protocol, at, wireEnd);
  }

  /** Where a fragment completes its datagram, the walk goes on in what was put together. */
  private fragment(at: number, wireEnd: number, protocol: number): void {
    if (wireEnd > this.end || wireEnd <= at || this.ipBuf !== this.buf) return;
    const whole = this.completedBy(this.reassembly, at, wireEnd, protocol, '');
    if (whole === null) return;
    this.layers.fragment = FRAGMENT_NONE;
    this.within(whole, protocol);
  }
}
