// Judges all labelled captures of a folder over several threads.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type Message, saidBy, SaidError, say } from '../../contract/index.ts';
import { labelledFolder, type LabelledCapture, readLabels } from '../session/index.ts';
import { startWorker } from '../workers/index.ts';
import type { Judges } from './judges.ts';
import type { LabAnswer, LabTask, LabWorkerData } from './lab-worker.ts';
import type { CaptureResult } from './result.ts';

/** Folders of somebody's own captures, by what they hold. */
const BENIGN = ['goodx', 'good', 'benign'];
const MALICIOUS = ['badx', 'bad', 'malicious'];

/** Labelled captures of a folder, or what it lacks. */
type LabelledCaptures =
  | { readonly ok: true; readonly captures: readonly LabelledCapture[] }
  | { readonly ok: false; readonly message: Message };

/** Captures that labels.csv names; without it those of two folders, goodx and badx (or good, bad, benign, malicious). */
export function labelledCaptures(folder: string): LabelledCaptures {
  const first = (names: readonly string[]): string | undefined =>
    names.map((n) => join(folder, n)).find((f) => existsSync(f));
  const named = existsSync(join(folder, 'labels.csv'));
  const benign = first(BENIGN);
  const malicious = first(MALICIOUS);
  if (!named && (benign === undefined || malicious === undefined)) {
    const lacks = benign === undefined ? BENIGN[0]! : MALICIOUS[0]!;
    const neither = benign === undefined && malicious === undefined;
    const message = neither ? say('lab-no-labels', { folder }) : say('lab-no-other-folder', { folder, lacks });
    return { ok: false, message };
  }
  let captures: readonly LabelledCapture[];
  try {
    captures = named
      ? readLabels(folder)
      : [...labelledFolder(benign!, 'benign'), ...labelledFolder(malicious!, 'malicious')];
  } catch (error) {
    return { ok: false, message: saidBy(error) };
  }
  const lacks = (['malicious', 'benign'] as const).find((label) => captures.every((c) => c.label !== label));
  if (lacks !== undefined)
    return { ok: false, message: say('lab-no-capture-of', { folder, label: say(`lab-label-${lacks}`) }) };
  const gone = captures.find((c) => !existsSync(c.path));
  if (gone !== undefined) return { ok: false, message: say('lab-capture-gone', { path: gone.path }) };
  return { ok: true, captures };
}

export interface EvaluateOptions {
  /** Of flow-labels.csv; without one each flow of a malicious capture counts as malicious. */
  readonly folder: string;
  readonly captures: readonly LabelledCapture[];
  readonly cacheFolder: string;
  readonly threads: number;
  readonly judges: Judges;
  readonly progress: (done: number, all: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** @returns results in the order of the captures; rejects where a thread breaks @throws the signal's reason */
export async function evaluateFolder(o: EvaluateOptions): Promise<CaptureResult[]> {
  const { captures, signal } = o;
  const results: CaptureResult[] = new Array<CaptureResult>(captures.length);
  const data: LabWorkerData = { folder: o.folder, cacheFolder: o.cacheFolder };
  let next = 0;
  let done = 0;
  const give = (worker: Worker): boolean => {
    const index = next++;
    const capture = captures[index];
    if (capture === undefined) return false;
    const name = relative(o.folder, capture.path).replaceAll('\\', '/');
    worker.postMessage({ index, capture, name, judged: o.judges.of(capture) } satisfies LabTask);
    return true;
  };
  const workers: Worker[] = [];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = startWorker(import.meta.url, 'lab-worker', { workerData: data });
      workers.push(worker);
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.on('error', reject);
      worker.on('message', (answer: LabAnswer) => {
        if ('problem' in answer) {
          reject(new SaidError(answer.problem));
          return;
        }
        results[answer.index] = answer.result;
        o.progress(++done, captures.length);
        if (!give(worker)) resolve();
      });
      if (!give(worker)) resolve();
    });
  const threads = Math.min(Math.max(1, o.threads), captures.length);
  try {
    signal?.throwIfAborted();
    await Promise.all(Array.from({ length: threads }, one));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}
