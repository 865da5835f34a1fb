// Blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian, nanosecond stamps: packets of a capture written out again.

const MAX_PACKET = 262_144;

export function sectionBlock(): Uint8Array {
  const b = Buffer.alloc(28);
  b.writeUInt32LE(0x0a0d0d0a, 0);
  b.writeUInt32LE(28, 4);
  b.writeUInt32LE(0x1a2b3c4d, 8);
  b.writeUInt16LE(1, 12);
  b.writeBigInt64LE(-1n, 16);
  b.writeUInt32LE(28, 24);
  return b;
}

export function interfaceBlock(link: number): Uint8Array {
  const b = Buffer.alloc(32);
  b.writeUInt32LE(1, 0);
  b.writeUInt32LE(32, 4);
  b.writeUInt16LE(link, 8);
  b.writeUInt32LE(MAX_PACKET, 12);
  b.writeUInt16LE(9, 16); // if_tsresol
  b.writeUInt16LE(1, 18);
  b[20] = 9;
  b.writeUInt32LE(32, 28);
  return b;
}

/** @param index the interface's number in its section @param wire length on the wire */
export function packetBlock(index: number, seconds: number, nanoseconds: number, wire: number, data: Uint8Array): Uint8Array {
  const padded = (data.length + 3) & ~3;
  const b = Buffer.alloc(32 + padded);
  const time = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  b.writeUInt32LE(6, 0);
  b.writeUInt32LE(b.length, 4);
  b.writeUInt32LE(index, 8);
  b.writeUInt32LE(Number(time >> 32n), 12);
  b.writeUInt32LE(Number(time & 0xffffffffn), 16);
  b.writeUInt32LE(data.length, 20);
  b.writeUInt32LE(Math.max(wire, data.length), 24);
  b.set(data, 28);
  b.writeUInt32LE(b.length, 28 + padded);
  return b;
}
