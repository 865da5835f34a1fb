// Scores blocks of vectors, here or over worker threads; results are handed back in the order in which blocks were
// given. What a thread had when it was lost is scored here: a score does not depend on who makes it.
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
  /** Sequences that it was given and has not scored. */
  readonly given: Set<number>;
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
  private closed = false;

  /** @param workers threads to start for scoring; without one the caller's thread scores */
  constructor(model: Model, workers: number, done: (block: VectorBlock) => void) {
    this.done = done;
    this.onnx = model.kind === 'onnx' ? OnnxScorer.of(model) : null;
    this.trees = model.kind === 'trees' ? packTrees(model.ensemble, model.places, model.logShares) : null;
    if (this.trees === null) return;
    const shared: DetectMessage = { kind: 'model', trees: this.trees };
    for (let i = 0; i < workers; i++) {
      const worker = startWorker(import.meta.url, 'detect-worker');
      const helper: Helper = { worker, ids: new Map(), given: new Set() };
      worker.on('message', (sequence: number) => {
        // Of a thread that is lost, what it had is scored already.
        if (helper.given.delete(sequence)) this.ready(sequence);
      });
      // An exit follows.
      worker.on('error', () => undefined);
      worker.on('exit', () => this.lost(helper));
      worker.postMessage(shared);
      this.workers.push(helper);
    }
  }

  /** Threads that score, for tests that end one. */
  get threads(): readonly Worker[] {
    return this.workers.map(({ worker }) => worker);
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
    helper.given.add(block.sequence);
    send({ kind: 'block', sequence: block.sequence, id, count });
  }

  /** A thread ended by itself: its blocks are scored here, and so are later ones where no other thread is left. */
  private lost(helper: Helper): void {
    if (this.closed) return;
    this.workers.splice(this.workers.indexOf(helper), 1);
    try {
      for (const sequence of helper.given) {
        const { vectors, raw, novelty, count } = this.waiting.get(sequence)!.block;
        scoreBlock(this.trees!, vectors, count, FEATURE_COUNT, raw, novelty);
        this.ready(sequence);
      }
    } catch (error) {
      this.fail(error as Error);
    }
    helper.given.clear();
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
    this.closed = true;
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
