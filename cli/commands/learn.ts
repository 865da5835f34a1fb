import { mkdirSync, rmSync } from 'node:fs';
import { EXIT } from '../../contract/index.ts';
import {
  type BaselineDocument,
  foreignBaseline,
  learnBaseline,
  type Model,
  scoreFile,
  writeWhole,
} from '../../engine/host.ts';
import { print, printAll, say, stop, telling, type Folders } from '../context.ts';
import { endingSentence, inputs } from '../inputs.ts';
import { baselineFile, storedBaseline } from '../models.ts';
import { Progress } from '../progress.ts';
import { count, table } from '../table.ts';
import { Tally } from '../tally.ts';

/** Learns this network's ordinary traffic: score quantiles by protocol group become the thresholds of later verdicts. */
export async function learn(
  paths: readonly string[],
  model: Model,
  threads: number,
  partialOk: boolean,
  folders: Folders,
): Promise<number> {
  const scores = new Map<string, { raw: number[]; novelty: number[] }>();
  const foreign = foreignBaseline(model);
  const files: { file: string; flows: number; left_out: number }[] = [];
  const review: string[] = [];
  const tally = new Tally(partialOk);
  for (const input of inputs(paths)) {
    if (input.kind === 'bad') {
      tally.ended(input.ending);
      say(endingSentence(input.name, input.ending)!);
      continue;
    }
    const file = input.name;
    const progress = new Progress(file);
    let flows = 0;
    let leftOut = 0;
    const result = await scoreFile(
      input.path,
      { model, baseline: foreign, threads, cacheFolder: folders.cache, timeouts: telling.timeouts },
      {
        flow: (a, flow) => {
          // What the foreign threshold raises is shown for review and not taken for ordinary.
          if (flow.verdict === 'malicious') {
            leftOut++;
            const c = a.flows.columns;
            if (review.length < 20)
              review.push(
                `  flow ${c.firstPacket[flow.row]! + 1}: ${a.addresses.text(c.initiatorOf(flow.row))} → ${a.addresses.text(c.responderOf(flow.row))}:${c.responderPort[flow.row]}, score ${flow.probability.toFixed(2)}`,
              );
            return;
          }
          flows++;
          let group = scores.get(flow.group);
          if (!group) scores.set(flow.group, (group = { raw: [], novelty: [] }));
          group.raw.push(flow.raw);
          group.novelty.push(flow.novelty);
        },
        progress: (reader, analysis) => {
          progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
          return !stop.asked;
        },
      },
    );
    progress.clear();
    files.push({ file, flows, left_out: leftOut });
    const sentence = endingSentence(file, result.ending);
    if (sentence !== null) say(sentence);
    tally.ended(result.ending);
    if (stop.asked) return EXIT.error;
  }
  const total = files.reduce((n, f) => n + f.flows, 0);
  if (total === 0) {
    say('Nothing was learned: no flow could be taken for ordinary.');
    return EXIT.error;
  }
  const doc = learnBaseline(model, scores, files, new Date());
  mkdirSync(folders.data, { recursive: true, mode: 0o700 });
  await writeWhole(baselineFile(folders), `${JSON.stringify(doc, null, 1)}\n`);
  show(doc);
  const left = files.reduce((n, f) => n + f.left_out, 0);
  if (left > 0) print(`${count(left)} flows were left out since they would have been raised; look at them:`, ...review);
  if (total < 1000)
    print(
      `${count(total)} flows cannot tell one false alarm in a thousand: thresholds rest on the highest score seen. Learn from more traffic.`,
    );
  return tally.code();
}

export function show(doc: BaselineDocument): void {
  const columns = [
    { title: 'Group' },
    { title: 'Flows', right: true },
    { title: 'Median', right: true },
    { title: 'Suspicious over', right: true },
    { title: 'Malicious over', right: true },
  ];
  print(`Baseline learned ${doc.learned} from ${doc.files.map((f) => f.file).join(', ')}`);
  printAll(
    table(
      columns,
      Object.entries(doc.groups).map(([group, g]) => [
        group,
        count(g.flows),
        g.median.toFixed(2),
        g.suspicious.toFixed(2),
        g.malicious.toFixed(2),
      ]),
    ),
  );
}

export function showStored(folders: Folders): number {
  const doc = storedBaseline(folders);
  if (doc === null) {
    print('Nothing is learned of this network yet. Run `sightline learn FILE…` with ordinary traffic of yours.');
    return EXIT.clean;
  }
  show(doc);
  return EXIT.clean;
}

export function forget(folders: Folders): number {
  rmSync(baselineFile(folders), { force: true });
  print('The baseline of this network is forgotten.');
  return EXIT.clean;
}
