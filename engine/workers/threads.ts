// Starting our own worker threads: the one place that knows whether we run from sources (.ts) or from the build (.js).
import { Worker } from 'node:worker_threads';

/** @param name file name without ending, in this folder */
export function startWorker(name: string): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./${name}.${ending}`, import.meta.url));
}
