import { parentPort } from 'node:worker_threads';
import { type PackedTrees, scoreBlock } from '../detect/index.ts';
import { fillStatePart, type StateArrays } from '../features/index.ts';

/** First message: the model, shared. Then blocks: vectors in, scores out, in place. */
export type DetectMessage =
  | { readonly kind: 'model'; readonly trees: PackedTrees; readonly width: number }
  | { readonly kind: 'block'; readonly sequence: number; readonly count: number; readonly slots: Uint32Array; readonly state: StateArrays; readonly vectors: Float32Array; readonly raw: Float64Array; readonly novelty: Float64Array };

let model: Extract<DetectMessage, { kind: 'model' }> | null = null;

parentPort?.on('message', (message: DetectMessage) => {
  if (message.kind === 'model') {
    model = message;
    return;
  }
  if (model === null) return;
  const view = { state: message.state, slot: 0 };
  for (let i = 0; i < message.count; i++) {
    view.slot = message.slots[i]!;
    fillStatePart(view, message.vectors, i * model.width);
  }
  scoreBlock(model.trees, message.vectors, message.count, model.width, message.raw, message.novelty);
  parentPort!.postMessage(message.sequence);
});
