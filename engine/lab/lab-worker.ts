// Judges captures that it is handed, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { type Message, saidBy } from '../../contract/index.ts';
import type { Model } from '../detect/index.ts';
import { baselineFrom, type LabelledCapture, readFlowLabels, usableModel } from '../session/index.ts';
import type { JudgedWith } from './judges.ts';
import { judgeCapture } from './judge.ts';
import type { CaptureResult } from './result.ts';

/** What a thread is started with. */
export interface LabWorkerData {
  readonly folder: string;
  readonly cacheFolder: string;
}

/** One capture to judge: with which model, and against which baseline of its own. */
export interface LabTask {
  readonly index: number;
  readonly capture: LabelledCapture;
  /** As flow-labels.csv names it. */
  readonly name: string;
  readonly judged: JudgedWith;
}

/** A capture's result, or why none can be had of any. */
export type LabAnswer = { readonly index: number; readonly result: CaptureResult } | { readonly problem: Message };

const { folder, cacheFolder } = workerData as LabWorkerData;
/** Read with the first capture. */
let labels: ReturnType<typeof readFlowLabels> | undefined;
const models = new Map<string, Model>();

function modelOf(path: string): Model {
  let model = models.get(path);
  if (model === undefined) models.set(path, (model = usableModel(path)));
  return model;
}

async function answerTo(task: LabTask): Promise<LabAnswer> {
  try {
    const { judged: by } = task;
    const model = modelOf(by.model);
    const baseline = baselineFrom(model, by.baseline);
    if (labels === undefined) labels = readFlowLabels(folder);
    const known = labels === null ? 'whole' : (labels.get(task.name) ?? null);
    const result = await judgeCapture(task.capture, known, { model, baseline, cacheFolder, witness: by.witness });
    return { index: task.index, result };
  } catch (error) {
    return { problem: saidBy(error) };
  }
}

parentPort?.on('message', (task: LabTask) => {
  void answerTo(task).then((answer) => parentPort!.postMessage(answer));
});
