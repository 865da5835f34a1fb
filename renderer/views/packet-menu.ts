// The menu of a row of the packet list: what is made of the cell that was pressed, of its packet and of its flow.
import {
  FLAG_IGNORED,
  FLAG_MARKED,
  FLAG_REFERENCE,
  flowRow,
  LABELS,
  NO_FLOW_ROW,
  packetRow,
  textAt,
  type AlertRow,
  type FlowRow,
  type PacketPage,
  type PacketRow,
} from '../../contract/index.ts';
import { BYTE_FORMATS, formatBytes } from '../parts/byte-formats.ts';
import { ask, goToPacket, openFlow, setLabel, showPackets } from '../state/actions.ts';
import { cellExpression, conversationExpression } from '../state/cell-filter.ts';
import { clearColours, colourConversation, type Meant } from '../state/conversations.ts';
import { editRules, newRuleOf } from '../state/colouring.ts';
import { addressCopy, nameItems } from '../state/name-menu.ts';
import { copyRows, copyText, ROW_FORMATS, type CopiedRows } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { mark, type PickedRows } from '../state/marks.ts';
import { allowDialog } from '../state/incidents.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { useStore } from '../state/store.ts';
import { openTags } from '../state/tags.ts';
import { visible } from '../words/format.ts';
import { word, type WordKey } from '../words/words.ts';
import { cellAddress, cellText, textsOf, type PaintedColumn, type PainterState } from './packet-painter.ts';
import { CONVERSATION_COLOURS } from './row-colours.ts';

export interface MenuRow {
  readonly page: PacketPage;
  readonly index: number;
  readonly state: PainterState;
  /** The cell that was pressed. */
  readonly column: PaintedColumn;
  /** Rows that are copied: those selected. */
  readonly copied: () => Promise<CopiedRows>;
  /** Rows that are selected together. */
  readonly picked: PickedRows;
}

/** What is marked is what is selected; one that has the mark already loses it, and all selected with it. */
function markItems(flags: number, { count }: PickedRows): MenuItem[] {
  const [marked, ignored] = [(flags & FLAG_MARKED) !== 0, (flags & FLAG_IGNORED) !== 0];
  const reference = (flags & FLAG_REFERENCE) !== 0;
  const many = count > 1;
  const text = (one: WordKey, several: WordKey): string => (many ? word(several, { n: count }) : word(one));
  return [
    {
      kind: 'act',
      text: marked ? text('menu.unmark', 'menu.unmarkMany') : text('menu.mark', 'menu.markMany'),
      keys: 'Ctrl+M',
      run: () => void mark('marked', !marked),
    },
    {
      kind: 'act',
      text: ignored ? text('menu.unignore', 'menu.unignoreMany') : text('menu.ignore', 'menu.ignoreMany'),
      keys: 'Ctrl+D',
      run: () => void mark('ignored', !ignored),
    },
    act(reference ? 'menu.unreference' : 'menu.reference', () => void mark('reference', !reference), 'Ctrl+T'),
    act('comments.write', () => useStore.getState().set({ dialog: 'packet-comment' }), 'Ctrl+Alt+C'),
  ];
}

export function packetItems(m: MenuRow): MenuItem[] {
  const { page, index, state, column } = m;
  const row = packetRow(page.row[index]!);
  const flags = page.flags[index]!;
  const flow = page.flow[index] === NO_FLOW_ROW ? null : flowRow(page.flow[index]!);
  const said = textsOf(page, index, state);
  const text = cellText(page, index, column, state, said);
  const filters =
    column.field === null
      ? filterItems(cellFilter(m))
      : filterItems(`${column.id} == …`, () => fieldFilter(row, column.id));
  return [
    ...markItems(flags, m.picked),
    { kind: 'line' },
    ...(column.id === 'verdict' ? [] : filters),
    colourItems(row),
    ...(flow === null ? [] : flowPart(flow)),
    ...nameItems(cellAddress(page, index, column.id)),
    { kind: 'line' },
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        ...(text === '' ? [] : [act('menu.copy.value', () => copyText(text))]),
        ...addressCopy(cellAddress(page, index, column.id), text),
        ...(column.field === null && cellFilter(m) !== ''
          ? [act('menu.copy.filter', () => copyText(cellFilter(m)))]
          : []),
        ...ROW_FORMATS.map((format) => act(`menu.copy.row.${format}`, () => copyRows(m.copied(), format))),
        { kind: 'line' },
        ...BYTE_FORMATS.map((format) => act(`menu.bytes.${format}`, () => void copyBytes(row, format))),
      ],
    },
  ];
}

function cellFilter({ page, index, state, column }: MenuRow): string {
  const said = textsOf(page, index, state);
  const own = (id: string): string => cellText(page, index, { id, field: null }, state, said);
  return cellExpression(column.id, {
    row: page.row[index]!,
    seconds: page.seconds[index]!,
    nanoseconds: page.nanoseconds[index]!,
    length: page.length[index]!,
    source: textAt(page.source, index),
    destination: textAt(page.destination, index),
    protocol: own('protocol'),
    info: own('info'),
  });
}

/** A field of the packet as its tree writes it, '' where the packet does not have it. */
async function fieldFilter(row: PacketRow, field: string): Promise<string> {
  const tree = await ask('tree', { row });
  if (tree === null) return '';
  for (let i = 0; i < tree.depth.length; i++) {
    const filter = textAt(tree.filter, i);
    if (filter === field || filter.startsWith(`${field} `)) return filter;
  }
  return '';
}

async function copyBytes(row: PacketRow, format: (typeof BYTE_FORMATS)[number]): Promise<void> {
  const found = await ask('bytes', { row });
  if (found !== null) copyText(formatBytes(found.bytes, format));
}

/** Colours for a while, of the narrowest conversation or of one by its kind. */
function colourItems(row: PacketRow): MenuItem {
  const colours = (meant: Meant): MenuItem[] =>
    CONVERSATION_COLOURS.map((_, i): MenuItem => ({
      kind: 'act',
      text: word(`colour.${i as 0}`),
      ...(meant === 'narrowest' ? { keys: `Ctrl+${(i + 1) % 10}` } : {}),
      run: () => void colourConversation(row, meant, i),
    }));
  const kinds = (['eth', 'ip', 'transport'] as const).map((kind): MenuItem => ({
    kind: 'more',
    text: word(`colour.kind.${kind}`),
    items: [...colours(kind), { kind: 'line' }, act('rules.newOf', () => void newRuleOf(row, kind))],
  }));
  return {
    kind: 'more',
    text: word('menu.colour'),
    items: [
      ...colours('narrowest'),
      { kind: 'line' },
      ...kinds,
      { kind: 'line' },
      act('menu.colour.none', clearColours, 'Ctrl+Space'),
      act('rules.title', editRules),
    ],
  };
}

/** What is done with a packet's flow. */
function flowPart(flow: FlowRow): MenuItem[] {
  return [
    act('menu.conversation', () => void showConversation(flow)),
    act('key.follow', () => useStore.getState().set({ dialog: 'stream' }), 'Ctrl+Alt+Shift+T'),
    act('openFlow', () => openFlow(flow)),
    labelItems(flow),
    act('key.tags', () => void openTags(), 'T'),
  ];
}

async function showConversation(flow: FlowRow): Promise<void> {
  const detail = await ask('flow', { flow });
  if (detail === null) return;
  const filter = conversationExpression(detail.transport, detail.initiator, detail.responder);
  await showPackets(filter === '' ? `flow.id == ${detail.id}` : filter);
}

export function labelItems(flow: FlowRow): MenuItem {
  return {
    kind: 'more',
    text: word('menu.label'),
    items: [
      ...LABELS.map((label): MenuItem => act(`label.${label}`, () => void setLabel(flow, label))),
      { kind: 'line' },
      act('menu.label.none', () => void setLabel(flow, null)),
    ],
  };
}

/** The menu of an alert, in the packet list and elsewhere. */
export function alertItems(alert: AlertRow): MenuItem[] {
  const { incident } = alert;
  return [
    act('openFlow', () => openFlow(alert.flow)),
    { kind: 'act', text: word('raisedAt', { n: alert.packet + 1 }), run: () => goToPacket(alert.packet) },
    act('menu.incidentPackets', () => void showPackets(`flow.incident == ${incident.id}`)),
    labelItems(alert.flow),
    alert.allowed
      ? act('allowNoLonger', () => useStore.getState().set({ dialog: 'allow-rules' }))
      : act('allowMore', () => void allowDialog(alert.number)),
    { kind: 'line' },
    act('menu.copy.value', () => copyText(visible(`${incident.initiator} → ${incident.peer}`))),
  ];
}
