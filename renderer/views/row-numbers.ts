// Numbers of rows whose page has not come: places are not packets where a list is sorted, filtered or has alerts.
import { count } from '../words/format.ts';

/** The number of the packet at a place whose page is under way, '…' where nobody knows it yet. */
export function numberAt(place: number, alerts: Uint32Array | null): string {
  if (alerts === null) return '…';
  const before = lowerBound(alerts, place);
  return alerts[before] === place ? '…' : count(place - before + 1);
}

/** How many of the places, ascending, lie before one. */
export function lowerBound(places: Uint32Array, place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
