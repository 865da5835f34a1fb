// Second looks at UDP protocols that a port suggests: the version in the name, or a payload that cannot be it.
import { P, protocolId as id, u16 } from '../decode/index.ts';
import { contains, sipName } from './sip.ts';

type Check = (b: Uint8Array, at: number, size: number) => number;

const named = (name: string, test: (b: Uint8Array, at: number, size: number) => boolean): [number, Check] => [
  id(name),
  (b, at, size) => (test(b, at, size) ? id(name) : P.UDP),
];
const RIP = id('RIP');
const RIP_VERSIONS = [RIP, id('RIPv1'), id('RIPv2')] as const;
const GTP = id('GTP');
const GTP_2 = id('GTPv2');
/** A message of GTP may be longer than the datagram's first fragment. */
const LATER_FRAGMENTS = 1_500;

function ripName(b: Uint8Array, at: number, size: number): number {
  return (size > 1 ? RIP_VERSIONS[b[at + 1]!] : undefined) ?? RIP;
}

function gtpName(b: Uint8Array, at: number, size: number): number {
  const version = b[at]! >> 5;
  if (version === 2) return GTP_2;
  if (size < 8 || version > 2) return P.UDP;
  return version === 1 && u16(b, at + 2) + 8 > size + LATER_FRAGMENTS ? P.UDP : GTP;
}

/** NetBIOS datagrams by the mailslot that they are for. */
function netbiosName(b: Uint8Array, at: number, size: number): number {
  if (contains(b, at, size, '\\MAILSLOT\\BROWSE')) return id('BROWSER');
  return id(contains(b, at, size, '\\MAILSLOT\\NET\\') ? 'SMB_NETLOGON' : 'NBDS');
}

const CHECKS = new Map<number, Check>([
  [GTP, gtpName],
  [id('HSRP'), (b, at, size) => id(size > 1 && b[at] === 1 && b[at + 1] === 40 ? 'HSRPv2' : 'HSRP')],
  [RIP, ripName],
  [id('SIP'), (b, at, size) => (size < 10 || b[at]! < 0x41 || b[at]! > 0x7a ? P.UDP : sipName(b, at, size))],
  [id('NBDS'), netbiosName],
  [id('DHCP'), (b, at, size) => id(size >= 240 && b[at + 236] === 0x63 && b[at + 237] === 0x82 ? 'DHCP' : 'BOOTP')],
  [id('DB-LSP-DISC'), (b, at) => id(b[at] === 0x7b ? 'DB-LSP-DISC/JSON' : 'DB-LSP-DISC')],
  named('RADIUS', (b, at, size) => size >= 20 && b[at]! >= 1 && b[at]! <= 53 && u16(b, at + 2) <= size),
  named('STUN', () => false),
  named('OLSR v1', (b, at, size) => size > 1 && u16(b, at) === size),
  named('SNMP', (b, at, size) => size > 2 && b[at] === 0x30),
  named(
    'NFS',
    (b, at, size) =>
      size >= 24 &&
      (b[at + 4]! | b[at + 5]! | b[at + 6]!) === 0 &&
      (b[at + 7] === 1 || (b[at + 7] === 0 && b[at + 11] === 2)) &&
      size < 8_000,
  ),
  named('OICQ', (b, at, size) => b[at] === 2 && b[at + size - 1] === 3),
  named('sFlow', (b, at, size) => size >= 28 && b[at] === 0 && b[at + 3]! >= 2 && b[at + 3]! <= 5),
  named('OpenVPN', (b, at, size) => size >= 9 && b[at]! >> 3 >= 1 && b[at]! >> 3 <= 10),
  named('NTP', (_b, _at, size) => size >= 12),
  named('BACnet-APDU', (b, at, size) => size >= 4 && b[at] === 0x81),
  named('CoAP', (b, at, size) => size >= 4 && b[at]! >> 6 === 1),
  named('KRB5', (b, at, size) => size > 4 && b[at]! >= 0x60 && b[at]! < 0x80),
  named('CLDAP', (b, at, size) => size > 4 && b[at] === 0x30),
  named('QUIC', () => false),
  named('RX', (b, at, size) => size >= 28 && b[at + 20]! >= 1 && b[at + 20]! <= 13),
  named('CIP I/O', (_b, _at, size) => size >= 2),
]);

/** @param suggested protocol id of the port @returns it, a closer name, or UDP */
export function checkedName(suggested: number, b: Uint8Array, at: number, size: number): number {
  const check = CHECKS.get(suggested);
  return check === undefined ? suggested : check(b, at, size);
}
