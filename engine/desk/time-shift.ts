// Packets of the open capture at other times, as Wireshark's Time Shift moves them: all by an offset, or so that one
// packet has a time, or two have theirs and the others follow. The columns have the new times; what they were is kept
// and comes back. Wireshark's engine gets a copy of the file with the new stamps, so that its trees and filters know them.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Message,
  type PacketRow,
  packetRow,
  packTexts,
  SaidError,
  say,
  textAt,
  type Texts,
  type TreePage,
} from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { WHOLE_BYTES, WHOLE_PACKETS } from '../dissect/index.ts';
import { PCAP_END } from '../exchange/index.ts';
import { runName } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { secondsText } from './time-text.ts';

const SECOND = 1_000_000_000n;
const FIELD = 'frame.offset_shift';
const LINE = /^\[?Time shift for this packet: /;
/** Later ones would be no time of a pcap file. */
const LAST = BigInt(PCAP_END) * SECOND;

/** Times of one packet, nanoseconds since 1970: as captured, and as it shall be. */
export interface SetTime {
  readonly was: bigint;
  readonly becomes: bigint;
}

export type Shift =
  | { readonly kind: 'by'; readonly offset: bigint }
  | { readonly kind: 'set'; readonly first: SetTime; readonly second: SetTime | null };

/** Of packets or of flows: whole seconds and nanoseconds. */
interface Stamps {
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
}

export interface ShiftedSession {
  readonly analysis: Analysis;
  readonly options: { readonly cacheFolder: string };
  readonly wholeBytes: number | null;
}

export class TimeShift {
  /** Counts shifts: what was made of other times is made again. */
  version = 0;
  /** The capture with the new stamps, where the engine may have it whole. */
  copy: string | null = null;
  private original: Stamps | null = null;
  private flows: { readonly start: Stamps; readonly end: Stamps } | null = null;

  get active(): boolean {
    return this.original !== null;
  }

  /** A packet's time as it was captured, nanoseconds since 1970. */
  captured(a: Analysis, row: PacketRow): bigint {
    return this.original === null ? stampOf(a, row) : nanoseconds(this.original, row);
  }

  /** The flow's first stamp as it was captured; null where nothing is shifted. */
  flowStart(flow: number): { readonly seconds: number; readonly nanoseconds: number } | null {
    const start = this.flows?.start;
    return start === undefined ? null : { seconds: start.seconds[flow]!, nanoseconds: start.nanoseconds[flow]! };
  }

  /** How far a packet is from when it was captured, nanoseconds. */
  of(a: Analysis, row: PacketRow): bigint {
    return stampOf(a, row) - this.captured(a, row);
  }

  /** @throws SaidError where a packet would be at no time; all stay then */
  async apply(s: ShiftedSession, shift: Shift, turns: TimeSlices): Promise<void> {
    const { analysis: a } = s;
    const { count } = a.packets;
    const move = moverOf(shift);
    // An offset is added to where packets are, times are set from where they were captured.
    const from = (row: PacketRow): bigint => (shift.kind === 'by' ? stampOf(a, row) : this.captured(a, row));
    for (let row = 0; row < count; row++) {
      const to = move(from(packetRow(row)));
      if (to < 0n || to >= LAST) throw new SaidError(say('shift-out-of-range', { packet: row + 1 }));
      if ((row & 0xfff) === 0 && turns.due) await turns.rest();
    }
    this.keep(a);
    for (let row = 0; row < count; row++) {
      const chunk = a.packets.chunk(packetRow(row));
      const to = move(from(packetRow(row)));
      chunk.seconds[inChunk(packetRow(row))] = Number(to / SECOND);
      chunk.nanoseconds[inChunk(packetRow(row))] = Number(to % SECOND);
    }
    this.moveFlows(a, (captured, now) => move(shift.kind === 'by' ? now : captured));
    this.changed();
  }

  undo(s: ShiftedSession): void {
    const { original, flows } = this;
    if (original === null || flows === null) return;
    const { packets, flows: table } = s.analysis;
    for (let row = 0; row < original.seconds.length; row++) {
      const chunk = packets.chunk(packetRow(row));
      chunk.seconds[inChunk(packetRow(row))] = original.seconds[row]!;
      chunk.nanoseconds[inChunk(packetRow(row))] = original.nanoseconds[row]!;
    }
    const c = table.columns;
    c.startSeconds.set(flows.start.seconds);
    c.startNanoseconds.set(flows.start.nanoseconds);
    c.endSeconds.set(flows.end.seconds);
    c.endNanoseconds.set(flows.end.nanoseconds);
    this.original = null;
    this.flows = null;
    this.changed();
  }

  /** Where the copy for the engine is written; null where it has the capture in parts, whose stamps come from columns. */
  wantsCopy(s: ShiftedSession): string | null {
    const { wholeBytes: size, analysis } = s;
    if (!this.active || size === null || size > WHOLE_BYTES || analysis.packets.count > WHOLE_PACKETS) return null;
    return join(s.options.cacheFolder, 'inflated', `${runName()}-shifted-${this.version}.pcapng`);
  }

  /** Removes what was written for the engine. */
  close(): void {
    if (this.copy !== null) rmSync(this.copy, { force: true });
    this.copy = null;
  }

  private changed(): void {
    this.version++;
    this.close();
  }

  private keep(a: Analysis): void {
    if (this.original !== null) return;
    const { count } = a.packets;
    const kept: Stamps = { seconds: new Float64Array(count), nanoseconds: new Uint32Array(count) };
    for (let row = 0; row < count; row++) {
      const chunk = a.packets.chunk(packetRow(row));
      kept.seconds[row] = chunk.seconds[inChunk(packetRow(row))]!;
      kept.nanoseconds[row] = chunk.nanoseconds[inChunk(packetRow(row))]!;
    }
    const c = a.flows.columns;
    this.original = kept;
    this.flows = {
      start: { seconds: c.startSeconds.slice(0, c.count), nanoseconds: c.startNanoseconds.slice(0, c.count) },
      end: { seconds: c.endSeconds.slice(0, c.count), nanoseconds: c.endNanoseconds.slice(0, c.count) },
    };
  }

  private moveFlows(a: Analysis, move: (captured: bigint, now: bigint) => bigint): void {
    const c = a.flows.columns;
    const { start, end } = this.flows!;
    for (const [was, seconds, nanos] of [
      [start, c.startSeconds, c.startNanoseconds],
      [end, c.endSeconds, c.endNanoseconds],
    ] as const)
      for (let flow = 0; flow < was.seconds.length; flow++) {
        const to = move(nanoseconds(was, flow), nanoseconds({ seconds, nanoseconds: nanos }, flow));
        seconds[flow] = Number(to / SECOND);
        nanos[flow] = Number(to % SECOND);
      }
  }
}

function nanoseconds({ seconds, nanoseconds: rest }: Stamps, at: number): bigint {
  return BigInt(seconds[at]!) * SECOND + BigInt(rest[at]!);
}

function stampOf(a: Analysis, row: PacketRow): bigint {
  return nanoseconds(a.packets.chunk(row), inChunk(row));
}

/** @throws SaidError where two times say nothing of the others */
function moverOf(shift: Shift): (time: bigint) => bigint {
  if (shift.kind === 'by') return (time) => time + shift.offset;
  const { first, second } = shift;
  if (second === null) return (time) => time + first.becomes - first.was;
  const [was, becomes] = [second.was - first.was, second.becomes - first.becomes];
  if (was === 0n) throw new SaidError(say('shift-same-time'));
  return (time) => first.becomes + ((time - first.was) * becomes) / was;
}

/** The tree with how far the packet was shifted. */
export function treeWithShift(shift: TimeShift, a: Analysis, row: PacketRow, tree: TreePage): TreePage {
  if (!shift.active) return tree;
  const labels = Array.from(tree.depth, (_, i) => textAt(tree.label, i));
  const filters = Array.from(tree.depth, (_, i) => textAt(tree.filter, i));
  for (const [i, label] of labels.entries()) {
    if (!LINE.test(label)) continue;
    labels[i] = label.replace(/-?\d+\.\d+/, secondsText(shift.of(a, row)));
    // The engine's own value is another one.
    filters[i] = '';
  }
  return { ...tree, label: packTexts(labels), filter: packTexts(filters) };
}

/** Values of columns with how far packets were shifted. */
export function valuesWithShift(
  shift: TimeShift,
  a: Analysis,
  rows: Uint32Array,
  fields: readonly string[],
  values: readonly Texts[],
): readonly Texts[] {
  if (!shift.active || !fields.includes(FIELD)) return values;
  return values.map((texts, k) =>
    fields[k] === FIELD ? packTexts(Array.from(rows, (row) => secondsText(shift.of(a, row as PacketRow)))) : texts,
  );
}

/** Why nothing can be shifted now, null where it can. */
export function unshiftable(s: {
  readonly phase: string;
  readonly options: { readonly live: unknown };
}): Message | null {
  return s.phase === 'done' && s.options.live === null ? null : say('shift-growing');
}
