// `sightline score`: verdicts with reasons for every flow.
import { FOREIGN, INDICATORS, MODEL, READING, RECORDS, RULES, TABLE, THREADS } from '../common-flags.ts';
import { askedIndicators } from '../asked-indicators.ts';
import { askedRules } from '../asked-rules.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { EveFile } from '../eve-file.ts';
import { whole } from '../flags.ts';
import { chooseBaseline, chooseModel, readyModel } from '../models.ts';
import { ruleCall } from '../rule-files.ts';
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
    ...RULES,
    ...INDICATORS,
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
    'sightline score capture.pcapng --rules local.rules --var HOME_NET=192.168.1.0/24',
    'sightline score capture.pcapng --indicators urlhaus.csv --indicators feeds/ --allow own.txt',
    'tcpdump -i eth0 -w - | sightline score -',
  ],
  run: async (o, paths, folders) => {
    const chosen = chooseModel(o.model, folders);
    await readyModel(chosen);
    const baseline = chooseBaseline(chosen.model, folders, o);
    if (o.eve !== null && o.rules.length === 0) throw new UsageError('--eve writes matches of rules: --rules FILE');
    const threads = o.threads ?? defaultThreads(paths);
    if (o.allow.length > 0 && o.indicators.length === 0) throw new UsageError('--allow is for --indicators');
    const indicators = o.indicators.length === 0 ? null : askedIndicators(o.indicators, o.allow);
    const carried = indicators?.wantsFiles === true;
    const asked =
      o.rules.length === 0 && !carried ? null : await askedRules(await ruleCall(o.rules, o), threads, carried);
    try {
      const eve = o.eve === null ? null : new EveFile(o.eve, o.output);
      const options = { ...o, threads, plain: false, partialOk: o['partial-ok'], asked, indicators, eve };
      return await score(paths, chosen, baseline, options, folders);
    } finally {
      await asked?.close();
    }
  },
});
