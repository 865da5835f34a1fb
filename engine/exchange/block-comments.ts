// Comments of a packet in a pcapng file, read out of the packet's own block (draft-ietf-opsawg-pcapng, 4.3).
import { type PacketBytes, readU16, readU32 } from '../read/index.ts';

/** Bytes of an enhanced packet block before its packet. */
const HEAD = 28;
const EPB = 6;
const SECTION = 0x0a0d0d0a;
const OPT_COMMENT = 1;
/** Options that are looked at, bytes; comments of one packet. */
const MAX_OPTIONS = 256 * 1024;
const MAX_COMMENTS = 100;
const NONE: readonly string[] = [];

/** @returns whether the bytes are those of a pcapng file */
export function isPcapng(bytes: PacketBytes): boolean {
  const head = bytes.read(0, 4);
  return head.length === 4 && readU32(head, 0, false) === SECTION;
}

/** @param offset of the packet's first byte in the file @param captured its length there */
export function blockComments(bytes: PacketBytes, offset: number, captured: number): readonly string[] {
  const at = offset - HEAD;
  if (at < 0) return NONE;
  const head = bytes.read(at, HEAD);
  if (head.length < HEAD) return NONE;
  // The section's order of bytes is that in which the block is one with such a packet.
  for (const little of [true, false]) {
    const size = readU32(head, 4, little);
    if (readU32(head, 0, little) !== EPB || readU32(head, 20, little) !== captured) continue;
    const options = HEAD + ((captured + 3) & ~3);
    const length = size - 4 - options;
    if (length < 8 || length > MAX_OPTIONS) return NONE;
    const tail = bytes.read(at + options, length + 4);
    if (tail.length < length + 4 || readU32(tail, length, little) !== size) return NONE;
    return commentsIn(tail.subarray(0, length), little);
  }
  return NONE;
}

function commentsIn(options: Uint8Array, little: boolean): readonly string[] {
  const all: string[] = [];
  for (let at = 0; at + 4 <= options.length && all.length < MAX_COMMENTS;) {
    const code = readU16(options, at, little);
    const size = readU16(options, at + 2, little);
    if (code === 0 || at + 4 + size > options.length) break;
    if (code === OPT_COMMENT)
      all.push(
        Buffer.from(options.buffer, options.byteOffset + at + 4, size)
          .toString('utf8')
          .split('\0')[0]!,
      );
    at += 4 + ((size + 3) & ~3);
  }
  return all;
}
