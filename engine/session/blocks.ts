// Blocks of vectors on their way to scoring: filled by ingest, scored here or by a worker, given back in order.
import { FEATURE_COUNT, type StateArrays } from '../features/index.ts';

export const BLOCK_ROWS = 512;

export class VectorBlock {
  count = 0;
  sequence = 0;
  readonly vectors = new Float32Array(new SharedArrayBuffer(BLOCK_ROWS * FEATURE_COUNT * 4));
  /** Slots of the flows' states, from which the rest of the vectors is made where they are scored. */
  readonly slots = new Uint32Array(new SharedArrayBuffer(BLOCK_ROWS * 4));
  state: StateArrays | null = null;
  samples: Uint8Array | null = null;
  generation = 0;
  readonly raw = new Float64Array(new SharedArrayBuffer(BLOCK_ROWS * 8));
  readonly novelty = new Float64Array(new SharedArrayBuffer(BLOCK_ROWS * 8));
  readonly rows = new Uint32Array(BLOCK_ROWS);
  readonly groups = new Uint8Array(BLOCK_ROWS);
  /** 0 for a completed flow, else the packets at a checkpoint. */
  readonly checkpoint = new Uint32Array(BLOCK_ROWS);
  readonly seconds = new Uint32Array(BLOCK_ROWS);
  readonly nanoseconds = new Uint32Array(BLOCK_ROWS);
}
