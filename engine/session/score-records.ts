// A capture to records in the order of packet time, whatever the number of threads: one reads and follows flows, the
// others score blocks.
import type {
  Gravity,
  AlertRecord,
  FlowRecord,
  IncidentRecord,
  IndicatorAlertRecord,
  RuleAlertRecord,
  Verdict,
} from '../../contract/index.ts';
import type { BaselineDocument, Model } from '../detect/index.ts';
import { gravityOf } from '../evidence/index.ts';
import type { FlowTimeouts } from '../flow/index.ts';
import type { IndicatorSet } from '../indicators/index.ts';
import type { Ending, InflateLimits } from '../read/index.ts';
import type { RuleFeed } from '../workers/index.ts';
import type { FlowHit } from './rule-hits.ts';
import { Analysis } from './analysis.ts';
import { flowRecord } from './flow-record.ts';
import { baselineFrom, knownFrom, recordListener, type RecordOptions } from './record-maker.ts';
import { readThrough } from './read-through.ts';
import { expectedOpenFlows, scoreFile } from './score-file.ts';
import type { Progressing } from './scoring.ts';

export interface ScoreRecordsOptions extends RecordOptions {
  readonly model: Model;
  readonly baseline: BaselineDocument | null;
  readonly threads: number;
  readonly cacheFolder: string;
  readonly timeouts: FlowTimeouts;
  /** Threat rules that are asked of the capture. */
  readonly rules?: RuleFeed | null;
  /** Lists of indicators that flows are held against. */
  readonly indicators?: IndicatorSet | null;
  /** What inflating may give, instead of the usual. */
  readonly limits?: InflateLimits;
}

export interface ScoreRecordsListener {
  record(record: FlowRecord | AlertRecord | RuleAlertRecord | IndicatorAlertRecord | IncidentRecord): void;
  /** A threat rule matched: beside its record, also where no records are wanted. */
  ruleHit?(hit: FlowHit): void;
  /** After each block. @returns false to stop */
  progress(reader: Progressing, packets: number): boolean;
}

export interface ScoreSummary {
  readonly ending: Ending;
  readonly packets: number;
  readonly flows: number;
  readonly verdicts: Record<Verdict, number>;
  /** Incidents by their verdict. */
  readonly incidents: Record<Gravity, number>;
  /** Families of malware and attack frameworks that evidence names. */
  readonly families: readonly string[];
}

/** Flows without verdicts: nothing is scored for them. */
async function plainRecords(
  path: string,
  o: ScoreRecordsOptions,
  listener: ScoreRecordsListener,
): Promise<ScoreSummary> {
  const analysis: Analysis = new Analysis(
    {
      completed: (a, slot, row) => {
        // Facts are sealed first, since the record shows what stays of them.
        a.inspector.seal(slot);
        listener.record(flowRecord(a, o.file, row));
        a.inspector.forget(a.flows.columns.fact[row]!);
      },
    },
    { keepPackets: false, timeouts: o.timeouts, openFlows: expectedOpenFlows(path) },
  );
  const ending = await readThrough(path, analysis, o.cacheFolder, (reader) =>
    listener.progress(reader, analysis.packetCount),
  );
  return {
    ending,
    packets: analysis.packetCount,
    flows: analysis.flows.columns.count,
    verdicts: { malicious: 0, suspicious: 0, unfamiliar: 0, benign: 0 },
    incidents: { malicious: 0, suspicious: 0 },
    families: [],
  };
}

export async function scoreRecords(
  path: string,
  o: ScoreRecordsOptions,
  listener: ScoreRecordsListener,
): Promise<ScoreSummary> {
  if (o.records === 'plain') return plainRecords(path, o, listener);
  const baseline = baselineFrom(o.model, o.baseline);
  const { file, records, reasons, messages = false } = o;
  const listed = recordListener(o.model, baseline, { file, records, reasons, messages }, (r) => listener.record(r));
  const result = await scoreFile(
    path,
    {
      model: o.model,
      baseline,
      known: knownFrom(o.baseline),
      threads: o.threads,
      cacheFolder: o.cacheFolder,
      timeouts: o.timeouts,
      ...(o.rules ? { rules: o.rules } : {}),
      ...(o.indicators ? { indicators: o.indicators } : {}),
      ...(o.limits ? { limits: o.limits } : {}),
    },
    {
      ...listed,
      ruleHit: (analysis, hit) => {
        listed.ruleHit?.(analysis, hit);
        listener.ruleHit?.(hit);
      },
      progress: (reader, analysis) => listener.progress(reader, analysis.packetCount),
    },
  );
  listed.finish(result.scorer);
  const incidents: Record<Gravity, number> = { malicious: 0, suspicious: 0 };
  const families = new Set<string>();
  for (const incident of result.scorer.incidents.incidents.values()) {
    const gravity = gravityOf(incident.points);
    if (gravity === null) continue;
    incidents[gravity]++;
    for (const { said } of incident.evidence.values())
      for (const named of [said.values?.['family'], said.values?.['framework']])
        if (typeof named === 'string') families.add(named);
  }
  return {
    ending: result.ending,
    packets: result.analysis.packetCount,
    flows: result.analysis.flows.columns.count,
    verdicts: result.verdicts,
    incidents,
    families: [...families].sort(),
  };
}
