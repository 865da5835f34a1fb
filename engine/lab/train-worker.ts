import { parentPort } from 'node:worker_threads';
import { trainUnit, type TrainingSet, type TrainOptions, type Tree } from '../learn/index.ts';

/** A share of a training: units `first`, `first + step`, … below `count`. */
export interface TrainTask {
  readonly id: number;
  readonly set: TrainingSet;
  readonly options: TrainOptions;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}
export interface TrainResult {
  readonly id: number;
  readonly units: readonly { readonly n: number; readonly trees: Tree[] }[];
}

parentPort?.on('message', (task: TrainTask) => {
  const units: { n: number; trees: Tree[] }[] = [];
  for (let n = task.first; n < task.count; n += task.step)
    units.push({ n, trees: trainUnit(task.set, task.options, n) });
  parentPort!.postMessage({ id: task.id, units } satisfies TrainResult);
});
