// The menu of a row of a table of statistics.
import { packetRow, type StatPage, textAt } from '../../contract/index.ts';
import { goToPacket, showFlows, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { openTcpGraphs } from '../state/statistics.ts';
import { word } from '../words/words.ts';
import { cellText } from './stat-cells.ts';

/** @param column index of the cell that was pressed @param copyTable copies all rows as CSV */
export function statItems(
  page: StatPage,
  i: number,
  column: number,
  o: { readonly tcp: boolean; readonly opens: 'packets' | 'flows'; readonly copyTable: () => void },
): MenuItem[] {
  const filter = textAt(page.filter, i);
  const packet = page.packet[i]!;
  const cell = cellText(page.columns[column]!, i);
  const row = page.columns.map((c) => cellText(c, i)).join('\t');
  const ways: MenuItem[] = [
    ...(filter === ''
      ? []
      : [
          act('host.packets', () => void showPackets(filter), o.opens === 'packets' ? 'Enter' : undefined),
          act('host.flows', () => void showFlows(filter), o.opens === 'flows' ? 'Enter' : undefined),
        ]),
    ...(packet === 0 ? [] : [act('stats.goTo', () => goToPacket(packetRow(packet - 1)), 'Shift+Enter')]),
    ...(o.tcp && packet > 0 ? [act('stats.tcp', () => void openTcpGraphs(packet - 1))] : []),
  ];
  return [
    ...ways,
    ...(ways.length === 0 ? [] : [{ kind: 'line' as const }]),
    ...filterItems(filter),
    ...(filter === '' ? [] : [{ kind: 'line' as const }]),
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        act('menu.copy.value', () => copyText(cell)),
        act('menu.copy.rowText', () => copyText(row)),
        ...(filter === '' ? [] : [act('menu.copy.filter', () => copyText(filter))]),
        act('menu.copy.table', o.copyTable, 'Ctrl+C'),
      ],
    },
  ];
}
