// The twin of kernel/initiator.ts.
import {
  FRAGMENT_LATER,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  TCP_ACK,
  TCP_SYN,
  type Layers,
} from '../../decode/index.ts';
import { icmpAsked } from '../../flow/initiator.ts';

/** Ports whose datagrams begin with DNS's header: DNS, mDNS (RFC 6762), LLMNR (RFC 4795), NetBIOS names (RFC 1002). */
const DNS_PORTS = new Set([53, 137, 5353, 5355]);
const DNS_HEADER = 12;

/**
 * Whether a flow's first captured packet was sent by who began it. Told by flags (SYN, SYN+ACK), by the side of the
 * server where a connection is met in its middle, by the type of an ICMP message, by the QR bit of DNS (RFC 1035,
 * 4.1.1). An answer to a multicast group counts as no answer, since announcements were not asked for.
 */
export function sentByInitiator(l: Layers, buf: Uint8Array): boolean {
  if (l.damaged || l.fragment === FRAGMENT_LATER) return true;
  switch (l.ipProtocol) {
    case IPPROTO_TCP:
      return !l.hasPorts || connectionBegunBySender(l);
    case IPPROTO_UDP:
      return !l.hasPorts || !isDnsAnswer(l, buf);
    default:
      return icmpAsked(l) < 0 || toGroup(l, buf);
  }
}

function connectionBegunBySender(l: Layers): boolean {
  const opening = l.tcpFlags & (TCP_SYN | TCP_ACK);
  if (opening & TCP_SYN) return opening === TCP_SYN;
  const from = portClass(l.sourcePort);
  const to = portClass(l.destinationPort);
  // The middle of a connection: a server listens on a well-known or registered port, a client's is from the dynamic
  // range.
  return from >= to;
}

/**
 * 0 well-known, 1 registered, 2 dynamic. The dynamic range is what systems use: 32,768 and up in Linux
 * (ip_local_port_range), 49,152 and up elsewhere (RFC 6335, 6).
 */
function portClass(port: number): number {
  if (port < 1024) return 0;
  return port < 32_768 ? 1 : 2;
}

function isDnsAnswer(l: Layers, buf: Uint8Array): boolean {
  const { sourcePort, payloadAt: at, payloadLength } = l;
  if (!DNS_PORTS.has(sourcePort) || payloadLength < DNS_HEADER) return false;
  return (buf[at + 2]! & 0x80) !== 0 && !toGroup(l, buf);
}

/** To a multicast or broadcast address (RFC 5771, RFC 4291, 2.7). */
function toGroup(l: Layers, buf: Uint8Array): boolean {
  const first = buf[l.destinationAt]!;
  return l.net === NET_IP4 ? first >= 224 : first === 0xff;
}
