// The packet around the one in a tunnel: rules are asked of it too, as a packet of its own.
import { IPPROTO_UDP, Layers, NET_IP4, u16 } from '../../decode/index.ts';
import { extensions } from './extension-headers.ts';

/** Layers of the IP packet around the innermost one, as far as a carrier has them. @param end of the captured bytes */
export function outerLayers(inner: Layers, b: Uint8Array, end: number): Layers {
  const l = new Layers();
  l.macSource = inner.macSource;
  l.macDestination = inner.macDestination;
  l.vlan = inner.vlan;
  l.vlanOuter = inner.vlanOuter;
  l.net = inner.outerNet;
  l.sourceAt = inner.outerSourceAt;
  l.destinationAt = inner.outerDestinationAt;
  const ipAt = l.sourceAt - (l.net === NET_IP4 ? 12 : 8);
  if (l.net === NET_IP4) {
    l.ipProtocol = b[ipAt + 9]!;
    l.hopLimit = b[ipAt + 8]!;
    l.transportAt = ipAt + (b[ipAt]! & 15) * 4;
  } else {
    const last = extensions(b, ipAt, end).at(-1);
    l.ipProtocol = b[last?.at ?? ipAt + 6]!;
    l.hopLimit = b[ipAt + 7]!;
    l.transportAt = last?.to ?? ipAt + 40;
  }
  l.payloadAt = l.transportAt;
  if (l.ipProtocol !== IPPROTO_UDP || l.transportAt + 8 > end) return l;
  l.hasPorts = true;
  l.sourcePort = u16(b, l.transportAt);
  l.destinationPort = u16(b, l.transportAt + 2);
  l.payloadAt = l.transportAt + 8;
  l.payloadLength = Math.max(0, Math.min(end, l.transportAt + u16(b, l.transportAt + 4)) - l.payloadAt);
  l.payloadWire = l.payloadLength;
  return l;
}
