// Connections whose beginning was not captured: who of both ends is the server.
import { TCP_ACK, TCP_SYN } from '../../decode/index.ts';
import type { RulePacket } from './packet.ts';

/** Ports below are those of servers, ports from the other on are given to clients (IANA). */
const SERVERS_BELOW = 1_024;
const CLIENTS_FROM = 32_768;

export function beginsFlow(p: RulePacket): boolean {
  return (p.layers.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

export function answersSyn(p: RulePacket): boolean {
  return (p.layers.tcpFlags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK);
}

/** Whether a packet from the middle of a connection comes from its server, by ports and first bytes. */
export function seemsServer(p: RulePacket): boolean {
  if ((p.layers.tcpFlags & TCP_SYN) !== 0) return false;
  const { payload: b } = p;
  const http = b.length > 5 && b[0] === 72 && b[1] === 84 && b[2] === 84 && b[3] === 80 && b[4] === 47;
  return http || (p.sourcePort < SERVERS_BELOW && p.destinationPort >= CLIENTS_FROM);
}
