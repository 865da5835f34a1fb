// Numbers that fields have in packets, as the columns tell them: for sums and graphs, which want values and no answers.
import { keyed, type PacketRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { fieldNamed } from './fields.ts';
import type { Subject } from './subject.ts';

export interface FieldNumbers {
  /** Seconds, where the field is a time. */
  readonly kind: 'number' | 'time';
  /** Calls with each value that a packet has. */
  each(row: PacketRow, take: (value: number) => void): void;
}

/** @returns null where the columns do not have the field's numbers in packets */
export function numbersOf(name: string, s: Subject): FieldNumbers | null {
  const since = TIMES[name];
  if (since !== undefined) return { kind: 'time', each: (row, take) => take(passed(s, row, since(row))) };
  const field = fieldNamed(name);
  const getters = field?.packet?.(s);
  if (getters === undefined || (getters.kind !== 'number' && getters.kind !== 'flag')) return null;
  const { some } = getters;
  return {
    kind: 'number',
    each: (row, take) => {
      some(row, (value) => {
        take(value);
        return false;
      });
    },
  };
}

/** The packet that a time counts from; null: since 1970. */
const TIMES: Readonly<Record<string, (row: PacketRow) => PacketRow | null>> = keyed({
  'frame.time_epoch': () => null,
  'frame.time_relative': () => packetRow(0),
  'frame.time_delta': (row) => packetRow(Math.max(0, row - 1)),
});

function passed(s: Subject, row: PacketRow, from: PacketRow | null): number {
  const { packets } = s.analysis;
  const chunk = packets.chunk(row);
  const i = inChunk(row);
  if (from === null) return chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
  const before = packets.chunk(from);
  const k = inChunk(from);
  return chunk.seconds[i]! - before.seconds[k]! + (chunk.nanoseconds[i]! - before.nanoseconds[k]!) / 1e9;
}
