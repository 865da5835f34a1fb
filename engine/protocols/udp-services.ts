// Services over UDP that a datagram tells, a row each: see `Service` for what a row says.
import { u16, u32, u32le } from '../decode/index.ts';
import { dtlsName, isDtlsRecord } from './dtls.ts';
import { isMessage } from './dns-shape.ts';
import { RTP_ONCE, UTP_SYN, VPN_RESET, type Payload } from './payload.ts';
import { isLongHeader } from './quic-shape.ts';
import { bytesFrom, bytesWhere, ServiceTable, type Said, type Service } from './services.ts';
import { SIP_BEGINS, sipName } from './sip.ts';
import { isVpnReset } from './vpn-shape.ts';

const STUN_COOKIE = 0x2112a442;
const DHCP_COOKIE = 0x63825363;
/** A record may be longer than the datagram's first fragment. */
const LATER_FRAGMENTS = 1_500;
const TS_PACKET = 188;
const VERSION_2 = bytesFrom(0x80, 0xbf);
const NTP_FIRST = bytesWhere(
  (byte) => isNtpControl(byte) || isNtpPrivate(byte) || (isNtpVersion(byte) && (byte & 7) >= 1 && (byte & 7) <= 5),
);

const ROWS: readonly Service[] = [
  { name: 'STUN', certainty: 'certain', least: 20, first: bytesFrom(0, 0x3f), is: isStun, column: 'any' },
  // By its port the column shows BOOTP too, and other ports are none of its own.
  { name: 'DHCP', certainty: 'certain', least: 240, first: [1, 2], is: isDhcp },
  { name: 'WireGuard', certainty: 'certain', least: 92, first: [1, 2], is: isWireGuardOpening, column: 'off-quic' },
  { name: 'BitTorrent', certainty: 'certain', least: 8, first: [0x64], is: isKrpc, column: 'any', shows: 'BT-DHT' },
  { name: 'BitTorrent', certainty: 'certain', least: 16, first: [0], is: isTrackerConnect },
  // By port alone in the column, as in tshark.
  { name: 'SSDP', certainty: 'certain', least: 19, first: [0x4d], is: (p) => p.begins('M-SEARCH * HTTP/1.1') },
  { name: 'SSDP', certainty: 'certain', least: 17, first: [0x4e], is: (p) => p.begins('NOTIFY * HTTP/1.1') },
  { name: 'SSDP', certainty: 'certain', least: 12, first: [0x48], is: isSsdpAnswer },
  { name: 'SIP', certainty: 'certain', begins: SIP_BEGINS, column: 'unregistered', shows: sipShown },
  {
    name: 'DTLS',
    certainty: 'certain',
    least: 13,
    first: bytesFrom(20, 25),
    is: isDtls,
    column: 'any',
    shows: dtlsShown,
  },
  // The rest of the record comes in later fragments.
  {
    name: 'DTLS',
    certainty: 'certain',
    least: 13,
    first: bytesFrom(20, 25),
    is: (p) => isDtlsRecord(p.bytes, p.at, p.size + LATER_FRAGMENTS),
    column: 'any',
    shows: dtlsShown,
    flow: false,
  },
  // The column names QUIC by what is known of the connection: see udp-content.ts.
  { name: 'QUIC', certainty: 'certain', least: 20, first: bytesFrom(0x80, 0xff), is: isQuic },
  { name: 'GQUIC', certainty: 'certain', least: 20, first: bytesWhere((byte) => (byte & 0x89) === 9), is: isGquic },
  { name: 'SMB', certainty: 'certain', least: 100, first: [0x10, 0x11], is: (p) => p.has('\xffSMB', 82) },
  { name: 'PNIO-CM', certainty: 'certain', least: 80, first: [4], is: isPnio, column: 'unregistered', flow: false },
  { name: 'STUN', certainty: 'likely', least: 20, first: [0, 1], is: isClassicStun },
  {
    name: 'MPEG TS',
    certainty: 'likely',
    least: TS_PACKET,
    first: [0x47],
    is: isTransportStream,
    column: 'any',
    flow: false,
  },
  // Whatever is bencoded so; tshark takes it too.
  { name: 'BT-DHT', certainty: 'likely', least: 12, first: [0x64], is: isBencoded, column: 'any', flow: false },
  { name: 'BitTorrent', certainty: 'likely', least: 8, first: [0x21, 0x41], is: isMicroTransport },
  // A cookie, and data of a tunnel whose opening was not seen: too little to tell the flow.
  {
    name: 'WireGuard',
    certainty: 'likely',
    least: 32,
    first: [3, 4],
    is: isWireGuard,
    column: 'off-quic',
    flow: false,
  },
  { name: 'WireGuard', certainty: 'likely', least: 16, first: [4], is: goesOnAsWireGuard },
  { name: 'OpenVPN', certainty: 'likely', least: 8, first: [0x38, 0x40, 0x50], is: isOpenVpn },
  { name: 'NTP', certainty: 'likely', least: 8, first: NTP_FIRST, is: isNtp },
  { name: 'DNS', certainty: 'likely', least: 12, is: (p) => isMessage(p.bytes, p.at, p.end) },
  { name: 'DHCPv6', certainty: 'likely', least: 8, first: bytesFrom(1, 13), is: isDhcp6 },
  { name: 'RTCP', certainty: 'likely', least: 12, first: VERSION_2, is: isRtcp, column: 'off-quic' },
  // Too short to tell the flow.
  { name: 'RTCP', certainty: 'likely', least: 8, first: VERSION_2, is: isRtcp, column: 'off-quic', flow: false },
  // tshark looks for it only where it is told to.
  { name: 'RTP', certainty: 'likely', least: 12, first: VERSION_2, is: goesOnAsRtp },
];

export const UDP_SERVICES = new ServiceTable(ROWS);

/** STUN with the magic cookie (RFC 8489, 5). Channel data never: it needs the flow's history. */
function isStun(p: Payload): boolean {
  const { bytes: b, at } = p;
  const length = u16(b, at + 2);
  return u32(b, at + 4) === STUN_COOKIE && (length & 3) === 0 && length + 20 <= p.wire;
}

/** STUN before it had a cookie (RFC 3489, 11): attributes that fill the message, or a bare binding request. */
function isClassicStun(p: Payload): boolean {
  const { bytes: b, at, wire } = p;
  if (u16(b, at + 2) + 20 !== wire || (wire & 3) !== 0) return false;
  const type = u16(b, at);
  if (!CLASSIC_TYPES.has(type)) return false;
  if (wire === 20) return type === 1 && u32(b, at + 4) !== 0;
  let attribute = at + 20;
  while (attribute + 4 <= p.end) {
    const kind = u16(b, attribute);
    if (kind === 0 || (kind > 0x30 && kind < 0x8000) || (kind > 0x8060 && kind < 0xc000)) return false;
    attribute += 4 + ((u16(b, attribute + 2) + 3) & ~3);
  }
  return attribute === at + wire;
}
const CLASSIC_TYPES: ReadonlySet<number> = new Set([0x0001, 0x0101, 0x0111, 0x0003, 0x0103, 0x0113, 0x0115]);

/** DHCP (RFC 2131, 3): the magic cookie behind a hardware address of at most 16 octets. */
function isDhcp(p: Payload): boolean {
  return p.bytes[p.at + 2]! <= 16 && u32(p.bytes, p.at + 236) === DHCP_COOKIE;
}

/**
 * DHCPv6 (RFC 8415, 8): the first option is one that clients and servers begin with; its length leads to the end or to
 * another.
 */
function isDhcp6(p: Payload): boolean {
  const { bytes: b, at, end } = p;
  const option = u16(b, at + 4);
  const next = at + 8 + u16(b, at + 6);
  if (option < 1 || option > 14 || option === 9 || next > end) return false;
  return next === end || (next + 4 <= end && u16(b, next) <= 144);
}

/** WireGuard's type in the first of four octets, the others zero (protocol paper, 5.4). */
function wireGuardType(p: Payload): number {
  return u32le(p.bytes, p.at);
}

function isWireGuardOpening(p: Payload): boolean {
  const type = wireGuardType(p);
  return (type === 1 && p.wire === 148) || (type === 2 && p.wire === 92);
}

function isWireGuard(p: Payload): boolean {
  const type = wireGuardType(p);
  return type === 4 || (type === 3 && p.size === 64);
}

/**
 * WireGuard's transport data in mid-flow (protocol paper, 5.4.6): the same receiver, a counter that goes up by little.
 */
function goesOnAsWireGuard(p: Payload): boolean {
  const { bytes: b, at, dir, hints: h, wire } = p;
  if (wireGuardType(p) !== 4 || wire < 32 || (wire & 15) !== 0) return false;
  const receiver = u32(b, at + 4);
  const counter = (b[at + 8]! | (b[at + 9]! << 8) | (b[at + 10]! << 16)) >>> 0;
  const before = h.next[dir]!;
  const known = h.source[dir] === receiver && receiver !== 0;
  h.source[dir] = receiver;
  h.next[dir] = counter;
  return known && counter > before && counter - before < 64 && b[at + 15] === 0;
}

/** A message of the DHT (BEP 5): a dictionary with an id of twenty octets, or with the address that was asked from. */
function isKrpc(p: Payload): boolean {
  return (
    p.begins('d1:ad2:id20:') ||
    p.begins('d1:rd2:id20:') ||
    p.begins('d2:ip') ||
    p.begins('d1:eli') ||
    (/^d1:[arq]/.test(p.line) && p.text(64).includes('2:id20:'))
  );
}

function isBencoded(p: Payload): boolean {
  return p.begins('d1:') || p.begins('d2:');
}

/** The question for a connection to a tracker (BEP 15). */
function isTrackerConnect(p: Payload): boolean {
  return p.size === 16 && u32(p.bytes, p.at) === 0x00000417 && u32(p.bytes, p.at + 4) === 0x27101980;
}

/** uTP (BEP 29): a SYN, kept as a hint, and the state message that answers with its connection id. */
function isMicroTransport(p: Payload): boolean {
  const { bytes: b, at, dir, hints: h, wire } = p;
  if (b[at] === 0x21) return (h.bits & UTP_SYN) !== 0 && wire >= 20 && u16(b, at + 2) === h.source[dir === 0 ? 1 : 0];
  if (p.size >= 18 && wire >= 20 && wire <= 40 && b[at + 1]! <= 2 && u16(b, at + 16) <= 1) {
    h.bits |= UTP_SYN;
    h.source[dir] = u16(b, at + 2);
  }
  return false;
}

function isSsdpAnswer(p: Payload): boolean {
  return p.begins('HTTP/1.1 200') && /\r\n(ST|USN):/i.test(p.text(1_024));
}

function sipShown(p: Payload): number {
  return sipName(p.bytes, p.at, p.size);
}

/** A record of DTLS (RFC 6347, 4.1) inside of the datagram. */
function isDtls(p: Payload): boolean {
  return isDtlsRecord(p.bytes, p.at, p.wire);
}

function dtlsShown(p: Payload): number {
  return dtlsName(p.bytes, p.at);
}

function isQuic(p: Payload): boolean {
  return isLongHeader(p.bytes, p.at, p.size);
}

/** Google's QUIC before 46: flags, eight octets of connection id, 'Q0nn'. */
function isGquic(p: Payload): boolean {
  const digit = p.bytes[p.at + 11]!;
  return p.has('Q0', 9) && digit >= 0x30 && digit <= 0x39;
}

/** PROFINET's set-up: connectionless DCE/RPC whose object UUID is PROFINET's, in either byte order. */
function isPnio(p: Payload): boolean {
  const { bytes: b, at } = p;
  return (b[at + 1]! <= 19 && u32(b, at + 24) === 0x0100a0de) || (b[at + 24] === 0xde && b[at + 25] === 0xa0);
}

/** Packets of MPEG's transport stream (ISO 13818-1, 2.4.3.2), 188 octets each. */
function isTransportStream(p: Payload): boolean {
  const { size } = p;
  return size % TS_PACKET === 0 && (size === TS_PACKET || p.bytes[p.at + TS_PACKET] === 0x47);
}

/** OpenVPN: a reset from each side with the other's, or one and a message of a size that its first data has. */
function isOpenVpn(p: Payload): Said {
  const { bytes: b, at, dir, hints: h, wire } = p;
  const had = (h.bits & VPN_RESET) !== 0;
  if (b[at] === 0x40) return had && (wire === 26 || wire === 50 || wire === 54 || wire === 66 || wire === 98);
  if (!isVpnReset(b, at, p.end, wire)) return false;
  const session = u32(b, at + 1);
  if (had && h.source[dir] === session) return true;
  h.bits |= VPN_RESET;
  h.source[dir] = session;
  return 'wait';
}

function isNtpVersion(first: number): boolean {
  const version = (first >> 3) & 7;
  return version >= 1 && version <= 4;
}

function isNtpControl(first: number): boolean {
  return (first & 7) === 6 && first >> 6 === 0;
}

function isNtpPrivate(first: number): boolean {
  return (first & 7) === 7 && ((first >> 3) & 7) === 2;
}

/**
 * NTP (RFC 5905, 7.3): all modes of time, control messages (RFC 9327) and `ntpdc`'s private ones by their own lengths.
 */
function isNtp(p: Payload): boolean {
  const { bytes: b, at, size, wire } = p;
  const first = b[at]!;
  if (isNtpControl(first))
    return size >= 12 && (b[at + 1]! & 31) <= 12 && ((u16(b, at + 10) + 15) & ~3) === ((wire + 3) & ~3);
  if (isNtpPrivate(first)) return (b[at + 2] === 2 || b[at + 2] === 3) && b[at + 3]! < 64;
  if ((wire !== 48 && wire !== 68 && wire !== 72) || size < 48 || b[at + 1]! > 16) return false;
  const asks = (first & 7) === 3;
  const sent = u32(b, at + 40);
  // Transmitted after 1970, where a clock that was never set begins, or nothing at all in the question of a simple
  // client.
  return (sent >= 0x83aa7e80 || (asks && sent < 0x20000000)) && (b[at + 2]! <= 17 || asks);
}

/** RTCP (RFC 3550, 6): a report or feedback type, and the first packet's length inside the datagram. */
function isRtcp(p: Payload): boolean {
  const type = p.bytes[p.at + 1]!;
  return (p.size & 3) === 0 && type >= 200 && type <= 207 && (u16(p.bytes, p.at + 2) + 1) * 4 <= p.size;
}

/** RTP (RFC 3550, 5.1): a direction's numbers go up by one from the same source three times. */
function goesOnAsRtp(p: Payload): boolean {
  const { bytes: b, at, dir, hints: h } = p;
  const payload = b[at + 1]! & 0x7f;
  if (payload > 34 && payload < 96) return false;
  const source = u32(b, at + 8);
  const number = u16(b, at + 2);
  const next = h.next[dir]!;
  const followed = h.source[dir] === source && source !== 0 && (number === next || number === ((next + 1) & 0xffff));
  h.source[dir] = source;
  h.next[dir] = (number + 1) & 0xffff;
  if (!followed) return false;
  if ((h.bits & RTP_ONCE) !== 0) return true;
  h.bits |= RTP_ONCE;
  return false;
}
