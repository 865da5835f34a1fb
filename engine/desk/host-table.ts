// Hosts of a capture as columns by the id of their address: one walk through the columns of flows. No object stands for
// a host or a pair of them.
import { type FlowRow, flowRow } from '../../contract/index.ts';
import type { Predicate } from '../filter/index.ts';
import { PairSet } from '../stats/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** Part of a host in its gravest incident. */
export const BEGAN_IT = 1;
export const PEER_OF_IT = 2;

/** Flows between looks at the clock. */
const AT_ONCE = 4_096;

export class HostTable {
  /** Ids of the addresses that have flows. */
  ids = new Uint32Array(0);
  readonly flows: Uint32Array;
  readonly peers: Uint32Array;
  readonly packetsIn: Float64Array;
  readonly packetsOut: Float64Array;
  readonly bytesIn: Float64Array;
  readonly bytesOut: Float64Array;
  /** Seconds since the epoch. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly points: Uint8Array;
  readonly part: Uint8Array;
  readonly incidents: Uint32Array;

  private constructor(size: number) {
    this.flows = new Uint32Array(size);
    this.peers = new Uint32Array(size);
    this.packetsIn = new Float64Array(size);
    this.packetsOut = new Float64Array(size);
    this.bytesIn = new Float64Array(size);
    this.bytesOut = new Float64Array(size);
    this.first = new Float64Array(size).fill(Infinity);
    this.last = new Float64Array(size).fill(-Infinity);
    this.points = new Uint8Array(size);
    this.part = new Uint8Array(size);
    this.incidents = new Uint32Array(size);
  }

  /** @param only flows that count; null for all */
  static async make(s: CaptureSession, only: Predicate<FlowRow> | null, turns: TimeSlices): Promise<HostTable> {
    const c = s.analysis.flows.columns;
    const { count } = c;
    const table = new HostTable(s.analysis.addresses.size);
    const pairs = new PairSet();
    for (let row = flowRow(0); row < count; row++) {
      if (row % AT_ONCE === 0 && turns.due) {
        turns.done = row / count;
        await turns.rest();
      }
      if (only !== null && !only(row)) continue;
      table.add(s, row, pairs);
    }
    table.judge(s);
    table.ids = Uint32Array.from([...table.flows.keys()].filter((id) => table.flows[id]! > 0));
    return table;
  }

  private add(s: CaptureSession, row: FlowRow, pairs: PairSet): void {
    const c = s.analysis.flows.columns;
    const a = c.initiator[row]!;
    const b = c.responder[row]!;
    const begin = c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9;
    const end = c.endSeconds[row]! + c.endNanoseconds[row]! / 1e9;
    const packetsOut = c.packetsForward[row]!;
    const packetsIn = c.packetsReverse[row]!;
    const bytesOut = c.bytesForward[row]!;
    const bytesIn = c.bytesReverse[row]!;
    this.count(a, packetsIn, packetsOut, bytesIn, bytesOut);
    this.see(a, begin, end);
    // A host that talks with itself has one flow, and gets what it sends.
    if (a === b) return;
    this.count(b, packetsOut, packetsIn, bytesOut, bytesIn);
    this.see(b, begin, end);
    if (!pairs.add(Math.min(a, b), Math.max(a, b))) return;
    this.peers[a]!++;
    this.peers[b]!++;
  }

  private count(id: number, packetsIn: number, packetsOut: number, bytesIn: number, bytesOut: number): void {
    this.flows[id]!++;
    this.packetsIn[id]! += packetsIn;
    this.packetsOut[id]! += packetsOut;
    this.bytesIn[id]! += bytesIn;
    this.bytesOut[id]! += bytesOut;
  }

  private see(id: number, begin: number, end: number): void {
    if (begin < this.first[id]!) this.first[id] = begin;
    if (end > this.last[id]!) this.last[id] = end;
  }

  /** Incidents that the user did not allow. */
  private judge(s: CaptureSession): void {
    for (const { of } of s.alerts) {
      if (s.isAllowed(of)) continue;
      this.raise(of.initiator, of.points, BEGAN_IT);
      if (of.responder >= 0 && of.responder !== of.initiator) this.raise(of.responder, of.points, PEER_OF_IT);
    }
  }

  private raise(id: number, points: number, part: number): void {
    // Addresses that came since are in the next table.
    if (id >= this.points.length) return;
    this.incidents[id]!++;
    if (points < this.points[id]! || (points === this.points[id]! && this.part[id] === BEGAN_IT)) return;
    this.points[id] = points;
    this.part[id] = part;
  }
}
