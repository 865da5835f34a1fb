// The menu of a column's head.
import { act, type MenuItem } from '../state/menu.ts';
import { useStore } from '../state/store.ts';
import { word } from '../words/words.ts';
import type { ListColumn, ListColumns } from './list-columns.ts';

export function headItems(columns: ListColumns, c: ListColumn, fit: (column: ListColumn) => void): MenuItem[] {
  const { shown } = columns;
  const at = shown.findIndex((other) => other.id === c.id);
  const sort = (['ascending', 'descending', 'none'] as const).map((order): MenuItem => ({
    kind: 'act',
    text: word(`menu.sort.${order}`),
    checked: (c.sorted ?? 'none') === order,
    run: () => columns.sort(c.id, order),
  }));
  const align = (['start', 'center', 'end'] as const).map((side): MenuItem => ({
    kind: 'act',
    text: word(`menu.align.${side}`),
    checked: c.align === side,
    run: () => columns.align(c.id, side),
  }));
  const visible = columns.all.map((other): MenuItem => ({
    kind: 'act',
    text: other.title,
    checked: !other.hidden,
    run: () => columns.show(other.id, other.hidden),
  }));
  return [
    // The host sorts by its own columns; a field of the engine is known only for what is in sight.
    ...(c.field === null ? [...sort, { kind: 'line' } as const] : []),
    { kind: 'more', text: word('menu.align'), items: align },
    act('menu.fit', () => fit(c)),
    ...(at > 0 ? [act('menu.moveLeft', () => columns.move(c.id, shown[at - 1]!.id), 'Alt+Shift+←')] : []),
    ...(at < shown.length - 1
      ? [act('menu.moveRight', () => columns.move(c.id, shown[at + 2]?.id ?? null), 'Alt+Shift+→')]
      : []),
    { kind: 'line' },
    ...(columns.addable ? [act('menu.addColumn', () => useStore.getState().set({ dialog: 'add-column' }))] : []),
    { kind: 'more', text: word('menu.columns'), items: visible },
    ...(shown.length > 1 ? [act('menu.hideColumn', () => columns.show(c.id, false))] : []),
    ...(c.field === null ? [] : [act('menu.removeColumn', () => columns.remove(c.id))]),
    act('menu.resetColumns', () => columns.reset()),
  ];
}
