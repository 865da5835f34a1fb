// Bytes of a capture's packets once more, in the order of the capture, read in large pieces: what the columns do not
// have (link addresses, sequence numbers, questions and answers) is counted from there.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { CHUNK_ROWS, inChunk, type PacketChunk } from '../decode/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** Fits into a core's own cache, as when the capture is read for the first time. */
const PIECE = 256 * 1024;
/** More than most pieces need: a packet that begins at the end of one is read with what follows. */
const MAX_RECORD = 64 * 1024;

export interface SweepSource {
  readonly analysis: Analysis;
  readonly bytes: PacketBytes;
  /** Packets follow one another in one file, so that many are read at once. */
  readonly contiguous: boolean;
}

/** Hears of each packet: `buf[off..off+captured)` are its bytes, valid during the call. `i` is its row in `chunk`. */
export type PacketVisitor = (
  row: PacketRow,
  chunk: PacketChunk,
  i: number,
  buf: Uint8Array,
  off: number,
  captured: number,
) => void;

export interface Swept {
  /** Packets whose bytes are gone from the disk: nobody heard of them. */
  readonly unread: number;
}

/**
 * @param to packets to visit, the first so many of the capture
 * @param share of the job's progress that this is
 */
export async function sweepPackets(
  s: SweepSource,
  to: number,
  turns: TimeSlices,
  visit: PacketVisitor,
  share = 1,
): Promise<Swept> {
  const { packets } = s.analysis;
  const begun = turns.done;
  let piece: Uint8Array = new Uint8Array(0);
  let pieceAt = 0;
  let unread = 0;
  for (let base = 0; base < to; base += CHUNK_ROWS) {
    const chunk = packets.chunk(packetRow(base));
    const end = Math.min(CHUNK_ROWS, to - base);
    for (let i = 0; i < end; i++) {
      const captured = chunk.captured[i]!;
      const offset = chunk.offset[i]!;
      let off = offset - pieceAt;
      if (off < 0 || off + captured > piece.length) {
        piece = s.bytes.read(offset, s.contiguous ? Math.max(PIECE, captured) : captured);
        pieceAt = offset;
        off = 0;
      }
      if (off + captured > piece.length) unread++;
      else visit(packetRow(base + i), chunk, i, piece, off, captured);
      if ((i & 255) === 0 && turns.due) {
        turns.done = begun + (share * (base + i)) / to;
        await turns.rest();
      }
    }
  }
  turns.done = begun + share;
  return { unread };
}

/** One packet's bytes, for pages that show few. @returns null where they are gone */
export function bytesOf(s: SweepSource, row: PacketRow): Uint8Array | null {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const length = Math.min(MAX_RECORD, chunk.captured[i]!);
  const bytes = s.bytes.read(chunk.offset[i]!, length);
  return bytes.length < length ? null : bytes;
}
