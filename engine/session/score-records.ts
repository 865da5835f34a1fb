// A capture to records in one order, whatever the number of threads: each thread takes a share of the address pairs, results are merged.
import type { AlertRecord, FlowRecord, Verdict } from '../../contract/index.ts';
import type { BaselineDocument, Model } from '../detect/index.ts';
import type { CaptureReader, Ending } from '../read/index.ts';
import { isPlainFile } from '../read/index.ts';
import { startWorker } from '../workers/index.ts';
import { baselineFrom, recordListener, type PlacedRecord, type RecordOptions } from './record-maker.ts';
import type { ShardMessage, ShardTask } from './score-worker.ts';
import { scoreFile } from './scoring.ts';

export interface ScoreRecordsOptions extends RecordOptions {
  readonly model: Model;
  readonly baseline: BaselineDocument | null;
  readonly threads: number;
  readonly cacheFolder: string;
}

export interface ScoreRecordsListener {
  record(record: FlowRecord | AlertRecord): void;
  /** After each block. @returns false to stop */
  progress(reader: CaptureReader, packets: number): boolean;
}

export interface ScoreSummary {
  readonly ending: Ending;
  readonly packets: number;
  readonly flows: number;
  readonly verdicts: Record<Verdict, number>;
}

/**
 * With two threads one ingests and one scores: the least work in all. From three on a plain file is read by that many shards;
 * streams (stdin, compressed files) can be read only once.
 */
export async function scoreRecords(path: string, o: ScoreRecordsOptions, listener: ScoreRecordsListener): Promise<ScoreSummary> {
  const baseline = baselineFrom(o.model, o.baseline);
  const shards = o.threads > 2 && isPlainFile(path) ? o.threads : 1;
  const merger = new Merger(shards, (r) => listener.record(r));
  const options: RecordOptions = { file: o.file, records: o.records, reasons: o.reasons };
  const helpers = Array.from({ length: shards - 1 }, (_, i) => helper(merger, { path, model: o.model, baseline: o.baseline, shard: { index: i + 1, count: shards }, cacheFolder: o.cacheFolder, options }));
  try {
    const result = await scoreFile(path, { model: o.model, baseline, threads: shards > 1 ? 1 : o.threads, cacheFolder: o.cacheFolder, ...(shards > 1 ? { shard: { index: 0, count: shards } } : {}) }, {
      ...recordListener(o.model, baseline, options, (r) => merger.take(0, r)),
      progress: (reader, analysis, settled) => {
        merger.advance(0, settled);
        const goOn = listener.progress(reader, analysis.packetCount);
        if (!goOn) for (const h of helpers) h.stop();
        return goOn;
      },
    });
    merger.advance(0, Infinity);
    const others = await Promise.all(helpers.map((h) => h.done));
    const verdicts = { ...result.verdicts };
    let flows = result.analysis.flows.columns.count;
    for (const other of others) {
      flows += other.flows;
      for (const v of Object.keys(verdicts) as Verdict[]) verdicts[v] += other.verdicts[v];
    }
    return { ending: result.ending, packets: result.analysis.packetCount, flows, verdicts };
  } finally {
    await Promise.all(helpers.map((h) => h.close()));
  }
}

interface Helper {
  readonly done: Promise<Extract<ShardMessage, { kind: 'done' }>>;
  stop(): void;
  close(): Promise<unknown>;
}

function helper(merger: Merger, task: ShardTask): Helper {
  const worker = startWorker(import.meta.url, 'score-worker');
  const done = new Promise<Extract<ShardMessage, { kind: 'done' }>>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message: ShardMessage) => {
      if (message.kind === 'done') { resolve(message); return; }
      for (const r of message.records) merger.take(task.shard.index, r);
      merger.advance(task.shard.index, message.until);
    });
  });
  // The failure is seen where `done` is awaited; until then it is not unhandled.
  done.catch(() => undefined);
  worker.postMessage(task);
  return { done, stop: () => worker.postMessage('stop'), close: () => worker.terminate() };
}

/** Merges the shards' records by (due, flow); a record goes out when no shard can bring an earlier one. */
class Merger {
  private readonly waiting: PlacedRecord[][];
  private readonly until: number[];
  private readonly out: (record: FlowRecord | AlertRecord) => void;

  constructor(shards: number, out: (record: FlowRecord | AlertRecord) => void) {
    this.waiting = Array.from({ length: shards }, () => []);
    this.until = new Array<number>(shards).fill(-1);
    this.out = out;
  }

  take(shard: number, r: PlacedRecord): void {
    if (this.waiting.length === 1) this.out(r.record);
    else this.waiting[shard]!.push(r);
  }

  advance(shard: number, until: number): void {
    this.until[shard] = until;
    if (this.waiting.length === 1) return;
    const safe = Math.min(...this.until);
    const ready: PlacedRecord[] = [];
    this.waiting.forEach((list, i) => {
      let n = 0;
      while (n < list.length && list[n]!.due < safe) n++;
      if (n === 0) return;
      // One by one: a thread that ran far ahead has more records than a call may have arguments.
      for (let r = 0; r < n; r++) ready.push(list[r]!);
      this.waiting[i] = list.slice(n);
    });
    // Stable: records of one flow keep their order, an alert before its flow.
    ready.sort((a, b) => a.due - b.due || a.flow - b.flow);
    for (const r of ready) this.out(r.record);
  }
}
