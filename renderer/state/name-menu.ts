// What a menu offers of an address that has a name, or may have one: its address to copy, a name by hand, and which
// addresses have names at all.
import { changeSettings } from './actions.ts';
import type { Command } from './command.ts';
import { copyText } from './copy.ts';
import { act, type MenuItem } from './menu.ts';
import { isMac, useNames } from './names.ts';
import { useStore } from './store.ts';
import { word } from '../words/words.ts';

export const NAME_SWITCHES = ['macNames', 'networkNames', 'portNames'] as const;

/** Turns one kind of names on or off. */
export function switchNames(key: (typeof NAME_SWITCHES)[number]): void {
  const { settings } = useStore.getState();
  if (settings !== null) void changeSettings({ [key]: !settings[key] });
}

/** Opens the dialog that gives an address a name. */
export function nameByHand(address: string): void {
  useNames.setState({ naming: address });
  useStore.getState().set({ dialog: 'name-address' });
}

/** @param shown what stands in the cell */
export function addressCopy(address: string, shown: string): MenuItem[] {
  return address === '' || address === shown ? [] : [act('names.copyAddress', () => copyText(address))];
}

/** @param address '' where the cell shows none */
export function nameItems(address: string): MenuItem[] {
  const { settings } = useStore.getState();
  const named = /^\d+\.\d+\.\d+\.\d+$/.test(address) || address.includes(':');
  if (settings === null || !named) return [];
  return [
    {
      kind: 'more',
      text: word('names.title.menu'),
      items: [
        act('names.byHand', () => nameByHand(isMac(address) ? address.toLowerCase() : address)),
        { kind: 'line' },
        ...NAME_SWITCHES.map((key): MenuItem => ({
          kind: 'act',
          text: word(`names.${key}`),
          checked: settings[key],
          run: () => switchNames(key),
        })),
      ],
    },
  ];
}

/** The palette's, as in Wireshark's menu View > Name Resolution. */
export const NAME_COMMANDS: readonly Command[] = NAME_SWITCHES.map((key): Command => ({
  id: `names-${key}`,
  title: `names.${key}`,
  run: () => switchNames(key),
}));
