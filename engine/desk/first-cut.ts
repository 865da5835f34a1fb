// Where a file that was cut ends among its packets.
import { packetRow, type PacketRow } from '../../contract/index.ts';
import { inChunk, type PacketColumns } from '../decode/index.ts';

/** The first packet that does not lie within the first `bytes` of the file. */
export function firstCut(packets: PacketColumns, bytes: number): PacketRow {
  const row = packets.rowAt(bytes);
  if (row === 0) return row;
  const before = packetRow(row - 1);
  const chunk = packets.chunk(before);
  const i = inChunk(before);
  return chunk.offset[i]! + chunk.captured[i]! > bytes ? before : row;
}
