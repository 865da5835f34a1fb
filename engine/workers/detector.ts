// Scores blocks of vectors, here or over worker threads; results are handed back in the order in which blocks were given.
import type { Worker } from 'node:worker_threads';
import { type Model, type PackedTrees, packTrees, scoreBlock } from '../detect/index.ts';
import { FEATURE_COUNT, fillStatePart, type StateArrays } from '../features/index.ts';
import type { DetectMessage } from './detect-worker.ts';
import { startWorker } from './threads.ts';

/** What the detector needs of a block. */
export interface ScorableBlock {
  sequence: number;
  readonly count: number;
  readonly slots: Uint32Array;
  readonly state: StateArrays | null;
  readonly vectors: Float32Array;
  readonly raw: Float64Array;
  readonly novelty: Float64Array;
}

const MAX_PENDING = 16;

export class Detector<Block extends ScorableBlock> {
  private readonly workers: Worker[] = [];
  private readonly trees: PackedTrees;
  private readonly done: (block: Block) => void;
  private readonly waiting = new Map<number, { block: Block; ready: boolean }>();
  private nextIn = 0;
  private nextOut = 0;
  private wake: (() => void) | null = null;
  private failure: Error | null = null;

  /** @param threads 1 scores in the caller's thread; n > 1 starts n - 1 workers beside it */
  constructor(model: Model, threads: number, done: (block: Block) => void) {
    this.trees = packTrees(model.ensemble, model.places);
    this.done = done;
    if (threads > 1) {
      const shared: DetectMessage = { kind: 'model', trees: this.trees, width: FEATURE_COUNT };
      for (let i = 1; i < threads; i++) {
        const worker = startWorker(import.meta.url, 'detect-worker');
        worker.on('message', (sequence: number) => this.ready(sequence));
        worker.on('error', (error: Error) => { this.failure = error; this.wake?.(); });
        worker.postMessage(shared);
        this.workers.push(worker);
      }
    }
  }

  give(block: Block): void {
    if (this.workers.length === 0) {
      const view = { state: block.state!, slot: 0 };
      for (let i = 0; i < block.count; i++) {
        view.slot = block.slots[i]!;
        fillStatePart(view, block.vectors, i * FEATURE_COUNT);
      }
      scoreBlock(this.trees, block.vectors, block.count, FEATURE_COUNT, block.raw, block.novelty);
      this.done(block);
      return;
    }
    block.sequence = this.nextIn++;
    this.waiting.set(block.sequence, { block, ready: false });
    const message: DetectMessage = { kind: 'block', sequence: block.sequence, count: block.count, slots: block.slots, state: block.state!, vectors: block.vectors, raw: block.raw, novelty: block.novelty };
    this.workers[block.sequence % this.workers.length]!.postMessage(message);
  }

  /** Resolves when few enough blocks are under way. */
  async relax(limit = MAX_PENDING): Promise<void> {
    while (this.waiting.size > limit) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => { this.wake = resolve; });
    }
    if (this.failure) throw this.failure;
  }

  async finish(): Promise<void> {
    await this.relax(0);
    await this.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((w) => w.terminate()));
    this.workers.length = 0;
  }

  private ready(sequence: number): void {
    this.waiting.get(sequence)!.ready = true;
    for (let next = this.waiting.get(this.nextOut); next?.ready; next = this.waiting.get(this.nextOut)) {
      this.waiting.delete(this.nextOut++);
      this.done(next.block);
    }
    this.wake?.();
    this.wake = null;
  }
}
