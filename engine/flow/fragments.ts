// Which ports a later IP fragment belongs to: (addresses, id, protocol), kept for 30 s of packet time, at most 8,192
// datagrams.
import type { Layers } from '../decode/index.ts';
import { NET_IP4 } from '../decode/index.ts';

const KEEP = 30e9;
const LIMIT = 8_192;

interface FirstFragment {
  /** -1 without ports. */
  readonly ports: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly until: number;
}

export class FragmentTable {
  private readonly seen = new Map<string, FirstFragment>();

  remember(l: Layers, buf: Uint8Array, now: number): void {
    if (this.seen.size >= LIMIT) this.seen.delete(this.seen.keys().next().value!);
    const key = fragmentKey(l, buf);
    this.seen.delete(key);
    const ports = l.hasPorts ? ((l.sourcePort << 16) | l.destinationPort) >>> 0 : -1;
    this.seen.set(key, { ports, icmpType: l.icmpType, icmpCode: l.icmpCode, until: now + KEEP });
  }

  /** Whether the first fragment of this later one has been seen. */
  knows(l: Layers, buf: Uint8Array, now: number): boolean {
    return this.firstOf(l, buf, now) !== undefined;
  }

  /** Gives a later fragment the ports, or the ICMP type, of its first one, where that is known. */
  join(l: Layers, buf: Uint8Array, now: number): void {
    const first = this.firstOf(l, buf, now);
    if (first === undefined) return;
    l.icmpType = first.icmpType;
    l.icmpCode = first.icmpCode;
    if (first.ports < 0) return;
    l.hasPorts = true;
    l.sourcePort = first.ports >>> 16;
    l.destinationPort = first.ports & 0xffff;
  }

  private firstOf(l: Layers, buf: Uint8Array, now: number): FirstFragment | undefined {
    const first = this.seen.size === 0 ? undefined : this.seen.get(fragmentKey(l, buf));
    return first !== undefined && first.until >= now ? first : undefined;
  }
}

/** What a datagram's fragments have in common (RFC 791, 3.2; RFC 8200, 4.5), by tunnel and VLAN. */
export function fragmentKey(l: Layers, buf: Uint8Array): string {
  const size = l.net === NET_IP4 ? 4 : 16;
  const view = Buffer.from(buf.buffer, buf.byteOffset, buf.byteLength);
  const source = view.toString('latin1', l.sourceAt, l.sourceAt + size);
  const destination = view.toString('latin1', l.destinationAt, l.destinationAt + size);
  return `${l.ipProtocol}/${l.fragmentId}/${l.tunnel}/${l.network}/${source}${destination}`;
}
