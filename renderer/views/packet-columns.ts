// The columns of the packet list: the product's own and those of Wireshark's fields that the user added. TanStack Table
// holds their order, sizes, visibility and the sort; settings keep them.
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
import { FIELD_NAME, MAX_FIELD_COLUMNS, type ColumnSetting, type SortOrder } from '../../contract/index.ts';
import { applyView, changeSettings, say } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { FIELD_WIDTH, MAX_WIDTH, MIN_WIDTH, OWN_COLUMNS, columnsOf, moved, type Align } from './column-settings.ts';
import { useWord, word as wordNow } from '../words/words.ts';

export interface ListColumn {
  readonly id: string;
  readonly title: string;
  /** Wireshark's name of what it shows, null for a column of the product's own. */
  readonly field: string | null;
  /** px */
  readonly width: number;
  readonly align: Align;
  /** Takes what is left of the list's width. */
  readonly grow: boolean;
  readonly hidden: boolean;
  readonly sorted: 'ascending' | 'descending' | null;
}

const features = tableFeatures({
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});
/** Rows are pages of what is in sight: the table holds columns alone. */
const NO_ROWS: readonly never[] = [];

export interface PacketColumns {
  readonly shown: readonly ListColumn[];
  readonly all: readonly ListColumn[];
  /** Fields of the columns shown. */
  readonly fields: readonly string[];
  readonly style: CSSProperties;
  /** @param keep false while a drag goes on */
  readonly resize: (id: string, width: number, keep: boolean) => void;
  readonly move: (id: string, before: string | null) => void;
  readonly show: (id: string, shown: boolean) => void;
  readonly align: (id: string, align: Align) => void;
  readonly sort: (id: string, order: 'ascending' | 'descending' | 'none' | 'next') => void;
  readonly remove: (id: string) => void;
  readonly reset: () => void;
}

function save(columns: readonly ColumnSetting[], keep: boolean): void {
  const { settings, set } = useStore.getState();
  if (settings === null) return;
  const plain = columnsOf([], settings.time);
  const kept = columns.map((c) => (plain.find((p) => p.id === c.id)?.width === c.width ? { ...c, width: 0 } : c));
  // What was done is there at once; the host keeps it.
  set({ settings: { ...settings, columns: kept } });
  if (keep) void changeSettings({ columns: kept });
}

function current(): ColumnSetting[] {
  const { settings } = useStore.getState();
  return columnsOf(settings?.columns ?? [], settings?.time ?? 'relative');
}

/** Adds a column of a field, before Info. */
export function addColumn(field: string, title: string): void {
  const before = current();
  if (!FIELD_NAME.test(field)) return;
  const known = before.find((c) => c.id === field);
  if (known !== undefined && !known.hidden) {
    say(wordNow('columnThere', { name: field }));
    return;
  }
  const fields = before.filter((c) => !OWN_COLUMNS.some((o) => o.id === c.id));
  if (known === undefined && fields.length >= MAX_FIELD_COLUMNS) {
    say(wordNow('columnsFull', { n: MAX_FIELD_COLUMNS }), true);
    return;
  }
  const made: ColumnSetting = {
    id: field,
    title: title.slice(0, 100),
    width: FIELD_WIDTH,
    align: 'start',
    hidden: false,
  };
  const rest = before.filter((c) => c.id !== field);
  const at = rest.findIndex((c) => c.id === 'info');
  save([...rest.slice(0, at), made, ...rest.slice(at)], true);
  say(wordNow('columnAdded', { name: title }));
}

export function usePacketColumns(sort: SortOrder | null): PacketColumns {
  const word = useWord();
  const saved = useStore((s) => s.settings?.columns);
  const time = useStore((s) => s.settings?.time ?? 'relative');
  const settings = useMemo(() => columnsOf(saved ?? [], time), [saved, time]);
  const defs = useMemo(
    () => settings.map((c): ColumnDef<typeof features, never> => ({ id: c.id, minSize: MIN_WIDTH / 2 })),
    [settings],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    manualSorting: true,
    state: {
      columnOrder: settings.map((c) => c.id),
      columnSizing: Object.fromEntries(settings.map((c) => [c.id, c.width])),
      columnVisibility: Object.fromEntries(settings.map((c) => [c.id, !c.hidden])),
      sorting: sort === null ? [] : [{ id: sort.column, desc: sort.descending }],
    },
    onColumnOrderChange: (to) => {
      const order = typeof to === 'function' ? to(settings.map((c) => c.id)) : to;
      save(
        order.map((id) => settings.find((c) => c.id === id)!),
        true,
      );
    },
    onColumnVisibilityChange: (to) => {
      const shown = typeof to === 'function' ? to(Object.fromEntries(settings.map((c) => [c.id, !c.hidden]))) : to;
      save(
        settings.map((c) => ({ ...c, hidden: shown[c.id] === false })),
        true,
      );
    },
    onSortingChange: (to) => {
      const before = sort === null ? [] : [{ id: sort.column, desc: sort.descending }];
      const [first] = typeof to === 'function' ? to(before) : to;
      const filter = useStore.getState().views?.packets.filter ?? '';
      void applyView('packets', filter, first === undefined ? null : { column: first.id, descending: first.desc });
    },
  });
  const listColumn = (id: string, width: number): ListColumn => {
    const c = settings.find((s) => s.id === id)!;
    const own = OWN_COLUMNS.find((o) => o.id === id);
    const direction = table.getColumn(id)?.getIsSorted() ?? false;
    const words = { asc: 'ascending', desc: 'descending' } as const;
    return {
      id,
      title: own === undefined ? c.title : word(own.title),
      field: own === undefined ? id : null,
      width,
      align: c.align,
      grow: own?.grow === true,
      hidden: c.hidden,
      sorted: direction === false ? null : words[direction],
    };
  };
  const shown = table.getVisibleLeafColumns().map((c) => listColumn(c.id, c.getSize()));
  const template = shown.map((c) => (c.grow ? `minmax(${c.width}px, 1fr)` : `${c.width}px`)).join(' ');
  const change = (id: string, part: Partial<ColumnSetting>, keep = true): void =>
    save(
      current().map((c) => (c.id === id ? { ...c, ...part } : c)),
      keep,
    );
  return {
    shown,
    all: settings.map((c) => listColumn(c.id, c.width)),
    fields: shown.map((c) => c.field).filter((field) => field !== null),
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
      const asked = useStore.getState().arranging.packets;
      const now = asked === null ? sort : asked.sort;
      const next = order === 'next' ? nextOrder(now, id) : order;
      table.setSorting(next === 'none' ? [] : [{ id, desc: next === 'descending' }]);
    },
    remove: (id) =>
      save(
        current().filter((c) => c.id !== id),
        true,
      ),
    reset: () => save([], true),
  };
}

/** A click on a column's head: upwards, then downwards, then as captured. */
function nextOrder(now: SortOrder | null, id: string): 'ascending' | 'descending' | 'none' {
  if (now?.column !== id) return 'ascending';
  return now.descending ? 'none' : 'descending';
}
