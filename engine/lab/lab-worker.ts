// Judges captures that it is handed, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { type Message, saidBy } from '../../contract/index.ts';
import type { Model } from '../detect/index.ts';
import { baselineFrom, type LabelledCapture, readFlowLabels, usableModel } from '../session/index.ts';
import { type RuleFiles, readRuleFiles, RulesHere } from '../workers/index.ts';
import { ruleVariables } from '../rules/index.ts';
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

/** Read with the first capture that they are asked of. */
let ruleFiles: RuleFiles | undefined;

function rulesOf(paths: readonly string[]): RulesHere | null {
  if (paths.length === 0) return null;
  if (ruleFiles === undefined) {
    const variables = ruleVariables([]);
    if ('why' in variables) throw new Error(variables.name);
    ruleFiles = readRuleFiles(paths, variables);
  }
  return new RulesHere(ruleFiles.again());
}

async function answerTo(task: LabTask): Promise<LabAnswer> {
  try {
    const { judged: by } = task;
    const model = modelOf(by.model);
    const baseline = baselineFrom(model, by.baseline);
    if (labels === undefined) labels = readFlowLabels(folder);
    const known = labels === null ? 'whole' : (labels.get(task.name) ?? null);
    const rules = rulesOf(by.rules ?? []);
    const { witness } = by;
    const result = await judgeCapture(task.capture, known, { model, baseline, cacheFolder, witness, rules });
    return { index: task.index, result };
  } catch (error) {
    return { problem: saidBy(error) };
  }
}

parentPort?.on('message', (task: LabTask) => {
  void answerTo(task).then((answer) => parentPort!.postMessage(answer));
});
