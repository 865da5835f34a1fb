// pcap (draft-ietf-opsawg-pcap), little-endian: one link type, stamps of 32 bits of seconds.

const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;
/** What Wireshark and tcpdump write where nothing was cut. */
const SNAP_LENGTH = 262_144;
/** The first second that a stamp cannot hold. */
export const PCAP_END = 2 ** 32;

export function pcapHeader(link: number, nanoseconds: boolean): Uint8Array {
  const b = Buffer.alloc(24);
  b.writeUInt32LE(nanoseconds ? NANO : MICRO, 0);
  b.writeUInt16LE(2, 4);
  b.writeUInt16LE(4, 6);
  b.writeUInt32LE(SNAP_LENGTH, 16);
  b.writeUInt32LE(link, 20);
  return b;
}

/** @param fraction of the second, in the unit of the header @param wire length on the wire, bytes */
export function pcapRecord(seconds: number, fraction: number, wire: number, data: Uint8Array): Uint8Array {
  const b = Buffer.allocUnsafe(16 + data.length);
  b.writeUInt32LE(seconds, 0);
  b.writeUInt32LE(fraction, 4);
  b.writeUInt32LE(data.length, 8);
  b.writeUInt32LE(Math.max(wire, data.length), 12);
  b.set(data, 16);
  return b;
}
