// The form of a result file: what analysis found in one capture. A server reads a page of it without reading the rest,
// whatever its size.
//
//   lines     JSON records, one a line: flows, then incidents, evidence and alerts, each section in one piece
//   starts    for each section, where its lines begin: float64 each, and the end of the last
//   orders    for each order of flows, their numbers in that order, the least first: uint32 each
//   verdicts  one byte a flow, its place in `VERDICTS`
//   members   pairs of uint32: an incident and a flow of it, by incident
//   texts     what is searched in a flow, one line each, in small letters; then where each begins, as in `starts`
//   footer    JSON: where all this stands, and the summary
//   tail      16 bytes: the footer's place (low, high), its length, and a mark, uint32 each
//
// All numbers are little-endian.
import type { AlertRecord, FlowRecord, IncidentRecord } from '../../contract/index.ts';
import type { EvidenceItem } from '../contract.ts';
import type { AnalysisSummary } from './summary.ts';

export const VERSION = 1;
/** 'SLR1' read as a number. */
export const MARK = 0x31524c53;
export const TAIL = 16;

export const SECTIONS = ['incidents', 'evidence', 'alerts', 'flows'] as const;
export type Section = (typeof SECTIONS)[number];
export const FLOW_ORDERS = ['start', 'packets', 'bytes', 'points', 'duration'] as const;
export type FlowOrder = (typeof FLOW_ORDERS)[number];

/** What the records of each section are. Incidents and evidence stand with the most points first. */
export interface SectionRecords {
  readonly incidents: IncidentRecord;
  readonly evidence: EvidenceItem;
  readonly alerts: AlertRecord;
  readonly flows: FlowRecord;
}

export interface Footer {
  readonly version: number;
  /** Lines of each section. */
  readonly counts: Readonly<Record<Section, number>>;
  readonly starts: Readonly<Record<Section, number>>;
  readonly orders: Readonly<Record<FlowOrder, number>>;
  readonly verdicts: number;
  readonly members: { readonly at: number; readonly count: number };
  /** Where the starts of the texts are. */
  readonly texts: number;
  readonly summary: AnalysisSummary;
}

/** The text that a search looks at: addresses, ports, transport, application, name. */
export function searchText(r: FlowRecord): string {
  const words = [r.src, r.sport, r.dst, r.dport, r.proto, r.app, r.sni].filter((word) => word !== null);
  // A name within may hold anything; a line must stay one.
  return words
    .join(' ')
    .toLowerCase()
    .replaceAll(/[\r\n]/g, ' ');
}
