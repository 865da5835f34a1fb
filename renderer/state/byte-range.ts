// Bytes of a packet that are lit up without a line of its tree: those that a rule matched on, and those that were chosen
// with the mouse or with Shift and the arrows.
import { create } from 'zustand';
import type { PacketRow } from '../../contract/index.ts';
import { DEFAULT_PANES, useStore } from './store.ts';

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

/** Opens the pane of bytes where it was hidden, or all lower panes were. */
export function openBytes(): void {
  const { panes, set } = useStore.getState();
  if (panes.detail > 0 && !panes.hidden.includes('bytes')) return;
  const hidden = panes.hidden.filter((pane) => pane !== 'bytes');
  set({ panes: { ...panes, hidden, detail: panes.detail === 0 ? DEFAULT_PANES.detail : panes.detail } });
}

export function unlightBytes(): void {
  if (useByteRange.getState().range !== null) useByteRange.setState({ range: null });
}
