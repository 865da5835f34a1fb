// Bytes of a packet that are lit up without a line of its tree: those that a rule matched on, and those that were chosen
// with the mouse or with Shift and the arrows.
import { create } from 'zustand';
import type { PacketRow } from '../../contract/index.ts';

export interface Span {
  readonly from: number;
  /** The byte after the last. */
  readonly to: number;
}

interface ByteRange {
  readonly row: PacketRow;
  readonly source: number;
  /** At least one; the first is what menus and exports mean. */
  readonly spans: readonly Span[];
}

export const useByteRange = create<{ readonly range: ByteRange | null }>(() => ({ range: null }));

/** Lights up bytes of the packet itself; without any, none. */
export function lightBytes(row: PacketRow, spans: readonly Span[], source = 0): void {
  useByteRange.setState({ range: spans.length === 0 ? null : { row, source, spans } });
}

export function unlightBytes(): void {
  if (useByteRange.getState().range !== null) useByteRange.setState({ range: null });
}
