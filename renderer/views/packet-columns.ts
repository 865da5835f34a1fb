// The columns of the packet list: the product's own and those of Wireshark's fields that the user added.
import { useMemo } from 'react';
import { FIELD_NAME, MAX_FIELD_COLUMNS, type ColumnSetting, type SortOrder } from '../../contract/index.ts';
import { applyView, changeSettings, say } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { FIELD_WIDTH, OWN_COLUMNS, columnsOf } from './column-settings.ts';
import { keptOf, useListColumns, type ListColumns } from './list-columns.ts';
import { useWord, word as wordNow } from '../words/words.ts';

function save(columns: readonly ColumnSetting[], keep: boolean): void {
  const { settings, set } = useStore.getState();
  if (settings === null) return;
  const kept = keptOf(columns, columnsOf([], settings.time));
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

export function usePacketColumns(sort: SortOrder | null): ListColumns {
  const word = useWord();
  const saved = useStore((s) => s.settings?.columns);
  const time = useStore((s) => s.settings?.time ?? 'relative');
  const settings = useMemo(() => columnsOf(saved ?? [], time), [saved, time]);
  const plain = useMemo(() => columnsOf([], time), [time]);
  return useListColumns({
    settings,
    plain,
    addable: true,
    current,
    save,
    sort,
    sortAsked: () => askedSort('packets', sort),
    setSort: (to) => void applyView('packets', useStore.getState().views?.packets.filter ?? '', to),
    titleOf: (id) => {
      const own = OWN_COLUMNS.find((o) => o.id === id);
      return own === undefined ? null : word(own.title);
    },
    grows: (id) => OWN_COLUMNS.some((o) => o.id === id && o.grow === true),
  });
}

/** The order that is on its way, or the one that is there. */
export function askedSort(which: 'packets' | 'flows', now: SortOrder | null): SortOrder | null {
  const asked = useStore.getState().arranging[which];
  return asked === null ? now : asked.sort;
}
