// One place of many buttons is reached by Tab, the others by arrows, Home and End.
import type { KeyboardEvent } from 'react';

/** Moves the focus among what can be pressed in a box. @param among which of it, as a selector */
export function moveFocus(event: KeyboardEvent, box: HTMLElement | null, among = 'button'): void {
  if (box === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...box.querySelectorAll<HTMLElement>(among)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const places: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const to = places[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
}
