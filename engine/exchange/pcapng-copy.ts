// Packets of a pcapng file into another one, block by block: interfaces, names, statistics, options and the resolution
// of stamps stay as they are, as editcap leaves them (draft-ietf-opsawg-pcapng).
import { type PacketBytes, readU16, readU32 } from '../read/index.ts';

const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
const PACKET = 6;
const JOURNAL = 9;
const SECRETS = 10;
const TLS_KEY_LOG = 0x544c534b;
const OPT_COMMENT = 1;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

const WINDOW = 1024 * 1024;
/** As large as a block of a capture may be that is read. */
const MAX_BLOCK = 129 * 1024 * 1024;
const MAX_OPTION = 0xffff;

export interface CopyOrders {
  /** Whether the packet of a number, from 0, is wanted. */
  wanted(row: number): boolean;
  /** How many packets the file has as far as it was read. */
  readonly packets: number;
  /** Comments that stand instead of the file's; null where these stay. */
  comments(row: number): readonly string[] | null;
  /** A comment that is put before those of the packet; null where none is. */
  added?(row: number): string | null;
  /** Stamps that stand instead of the file's; null where these stay. */
  readonly stamp: ((row: number) => { readonly seconds: number; readonly nanoseconds: number }) | null;
  /** A key log to put in, null for none. */
  readonly inject: Uint8Array | null;
  /** Blocks of secrets are left out. */
  readonly strip: boolean;
}

export interface Copied {
  /** Numbers of packets that were copied. */
  readonly rows: number;
  readonly block: Uint8Array;
}

/** The file's bytes, read a stretch at a time. */
class Stretch {
  private from = 0;
  private held: Uint8Array = new Uint8Array(0);
  private readonly bytes: PacketBytes;

  constructor(bytes: PacketBytes) {
    this.bytes = bytes;
  }

  /** @returns fewer bytes where the file ends */
  take(at: number, length: number): Uint8Array {
    if (at < this.from || at + length > this.from + this.held.length) {
      this.from = at;
      this.held = this.bytes.read(at, Math.max(WINDOW, length));
    }
    return this.held.subarray(at - this.from, at - this.from + length);
  }
}

/**
 * The blocks of the copy, in order; the bytes of each are good until the next one is asked for.
 * @param bytes of a pcapng file from its beginning
 * @returns the number of packets in them so far, with each block
 */
export function* copiedBlocks(bytes: PacketBytes, orders: CopyOrders): Generator<Copied> {
  const file = new Stretch(bytes);
  let little = true;
  let packet = 0;
  let rows = 0;
  let inject = orders.inject;
  for (let at = 0; ;) {
    const head = file.take(at, 12);
    if (head.length < 12) return;
    const isSection = readU32(head, 0, false) === SECTION;
    if (isSection) little = readU32(head, 8, true) === BYTE_ORDER;
    const type = readU32(head, 0, little);
    const length = readU32(head, 4, little);
    // What cannot be a block was not read either.
    if (length < 12 || length % 4 !== 0 || length > MAX_BLOCK) return;
    const block = file.take(at, length);
    if (block.length < length) return;
    at += length;
    if (isSection) {
      yield { rows, block: withoutLength(block, little) };
      if (inject !== null) yield { rows, block: secrets(inject, little) };
      inject = null;
    } else if (type === PACKET || type === SIMPLE_PACKET || type === OLD_PACKET) {
      // Packets that were not read have no rows.
      if (packet >= orders.packets) return;
      const row = packet++;
      if (!orders.wanted(row)) continue;
      const comments = orders.comments(row);
      const told = comments === null ? block : withComments(block, type, comments, [OPT_COMMENT], little);
      const added = orders.added?.(row) ?? null;
      const said = added === null ? told : withComments(told, readU32(told, 0, little), [added], [], little);
      rows++;
      yield { rows, block: orders.stamp === null ? said : withStamp(said, orders.stamp(row), little) };
    } else if (orders.stamp !== null && type === INTERFACE) yield { rows, block: inNanoseconds(block, little) };
    // Counts have a time of their own, which nobody has shifted.
    else if (orders.stamp !== null && type === STATISTICS) continue;
    else if (type !== JOURNAL && !(orders.strip && type === SECRETS)) yield { rows, block };
  }
}

/** A section header that does not say how long its section is. */
function withoutLength(block: Uint8Array, little: boolean): Uint8Array {
  const b = Buffer.from(block);
  if (little) b.writeBigInt64LE(-1n, 16);
  else b.writeBigInt64BE(-1n, 16);
  return b;
}

function secrets(keys: Uint8Array, little: boolean): Uint8Array {
  const padded = (keys.length + 3) & ~3;
  const out = new Words(20 + padded, little);
  out
    .u32(SECRETS, 0)
    .u32(20 + padded, 4)
    .u32(TLS_KEY_LOG, 8)
    .u32(keys.length, 12);
  out.bytes.set(keys, 16);
  return out.u32(20 + padded, 16 + padded).bytes;
}

/** A packet's block with comments more; its options stay but for those of some codes. */
function withComments(
  block: Uint8Array,
  type: number,
  comments: readonly string[],
  without: readonly number[],
  little: boolean,
): Uint8Array {
  const body = type === SIMPLE_PACKET ? fromSimple(block, little) : block.subarray(0, block.length - 4);
  const captured = readU32(body, 20, little);
  const optionsAt = 28 + ((captured + 3) & ~3);
  const options = [...comments.map((text) => commentOption(text, little)), ...others(body, optionsAt, little, without)];
  if (options.length > 0) options.push(new Uint8Array(4));
  const parts = [body.subarray(0, optionsAt), ...options, new Uint8Array(4)];
  const out = Buffer.concat(parts);
  const words = new Words(out, little);
  return words.u32(out.length, 4).u32(out.length, out.length - 4).bytes;
}

/** An interface whose stamps count nanoseconds since 1970. */
function inNanoseconds(block: Uint8Array, little: boolean): Uint8Array {
  const resolution = new Words(8, little).u16(IF_TSRESOL, 0).u16(1, 2);
  resolution.bytes[4] = 9;
  const body = block.subarray(0, block.length - 4);
  const kept = others(body, 16, little, [IF_TSRESOL, IF_TSOFFSET]);
  const out = Buffer.concat([body.subarray(0, 16), ...kept, resolution.bytes, new Uint8Array(4), new Uint8Array(4)]);
  return new Words(out, little).u32(out.length, 4).u32(out.length, out.length - 4).bytes;
}

/** A packet at another time. Those without one become packets that have it. */
function withStamp(
  block: Uint8Array,
  { seconds, nanoseconds }: { readonly seconds: number; readonly nanoseconds: number },
  little: boolean,
): Uint8Array {
  const simple = readU32(block, 0, little) === SIMPLE_PACKET;
  const packet = simple ? withComments(block, SIMPLE_PACKET, [], [], little) : Buffer.from(block);
  const stamp = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  const words = new Words(Buffer.from(packet), little);
  return words.u32(Number(stamp >> 32n), 12).u32(Number(stamp & 0xffff_ffffn), 16).bytes;
}

/** The beginning of a packet's block with options: of the first interface, without a time, as a simple one is. */
function fromSimple(block: Uint8Array, little: boolean): Uint8Array {
  const data = block.subarray(12, block.length - 4);
  const wire = readU32(block, 8, little);
  const body = new Words(28 + data.length, little);
  body.u32(PACKET, 0).u32(Math.min(wire, data.length), 20).u32(wire, 24);
  body.bytes.set(data, 28);
  return body.bytes;
}

function commentOption(text: string, little: boolean): Uint8Array {
  const said = Buffer.from(text, 'utf8').subarray(0, MAX_OPTION);
  const option = new Words(4 + ((said.length + 3) & ~3), little);
  option.u16(OPT_COMMENT, 0).u16(said.length, 2);
  option.bytes.set(said, 4);
  return option.bytes;
}

/** Options but some, without their end. */
function others(body: Uint8Array, from: number, little: boolean, without: readonly number[]): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (let at = from; at + 4 <= body.length;) {
    const code = readU16(body, at, little);
    const size = 4 + ((readU16(body, at + 2, little) + 3) & ~3);
    if (code === 0 || at + size > body.length) break;
    if (!without.includes(code)) kept.push(body.subarray(at, at + size));
    at += size;
  }
  return kept;
}

/** Writes numbers in the order of a section. */
class Words {
  readonly bytes: Buffer;
  private readonly little: boolean;

  constructor(bytes: number | Buffer, little: boolean) {
    this.bytes = typeof bytes === 'number' ? Buffer.alloc(bytes) : bytes;
    this.little = little;
  }

  u16(value: number, at: number): this {
    if (this.little) this.bytes.writeUInt16LE(value, at);
    else this.bytes.writeUInt16BE(value, at);
    return this;
  }

  u32(value: number, at: number): this {
    if (this.little) this.bytes.writeUInt32LE(value, at);
    else this.bytes.writeUInt32BE(value, at);
    return this;
  }
}
