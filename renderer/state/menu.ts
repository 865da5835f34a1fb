// The one menu that may be open: what it offers, and where it stands.
import { create } from 'zustand';
import { word, type WordKey } from '../words/words.ts';

export type MenuItem =
  | {
      readonly kind: 'act';
      readonly text: string;
      /** Keys that do the same. */
      readonly keys?: string;
      /** What it would put into the filter bar or the clipboard. */
      readonly detail?: string;
      readonly checked?: boolean;
      run(): void;
    }
  | { readonly kind: 'more'; readonly text: string; readonly items: readonly MenuItem[] }
  | { readonly kind: 'line' };

/** An entry by its word. @param keys that do the same */
export function act(text: WordKey, run: () => void, keys?: string | undefined): MenuItem {
  return { kind: 'act', text: word(text), ...(keys === undefined ? {} : { keys }), run };
}

/** A place in the window, px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A menu, and where it is opened. */
export interface OpenMenu extends Point {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

export const useMenu = create<{ readonly open: OpenMenu | null }>(() => ({ open: null }));

/** The browser tells of the menu key twice, as a key and as a menu: the second is no question of its own. */
const ONCE = 250;
const RIGHT = 2;
let openedByKey = -Infinity;

export function openMenu(menu: OpenMenu): void {
  useMenu.setState({ open: menu });
}

export function closeMenu(): void {
  useMenu.setState({ open: null });
}

/** The menu key, or Shift with F10. */
export function isMenuKey(event: { readonly key: string; readonly shiftKey: boolean }): boolean {
  return event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
}

/** Opens a menu below an element that has the focus, or is what a key is about. */
export function openMenuAt(element: Element, menu: Omit<OpenMenu, keyof Point>): void {
  const { left, bottom, width } = element.getBoundingClientRect();
  openedByKey = performance.now();
  openMenu({ ...menu, x: left + Math.min(24, width / 2), y: bottom });
}

/** Opens a menu where it was asked for: by a press at a point, or by a key (null) below an element. */
export function openMenuFor(element: Element, point: Point | null, menu: Omit<OpenMenu, keyof Point>): void {
  if (point === null) openMenuAt(element, menu);
  else openMenu({ ...menu, ...point });
}

/** Whether the browser tells of the menu key, and not of a right click. */
export function isEcho(event: { readonly button: number }): boolean {
  return event.button !== RIGHT && performance.now() - openedByKey < ONCE;
}
