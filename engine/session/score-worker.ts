// One shard of a capture in a thread of its own: it reads the whole file and keeps the flows of its share of address pairs.
import { parentPort } from 'node:worker_threads';
import type { Verdict } from '../../contract/index.ts';
import type { BaselineDocument, Model } from '../detect/index.ts';
import { baselineFrom, recordListener, type PlacedRecord, type RecordOptions } from './record-maker.ts';
import { scoreFile } from './scoring.ts';
import type { Shard } from './shard.ts';

export interface ShardTask {
  readonly path: string;
  readonly model: Model;
  readonly baseline: BaselineDocument | null;
  readonly shard: Shard;
  readonly cacheFolder: string;
  readonly options: RecordOptions;
}

export type ShardMessage =
  /** Records up to packet `until` of the file; no later message holds an earlier one. */
  | { readonly kind: 'records'; readonly until: number; readonly records: readonly PlacedRecord[] }
  | { readonly kind: 'done'; readonly verdicts: Record<Verdict, number>; readonly flows: number };

const stop = { asked: false };

parentPort?.on('message', (message: ShardTask | 'stop') => {
  if (message === 'stop') { stop.asked = true; return; }
  void run(message);
});

async function run(task: ShardTask): Promise<void> {
  let records: PlacedRecord[] = [];
  const send = (until: number): void => {
    parentPort!.postMessage({ kind: 'records', until, records } satisfies ShardMessage);
    records = [];
  };
  const baseline = baselineFrom(task.model, task.baseline);
  const result = await scoreFile(task.path, { model: task.model, baseline, threads: 1, cacheFolder: task.cacheFolder, shard: task.shard }, {
    ...recordListener(task.model, baseline, task.options, (r) => records.push(r)),
    progress: (_reader, _analysis, settled) => {
      if (records.length > 512) send(settled);
      return !stop.asked;
    },
  });
  send(Infinity);
  parentPort!.postMessage({ kind: 'done', verdicts: result.verdicts, flows: result.analysis.flows.columns.count } satisfies ShardMessage);
}
