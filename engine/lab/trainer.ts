// Trains over several threads. Units are dealt out by number and put together by number, so the result does not depend
// on the number of threads.
import type { Worker } from 'node:worker_threads';
import { assemble, trainHere, type TrainingSet, type TrainOptions, type Tree } from '../learn/index.ts';
import type { Ensemble } from '../detect/index.ts';
import { startWorker } from '../workers/index.ts';
import type { TrainResult, TrainTask } from './train-worker.ts';

export class Trainer {
  private readonly workers: Worker[] = [];
  private readonly threads: number;
  private next = 0;

  constructor(threads: number) {
    this.threads = threads;
  }

  async train(set: TrainingSet, options: TrainOptions): Promise<Ensemble> {
    const count = options.method === 'decision-tree' ? 1 : options.trees;
    const step = Math.min(this.threads, count);
    if (step <= 1) return trainHere(set, options);
    while (this.workers.length < step) this.workers.push(startWorker(import.meta.url, 'train-worker'));
    const id = this.next++;
    const units: Tree[][] = new Array<Tree[]>(count);
    await Promise.all(
      this.workers.slice(0, step).map(
        (worker, first) =>
          new Promise<void>((resolve, reject) => {
            const done = (result: TrainResult): void => {
              if (result.id !== id) return;
              for (const unit of result.units) units[unit.n] = unit.trees;
              worker.off('message', done);
              worker.off('error', reject);
              resolve();
            };
            worker.on('message', done);
            worker.on('error', reject);
            worker.postMessage({ id, set, options, first, step, count } satisfies TrainTask);
          }),
      ),
    );
    return assemble(units, set, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((w) => w.terminate()));
    this.workers.length = 0;
  }
}
