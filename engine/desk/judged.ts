// Records of what a session judged, as the command line prints them: of flows when they end, of alerts when they are
// due, of incidents when the capture is over.
import {
  type AlertRecord,
  type FlowRecord,
  type FlowRow,
  type IncidentRecord,
  LABELS,
  VERDICTS,
} from '../../contract/index.ts';
import { gravityOf } from '../evidence/index.ts';
import { alertRecord, flowRecord, incidentRecord, roundedScore } from '../session/index.ts';
import type { Alert, CaptureSession } from './session.ts';

/** A flow's record with its verdict and label. @param file what it is said to come from */
export function judgedRecord(s: CaptureSession, file: string, flow: FlowRow): FlowRecord {
  const verdict = VERDICTS[s.verdict[flow]!];
  const label = LABELS[s.label[flow]!];
  const tags = s.tags.of(flow);
  return {
    ...flowRecord(s.analysis, file, flow),
    ...(verdict === undefined
      ? {}
      : {
          verdict,
          points: s.points(flow),
          incidents: s.incidents(flow).filter((id) => id > 0),
          rules: [...new Set(s.rules(flow))],
          score: roundedScore(s.score[flow]!),
        }),
    ...(label === undefined ? {} : { label }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** The record of an alert, to be made when it is told: incidents grow. @returns null for an incident that is none yet */
export function judgedAlert(s: CaptureSession, file: string, { of }: Alert): AlertRecord | null {
  const verdict = gravityOf(of.points);
  if (verdict === null) return null;
  return alertRecord(s.analysis, file, of, { id: s.incidentNumber(of), verdict, reasons: Infinity });
}

/** Every incident by now, in the order in which they were told. */
export function judgedIncidents(s: CaptureSession, file: string): IncidentRecord[] {
  return s.alerts
    .map(({ of }) => incidentRecord(s.analysis, file, of, { id: s.incidentNumber(of), ...s.flowsOf(of, 0).span }))
    .filter((record) => record !== null);
}
