// The flows that are open, as the kernel holds them: views over its memory, made anew when its tables move.
import { flowRow, type FlowRow } from '../../contract/index.ts';
import { FlowColumns, type StampColumns } from './columns.ts';
import { gradeOf } from './grade.ts';
import type { Kernel } from './kernel.ts';
import { D, D_STRIDE, type FlowTables, H_STRIDE, SEQUENCE, U, U_STRIDE } from './state.ts';

/** Bytes of a value in a vector. */
const VALUE = 4;

/** Tables of open flows; the object stays, its arrays are replaced. */
type Views = { -readonly [K in keyof FlowTables]: FlowTables[K] };

export class OpenFlows {
  readonly state: Views = {
    u: new Uint32Array(0),
    d: new Float64Array(0),
    h: new Uint16Array(0),
    sequenceLengths: new Int32Array(0),
    sequenceGaps: new Float32Array(0),
  };
  readonly columns: FlowColumns;
  private readonly kernel: Kernel;
  /** Another thread looks at the columns. */
  watched = false;
  /** Where the kernel writes what the state tells of one vector. */
  private readonly vectorAt: number;
  /** What stands there, and what stands a value further. */
  private readonly vectors: readonly [even: Float32Array, odd: Float32Array];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    const { exports: k, memory } = kernel;
    const count = k.stateFeatures.value;
    this.vectorAt = k.take((count + 1) * VALUE);
    const vector = new Float32Array(memory.buffer, this.vectorAt >>> 0, count + 1);
    this.vectors = [vector.subarray(0, count), vector.subarray(1)];
    this.columns = new FlowColumns((rows) => this.stamps(rows));
  }

  get openCount(): number {
    return this.kernel.exports.openFlows.value;
  }

  /** When the last packet came, nanoseconds of capture time: its own stamp unless that is in doubt. */
  get time(): number {
    return this.kernel.exports.time.value;
  }

  /** The first payload bytes of flows that still collect them, 1 KiB a place; until the next packet. */
  get samples(): Uint8Array {
    const { exports: k } = this.kernel;
    return this.kernel.bytes(k.samples.value, k.sampleBytes());
  }

  row(slot: number): FlowRow {
    return flowRow(this.state.u[slot * U_STRIDE + U.row]!);
  }

  /** The kernel's tables have moved. */
  look(): void {
    const {
      state,
      kernel: {
        exports: k,
        memory: { buffer },
      },
    } = this;
    const slots = k.capacity.value;
    state.u = new Uint32Array(buffer, k.words.value >>> 0, slots * U_STRIDE);
    state.d = new Float64Array(buffer, k.numbers.value >>> 0, slots * D_STRIDE);
    state.h = new Uint16Array(buffer, k.histograms.value >>> 0, slots * H_STRIDE);
    state.sequenceLengths = new Int32Array(buffer, k.lengths.value >>> 0, slots * SEQUENCE);
    state.sequenceGaps = new Float32Array(buffer, k.gaps.value >>> 0, slots * SEQUENCE);
  }

  /** Writes the part of a flow's vector that its state tells to `out[at..]`; it is settled. Missing is NaN. */
  fillState(slot: number, out: Float32Array, at: number): void {
    // Shared memory is copied by words of two values where both ends lie alike in them, else byte by byte.
    const odd = at & 1;
    this.kernel.exports.fillState(slot, this.vectorAt + odd * VALUE);
    out.set(this.vectors[odd]!, at);
  }

  /** Copies counters of a flow into its row; done at its end, and for open flows at checkpoints. */
  settle(slot: number): FlowRow {
    const { u, d } = this.state;
    const u0 = slot * U_STRIDE;
    const d0 = slot * D_STRIDE;
    const row = flowRow(u[u0 + U.row]!);
    const c = this.columns;
    c.lastPacket[row] = u[u0 + U.lastPacket]!;
    c.packetsForward[row] = u[u0 + U.packets2]!;
    c.packetsReverse[row] = u[u0 + U.packets2 + 1]!;
    c.bytesForward[row] = d[d0 + D.bytes2]!;
    c.bytesReverse[row] = d[d0 + D.bytes2 + 1]!;
    c.grade[row] = u[u0 + U.grade] = gradeOf(this.state, slot);
    return row;
  }

  private stamps(rows: number): StampColumns {
    const { exports: k, memory } = this.kernel;
    k.rowsFor(rows, this.watched);
    const { buffer } = memory;
    return {
      startSeconds: new Float64Array(buffer, k.startSeconds.value >>> 0, rows),
      endSeconds: new Float64Array(buffer, k.endSeconds.value >>> 0, rows),
      startNanoseconds: new Uint32Array(buffer, k.startNanoseconds.value >>> 0, rows),
      endNanoseconds: new Uint32Array(buffer, k.endNanoseconds.value >>> 0, rows),
    };
  }
}
