// Ranges of packets as people type them.
import { type Message, say } from './messages.ts';

/** Rows from `from` to `to`, both included, from 0; `to` may be beyond the last one. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Ranges as Wireshark's dialog takes them: '1-5,8,10-', packets counted from 1. */
export function packetRanges(text: string): readonly RowRange[] | Message {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part === '')) return say('range-empty');
  const ranges: RowRange[] = [];
  for (const part of parts) {
    const m = /^(\d{1,10})?\s*(-)?\s*(\d{1,10})?$/.exec(part);
    const [first, dash, last] = [m?.[1], m?.[2], m?.[3]];
    if (m === null || (first === undefined && last === undefined) || (dash === undefined && last !== undefined))
      return say('range-wrong', { part });
    const from = first === undefined ? 1 : Number(first);
    let to = last === undefined ? Infinity : Number(last);
    if (dash === undefined) to = from;
    if (from < 1 || to < 1) return say('range-wrong', { part });
    if (to < from) return say('range-backwards', { part });
    ranges.push({ from: from - 1, to: to - 1 });
  }
  return ranges;
}
