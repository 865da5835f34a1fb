// Blocks of pcapng (draft-ietf-opsawg-pcapng), little-endian, nanosecond stamps: packets of a capture written out
// again.

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

/** A key log of TLS for the packets after it (draft-ietf-opsawg-pcapng, 4.7). */
export function secretsBlock(keys: Uint8Array): Uint8Array {
  const padded = (keys.length + 3) & ~3;
  const b = Buffer.alloc(20 + padded);
  b.writeUInt32LE(0x0000000a, 0);
  b.writeUInt32LE(b.length, 4);
  b.writeUInt32LE(0x544c534b, 8);
  b.writeUInt32LE(keys.length, 12);
  b.set(keys, 16);
  b.writeUInt32LE(b.length, b.length - 4);
  return b;
}

/** 2^34 s, 544 years: in nanoseconds less than 64 bits. */
const ERA = 17_179_869_184;

/**
 * Where the clock of a stamp's interface begins: at 1970 for all that 64 bits of nanoseconds reach, else eras before
 * or after.
 */
function eraOf(seconds: number): number {
  return Math.floor(seconds / ERA) * ERA;
}

/**
 * Packets of any stamps: an interface a link type, and further ones, with a clock of their own, for stamps of other
 * eras.
 */
export class PacketBlocks {
  private readonly interfaces: { readonly link: number; readonly era: number; readonly name: string }[] = [];
  private readonly name: string;

  /** @param name of the interfaces, or '' */
  constructor(name = '') {
    this.name = name;
  }

  get count(): number {
    return this.interfaces.length;
  }

  /**
   * @param name of the interface, where packets of several captures come together
   * @returns the block of the interface that packets of this kind need first, or null when it was given already
   */
  interfaceFor(link: number, seconds: number, name = this.name): Uint8Array | null {
    if (this.indexOf(link, seconds, name) >= 0) return null;
    const era = eraOf(seconds);
    this.interfaces.push({ link, era, name });
    return interfaceBlock(link, name, era);
  }

  /** A packet whose interface was given. @param wire length on the wire @param more its interface's name, comments */
  packet(
    link: number,
    seconds: number,
    nanoseconds: number,
    wire: number,
    data: Uint8Array,
    more: { readonly name?: string; readonly comments?: readonly string[] } = {},
  ): Uint8Array {
    const { name = this.name, comments = [] } = more;
    const index = this.indexOf(link, seconds, name);
    return packetBlock(index, seconds - this.interfaces[index]!.era, nanoseconds, wire, data, comments);
  }

  /** All interfaces again: of a further section. */
  again(): Uint8Array[] {
    return this.interfaces.map(({ link, era, name }) => interfaceBlock(link, name, era));
  }

  /** Counts of an interface. @param start @param end milliseconds since 1970 */
  statistics(index: number, start: number, end: number, received: number, dropped: number): Uint8Array {
    const era = this.interfaces[index]!.era * 1000;
    // Times of other eras than the interface's are set to the nearest that its clock can say.
    const within = (ms: number): number => Math.min(ERA * 1000, Math.max(0, ms - era));
    return statisticsBlock(index, within(start), within(end), received, dropped);
  }

  private indexOf(link: number, seconds: number, name: string): number {
    const era = eraOf(seconds);
    return this.interfaces.findIndex((i) => i.link === link && i.era === era && i.name === name);
  }
}

/** @param name of the interface, or '' @param era where its clock begins, seconds since 1970 (if_tsoffset) */
export function interfaceBlock(link: number, name = '', era = 0): Uint8Array {
  const text = Buffer.from(name.slice(0, MAX_NAME));
  const named = text.length === 0 ? 0 : 4 + ((text.length + 3) & ~3);
  const offset = era === 0 ? 0 : 12;
  const b = Buffer.alloc(32 + named + offset);
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
  if (era !== 0) {
    b.writeUInt16LE(14, 24 + named); // if_tsoffset
    b.writeUInt16LE(8, 26 + named);
    b.writeBigInt64LE(BigInt(era), 28 + named);
  }
  b.writeUInt32LE(b.length, b.length - 4);
  return b;
}

/** @param index the interface's number @param start @param end milliseconds since the epoch */
export function statisticsBlock(
  index: number,
  start: number,
  end: number,
  received: number,
  dropped: number,
): Uint8Array {
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
  const option = (at: number, code: number): number => {
    b.writeUInt16LE(code, at);
    b.writeUInt16LE(8, at + 2);
    return at + 4;
  };
  stamp(option(20, 2), start);
  stamp(option(32, 3), end);
  b.writeBigUInt64LE(BigInt(received), option(44, 4));
  b.writeBigUInt64LE(BigInt(dropped), option(56, 7));
  b.writeUInt32LE(b.length, b.length - 4);
  return b;
}

const MAX_OPTION = 0xffff;

/** Options opt_comment with their end; nothing without comments. */
function commentOptions(comments: readonly string[]): Uint8Array {
  if (comments.length === 0) return new Uint8Array(0);
  const parts = comments.map((comment) => {
    const whole = Buffer.from(comment, 'utf8');
    const text = whole.subarray(0, MAX_OPTION);
    const b = Buffer.alloc(4 + ((text.length + 3) & ~3));
    b.writeUInt16LE(1, 0);
    b.writeUInt16LE(text.length, 2);
    b.set(text, 4);
    return b;
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** @param index the interface's number in its section @param wire length on the wire */
export function packetBlock(
  index: number,
  seconds: number,
  nanoseconds: number,
  wire: number,
  data: Uint8Array,
  comments: readonly string[] = [],
): Uint8Array {
  const padded = (data.length + 3) & ~3;
  const options = commentOptions(comments);
  const b = Buffer.alloc(32 + padded + options.length);
  const time = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  b.writeUInt32LE(6, 0);
  b.writeUInt32LE(b.length, 4);
  b.writeUInt32LE(index, 8);
  b.writeUInt32LE(Number(time >> 32n), 12);
  b.writeUInt32LE(Number(time & 0xffffffffn), 16);
  b.writeUInt32LE(data.length, 20);
  b.writeUInt32LE(Math.max(wire, data.length), 24);
  b.set(data, 28);
  b.set(options, 28 + padded);
  b.writeUInt32LE(b.length, b.length - 4);
  return b;
}
