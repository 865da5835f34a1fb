// The menu of a column's head.
import type { MenuItem } from '../state/menu.ts';
import { word } from '../words/words.ts';
import { openAddColumn } from './add-column.ts';
import type { ListColumn, PacketColumns } from './packet-columns.ts';

export function headItems(columns: PacketColumns, c: ListColumn, fit: (column: ListColumn) => void): MenuItem[] {
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
  const act = (text: string, run: () => void, keys?: string): MenuItem => ({
    kind: 'act',
    text,
    ...(keys === undefined ? {} : { keys }),
    run,
  });
  return [
    // The host sorts by its own columns; a field of the engine is known only for what is in sight.
    ...(c.field === null ? [...sort, { kind: 'line' } as const] : []),
    { kind: 'more', text: word('menu.align'), items: align },
    act(word('menu.fit'), () => fit(c)),
    ...(at > 0 ? [act(word('menu.moveLeft'), () => columns.move(c.id, shown[at - 1]!.id), 'Alt+Shift+←')] : []),
    ...(at < shown.length - 1
      ? [act(word('menu.moveRight'), () => columns.move(c.id, shown[at + 2]?.id ?? null), 'Alt+Shift+→')]
      : []),
    { kind: 'line' },
    act(word('menu.addColumn'), openAddColumn),
    { kind: 'more', text: word('menu.columns'), items: visible },
    ...(shown.length > 1 ? [act(word('menu.hideColumn'), () => columns.show(c.id, false))] : []),
    ...(c.field === null ? [] : [act(word('menu.removeColumn'), () => columns.remove(c.id))]),
    act(word('menu.resetColumns'), () => columns.reset()),
  ];
}
