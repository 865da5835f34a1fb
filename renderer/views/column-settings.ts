// The columns of the packet list as they are by default, and with what the settings say of them.
import { FIELD_NAME, type ColumnSetting } from '../../contract/index.ts';
import type { WordKey } from '../words/words.ts';

export type Align = ColumnSetting['align'];

interface OwnColumn {
  readonly id: string;
  readonly title: WordKey;
  readonly width: number;
  readonly align: Align;
  readonly grow?: boolean;
}

export const OWN_COLUMNS: readonly OwnColumn[] = [
  { id: 'verdict', title: 'column.verdict', width: 26, align: 'center' },
  { id: 'no', title: 'column.no', width: 70, align: 'end' },
  { id: 'time', title: 'column.time', width: 104, align: 'end' },
  { id: 'source', title: 'column.source', width: 152, align: 'start' },
  { id: 'destination', title: 'column.destination', width: 152, align: 'start' },
  { id: 'protocol', title: 'column.protocol', width: 76, align: 'start' },
  { id: 'length', title: 'column.length', width: 70, align: 'end' },
  { id: 'info', title: 'column.info', width: 120, align: 'start', grow: true },
];

/** Times with a date or a time of day need more room than seconds, px. */
const TIME_WIDTHS: Readonly<Record<string, number>> = {
  absolute: 134,
  utc: 134,
  date: 216,
  'utc-date': 224,
  epoch: 156,
};
export const MIN_WIDTH = 36;
export const MAX_WIDTH = 2_000;
export const FIELD_WIDTH = 110;

/** Every column with what the settings say of it; those that they do not know stand at the end, but for Info. */
export function columnsOf(saved: readonly ColumnSetting[], timeFormat: string): ColumnSetting[] {
  const own = OWN_COLUMNS.map((c): ColumnSetting => {
    const width = c.id === 'time' ? (TIME_WIDTHS[timeFormat] ?? c.width) : c.width;
    return { id: c.id, title: '', width, align: c.align, hidden: false };
  });
  const known = saved.filter((c) => own.some((o) => o.id === c.id) || FIELD_NAME.test(c.id));
  const kept = known.map((c) => {
    const base = own.find((o) => o.id === c.id);
    return { ...c, width: c.width === 0 ? (base?.width ?? FIELD_WIDTH) : c.width };
  });
  return [...kept, ...own.filter((o) => !known.some((c) => c.id === o.id))];
}

/** Where a column goes before another one, or to the end. */
export function moved(order: readonly string[], id: string, before: string | null): string[] {
  const rest = order.filter((other) => other !== id);
  const at = before === null ? -1 : rest.indexOf(before);
  return at < 0 ? [...rest, id] : [...rest.slice(0, at), id, ...rest.slice(at)];
}
