// One measurement: labelled captures are judged, by one model or by two, and what came of it is added up.
import { type EvaluationReport, SaidError, say } from '../../contract/index.ts';
import type { LabelledCapture } from '../session/index.ts';
import { auditOf } from './audit.ts';
import { evaluateFolder } from './evaluate.ts';
import type { Judges } from './judges.ts';
import { comparisonOf, reportOf } from './report.ts';
import { type AskedRuleFiles, rulesAdded } from './rules-added.ts';
import type { CaptureResult } from './result.ts';
import type { Told } from './thread.ts';

interface MeasureOptions {
  readonly folder: string;
  /** Captures that are judged. */
  readonly captures: readonly LabelledCapture[];
  readonly cacheFolder: string;
  readonly threads: number;
  readonly judges: Judges;
  /** Who judges the same captures to compare with. */
  readonly against: Judges | null;
  /** Threat rules: the same judge judges with them as well. Null for none. */
  readonly rules?: AskedRuleFiles | null;
}

/** @throws SaidError where no capture is to be judged, and for labels and models that cannot be used @throws the signal's reason */
export async function measure(o: MeasureOptions, told: Told): Promise<EvaluationReport> {
  if (o.captures.length === 0) throw new SaidError(say('lab-nothing-wanted'));
  const results = await judgedBy(o, o.judges, told, 'judging');
  const made = new Date().toISOString();
  const { features, model, told: witness } = o.judges;
  const audit = features === null ? null : await auditOf(results, features, told);
  const { rules = null } = o;
  const added =
    rules === null ? null : rulesAdded(results, await judgedBy(o, withRules(o.judges, rules), told, 'asking'), rules);
  const report = { ...reportOf(results, { folder: o.folder, made, model, witness }), audit, added };
  if (o.against === null) return report;
  const other = await judgedBy(o, o.against, told, 'comparing');
  const by = { model: o.against.model, witness: o.against.told };
  return { ...report, compared: comparisonOf(results, other, by) };
}

function withRules(judges: Judges, { paths }: AskedRuleFiles): Judges {
  return { ...judges, of: (capture) => ({ ...judges.of(capture), rules: paths }) };
}

function judgedBy(
  o: MeasureOptions,
  judges: Judges,
  told: Told,
  doing: 'judging' | 'comparing' | 'asking',
): Promise<CaptureResult[]> {
  const { folder, captures, cacheFolder, threads } = o;
  const progress = (done: number, all: number): void => told.progress(doing, done, all);
  return evaluateFolder({ folder, captures, cacheFolder, threads, judges, progress, signal: told.signal });
}
