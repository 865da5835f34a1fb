// `sightline flows`: flows with their counters and facts, without verdicts; --features writes every feature.
import { READING, RECORDS, TABLE } from '../common-flags.ts';
import { defineCommand } from '../define.ts';
import { writeFeatures } from '../feature-table.ts';
import { path } from '../flags.ts';
import { chooseModel, SHIPPED } from '../models.ts';
import { score } from '../scoring.ts';

export const command = defineCommand({
  name: 'flows',
  summary: 'Flows with their counters and facts, without verdicts',
  usage: 'FILE|FOLDER…',
  takesPaths: true,
  flags: {
    ...RECORDS,
    ...TABLE,
    features: path('FILE', 'all features of every flow into FILE', {
      endings: ['.csv', '.parquet', '.arrow', '.arrows'],
    }),
    ...READING,
  },
  apart: [
    ['summary', 'json', 'output', 'quiet'],
    ['features', 'json', 'output', 'top', 'summary', 'quiet'],
  ],
  examples: [
    'sightline flows capture.pcap | jq -r .ja4 | sort | uniq -c',
    'sightline flows capture.pcap --features flows.parquet',
  ],
  run: (o, paths, folders) => {
    const partialOk = o['partial-ok'];
    if (o.features !== null) return writeFeatures(paths, o.features, partialOk, folders);
    const plain = { ...o, threads: 1, reasons: 0, plain: true, partialOk };
    return score(paths, chooseModel(SHIPPED, folders), null, plain, folders);
  },
});
