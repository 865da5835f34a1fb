// What walks share that go on into every layer of a packet: how deep they may go, and other bytes in its place, which
// were put together of fragments or inflated.
import { PacketDecoder } from '../decode/index.ts';
import type { Reassembly } from './reassembly.ts';

/** How deep layers may be nested; more would overflow the stack. */
const MAX_LAYERS = 200;
export const IP4_HEADER = 20;
export const IP6_HEADER = 40;
export const ETHERNET_HEADER = 14;

export class NestedWalker extends PacketDecoder {
  protected level = 0;
  /** Where the IP header is that was entered last. */
  protected ipAt = 0;

  /** @returns whether the walk may go deeper */
  protected deeper(): boolean {
    this.depth = 0;
    return ++this.level < MAX_LAYERS;
  }

  /**
   * Takes a fragment of the datagram whose header stands at `ipAt`.
   * @param apart what keeps datagrams apart beside their ends, identification and protocol
   * @returns the datagram when this fragment completes it
   */
  protected completedBy(
    reassembly: Reassembly,
    at: number,
    wireEnd: number,
    protocol: number,
    apart: string,
  ): Uint8Array | null {
    const { buf, ipAt } = this;
    const four = buf[ipAt]! >> 4 === 4;
    const field = four ? this.u16(ipAt + 6) : this.u16(at - 6);
    const ends = four ? buf.subarray(ipAt + 12, ipAt + 20) : buf.subarray(ipAt + 8, ipAt + 40);
    const id = four ? this.u16(ipAt + 4) : this.u32(at - 4);
    const place = four ? (field & 0x1fff) * 8 : field & 0xfff8;
    const more = four ? (field & 0x2000) !== 0 : (field & 1) !== 0;
    const key = `${Buffer.from(ends).toString('hex')} ${id} ${four ? protocol : 'six'} ${apart}`;
    return reassembly.take(key, place, buf.subarray(at, wireEnd), more);
  }

  /** Goes on with the walk in other bytes than the packet's. */
  protected within(whole: Uint8Array, protocol: number): void {
    const { buf, end, sent } = this;
    this.buf = whole;
    this.end = whole.length;
    this.sent = whole.length;
    this.transport(protocol, 0, whole.length);
    this.buf = buf;
    this.end = end;
    this.sent = sent;
  }
}
