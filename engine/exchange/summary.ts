// A packet's one-line summary in the shape that the original's info field has (`Ether / IP / TCP a:1 > b:2 PA / Raw`).
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_NONE,
  P,
  protocolName,
  type Layers,
} from '../decode/index.ts';
import { parseDns } from '../protocols/index.ts';

const FLAGS = 'FSRPAUEC';

/** By content type (RFC 8446, 5.1). */
const TLS_RECORDS: ReadonlyMap<number, string> = new Map([
  [22, 'TLS / TLS Handshake'],
  [23, 'TLS / TLS Application Data'],
]);

export interface SummaryEndpoints {
  readonly source: string;
  readonly destination: string;
}

/** @param protocol name in the Protocol column */
export function packetSummary(l: Layers, b: Uint8Array, e: SummaryEndpoints, protocol: string): string {
  if (l.net === NET_NONE)
    return l.protocol === P.ARP ? `Ether / ARP ${e.source} > ${e.destination}` : `Ether / ${protocolName(l.protocol)}`;
  const ip = `Ether / ${l.net === NET_IP4 ? 'IP' : 'IPv6'}`;
  const ends = `${e.source}:${l.sourcePort} > ${e.destination}:${l.destinationPort}`;
  const body = payloadSummary(l, b, protocol);
  if (l.ipProtocol === IPPROTO_TCP && l.hasPorts) {
    const flags = [...FLAGS].filter((_, i) => l.tcpFlags & (1 << i)).join('');
    return body.startsWith('TLS')
      ? `${ip} / TCP / TLS ${ends} / ${body}`
      : `${ip} / TCP ${ends} ${flags}${body === '' ? '' : ` / ${body}`}`;
  }
  if (l.ipProtocol === IPPROTO_UDP && l.hasPorts)
    return body.startsWith('DNS') ? `${ip} / UDP / ${body}` : `${ip} / UDP ${ends}${body === '' ? '' : ` / ${body}`}`;
  if (l.ipProtocol === IPPROTO_ICMP)
    return `${ip} / ICMP ${e.source} > ${e.destination} type ${l.icmpType} ${l.icmpCode}`;
  if (l.ipProtocol === IPPROTO_ICMPV6) return `${ip} / ICMPv6 type ${l.icmpType} code ${l.icmpCode}`;
  return `${ip} / ${e.source} > ${e.destination} proto ${l.ipProtocol}`;
}

function payloadSummary(l: Layers, b: Uint8Array, protocol: string): string {
  if (l.payloadLength === 0) return '';
  if (/^(TLS|SSL)/.test(protocol)) return TLS_RECORDS.get(b[l.payloadAt]!) ?? 'TLS';
  if (protocol === 'DNS' || protocol === 'MDNS' || protocol === 'LLMNR') {
    const m = parseDns(b, l.payloadAt, l.payloadAt + l.payloadLength);
    if (m !== null) return m.response ? `DNS Ans "${m.name}"` : `DNS Qry "${m.name}"`;
  }
  return 'Raw';
}
