// The menu of a row of the hosts.
import { type HostPage, textAt } from '../../contract/index.ts';
import { showFlows, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { hostFilter } from '../state/hosts.ts';
import { showIncidents } from '../state/incidents.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { visible } from '../words/format.ts';
import { word } from '../words/words.ts';

export function hostItems(page: HostPage, index: number): MenuItem[] {
  const filter = hostFilter(page, index);
  const address = textAt(page.address, index);
  const names = visible(textAt(page.name, index));
  return [
    act('host.flows', () => void showFlows(filter), 'Enter'),
    act('host.packets', () => void showPackets(filter)),
    ...(page.incidents[index]! > 0 ? [act('menu.host.incidents', () => void showIncidents(filter))] : []),
    { kind: 'line' },
    ...filterItems(filter),
    { kind: 'line' },
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        act('menu.copy.value', () => copyText(address)),
        ...(names === '' ? [] : [act('menu.copy.names', () => copyText(names))]),
        act('menu.copy.filter', () => copyText(filter)),
      ],
    },
  ];
}
