// Blocks of vectors on their way to scoring: filled by ingest and inspection, scored here or by a worker, given back in
// order.
import type { Findings } from '../evidence/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';

/** Blocks are large, since waking a thread costs as much as some hundred packets. */
export const BLOCK_ROWS = 512;

/** The part of a block that other threads see; all of it shared memory. */
export interface BlockArrays {
  /** BLOCK_ROWS x FEATURE_COUNT */
  readonly vectors: Float32Array;
  readonly raw: Float64Array;
  readonly novelty: Float64Array;
}

export function sharedVectors(): Float32Array {
  return new Float32Array(new SharedArrayBuffer(BLOCK_ROWS * FEATURE_COUNT * 4));
}

export class VectorBlock implements BlockArrays {
  count = 0;
  sequence = 0;
  readonly vectors: Float32Array;
  readonly raw = new Float64Array(new SharedArrayBuffer(BLOCK_ROWS * 8));
  readonly novelty = new Float64Array(new SharedArrayBuffer(BLOCK_ROWS * 8));
  readonly rows = new Uint32Array(BLOCK_ROWS);
  readonly groups = new Uint8Array(BLOCK_ROWS);
  /** 0 for a completed flow, else the packets at a checkpoint. */
  readonly checkpoint = new Uint32Array(BLOCK_ROWS);
  readonly seconds = new Float64Array(BLOCK_ROWS);
  readonly nanoseconds = new Uint32Array(BLOCK_ROWS);
  /** Row of the packet at which it was looked at. */
  readonly packets = new Uint32Array(BLOCK_ROWS);
  /** Row of the last packet with payload by then: it rises from entry to entry, however far reading is ahead. */
  readonly heard = new Uint32Array(BLOCK_ROWS);
  /** What rules found, and the names that the flow asked for by then (DNS), the first one first. Stays in this thread. */
  readonly findings: (Findings | null)[] = new Array<Findings | null>(BLOCK_ROWS).fill(null);
  readonly asked: (readonly string[] | null)[] = new Array<readonly string[] | null>(BLOCK_ROWS).fill(null);
  /** 1 where the initiator has shown a mark of a PC by then. */
  readonly pc = new Uint8Array(BLOCK_ROWS);

  constructor(vectors = sharedVectors()) {
    this.vectors = vectors;
  }
}
