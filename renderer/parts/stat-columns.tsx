// The columns of a table of statistics, as the lists have them: their order, widths and which are shown are kept for
// each table.
import { useMemo, type ReactNode } from 'react';
import type { ColumnSetting, SortOrder, StatColumn } from '../../contract/index.ts';
import { changeSettings } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { useWord, type WordKey } from '../words/words.ts';
import { arranged, FIELD_WIDTH } from '../views/column-settings.ts';
import { keptOf, type ListColumn, type ListColumns, useListColumns } from '../views/list-columns.ts';
import { useHeadProps } from '../views/list-heads.tsx';
import { columnWidth } from './stat-cells.ts';

const NONE: readonly ColumnSetting[] = [];

/** @param columns as the table has them, none while it is not there */
export function useStatColumns(
  table: string,
  columns: readonly StatColumn[],
  sort: SortOrder | null,
  setSort: (sort: SortOrder | null) => void,
): ListColumns {
  const word = useWord();
  const saved = useStore((s) => s.settings?.statColumns.find((t) => t.table === table)?.columns) ?? NONE;
  const key = columns.map((c) => `${c.id} ${c.kind}`).join('|');
  const own = useMemo(
    () =>
      key.split('|').flatMap((column) => {
        const [id, kind] = column.split(' ');
        const align = kind === 'text' ? ('start' as const) : ('end' as const);
        return kind === undefined ? [] : [{ id: id!, width: FIELD_WIDTH, align }];
      }),
    [key],
  );
  const settings = useMemo(() => arranged(saved, own, false), [saved, own]);
  const plain = useMemo(() => arranged([], own, false), [own]);
  return useListColumns({
    settings,
    plain,
    addable: false,
    current: () =>
      arranged(useStore.getState().settings?.statColumns.find((t) => t.table === table)?.columns ?? [], own, false),
    save: (to, keep) => {
      const now = useStore.getState().settings;
      if (now === null) return;
      const others = now.statColumns.filter((t) => t.table !== table);
      const statColumns = to.length === 0 ? others : [...others, { table, columns: keptOf(to, plain) }];
      useStore.getState().set({ settings: { ...now, statColumns } });
      if (keep) void changeSettings({ statColumns });
    },
    sort,
    sortAsked: () => sort,
    setSort,
    downFirst: (id) => columns.find((c) => c.id === id)?.kind !== 'text',
    titleOf: (id) => word(`stats.c.${id}` as WordKey),
    grows: () => false,
    track: (id) => {
      const column = columns.find((c) => c.id === id);
      return column === undefined ? null : columnWidth(column);
    },
  });
}

export function StatHeads({
  columns,
  fit,
}: {
  readonly columns: ListColumns;
  readonly fit: (column: ListColumn) => void;
}): ReactNode {
  const word = useWord();
  const propsOf = useHeadProps(columns, fit);
  return (
    <div className="stat-heads" role="row" style={{ gridTemplateColumns: columns.template }}>
      {columns.shown.map((c) => {
        const { over, head, keys, edge } = propsOf(c);
        return (
          <div
            key={c.id}
            role="columnheader"
            className={`${c.align === 'end' ? 'number' : ''}${over ? ' drop' : ''}`}
            aria-sort={c.sorted ?? 'none'}
            {...head}
          >
            <button
              type="button"
              title={`${c.title} – ${word('stats.sort')}`}
              onClick={() => columns.sort(c.id, 'next')}
              onKeyDown={keys}
            >
              <span>{c.title}</span>
              {c.sorted === null ? null : <i aria-hidden="true">{c.sorted === 'descending' ? '▼' : '▲'}</i>}
            </button>
            <span className="head-edge" {...edge} />
          </div>
        );
      })}
    </div>
  );
}
