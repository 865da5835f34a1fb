// Starting our own worker threads: the one place that knows whether we run from sources (.ts) or from the build (.js).
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { log, stackOf } from '../log/index.ts';

/** @param beside the caller's `import.meta.url` @param name file name without ending, in the caller's folder */
export function startWorker(beside: string, name: string, options: WorkerOptions = {}): Worker {
  const ending = beside.endsWith('.ts') ? 'ts' : 'js';
  // The system knows the thread by its name too, so that what each costs can be told apart from outside.
  const worker = new Worker(new URL(`./${name}.${ending}`, beside), { env: threadEnvironment(), name, ...options });
  const { threadId } = worker;
  log('workers', () => `${name} ${threadId} started`);
  worker.on('error', (error) => log('workers', () => `${name} ${threadId} broke: ${stackOf(error)}`));
  worker.on('exit', (code) => log('workers', () => `${name} ${threadId} ended with ${code}`));
  return worker;
}

/**
 * A thread keeps compiled code where the one that starts it does: Node's `enableCompileCache` is for one thread, its
 * environment for all that begin with it.
 */
function threadEnvironment(): NodeJS.ProcessEnv {
  const kept = getCompileCacheDir();
  // Node's own folder, named by version, flags and user, is in the one that it was given.
  return kept === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(kept) };
}
