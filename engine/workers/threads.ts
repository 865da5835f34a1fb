// Starting our own worker threads: the one place that knows whether we run from sources (.ts) or from the build (.js).
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** @param beside the caller's `import.meta.url` @param name file name without ending, in the caller's folder */
export function startWorker(beside: string, name: string, options: WorkerOptions = {}): Worker {
  const ending = beside.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./${name}.${ending}`, beside), options);
}
