// An entry of a list that was met, as a record.
import type { FlowRow, IndicatorAlertRecord } from '../../contract/index.ts';
import type { Met, Rule } from '../evidence/index.ts';
import type { Analysis } from './analysis.ts';
import { flowId, transportName } from './flow-record.ts';
import { momentText } from './time.ts';

/** An entry of a list, and the flow and packet that met it. */
export interface IndicatorHit {
  readonly met: Met;
  readonly rule: Rule;
  readonly row: FlowRow;
  /** Row of the packet; of a flow without one that says more, its first. */
  readonly packet: number;
}

/** @param file the capture's name */
export function indicatorAlertRecord(
  a: Analysis,
  file: string,
  { met, rule, row, packet }: IndicatorHit,
): IndicatorAlertRecord {
  const c = a.flows.columns;
  const hasPorts = c.hasPorts[row] === 1;
  const { kind, value, seen, lists, note, source, confidence } = met;
  return {
    type: 'alert',
    by: 'indicator',
    file,
    time: momentText(met.seconds),
    packet: packet + 1,
    flow: flowId(a, row),
    list: lists[0]!,
    lists,
    kind,
    value,
    seen,
    note,
    source,
    confidence,
    rule: rule.name,
    points: rule.points,
    src: a.addresses.text(c.initiatorOf(row)),
    sport: hasPorts ? c.initiatorPort[row]! : null,
    dst: a.addresses.text(c.responderOf(row)),
    dport: hasPorts ? c.responderPort[row]! : null,
    proto: transportName(c.ipProtocol[row]!),
  };
}
