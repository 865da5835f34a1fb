// The menu of a row of the incidents: of one incident, of those chosen together, or of the head of a group.
import {
  flowRow,
  INCIDENT_FORMATS,
  INCIDENT_STATES,
  type IncidentPage,
  PLACE_GROUP,
  textAt,
} from '../../contract/index.ts';
import { ask, openFlow, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { addressFilter, openHost } from '../state/hosts.ts';
import {
  allowDialog,
  chooseSet,
  exportIncidents,
  fold,
  goToIncident,
  incidentFilter,
  incidentsNow,
  saveIncidentReport,
  setIncidentState,
  toggleChosen,
  withSubject,
} from '../state/incidents.ts';
import { act, type MenuItem } from '../state/menu.ts';
import { useStore } from '../state/store.ts';
import { peerText, word } from '../words/words.ts';
import { labelItems } from './packet-menu.ts';

export function incidentItems(page: IncidentPage, index: number): MenuItem[] {
  if (page.kind[index] === PLACE_GROUP) return groupItems(page, index);
  const alert = page.row[index]!;
  const flow = flowRow(page.flow[index]!);
  const [host, peer] = [textAt(page.host, index), textAt(page.peer, index)];
  const later = async (): Promise<string> => {
    const detail = await ask('incident', { alert });
    return detail === null ? '' : incidentFilter(detail.alert);
  };
  const toPackets = async (): Promise<void> => {
    const filter = await later();
    if (filter !== '') await showPackets(filter);
  };
  const { chosen } = incidentsNow();
  return [
    act('openFlow', () => openFlow(flow), 'Enter'),
    act('menu.incidentPackets', () => void toPackets()),
    act('stats.goTo', () => void goToIncident(alert), 'P'),
    act('host.detail', () => void openHost(host)),
    { kind: 'line' },
    ...filterItems('flow.incident == …', later),
    { kind: 'line' },
    {
      kind: 'act',
      text: word('menu.incident.choose'),
      keys: 'Space',
      checked: chosen.has(alert),
      run: () => toggleChosen(alert),
    },
    {
      kind: 'more',
      text: word('menu.incident.state'),
      items: INCIDENT_STATES.map((state, i): MenuItem => ({
        kind: 'act',
        text: word(`incident.state.${state}`),
        checked: page.state[index] === i,
        run: () => void setIncidentState(state),
      })),
    },
    act('menu.incident.tag', withSubject('incident-tag'), 'T'),
    act('menu.incident.note', withSubject('incident-note'), 'N'),
    labelItems(flow),
    page.allowed[index] === 1
      ? act('allowNoLonger', () => useStore.getState().set({ dialog: 'allow-rules' }))
      : act('allowMore', () => void allowDialog(alert), 'A'),
    act('menu.incident.report', () => void saveIncidentReport(), 'R'),
    ...INCIDENT_FORMATS.map((as): MenuItem => act(`report.as.${as}`, () => void exportIncidents(as))),
    { kind: 'line' },
    {
      kind: 'more',
      text: word('menu.copy'),
      items: [
        act('menu.copy.ends', () => copyText(`${host} → ${peerText(peer)}`)),
        act('menu.copy.filter', () => void later().then((filter) => filter !== '' && copyText(filter))),
      ],
    },
  ];
}

/** An act of a menu is about those chosen; a row that is none of them is meant alone. */
export function meanAlone(alert: number): void {
  const { chosen } = incidentsNow();
  if (chosen.size > 0 && !chosen.has(alert)) chooseSet([]);
}

function groupItems(page: IncidentPage, index: number): MenuItem[] {
  const key = textAt(page.group, index);
  const folded = page.folded[index] === 1;
  const host = textAt(page.host, index);
  return [
    act(folded ? 'menu.group.unfold' : 'menu.group.fold', () => void fold(key, !folded), 'Enter'),
    ...(host === ''
      ? []
      : [
          act('host.detail', () => void openHost(host)),
          act('host.packets', () => void showPackets(addressFilter(host))),
          { kind: 'line' as const },
          ...filterItems(addressFilter(host)),
          { kind: 'line' as const },
          act('menu.copy.value', () => copyText(host)),
        ]),
  ];
}
