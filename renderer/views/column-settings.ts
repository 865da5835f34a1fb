// The columns of lists as they are by default, and with what the settings say of them.
import { FIELD_NAME, type ColumnSetting } from '../../contract/index.ts';
import type { WordKey } from '../words/words.ts';

export type Align = ColumnSetting['align'];

/** A column that a list has by itself. */
export interface OwnColumn {
  readonly id: string;
  readonly title: WordKey;
  readonly width: number;
  readonly align: Align;
  readonly grow?: boolean;
}

/** Of the packet list. */
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

/** Of the list of flows. */
export const FLOW_COLUMNS: readonly OwnColumn[] = [
  { id: 'verdict', title: 'column.verdict', width: 108, align: 'start' },
  { id: 'score', title: 'column.score', width: 56, align: 'end' },
  { id: 'initiator', title: 'column.initiator', width: 160, align: 'start' },
  { id: 'responder', title: 'column.responder', width: 160, align: 'start' },
  { id: 'app', title: 'column.app', width: 66, align: 'start' },
  { id: 'name', title: 'column.name', width: 90, align: 'start', grow: true },
  { id: 'label', title: 'column.label', width: 76, align: 'start' },
  { id: 'packets', title: 'column.packets', width: 72, align: 'end' },
  { id: 'bytes', title: 'column.bytes', width: 70, align: 'end' },
  { id: 'duration', title: 'column.duration', width: 78, align: 'end' },
];

/** Shown once a flow was in sight that has something there: most captures have none. */
const RARE = {
  tags: { id: 'tags', title: 'column.tags', width: 92, align: 'start' },
  vlan: { id: 'vlan', title: 'column.vlan', width: 60, align: 'end' },
} as const satisfies Readonly<Record<string, OwnColumn>>;
export type RareColumn = keyof typeof RARE;
export const RARE_COLUMNS: readonly RareColumn[] = ['tags', 'vlan'];

/** Others give up some of their width for them, so that a small window still shows all. */
const NARROWER: Readonly<Record<RareColumn | 'both', Readonly<Record<string, number>>>> = {
  vlan: { initiator: 146, responder: 146, packets: 66, duration: 68 },
  tags: { initiator: 130, responder: 130, packets: 66, duration: 68, label: 70 },
  both: { initiator: 108, responder: 108, packets: 66, bytes: 66, duration: 66, label: 66 },
};

/** Columns of the list of flows with the rare ones that it has. */
export function flowColumnsWith(rare: ReadonlySet<RareColumn>): readonly OwnColumn[] {
  const shown = RARE_COLUMNS.filter((id) => rare.has(id));
  if (shown.length === 0) return FLOW_COLUMNS;
  const widths = NARROWER[shown.length === 2 ? 'both' : shown[0]!];
  return [...FLOW_COLUMNS.map((c) => ({ ...c, width: widths[c.id] ?? c.width })), ...shown.map((id) => RARE[id])];
}

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

/** Columns of the packet list with what the settings say of them. */
export function columnsOf(saved: readonly ColumnSetting[], timeFormat: string): ColumnSetting[] {
  const width = (c: OwnColumn): number => (c.id === 'time' ? (TIME_WIDTHS[timeFormat] ?? c.width) : c.width);
  return arranged(
    saved,
    OWN_COLUMNS.map((c) => ({ ...c, width: width(c) })),
    true,
  );
}

/**
 * Every column with what the settings say of it; those that they do not know stand at the end.
 * @param fields the list may have columns of Wireshark's fields
 */
export function arranged(
  saved: readonly ColumnSetting[],
  columns: readonly Pick<OwnColumn, 'id' | 'width' | 'align'>[],
  fields: boolean,
): ColumnSetting[] {
  const own = columns.map((c): ColumnSetting => ({
    id: c.id,
    title: '',
    width: c.width,
    align: c.align,
    hidden: false,
  }));
  const known = saved.filter((c) => own.some((o) => o.id === c.id) || (fields && FIELD_NAME.test(c.id)));
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
