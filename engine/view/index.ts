// The room of what a window shows: orders of rows, places of alerts, pages as columns, the time strip. All of it in slices.
export { ListView, type ListSource } from './list-view.ts';
export { Places, RowOrder, type AnchoredAlert } from './order.ts';
export { endText, flowPage, packetPage } from './packet-page.ts';
export { sortRows } from './sort.ts';
export { timeStrip } from './strip.ts';
export { Cancelled, Turns } from './turns.ts';
