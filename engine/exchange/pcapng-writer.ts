// Blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian, nanosecond stamps: packets of a capture written out again.

const MAX_PACKET = 262_144;
const MAX_NAME = 300;

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

/** @param name of the interface, or '' */
export function interfaceBlock(link: number, name = ''): Uint8Array {
  const text = Buffer.from(name.slice(0, MAX_NAME));
  const named = text.length === 0 ? 0 : 4 + ((text.length + 3) & ~3);
  const b = Buffer.alloc(32 + named);
  b.writeUInt32LE(1, 0);
  b.writeUInt32LE(b.length, 4);
  b.writeUInt16LE(link, 8);
  b.writeUInt32LE(MAX_PACKET, 12);
  b.writeUInt16LE(9, 16); // if_tsresol
  b.writeUInt16LE(1, 18);
  b[20] = 9;
  if (named > 0) {
    b.writeUInt16LE(2, 24); // if_name
    b.writeUInt16LE(text.length, 26);
    b.set(text, 28);
  }
  b.writeUInt32LE(b.length, b.length - 4);
  return b;
}

/** @param index the interface's number @param start @param end milliseconds since the epoch */
export function statisticsBlock(index: number, start: number, end: number, received: number, dropped: number): Uint8Array {
  const b = Buffer.alloc(20 + 4 * 12 + 4 + 4);
  b.writeUInt32LE(5, 0);
  b.writeUInt32LE(b.length, 4);
  b.writeUInt32LE(index, 8);
  const stamp = (at: number, ms: number): void => {
    const time = BigInt(Math.round(ms)) * 1_000_000n;
    b.writeUInt32LE(Number(time >> 32n), at);
    b.writeUInt32LE(Number(time & 0xffffffffn), at + 4);
  };
  stamp(12, end);
  const option = (at: number, code: number): number => { b.writeUInt16LE(code, at); b.writeUInt16LE(8, at + 2); return at + 4; };
  stamp(option(20, 2), start);
  stamp(option(32, 3), end);
  b.writeBigUInt64LE(BigInt(received), option(44, 4));
  b.writeBigUInt64LE(BigInt(dropped), option(56, 7));
  b.writeUInt32LE(b.length, b.length - 4);
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
