// Profiles in the window: which there are, which is used, and what follows when another one is.
import { DEFAULT_PROFILE, type Layout, type Request, type UsedProfile } from '../../contract/index.ts';
import { visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { shell } from '../wire/transport.ts';
import { ask, pathOf, placeFor, say } from './actions.ts';
import type { Command } from './command.ts';
import { useFilters } from './filter-lists.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { useProfiles } from './profile-in-use.ts';
import { useStore } from './store.ts';

export function profileName(name: string): string {
  return name === DEFAULT_PROFILE ? word('profiles.default') : visible(name);
}

function layoutNow(): Layout {
  const { detail, inspector, tree, bytes, hidden } = useStore.getState().panes;
  return { detail, inspector, tree, bytes, hidden };
}

/** Another profile is used, here or in another window, or there is one more or less. */
export function hearProfile({ now, names, settings, filters, layout }: UsedProfile): void {
  const other = useProfiles.getState().now !== now;
  useProfiles.setState({ now, names });
  useStore.setState({ settings });
  useFilters.setState(filters);
  if (!other) return;
  if (layout !== null) useStore.setState({ panes: layout });
  // Dissectors may be told something else: trees and streams are read again.
  useStore.setState({ told: useStore.getState().told + 1 });
}

/** @returns whether it was done */
export async function changeProfile(
  act: Request<'profile'>['act'],
  o: { readonly name?: string; readonly to?: string },
): Promise<boolean> {
  const used = await ask('profile', { act, name: '', to: '', ...o, layout: layoutNow() });
  if (used === null) return false;
  hearProfile(used);
  return true;
}

export async function switchTo(name: string): Promise<void> {
  if (name === useProfiles.getState().now) return;
  if (await changeProfile('use', { name })) say(word('profiles.used', { name: profileName(name) }));
}

export async function exportProfile(name: string): Promise<void> {
  const place = await placeFor(`${name || 'Default'}.json`, 'none');
  if (place === null) return;
  const layout = name === useProfiles.getState().now ? layoutNow() : null;
  const saved = await ask('exportProfile', { name, layout, ...place });
  if (saved !== null) say(word('profiles.exported', { name: profileName(name) }), false, [saved.file]);
}

async function importFrom(path: string): Promise<void> {
  const added = await ask('importProfile', { path });
  if (added === null) return;
  useProfiles.setState({ now: added.now, names: added.names });
  say(word('profiles.imported', { name: profileName(added.added) }));
}

export async function importProfile(): Promise<void> {
  if (shell !== null) {
    const chosen = await shell.chooseFile();
    if (chosen !== null) await importFrom(chosen.grant);
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json';
  input.onchange = async () => {
    const [file] = input.files ?? [];
    const path = file === undefined ? null : await pathOf(file);
    if (path !== null) await importFrom(path);
  };
  input.click();
}

/** The menu of profiles, above the button that is in the status bar. */
export function openProfileMenu(): void {
  const button = document.getElementById('profile-button');
  if (button === null) return;
  const { now, names } = useProfiles.getState();
  const items: MenuItem[] = [DEFAULT_PROFILE, ...names].map((name) => ({
    kind: 'act',
    text: profileName(name),
    checked: name === now,
    run: () => void switchTo(name),
  }));
  const manage = (): void => useStore.setState({ dialog: 'profiles' });
  openMenuAt(button, {
    label: word('profiles.title'),
    items: [...items, { kind: 'line' }, { kind: 'act', text: word('profiles.manage'), run: manage }],
  });
}

export const PROFILE_COMMANDS: readonly Command[] = [
  { id: 'switch-profile', title: 'profiles.switch', run: openProfileMenu },
  {
    id: 'profiles',
    title: 'profiles.manage',
    keys: 'Ctrl+Shift+a',
    run: () => useStore.setState({ dialog: 'profiles' }),
  },
];
