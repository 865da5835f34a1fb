// Scores blocks of vectors, here or over worker threads; results are handed back in the order in which blocks were
// given.
import type { Worker } from 'node:worker_threads';
import { type Model, type PackedTrees, packTrees, scoreBlock } from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { DetectMessage } from './detect-worker.ts';
import { OnnxScorer } from './onnx-scorer.ts';
import { startWorker } from './threads.ts';
import type { VectorBlock } from './vector-block.ts';

const MAX_PENDING = 6;

/** A thread, and the blocks whose memory it has been given. */
interface Helper {
  readonly worker: Worker;
  readonly ids: Map<VectorBlock, number>;
}

export class Detector {
  /** Null for a model that is none of trees: its own thread scores. */
  readonly trees: PackedTrees | null;
  private readonly onnx: OnnxScorer | null;
  private readonly workers: Helper[] = [];
  /** Another thread that scores in its spare time. */
  private beside: ((block: VectorBlock) => void) | null = null;
  private readonly done: (block: VectorBlock) => void;
  private readonly waiting = new Map<number, { block: VectorBlock; ready: boolean }>();
  private nextIn = 0;
  private nextOut = 0;
  private wake: (() => void) | null = null;
  private failure: Error | null = null;

  /** @param workers threads to start for scoring; without one the caller's thread scores */
  constructor(model: Model, workers: number, done: (block: VectorBlock) => void) {
    this.done = done;
    this.onnx = model.kind === 'onnx' ? OnnxScorer.of(model) : null;
    this.trees = model.kind === 'trees' ? packTrees(model.ensemble, model.places, model.logShares) : null;
    if (this.trees === null) return;
    const shared: DetectMessage = { kind: 'model', trees: this.trees };
    for (let i = 0; i < workers; i++) {
      const worker = startWorker(import.meta.url, 'detect-worker');
      worker.on('message', (sequence: number) => this.ready(sequence));
      worker.on('error', (error: Error) => this.fail(error));
      worker.postMessage(shared);
      this.workers.push({ worker, ids: new Map() });
    }
  }

  /** Before the first block: has a thread score that is there anyway. It answers by `ready`, or once by `fail`. */
  leanOn(score: (block: VectorBlock) => void): void {
    this.beside = score;
  }

  give(block: VectorBlock): void {
    const { count, vectors, raw, novelty } = block;
    const { trees, onnx } = this;
    if (trees !== null && this.workers.length === 0 && this.beside === null) {
      scoreBlock(trees, vectors, count, FEATURE_COUNT, raw, novelty);
      this.done(block);
      return;
    }
    block.sequence = this.nextIn++;
    this.waiting.set(block.sequence, { block, ready: false });
    if (onnx !== null) {
      const { sequence } = block;
      // Nothing of an ONNX model says how unlike its training a flow is.
      novelty.fill(0, 0, count);
      onnx.score(vectors, raw, count).then(
        () => this.ready(sequence),
        (error: Error) => this.fail(error),
      );
      return;
    }
    if (this.beside !== null) {
      this.beside(block);
      return;
    }
    const helper = this.workers[block.sequence % this.workers.length]!;
    const send = (message: DetectMessage): void => helper.worker.postMessage(message);
    let id = helper.ids.get(block);
    if (id === undefined) {
      helper.ids.set(block, (id = helper.ids.size));
      send({ kind: 'arrays', id, arrays: { vectors, raw, novelty } });
    }
    send({ kind: 'block', sequence: block.sequence, id, count });
  }

  /** @returns whether all blocks that were given until now have been handed back */
  mark(): () => boolean {
    const given = this.nextIn;
    return () => this.nextOut >= given;
  }

  /** Resolves when few enough blocks are under way; only one may wait. */
  async relax(limit = MAX_PENDING): Promise<void> {
    while (this.waiting.size > limit) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.failure) throw this.failure;
  }

  async finish(): Promise<void> {
    await this.relax(0);
    await this.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((w) => w.worker.terminate()));
    this.workers.length = 0;
  }

  /** A thread that scores is lost: who waits hears of it. */
  fail(error: Error): void {
    this.failure = error;
    this.wake?.();
  }

  /** The block that was given as this one is scored. */
  ready(sequence: number): void {
    this.waiting.get(sequence)!.ready = true;
    for (let next = this.waiting.get(this.nextOut); next?.ready; next = this.waiting.get(this.nextOut)) {
      this.waiting.delete(this.nextOut++);
      this.done(next.block);
    }
    this.wake?.();
    this.wake = null;
  }
}
