// A line of the tree that is dragged to the filter bar: applied there at once where the bar is empty, with Shift only
// prepared; where it has a text, a menu asks how the two are joined, as in Wireshark.
import type { DragEvent } from 'react';
import { word } from '../words/words.ts';
import { listShown } from './actions.ts';
import { filterItems, takeExpression } from './filter-menu.ts';
import { openMenu } from './menu.ts';
import { useStore } from './store.ts';

/** Tells such a drag from a file's or a text's. */
const TYPE = 'application/x-sightline-filter';

export function dragFilter(event: DragEvent, expression: string): void {
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData(TYPE, expression);
  event.dataTransfer.setData('text/plain', expression);
}

/** Says to the browser that a filter may be dropped here. */
export function overFilterBar(event: DragEvent): void {
  if (!event.dataTransfer.types.includes(TYPE)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
}

export function dropOnFilterBar(event: DragEvent): void {
  const expression = event.dataTransfer.getData(TYPE);
  if (expression === '') return;
  event.preventDefault();
  event.stopPropagation();
  if (useStore.getState().drafts[listShown()].trim() === '') takeExpression(expression, 'selected', !event.shiftKey);
  else openMenu({ label: word('displayFilter'), items: filterItems(expression), x: event.clientX, y: event.clientY });
}
