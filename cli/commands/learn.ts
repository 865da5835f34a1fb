// `sightline learn`: what is ordinary on this network, from captures of it, becomes the baseline of later verdicts.
import { mkdirSync, rmSync } from 'node:fs';
import { count, EXIT } from '../../contract/index.ts';
import {
  type BaselineDocument,
  foreignBaseline,
  learnBaseline,
  type Model,
  scoreFile,
  type ScoredFlow,
  type Analysis,
  writeWhole,
} from '../../engine/host.ts';
import { MODEL, READING, THREADS } from '../common-flags.ts';
import { print, printAll, say, stop, telling, UsageError, type Folders } from '../context.ts';
import { defineCommand } from '../define.ts';
import { onOff } from '../flags.ts';
import { baselineFile, chooseModel, storedBaseline } from '../models.ts';
import { Progress } from '../progress.ts';
import { table } from '../table.ts';
import { Tally, type FileInput } from '../tally.ts';
import { defaultThreads } from '../threads.ts';

/** Flows that would have been raised are listed up to here. */
const SHOWN_FLOWS = 20;
/** Fewer flows than this say little of the rare ones. */
const ENOUGH_FLOWS = 1000;
const COLUMNS = [
  { title: 'Group' },
  { title: 'Flows', right: true },
  { title: 'Median', right: true },
  { title: 'Suspicious over', right: true },
  { title: 'Malicious over', right: true },
];

export const command = defineCommand({
  name: 'learn',
  summary: 'Learn this network from its ordinary traffic',
  usage: 'FILE|FOLDER… | --show | --forget',
  takesPaths: true,
  flags: {
    show: onOff('what was learned'),
    forget: onOff('go back to the foreign threshold'),
    ...MODEL,
    ...THREADS,
    ...READING,
  },
  apart: [['show', 'forget']],
  examples: ['sightline learn last-week.pcapng', 'sightline learn --show'],
  run: (o, paths, folders) => {
    if ((o.show || o.forget) && paths.length > 0) throw new UsageError('--show and --forget take no file');
    if (o.show) return showStored(folders);
    if (o.forget) return forget(folders);
    return learn(paths, chooseModel(o.model), o.threads ?? defaultThreads(paths), o['partial-ok'], folders);
  },
});

/** Score quantiles by protocol group become the thresholds of later verdicts. */
async function learn(
  paths: readonly string[],
  model: Model,
  threads: number,
  partialOk: boolean,
  folders: Folders,
): Promise<number> {
  const pupil = new Pupil(model, threads, folders);
  const tally = new Tally(partialOk);
  for (const input of tally.captures(paths)) {
    const ending = await pupil.read(input);
    tally.ended(input.name, ending);
    if (stop.asked) return EXIT.error;
  }
  const { files, review } = pupil;
  const total = files.reduce((n, f) => n + f.flows, 0);
  if (total === 0) {
    say('Nothing was learned: no flow could be taken for ordinary.');
    return EXIT.error;
  }
  const doc = learnBaseline(model, pupil.scores, files, new Date());
  mkdirSync(folders.data, { recursive: true, mode: 0o700 });
  await writeWhole(baselineFile(folders), `${JSON.stringify(doc, null, 1)}\n`);
  show(doc);
  const left = files.reduce((n, f) => n + f.left_out, 0);
  if (left > 0) print(`${count(left)} flows were left out since they would have been raised; look at them:`, ...review);
  if (total < ENOUGH_FLOWS)
    print(
      `${count(total)} flows cannot tell one false alarm in a thousand: thresholds rest on the highest score seen. ` +
        'Learn from more traffic.',
    );
  return tally.code();
}

/** What has been seen of ordinary traffic, capture after capture. */
class Pupil {
  readonly scores = new Map<string, { raw: number[]; novelty: number[] }>();
  readonly files: { file: string; flows: number; left_out: number }[] = [];
  /** Flows that would have been raised, in words. */
  readonly review: string[] = [];
  private readonly model: Model;
  private readonly threads: number;
  private readonly folders: Folders;

  constructor(model: Model, threads: number, folders: Folders) {
    this.model = model;
    this.threads = threads;
    this.folders = folders;
  }

  /** Reads one capture. @returns how it ended */
  async read({ path, name }: FileInput): Promise<Awaited<ReturnType<typeof scoreFile>>['ending']> {
    const progress = new Progress(name);
    const file = { file: name, flows: 0, left_out: 0 };
    const { ending } = await scoreFile(
      path,
      {
        model: this.model,
        baseline: foreignBaseline(this.model),
        threads: this.threads,
        cacheFolder: this.folders.cache,
        timeouts: telling.timeouts,
      },
      {
        flow: (analysis, flow) => {
          // What the foreign threshold raises is shown for review and not taken for ordinary.
          if (flow.verdict === 'malicious') {
            file.left_out++;
            this.leaveOut(analysis, flow);
            return;
          }
          file.flows++;
          this.take(flow);
        },
        progress: (reader, analysis) => {
          progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
          return !stop.asked;
        },
      },
    );
    progress.clear();
    this.files.push(file);
    return ending;
  }

  private take(flow: ScoredFlow): void {
    let group = this.scores.get(flow.group);
    if (group === undefined) {
      group = { raw: [], novelty: [] };
      this.scores.set(flow.group, group);
    }
    group.raw.push(flow.raw);
    group.novelty.push(flow.novelty);
  }

  private leaveOut(a: Analysis, flow: ScoredFlow): void {
    if (this.review.length >= SHOWN_FLOWS) return;
    const c = a.flows.columns;
    const number = c.firstPacket[flow.row]! + 1;
    const initiator = a.addresses.text(c.initiatorOf(flow.row));
    const responder = `${a.addresses.text(c.responderOf(flow.row))}:${c.responderPort[flow.row]}`;
    this.review.push(`  flow ${number}: ${initiator} → ${responder}, verdict ${flow.verdict}`);
  }
}

function show(doc: BaselineDocument): void {
  print(`Baseline learned ${doc.learned} from ${doc.files.map((f) => f.file).join(', ')}`);
  const rows = Object.entries(doc.groups).map(([group, g]) => [
    group,
    count(g.flows),
    g.median.toFixed(2),
    g.suspicious.toFixed(2),
    g.malicious.toFixed(2),
  ]);
  printAll(table(COLUMNS, rows));
}

function showStored(folders: Folders): number {
  const doc = storedBaseline(folders);
  if (doc === null)
    print('Nothing is learned of this network yet. Run `sightline learn FILE…` with ordinary traffic of yours.');
  else show(doc);
  return EXIT.clean;
}

function forget(folders: Folders): number {
  rmSync(baselineFile(folders), { force: true });
  print('The baseline of this network is forgotten.');
  return EXIT.clean;
}
