// The menu of a row of the flow list.
import { flowRow, textAt, type FlowPage } from '../../contract/index.ts';
import { showPackets } from '../state/actions.ts';
import { openGroups } from '../state/groups.ts';
import { addressExpression, conversationExpression, endOf } from '../state/cell-filter.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { addressCopy, nameItems } from '../state/name-menu.ts';
import { useStore } from '../state/store.ts';
import { openTags } from '../state/tags.ts';
import { visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { flowText } from './flow-painter.ts';
import { labelItems } from './packet-menu.ts';

/** Facts that are grouped by most. */
const GROUPED_BY = ['server_name', 'app', 'initiator', 'responder', 'port', 'ja4', 'verdict', 'tag'] as const;

/** @param cell the column that was pressed */
export function flowItems(page: FlowPage, index: number, cell: string): MenuItem[] {
  const id = page.id[index]!;
  const [initiator, responder] = [textAt(page.initiator, index), textAt(page.responder, index)];
  const address = { initiator: endOf(initiator).address, responder: endOf(responder).address }[cell] ?? '';
  const shown = flowText(page, index, cell);
  const host = addressExpression('addr', endOf(responder).address);
  const hosts = conversationExpression('', initiator, responder);
  return [
    act('showPackets', () => void showPackets(`flow.id == ${id}`), 'Enter'),
    ...(hosts === '' ? [] : [act('menu.packetsOfHosts', () => void showPackets(hosts))]),
    ...(host === '' ? [] : [act('menu.packetsOfResponder', () => void showPackets(host))]),
    act('key.follow', () => useStore.getState().set({ dialog: 'stream' })),
    labelItems(flowRow(page.row[index]!)),
    act('key.tags', () => void openTags(), 'T'),
    {
      kind: 'more',
      text: word('groups.menu'),
      items: GROUPED_BY.map((facet) => act(`stats.c.flow.${facet}`, () => openGroups(facet, true))),
    },
    { kind: 'line' },
    ...filterItems(`flow.id == ${id}`),
    ...nameItems(address),
    { kind: 'line' },
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        ...(shown === '' ? [] : [act('menu.copy.value', () => copyText(shown))]),
        ...addressCopy(address, shown),
        act('menu.copy.ends', () => copyText(visible(`${initiator} → ${responder}`))),
        act('menu.copy.filter', () => copyText(`flow.id == ${id}`)),
      ],
    },
  ];
}
