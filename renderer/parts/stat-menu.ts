// The menu of a row of a table of statistics.
import { packetRow, type StatPage, textAt } from '../../contract/index.ts';
import { goToPacket, showFlows, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { addressCopy, nameItems } from '../state/name-menu.ts';
import { openTcpGraphs } from '../state/statistics.ts';
import { word } from '../words/words.ts';
import { addressIn, shownText } from './stat-cells.ts';

/** @param column of the cell that was pressed @param copyTable copies all rows as CSV */
export function statItems(
  table: string,
  page: StatPage,
  i: number,
  column: string,
  o: { readonly opens: 'packets' | 'flows'; readonly copyTable: () => void },
): MenuItem[] {
  const filter = textAt(page.filter, i);
  const packet = page.packet[i]!;
  const cell = shownText(table, page, column, i);
  const row = page.columns.map((c) => shownText(table, page, c.id, i)).join('\t');
  const address = addressIn(page, column, i);
  const ways: MenuItem[] = [
    ...(filter === ''
      ? []
      : [
          act('host.packets', () => void showPackets(filter), o.opens === 'packets' ? 'Enter' : undefined),
          act('host.flows', () => void showFlows(filter), o.opens === 'flows' ? 'Enter' : undefined),
        ]),
    ...(packet === 0 ? [] : [act('stats.goTo', () => goToPacket(packetRow(packet - 1)), 'Shift+Enter')]),
    ...(table === 'conv-tcp' && packet > 0 ? [act('stats.tcp', () => void openTcpGraphs(packet - 1))] : []),
  ];
  return [
    ...ways,
    ...(ways.length === 0 ? [] : [{ kind: 'line' as const }]),
    ...filterItems(filter),
    ...nameItems(address),
    ...(filter === '' && address === '' ? [] : [{ kind: 'line' as const }]),
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        act('menu.copy.value', () => copyText(cell)),
        ...addressCopy(address, cell),
        act('menu.copy.rowText', () => copyText(row)),
        ...(filter === '' ? [] : [act('menu.copy.filter', () => copyText(filter))]),
        act('menu.copy.table', o.copyTable, 'Ctrl+C'),
      ],
    },
  ];
}
