// Keys as they are shown and pressed. A browser keeps some of Wireshark's for itself in a tab; there others do the same.
// In the desktop window all are Wireshark's.
import { shell } from '../wire/transport.ts';

/** New windows, tabs and their end: what never reaches a page, and what is pressed instead. */
const IN_TAB: ReadonlyMap<string, string> = new Map([
  ['ctrl+n', 'F3'],
  ['ctrl+shift+n', 'Alt+Shift+N'],
  ['ctrl+t', 'Alt+Shift+T'],
  ['ctrl+shift+w', 'Alt+Shift+W'],
  ['ctrl+shift+t', 'Alt+Shift+S'],
  ['ctrl+w', 'Alt+W'],
  ['ctrl+tab', 'Alt+PageDown'],
  ['ctrl+shift+tab', 'Alt+PageUp'],
]);
const KEPT = /\bCtrl\+(?:Shift\+)?(?:[ntw]|Tab)\b/gi;

/** @param keys one or more, as a table or a menu writes them */
export function shownKeys(keys: string): string {
  const named = keys.replaceAll(/(?<=\+|^)[a-z]\b/g, (letter) => letter.toUpperCase());
  return shell === null ? named.replaceAll(KEPT, (kept) => IN_TAB.get(kept.toLowerCase()) ?? kept) : named;
}

/** @param pressed as the table of commands writes keys, such as Ctrl+Shift+w */
export function isPressed(keys: string | undefined, pressed: string): boolean {
  if (keys === undefined) return false;
  return keys === pressed || IN_TAB.get(keys.toLowerCase())?.toLowerCase() === pressed.toLowerCase();
}
