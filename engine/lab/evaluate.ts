// Judges all labelled captures of a folder over several threads.
import { relative } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { BaselineDocument } from '../detect/index.ts';
import { type LabelledCapture, readLabels } from '../session/index.ts';
import { startWorker } from '../workers/index.ts';
import type { LabAnswer, LabTask, LabWorkerData } from './lab-worker.ts';
import type { CaptureResult } from './result.ts';

export interface EvaluateOptions {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly threads: number;
  readonly rulesOnly: boolean;
  /** File of the model that judges a capture: of a source left out, one that never saw it. */
  readonly modelFor: (capture: LabelledCapture) => string;
  /** The own network's baseline for a capture, null for the foreign one. */
  readonly baselineFor?: (capture: LabelledCapture) => BaselineDocument | null;
  /** Captures that are judged. */
  readonly wanted: (capture: LabelledCapture) => boolean;
  readonly progress: (done: number, all: number) => void;
}

/** @returns results in the order of `labels.csv`; rejects with a sentence where a thread breaks */
export async function evaluateFolder(o: EvaluateOptions): Promise<CaptureResult[]> {
  const captures = readLabels(o.folder).filter(o.wanted);
  const results: CaptureResult[] = new Array<CaptureResult>(captures.length);
  const data: LabWorkerData = { folder: o.folder, cacheFolder: o.cacheFolder, rulesOnly: o.rulesOnly };
  let next = 0;
  let done = 0;
  const give = (worker: Worker): boolean => {
    const index = next++;
    const capture = captures[index];
    if (capture === undefined) return false;
    const name = relative(o.folder, capture.path).replaceAll('\\', '/');
    const task: LabTask = {
      index,
      capture,
      name,
      model: o.modelFor(capture),
      baseline: o.baselineFor?.(capture) ?? null,
    };
    worker.postMessage(task);
    return true;
  };
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = startWorker(import.meta.url, 'lab-worker', { workerData: data });
      const end = (): void => {
        void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('message', (answer: LabAnswer) => {
        results[answer.index] = answer.result;
        o.progress(++done, captures.length);
        if (!give(worker)) end();
      });
      if (!give(worker)) end();
    });
  await Promise.all(Array.from({ length: Math.max(1, o.threads) }, one));
  return results;
}
