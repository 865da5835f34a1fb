// Judges captures that it is handed, one after the other.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { foreignBaseline, loadModel, type Model, ownBaseline, type BaselineDocument } from '../detect/index.ts';
import { type LabelledCapture, readFlowLabels } from '../session/index.ts';
import { judgeCapture } from './judge.ts';
import type { CaptureResult } from './result.ts';

/** What a thread is started with. */
export interface LabWorkerData {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly rulesOnly: boolean;
}

/** One capture to judge: with which model, and against which baseline of its own. */
export interface LabTask {
  readonly index: number;
  readonly capture: LabelledCapture;
  /** As flow-labels.csv names it. */
  readonly name: string;
  readonly model: string;
  readonly baseline: BaselineDocument | null;
}

export interface LabAnswer {
  readonly index: number;
  readonly result: CaptureResult;
}

const { folder, cacheFolder, rulesOnly } = workerData as LabWorkerData;
const labels = readFlowLabels(folder);
const models = new Map<string, Model>();

function modelOf(path: string): Model {
  let model = models.get(path);
  if (model === undefined) {
    const loaded = loadModel(readFileSync(path, 'utf8'));
    if (!loaded.ok) throw new Error(`${path}: ${loaded.message}`);
    models.set(path, (model = loaded.model));
  }
  return model;
}

parentPort?.on('message', (task: LabTask) => {
  const model = modelOf(task.model);
  const own = task.baseline === null ? null : ownBaseline(model, task.baseline);
  const baseline = own ?? foreignBaseline(model);
  const known = labels === null ? 'whole' : (labels.get(task.name) ?? null);
  void judgeCapture(task.capture, known, { model, baseline, cacheFolder, rulesOnly }).then((result) =>
    parentPort!.postMessage({ index: task.index, result } satisfies LabAnswer),
  );
});
