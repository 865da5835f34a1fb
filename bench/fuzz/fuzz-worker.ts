// A thread of a campaign: fuzzes its share of the targets until it is told to stop, then writes their corpora.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { BOUNDARIES, watchedBy } from './boundaries.ts';
import { instrumentModules } from './coverage.ts';
import { fuzz, saveCorpora } from './engine.ts';
import { loadTargets } from './targets.ts';
import { sourceWords } from './words.ts';

export interface FuzzTask {
  readonly dist: string;
  /** One of BOUNDARIES, null for every target there is. */
  readonly boundary: string | null;
  readonly targets: readonly string[] | null;
  readonly seed: number;
  readonly corpus: string;
  readonly save: boolean;
  readonly first: boolean;
  readonly share: number;
  readonly shares: number;
}
export interface FuzzRow {
  readonly target: string;
  readonly runs: number;
  readonly branches: number;
  readonly corpus: number;
  readonly slowest: number;
}
export type FuzzReport =
  | { readonly kind: 'fresh'; readonly branches: readonly number[] }
  | {
      readonly kind: 'end';
      readonly rows: readonly FuzzRow[];
      readonly all: number;
      readonly found: readonly {
        readonly target: string;
        readonly name: string;
        readonly message: string;
        readonly stack: string;
        readonly input: Uint8Array;
      }[];
    };

const task = workerData as FuzzTask;
const say = (report: FuzzReport): void => parentPort!.postMessage(report);
const boundary = task.boundary === null ? null : BOUNDARIES[task.boundary]!;
instrumentModules(boundary === null ? undefined : watchedBy(boundary));
const targets = (await (boundary?.targets(task.dist) ?? loadTargets(task.dist)))
  .filter((t) => task.targets === null || task.targets.includes(t.name))
  .filter((_, i) => i % task.shares === task.share);
const result = await fuzz(
  targets,
  { seed: task.seed + task.share * 1000, corpus: task.corpus, stopAtFirst: task.first, words: sourceWords(task.dist) },
  (branches) => {
    if (branches.length > 0) say({ kind: 'fresh', branches });
    return receiveMessageOnPort(parentPort!) === undefined;
  },
);
if (task.save) await saveCorpora(result, task.corpus);
for (const target of targets) await target.end?.();
say({
  kind: 'end',
  all: result.all,
  rows: result.runs.map((r) => ({
    target: r.target.name,
    runs: r.runs,
    branches: r.branches,
    corpus: r.corpus.length,
    slowest: r.slowest,
  })),
  found: result.found.map(({ target, error, input }) => ({
    target,
    name: error.name,
    message: error.message,
    stack: error.stack ?? '',
    input,
  })),
});
