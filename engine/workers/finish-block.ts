// What is done with a block wherever it is scored: the rest of its vectors, their slots cleaned, then the scores, in place.
import { type PackedTrees, scoreBlock } from '../detect/index.ts';
import { cleanHistograms } from '../flow/index.ts';
import { FEATURE_COUNT, fillStatePart, type StateArrays } from '../features/index.ts';

/** The part of a block that travels to another thread; all of it shared memory. */
export interface BlockArrays {
  readonly count: number;
  readonly slots: Uint32Array;
  readonly state: StateArrays;
  readonly samples: Uint8Array;
  readonly vectors: Float32Array;
  readonly raw: Float64Array;
  readonly novelty: Float64Array;
}

/** Vectors that are still in the nearest cache when they are scored. */
const NEAR = 64;

export function finishBlock(trees: PackedTrees, block: BlockArrays): void {
  const view = { state: block.state, samples: block.samples, slot: 0 };
  for (let from = 0; from < block.count; from += NEAR) {
    const end = Math.min(block.count, from + NEAR);
    for (let i = from; i < end; i++) {
      view.slot = block.slots[i]!;
      fillStatePart(view, block.vectors, i * FEATURE_COUNT);
      cleanHistograms(block.state, view.slot);
    }
    scoreBlock(trees, block.vectors, from, end, FEATURE_COUNT, block.raw, block.novelty);
  }
}
