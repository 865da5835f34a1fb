// Message lengths of protocols that carry a length in front: enough to know in which segment a message ends,
// which is where Wireshark writes the protocol's name; segments in the middle of a message stay 'TCP'.
import { protocolId, readU16, u16, u16le, u24, u32, u32le } from '../decode/index.ts';

export interface Framing {
  /** Bytes needed to know the length. */
  readonly header: number;
  /**
   * Whole length of the message that begins at `at`, or 0 when these bytes begin none. `end` is where what may be read
   * ends.
   */
  total(b: Uint8Array, at: number, end: number): number;
  /** Protocol of a message, when its first bytes tell it apart. */
  name?(b: Uint8Array, at: number, end: number): number;
}

const LIMIT = 16 * 1024 * 1024;
const bounded = (n: number): number => (n > LIMIT ? 0 : n);

const SMB = protocolId('SMB');
const SMB2 = protocolId('SMB2');
const NBSS = protocolId('NBSS');

/** BER: one identifier octet, definite length (X.690, 8.1.3). */
function ber(b: Uint8Array, at: number): number {
  if (b[at] !== 0x30) return 0;
  const first = b[at + 1]!;
  if (first < 0x80) return 2 + first;
  const bytes = first & 0x7f;
  if (bytes === 0 || bytes > 4) return 0;
  let n = 0;
  for (let i = 0; i < bytes; i++) n = n * 256 + b[at + 2 + i]!;
  return bounded(2 + bytes + n);
}

export const TLS_FRAMING: Framing = {
  header: 5,
  total: (b, at) => (b[at]! >= 20 && b[at]! <= 24 && b[at + 1] === 3 && b[at + 2]! <= 4 ? 5 + u16(b, at + 3) : 0),
};

export const FRAMINGS: ReadonlyMap<number, Framing> = new Map<number, Framing>([
  [protocolId('DNS'), { header: 2, total: (b, at) => 2 + u16(b, at) }],
  [NBSS, { header: 4, total: netbios, name: smbName }],
  [protocolId('BGP'), { header: 19, total: (b, at) => (b[at] === 0xff && b[at + 15] === 0xff ? u16(b, at + 16) : 0) }],
  [
    protocolId('TPKT'),
    { header: 4, total: (b, at) => (b[at] === 3 && b[at + 1]! === 0 ? u16(b, at + 2) : 0), name: tpktName },
  ],
  [protocolId('LDAP'), { header: 6, total: (b, at) => ber(b, at) || (b[at] === 0 ? 4 + (u32(b, at) & 0xffffff) : 0) }],
  [protocolId('KRB5'), { header: 4, total: (b, at) => bounded(4 + (u32(b, at) & 0x7fffffff)) }],
  [
    protocolId('Modbus/TCP'),
    { header: 6, total: (b, at) => (b[at + 2] === 0 && b[at + 3] === 0 ? 6 + u16(b, at + 4) : 0) },
  ],
  [
    protocolId('DCERPC'),
    {
      header: 10,
      total: (b, at) => (b[at] === 5 && b[at + 1]! < 2 ? readU16(b, at + 8, (b[at + 4]! & 0x10) !== 0) : 0),
    },
  ],
  [protocolId('MySQL'), { header: 4, total: (b, at) => 4 + (u32le(b, at) & 0xffffff) }],
  [
    protocolId('DNP 3.0'),
    { header: 3, total: (b, at) => (b[at] === 5 && b[at + 1] === 0x64 ? 10 + dnpBody(b[at + 2]!) : 0) },
  ],
  [
    protocolId('ENIP'),
    {
      header: 4,
      total: (b, at) => 24 + u16le(b, at + 2),
      name: (b, at) => protocolId((b[at] === 0x6f || b[at] === 0x70) && u16le(b, at + 2) > 6 ? 'CIP' : 'ENIP'),
    },
  ],
  [protocolId('IEC 60870-5-104'), { header: 2, total: (b, at) => (b[at] === 0x68 ? 2 + b[at + 1]! : 0) }],
  [protocolId('DIAMETER'), { header: 4, total: (b, at) => u32(b, at) & 0xffffff }],
  [
    protocolId('HTTP2'),
    { header: 3, total: (b, at) => (b[at] === 0x50 && b[at + 1] === 0x52 && b[at + 2] === 0x49 ? 24 : 9 + u24(b, at)) },
  ],
  [protocolId('LDP'), { header: 4, total: (b, at) => 4 + u16(b, at + 2) }],
  [protocolId('TDS'), { header: 4, total: (b, at) => u16(b, at + 2) }],
  [protocolId('TNS'), { header: 2, total: (b, at) => u16(b, at) }],
  [protocolId('Kafka'), { header: 4, total: (b, at) => bounded(4 + u32(b, at)) }],
  [protocolId('OpenVPN'), { header: 2, total: (b, at) => 2 + u16(b, at) }],
  [protocolId('OpcUa'), { header: 8, total: (b, at) => bounded(u32le(b, at + 4)) }],
  [protocolId('OpenFlow'), { header: 4, total: (b, at) => u16(b, at + 2) }],
  [protocolId('Portmap'), { header: 4, total: (b, at) => bounded(4 + (u32(b, at) & 0x7fffffff)) }],
  [protocolId('PPTP'), { header: 2, total: (b, at) => u16(b, at) }],
  [protocolId('SKINNY'), { header: 4, total: (b, at) => bounded(8 + u32le(b, at)) }],
  [protocolId('MQTT'), { header: 2, total: mqtt }],
  [protocolId('HART_IP'), { header: 8, total: (b, at) => u16(b, at + 6) }],
  [protocolId('OMRON'), { header: 8, total: (b, at) => bounded(8 + u32(b, at + 4)) }],
  [protocolId('SYNCHROPHASOR'), { header: 4, total: (b, at) => (b[at] === 0xaa ? u16(b, at + 2) : 0) }],
  [
    protocolId('Elasticsearch'),
    { header: 6, total: (b, at) => (b[at] === 0x45 && b[at + 1] === 0x53 ? bounded(6 + u32(b, at + 2)) : 0) },
  ],
  [protocolId('DSI'), { header: 16, total: (b, at) => bounded(16 + u32(b, at + 8)) }],
  [protocolId('AMS'), { header: 6, total: (b, at) => bounded(6 + u32le(b, at + 2)) }],
  [protocolId('NFS'), { header: 4, total: (b, at) => bounded(4 + (u32(b, at) & 0x7fffffff)) }],
]);

/** NetBIOS' session service (RFC 1002, 4.3): messages have 24 bits of length, the others 16. */
function netbios(b: Uint8Array, at: number): number {
  const type = b[at]!;
  if (type === 0) return 4 + u24(b, at + 1);
  return type >= 0x81 && type <= 0x85 ? 4 + u16(b, at + 2) : 0;
}

function smbName(b: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || b[at + 5] !== 0x53 || b[at + 6] !== 0x4d || b[at + 7] !== 0x42) return NBSS;
  if (b[at + 4] === 0xff) return SMB;
  return b[at + 4]! >= 0xfc ? SMB2 : NBSS;
}

/** What a TPKT carries (RFC 1006, X.224): connection set-up is COTP, data is told by its first byte. */
function tpktName(b: Uint8Array, at: number, end: number): number {
  if (end - at < 6) return protocolId('TPKT');
  const data = at + 5 + b[at + 4]!;
  if (b[at + 5] !== 0xf0 || data >= end) return protocolId('COTP');
  const first = b[data]!;
  if (first === 0x32) return protocolId('S7COMM');
  return protocolId(first === 0x7f || (first & 0xc3) === 0 || (first >= 0x64 && first <= 0x68) ? 'T.125' : 'COTP');
}

/** DNP3 link frames: a CRC of two bytes after each 16 data bytes (IEEE 1815, 9.2.4). */
function dnpBody(length: number): number {
  const data = length - 5;
  return data <= 0 ? 0 : data + 2 * Math.ceil(data / 16);
}

function mqtt(b: Uint8Array, at: number, end: number): number {
  let length = 0;
  for (let i = 0; i < 4 && at + 1 + i < end; i++) {
    const byte = b[at + 1 + i]!;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return 2 + i + length;
  }
  return 0;
}
