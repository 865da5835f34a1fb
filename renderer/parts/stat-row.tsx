// The row of a table, as statistics and threat rules have it: where it stands, and what pressing it does.
import type { ReactNode } from 'react';
import { isEcho, type Point } from '../state/menu.ts';

export interface StatRowPlace {
  readonly id: string;
  /** From 0. */
  readonly index: number;
  /** px from the head of the sheet. */
  readonly top: number;
  /** Tracks of its cells. */
  readonly template: string;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly open: () => void;
  /** @param column the one pointed at, where cells name theirs */
  readonly menu: (point: Point, column: string | null) => void;
}

/** @param children its cells */
export function StatRow({
  place: p,
  children,
}: {
  readonly place: StatRowPlace;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div
      id={p.id}
      role="row"
      className={`stat-row${p.chosen ? ' chosen' : ''}${p.index % 2 === 1 ? ' odd' : ''}`}
      aria-rowindex={p.index + 2}
      aria-selected={p.chosen}
      style={{ gridTemplateColumns: p.template, transform: `translateY(${p.top}px)` }}
      onClick={p.choose}
      onDoubleClick={p.open}
      onContextMenu={(e) => {
        e.preventDefault();
        if (isEcho(e)) return;
        const cell = (e.target as HTMLElement).closest<HTMLElement>('[role="gridcell"]');
        p.menu({ x: e.clientX, y: e.clientY }, cell?.dataset['column'] ?? null);
      }}
    >
      {children}
    </div>
  );
}
