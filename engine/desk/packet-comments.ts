// Comments of packets: those of the file, read out of a packet's own block when somebody looks, and those that the user
// wrote instead. Nothing is kept for packets that nobody commented.
import type { PacketRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { blockComments } from '../exchange/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';

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
    return blockComments(packetBytes, chunk.offset[i]!, chunk.captured[i]!);
  }
}
