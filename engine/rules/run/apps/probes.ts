// How applications are told apart: by how they begin, and where that says too little by their ports as well.
import { textOf } from '../application.ts';

const METHODS = new RegExp(
  '^(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|CONNECT|TRACE|PATCH|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|' +
    'REPORT|CHECKOUT|MERGE|BITS_POST|RPC_IN_DATA|RPC_OUT_DATA|SUBSCRIBE|UNSUBSCRIBE|NOTIFY|M-SEARCH|DESCRIBE)[ \\t]',
);
const SIP =
  /^(?:SIP\/2\.0 \d|(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|UPDATE|REFER|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|MESSAGE|INFO) +[!-~]+ +SIP\/2\.0)/;

type Probe = (dir: 0 | 1, b: Uint8Array, ports: readonly number[], start: string) => boolean;

function has(ports: readonly number[], ...wanted: readonly number[]): boolean {
  return wanted.some((p) => ports.includes(p));
}

function u16(b: Uint8Array, at: number): number {
  return ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);
}

const TCP: readonly (readonly [name: string, probe: Probe])[] = [
  ['http2', (dir, _b, _p, s) => dir === 0 && s.startsWith('PRI * HTTP/2.0\r\n\r\nSM')],
  ['sip', (_d, _b, _p, s) => SIP.test(s)],
  ['http1', (dir, _b, _p, s) => (dir === 0 ? METHODS.test(s) : /^HTTP\/\d\.\d /.test(s))],
  ['tls', (dir, b) => isTls(b) || (dir === 0 && isSsl2(b))],
  ['ssh', (_d, _b, _p, s) => s.startsWith('SSH-')],
  ['rfb', (_d, _b, _p, s) => /^RFB \d{3}\.\d{3}\n/.test(s)],
  ['smb', (_d, b, _p, s) => b[0] === 0 && /^[\u00fe\u00ff\u00fd]SMB/.test(s.slice(4))],
  ['dcerpc', (_d, b) => isDcerpc(b)],
  [
    'mqtt',
    (dir, b, ports, s) => (dir === 0 && b[0] === 0x10 && /^(?:MQTT|MQIsdp)/.test(s.slice(4))) || has(ports, 1883),
  ],
  ['smtp', (dir, _b, ports, s) => isSmtp(dir, s, ports)],
  ['ftp', (dir, _b, ports, s) => isFtp(dir, s, ports)],
  ['pop3', (dir, _b, _p, s) => dir === 1 && s.startsWith('+OK')],
  ['imap', (dir, _b, _p, s) => dir === 1 && /^\* (?:OK|PREAUTH)/.test(s)],
  ['nfs', (_d, b) => isNfs(b, 4)],
  ['krb5', (_d, b, ports) => has(ports, 88) && b.length > 5 && isKerberos(b, 4)],
  ['ldap', (_d, b, ports) => has(ports, 389, 3268) && isLdap(b)],
  ['enip', (_d, b, ports) => has(ports, 44818) && isEnip(b)],
  // Questions of mDNS go over TCP too, as plain ones of DNS (RFC 6762, 5.4).
  ['dns', (_d, b, ports) => has(ports, 53, 5353) && b.length >= 14 && looksLikeDns(b.subarray(2))],
  ['llmnr', (_d, b, ports) => has(ports, 5355) && b.length >= 14 && looksLikeDns(b.subarray(2))],
  ['modbus', (_d, b, ports) => has(ports, 502) && b.length >= 8 && b[2] === 0 && b[3] === 0],
  ['dnp3', (_d, b) => b[0] === 5 && b[1] === 0x64 && b.length >= 10],
  ['rdp', (_d, b, ports) => has(ports, 3389) && b[0] === 3 && b[1] === 0 && b.length >= 7],
  ['telnet', (_d, b, ports) => has(ports, 23) && b[0] === 0xff && (b[1] ?? 0) >= 0xf0],
  ['irc', (dir, _b, ports, s) => dir === 0 && has(ports, 6667) && /^(?:NICK|USER|CAP) /.test(s)],
];

const UDP: readonly (readonly [name: string, probe: Probe])[] = [
  ['dns', (_d, b, ports) => has(ports, 53) && looksLikeDns(b)],
  ['llmnr', (_d, b, ports) => has(ports, 5355) && looksLikeDns(b)],
  ['mdns', (_d, b, ports) => has(ports, 5353) && looksLikeDns(b)],
  ['sip', (_d, _b, _p, s) => SIP.test(s)],
  ['krb5', (_d, b, ports) => has(ports, 88) && isKerberos(b, 0)],
  ['snmp', (_d, b, ports) => has(ports, 161, 162) && b[0] === 0x30],
  ['ike', (_d, b, ports) => has(ports, 500, 4500) && isIke(b)],
  ['quic', (_d, b, ports) => isQuic(b, ports)],
  ['enip', (_d, b, ports) => has(ports, 44818) && isEnip(b)],
  ['nfs', (_d, b) => isNfs(b, 0)],
  ['ldap', (_d, b, ports) => has(ports, 389) && isLdap(b)],
  ['dcerpc', (_d, b) => isDcerpc4(b)],
  ['dhcp', (_d, b, ports) => has(ports, 67) && has(ports, 67, 68) && b.length >= 240 && u16(b, 236) === 0x6382],
  ['tftp', (dir, b, ports) => dir === 0 && has(ports, 69) && b[0] === 0 && (b[1] === 1 || b[1] === 2)],
  ['ntp', (_d, b, ports) => has(ports, 123) && b.length >= 48],
  ['bittorrent-dht', (_d, _b, _p, s) => /^d1:[aeqr]/.test(s) || s.startsWith('d2:ip')],
];

function first(table: typeof TCP, dir: 0 | 1, b: Uint8Array, ports: readonly number[]): string | null {
  const start = textOf(b.subarray(0, 512));
  for (const [name, probe] of table) if (probe(dir, b, ports, start)) return name;
  return null;
}

export function overTcp(dir: 0 | 1, b: Uint8Array, ports: readonly number[]): string | null {
  return first(TCP, dir, b, ports);
}

export function overUdp(dir: 0 | 1, b: Uint8Array, ports: readonly number[]): string | null {
  return first(UDP, dir, b, ports);
}

function looksLikeDns(b: Uint8Array): boolean {
  return b.length >= 12 && u16(b, 4) <= 64;
}

function isTls(b: Uint8Array): boolean {
  return b.length >= 6 && b[0]! >= 20 && b[0]! <= 23 && b[1] === 3 && b[2]! <= 4 && u16(b, 3) <= 18_432;
}

/** A hello of SSL 2 (RFC 5246, E.2): its ciphers are counted in threes. */
function isSsl2(b: Uint8Array): boolean {
  if (b.length < 11 || (b[0]! & 0x80) === 0 || b[2] !== 1) return false;
  return (b[3] === 0 || b[3] === 3) && u16(b, 5) % 3 === 0 && u16(b, 5) > 0;
}

/** Versions 5.0 and 5.1 (C706, 12.6). */
function isDcerpc(b: Uint8Array): boolean {
  if (b.length < 16 || b[0] !== 5 || b[1]! > 1 || b[2]! > 19) return false;
  const little = (b[4]! & 0x10) !== 0;
  const length = little ? b[8]! | (b[9]! << 8) : u16(b, 8);
  return length >= 16;
}

function isDcerpc4(b: Uint8Array): boolean {
  return b.length >= 80 && b[0] === 4 && b[1]! <= 10 && (b[3]! & 0xfc) === 0 && (b[4]! & 0xee) === 0 && b[5]! <= 3;
}

function isSmtp(dir: 0 | 1, start: string, ports: readonly number[]): boolean {
  if (dir === 0) return /^(?:EHLO|HELO|MAIL FROM:|RCPT TO:|BDAT)/i.test(start);
  return has(ports, 25, 465, 587) && /^[245]\d\d[ -]/.test(start);
}

function isFtp(dir: 0 | 1, start: string, ports: readonly number[]): boolean {
  if (has(ports, 110, 143, 6667)) return false;
  if (dir === 0) return /^(?:USER|PASS|FEAT|PORT|EPRT|PASV|EPSV|SYST|AUTH (?:TLS|SSL))\b/i.test(start);
  return has(ports, 21) && /^220[ -]/.test(start);
}

function isKerberos(b: Uint8Array, at: number): boolean {
  return [0x6a, 0x6b, 0x6c, 0x6d, 0x7e].includes(b[at] ?? 0);
}

function isLdap(b: Uint8Array): boolean {
  return b.length >= 7 && b[0] === 0x30;
}

function isEnip(b: Uint8Array): boolean {
  if (b.length < 24) return false;
  const command = b[0]! | (b[1]! << 8);
  return [0, 1, 4, 0x63, 0x64, 0x65, 0x66, 0x6f, 0x70, 0x72, 0x73].includes(command);
}

/** ONC RPC (RFC 5531) with the program of NFS; its answer names none. */
function isNfs(b: Uint8Array, at: number): boolean {
  return (
    b.length >= at + 24 &&
    u16(b, at + 4) === 0 &&
    u16(b, at + 6) === 0 &&
    u16(b, at + 12) === 1 &&
    u16(b, at + 14) === 0x86a3
  );
}

function isIke(b: Uint8Array): boolean {
  const at = b[0] === 0 && b[1] === 0 && b[2] === 0 && b[3] === 0 ? 4 : 0;
  return b.length >= at + 28 && (b[at + 17] === 0x10 || b[at + 17] === 0x20);
}

/** An Initial of a version that exists (RFC 8999), or Google's public header with its version. */
function isQuic(b: Uint8Array, ports: readonly number[]): boolean {
  if (b.length < 14) return false;
  const version = textOf(b.subarray(1, 5));
  if ((b[0]! & 0x80) !== 0) {
    const known = /^(?:\0\0\0\u0001|\u006b3C\u00cf|\u00ff\0\0.|Q0\d\d|T05\d|\u00fa\u00ce\u00b0.)$/s.test(version);
    return known && (has(ports, 443, 80, 4433, 8443) || b.length >= 1_200);
  }
  return (b[0]! & 9) === 9 && /^Q0[2-4]\d$/.test(textOf(b.subarray(9, 13)));
}
