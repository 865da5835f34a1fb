// The heads of the packet list: a click sorts, a drag moves a column, its edge sizes it. By keys: Alt with arrows sizes,
// Alt and Shift with arrows move; the menu key has the rest.
import { useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react';
import { isEcho, isMenuKey, openMenu, openMenuAt } from '../state/menu.ts';
import { useWord } from '../words/words.ts';
import { dragEdge, SortMark } from './columns.tsx';
import { headItems } from './head-menu.ts';
import type { ListColumn, PacketColumns } from './packet-columns.ts';

const STEP = 12;

export interface HeadNote {
  readonly column: string;
  readonly text: string;
  readonly title: string;
}

export function PacketHeads({
  columns,
  note,
  fit,
}: {
  readonly columns: PacketColumns;
  /** What must be said of a column's values. */
  readonly note: HeadNote | null;
  /** Sizes a column by what is in sight. */
  readonly fit: (column: ListColumn) => void;
}): ReactNode {
  const word = useWord();
  const dragged = useRef<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const { shown } = columns;
  const keys = (event: KeyboardEvent<HTMLElement>, c: ListColumn, at: number): void => {
    const menu = isMenuKey(event);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (!menu && (!event.altKey || by === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    if (menu) openMenuAt(event.currentTarget, { label: c.title, items: headItems(columns, c, fit) });
    else if (event.shiftKey) columns.move(c.id, shown[by < 0 ? at - 1 : at + 2]?.id ?? (by < 0 ? c.id : null));
    else columns.resize(c.id, c.width + by * STEP, true);
  };
  const drop = (event: DragEvent, before: string): void => {
    event.preventDefault();
    event.stopPropagation();
    setOver(null);
    if (dragged.current !== null) columns.move(dragged.current, before);
    dragged.current = null;
  };
  return (
    <div className="heads" role="group" aria-label={word('columns')}>
      {shown.map((c, i) => (
        <div
          key={c.id}
          className={`head align-${c.align}${over === c.id ? ' drop' : ''}`}
          data-column={c.id}
          draggable
          onDragStart={(e) => {
            dragged.current = c.id;
            e.dataTransfer.effectAllowed = 'move';
            e.dataTransfer.setData('text/plain', c.title);
          }}
          onDragOver={(e) => {
            if (dragged.current === null) return;
            e.preventDefault();
            e.stopPropagation();
            setOver(c.id);
          }}
          onDragEnd={() => {
            dragged.current = null;
            setOver(null);
          }}
          onDrop={(e) => drop(e, c.id)}
          onContextMenu={(e) => {
            e.preventDefault();
            if (!isEcho(e)) openMenu({ label: c.title, items: headItems(columns, c, fit), x: e.clientX, y: e.clientY });
          }}
        >
          <button
            type="button"
            className="head-button"
            aria-pressed={c.sorted !== null}
            title={c.field ?? word('sortHint')}
            onClick={() => (c.field === null ? columns.sort(c.id, 'next') : undefined)}
            onKeyDown={(e) => keys(e, c, i)}
          >
            {c.id === 'verdict' ? <span className="visually-hidden">{c.title}</span> : c.title}
            <SortMark sorted={c.sorted} />
          </button>
          {note?.column === c.id ? (
            <span className="hint head-note" title={note.title}>
              {note.text}
            </span>
          ) : null}
          <span
            className="head-edge"
            draggable
            onDragStart={(e) => {
              e.preventDefault();
              e.stopPropagation();
            }}
            onPointerDown={(e) => dragEdge(e, c.width, (to, keep) => columns.resize(c.id, to, keep))}
            onDoubleClick={() => fit(c)}
          />
        </div>
      ))}
    </div>
  );
}
