import { parentPort } from 'node:worker_threads';
import { type PackedTrees, scoreBlock } from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { BlockArrays } from './vector-block.ts';

/**
 * First the model. Memory of a block is sent once (a message that carries it costs more than the block's scoring); then
 * a block is a number, and how many rows it holds. Scores are written in place, the block's sequence comes back.
 */
export type DetectMessage =
  | { readonly kind: 'model'; readonly trees: PackedTrees }
  | { readonly kind: 'arrays'; readonly id: number; readonly arrays: BlockArrays }
  | { readonly kind: 'block'; readonly sequence: number; readonly id: number; readonly count: number };

let trees: PackedTrees | null = null;
const blocks: BlockArrays[] = [];

parentPort?.on('message', (message: DetectMessage) => {
  switch (message.kind) {
    case 'model':
      trees = message.trees;
      break;
    case 'arrays':
      blocks[message.id] = message.arrays;
      break;
    case 'block': {
      if (trees === null) return;
      const { vectors, raw, novelty } = blocks[message.id]!;
      scoreBlock(trees, vectors, message.count, FEATURE_COUNT, raw, novelty);
      parentPort!.postMessage(message.sequence);
    }
  }
});
