// Starting our own worker threads: the one place that knows whether we run from sources (.ts) or from the build (.js).
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { log, stackOf } from '../log/index.ts';

/** @param beside the caller's `import.meta.url` @param name file name without ending, in the caller's folder */
export function startWorker(beside: string, name: string, options: WorkerOptions = {}): Worker {
  const ending = beside.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./${name}.${ending}`, beside), options);
  const { threadId } = worker;
  log('workers', () => `${name} ${threadId} started`);
  worker.on('error', (error) => log('workers', () => `${name} ${threadId} broke: ${stackOf(error)}`));
  worker.on('exit', (code) => log('workers', () => `${name} ${threadId} ended with ${code}`));
  return worker;
}
