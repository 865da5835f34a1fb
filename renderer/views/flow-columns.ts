// The columns of the list of flows.
import { useMemo } from 'react';
import type { ColumnSetting, SortOrder } from '../../contract/index.ts';
import { applyView, changeSettings } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { arranged, flowColumnsWith, type RareColumn } from './column-settings.ts';
import { keptOf, useListColumns, type ListColumns } from './list-columns.ts';
import { askedSort } from './packet-columns.ts';

const NONE: readonly ColumnSetting[] = [];

/** @param rare columns that a flow in sight had something in */
export function useFlowColumns(sort: SortOrder | null, rare: ReadonlySet<RareColumn>): ListColumns {
  const word = useWord();
  const saved = useStore((s) => s.settings?.flowColumns) ?? NONE;
  const own = useMemo(() => flowColumnsWith(rare), [rare]);
  const settings = useMemo(() => arranged(saved, own, false), [saved, own]);
  const plain = useMemo(() => arranged([], own, false), [own]);
  return useListColumns({
    settings,
    plain,
    addable: false,
    current: () => arranged(useStore.getState().settings?.flowColumns ?? [], own, false),
    save: (columns, keep) => {
      const now = useStore.getState().settings;
      if (now === null) return;
      // What was said of a column that is not offered now stays.
      const unseen = columns.length === 0 ? [] : saved.filter((c) => !own.some((o) => o.id === c.id));
      const flowColumns = [...keptOf(columns, plain), ...unseen];
      useStore.getState().set({ settings: { ...now, flowColumns } });
      if (keep) void changeSettings({ flowColumns });
    },
    sort,
    sortAsked: () => askedSort('flows', sort),
    setSort: (to) => void applyView('flows', useStore.getState().views?.flows.filter ?? '', to),
    titleOf: (id) => {
      const column = own.find((o) => o.id === id);
      return column === undefined ? null : word(column.title);
    },
    grows: (id) => own.some((o) => o.id === id && o.grow === true),
  });
}
