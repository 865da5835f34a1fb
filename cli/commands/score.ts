// `sightline score`: verdicts with reasons for every flow.
import { FOREIGN, MODEL, READING, RECORDS, TABLE, THREADS } from '../common-flags.ts';
import { defineCommand } from '../define.ts';
import { whole } from '../flags.ts';
import { chooseBaseline, chooseModel, tellModel } from '../models.ts';
import { score } from '../scoring.ts';
import { defaultThreads } from '../threads.ts';

export const command = defineCommand({
  name: 'score',
  summary: 'Verdicts with reasons for every flow',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: {
    ...RECORDS,
    ...MODEL,
    ...THREADS,
    ...FOREIGN,
    reasons: whole('N', 'reasons for malicious and suspicious flows', { least: 0, most: 1000, fallback: 5 }),
    ...TABLE,
    ...READING,
  },
  apart: [
    ['summary', 'json', 'output', 'quiet'],
    ['foreign', 'network'],
  ],
  examples: [
    'sightline score capture.pcapng',
    'sightline score captures/ --json --output verdicts.jsonl',
    'tcpdump -i eth0 -w - | sightline score -',
  ],
  run: (o, paths, folders) => {
    const chosen = chooseModel(o.model, folders);
    tellModel(chosen);
    const baseline = chooseBaseline(chosen.model, folders, o);
    const threads = o.threads ?? defaultThreads(paths);
    return score(paths, chosen, baseline, { ...o, threads, plain: false, partialOk: o['partial-ok'] }, folders);
  },
});
