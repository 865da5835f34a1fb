// Tunnels over UDP that Wireshark decodes by default, each by its registered port (docs/wrappers.md has the list).
import { u16, u24, u32 } from '../read/index.ts';
import { P } from './protocol-ids.ts';
import type { NetworkDecoder } from './network.ts';

/** Looks inside a UDP payload by the registered port; leaves `layers` at the outer UDP when there is no inner packet. */
export function tunnelOverUdp(decoder: NetworkDecoder, b: Uint8Array, end: number): void {
  const l = decoder.layers;
  if (!MAYBE_TUNNEL[l.destinationPort] && !MAYBE_TUNNEL[l.sourcePort]) return;
  if (!tunnelOfPort(l.destinationPort, decoder, b, l.payloadAt, end))
    tunnelOfPort(l.sourcePort, decoder, b, l.payloadAt, end);
}

const PORTS = [
  1701, 2152, 2268, 3386, 3544, 4341, 4754, 4342, 4789, 4790, 5072, 5247, 6081, 6635, 8472, 12000, 12001, 12002, 12003,
  12004, 12220, 12222, 12223, 30030, 37008,
];
const MAYBE_TUNNEL = new Uint8Array(65_536);
for (const port of PORTS) MAYBE_TUNNEL[port] = 1;

/** @returns whether the port is a tunnel's, and its bytes look like it */
function tunnelOfPort(port: number, decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): boolean {
  const l = decoder.layers;
  const size = end - at;
  switch (port) {
    case 4789:
    case 8472:
      if (size < 8 || !(b[at]! & 0x08)) return false;
      l.protocol = P.VXLAN;
      enter(decoder, virtualNetwork(b, at));
      decoder.ethernet(at + 8);
      return true;
    case 4790:
      if (size < 8) return false;
      l.protocol = P.VXLAN;
      enter(decoder, virtualNetwork(b, at));
      extensionInside(decoder, b[at + 3]!, at + 8);
      return true;
    case 6081:
      return geneve(decoder, b, at, size);
    case 2152:
      return gtpUser(decoder, b, at, end);
    case 1701:
      return l2tp(decoder, b, at, end);
    case 37008:
      tzsp(decoder, b, at, end);
      return true;
    case 6635:
      enter(decoder, 0);
      decoder.mpls(at);
      return true;
    case 4754:
      decoder.gre(at);
      return true;
    case 5247:
      return capwap(decoder, b, at, size);
    case 12220:
      enter(decoder, 0);
      decoder.ethernet(at);
      return true;
    case 12222:
      lwapp(decoder, b, at, end);
      return true;
    case 12223:
      if (size > 12) lwapp(decoder, b, at + 6, end);
      return true;
    case 3544:
      return teredo(decoder, b, at, end);
    case 5072:
      return ayiya(decoder, b, at, size);
    case 4341:
      return ipAfter(decoder, P.LISP, b, at, size, 8);
    case 4342:
      return size > 0 && b[at]! >> 4 === 8 && ipAfter(decoder, P.LISP, b, at, size, 4);
    case 3386:
      return gtpFirst(decoder, b, at, size);
    case 30030:
      return ipAfter(decoder, P.JMirror, b, at, size, 8);
    case 2268:
      return multicastTunnel(decoder, b, at, size);
    default:
      return logicalLink(decoder, b, at, size);
  }
}

function enter(decoder: NetworkDecoder, id: number): void {
  decoder.layers.tunnel = id;
  decoder.layers.tunnels++;
}

function virtualNetwork(b: Uint8Array, at: number): number {
  return u24(b, at + 4);
}

/** What VXLAN-GPE carries (draft-ietf-nvo3-vxlan-gpe, 3.2). */
function extensionInside(decoder: NetworkDecoder, next: number, at: number): void {
  if (next === 1) decoder.ip4(at);
  else if (next === 2) decoder.ip6(at);
  else if (next === 3) decoder.ethernet(at);
  else if (next === 4) decoder.nsh(at);
  else if (next === 5) decoder.mpls(at);
}

/** Geneve (RFC 8926, 3.4). */
function geneve(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  const header = size >= 8 ? 8 + (b[at]! & 0x3f) * 4 : size + 1;
  if (header > size || b[at]! >> 6 !== 0) return false;
  decoder.layers.protocol = P.Geneve;
  enter(decoder, virtualNetwork(b, at));
  decoder.etherType(u16(b, at + 2), at + header);
  return true;
}

/** An IP packet after a header of a fixed size: LISP data and encapsulated control (RFC 9300, 5.1; RFC 9301, 5.8), Juniper's packet mirror (8 bytes of ids). */
function ipAfter(
  decoder: NetworkDecoder,
  protocol: number,
  b: Uint8Array,
  at: number,
  size: number,
  header: number,
): boolean {
  if (size < header + 20) return false;
  const version = b[at + header]! >> 4;
  if (version !== 4 && version !== 6) return false;
  decoder.layers.protocol = protocol;
  if (protocol === P.GTP) decoder.layers.insideGtp = true;
  enter(decoder, 0);
  decoder.ip(at + header);
  return true;
}

/** Automatic multicast tunnelling (RFC 7450, 5.1): query, update and data carry IP. */
function multicastTunnel(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  const type = size > 0 ? b[at]! & 15 : 0;
  if (type === 6) return ipAfter(decoder, P.AMT, b, at, size, 2);
  return (type === 4 || type === 5) && ipAfter(decoder, P.AMT, b, at, size, 12);
}

/** LLC over UDP, IBM's enterprise extender (RFC 2353): here only where a SNAP or IP head shows that it is. */
function logicalLink(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  const snap = size >= 8 && b[at] === 0xaa && b[at + 1] === 0xaa && b[at + 2] === 3 && b[at + 3] === 0;
  const plain = size >= 23 && b[at] === 6 && b[at + 1] === 6 && b[at + 2] === 3;
  if (!snap && !plain) return false;
  enter(decoder, 0);
  decoder.llc(at);
  return true;
}

/** Teredo (RFC 4380, 5.1.1): authentication and origin may come before the IPv6 packet. */
function teredo(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): boolean {
  let p = at;
  if (p + 4 <= end && b[p] === 0 && b[p + 1] === 1) p += 4 + b[p + 2]! + b[p + 3]! + 9;
  if (p + 8 <= end && b[p] === 0 && b[p + 1] === 0) p += 8;
  if (p + 40 > end || b[p]! >> 4 !== 6) return false;
  decoder.layers.protocol = P.Teredo;
  enter(decoder, 0);
  decoder.ip6(p);
  return true;
}

/** AYIYA (draft-massar-v6ops-ayiya-02, 3): lengths of identity and signature, a next header. */
function ayiya(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  if (size < 8) return false;
  const header = 8 + (1 << (b[at]! >> 4)) + (b[at + 1]! >> 4) * 4;
  if (header >= size) return false;
  decoder.layers.protocol = P.AYIYA;
  if ((b[at + 2]! & 15) !== 1) return true;
  enter(decoder, 0);
  if (b[at + 3] === 41) decoder.ip6(at + header);
  else if (b[at + 3] === 4) decoder.ip4(at + header);
  return true;
}

/** CAPWAP data (RFC 5415, 4.3): header length in words, then an 802.11 frame (whose frame control controllers swap) or 802.3. */
function capwap(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  if (size < 8 || b[at]! >> 4 !== 0) return false;
  const l = decoder.layers;
  l.protocol = P.Capwap;
  const header = (b[at + 1]! >> 3) * 4;
  const encrypted = (b[at]! & 15) === 1;
  const fragmentOrKeepAlive = b[at + 3]! & 0x88;
  if (encrypted || fragmentOrKeepAlive || header < 8 || header + 10 > size) return true;
  enter(decoder, 0);
  if (b[at + 2]! & 1) decoder.wlan(at + header, false, true);
  else decoder.ethernet(at + header);
  return true;
}

/** LWAPP (RFC 5412, 3.2): 6 bytes; control messages are not opened, data is an 802.11 frame. */
export function lwapp(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): void {
  const l = decoder.layers;
  l.protocol = P.LWAPP;
  if (end - at < 16 || b[at]! & 0x04) return;
  enter(decoder, 0);
  decoder.wlan(at + 6);
}

/** TaZmen sniffer protocol: version, type, encapsulation, then tags; 0 is padding, 1 the last, all others have a length. */
export function tzsp(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): void {
  const l = decoder.layers;
  l.protocol = P.TZSP;
  if (end - at < 5) return;
  const type = b[at + 1]!;
  const link = TZSP_LINKS.get(u16(b, at + 2));
  let p = at + 4;
  while (p < end && b[p] !== 1) p += b[p] === 0 ? 1 : 2 + (p + 1 < end ? b[p + 1]! : end);
  if (type === 4 || type === 5 || link === undefined || p + 1 >= end) return;
  enter(decoder, 0);
  decoder.link(link, p + 1);
}

/** Encapsulations as pcap link types. */
const TZSP_LINKS = new Map([
  [1, 1],
  [18, 105],
  [119, 119],
  [127, 163],
]);

/** GTP version 1 user plane (3GPP TS 29.281, 5.1): flags, type 255 (G-PDU), length, TEID, optional part, extension headers. */
function gtpUser(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): boolean {
  const l = decoder.layers;
  if (end - at < 8 || b[at]! >> 5 !== 1) return false;
  l.protocol = P.GTP;
  if (b[at + 1] !== 255) return true;
  let header = at + 8;
  if (b[at]! & 7) {
    header += 4;
    if (b[at]! & 4) {
      let next = header <= end ? b[header - 1]! : 0;
      for (let i = 0; next !== 0 && i < 8; i++) {
        if (header >= end) return true;
        const size = b[header]! * 4;
        if (size === 0 || header + size > end) return true;
        header += size;
        next = b[header - 1]!;
      }
    }
  }
  if (end - header < 20) return true;
  const version = b[header]! >> 4;
  if (version !== 4 && version !== 6) return true;
  l.tunnel = u32(b, at + 4);
  l.insideGtp = l.idByReceiver = true;
  l.tunnels++;
  if (version === 4) decoder.ip4(header);
  else decoder.ip6(header);
  return true;
}

/** GTP version 0 (GSM 09.60, 6): 20 bytes, type 255, the tunnel in the last eight. Its charging variant, GTP', has no such messages. */
function gtpFirst(decoder: NetworkDecoder, b: Uint8Array, at: number, size: number): boolean {
  return (
    size >= 20 &&
    b[at]! >> 5 === 0 &&
    b[at + 1] === 255 &&
    (b[at]! & 0x10) !== 0 &&
    ipAfter(decoder, P.GTP, b, at, size, 20)
  );
}

/** L2TP version 2 data messages (RFC 2661, 3.1). */
function l2tp(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): boolean {
  const l = decoder.layers;
  if (end - at < 6) return false;
  const flags = u16(b, at);
  if ((flags & 15) !== 2) return false;
  l.protocol = P.L2TP;
  if (flags & 0x8000) return true;
  let header = at + 2 + (flags & 0x4000 ? 2 : 0) + 4 + (flags & 0x0800 ? 4 : 0);
  if (flags & 0x0200) {
    if (header + 2 > end) return true;
    header += 2 + u16(b, header);
  }
  if (header + 2 > end) return true;
  // Tunnel and session are both chosen by who receives the message.
  const idAt = at + 2 + (flags & 0x4000 ? 2 : 0);
  l.tunnel = u32(b, idAt);
  l.idByReceiver = true;
  l.tunnels++;
  decoder.pppInside(header);
  return true;
}
