// The columns of a list: TanStack Table holds their order, sizes, visibility and the sort, settings keep them. The lists
// of packets and flows and the tables of statistics have them from here; rows are pages of what is in sight.
import {
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table';
import { useMemo, type CSSProperties } from 'react';
import type { ColumnSetting, SortOrder } from '../../contract/index.ts';
import { MAX_WIDTH, MIN_WIDTH, moved, type Align } from './column-settings.ts';

export interface ListColumn {
  readonly id: string;
  readonly title: string;
  /** Wireshark's name of what it shows, null for a column of the list's own. */
  readonly field: string | null;
  /** px */
  readonly width: number;
  readonly align: Align;
  /** Takes what is left of the list's width. */
  readonly grow: boolean;
  /** Nobody has sized it, and its width follows that of the list. */
  readonly flexible: boolean;
  readonly hidden: boolean;
  readonly sorted: 'ascending' | 'descending' | null;
}

export interface ListColumns {
  readonly shown: readonly ListColumn[];
  readonly all: readonly ListColumn[];
  /** Fields of the columns shown. */
  readonly fields: readonly string[];
  readonly style: CSSProperties;
  /** The widths of the columns shown, as a grid template. */
  readonly template: string;
  /** A column of a field may be added. */
  readonly addable: boolean;
  /** @param keep false while a drag goes on */
  readonly resize: (id: string, width: number, keep: boolean) => void;
  readonly move: (id: string, before: string | null) => void;
  readonly show: (id: string, shown: boolean) => void;
  readonly align: (id: string, align: Align) => void;
  readonly sort: (id: string, order: 'ascending' | 'descending' | 'none' | 'next') => void;
  readonly remove: (id: string) => void;
  readonly reset: () => void;
}

/** A list, as far as its columns go. */
export interface ColumnList {
  /** All of its columns as they are arranged now, and as they are by default. */
  readonly settings: readonly ColumnSetting[];
  readonly plain: readonly ColumnSetting[];
  readonly addable: boolean;
  /** Arranged now, where something was changed since the last drawing. */
  readonly current: () => readonly ColumnSetting[];
  /** @param keep false while a drag goes on */
  readonly save: (columns: readonly ColumnSetting[], keep: boolean) => void;
  readonly sort: SortOrder | null;
  /** The order that is asked for, perhaps not there yet. */
  readonly sortAsked: () => SortOrder | null;
  readonly setSort: (sort: SortOrder | null) => void;
  /** Texts are wanted from A on; numbers from the largest on, where a list says so. */
  readonly downFirst?: (id: string) => boolean;
  /** The head of a column of the list's own, null for that of a field. */
  readonly titleOf: (id: string) => string | null;
  readonly grows: (id: string) => boolean;
  /** Its width in a grid while nobody has sized it, null for its width in px. */
  readonly track?: (id: string) => string | null;
}

const features = tableFeatures({
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});
/** Rows are pages of what is in sight: the table holds columns alone. */
const NO_ROWS: readonly never[] = [];

export function useListColumns(list: ColumnList): ListColumns {
  const { settings, sort } = list;
  const defs = useMemo(
    () => settings.map((c): ColumnDef<typeof features, never> => ({ id: c.id, minSize: MIN_WIDTH / 2 })),
    [settings],
  );
  // The table tells of each state that is another object: one made anew at every drawing would draw without end.
  const state = useMemo(
    () => ({
      columnOrder: settings.map((c) => c.id),
      columnSizing: Object.fromEntries(settings.map((c) => [c.id, c.width])),
      columnVisibility: Object.fromEntries(settings.map((c) => [c.id, !c.hidden])),
      sorting: sort === null ? [] : [{ id: sort.column, desc: sort.descending }],
    }),
    [settings, sort],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    manualSorting: true,
    state,
    onColumnOrderChange: (to) => {
      const order = typeof to === 'function' ? to(settings.map((c) => c.id)) : to;
      list.save(
        order.map((id) => settings.find((c) => c.id === id)!),
        true,
      );
    },
    onColumnVisibilityChange: (to) => {
      const shown = typeof to === 'function' ? to(Object.fromEntries(settings.map((c) => [c.id, !c.hidden]))) : to;
      list.save(
        settings.map((c) => ({ ...c, hidden: shown[c.id] === false })),
        true,
      );
    },
    onSortingChange: (to) => {
      const before = sort === null ? [] : [{ id: sort.column, desc: sort.descending }];
      const [first] = typeof to === 'function' ? to(before) : to;
      list.setSort(first === undefined ? null : { column: first.id, descending: first.desc });
    },
  });
  const listColumn = (id: string, width: number): ListColumn => {
    const c = settings.find((s) => s.id === id)!;
    const title = list.titleOf(id);
    const direction = table.getColumn(id)?.getIsSorted() ?? false;
    const words = { asc: 'ascending', desc: 'descending' } as const;
    return {
      id,
      title: title ?? c.title,
      field: title === null ? id : null,
      width,
      align: c.align,
      grow: list.grows(id),
      flexible: flexTrack(list, id, width) !== null,
      hidden: c.hidden,
      sorted: direction === false ? null : words[direction],
    };
  };
  const shown = table.getVisibleLeafColumns().map((c) => listColumn(c.id, c.getSize()));
  const template = shown.map((c) => trackOf(list, c)).join(' ');
  const change = (id: string, part: Partial<ColumnSetting>, keep = true): void =>
    list.save(
      list.current().map((c) => (c.id === id ? { ...c, ...part } : c)),
      keep,
    );
  return {
    shown,
    all: settings.map((c) => listColumn(c.id, c.width)),
    fields: shown.map((c) => c.field).filter((field) => field !== null),
    addable: list.addable,
    template,
    style: {
      '--columns': template,
      ...Object.fromEntries(shown.map((c, i) => [`--w${i}`, c.grow ? '0px' : `${c.width}px`])),
    } as CSSProperties,
    resize: (id, width, keep) =>
      change(id, { width: Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width))) }, keep),
    move: (id, before) => table.setColumnOrder((order) => moved(order, id, before)),
    show: (id, on) => table.getColumn(id)?.toggleVisibility(on),
    align: (id, align) => change(id, { align }),
    sort: (id, order) => {
      const next = order === 'next' ? nextOrder(list.sortAsked(), id, list.downFirst?.(id) === true) : order;
      table.setSorting(next === 'none' ? [] : [{ id, desc: next === 'descending' }]);
    },
    remove: (id) =>
      list.save(
        list.current().filter((c) => c.id !== id),
        true,
      ),
    reset: () => list.save([], true),
  };
}

/** The track of a column that nobody has sized, null for one of a width in px. */
function flexTrack(list: ColumnList, id: string, width: number): string | null {
  const sized = list.plain.find((p) => p.id === id)?.width !== width;
  return sized ? null : (list.track?.(id) ?? null);
}

function trackOf(list: ColumnList, c: ListColumn): string {
  const own = flexTrack(list, c.id, c.width);
  if (own !== null) return own;
  return c.grow ? `minmax(${c.width}px, 1fr)` : `${c.width}px`;
}

/** What settings keep of columns: a width that is the default one stays the default's. */
export function keptOf(columns: readonly ColumnSetting[], plain: readonly ColumnSetting[]): ColumnSetting[] {
  return columns.map((c) => (plain.find((p) => p.id === c.id)?.width === c.width ? { ...c, width: 0 } : c));
}

/** A click on a column's head: one way, the other way, and as the list stands by itself. */
function nextOrder(now: SortOrder | null, id: string, downFirst: boolean): 'ascending' | 'descending' | 'none' {
  const [first, second] = downFirst ? (['descending', 'ascending'] as const) : (['ascending', 'descending'] as const);
  if (now?.column !== id) return first;
  return now.descending === downFirst ? second : 'none';
}
