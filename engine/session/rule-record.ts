// A match of a threat rule as a record.
import type { RuleAlertRecord } from '../../contract/index.ts';
import { placeText, type RuleFacts } from '../rules/index.ts';
import type { RuleHit } from '../workers/index.ts';
import { transportName } from './flow-record.ts';
import { stampText } from './time.ts';

/** Transports that have ports: TCP, UDP, SCTP. */
const WITH_PORTS = new Set([6, 17, 132]);

/** @param file the capture's name @param flow id of the flow, null where there is none */
export function ruleAlertRecord(
  file: string,
  hit: Omit<RuleHit, 'rule'>,
  { sid, gid, rev, msg, action, classtype, priority }: RuleFacts,
  flow: number | null,
): RuleAlertRecord {
  const isIp = hit.transport >= 0;
  const hasPorts = WITH_PORTS.has(hit.transport);
  return {
    type: 'alert',
    by: 'rule',
    file,
    time: stampText(hit.seconds, hit.nanoseconds),
    packet: hit.packet + 1,
    flow,
    sid,
    gid,
    rev,
    msg,
    action,
    classtype,
    priority,
    src: isIp ? placeText(hit.source) : '',
    sport: hasPorts ? hit.sourcePort : null,
    dst: isIp ? placeText(hit.destination) : '',
    dport: hasPorts ? hit.destinationPort : null,
    proto: isIp ? transportName(hit.transport) : 'unknown',
    app: hit.application,
    transaction: hit.transaction,
  };
}
