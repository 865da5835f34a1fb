// Tunnels over UDP that Wireshark decodes by default: VXLAN, VXLAN-GPE, Geneve, GTP-U, L2TP, Teredo stays off.
import { P } from './protocol-ids.ts';
import type { NetworkDecoder } from './network.ts';

/** Looks inside a UDP payload by the registered port; leaves `layers` at the outer UDP when there is no inner packet. */
export function tunnelOverUdp(decoder: NetworkDecoder, b: Uint8Array, end: number): void {
  const l = decoder.layers;
  const at = l.payloadAt;
  const size = end - at;
  const d = l.destinationPort;
  const s = l.sourcePort;
  if (d === 4789 || d === 8472 || s === 4789 || s === 8472) {
    if (size < 8 || !(b[at]! & 0x08)) return;
    const vni = (b[at + 4]! << 16) | (b[at + 5]! << 8) | b[at + 6]!;
    l.protocol = P.VXLAN;
    l.tunnel = vni;
    l.tunnels++;
    decoder.ethernet(at + 8);
  } else if (d === 4790) {
    if (size < 8) return;
    l.protocol = P.VXLAN;
    l.tunnel = (b[at + 4]! << 16) | (b[at + 5]! << 8) | b[at + 6]!;
    const next = b[at + 3]!;
    l.tunnels++;
    if (next === 1) decoder.ip4(at + 8);
    else if (next === 2) decoder.ip6(at + 8);
    else if (next === 3) decoder.ethernet(at + 8);
  } else if (d === 6081) {
    const header = size >= 8 ? 8 + (b[at]! & 0x3f) * 4 : size + 1;
    if (header > size || b[at]! >> 6 !== 0) return;
    const type = (b[at + 2]! << 8) | b[at + 3]!;
    l.protocol = P.Geneve;
    l.tunnel = (b[at + 4]! << 16) | (b[at + 5]! << 8) | b[at + 6]!;
    l.tunnels++;
    if (type === 0x6558) decoder.ethernet(at + header);
    else decoder.etherType(type, at + header);
  } else if (d === 2152 || s === 2152) {
    gtpUser(decoder, b, at, end);
  } else if (d === 1701 || s === 1701) {
    l2tp(decoder, b, at, end);
  }
}

/** GTP version 1 user plane (3GPP TS 29.281, 5.1): flags, type 255 (G-PDU), length, TEID, optional part, extension headers. */
function gtpUser(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): void {
  const l = decoder.layers;
  if (end - at < 8 || b[at]! >> 5 !== 1) return;
  l.protocol = P.GTP;
  if (b[at + 1] !== 255) return;
  let header = at + 8;
  if (b[at]! & 7) {
    header += 4;
    if (b[at]! & 4) {
      let next = header <= end ? b[header - 1]! : 0;
      for (let i = 0; next !== 0 && i < 8; i++) {
        if (header >= end) return;
        const size = b[header]! * 4;
        if (size === 0 || header + size > end) return;
        header += size;
        next = b[header - 1]!;
      }
    }
  }
  if (end - header < 20) return;
  const version = b[header]! >> 4;
  if (version !== 4 && version !== 6) return;
  l.tunnel = ((b[at + 4]! << 24) | (b[at + 5]! << 16) | (b[at + 6]! << 8) | b[at + 7]!) >>> 0;
  l.insideGtp = true;
  l.tunnels++;
  if (version === 4) decoder.ip4(header);
  else decoder.ip6(header);
}

/** L2TP version 2 data messages (RFC 2661, 3.1). */
function l2tp(decoder: NetworkDecoder, b: Uint8Array, at: number, end: number): void {
  const l = decoder.layers;
  if (end - at < 6) return;
  const flags = (b[at]! << 8) | b[at + 1]!;
  if ((flags & 15) !== 2) return;
  l.protocol = P.L2TP;
  if (flags & 0x8000) return;
  let header = at + 2 + (flags & 0x4000 ? 2 : 0) + 4 + (flags & 0x0800 ? 4 : 0);
  if (flags & 0x0200) {
    if (header + 2 > end) return;
    header += 2 + ((b[header]! << 8) | b[header + 1]!);
  }
  if (header + 2 > end) return;
  l.tunnel = (((flags & 0x4000 ? (b[at + 4]! << 8) | b[at + 5]! : (b[at + 2]! << 8) | b[at + 3]!) << 16) | ((b[header - 4]! << 8) | b[header - 3]!)) >>> 0;
  l.tunnels++;
  decoder.pppInside(header);
}
