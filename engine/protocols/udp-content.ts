// What the Protocol column says of UDP: by content where bytes tell, otherwise by registered port, as Wireshark does.
import { P, protocolId as id, u32, type Layers } from '../decode/index.ts';
import { dtlsHandshake, quicHandshake } from './datagram-handshakes.ts';
import { isPlainQuestion } from './dns-shape.ts';
import { dtlsName, isDtlsRecord } from './dtls.ts';
import type { InspectorPort } from './inspector-port.ts';
import { Payload } from './payload.ts';
import { byPorts, udpPorts } from './ports.ts';
import { longHeader } from './quic-shape.ts';
import { AFTER_PORT, AFTER_QUIC, ANYTHING } from './telling.ts';
import { checkedName } from './udp-names.ts';
import { UDP_SERVICES } from './udp-services.ts';

const DNS = id('DNS');
const MDNS = id('MDNS');
const LLMNR = id('LLMNR');
const QUIC = id('QUIC');
const GQUIC = id('GQUIC');
const WIREGUARD = id('WireGuard');
const UDPENCAP = id('UDPENCAP');
const ESP = id('ESP');
const ISAKMP = id('ISAKMP');
const CAPWAP = id('CAPWAP-Control');
const TFTP = id('TFTP');
/** CAPWAP puts four octets before DTLS (RFC 5415, 4.1). */
const CAPWAP_HEADER = 4;
const DTLS_HEADER = 13;
const LATER_FRAGMENTS = 1_500;
/** Ports on which every datagram is read. */
const READ_BY_PORT: ReadonlySet<number> = new Set([DNS, MDNS, LLMNR, CAPWAP, TFTP]);
const payload = new Payload();

/** Names a UDP payload and takes its facts. @returns a protocol id, `P.UDP` when nothing is known */
export function inspectUdp(inspector: InspectorPort, slot: number, dir: number, l: Layers, b: Uint8Array): number {
  const at = l.payloadAt;
  const size = l.payloadLength;
  const end = at + size;
  const byPort = byPorts(udpPorts, l.sourcePort, l.destinationPort);
  if (byPort === DNS || byPort === MDNS || byPort === LLMNR) {
    inspector.dns(slot, b, at, end);
    return byPort;
  }
  const p = payload.set(b, at, end, l.payloadWire);
  const told = UDP_SERVICES.shown(p, 'any');
  if (told !== 0) {
    if (isDtlsFirst(b[at]!) && told === dtlsName(b, at)) dtlsHandshake(inspector, slot, dir, b, at, end);
    return told;
  }
  if (byPort === CAPWAP && b[at] === 1 && isCapwapDtls(b, at, size)) {
    dtlsHandshake(inspector, slot, dir, b, at + CAPWAP_HEADER, end);
    return dtlsName(b, at + CAPWAP_HEADER);
  }
  const quic = byPort !== 0 && byPort !== QUIC ? 0 : quicName(inspector, slot, b, at, size, byPort);
  if (quic !== 0) {
    if (quic === QUIC && b[at]! & 0x80) quicHandshake(inspector, slot, dir, b, at, end);
    return quic;
  }
  if (byPort === QUIC) return isPlainQuestion(b, at, end) && inspector.dns(slot, b, at, end) ? DNS : P.UDP;
  const elsewhere = UDP_SERVICES.shown(p, 'off-quic');
  if (elsewhere !== 0) return elsewhere;
  if (byPort === UDPENCAP) return encapsulated(b, at, size);
  if (byPort === WIREGUARD) return P.UDP;
  if (byPort === TFTP) inspector.expectTftp(slot);
  if (byPort !== 0) return checkedName(byPort, b, at, size);
  return unregistered(inspector, slot, p);
}

/**
 * What later datagrams of a flow may tell, where facts are all that is wanted and its first packets were looked at.
 * @param app by which the column knows the flow @param protocol of the last one
 */
export function laterOf(app: number, protocol: number, l: Layers): number {
  if (app === 0) return ANYTHING;
  const byPort = byPorts(udpPorts, l.sourcePort, l.destinationPort);
  if (byPort === 0 || byPort === QUIC)
    return protocol === app && (app === QUIC || app === GQUIC) ? AFTER_QUIC : ANYTHING;
  return READ_BY_PORT.has(byPort) ? ANYTHING : AFTER_PORT;
}

/** A datagram between ports that are registered for nothing. */
function unregistered(inspector: InspectorPort, slot: number, p: Payload): number {
  const { bytes: b, at, end, size } = p;
  if (size >= 4 && b[at] === 0 && b[at + 1]! >= 3 && b[at + 1]! <= 6 && inspector.tftpExpected(slot)) return TFTP;
  const told = UDP_SERVICES.shown(p, 'unregistered');
  if (told !== 0) return told;
  return isPlainQuestion(b, at, end) && inspector.dns(slot, b, at, end) ? DNS : P.UDP;
}

/** On the port of ESP in UDP (RFC 3948, 2): a keep-alive, IKE behind four zero octets, or ESP. */
function encapsulated(b: Uint8Array, at: number, size: number): number {
  if (size === 1) return UDPENCAP;
  return size >= 4 && u32(b, at) === 0 ? ISAKMP : ESP;
}

/** Whether a record of DTLS may have this first byte. */
function isDtlsFirst(first: number): boolean {
  return first >= 20 && first <= 25;
}

function isCapwapDtls(b: Uint8Array, at: number, size: number): boolean {
  const rest = size - CAPWAP_HEADER;
  const first = b[at + CAPWAP_HEADER]!;
  return rest >= DTLS_HEADER && isDtlsFirst(first) && isDtlsRecord(b, at + CAPWAP_HEADER, rest + LATER_FRAGMENTS);
}

/** QUIC by its long header's version, Google's older one by 'Q0nn'; short headers only in a flow already known. */
function quicName(
  inspector: InspectorPort,
  slot: number,
  b: Uint8Array,
  at: number,
  size: number,
  byPort: number,
): number {
  const app = inspector.app(slot);
  const long = (b[at]! & 0x80) !== 0;
  if (size >= 7 && long) {
    const header = longHeader(b, at, size);
    if (header === 'quic') return QUIC;
    if (header === 'google') return GQUIC;
    if (header === 'negotiation' && (app === QUIC || byPort === QUIC)) return QUIC;
  }
  if (app === QUIC || app === GQUIC) return app;
  if (long) return 0;
  // Known by its connection id.
  if (inspector.service(slot) === QUIC) return QUIC;
  const opensGoogles = size >= 14 && (b[at]! & 0x09) === 0x09 && b[at + 9] === 0x51 && b[at + 10] === 0x30;
  return opensGoogles ? GQUIC : 0;
}
