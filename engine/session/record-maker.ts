// Scores to records: what the command line prints, made where the flow was scored.
import {
  addressId,
  type AlertRecord,
  type Checkpoint,
  english,
  type EvidenceRecord,
  type FlowRecord,
  type FlowRow,
  flowRow,
  type Gravity,
  type IncidentRecord,
  type IndicatorAlertRecord,
  type Message,
  type Reason,
  type ReasonRecord,
  type RuleAlertRecord,
  type RuleReason,
} from '../../contract/index.ts';
import { byWeight, gravityOf, type Incident, incidentTitle, KnownNetwork } from '../evidence/index.ts';
import {
  foreignBaseline,
  ownBaseline,
  reasonRecord,
  reasonsFor,
  type Baseline,
  type BaselineDocument,
  type Model,
} from '../detect/index.ts';
import type { Analysis } from './analysis.ts';
import { flowId, flowRecord } from './flow-record.ts';
import { type FlowSpan, spanOf } from './flow-span.ts';
import { indicatorAlertRecord } from './indicator-record.ts';
import { ruleAlertRecord } from './rule-record.ts';
import type { Scorer, ScoringListener } from './scoring.ts';
import { momentText } from './time.ts';

/** What records are wanted; plain data, so that it can travel to a worker. */
export interface RecordOptions {
  readonly file: string;
  /** 'none': only counts. 'plain': flows without verdicts. */
  readonly records: 'none' | 'plain' | 'full';
  readonly reasons: number;
  /** Incidents tell their texts as keys and values too. */
  readonly messages?: boolean;
  /** Flows are told when they end, not when the capture does. */
  readonly live?: boolean;
}

export function baselineFrom(model: Model, doc: BaselineDocument | null): Baseline {
  return (doc === null ? null : ownBaseline(model, doc)) ?? foreignBaseline(model);
}

/** What a baseline says of the network itself, for rules; it holds with any model. */
export function knownFrom(doc: BaselineDocument | null): KnownNetwork | null {
  return doc?.network === undefined ? null : new KnownNetwork(doc.network);
}

/** What rules found in an incident, gravest first: those that count, then the others. */
export function ruleReasons(incident: Incident): RuleReason[] {
  return incident.evidence
    .values()
    .map(({ rule, said, flows }): RuleReason => ({
      by: 'rule',
      rule: rule.name,
      kind: rule.kind,
      points: rule.points,
      counts: incident.counting.includes(rule.name),
      flows,
      said,
    }))
    .sort(byWeight);
}

/** How an incident's peer is shown. */
export function peerText(a: Analysis, incident: Incident): string {
  return incident.name ?? a.addresses.text(addressId(incident.responder));
}

/** Its title in plain words. */
export function titleOf(a: Analysis, incident: Incident): Message {
  return incidentTitle(incident, a.addresses.text(addressId(incident.initiator)), peerText(a, incident));
}

/** An incident that became suspicious or malicious just now. @param told its id, its gravity, most reasons that are told */
export function alertRecord(
  a: Analysis,
  file: string,
  incident: Incident,
  told: { readonly id: number; readonly verdict: Gravity; readonly reasons: number },
): AlertRecord {
  return {
    type: 'alert',
    by: 'incident',
    file,
    time: momentText(incident.last),
    incident: told.id,
    flow: flowId(a, flowRow(incident.evidence.latest.rows.at(-1)!)),
    verdict: told.verdict,
    points: incident.points,
    title: english(titleOf(a, incident)),
    reasons: ruleReasons(incident).slice(0, told.reasons).map(reasonRecord),
  };
}

/**
 * @param counted its id, and how many flows it has, from when to when
 * @param messages whether its texts are told as keys and values too
 * @returns null below 2 points
 */
export function incidentRecord(
  a: Analysis,
  file: string,
  incident: Incident,
  counted: FlowSpan & { readonly id: number },
  messages = false,
): IncidentRecord | null {
  const verdict = gravityOf(incident.points);
  if (verdict === null) return null;
  const title = titleOf(a, incident);
  return {
    type: 'incident',
    file,
    id: counted.id,
    initiator: a.addresses.text(addressId(incident.initiator)),
    peer: peerText(a, incident),
    names: incident.names,
    verdict,
    points: incident.points,
    inherited: incident.inherited,
    title: english(title),
    first: momentText(counted.first),
    last: momentText(counted.last),
    flows: counted.flows,
    evidence: incident.evidence
      .values()
      .map((e): EvidenceRecord => ({
        rule: e.rule.name,
        kind: e.rule.kind,
        points: e.rule.points,
        counts: incident.counting.includes(e.rule.name),
        technique: e.rule.technique ?? null,
        text: english(e.said),
        ...(messages ? { said: e.said } : {}),
        first: momentText(e.first),
        last: momentText(e.last),
        flows: e.rows.map((row) => flowId(a, flowRow(row))),
        flow_count: e.flows,
        packets: e.packets.map((packet) => packet + 1),
      })),
    corrections: incident.corrections.map((c) => english(c.said)),
    ...(messages ? { said: { title, corrections: incident.corrections.map((c) => c.said) } } : {}),
  };
}

/** Records of one capture: alerts as incidents grow, flows and incidents once all of them are known. */
export interface RecordListener extends ScoringListener {
  /** Hands out what waits for the end. */
  finish(scorer: Scorer): void;
}

/**
 * @param take receives records: alerts as they come; flows at once where `o.live` (their verdicts as they were when
 *   they ended), else after the last of them, since an incident may grow until then
 */
export function recordListener(
  model: Model,
  baseline: Baseline,
  o: RecordOptions,
  take: (record: FlowRecord | AlertRecord | RuleAlertRecord | IndicatorAlertRecord | IncidentRecord) => void,
): RecordListener {
  if (o.records === 'none') return { finish: () => undefined };
  const ids = new Map<Incident, number>();
  const waiting: { readonly row: FlowRow; readonly record: FlowRecord; readonly model: readonly Reason[] }[] = [];
  const listed = (reasons: readonly Reason[]): ReasonRecord[] => reasons.slice(0, o.reasons).map(reasonRecord);
  const judged = (scorer: Scorer, row: FlowRow, record: FlowRecord, told: readonly Reason[]): FlowRecord => {
    const incidents = scorer.incidentsOf(row);
    const grave = incidents.filter((i) => ids.has(i)).sort((x, y) => y.points - x.points);
    const reasons = grave.length > 0 ? [...ruleReasons(grave[0]!), ...told] : [];
    return {
      ...record,
      verdict: scorer.verdictOf(row),
      points: scorer.pointsOf(row),
      incidents: grave.map((i) => ids.get(i)!),
      rules: [...new Set(incidents.flatMap((i) => i.evidence.keys()))],
      reasons: listed(reasons),
    };
  };
  let scoring: Scorer | null = null;
  return {
    began: (scorer) => (scoring = scorer),
    flow: (a: Analysis, flow) => {
      const told = flow.witness > 0 && o.reasons > 0 ? reasonsFor(model, flow.vector, flow.at, o.reasons).reasons : [];
      const record: FlowRecord = {
        ...flowRecord(a, o.file, flow.row),
        score: roundedScore(flow.score),
        baseline: baseline.name,
        ...(flow.checkpoints.length > 0 ? { checkpoints: flow.checkpoints.map(stepRecord) } : {}),
      };
      if (o.live) take(judged(scoring!, flow.row, record, told));
      else waiting.push({ row: flow.row, record, model: told });
    },
    incident: (a, incident, before) => {
      if (!ids.has(incident)) ids.set(incident, ids.size + 1);
      const verdict = gravityOf(incident.points);
      if (verdict === null || verdict === gravityOf(before)) return;
      take(alertRecord(a, o.file, incident, { id: ids.get(incident)!, verdict, reasons: o.reasons }));
    },
    indicatorHit: (a, hit) => take(indicatorAlertRecord(a, o.file, hit)),
    ruleHit: (a, { hit, rule, row }) => take(ruleAlertRecord(o.file, hit, rule, row === null ? null : flowId(a, row))),
    finish: (scorer) => {
      for (const { row, record, model: told } of waiting) take(judged(scorer, row, record, told));
      waiting.length = 0;
      for (const [incident, id] of ids) {
        const span = spanOf(incident, scorer.analysis.flows.columns, scorer.flowsOf(incident));
        const record = incidentRecord(scorer.analysis, o.file, incident, { id, ...span }, o.messages);
        if (record !== null) take(record);
      }
    },
  };
}

/** A score with four digits; null where it is not known (NaN). */
export function roundedScore(score: number): number | null {
  return score === score ? Number(score.toFixed(4)) : null;
}

function stepRecord(step: Checkpoint): Checkpoint {
  return { ...step, score: step.score === null ? null : roundedScore(step.score) };
}
