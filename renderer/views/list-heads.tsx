// The heads of a list: a click sorts, a drag moves a column, its edge sizes it. By keys: Alt with arrows sizes, Alt and
// Shift with arrows move; the menu key has the rest. Lists and tables differ in their elements, not in what heads do.
import { useRef, useState, type DragEvent, type HTMLAttributes, type KeyboardEvent, type ReactNode } from 'react';
import { isEcho, isMenuKey, openMenu, openMenuAt } from '../state/menu.ts';
import { useWord } from '../words/words.ts';
import { MIN_WIDTH } from './column-settings.ts';
import { dragEdge, SortMark } from './columns.tsx';
import { headItems } from './head-menu.ts';
import type { ListColumn, ListColumns } from './list-columns.ts';

const STEP = 12;

export interface HeadNote {
  readonly column: string;
  readonly text: string;
  readonly title: string;
}

export interface HeadProps {
  /** Something that is dragged would be dropped before this column. */
  readonly over: boolean;
  /** Of the head itself. */
  readonly head: HTMLAttributes<HTMLElement> & { readonly 'data-column': string };
  readonly keys: (event: KeyboardEvent<HTMLElement>) => void;
  readonly edge: HTMLAttributes<HTMLElement>;
}

/** What the head of a column does. @param fit sizes a column by what is in sight */
export function useHeadProps(columns: ListColumns, fit: (column: ListColumn) => void): (c: ListColumn) => HeadProps {
  const dragged = useRef<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const { shown } = columns;
  const menu = (c: ListColumn) => ({ label: c.title, items: headItems(columns, c, fit) });
  const keys = (event: KeyboardEvent<HTMLElement>, c: ListColumn): void => {
    const wanted = isMenuKey(event);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (!wanted && (!event.altKey || by === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    const at = shown.findIndex((other) => other.id === c.id);
    if (wanted) openMenuAt(event.currentTarget, menu(c));
    else if (event.shiftKey) columns.move(c.id, shown[by < 0 ? at - 1 : at + 2]?.id ?? (by < 0 ? c.id : null));
    else columns.resize(c.id, widthOf(event.currentTarget, c) + by * STEP, true);
  };
  const drop = (event: DragEvent, before: string): void => {
    event.preventDefault();
    event.stopPropagation();
    setOver(null);
    if (dragged.current !== null) columns.move(dragged.current, before);
    dragged.current = null;
  };
  return (c) => ({
    over: over === c.id,
    head: {
      'data-column': c.id,
      draggable: true,
      onDragStart: (e) => {
        dragged.current = c.id;
        e.dataTransfer.effectAllowed = 'move';
        e.dataTransfer.setData('text/plain', c.title);
      },
      onDragOver: (e) => {
        if (dragged.current === null) return;
        e.preventDefault();
        e.stopPropagation();
        setOver(c.id);
      },
      onDragEnd: () => {
        dragged.current = null;
        setOver(null);
      },
      onDrop: (e) => drop(e, c.id),
      onContextMenu: (e) => {
        e.preventDefault();
        if (!isEcho(e)) openMenu({ ...menu(c), x: e.clientX, y: e.clientY });
      },
    },
    keys: (event) => keys(event, c),
    edge: {
      draggable: true,
      onDragStart: (e) => {
        e.preventDefault();
        e.stopPropagation();
      },
      onPointerDown: (e) => dragEdge(e, widthOf(e.currentTarget, c), (to, keep) => columns.resize(c.id, to, keep)),
      onDoubleClick: () => fit(c),
    },
  });
}

/** The width that a column has now, px: of one that follows the list, as it stands on the screen. */
function widthOf(inHead: Element, c: ListColumn): number {
  if (!c.flexible) return c.width;
  return inHead.closest('[data-column]')?.getBoundingClientRect().width ?? c.width;
}

export function ListHeads({
  columns,
  note,
  fit,
}: {
  readonly columns: ListColumns;
  /** What must be said of a column's values. */
  readonly note: HeadNote | null;
  /** Sizes a column by what is in sight. */
  readonly fit: (column: ListColumn) => void;
}): ReactNode {
  const word = useWord();
  const propsOf = useHeadProps(columns, fit);
  return (
    <div className="heads" role="group" aria-label={word('columns')}>
      {columns.shown.map((c) => {
        const { over, head, keys, edge } = propsOf(c);
        return (
          <div key={c.id} className={`head align-${c.align}${over ? ' drop' : ''}`} {...head}>
            <button
              type="button"
              className="head-button"
              aria-pressed={c.sorted !== null}
              title={c.field ?? word('sortHint')}
              onClick={() => (c.field === null ? columns.sort(c.id, 'next') : undefined)}
              onKeyDown={keys}
            >
              {c.width < MIN_WIDTH ? <span className="visually-hidden">{c.title}</span> : c.title}
              <SortMark sorted={c.sorted} />
            </button>
            {note?.column === c.id ? (
              <span className="hint head-note" title={note.title}>
                {note.text}
              </span>
            ) : null}
            <span className="head-edge" {...edge} />
          </div>
        );
      })}
    </div>
  );
}
