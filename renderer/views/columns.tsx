// The column heads of a list: a click sorts, a drag at the edge or Alt with arrows sizes; widths are remembered.
import { useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { SortOrder } from '../../contract/index.ts';
import { sortBy } from '../state/actions.ts';
import type { Which } from '../state/store.ts';
import { useWord, type WordKey } from '../words/words.ts';

export interface Column {
  readonly id: string;
  readonly title: WordKey;
  readonly width: number;
  readonly right?: boolean;
  /** Takes what is left. */
  readonly grow?: boolean;
}

const MIN = 36;

function stored(which: Which): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(`sightline.columns.${which}`) ?? '{}') as Record<string, number>;
  } catch {
    return {};
  }
}

export interface ColumnWidths {
  /** The widths of all columns, as a grid template. */
  readonly template: string;
  readonly style: CSSProperties;
  readonly width: (column: Column) => number;
  readonly resize: (column: Column, width: number) => void;
}

/** Widths as one grid template that heads and rows share. */
export function useColumnWidths(which: Which, columns: readonly Column[]): ColumnWidths {
  const [widths, set] = useState(() => stored(which));
  const width = (c: Column): number => widths[c.id] ?? c.width;
  const template = columns.map((c) => (c.grow ? `minmax(${width(c)}px, 1fr)` : `${width(c)}px`)).join(' ');
  return {
    width,
    template,
    style: {
      '--columns': template,
      ...Object.fromEntries(columns.map((c, i) => [`--w${i}`, c.grow ? '0px' : `${width(c)}px`])),
    } as CSSProperties,
    resize(column, to) {
      const next = { ...widths, [column.id]: Math.max(MIN, Math.round(to)) };
      set(next);
      localStorage.setItem(`sightline.columns.${which}`, JSON.stringify(next));
    },
  };
}

/** How a list is sorted by the column of this head. */
export function SortMark({ sorted }: { readonly sorted: 'ascending' | 'descending' | null }): ReactNode {
  const word = useWord();
  if (sorted === null) return null;
  return (
    <span className="head-sort" aria-label={word(sorted)}>
      {sorted === 'ascending' ? '▴' : '▾'}
    </span>
  );
}

export function ColumnHeads({
  which,
  columns,
  sort,
  widths,
}: {
  readonly which: Which;
  readonly columns: readonly Column[];
  readonly sort: SortOrder | null;
  readonly widths: ColumnWidths;
}): ReactNode {
  const word = useWord();
  const keys = (event: KeyboardEvent, c: Column): void => {
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    widths.resize(c, widths.width(c) + (event.key === 'ArrowRight' ? 12 : -12));
  };
  return (
    <div className="heads" role="group" aria-label={word('columns')}>
      {columns.map((c) => {
        const sorted = sort?.column === c.id ? directionOf(sort) : null;
        return (
          <div key={c.id} className={`head${c.right ? ' right' : ''}`}>
            <button
              type="button"
              className="head-button"
              aria-pressed={sorted !== null}
              title={word('sortHint')}
              onClick={() => void sortBy(which, c.id)}
              onKeyDown={(e) => keys(e, c)}
            >
              {word(c.title)}
              <SortMark sorted={sorted} />
            </button>
            <span
              className="head-edge"
              onPointerDown={(e) => dragEdge(e, widths.width(c), (to) => widths.resize(c, to))}
            />
          </div>
        );
      })}
    </div>
  );
}

function directionOf(sort: SortOrder): 'descending' | 'ascending' {
  return sort.descending ? 'descending' : 'ascending';
}

/**
 * Sizes a column while its edge is dragged.
 * @param from its width, px
 * @param resize is told `keep` once, where the edge is let go elsewhere
 */
export function dragEdge(
  event: PointerEvent<HTMLElement>,
  from: number,
  resize: (to: number, keep: boolean) => void,
): void {
  event.preventDefault();
  const { clientX } = event;
  const target = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  const move = (e: globalThis.PointerEvent): void => resize(from + e.clientX - clientX, false);
  target.addEventListener('pointermove', move);
  target.addEventListener(
    'pointerup',
    (e: globalThis.PointerEvent) => {
      target.removeEventListener('pointermove', move);
      if (e.clientX !== clientX) resize(from + e.clientX - clientX, true);
    },
    { once: true },
  );
}
