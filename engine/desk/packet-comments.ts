// Comments of packets: those of the file, read out of a packet's own block when somebody looks, and those that the user
// wrote instead. Nothing is kept for packets that nobody commented.
import type { PacketRow } from '../../contract/index.ts';
import { inChunk, readU16, readU32 } from '../decode/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';

/** Bytes of an enhanced packet block before its packet (draft-ietf-opsawg-pcapng, 4.3). */
const HEAD = 28;
const EPB = 6;
const OPT_COMMENT = 1;
/** Options that are looked at, bytes; comments of one packet. */
const MAX_OPTIONS = 256 * 1024;
const MAX_COMMENTS = 100;
const NONE: readonly string[] = [];

export interface CommentSource {
  readonly analysis: Analysis;
  readonly packetBytes: PacketBytes;
  /** What the capture says of itself; null while nothing is read. */
  readonly meta: { readonly format: string } | null;
}

export class PacketComments {
  /** By row, what the user wrote; none where the file's were taken away. */
  private readonly written = new Map<PacketRow, readonly string[]>();
  private readonly source: CommentSource;

  constructor(source: CommentSource) {
    this.source = source;
  }

  /** How many packets have other comments than the file's. */
  get edited(): number {
    return this.written.size;
  }

  isEdited(row: PacketRow): boolean {
    return this.written.has(row);
  }

  of(row: PacketRow): readonly string[] {
    return this.written.get(row) ?? this.ofFile(row);
  }

  /** What the file has already is no change. */
  write(row: PacketRow, comments: readonly string[]): void {
    const file = this.ofFile(row);
    const same = file.length === comments.length && file.every((text, i) => text === comments[i]);
    if (same) this.written.delete(row);
    else this.written.set(row, [...comments]);
  }

  private ofFile(row: PacketRow): readonly string[] {
    const { analysis, packetBytes, meta } = this.source;
    if (meta?.format !== 'pcapng') return NONE;
    const chunk = analysis.packets.chunk(row);
    const i = inChunk(row);
    const captured = chunk.captured[i]!;
    const at = chunk.offset[i]! - HEAD;
    if (at < 0) return NONE;
    const head = packetBytes.read(at, HEAD);
    if (head.length < HEAD) return NONE;
    // The section's order of bytes is that in which the block is one with such a packet.
    for (const little of [true, false]) {
      const size = readU32(head, 4, little);
      if (readU32(head, 0, little) !== EPB || readU32(head, 20, little) !== captured) continue;
      const options = HEAD + ((captured + 3) & ~3);
      const length = size - 4 - options;
      if (length < 8 || length > MAX_OPTIONS) return NONE;
      const tail = packetBytes.read(at + options, length + 4);
      if (tail.length < length + 4 || readU32(tail, length, little) !== size) return NONE;
      return commentsIn(tail.subarray(0, length), little);
    }
    return NONE;
  }
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
