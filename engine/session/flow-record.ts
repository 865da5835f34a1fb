// A flow as the command line prints it.
import type { FlowRecord, FlowRow } from '../../contract/index.ts';
import { protocolName } from '../decode/index.ts';
import { communityId, NO_FACT, vlansOf } from '../flow/index.ts';
import { type FlowFacts, serverNameOf } from '../protocols/index.ts';
import type { Analysis } from './analysis.ts';
import { stampText } from './time.ts';

const IP_NAMES: Record<number, string> = {
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  58: 'ICMPv6',
  89: 'OSPF',
  132: 'SCTP',
};

export function factsOfRow(a: Analysis, row: FlowRow): FlowFacts | null {
  const index = a.flows.columns.fact[row]!;
  return index === NO_FACT ? null : (a.inspector.facts[index] ?? null);
}

/**
 * What people call a flow: the number of the packet that began it. Unique, and the same however flows are dealt out.
 */
export function flowId(a: Analysis, row: FlowRow): number {
  return a.flows.columns.firstPacket[row]! + 1;
}

/** Application protocol by content, else the transport's name. */
export function flowAppName(a: Analysis, row: FlowRow): string {
  const c = a.flows.columns;
  const app = c.app[row]!;
  return app === 0 ? transportName(c.ipProtocol[row]!) : protocolName(app);
}

export function transportName(protocol: number): string {
  return IP_NAMES[protocol] ?? (protocol === 0 ? 'unknown' : String(protocol));
}

/** Server name, host, or the name that the capture's DNS gave for the responder. */
export function flowName(facts: FlowFacts | null): string | null {
  return facts === null
    ? null
    : (serverNameOf(facts) ?? facts.http?.host ?? facts.dnsQuery ?? facts.resolution?.name ?? null);
}

/** The record without verdict and reasons. */
export function flowRecord(a: Analysis, file: string, row: FlowRow): FlowRecord {
  const c = a.flows.columns;
  const facts = factsOfRow(a, row);
  const protocol = c.ipProtocol[row]!;
  const hasPorts = c.hasPorts[row] === 1;
  const vlan = vlansOf(c.vlans, row);
  return {
    type: 'flow',
    file,
    id: flowId(a, row),
    community_id: communityId({
      source: a.addresses.bytes(c.initiatorOf(row)),
      destination: a.addresses.bytes(c.responderOf(row)),
      sourcePort: c.initiatorPort[row]!,
      destinationPort: c.responderPort[row]!,
      hasPorts,
      ipProtocol: protocol,
    }),
    start: stampText(c.startSeconds[row]!, c.startNanoseconds[row]!),
    end: stampText(c.endSeconds[row]!, c.endNanoseconds[row]!),
    src: a.addresses.text(c.initiatorOf(row)),
    sport: hasPorts ? c.initiatorPort[row]! : null,
    dst: a.addresses.text(c.responderOf(row)),
    dport: hasPorts ? c.responderPort[row]! : null,
    proto: IP_NAMES[protocol] ?? String(protocol),
    vlan: vlan.length === 0 ? null : vlan,
    packets_fwd: c.packetsForward[row]!,
    packets_rev: c.packetsReverse[row]!,
    bytes_fwd: c.bytesForward[row]!,
    bytes_rev: c.bytesReverse[row]!,
    end_reason: c.endReasonOf(row),
    grade: c.gradeOf(row),
    app: flowAppName(a, row),
    sni: serverNameOf(facts),
    ja3: facts?.ja3 ?? null,
    ja3s: facts?.ja3s ?? null,
    ja4: facts?.ja4 ?? null,
    ja3_retry: facts?.retryJa3 ?? null,
    ja4_retry: facts?.retryJa4 ?? null,
    first_packet: c.firstPacket[row]! + 1,
    last_packet: c.lastPacket[row]! + 1,
  };
}
