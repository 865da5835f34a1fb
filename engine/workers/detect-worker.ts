import { parentPort } from 'node:worker_threads';
import type { PackedTrees } from '../detect/index.ts';
import type { StateArrays } from '../features/index.ts';
import { type BlockArrays, finishBlock } from './finish-block.ts';

/**
 * First the model. Memory that blocks share is sent when it is new (a message that carries it costs more than the block's scoring);
 * then blocks are a number, and how many rows they hold. Scores are written in place, the block's sequence comes back.
 */
export type DetectMessage =
  | { readonly kind: 'model'; readonly trees: PackedTrees }
  | { readonly kind: 'state'; readonly state: StateArrays; readonly samples: Uint8Array }
  | { readonly kind: 'arrays'; readonly id: number; readonly arrays: Omit<BlockArrays, 'state' | 'samples' | 'count'> }
  | { readonly kind: 'block'; readonly sequence: number; readonly id: number; readonly count: number };

let trees: PackedTrees | null = null;
let shared: { state: StateArrays; samples: Uint8Array } | null = null;
const blocks: Omit<BlockArrays, 'state' | 'samples' | 'count'>[] = [];

parentPort?.on('message', (message: DetectMessage) => {
  switch (message.kind) {
    case 'model': trees = message.trees; break;
    case 'state': shared = { state: message.state, samples: message.samples }; break;
    case 'arrays': blocks[message.id] = message.arrays; break;
    case 'block':
      if (trees === null || shared === null) return;
      finishBlock(trees, { ...blocks[message.id]!, ...shared, count: message.count });
      parentPort!.postMessage(message.sequence);
  }
});
