import { parentPort } from 'node:worker_threads';
import type { PackedTrees } from '../detect/index.ts';
import { type BlockArrays, finishBlock } from './finish-block.ts';

/** First message: the model, shared. Then blocks: scores are written in place, the number comes back. */
export type DetectMessage = { readonly kind: 'model'; readonly trees: PackedTrees } | { readonly kind: 'block'; readonly sequence: number; readonly block: BlockArrays };

let trees: PackedTrees | null = null;

parentPort?.on('message', (message: DetectMessage) => {
  if (message.kind === 'model') {
    trees = message.trees;
    return;
  }
  if (trees === null) return;
  finishBlock(trees, message.block);
  parentPort!.postMessage(message.sequence);
});
