// Which protocol a flow speaks, told by its first payloads and by nothing else: a port never decides here.
import { protocolId as id } from '../decode/index.ts';
import { parseDns } from './dns.ts';
import { looksLikeHttp } from './http.ts';
import { opensHandshake } from './tls-handshake.ts';

const [
  TLS,
  HTTP,
  HTTP2,
  SSH,
  SMTP,
  FTP,
  POP,
  IMAP,
  SMB,
  SMB2,
  RDP,
  MQTT,
  BITTORRENT,
  DNS,
  OPENVPN,
  STUN,
  DHCP,
  DHCPV6,
  NTP,
  WIREGUARD,
  RTP,
  RTCP,
  DTLS,
  QUIC,
  DCERPC,
  SIP,
  SSDP,
  SOCKS,
  TELNET,
  RTSP,
  VNC,
  XMPP,
  GQUIC,
] = [
  'TLS',
  'HTTP',
  'HTTP2',
  'SSH',
  'SMTP',
  'FTP',
  'POP',
  'IMAP',
  'SMB',
  'SMB2',
  'RDP',
  'MQTT',
  'BitTorrent',
  'DNS',
  'OpenVPN',
  'STUN',
  'DHCP',
  'DHCPv6',
  'NTP',
  'WireGuard',
  'RTP',
  'RTCP',
  'DTLS',
  'QUIC',
  'DCERPC',
  'SIP',
  'SSDP',
  'Socks',
  'TELNET',
  'RTSP',
  'VNC',
  'XMPP/XML',
  'GQUIC',
].map(id) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** What was seen of a flow so far, for protocols that two packets tell and one does not. */
export interface Hints {
  bits: number;
  /** Of RTP by direction: synchronisation source and the sequence number that comes next. */
  readonly source: [number, number];
  readonly next: [number, number];
}
const GREETED_220 = 1;
const GREETED_OK = 2;
const VPN_RESET = 4;
const UTP_SYN = 8;
const RTP_ONCE = 16;

export function noHints(): Hints {
  return { bits: 0, source: [0, 0], next: [0, 0] };
}

/** Makes hints of a flow that is over those of one that begins. */
export function forgetHints(h: Hints): void {
  h.bits = h.source[0] = h.source[1] = h.next[0] = h.next[1] = 0;
}

/** Payload packets of a flow that are looked at. */
export const RECOGNISE_PACKETS = 10;

const u16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!;
const u32 = (b: Uint8Array, at: number): number =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

function text(b: Uint8Array, at: number, end: number, size = 128): string {
  return Buffer.from(b.buffer, b.byteOffset + at, Math.min(size, end - at)).toString('latin1');
}

function begins(b: Uint8Array, at: number, end: number, signature: string): boolean {
  if (end - at < signature.length) return false;
  for (let i = 0; i < signature.length; i++) if (b[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

/** A TCP segment from the front of its direction. @param wire payload as it was sent @returns protocol id, 0 when it tells nothing (yet) */
export function recogniseTcp(b: Uint8Array, at: number, end: number, wire: number, h: Hints): number {
  const size = end - at;
  if (size < 4) return 0;
  if (opensHandshake(b, at, size)) return TLS;
  const first = b[at]!;
  switch (first) {
    case 0x13:
      if (begins(b, at, end, '\x13BitTorrent protocol')) return BITTORRENT;
      break;
    case 0x10:
      if (isMqttConnect(b, at, end)) return MQTT;
      break;
    case 0x03:
      if (isRdp(b, at, end)) return RDP;
      break;
    case 0x05:
      if (
        size >= 16 &&
        b[at + 1]! <= 1 &&
        (b[at + 2] === 11 || b[at + 2] === 0) &&
        (b[at + 4] === 0x10 || b[at + 4] === 0) &&
        b[at + 5] === 0 &&
        b[at + 6] === 0 &&
        b[at + 7] === 0
      )
        return DCERPC;
      if (wire === 2 + b[at + 1]! && b[at + 1]! > 0 && b[at + 1]! < 10 && b[at + 2] === 0) return SOCKS;
      break;
    case 0x04:
      if (size >= 9 && b[at + 1] === 1 && b[at + size - 1] === 0 && wire < 300 && u16(b, at + 2) > 0) return SOCKS;
      break;
    case 0xff:
      if (b[at + 1]! >= 0xfb && b[at + 1]! <= 0xfe && (size === 3 || b[at + 3] === 0xff || b[at + 3] === 13))
        return TELNET;
      break;
    case 0x00:
      if (size >= 8 && b[at + 5] === 0x53 && b[at + 6] === 0x4d && b[at + 7] === 0x42) {
        if (b[at + 4] === 0xff) return SMB;
        if (b[at + 4]! >= 0xfc) return SMB2;
      }
      if (size >= 20 && b[at + 1]! <= 3 && u32(b, at + 4) === 0x2112a442) return STUN;
      break;
  }
  if (first === 0x53 && begins(b, at, end, 'SSH-')) return SSH;
  if (first === 0x50 && begins(b, at, end, 'PRI * HTTP/2.0')) return HTTP2;
  if (first === 0x52 && begins(b, at, end, 'RFB 00')) return VNC;
  if (first === 0x52 && begins(b, at, end, 'RTSP/1.0 ')) return RTSP;
  if (
    first === 0x3c &&
    (begins(b, at, end, "<?xml version='1.0'?><stream:") ||
      begins(b, at, end, '<stream:stream') ||
      begins(b, at, end, '<?xml version="1.0"?><stream:'))
  )
    return XMPP;
  if (first >= 0x20 && first < 0x7f) {
    if (looksLikeHttp(b, at, size)) {
      const line = text(b, at, end, 600);
      if (first === 0x48 || line.includes(' HTTP/') || !line.includes('\n')) return HTTP;
    }
    const spoken = lineProtocols(b, at, end, h);
    if (spoken !== 0) return spoken;
  }
  // Two octets of length in front.
  const framed = u16(b, at);
  if (framed + 2 === wire || (framed + 2 <= wire && framed >= 17)) {
    if (
      framed >= 14 &&
      framed + 2 === wire &&
      (b[at + 2] === 0x38 || b[at + 2] === 0x50) &&
      isVpnReset(b, at + 2, end, framed)
    ) {
      h.bits |= VPN_RESET;
      return OPENVPN;
    }
    if (framed >= 17 && isDns(b, at + 2, Math.min(end, at + 2 + framed))) return DNS;
  }
  return 0;
}

/** Protocols that talk in lines: who greets how, and what is answered. */
function lineProtocols(b: Uint8Array, at: number, end: number, h: Hints): number {
  const line = text(b, at, end);
  if (/^220[ -]/.test(line)) {
    if (/smtp|mail|postfix|exim|sendmail/i.test(line)) return SMTP;
    if (/ftp/i.test(line)) return FTP;
    h.bits |= GREETED_220;
    return 0;
  }
  if (/^(EHLO|HELO) \S|^(MAIL FROM|RCPT TO):/i.test(line)) return SMTP;
  if (/^\+OK\b/.test(line)) {
    if (/pop/i.test(line)) return POP;
    h.bits |= GREETED_OK;
    return 0;
  }
  if (/^\* (OK|PREAUTH)\b/.test(line)) return IMAP;
  if (
    /^[A-Za-z0-9.]{1,12} (CAPABILITY|LOGIN|STARTTLS|AUTHENTICATE|SELECT|NAMESPACE|LIST|ID|FETCH|UID)\b/i.test(line) &&
    !/^(USER|PASS|GET|POST)\b/.test(line)
  )
    return IMAP;
  if (h.bits & GREETED_OK && /^(USER|CAPA|APOP|AUTH|STLS|PASS|STAT|LIST|UIDL)\b/i.test(line)) return POP;
  if (/^(331|530|230|227|229) /.test(line)) return FTP;
  if (h.bits & GREETED_220 && /^(USER|AUTH (TLS|SSL)|FEAT|SYST|OPTS|PASS|QUIT)\b/i.test(line)) return FTP;
  if (
    /^(REGISTER|INVITE|OPTIONS|ACK|BYE|CANCEL|SUBSCRIBE|NOTIFY|MESSAGE|PUBLISH) sips?:/.test(line) ||
    line.startsWith('SIP/2.0 ')
  )
    return SIP;
  if (/^(DESCRIBE|SETUP|PLAY|OPTIONS|ANNOUNCE) rtsp:/.test(line)) return RTSP;
  return 0;
}

/** MQTT's CONNECT (OASIS MQTT 3.1.1, 3.1): the protocol's name stands in it. */
function isMqttConnect(b: Uint8Array, at: number, end: number): boolean {
  let p = at + 1;
  for (let i = 0; i < 4 && p < end; i++) if (b[p++]! < 0x80) break;
  return begins(b, p, end, '\0\x04MQTT') || begins(b, p, end, '\0\x06MQIsdp');
}

/** RDP's connection request and confirm (MS-RDPBCGR, 2.2.1.1): X.224 with a cookie or a negotiation, where ISO applications have their selectors. */
function isRdp(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 11 || b[at + 1] !== 0 || u16(b, at + 2) < 11) return false;
  const kind = b[at + 5];
  if (kind === 0xe0)
    return (
      u16(b, at + 2) === 11 ||
      begins(b, at + 11, end, 'Cookie: ') ||
      begins(b, at + 11, end, '\x01\0\x08\0') ||
      begins(b, at + 11, end, '\x01\x01\x08\0')
    );
  return (
    kind === 0xd0 && end - at >= 15 && b[at + 11]! >= 2 && b[at + 11]! <= 3 && b[at + 13] === 8 && b[at + 14] === 0
  );
}

/** Multicast DNS asks for many services at once (RFC 6762, 5.3). */
const MAX_QUESTIONS = 32;

/** A DNS message that parses, with counts and a first question that exist in practice. */
function isDns(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 12) return false;
  const opcode = (b[at + 2]! >> 3) & 15;
  const questions = u16(b, at + 4);
  const records = u16(b, at + 6) + u16(b, at + 8) + u16(b, at + 10);
  if (opcode > 5 || opcode === 3 || questions > MAX_QUESTIONS || records > 200 || (b[at + 3]! & 0x40) !== 0)
    return false;
  if (questions === 0 && records === 0) return false;
  if (end - at < 12 + questions * 5 + records * 11) return false;
  const m = parseDns(b, at, end);
  return (
    m !== null &&
    (questions === 0
      ? m.response
      : m.type > 0 && (m.type <= 110 || (m.type >= 249 && m.type <= 260) || (m.type >= 32_768 && m.type <= 32_769)))
  );
}

/** OpenVPN's first message: opcode 7 or 10, and one of the sizes that its ways of authentication give it. */
function isVpnReset(b: Uint8Array, at: number, end: number, size: number): boolean {
  if (b[at] === 0x50) return size > 300;
  if (size === 14) return end - at >= 14 && b[at + 9] === 0 && u32(b, at + 10) === 0;
  return size === 38 || size === 42 || size === 54 || size === 86;
}

/** A datagram. @param wire payload as it was sent @returns protocol id, 0 when it tells nothing (yet) */
export function recogniseUdp(b: Uint8Array, at: number, end: number, wire: number, dir: number, h: Hints): number {
  const size = end - at;
  if (size < 8) return 0;
  const first = b[at]!;
  if (
    size >= 20 &&
    first <= 0x3f &&
    u32(b, at + 4) === 0x2112a442 &&
    (u16(b, at + 2) & 3) === 0 &&
    u16(b, at + 2) + 20 <= wire
  )
    return STUN;
  if ((first === 1 || first === 2) && size >= 240 && b[at + 2]! <= 16 && u32(b, at + 236) === 0x63825363) return DHCP;
  if (first >= 0x01 && first <= 0x04 && size >= 92 && isWireGuardOpening(b, at, wire)) return WIREGUARD;
  if (
    first === 0x64 &&
    (begins(b, at, end, 'd1:ad2:id20:') ||
      begins(b, at, end, 'd1:rd2:id20:') ||
      begins(b, at, end, 'd2:ip') ||
      begins(b, at, end, 'd1:eli') ||
      (/^d1:[arq]/.test(text(b, at, end, 4)) && text(b, at, end, 64).includes('2:id20:')))
  )
    return BITTORRENT;
  if (size === 16 && u32(b, at) === 0x00000417 && u32(b, at + 4) === 0x27101980) return BITTORRENT;
  if (first === 0x41 && size >= 18 && wire >= 20 && wire <= 40 && b[at + 1]! <= 2 && u16(b, at + 16) <= 1) {
    h.bits |= UTP_SYN;
    h.source[dir] = u16(b, at + 2);
  } else if (first === 0x21 && h.bits & UTP_SYN && wire >= 20 && u16(b, at + 2) === h.source[1 - dir])
    return BITTORRENT;
  if (
    first >= 0x41 &&
    first <= 0x5a &&
    (begins(b, at, end, 'M-SEARCH * HTTP/1.1') || begins(b, at, end, 'NOTIFY * HTTP/1.1'))
  )
    return SSDP;
  if (first === 0x48 && begins(b, at, end, 'HTTP/1.1 200') && /\r\n(ST|USN):/i.test(text(b, at, end, 1_024)))
    return SSDP;
  if (
    first >= 0x41 &&
    first <= 0x5a &&
    (/^(REGISTER|INVITE|OPTIONS|ACK|BYE|CANCEL|SUBSCRIBE|NOTIFY|MESSAGE|PUBLISH) sips?:/.test(text(b, at, end, 32)) ||
      begins(b, at, end, 'SIP/2.0 '))
  )
    return SIP;
  if (first >= 20 && first <= 25 && size >= 13 && isDtlsRecord(b, at, wire)) return DTLS;
  if (first & 0x80 && isQuicLong(b, at, size)) return QUIC;
  if (
    (first & 0x89) === 0x09 &&
    size >= 20 &&
    b[at + 9] === 0x51 &&
    b[at + 10] === 0x30 &&
    b[at + 11]! >= 0x30 &&
    b[at + 11]! <= 0x39
  )
    return GQUIC;
  if (
    (first === 0x10 || first === 0x11) &&
    size >= 100 &&
    b[at + 82] === 0xff &&
    b[at + 83] === 0x53 &&
    b[at + 84] === 0x4d &&
    b[at + 85] === 0x42
  )
    return SMB;
  if (isClassicStun(b, at, size, wire)) return STUN;
  if (
    first === 4 &&
    size >= 16 &&
    wire >= 32 &&
    (wire & 15) === 0 &&
    b[at + 1] === 0 &&
    b[at + 2] === 0 &&
    b[at + 3] === 0 &&
    follows(b, at, dir, h)
  )
    return WIREGUARD;
  if (first === 0x38 || first === 0x50 || first === 0x40) {
    if (first !== 0x40 && isVpnReset(b, at, end, wire)) {
      if (h.bits & VPN_RESET && h.source[dir] === u32(b, at + 1)) return OPENVPN;
      h.bits |= VPN_RESET;
      h.source[dir] = u32(b, at + 1);
      return 0;
    }
    if (
      first === 0x40 &&
      h.bits & VPN_RESET &&
      (wire === 26 || wire === 50 || wire === 54 || wire === 66 || wire === 98)
    )
      return OPENVPN;
  }
  if (isNtp(b, at, wire, end)) return NTP;
  if (isDns(b, at, end)) return DNS;
  if (size >= 8 && first >= 1 && first <= 13 && isDhcp6(b, at, end)) return DHCPV6;
  return isRealTime(b, at, size, dir, h);
}

/** A record of DTLS 1.0 or 1.2 (RFC 6347, 4.1), or of OpenSSL's before there was a standard. */
function isDtlsRecord(b: Uint8Array, at: number, wire: number): boolean {
  const version = u16(b, at + 1);
  return (
    (version === 0xfeff || version === 0xfefd || version === 0xfefc || version === 0x0100) &&
    u16(b, at + 11) > 0 &&
    u16(b, at + 11) + 13 <= wire
  );
}

/** STUN before it had a cookie (RFC 3489, 11): attributes that fill the message, or a bare binding request. */
function isClassicStun(b: Uint8Array, at: number, size: number, wire: number): boolean {
  if (size < 20 || u16(b, at + 2) + 20 !== wire || (wire & 3) !== 0) return false;
  const type = u16(b, at);
  if (
    type !== 0x0001 &&
    type !== 0x0101 &&
    type !== 0x0111 &&
    type !== 0x0003 &&
    type !== 0x0103 &&
    type !== 0x0113 &&
    type !== 0x0115
  )
    return false;
  if (wire === 20) return type === 1 && u32(b, at + 4) !== 0;
  let p = at + 20;
  while (p + 4 <= at + size) {
    const kind = u16(b, p);
    if (kind === 0 || (kind > 0x30 && kind < 0x8000) || (kind > 0x8060 && kind < 0xc000)) return false;
    p += 4 + ((u16(b, p + 2) + 3) & ~3);
  }
  return p === at + wire;
}

/** WireGuard's transport data in mid-flow (protocol paper, 5.4.6): the same receiver, a counter that goes up by little. */
function follows(b: Uint8Array, at: number, dir: number, h: Hints): boolean {
  const receiver = u32(b, at + 4);
  const counter = (b[at + 8]! | (b[at + 9]! << 8) | (b[at + 10]! << 16)) >>> 0;
  const yes =
    h.source[dir] === receiver &&
    receiver !== 0 &&
    counter > h.next[dir] &&
    counter - h.next[dir] < 64 &&
    b[at + 15] === 0;
  h.source[dir] = receiver;
  h.next[dir] = counter;
  return yes;
}

function isWireGuardOpening(b: Uint8Array, at: number, wire: number): boolean {
  return (
    b[at + 1] === 0 &&
    b[at + 2] === 0 &&
    b[at + 3] === 0 &&
    ((b[at] === 1 && wire === 148) || (b[at] === 2 && wire === 92))
  );
}

/** Versions of QUIC that exist, in a long header with plausible connection ids (RFC 9000, 17.2). */
function isQuicLong(b: Uint8Array, at: number, size: number): boolean {
  if (size < 20 || b[at + 5]! > 20) return false;
  const version = u32(b, at + 1);
  return (
    version === 1 ||
    version === 0x6b3343cf ||
    version >>> 8 === 0xff0000 ||
    version >>> 8 === 0xfaceb0 ||
    version >>> 16 === 0x5130 ||
    version >>> 8 === 0x543035 ||
    ((version & 0x0f0f0f0f) === 0x0a0a0a0a && size >= 1_200)
  );
}

/** NTP (RFC 5905, 7.3): all modes of time, control messages (RFC 9327) and `ntpdc`'s private ones by their own lengths. */
function isNtp(b: Uint8Array, at: number, wire: number, end: number): boolean {
  if (
    end - at >= 12 &&
    (b[at]! & 7) === 6 &&
    b[at]! >> 6 === 0 &&
    (b[at + 1]! & 31) <= 12 &&
    ((u16(b, at + 10) + 12 + 3) & ~3) === ((wire + 3) & ~3)
  )
    return true;
  if (
    end - at >= 8 &&
    (b[at]! & 7) === 7 &&
    ((b[at]! >> 3) & 7) === 2 &&
    (b[at + 2] === 2 || b[at + 2] === 3) &&
    b[at + 3]! < 64
  )
    return true;
  if ((wire !== 48 && wire !== 68 && wire !== 72) || end - at < 48) return false;
  const version = (b[at]! >> 3) & 7;
  const mode = b[at]! & 7;
  if (version < 1 || version > 4 || mode < 1 || mode > 5 || b[at + 1]! > 16) return false;
  const sent = u32(b, at + 40);
  // Transmitted after 1970, where a clock that was never set begins, or nothing at all in the question of a simple client.
  return (sent >= 0x83aa7e80 || (mode === 3 && sent < 0x20000000)) && (b[at + 2]! <= 17 || mode === 3);
}

/** DHCPv6 (RFC 8415, 8): the first option is one that clients and servers begin with, and its length leads to the end or to another. */
function isDhcp6(b: Uint8Array, at: number, end: number): boolean {
  const option = u16(b, at + 4);
  const next = at + 8 + u16(b, at + 6);
  if (option < 1 || option > 14 || option === 9 || next > end) return false;
  return next === end || (next + 4 <= end && u16(b, next) <= 144);
}

/** RTP and RTCP (RFC 3550): version 2; RTP when a direction's numbers go up by one from the same source three times. */
function isRealTime(b: Uint8Array, at: number, size: number, dir: number, h: Hints): number {
  if (size < 12 || b[at]! >> 6 !== 2) return 0;
  const type = b[at + 1]!;
  if (type >= 200 && type <= 207) return (u16(b, at + 2) + 1) * 4 <= size && (size & 3) === 0 ? RTCP : 0;
  const payload = type & 0x7f;
  if (payload > 34 && payload < 96) return 0;
  const source = u32(b, at + 8);
  const number = u16(b, at + 2);
  const followed =
    h.source[dir] === source && source !== 0 && (number === h.next[dir] || number === ((h.next[dir] + 1) & 0xffff));
  h.source[dir] = source;
  h.next[dir] = (number + 1) & 0xffff;
  if (!followed) return 0;
  if (h.bits & RTP_ONCE) return RTP;
  h.bits |= RTP_ONCE;
  return 0;
}
