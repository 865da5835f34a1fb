// Bytes that are chosen one beside the other, by dragging over them or with Shift: where the run begins, and where it
// has come to.
import { useMemo, type PointerEvent, type SyntheticEvent } from 'react';
import type { PacketRow } from '../../contract/index.ts';
import { lightBytes } from '../state/byte-range.ts';

export interface ByteRun {
  /** A byte was chosen alone. */
  start(at: number): void;
  /** The run goes on, or back, to a byte. */
  extend(at: number): void;
  head(): number;
  /** Other bytes are lit up. @returns whether they shall be brought into sight: a run has its own end there already */
  begin(from: number, to: number): boolean;
  down(event: PointerEvent): void;
  move(event: PointerEvent): void;
  /** Whether the press that ends was a drag. */
  dragged(): boolean;
}

/** The byte under a mouse, null where there is none. */
export function byteAt(event: SyntheticEvent): number | null {
  const at = (event.target as HTMLElement).dataset['at'];
  return at === undefined ? null : Number(at);
}

/** @param row the packet whose bytes are shown @param source which of its sources */
export function useByteRun(row: PacketRow | null, source: number): ByteRun {
  return useMemo(() => {
    let anchor = 0;
    let head = 0;
    let own = false;
    let pressed = false;
    let moved = false;
    const extend = (at: number): void => {
      if (row === null) return;
      own = true;
      head = at;
      lightBytes(row, [{ from: Math.min(anchor, at), to: Math.max(anchor, at) + 1 }], source);
    };
    return {
      start(at) {
        own = false;
        anchor = head = at;
      },
      extend,
      head: () => head,
      begin(from, to) {
        const shown = own;
        own = false;
        // The byte that was pressed lies in the line that came to be chosen by it: the run begins there.
        if (!shown && (anchor < from || anchor >= to)) anchor = head = from;
        return !shown;
      },
      down(event) {
        const at = byteAt(event);
        pressed = event.button === 0 && at !== null;
        moved = false;
        if (!pressed) return;
        if (event.shiftKey) extend(at!);
        else {
          own = false;
          anchor = head = at!;
        }
      },
      move(event) {
        if (!pressed || (event.buttons & 1) === 0) return;
        const at = byteAt(event);
        if (at === null || at === head) return;
        moved = true;
        extend(at);
      },
      dragged: () => moved,
    };
  }, [row, source]);
}
