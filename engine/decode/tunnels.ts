// Tunnels over UDP that Wireshark decodes by default, each by its registered port (docs/wrappers.md has the list).
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_11_AVS,
  LINKTYPE_IEEE802_11_PRISM,
  u16,
  u24,
  u32,
} from '../read/index.ts';
import { IPPROTO_IPIP, IPPROTO_IPV6 } from './ip-protocols.ts';
import { P } from './protocol-ids.ts';
import type { InnerDecoder } from './inner-decoder.ts';

/**
 * Looks inside a UDP payload by the registered port; leaves `layers` at the outer UDP when there is no inner packet.
 */
export function tunnelOverUdp(decoder: InnerDecoder, b: Uint8Array, end: number): void {
  const l = decoder.layers;
  if (!MAYBE_TUNNEL[l.destinationPort] && !MAYBE_TUNNEL[l.sourcePort]) return;
  if (TUNNELS.get(l.destinationPort)?.(decoder, b, l.payloadAt, end) !== true)
    TUNNELS.get(l.sourcePort)?.(decoder, b, l.payloadAt, end);
}

/** Registered ports of tunnels (iana.org/assignments/service-names-port-numbers). */
const PORT_L2TP = 1701;
const PORT_GTP_USER = 2152;
const PORT_AMT = 2268;
/** GTP version 0, and its charging variant. */
const PORT_GTP_FIRST = 3386;
const PORT_TEREDO = 3544;
const PORT_LISP_DATA = 4341;
const PORT_LISP_CONTROL = 4342;
const PORT_GRE = 4754;
const PORT_VXLAN = 4789;
const PORT_VXLAN_GPE = 4790;
const PORT_AYIYA = 5072;
const PORT_CAPWAP_DATA = 5247;
const PORT_GENEVE = 6081;
const PORT_MPLS = 6635;
/** Linux took it for VXLAN before that had a port. */
const PORT_VXLAN_OLD = 8472;
/** IBM's enterprise extender has five, one a priority. */
const PORTS_LLC = [12000, 12001, 12002, 12003, 12004] as const;
/** LWAPP's data in its three kinds (RFC 5412, 3): a frame, 802.11, 802.11 behind 6 bytes. */
const PORT_LWAPP_ETHERNET = 12220;
const PORT_LWAPP = 12222;
const PORT_LWAPP_LAYER3 = 12223;
const PORT_JUNIPER_MIRROR = 30030;
const PORT_TZSP = 37008;

type Tunnel = (decoder: InnerDecoder, b: Uint8Array, at: number, end: number) => boolean;

/** By port. @returns whether the bytes look like the tunnel whose port it is */
const TUNNELS = new Map<number, Tunnel>([
  [PORT_VXLAN, vxlan],
  [PORT_VXLAN_OLD, vxlan],
  [PORT_VXLAN_GPE, vxlanExtension],
  [PORT_GENEVE, geneve],
  [PORT_GTP_USER, gtpUser],
  [PORT_GTP_FIRST, gtpFirst],
  [PORT_L2TP, l2tp],
  [PORT_TZSP, always(tzsp)],
  [PORT_MPLS, always((decoder, _b, at) => inside(decoder, 'mpls', at))],
  [PORT_GRE, always((decoder, _b, at) => decoder.gre(at))],
  [PORT_CAPWAP_DATA, capwap],
  [PORT_LWAPP_ETHERNET, always((decoder, _b, at) => inside(decoder, 'ethernet', at))],
  [PORT_LWAPP, always(lwapp)],
  [PORT_LWAPP_LAYER3, always(lwappLayer3)],
  [PORT_TEREDO, teredo],
  [PORT_AYIYA, ayiya],
  [PORT_LISP_DATA, (decoder, b, at, end) => ipAfter(decoder, P.LISP, b, at, end, 8)],
  [PORT_LISP_CONTROL, lispControl],
  [PORT_JUNIPER_MIRROR, (decoder, b, at, end) => ipAfter(decoder, P.JMirror, b, at, end, 8)],
  [PORT_AMT, multicastTunnel],
  ...PORTS_LLC.map((port) => [port, logicalLink] as const),
]);
const MAYBE_TUNNEL = new Uint8Array(65_536);
for (const port of TUNNELS.keys()) MAYBE_TUNNEL[port] = 1;

/** UDP ports behind which a tunnel may be. */
export function tunnelPorts(): Iterable<number> {
  return TUNNELS.keys();
}

/** A tunnel that is believed by its port alone. */
function always(open: (decoder: InnerDecoder, b: Uint8Array, at: number, end: number) => void): Tunnel {
  return (decoder, b, at, end) => {
    open(decoder, b, at, end);
    return true;
  };
}

/** A tunnel without an id. */
function inside(decoder: InnerDecoder, what: 'ethernet' | 'mpls' | 'llc' | 'ip' | 'ip4' | 'ip6', at: number): void {
  enter(decoder, 0);
  decoder[what](at);
}

/** Notes that a tunnel is entered. @param id as its header tells, 0 without one */
function enter(decoder: InnerDecoder, id: number): void {
  decoder.layers.tunnel = id;
  decoder.layers.tunnels++;
}

/** VXLAN (RFC 7348, 5): flags, of which one says that there is a network's number. */
function vxlan(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8 || !(b[at]! & 0x08)) return false;
  decoder.layers.protocol = P.VXLAN;
  enter(decoder, u24(b, at + 4));
  decoder.ethernet(at + 8);
  return true;
}

/** VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe, 3.2): its header says what follows. */
function vxlanExtension(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8) return false;
  decoder.layers.protocol = P.VXLAN;
  enter(decoder, u24(b, at + 4));
  switch (b[at + 3]) {
    case 1:
      decoder.ip4(at + 8);
      break;
    case 2:
      decoder.ip6(at + 8);
      break;
    case 3:
      decoder.ethernet(at + 8);
      break;
    case 4:
      decoder.nsh(at + 8);
      break;
    case 5:
      decoder.mpls(at + 8);
      break;
    default:
  }
  return true;
}

/** Geneve (RFC 8926, 3.4). */
function geneve(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8) return false;
  const header = 8 + (b[at]! & 0x3f) * 4;
  if (header > end - at || b[at]! >> 6 !== 0) return false;
  decoder.layers.protocol = P.Geneve;
  enter(decoder, u24(b, at + 4));
  decoder.etherType(u16(b, at + 2), at + header);
  return true;
}

/**
 * An IP packet after a header of a fixed size: LISP data and encapsulated control (RFC 9300, 5.1; RFC 9301, 5.8),
 * Juniper's packet mirror (8 bytes of ids).
 */
function ipAfter(
  decoder: InnerDecoder,
  protocol: number,
  b: Uint8Array,
  at: number,
  end: number,
  header: number,
): boolean {
  if (end - at < header + 20) return false;
  const version = b[at + header]! >> 4;
  if (version !== 4 && version !== 6) return false;
  decoder.layers.protocol = protocol;
  if (protocol === P.GTP) decoder.layers.insideGtp = true;
  inside(decoder, 'ip', at + header);
  return true;
}

function lispControl(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  return end > at && b[at]! >> 4 === 8 && ipAfter(decoder, P.LISP, b, at, end, 4);
}

/** Automatic multicast tunnelling (RFC 7450, 5.1): query, update and data carry IP. */
function multicastTunnel(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  const type = end > at ? b[at]! & 15 : 0;
  if (type === 6) return ipAfter(decoder, P.AMT, b, at, end, 2);
  return (type === 4 || type === 5) && ipAfter(decoder, P.AMT, b, at, end, 12);
}

/** LLC over UDP, IBM's enterprise extender (RFC 2353): here only where a SNAP or IP head shows that it is. */
function logicalLink(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  const size = end - at;
  const snap = size >= 8 && b[at] === 0xaa && b[at + 1] === 0xaa && b[at + 2] === 3 && b[at + 3] === 0;
  const plain = size >= 23 && b[at] === 6 && b[at + 1] === 6 && b[at + 2] === 3;
  if (!snap && !plain) return false;
  inside(decoder, 'llc', at);
  return true;
}

/** Teredo (RFC 4380, 5.1.1): authentication and origin may come before the IPv6 packet. */
function teredo(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  let p = at;
  if (p + 4 <= end && b[p] === 0 && b[p + 1] === 1) p += 4 + b[p + 2]! + b[p + 3]! + 9;
  if (p + 8 <= end && b[p] === 0 && b[p + 1] === 0) p += 8;
  if (p + 40 > end || b[p]! >> 4 !== 6) return false;
  decoder.layers.protocol = P.Teredo;
  inside(decoder, 'ip6', p);
  return true;
}

/** AYIYA (draft-massar-v6ops-ayiya-02, 3): lengths of identity and signature, a next header. */
function ayiya(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8) return false;
  const header = 8 + (1 << (b[at]! >> 4)) + (b[at + 1]! >> 4) * 4;
  if (header >= end - at) return false;
  decoder.layers.protocol = P.AYIYA;
  if ((b[at + 2]! & 15) !== 1) return true;
  enter(decoder, 0);
  if (b[at + 3] === IPPROTO_IPV6) decoder.ip6(at + header);
  else if (b[at + 3] === IPPROTO_IPIP) decoder.ip4(at + header);
  return true;
}

/**
 * CAPWAP data (RFC 5415, 4.3): header length in words, then an 802.11 frame (whose frame control controllers swap) or
 * 802.3.
 */
function capwap(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  const size = end - at;
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
export function lwapp(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): void {
  const l = decoder.layers;
  l.protocol = P.LWAPP;
  if (end - at < 16 || b[at]! & 0x04) return;
  enter(decoder, 0);
  decoder.wlan(at + 6);
}

function lwappLayer3(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): void {
  if (end - at > 12) lwapp(decoder, b, at + 6, end);
}

/**
 * TaZmen sniffer protocol: version, type, encapsulation, then tags; 0 is padding, 1 the last, all others have a length.
 */
export function tzsp(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): void {
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
  [1, LINKTYPE_ETHERNET],
  [18, LINKTYPE_IEEE802_11],
  [119, LINKTYPE_IEEE802_11_PRISM],
  [127, LINKTYPE_IEEE802_11_AVS],
]);

/** Type of the messages that carry packets. */
const GTP_PDU = 255;

/**
 * GTP version 1 user plane (3GPP TS 29.281, 5.1): flags, type 255 (G-PDU), length, TEID, optional part, extension
 * headers.
 */
function gtpUser(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  const l = decoder.layers;
  if (end - at < 8 || b[at]! >> 5 !== 1) return false;
  l.protocol = P.GTP;
  if (b[at + 1] !== GTP_PDU) return true;
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

/**
 * GTP version 0 (GSM 09.60, 6): 20 bytes, type 255, the tunnel in the last eight. Its charging variant, GTP', has no
 * such messages.
 */
function gtpFirst(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 20 || b[at]! >> 5 !== 0 || b[at + 1] !== GTP_PDU || (b[at]! & 0x10) === 0) return false;
  return ipAfter(decoder, P.GTP, b, at, end, 20);
}

/** L2TP version 2 data messages (RFC 2661, 3.1). */
function l2tp(decoder: InnerDecoder, b: Uint8Array, at: number, end: number): boolean {
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
