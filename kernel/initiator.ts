// Who began a flow, where its first captured packet may be an answer: the middle of a connection, a reply that was
// stamped first.
import { u8at } from './bytes';
import {
  FRAGMENT_LATER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  TCP_ACK,
  TCP_SYN,
} from './generated/layout';
import { icmpAsking } from './key';
import { l } from './layers';

const DNS_HEADER: i32 = 12;

/**
 * Whether a flow's first captured packet was sent by who began it. Told by flags (SYN, SYN+ACK), by the side of the
 * server where a connection is met in its middle, by the type of an ICMP message, by the QR bit of DNS (RFC 1035,
 * 4.1.1). An answer to a multicast group counts as no answer, since announcements were not asked for.
 */
export function sentByInitiator(): bool {
  if (l.damaged || l.fragment === FRAGMENT_LATER) return true;
  if (l.ipProtocol === IPPROTO_TCP) return !l.hasPorts || connectionBegunBySender();
  if (l.ipProtocol === IPPROTO_UDP) return !l.hasPorts || !isDnsAnswer();
  const icmp = l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6;
  return !icmp || icmpAsking(l.ipProtocol, l.icmpType) === l.icmpType || toGroup();
}

function connectionBegunBySender(): bool {
  const opening = l.tcpFlags & (TCP_SYN | TCP_ACK);
  if (opening & TCP_SYN) return opening === TCP_SYN;
  return portClass(l.sourcePort) >= portClass(l.destinationPort);
}

/**
 * 0 well-known, 1 registered, 2 dynamic. The dynamic range is what systems use: 32,768 and up in Linux
 * (ip_local_port_range), 49,152 and up elsewhere (RFC 6335, 6). A server listens on one of the others.
 */
function portClass(port: i32): i32 {
  if (port < 1024) return 0;
  return port < 32_768 ? 1 : 2;
}

/** Of DNS, mDNS (RFC 6762), LLMNR (RFC 4795), NetBIOS names (RFC 1002). */
function isDnsAnswer(): bool {
  const port = l.sourcePort;
  if ((port !== 53 && port !== 137 && port !== 5353 && port !== 5355) || l.payloadLength < DNS_HEADER) return false;
  return (u8at(l.payloadAt + 2) & 0x80) !== 0 && !toGroup();
}

/** To a multicast or broadcast address (RFC 5771, RFC 4291, 2.7). */
function toGroup(): bool {
  const first = u8at(l.destinationAt);
  return l.net === NET_IP4 ? first >= 224 : first === 0xff;
}
