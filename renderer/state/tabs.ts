// Captures beside each other: which tabs there are, which of them this window shows, and where the user was in each.
import { create } from 'zustand';
import type { FlowRow, Hello, PacketRow, SessionState, ShownTab, TabNotice, TabState } from '../../contract/index.ts';
import { visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { client } from '../wire/client.ts';
import { ask, closeCapture, openDialog, openPath, openSample, pathOf, say } from './actions.ts';
import type { Command } from './command.ts';
import { notifyOf } from './notify.ts';
import { tellPlace } from './place.ts';
import { startOver } from './selection.ts';
import { CLIENT_KEY, keepPlace, PLACE_KEY, useStore, type View } from './store.ts';

interface Tabs {
  /** The one that this window shows; null before the host has said so. */
  readonly tab: number | null;
  readonly tabs: readonly TabState[];
  /** By tab, how many alerts there were when it was looked at last. */
  readonly seen: ReadonlyMap<number, number>;
}

export const useTabs = create<Tabs>(() => ({ tab: null, tabs: [], seen: new Map() }));

/** Where the user was in a tab when another was shown. */
interface Left {
  readonly session: number | null;
  readonly view: View;
  readonly packet: PacketRow | null;
  readonly flow: FlowRow | null;
  readonly top: number;
}

const state = useStore.getState;
const left = new Map<number, Left>();
/** How often another tab was asked for; until the newest answer is here, what the host tells is of either. */
let asked = 0;
let answered = 0;

/** A page that was opened for a tab (`#tab=3`) is a window of its own: it shares no lists with the one it came from. */
export function enterTab(): void {
  const found = /^#tab=(\d{1,15})$/.exec(location.hash);
  if (found === null) return;
  client.tab = Number(found[1]);
  sessionStorage.removeItem(CLIENT_KEY);
  sessionStorage.removeItem(PLACE_KEY);
  history.replaceState(null, '', location.pathname);
}

export function knowTabs({ tab, tabs }: Hello): void {
  client.tab = tab;
  asked = answered = 0;
  useTabs.setState({ tab, tabs });
  look();
}

export function hearTabs(notice: TabNotice): void {
  if (notice.notice === 'elsewhere') {
    const { tab, name, alert } = notice;
    notifyOf(alert, { name, show: () => showTab(tab) });
    return;
  }
  useTabs.setState({ tabs: notice.tabs });
  look();
}

/** A tab that is shown is looked at: its alerts are no news. */
function look(): void {
  const { tab, tabs, seen } = useTabs.getState();
  const now = tabs.find((t) => t.tab === tab)?.content;
  if (tab === null || now === undefined || !('alerts' in now) || seen.get(tab) === now.alerts) return;
  useTabs.setState({ seen: new Map(seen).set(tab, now.alerts) });
}

/** Alerts of a tab since it was looked at. */
export function news({ tab, content }: TabState, seen: ReadonlyMap<number, number>): number {
  return 'alerts' in content ? Math.max(0, content.alerts - (seen.get(tab) ?? 0)) : 0;
}

/** @returns whether it belongs to the tab that is shown; where the host has closed that, its neighbour is shown */
export function isOfShown(shown: ShownTab): boolean {
  if (asked !== answered) return false;
  if (shown.tab !== client.tab && client.tab !== null) {
    arrive(shown);
    return false;
  }
  return true;
}

function leave(): void {
  if (client.tab === null) return;
  tellPlace();
  const { session, view, packet, flow, packetsTop: top } = state();
  left.set(client.tab, { session: session?.session ?? null, view, packet, flow, top });
}

/** The window shows another tab from now on, as it was left. */
function arrive({ tab, session, views }: ShownTab): void {
  leave();
  client.tab = tab;
  const was = left.get(tab);
  const same = was !== undefined && was.session === (session?.session ?? null);
  startOver(same ? was.view : viewOf(session, state().view), { session, views, latestAlert: null, findBar: false });
  if (same && session !== null) state().set({ packet: was.packet, flow: was.flow, packetsTop: was.top });
  keepPlace();
  useTabs.setState({ tab });
  look();
}

/** The view of another capture: the one that is shown, where it shows captures. */
export function viewOf(session: SessionState | null, shown: View): View {
  if (shown === 'lab' || shown === 'rules') return shown;
  if (session === null) return 'start';
  return shown === 'start' ? 'packets' : shown;
}

/** @returns whether it is shown now */
export async function showTab(tab: number): Promise<boolean> {
  if (tab === client.tab && asked === answered) return true;
  const mine = ++asked;
  tellPlace();
  const shown = await ask('showTab', { tab });
  if (mine !== asked) return false;
  answered = asked;
  if (shown === null) return false;
  arrive(shown);
  if (shown.again && shown.session !== null) say(word('tabs.readAgain', { name: visible(shown.session.name) }));
  return true;
}

/** The tab so many places further, round and round. */
export function stepTab(by: number): void {
  const { tab, tabs } = useTabs.getState();
  const at = tabs.findIndex((t) => t.tab === tab);
  const next = tabs[(at + by + tabs.length) % tabs.length];
  if (next !== undefined) void showTab(next.tab);
}

export async function newTab(): Promise<number | null> {
  const made = await ask('newTab', {});
  return made !== null && (await showTab(made.tab)) ? made.tab : null;
}

export async function closeTab(tab: number | null = client.tab): Promise<void> {
  const content = useTabs.getState().tabs.find((t) => t.tab === tab)?.content;
  if (tab === null || (await ask('closeTab', { tab })) === null) return;
  left.delete(tab);
  if (content?.state === 'live' || content?.state === 'paused')
    say(word('tabs.liveClosed', { name: visible(content.name) }));
}

/** Closes what is shown: the tab, or where it is the only one, its capture. */
export function closeShown(): void {
  void (useTabs.getState().tabs.length > 1 ? closeTab() : closeCapture());
}

export function moveTab(tab: number, by: number): void {
  const { tabs } = useTabs.getState();
  const at = tabs.findIndex((t) => t.tab === tab);
  placeTab(tab, Math.min(tabs.length - 1, Math.max(0, at + by)));
}

/** @param to its place among the tabs, from 0; shown at once */
export function placeTab(tab: number, to: number): void {
  const { tabs } = useTabs.getState();
  const moved = tabs.find((t) => t.tab === tab);
  if (moved === undefined || tabs[to] === moved) return;
  const others = tabs.filter((t) => t !== moved);
  useTabs.setState({ tabs: [...others.slice(0, to), moved, ...others.slice(to)] });
  void ask('moveTab', { tab, to });
}

/** The same tab in a window of its own: two captures side by side, or two looks at one. */
export function openWindow(tab: number | null = client.tab): void {
  if (tab === null) return;
  // Nothing comes back in the desktop shell, which opens a window of its own.
  window.open(`${location.pathname}#tab=${tab}`, '_blank');
}

/** Has something be opened in a new tab, in this one where it is empty; where nothing comes of it, that tab goes. */
export async function inNewTab(open: () => Promise<boolean>): Promise<void> {
  const before = client.tab;
  if (state().session === null) {
    await open();
    return;
  }
  const made = await newTab();
  if (made === null || (await open()) || client.tab !== made || before === null) return;
  await showTab(before);
  await closeTab(made);
}

/** A file that a tab has already is shown there. */
export function openPathInTab(path: string): Promise<void> {
  const there = useTabs.getState().tabs.find(({ content }) => 'path' in content && content.path === path);
  return there === undefined ? inNewTab(() => openPath(path)) : showTab(there.tab).then(() => undefined);
}

/** Each of several files in a tab of its own; the first one is shown. */
export async function openEachInTab(files: readonly File[]): Promise<void> {
  let first: number | null = null;
  let last = client.tab;
  for (const file of files) {
    const path = await pathOf(file);
    if (path === null) return;
    const shown = useTabs.getState().tabs.find((t) => t.tab === last);
    const empty: boolean = shown?.content.state === 'empty' && first === null;
    const tab: number | null = empty ? last : ((await ask('newTab', {}, { tab: last }))?.tab ?? null);
    if (tab === null) return;
    if ((await ask('open', { path }, { tab })) === null) {
      if (!empty) await ask('closeTab', { tab });
      continue;
    }
    first ??= tab;
    last = tab;
  }
  if (first !== null) await showTab(first);
}

export const TAB_COMMANDS: readonly Command[] = [
  { id: 'new-tab', title: 'tabs.new', keys: 'Alt+t', run: () => void newTab() },
  { id: 'open-in-tab', title: 'tabs.openIn', keys: 'Ctrl+Shift+o', run: () => void openDialog(inNewTab) },
  { id: 'sample-in-tab', title: 'tabs.sampleIn', run: () => void inNewTab(openSample) },
  { id: 'next-tab', title: 'tabs.next', keys: 'Ctrl+Tab', run: () => stepTab(1) },
  { id: 'previous-tab', title: 'tabs.previous', keys: 'Ctrl+Shift+Tab', run: () => stepTab(-1) },
  { id: 'tab-window', title: 'tabs.window', run: () => openWindow() },
  { id: 'close-tab', title: 'tabs.close', keys: 'Ctrl+w', run: () => void closeTab() },
];

/** Alt with a digit shows a tab by its place, 9 the last one; Alt with Page up or down the one beside it. */
export function tabKey(event: KeyboardEvent): boolean {
  const { tabs } = useTabs.getState();
  if (!event.altKey || event.ctrlKey || event.shiftKey || event.metaKey || tabs.length < 2) return false;
  if (event.key === 'PageDown' || event.key === 'PageUp') {
    stepTab(event.key === 'PageDown' ? 1 : -1);
    return true;
  }
  if (!/^[1-9]$/.test(event.key)) return false;
  const wanted = event.key === '9' ? tabs.at(-1) : tabs[Number(event.key) - 1];
  if (wanted === undefined) return false;
  void showTab(wanted.tab);
  return true;
}
