// Matches of threat rules as Suricata's EVE has them (docs: Eve JSON Format, event type alert): what other tools read.
import { hash } from 'node:crypto';
import { plainJson } from '../../contract/index.ts';
import { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../decode/index.ts';
import { communityId } from '../flow/index.ts';
import { classText, placeBytes, placeText, type RuleAlert, type RuleFacts } from '../rules/index.ts';
import { stampText } from '../session/index.ts';

const IPPROTO_SCTP = 132;
/** Names as EVE writes them, which are those of /etc/protocols. */
export const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [IPPROTO_ICMP, 'ICMP'],
  [2, 'IGMP'],
  [IPPROTO_TCP, 'TCP'],
  [IPPROTO_UDP, 'UDP'],
  [41, 'IPv6'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [IPPROTO_ICMPV6, 'IPv6-ICMP'],
  [89, 'OSPFIGP'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [IPPROTO_SCTP, 'SCTP'],
]);
const WITH_PORTS: ReadonlySet<number> = new Set([IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP]);

/** One line of EVE. Names are Suricata's, in its order. */
export interface EveAlert {
  /** `2024-05-04T10:33:22.123456+0000`, always in UTC. */
  readonly timestamp: string;
  /** The same for all alerts of one flow. */
  readonly flow_id?: number;
  /** From 1. */
  readonly pcap_cnt: number;
  readonly event_type: 'alert';
  readonly src_ip?: string;
  readonly src_port?: number;
  readonly dest_ip?: string;
  readonly dest_port?: number;
  readonly proto?: string;
  readonly icmp_type?: number;
  readonly icmp_code?: number;
  readonly community_id?: string;
  readonly tx_id?: number;
  readonly alert: {
    readonly action: 'allowed' | 'blocked';
    readonly gid: number;
    readonly signature_id: number;
    readonly rev: number;
    readonly signature: string;
    readonly category: string;
    readonly severity: number;
    readonly metadata?: Readonly<Record<string, readonly string[]>>;
  };
  readonly app_proto?: string;
  readonly direction?: 'to_server' | 'to_client';
  readonly pcap_filename?: string;
}

type Match = Omit<RuleAlert, 'rule'>;

/** @param hit one match @param rule what is told of its rule @param file name of the capture, where it is told */
export function eveAlert(hit: Match, rule: RuleFacts, file: string | null = null): EveAlert {
  const isIp = hit.transport >= 0;
  const ports = WITH_PORTS.has(hit.transport);
  const ends = isIp ? { src_ip: placeText(hit.source) } : {};
  const rest = isIp ? { dest_ip: placeText(hit.destination) } : {};
  return {
    timestamp: timeText(hit),
    ...(hit.flow === null ? {} : { flow_id: flowId(hit, hit.flow.began) }),
    pcap_cnt: hit.packet + 1,
    event_type: 'alert',
    ...ends,
    ...(ports ? { src_port: hit.sourcePort } : {}),
    ...rest,
    ...(ports ? { dest_port: hit.destinationPort } : {}),
    ...(isIp ? { proto: TRANSPORTS.get(hit.transport) ?? String(hit.transport).padStart(3, '0') } : {}),
    ...(hit.icmp === null ? {} : { icmp_type: hit.icmp[0], icmp_code: hit.icmp[1] }),
    ...(isIp ? { community_id: communityOf(hit) } : {}),
    ...(hit.transaction === null ? {} : { tx_id: hit.transaction }),
    alert: {
      action: actionOf(rule.action),
      gid: rule.gid,
      signature_id: rule.sid,
      rev: rule.rev,
      signature: rule.msg,
      category: classText(rule.classtype),
      severity: rule.priority,
      ...(rule.metadata.length === 0 ? {} : { metadata: metadataOf(rule) }),
    },
    ...(hit.application === null ? {} : { app_proto: hit.application === 'http1' ? 'http' : hit.application }),
    ...(hit.flow === null ? {} : { direction: hit.flow.toServer ? 'to_server' : 'to_client' }),
    ...(file === null ? {} : { pcap_filename: file }),
  };
}

/** The alert as a line, without its end: no character in it moves a cursor. */
export function eveLine(hit: Match, rule: RuleFacts, file: string | null = null): string {
  return plainJson(eveAlert(hit, rule, file));
}

/** As where Suricata stands beside the wire: what a rule drops goes on, what it rejects is told to the ends. */
function actionOf(action: RuleFacts['action']): 'allowed' | 'blocked' {
  return action.startsWith('reject') ? 'blocked' : 'allowed';
}

function timeText({ seconds, nanoseconds }: Match): string {
  // Nine digits and a Z become six and the zone.
  return `${stampText(seconds, nanoseconds).slice(0, -4)}+0000`;
}

function flowId(hit: Match, began: number): number {
  return eveFlowId(hit.source, hit.sourcePort, hit.destination, hit.destinationPort, hit.transport, began);
}

/**
 * 48 bits of what tells the flow apart from all others: its ends, its transport and when it began.
 * @param began seconds since 1970
 */
export function eveFlowId(
  source: bigint,
  sourcePort: number,
  destination: bigint,
  destinationPort: number,
  transport: number,
  began: number,
): number {
  const ends = [`${source} ${sourcePort}`, `${destination} ${destinationPort}`].sort();
  return hash('sha1', [...ends, transport, began].join(' '), 'buffer').readUIntBE(0, 6);
}

function communityOf(hit: Match): string {
  return communityId({
    source: placeBytes(hit.source),
    destination: placeBytes(hit.destination),
    sourcePort: hit.icmp?.[0] ?? hit.sourcePort,
    destinationPort: hit.icmp?.[1] ?? hit.destinationPort,
    hasPorts: WITH_PORTS.has(hit.transport),
    ipProtocol: hit.transport,
  });
}

/** Values by name, in the order in which they are said; a name's may be several. */
function metadataOf({ metadata }: RuleFacts): Record<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [name, value] of metadata) {
    const known = out.get(name);
    if (known === undefined) out.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(out);
}
