// Second looks at UDP protocols that a port suggests: the version in the name, or a payload that cannot be it.
import { P, protocolId as id } from '../decode/index.ts';

type Check = (b: Uint8Array, at: number, size: number) => number;

const named = (name: string, test: (b: Uint8Array, at: number, size: number) => boolean): [number, Check] => [
  id(name),
  (b, at, size) => (test(b, at, size) ? id(name) : P.UDP),
];
const contains = (b: Uint8Array, at: number, size: number, text: string): boolean =>
  Buffer.from(b.buffer, b.byteOffset + at, Math.min(size, 2_048)).includes(text, 0, 'latin1');

function ripName(b: Uint8Array, at: number, size: number): number {
  return id(size > 1 && b[at + 1] === 2 ? 'RIPv2' : size > 1 && b[at + 1] === 1 ? 'RIPv1' : 'RIP');
}

const CHECKS = new Map<number, Check>([
  [
    id('GTP'),
    (b, at, size) =>
      id(
        b[at]! >> 5 === 2
          ? 'GTPv2'
          : size < 8 || b[at]! >> 5 > 2 || (b[at]! >> 5 === 1 && ((b[at + 2]! << 8) | b[at + 3]!) + 8 > size + 1_500)
            ? 'UDP'
            : 'GTP',
      ),
  ],
  [id('HSRP'), (b, at, size) => id(size > 1 && b[at] === 1 && b[at + 1] === 40 ? 'HSRPv2' : 'HSRP')],
  [id('RIP'), ripName],
  [id('RIPv1'), ripName],
  [
    id('SIP'),
    (b, at, size) =>
      size < 10 || b[at]! < 0x41 || b[at]! > 0x7a
        ? P.UDP
        : id(contains(b, at, size, 'application/sdp') ? 'SIP/SDP' : contains(b, at, size, '<?xml') ? 'SIP/XML' : 'SIP'),
  ],
  [
    id('NBDS'),
    (b, at, size) =>
      id(
        contains(b, at, size, '\\MAILSLOT\\BROWSE')
          ? 'BROWSER'
          : contains(b, at, size, '\\MAILSLOT\\NET\\')
            ? 'SMB_NETLOGON'
            : 'NBDS',
      ),
  ],
  [id('DHCP'), (b, at, size) => id(size >= 240 && b[at + 236] === 0x63 && b[at + 237] === 0x82 ? 'DHCP' : 'BOOTP')],
  [id('DB-LSP-DISC'), (b, at) => id(b[at] === 0x7b ? 'DB-LSP-DISC/JSON' : 'DB-LSP-DISC')],
  named(
    'RADIUS',
    (b, at, size) => size >= 20 && b[at]! >= 1 && b[at]! <= 53 && ((b[at + 2]! << 8) | b[at + 3]!) <= size,
  ),
  named('STUN', () => false),
  named('OLSR v1', (b, at, size) => size > 1 && ((b[at]! << 8) | b[at + 1]!) === size),
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
