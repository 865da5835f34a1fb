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
import type { Analysis, FlowTimes } from '../session/index.ts';
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
export interface Stamps {
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
}

interface FlowStamps {
  readonly start: Stamps;
  readonly end: Stamps;
}

/** Where a shift puts packets and flows. */
export interface PlannedShift {
  /** What it was planned from. */
  readonly version: number;
  readonly packets: Stamps;
  readonly flows: FlowStamps;
}

export interface ShiftedSession {
  readonly analysis: Analysis;
  readonly options: { readonly cacheFolder: string; readonly number: number };
  readonly wholeBytes: number | null;
}

export class TimeShift {
  /** Counts shifts: what was made of other times is made again. */
  version = 0;
  /** The capture with the new stamps, where the engine may have it whole. */
  copy: string | null = null;
  private copies = 0;
  private original: Stamps | null = null;
  private flows: FlowStamps | null = null;

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

  /** When flows began and ended as they were captured: incidents and hosts keep these times. */
  flowTimes(a: Analysis): FlowTimes {
    const { flows } = this;
    if (flows === null) return a.flows.columns;
    return {
      startSeconds: flows.start.seconds,
      startNanoseconds: flows.start.nanoseconds,
      endSeconds: flows.end.seconds,
      endNanoseconds: flows.end.nanoseconds,
    };
  }

  /** How far a packet is from when it was captured, nanoseconds. */
  of(a: Analysis, row: PacketRow): bigint {
    return stampOf(a, row) - this.captured(a, row);
  }

  /**
   * Where a shift puts packets and flows; nothing moves yet.
   * @throws SaidError where a packet would be at no time
   */
  async plan({ analysis: a }: ShiftedSession, shift: Shift, turns: TimeSlices): Promise<PlannedShift> {
    const { version } = this;
    const move = moverOf(shift);
    const packets = stamps(a.packets.count);
    for (let row = 0; row < packets.seconds.length; row++) {
      // An offset is added to where packets are, times are set from where they were captured.
      const to = move(shift.kind === 'by' ? stampOf(a, packetRow(row)) : this.captured(a, packetRow(row)));
      if (to < 0n || to >= LAST) throw new SaidError(say('shift-out-of-range', { packet: row + 1 }));
      put(packets, row, to);
      if ((row & 0xfff) === 0 && turns.due) await turns.rest();
    }
    const now = flowStamps(a);
    const from = shift.kind === 'by' ? now : (this.flows ?? now);
    const flows = { start: stamps(a.flows.columns.count), end: stamps(a.flows.columns.count) };
    for (const side of ['start', 'end'] as const)
      for (let flow = 0; flow < flows[side].seconds.length; flow++) {
        put(flows[side], flow, move(nanoseconds(from[side], flow)));
        if ((flow & 0xfff) === 0 && turns.due) await turns.rest();
      }
    return { version, packets, flows };
  }

  /** Whether packets are still where they were when the shift was planned. */
  isCurrent(planned: PlannedShift): boolean {
    return planned.version === this.version;
  }

  /**
   * Packets and flows are where they were planned to be, in one step with the copy that the engine has from now on.
   * The planned stamps are used up.
   */
  commit({ analysis: a }: ShiftedSession, planned: PlannedShift, copy: string | null): void {
    const { packets, flows } = planned;
    for (let row = 0; row < packets.seconds.length; row++) {
      const chunk = a.packets.chunk(packetRow(row));
      const i = inChunk(packetRow(row));
      const [seconds, rest] = [chunk.seconds[i]!, chunk.nanoseconds[i]!];
      chunk.seconds[i] = packets.seconds[row]!;
      chunk.nanoseconds[i] = packets.nanoseconds[row]!;
      packets.seconds[row] = seconds;
      packets.nanoseconds[row] = rest;
    }
    this.original ??= packets;
    this.flows ??= flowStamps(a);
    setFlows(a, flows);
    this.changed();
    this.copy = copy;
  }

  undo(s: ShiftedSession): void {
    const { original, flows } = this;
    if (original === null || flows === null) return;
    const { packets } = s.analysis;
    for (let row = 0; row < original.seconds.length; row++) {
      const chunk = packets.chunk(packetRow(row));
      chunk.seconds[inChunk(packetRow(row))] = original.seconds[row]!;
      chunk.nanoseconds[inChunk(packetRow(row))] = original.nanoseconds[row]!;
    }
    setFlows(s.analysis, flows);
    this.original = null;
    this.flows = null;
    this.changed();
  }

  /**
   * Where the copy for the engine is written, before the shift is made; null where it has the capture in parts, whose
   * stamps come from columns.
   */
  wantsCopy(s: ShiftedSession): string | null {
    const { wholeBytes: size, analysis, options } = s;
    if (size === null || size > WHOLE_BYTES || analysis.packets.count > WHOLE_PACKETS) return null;
    // Another tab's capture may be shifted as often; two shifts of one may be under way at once.
    const name = `${runName()}-${options.number}-shifted-${++this.copies}.pcapng`;
    return join(options.cacheFolder, 'inflated', name);
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
}

function stamps(count: number): Stamps {
  return { seconds: new Float64Array(count), nanoseconds: new Uint32Array(count) };
}

function put({ seconds, nanoseconds: rest }: Stamps, at: number, to: bigint): void {
  seconds[at] = Number(to / SECOND);
  rest[at] = Number(to % SECOND);
}

/** Of flows as they are now, apart from the columns. */
function flowStamps(a: Analysis): FlowStamps {
  const c = a.flows.columns;
  return {
    start: { seconds: c.startSeconds.slice(0, c.count), nanoseconds: c.startNanoseconds.slice(0, c.count) },
    end: { seconds: c.endSeconds.slice(0, c.count), nanoseconds: c.endNanoseconds.slice(0, c.count) },
  };
}

function setFlows(a: Analysis, { start, end }: FlowStamps): void {
  const c = a.flows.columns;
  c.startSeconds.set(start.seconds);
  c.startNanoseconds.set(start.nanoseconds);
  c.endSeconds.set(end.seconds);
  c.endNanoseconds.set(end.nanoseconds);
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
