// Services over TCP that a direction's first bytes tell, a row each: see `Service` for what a row says.
import { u16, u32 } from '../decode/index.ts';
import { isMessage } from './dns-shape.ts';
import { looksLikeHttp } from './http.ts';
import { GREETED_220, GREETED_OK, VPN_RESET, type Payload } from './payload.ts';
import { bytesFrom, bytesWhere, ServiceTable, type Said, type Service } from './services.ts';
import { SIP_BEGINS } from './sip.ts';
import { opensHandshake } from './tls-handshake.ts';
import { isVpnReset } from './vpn-shape.ts';

const UPPER = bytesFrom(0x41, 0x5a);
const LETTERS = bytesWhere((byte) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
/** What an IMAP command's tag is made of. */
const TAG = bytesWhere((byte) => /[A-Za-z0-9.]/.test(String.fromCharCode(byte)));
const DIGIT_2 = [0x32];
const STUN_COOKIE = 0x2112a442;

/** A row that a line of text tells. */
function line(name: string, first: readonly number[], is: (p: Payload) => Said): Service {
  return { name, certainty: 'certain', least: 4, first, is };
}

const ROWS: readonly Service[] = [
  // Records of TLS and messages of HTTP are named by their own walk, which knows versions and bodies.
  { name: 'TLS', certainty: 'certain', least: 6, first: [22], is: (p) => opensHandshake(p.bytes, p.at, p.size) },
  { name: 'BitTorrent', certainty: 'certain', begins: ['\x13BitTorrent protocol'], column: 'any' },
  { name: 'MQTT', certainty: 'certain', least: 4, first: [0x10], is: isMqttConnect },
  { name: 'RDP', certainty: 'certain', least: 11, first: [0x03], is: isRdp },
  { name: 'DCERPC', certainty: 'certain', least: 16, first: [0x05], is: isBind, column: 'any' },
  { name: 'Socks', certainty: 'certain', least: 4, first: [0x05], is: isSocks5 },
  { name: 'Socks', certainty: 'certain', least: 9, first: [0x04], is: isSocks4 },
  { name: 'TELNET', certainty: 'certain', least: 4, first: [0xff], is: isTelnetCommand },
  // Behind NetBIOS' length; the column walks its messages and names each.
  { name: 'SMB', certainty: 'certain', least: 8, first: [0], is: isSmb, column: 'any', shows: 'NBSS' },
  { name: 'SMB2', certainty: 'certain', least: 8, first: [0], is: isSmb2, column: 'any', shows: 'NBSS' },
  { name: 'STUN', certainty: 'certain', least: 20, first: [0], is: isStunRequest, column: 'any' },
  // An answer whose request was not seen does not tell the flow.
  { name: 'STUN', certainty: 'certain', least: 20, first: [0, 1], is: hasCookie, column: 'any', flow: false },
  { name: 'SSH', certainty: 'certain', begins: ['SSH-'], column: 'any' },
  { name: 'HTTP2', certainty: 'certain', begins: ['PRI * HTTP/2.0'], column: 'any' },
  { name: 'VNC', certainty: 'certain', begins: ['RFB 00'], column: 'any' },
  // An answer. The column shows requests by port alone, as tshark does.
  { name: 'RTSP', certainty: 'certain', begins: ['RTSP/1.0 '], column: 'any' },
  { name: 'XMPP/XML', certainty: 'certain', begins: ["<?xml version='1.0'?><stream:"], column: 'any' },
  { name: 'XMPP/XML', certainty: 'certain', begins: ['<stream:stream'], column: 'any' },
  { name: 'XMPP/XML', certainty: 'certain', least: 29, first: [0x3c], is: isQuotedStream },
  // The model was fitted before flows were told by these: they would be another `app_known`.
  { name: 'RSYNC', certainty: 'certain', begins: ['@RSYNCD:'], column: 'any', flow: false },
  { name: 'AMQP', certainty: 'certain', begins: ['AMQP'], column: 'any', flow: false },
  { name: 'RMI', certainty: 'certain', begins: ['JRMI'], column: 'any', flow: false },
  { name: 'Ceph', certainty: 'certain', begins: ['ceph v'], column: 'any', flow: false },
  { name: 'GIOP', certainty: 'certain', begins: ['GIOP'], column: 'any', flow: false },
  { name: 'FIX', certainty: 'certain', begins: ['8=FIX'], column: 'any', flow: false },
  { name: 'NATS', certainty: 'certain', begins: ['NATS'], column: 'any', flow: false },
  { name: 'HTTP', certainty: 'certain', least: 8, first: UPPER, is: isHttp },
  // Who greets how, and what is answered. The column shows these by port, as tshark does.
  line('SMTP', DIGIT_2, (p) => /^220[ -]/.test(p.line) && SMTP_WORDS.test(p.line)),
  line('FTP', DIGIT_2, greetsFtp),
  line('SMTP', LETTERS, (p) => /^(EHLO|HELO) \S|^(MAIL FROM|RCPT TO):/i.test(p.line)),
  line('POP', [0x2b], greetsPop),
  line('IMAP', [0x2a], (p) => /^\* (OK|PREAUTH)\b/.test(p.line)),
  line('IMAP', TAG, isImapCommand),
  line('POP', LETTERS, (p) => (p.hints.bits & GREETED_OK) !== 0 && POP_COMMAND.test(p.line)),
  line(
    'FTP',
    bytesWhere((byte) => byte === 0x32 || byte === 0x33 || byte === 0x35),
    (p) => /^(331|530|230|227|229) /.test(p.line),
  ),
  line('FTP', LETTERS, (p) => (p.hints.bits & GREETED_220) !== 0 && FTP_COMMAND.test(p.line)),
  { name: 'SIP', certainty: 'certain', begins: SIP_BEGINS, column: 'any' },
  line('RTSP', UPPER, (p) => /^(DESCRIBE|SETUP|PLAY|OPTIONS|ANNOUNCE) rtsp:/.test(p.line)),
  // Two octets of length in front (RFC 1035, 4.2.2).
  { name: 'OpenVPN', certainty: 'likely', least: 4, is: isFramedReset },
  { name: 'DNS', certainty: 'likely', least: 4, is: isFramedDns },
];

export const TCP_SERVICES = new ServiceTable(ROWS);

/** What a direction may begin with whose first bytes are too few. */
export const TCP_BEGINNINGS: readonly string[] = ROWS.flatMap(({ begins }) => begins ?? []);

const SMTP_WORDS = /smtp|mail|postfix|exim|sendmail/i;
const POP_COMMAND = /^(USER|CAPA|APOP|AUTH|STLS|PASS|STAT|LIST|UIDL)\b/i;
const FTP_COMMAND = /^(USER|AUTH (TLS|SSL)|FEAT|SYST|OPTS|PASS|QUIT)\b/i;
const IMAP_COMMAND =
  /^[A-Za-z0-9.]{1,12} (CAPABILITY|LOGIN|STARTTLS|AUTHENTICATE|SELECT|NAMESPACE|LIST|ID|FETCH|UID)(?=[ \r\n]|$)/i;

function isQuotedStream(p: Payload): boolean {
  return p.begins('<?xml version="1.0"?><stream:');
}

/** MQTT's CONNECT (OASIS MQTT 3.1.1, 3.1): the protocol's name stands in it. */
function isMqttConnect(p: Payload): boolean {
  let name = 1;
  for (let i = 0; i < 4 && name < p.size; i++) if (p.bytes[p.at + name++]! < 0x80) break;
  return p.has('\0\x04MQTT', name) || p.has('\0\x06MQIsdp', name);
}

/**
 * RDP's connection request and confirm (MS-RDPBCGR, 2.2.1.1): X.224 with a cookie or a negotiation, where ISO
 * applications have their selectors.
 */
function isRdp(p: Payload): boolean {
  const { bytes: b, at } = p;
  if (b[at + 1] !== 0 || u16(b, at + 2) < 11) return false;
  const kind = b[at + 5];
  if (kind === 0xe0)
    return u16(b, at + 2) === 11 || p.has('Cookie: ', 11) || p.has('\x01\0\x08\0', 11) || p.has('\x01\x01\x08\0', 11);
  if (kind !== 0xd0 || p.size < 15) return false;
  return b[at + 11]! >= 2 && b[at + 11]! <= 3 && b[at + 13] === 8 && b[at + 14] === 0;
}

/** DCE/RPC's bind or request (C706, 12.6): version, type, how integers are written, three zero octets. */
function isBind(p: Payload): boolean {
  const { bytes: b, at } = p;
  return (
    b[at + 1]! <= 1 &&
    (b[at + 2] === 11 || b[at + 2] === 0) &&
    (b[at + 4] === 0x10 || b[at + 4] === 0) &&
    b[at + 5] === 0 &&
    b[at + 6] === 0 &&
    b[at + 7] === 0
  );
}

/** SOCKS 5's methods (RFC 1928, 3). */
function isSocks5(p: Payload): boolean {
  const methods = p.bytes[p.at + 1]!;
  return p.wire === 2 + methods && methods > 0 && methods < 10 && p.bytes[p.at + 2] === 0;
}

/** SOCKS 4's connect: a port, an address, a user's name that ends with zero. */
function isSocks4(p: Payload): boolean {
  const { bytes: b, at } = p;
  return b[at + 1] === 1 && b[at + p.size - 1] === 0 && p.wire < 300 && u16(b, at + 2) > 0;
}

/** A Telnet option that is asked for or refused (RFC 854), and another or a line behind it. */
function isTelnetCommand(p: Payload): boolean {
  const { bytes: b, at } = p;
  return b[at + 1]! >= 0xfb && b[at + 1]! <= 0xfe && (b[at + 3] === 0xff || b[at + 3] === 13);
}

function isSmb(p: Payload): boolean {
  return p.bytes[p.at + 4] === 0xff && p.has('SMB', 5);
}

function isSmb2(p: Payload): boolean {
  const kind = p.bytes[p.at + 4]!;
  return kind >= 0xfc && kind < 0xff && p.has('SMB', 5);
}

function isStunRequest(p: Payload): boolean {
  return p.bytes[p.at + 1]! <= 3 && hasCookie(p);
}

/** STUN's magic cookie (RFC 8489, 5). */
function hasCookie(p: Payload): boolean {
  return u32(p.bytes, p.at + 4) === STUN_COOKIE;
}

function isHttp(p: Payload): boolean {
  if (!looksLikeHttp(p.bytes, p.at, p.size)) return false;
  if (p.bytes[p.at] === 0x48) return true;
  const begun = p.text(600);
  return begun.includes(' HTTP/') || !begun.includes('\n');
}

/** A greeting that says 'FTP' and nothing of mail; one that says neither waits for the answer. */
function greetsFtp(p: Payload): Said {
  if (!/^220[ -]/.test(p.line) || SMTP_WORDS.test(p.line)) return false;
  if (/ftp/i.test(p.line)) return true;
  p.hints.bits |= GREETED_220;
  return 'wait';
}

function greetsPop(p: Payload): Said {
  if (!/^\+OK\b/.test(p.line)) return false;
  if (/pop/i.test(p.line)) return true;
  p.hints.bits |= GREETED_OK;
  return 'wait';
}

function isImapCommand(p: Payload): boolean {
  return IMAP_COMMAND.test(p.line) && !/^(USER|PASS|GET|POST)\b/.test(p.line);
}

/** Length of the message that two octets in front tell, -1 where they do not lead to the end or to another message. */
function framedLength(p: Payload): number {
  const framed = u16(p.bytes, p.at);
  return framed + 2 === p.wire || (framed + 2 <= p.wire && framed >= 17) ? framed : -1;
}

function isFramedReset(p: Payload): boolean {
  const { bytes: b, at } = p;
  if (b[at + 2] !== 0x38 && b[at + 2] !== 0x50) return false;
  const framed = framedLength(p);
  if (framed < 14 || framed + 2 !== p.wire || !isVpnReset(b, at + 2, p.end, framed)) return false;
  p.hints.bits |= VPN_RESET;
  return true;
}

function isFramedDns(p: Payload): boolean {
  const framed = framedLength(p);
  return framed >= 17 && isMessage(p.bytes, p.at + 2, Math.min(p.end, p.at + 2 + framed));
}
