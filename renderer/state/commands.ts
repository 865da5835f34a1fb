// Every action with its name and keys: the palette, the keyboard and the desktop menu read this one table.
import { flushSync } from 'react-dom';
import { packetRow } from '../../contract/index.ts';
import type { Command } from './command.ts';
import {
  applyFilter,
  control,
  labelSelected,
  neighbour,
  openDialog,
  openSample,
  save,
  show,
  showPackets,
  startOrStop,
  changeSettings,
  goToPacket,
  openFlow,
  saveAppLog,
} from './actions.ts';
import { COLOUR_COMMANDS } from './conversations.ts';
import { mark, MARK_COMMANDS } from './marks.ts';
import { NAME_COMMANDS } from './name-menu.ts';
import { isPressed } from './keys.ts';
import { selectedFlow } from './selection.ts';
import { PROFILE_COMMANDS } from './profiles.ts';
import { THREAT_COMMANDS } from './threat.ts';
import { STATISTICS_COMMANDS } from './statistics.ts';
import { closeShown, TAB_COMMANDS } from './tabs.ts';
import { DEFAULT_PANES, useStore, type Dialog, type View } from './store.ts';
import { openTags } from './tags.ts';
import { INCIDENT_COMMANDS } from './incidents.ts';
import { FILE_COMMANDS } from './file-export.ts';
import { findNext, sayFound } from './packet-work.ts';

export type { Command } from './command.ts';

const dialog = (name: Dialog) => (): void => useStore.getState().set({ dialog: name });
const view = (name: View) => (): void => show(name);
const next = (forward: boolean) => (): void => void findNext(forward).then(sayFound);

/** In the packet list; where it is open already, its field has the focus again. */
function openFindBar(): void {
  flushSync(() => useStore.getState().set({ view: 'packets', findBar: true }));
  document.getElementById('find-text')?.focus();
}

export const COMMANDS: readonly Command[] = [
  { id: 'open', title: 'key.open', keys: 'Ctrl+o', run: () => void openDialog() },
  { id: 'sample', title: 'trySample', run: () => void openSample() },
  ...TAB_COMMANDS,
  ...PROFILE_COMMANDS,
  { id: 'start-stop', title: 'key.startStop', keys: 'Ctrl+e', run: () => void startOrStop() },
  {
    id: 'pause',
    title: 'pause',
    open: true,
    run: () => void control(useStore.getState().session?.phase === 'paused' ? 'resume' : 'pause'),
  },
  { id: 'restart', title: 'restart', open: true, run: () => void control('restart') },
  { id: 'close', title: 'close', open: true, keys: 'Ctrl+Shift+w', run: closeShown },
  { id: 'save', title: 'saveAndExport', open: true, keys: 'Ctrl+s', run: dialog('save') },
  { id: 'learn', title: 'learnNetwork', open: true, run: dialog('learn') },
  { id: 'save-flows', title: 'save.flowsTitle', open: true, run: () => void save('flows') },
  { id: 'save-labelled', title: 'save.labelledTitle', open: true, run: () => void save('labelled') },
  { id: 'save-displayed', title: 'save.displayedTitle', open: true, run: () => void save('displayed') },
  ...FILE_COMMANDS,
  { id: 'packets', title: 'packets', open: true, keys: '1', run: view('packets') },
  { id: 'flows', title: 'flows', open: true, keys: '2', run: view('flows') },
  { id: 'alerts', title: 'alerts', open: true, keys: '3', run: view('alerts') },
  { id: 'lab', title: 'lab', keys: '4', run: view('lab') },
  { id: 'statistics', title: 'statistics', open: true, keys: '5', run: view('statistics') },
  ...STATISTICS_COMMANDS,
  { id: 'hosts', title: 'hosts', open: true, keys: '6', run: view('hosts') },
  ...THREAT_COMMANDS,
  ...INCIDENT_COMMANDS,
  { id: 'start', title: 'startPage', run: view('start') },
  {
    id: 'filter',
    title: 'key.filter',
    open: true,
    keys: 'Ctrl+/',
    run: () => {
      const { view: now } = useStore.getState();
      if (now === 'start' || now === 'lab' || now === 'statistics' || now === 'rules') flushSync(() => show('packets'));
      document.getElementById('filter')?.focus();
    },
  },
  { id: 'save-filter', title: 'filters.saveTitle', open: true, run: dialog('save-filter') },
  { id: 'filters', title: 'filters.title', run: dialog('filters') },
  { id: 'clear-filter', title: 'clearFilter', open: true, run: () => void applyFilter('') },
  {
    id: 'only-malicious',
    title: 'onlyMalicious',
    open: true,
    run: () => void showPackets('flow.verdict == malicious'),
  },
  { id: 'find', title: 'key.find', open: true, keys: 'Ctrl+f', run: openFindBar },
  { id: 'find-next', title: 'next', open: true, keys: 'Ctrl+n', run: next(true) },
  { id: 'find-previous', title: 'previous', open: true, keys: 'Ctrl+b', run: next(false) },
  { id: 'goto', title: 'key.goTo', open: true, keys: 'Ctrl+g', run: dialog('goto') },
  { id: 'next-neighbour', title: 'nextInConversation', open: true, keys: 'Ctrl+.', run: () => void neighbour(true) },
  {
    id: 'previous-neighbour',
    title: 'previousInConversation',
    open: true,
    keys: 'Ctrl+,',
    run: () => void neighbour(false),
  },
  { id: 'mark', title: 'key.mark', open: true, keys: 'Ctrl+m', run: () => void mark('marked') },
  { id: 'ignore', title: 'key.ignore', open: true, keys: 'Ctrl+d', run: () => void mark('ignored') },
  ...MARK_COMMANDS,
  ...COLOUR_COMMANDS,
  ...NAME_COMMANDS,
  { id: 'objects', title: 'exportObjects', open: true, run: dialog('objects') },
  { id: 'tls-keys', title: 'tlsKeys', run: dialog('tls-keys') },
  { id: 'decode-as', title: 'decodeAs', keys: 'Ctrl+Shift+u', run: dialog('decode-as') },
  { id: 'dissectors', title: 'dissectors', run: dialog('dissectors') },
  { id: 'follow', title: 'key.follow', open: true, keys: 'Ctrl+Alt+Shift+t', run: dialog('stream') },
  {
    id: 'flow-of-packet',
    title: 'openFlow',
    open: true,
    run: () =>
      void selectedFlow().then((flow) => {
        if (flow !== null) openFlow(flow);
      }),
  },
  { id: 'first', title: 'firstPacket', open: true, keys: 'Ctrl+Home', run: () => goToPacket(packetRow(0)) },
  {
    id: 'last',
    title: 'lastPacket',
    open: true,
    keys: 'Ctrl+End',
    run: () => {
      const { session } = useStore.getState();
      if (session !== null && session.packets > 0) goToPacket(packetRow(session.packets - 1));
    },
  },
  { id: 'benign', title: 'labelBenign', open: true, keys: 'b', run: () => void labelSelected('benign') },
  { id: 'malicious', title: 'labelMalicious', open: true, keys: 'm', run: () => void labelSelected('malicious') },
  { id: 'unsure', title: 'labelUnsure', open: true, keys: 'u', run: () => void labelSelected('unsure') },
  { id: 'tags', title: 'key.tags', open: true, keys: 't', run: () => void openTags() },
  { id: 'capture-options', title: 'captureOptions', run: dialog('capture-options') },
  { id: 'ssh', title: 'source.sshTitle', run: dialog('ssh') },
  { id: 'pipe', title: 'source.pipeTitle', run: dialog('pipe') },
  { id: 'doctor', title: 'doctor', run: dialog('doctor') },
  { id: 'release', title: 'release', run: dialog('release') },
  { id: 'settings', title: 'settings', run: dialog('settings') },
  { id: 'app-log', title: 'appLog', run: () => void saveAppLog() },
  { id: 'dark', title: 'darkTheme', run: () => void changeSettings({ theme: 'dark' }) },
  { id: 'light', title: 'lightTheme', run: () => void changeSettings({ theme: 'light' }) },
  {
    id: 'detail',
    title: 'toggleDetail',
    open: true,
    run: () => {
      const { panes, set } = useStore.getState();
      set({ panes: { ...panes, detail: panes.detail === 0 ? DEFAULT_PANES.detail : 0 } });
    },
  },
  ...(['tree', 'bytes', 'flow'] as const).map((pane): Command => ({
    id: `pane-${pane}`,
    title: `toggle.${pane}`,
    open: true,
    run: () => {
      const { panes, set } = useStore.getState();
      set({
        panes: {
          ...panes,
          hidden: panes.hidden.includes(pane) ? panes.hidden.filter((p) => p !== pane) : [...panes.hidden, pane],
        },
      });
    },
  })),
  { id: 'panes', title: 'key.panes', open: true, keys: 'F6', run: () => nextPane() },
  { id: 'keys', title: 'keys', keys: '?', run: dialog('keys') },
  { id: 'palette', title: 'palette', keys: 'Ctrl+k', run: dialog('palette') },
];

const PANE_ORDER = [
  '#filter',
  '.strip',
  '.grid',
  '[role="tree"]',
  '.hex',
  '.flow-card .pane-body',
  '.inspect-why',
  '.features',
  '.alerts .alert-card',
  '.host-detail',
  '.lab',
  '.stats-nav [aria-current]',
  '.stat-grid',
  '.chart',
  '.threat-sources',
];

function nextPane(): void {
  const panes = PANE_ORDER.map((p) => document.querySelector<HTMLElement>(p)).filter((p) => p !== null);
  const at = panes.findIndex((p) => p.contains(document.activeElement));
  panes[(at + 1) % panes.length]?.focus();
}

/** The command of a key press, or null. Letters and digits are the fields' own while one is typed into. */
export function commandOf(event: KeyboardEvent): Command | null {
  const target = event.target as HTMLElement;
  const typing = target.matches('input:not([type="range"], [type="checkbox"]), textarea, select');
  const control = event.ctrlKey || event.metaKey;
  const name = nameOf(event, control);
  if (typing && !control && !event.key.startsWith('F')) return null;
  if (typing && ['Ctrl+Home', 'Ctrl+End', 'Ctrl+b', 'Ctrl+d'].includes(name)) return null;
  const found = COMMANDS.find((c) => isPressed(c.keys, name)) ?? null;
  return found?.open && useStore.getState().session === null ? null : found;
}

/** A key press as the table writes it, such as Ctrl+Shift+w. */
function nameOf(event: KeyboardEvent, control: boolean): string {
  const parts = [];
  if (control) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  // The question mark needs Shift by itself.
  if (event.shiftKey && event.key !== '?') parts.push('Shift');
  if (event.key === ' ') parts.push('Space');
  else parts.push(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  return parts.join('+');
}
