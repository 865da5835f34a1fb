// The room of what a window shows: rows in the order of a list, places of alerts, pages as columns, the time strip.
//
// No order is kept for an unfiltered, unsorted list. Sorting is a stable radix sort of whole
// numbers, for which texts are ranked first; alerts stand between rows. All
// long work is done in slices of 8 ms, so that a page is answered meanwhile and a newer order makes the older one stop.
export { ListView } from './list-view.ts';
export { type ListSource, planned, readyFor } from './planned.ts';
export { Places, ShownRows, type AnchoredAlert } from './shown-rows.ts';
export { endText, flowPage, packetPage } from './packet-page.ts';
export { numberKeys, type SortKeys, sortRows, wholeKeys } from './sort.ts';
export { ranksOf, TextRanks } from './sort-texts.ts';
export { stripOf, stripSpan, timeStrip } from './strip.ts';
export { Cancelled, TimeSlices } from './time-slices.ts';
