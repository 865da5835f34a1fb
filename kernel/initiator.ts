// Who began a flow, where its first captured packet may be an answer (engine/flow/initiator.ts has the sources).
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

/** Whether a flow's first captured packet was sent by who began it. */
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

/** 0 well-known, 1 registered, 2 dynamic. */
function portClass(port: i32): i32 {
  if (port < 1024) return 0;
  return port < 32_768 ? 1 : 2;
}

function isDnsAnswer(): bool {
  const port = l.sourcePort;
  if ((port !== 53 && port !== 137 && port !== 5353 && port !== 5355) || l.payloadLength < DNS_HEADER) return false;
  return (u8at(l.payloadAt + 2) & 0x80) !== 0 && !toGroup();
}

/** To a multicast or broadcast address. */
function toGroup(): bool {
  const first = u8at(l.destinationAt);
  return l.net === NET_IP4 ? first >= 224 : first === 0xff;
}
