// The Info column: one line for people, made from a packet's own bytes when its row is shown.
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  latin1,
  type Layers,
  P,
  u16,
} from '../decode/index.ts';
import { parseDns } from './dns.ts';
import { looksLikeHttp, parseHttp } from './http.ts';
import { noTls } from './facts.ts';
import { isRecord, readHandshake } from './tls-handshake.ts';

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const MAX_INFO = 300;
const DNS_TYPES: Record<number, string> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  41: 'OPT',
  65: 'HTTPS',
  255: 'ANY',
};
const ICMP_TYPES: Record<number, string> = {
  0: 'Echo (ping) reply',
  3: 'Destination unreachable',
  5: 'Redirect',
  8: 'Echo (ping) request',
  11: 'Time-to-live exceeded',
};
const ICMP6_TYPES: Record<number, string> = {
  1: 'Destination Unreachable',
  2: 'Packet Too Big',
  3: 'Time Exceeded',
  128: 'Echo (ping) request',
  129: 'Echo (ping) reply',
  133: 'Router Solicitation',
  134: 'Router Advertisement',
  135: 'Neighbor Solicitation',
  136: 'Neighbor Advertisement',
  143: 'Multicast Listener Report Message v2',
};
const RECORD_NAMES: Record<number, string> = {
  20: 'Change Cipher Spec',
  21: 'Alert',
  22: 'Handshake',
  23: 'Application Data',
  24: 'Heartbeat',
};

/**
 * @param protocol the name in the Protocol column
 * @returns one line without control characters, at most 300 characters
 */
export function packetInfo(l: Layers, b: Uint8Array, protocol: string): string {
  return clean(raw(l, b, protocol));
}

function raw(l: Layers, b: Uint8Array, protocol: string): string {
  const at = l.payloadAt;
  const end = at + l.payloadLength;
  if (l.fragment === 2) return `Fragmented IP protocol (proto=${l.ipProtocol})`;
  if (l.ipProtocol === IPPROTO_TCP && l.hasPorts) {
    if (l.payloadLength > 0) {
      if (/^(TLS|SSL)/.test(protocol)) return tlsInfo(b, at, end) || tcpInfo(l);
      if (looksLikeHttp(b, at, l.payloadLength)) return httpInfo(b, at, end);
      if (protocol === 'DNS' && l.payloadLength > 2) return dnsInfo(b, at + 2, end) || tcpInfo(l);
      if (protocol !== 'TCP') return textInfo(b, at, end) || tcpInfo(l);
    }
    return tcpInfo(l);
  }
  if (l.ipProtocol === IPPROTO_UDP && l.hasPorts) {
    if (protocol === 'DNS' || protocol === 'MDNS' || protocol === 'LLMNR' || protocol === 'NBNS')
      return dnsInfo(b, at, end) || udpInfo(l);
    if (protocol === 'SSDP' || protocol === 'SIP') return textInfo(b, at, end) || udpInfo(l);
    return udpInfo(l);
  }
  if (l.ipProtocol === IPPROTO_ICMP) return ICMP_TYPES[l.icmpType] ?? `Type ${l.icmpType}, code ${l.icmpCode}`;
  if (l.ipProtocol === IPPROTO_ICMPV6) return ICMP6_TYPES[l.icmpType] ?? `Type ${l.icmpType}, code ${l.icmpCode}`;
  if (l.protocol === P.ARP) return arpInfo(l, b);
  return protocol;
}

function tcpInfo(l: Layers): string {
  const flags = FLAG_NAMES.filter((_, i) => l.tcpFlags & (1 << i)).join(', ');
  const numbers = `Seq=${l.tcpSequence} Ack=${l.tcpAcknowledgement} Win=${l.tcpWindow} Len=${l.payloadWire}`;
  return `${l.sourcePort} → ${l.destinationPort} [${flags}] ${numbers}`;
}

function udpInfo(l: Layers): string {
  return `${l.sourcePort} → ${l.destinationPort} Len=${l.payloadWire}`;
}

function tlsInfo(b: Uint8Array, at: number, end: number): string {
  const parts: string[] = [];
  const tls = noTls();
  readHandshake(b, at, end, tls, true);
  if (tls.client) parts.push(tls.client.serverName ? `Client Hello (SNI=${tls.client.serverName})` : 'Client Hello');
  if (tls.server) parts.push(tls.server.isRetry ? 'Hello Retry Request' : 'Server Hello');
  if (tls.chainLength > 0) parts.push('Certificate');
  for (let p = at, n = 0; p + 5 <= end && isRecord(b, p) && n < 8; p += 5 + u16(b, p + 3), n++) {
    if (b[p] !== 22 || parts.length === 0) parts.push(RECORD_NAMES[b[p]!] ?? 'Record');
  }
  return parts.filter((part, i) => part !== parts[i - 1]).join(', ');
}

function httpInfo(b: Uint8Array, at: number, end: number): string {
  const head = parseHttp(b, at, end);
  if (head === null) return '';
  const { contentType, contentLength, bodyAt, line } = head;
  // What the body is stands where it is whole, as Wireshark has it.
  if (contentType === null || contentLength <= 0 || bodyAt < 0 || bodyAt + contentLength > end) return line;
  const type = contentType.split(';')[0]!.trim();
  return type.endsWith('json') ? `${line} , JavaScript Object Notation (${type})` : `${line}  (${type})`;
}

function dnsInfo(b: Uint8Array, at: number, end: number): string {
  const m = parseDns(b, at, end);
  if (m === null) return '';
  const id = `0x${m.id.toString(16).padStart(4, '0')}`;
  const kind = m.response ? `Standard query response ${id}${dnsError(m.rcode)}` : `Standard query ${id}`;
  return m.questions > 0 ? `${kind} ${DNS_TYPES[m.type] ?? `TYPE${m.type}`} ${m.name || '<Root>'}` : kind;
}

/** What a response's code adds (RFC 1035, 4.1.1), '' for none. */
function dnsError(rcode: number): string {
  if (rcode === 3) return ' No such name';
  return rcode > 0 ? ` Error ${rcode}` : '';
}

/** First line of a text protocol, '' when it is not text. */
function textInfo(b: Uint8Array, at: number, end: number): string {
  let stop = at;
  while (stop < end && stop - at < MAX_INFO && b[stop] !== 13 && b[stop] !== 10) {
    if (b[stop]! < 32 && b[stop] !== 9) return '';
    stop++;
  }
  return latin1(b, at, stop);
}

function arpInfo(l: Layers, b: Uint8Array): string {
  const at = l.macSource + 8;
  if (l.macSource < 0 || at + 28 > b.length || b[at + 5] !== 4) return 'ARP';
  const ip = (o: number): string => `${b[o]}.${b[o + 1]}.${b[o + 2]}.${b[o + 3]}`;
  const mac = Buffer.from(b.subarray(at + 8, at + 14))
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1:');
  return b[at + 7] === 2 ? `${ip(at + 14)} is at ${mac}` : `Who has ${ip(at + 24)}? Tell ${ip(at + 14)}`;
}

/** Control characters and direction marks are removed from a line that people read. */
function clean(text: string): string {
  return text.slice(0, MAX_INFO).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
}
