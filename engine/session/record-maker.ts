// Scores to records: what the command line prints, made where the flow was scored.
import { join } from 'node:path';
import { type AlertRecord, type FlowRecord, type RuleReason, type Message, say } from '../../contract/index.ts';
import {
  foreignBaseline,
  loadBaseline,
  ownBaseline,
  reasonRecord,
  reasonsFor,
  type Baseline,
  type BaselineDocument,
  type Model,
} from '../detect/index.ts';
import { readPlain } from '../store/index.ts';
import type { Analysis } from './analysis.ts';
import { flowId, flowRecord } from './flow-record.ts';
import type { ScoredFlow, ScoringListener } from './scoring.ts';
import { stampText } from './time.ts';

/** What records are wanted; plain data, so that it can travel to a worker. */
export interface RecordOptions {
  readonly file: string;
  /** 'none': only counts. 'plain': flows without verdicts. */
  readonly records: 'none' | 'plain' | 'full';
  readonly reasons: number;
}

/** What was learned of this network, and where it cannot be read, why not: verdicts are then against other networks. */
export interface StoredBaseline {
  readonly document: BaselineDocument | null;
  readonly note: Message | null;
}

/** @param folder the user's data folder */
export function storedBaseline(folder: string): StoredBaseline {
  const path = join(folder, 'baseline.json');
  const said = readPlain(path);
  if (said.kind === 'none') return { document: null, note: null };
  const document = said.kind === 'text' ? loadBaseline(said.text) : null;
  if (document !== null) return { document, note: null };
  const why = said.kind === 'odd' ? said.message : say('it-is-damaged');
  return { document, note: say('baseline-unreadable', { path, why }) };
}

export function baselineFrom(model: Model, doc: BaselineDocument | null): Baseline {
  return (doc === null ? null : ownBaseline(model, doc)) ?? foreignBaseline(model);
}

/** What an evidence rule says of a flow, where one does. */
export function ruleReasons(flow: ScoredFlow): RuleReason[] {
  if (flow.rule === null) return [];
  const { rule, evidence, said } = flow.rule;
  return [{ by: 'rule', rule, flows: evidence.length, said }];
}

/** @param take receives records in the order in which results come */
export function recordListener(
  model: Model,
  baseline: Baseline,
  o: RecordOptions,
  take: (record: FlowRecord | AlertRecord) => void,
): ScoringListener {
  if (o.records === 'none') return {};
  const reasons = (flow: ScoredFlow): AlertRecord['reasons'] =>
    o.reasons > 0
      ? [...ruleReasons(flow), ...reasonsFor(model, flow.vector, flow.at, o.reasons).reasons].map(reasonRecord)
      : [];
  return {
    flow: (a: Analysis, flow) => {
      const told = flow.verdict === 'malicious' || flow.verdict === 'suspicious';
      take({
        ...flowRecord(a, o.file, flow.row),
        verdict: flow.verdict,
        score: Number(flow.probability.toFixed(4)),
        baseline: baseline.name,
        reasons: told ? reasons(flow) : [],
        ...(flow.checkpoints.length > 0 ? { checkpoints: flow.checkpoints } : {}),
      });
    },
    alert: (a, flow, seconds, nanoseconds) => {
      const id = flowId(a, flow.row);
      take({
        type: 'alert',
        file: o.file,
        time: stampText(seconds, nanoseconds),
        flow: id,
        verdict: flow.verdict,
        score: Number(flow.probability.toFixed(4)),
        rule: flow.rule?.rule ?? 'model',
        reasons: reasons(flow),
      });
    },
  };
}
