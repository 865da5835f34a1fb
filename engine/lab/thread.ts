// One thread that does one thing and answers until it is done.
import { startWorker } from '../workers/index.ts';

type Doing = 'reading' | 'training' | 'judging' | 'comparing' | 'asking' | 'auditing';

/** Where long work says how far it is, and how it is given up. */
export interface Told {
  readonly progress: (doing: Doing, done: number, all: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param beside the caller's `import.meta.url` @param name of the worker's file
 * @param heard what an answer means: the result, or null for more to come; what it throws is the outcome
 * @returns the result; rejects where the thread breaks or is given up
 */
export async function runThread<Answer, Result>(
  beside: string,
  name: string,
  workerData: unknown,
  heard: (answer: Answer) => { readonly result: Result } | null,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = startWorker(beside, name, { workerData });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
      worker.on('message', (answer: Answer) => {
        try {
          const came = heard(answer);
          if (came !== null) resolve(came.result);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}
