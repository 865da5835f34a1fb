// A table of rules, indicators or lines: every head sorts, a field narrows it, rows are drawn as they come into sight. By
// keys: arrows choose a row, Enter opens it, the menu key offers what can be done.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { moveBy } from '../list/move.ts';
import { isMenuKey, openMenuFor, type MenuItem, type Point } from '../state/menu.ts';
import { useWord, type WordKey } from '../words/words.ts';
import { StatRow, type StatRowPlace } from './stat-row.tsx';

const ROW = 24;

export interface ThreatColumn<T> {
  readonly id: string;
  readonly title: WordKey;
  /** Track of the grid. */
  readonly width: string;
  readonly number?: boolean;
  /** The cell as it is shown. */
  readonly text: (row: T) => string;
  /** More than the cell shows: the cell's title, and what is searched. */
  readonly whole?: (row: T) => string;
  /** What it is sorted by, where that is not its text. */
  readonly order?: (row: T) => number;
  /** A bar behind the number, of this part of the cell. */
  readonly bar?: (row: T) => number;
  /** A class of the cell. */
  readonly look?: (row: T) => string;
}

/** A button below a table. */
export interface ThreatAction<T> {
  readonly text: WordKey;
  /** At the other end of the foot, away from those that only look. */
  readonly apart?: boolean;
  readonly run: (row: T) => void;
}

export interface ThreatTableProps<T> {
  readonly title: string;
  readonly rows: readonly T[];
  readonly columns: readonly ThreatColumn<T>[];
  readonly keyOf: (row: T) => string;
  readonly open: (row: T) => void;
  readonly menu: (row: T) => readonly MenuItem[];
  /** Buttons for the row that is chosen. */
  readonly actions: readonly ThreatAction<T>[];
  /** Shown where there are no rows at all; null: the empty table. */
  readonly none: ReactNode;
  /** Said above the rows. */
  readonly note?: ReactNode;
  /** Stands above the field that narrows. */
  readonly above?: ReactNode;
  /** Hears of the text that is looked for, where there may be more rows than were given. */
  readonly onFind?: (text: string) => void;
  /** The text that it is narrowed to as it opens. */
  readonly find?: string;
}

interface Order {
  readonly column: string;
  readonly down: boolean;
}

export function ThreatTable<T>(p: ThreatTableProps<T>): ReactNode {
  const word = useWord();
  const box = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(p.find ?? '');
  const [order, setOrder] = useState<Order | null>(null);
  // A row that is chosen stays so while others come in before it.
  const [chosenKey, setChosen] = useState<string | null>(null);
  const { rows: all, columns } = p;
  const shown = useMemo(() => arranged(all, columns, text, order), [all, columns, text, order]);
  const found = shown.findIndex((row) => p.keyOf(row) === chosenKey);
  const at = found < 0 ? 0 : found;
  const chosen = shown[at] ?? null;
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const template = columns.map((c) => c.width).join(' ');
  const choose = (index: number): void => {
    const row = shown[index];
    if (row !== undefined) setChosen(p.keyOf(row));
  };
  const menu = (index: number, point: Point | null): void => {
    const row = shown[index];
    const element = document.getElementById(`threat-row-${index}`);
    if (row === undefined || element === null) return;
    choose(index);
    openMenuFor(element, point, { label: word('menu.stats'), items: p.menu(row) });
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || chosen === null || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const many = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 2);
    const to = moveBy(event.key, at, shown.length, many);
    if (isMenuKey(event)) {
      list.scrollToIndex(at);
      requestAnimationFrame(() => menu(at, null));
    } else if (to !== null) {
      choose(to);
      list.scrollToIndex(to);
    } else if (event.key === 'Enter') p.open(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const first = useEffectEvent(() => box.current?.focus());
  useEffect(() => first(), []);
  if (all.length === 0 && p.none !== null) return <div className="threat-none">{p.none}</div>;
  const some = shown.length < all.length;
  return (
    <div className="stat-table">
      {p.above}
      <div className="threat-bar">
        <input
          type="search"
          className="field small threat-find"
          value={text}
          placeholder={word('threat.find')}
          aria-label={word('threat.find')}
          onChange={(e) => {
            setText(e.target.value);
            p.onFind?.(e.target.value);
          }}
        />
        <span className="dim" role="status">
          {word(some ? 'threat.rowsFound' : 'threat.rows', { n: shown.length, total: all.length })}
        </span>
        {p.note === null || p.note === undefined ? null : <span className="dim">{p.note}</span>}
      </div>
      {shown.length === 0 ? <p className="stat-none">{word('threat.none.found', { text })}</p> : null}
      <div
        className="stat-grid threat-grid"
        role="grid"
        tabIndex={0}
        hidden={shown.length === 0}
        aria-label={p.title}
        aria-rowcount={shown.length + 1}
        aria-activedescendant={chosen === null ? undefined : `threat-row-${at}`}
        ref={box}
        onKeyDown={keys}
      >
        <div className="stat-sheet" style={{ height: (shown.length + 1) * ROW + 2 }} role="rowgroup">
          <Heads columns={columns} template={template} order={order} setOrder={setOrder} />
          {list.getVirtualItems().map((item) => (
            <Row
              key={p.keyOf(shown[item.index]!)}
              row={shown[item.index]!}
              columns={columns}
              place={{
                id: `threat-row-${item.index}`,
                index: item.index,
                top: item.start + ROW + 2,
                template,
                chosen: item.index === at,
                choose: () => choose(item.index),
                open: () => p.open(shown[item.index]!),
                menu: (point) => menu(item.index, point),
              }}
            />
          ))}
        </div>
      </div>
      <footer className="stat-foot">
        {p.actions.map(({ text: name, apart, run }) => (
          <button
            key={name}
            type="button"
            className={`button${apart === true ? ' threat-apart' : ''}`}
            disabled={chosen === null}
            onClick={() => {
              if (chosen !== null) run(chosen);
            }}
          >
            {word(name)}
          </button>
        ))}
      </footer>
    </div>
  );
}

function wholeText<T>(column: ThreatColumn<T>, row: T): string {
  return column.whole?.(row) ?? column.text(row);
}

/** Rows that hold a text in any cell, in the order of a column; without one as they came. */
function arranged<T>(
  rows: readonly T[],
  columns: readonly ThreatColumn<T>[],
  text: string,
  order: Order | null,
): readonly T[] {
  const wanted = text.trim().toLowerCase();
  const kept =
    wanted === '' ? rows : rows.filter((row) => columns.some((c) => wholeText(c, row).toLowerCase().includes(wanted)));
  const by = columns.find((c) => c.id === order?.column);
  if (by === undefined) return kept;
  const sign = order!.down ? -1 : 1;
  const compare = (a: T, b: T): number =>
    by.order === undefined ? by.text(a).localeCompare(by.text(b), 'en') : by.order(a) - by.order(b);
  return kept.toSorted((a, b) => sign * compare(a, b));
}

function Heads<T>(p: {
  readonly columns: readonly ThreatColumn<T>[];
  readonly template: string;
  readonly order: Order | null;
  readonly setOrder: (order: Order | null) => void;
}): ReactNode {
  const word = useWord();
  const sortedBy = (id: string): 'ascending' | 'descending' | 'none' => {
    if (p.order?.column !== id) return 'none';
    return p.order.down ? 'descending' : 'ascending';
  };
  const sort = (c: ThreatColumn<T>): void => {
    // Numbers are asked for from the largest, texts from A; a third press gives the order back.
    const first = c.number === true;
    if (p.order?.column !== c.id) p.setOrder({ column: c.id, down: first });
    else p.setOrder(p.order.down === first ? { column: c.id, down: !first } : null);
  };
  return (
    <div className="stat-heads" role="row" style={{ gridTemplateColumns: p.template }}>
      {p.columns.map((c) => {
        const sorted = sortedBy(c.id);
        return (
          <div key={c.id} role="columnheader" className={c.number ? 'number' : ''} aria-sort={sorted}>
            <button type="button" title={`${word(c.title)} – ${word('stats.sort')}`} onClick={() => sort(c)}>
              <span>{word(c.title)}</span>
              {sorted === 'none' ? null : <i aria-hidden="true">{sorted === 'descending' ? '▼' : '▲'}</i>}
            </button>
          </div>
        );
      })}
    </div>
  );
}

function Row<T>(p: {
  readonly row: T;
  readonly columns: readonly ThreatColumn<T>[];
  readonly place: StatRowPlace;
}): ReactNode {
  return (
    <StatRow place={p.place}>
      {p.columns.map((c) => {
        const text = c.text(p.row);
        return (
          <span
            key={c.id}
            role="gridcell"
            className={`t-${c.id}${c.number ? ' number' : ''} ${c.look?.(p.row) ?? ''}`}
            title={c.number ? undefined : wholeText(c, p.row)}
          >
            {c.bar === undefined ? null : (
              <i className="stat-bar" style={{ width: `${Math.min(1, c.bar(p.row)) * 100}%` }} aria-hidden="true" />
            )}
            <b>{text}</b>
          </span>
        );
      })}
    </StatRow>
  );
}
