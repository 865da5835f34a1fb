// Records of flows and alerts as the window shows them.
import {
  addressId,
  type AlertRow,
  type CertificateSummary,
  type EvidenceRow,
  type FlowDetail,
  type FlowRow,
  flowRow,
  type IncidentRow,
  type Label,
  LABELS,
  packetRow,
  say,
  type Verdict,
  VERDICTS,
} from '../../contract/index.ts';
import { byWeight, gravityOf, type Incident, type IncidentEvidence, pointsWithout } from '../evidence/index.ts';
import { communityId, OPEN } from '../flow/index.ts';
import { certificateOf } from '../protocols/index.ts';
import { factsOfRow, flowAppName, flowId, flowName, peerText, titleOf, transportName } from '../session/index.ts';
import { endText } from '../view/index.ts';
import { flowFacts } from './flow-facts.ts';
import type { Alert, CaptureSession } from './session.ts';

export function labelOf(s: CaptureSession, flow: FlowRow): Label | null {
  return LABELS[s.label[flow]!] ?? null;
}

function ends(s: CaptureSession, flow: FlowRow): { initiator: string; responder: string } {
  const { addresses } = s.analysis;
  const c = s.analysis.flows.columns;
  const ports = c.hasPorts[flow] === 1;
  return {
    initiator: endText(addresses.text(c.initiatorOf(flow)), c.initiatorPort[flow]!, ports),
    responder: endText(addresses.text(c.responderOf(flow)), c.responderPort[flow]!, ports),
  };
}

/** What an alert is allowed by: whom the incident is with, and how grave it is: a graver one is told again. */
export function alertKey(s: CaptureSession, alert: Alert): string {
  return `${gravityOf(alert.of.points) ?? 'fact'} ${peerText(s.analysis, alert.of)}`;
}

export function alertRow(s: CaptureSession, alert: Alert, allowed: boolean): AlertRow {
  const { number, flow, packet, seconds, nanoseconds, of } = alert;
  return {
    number,
    flow,
    packet,
    seconds,
    nanoseconds,
    incident: incidentRow(s, of),
    flowId: flowId(s.analysis, flow),
    verdict: gravityOf(of.points) ?? 'suspicious',
    app: flowAppName(s.analysis, flow),
    ...ends(s, flow),
    name: flowName(factsOfRow(s.analysis, flow)),
    label: labelOf(s, flow),
    allowed,
  };
}

/** Flows of an incident that its row lists. */
const LISTED_FLOWS = 1_000;

export function incidentRow(s: CaptureSession, incident: Incident): IncidentRow {
  const { rows, span } = s.flowsOf(incident, LISTED_FLOWS);
  const initiator = s.analysis.addresses.text(addressId(incident.initiator));
  return {
    id: s.incidentNumber(incident),
    initiator,
    peer: peerText(s.analysis, incident),
    names: incident.names,
    verdict: gravityOf(incident.points),
    points: incident.points,
    inherited: incident.inherited,
    title: titleOf(s.analysis, incident),
    ...span,
    rows,
    packet: packetRow(incident.packet),
    evidence: evidenceRows(s, incident),
    corrections: incident.corrections.map((c) => c.said),
  };
}

/** Evidence that counts first, the weightiest before; without what another sentence says of as many flows. */
function evidenceRows(s: CaptureSession, incident: Incident): EvidenceRow[] {
  return incident.evidence
    .values()
    .filter((e) => !isSaidElsewhere(incident, e))
    .map((e): EvidenceRow => ({
      rule: e.rule.name,
      kind: e.rule.kind,
      points: e.rule.points,
      counts: incident.counting.includes(e.rule.name),
      without: pointsWithout(incident, e.rule.name),
      title: say(e.rule.title),
      said: e.said,
      shows: e.shows,
      technique: e.rule.technique ?? null,
      first: e.first,
      last: e.last,
      flows: e.flows,
      rows: e.rows.map(flowRow),
      ids: e.rows.map((row) => flowId(s.analysis, flowRow(row))),
      packets: e.packets.map(packetRow),
    }))
    .sort((a, b) => byWeight(a, b) || a.first - b.first);
}

function isSaidElsewhere(incident: Incident, e: IncidentEvidence): boolean {
  if (e.rule.saidBy === undefined || incident.counting.includes(e.rule.name)) return false;
  return e.rule.saidBy.some((rule) => (incident.evidence.get(rule)?.flows ?? 0) >= e.flows);
}

export function flowDetail(s: CaptureSession, flow: FlowRow): FlowDetail {
  const a = s.analysis;
  const c = a.flows.columns;
  const facts = factsOfRow(a, flow);
  const verdict: Verdict | null = VERDICTS[s.verdict[flow]!] ?? null;
  const start = c.startSeconds[flow]! + c.startNanoseconds[flow]! / 1e9;
  const incidents = s.incidentsOf(flow);
  const ja4 = facts?.ja4 ?? null;
  const same = ja4 === null ? { all: 0, malicious: 0 } : withJa4(s, ja4);
  return {
    flow,
    id: flowId(a, flow),
    communityId: communityId({
      source: a.addresses.bytes(c.initiatorOf(flow)),
      destination: a.addresses.bytes(c.responderOf(flow)),
      sourcePort: c.initiatorPort[flow]!,
      destinationPort: c.responderPort[flow]!,
      hasPorts: c.hasPorts[flow] === 1,
      ipProtocol: c.ipProtocol[flow]!,
    }),
    ...ends(s, flow),
    transport: transportName(c.ipProtocol[flow]!),
    app: flowAppName(a, flow),
    name: flowName(facts),
    packetsForward: c.packetsForward[flow]!,
    packetsReverse: c.packetsReverse[flow]!,
    bytesForward: c.bytesForward[flow]!,
    bytesReverse: c.bytesReverse[flow]!,
    start,
    duration: Math.max(0, c.endSeconds[flow]! + c.endNanoseconds[flow]! / 1e9 - start),
    firstPacket: c.firstPacketOf(flow),
    lastPacket: c.lastPacketOf(flow),
    endReason: c.endReason[flow] === OPEN ? null : c.endReasonOf(flow),
    grade: c.gradeOf(flow),
    verdict,
    score: verdict === null || Number.isNaN(s.score[flow]!) ? null : s.score[flow]!,
    points: incidents[0]?.points ?? 0,
    incidents: incidents.map((incident) => incidentRow(s, incident)),
    label: labelOf(s, flow),
    tags: s.tags.of(flow),
    checkpoints: s.checkpoints.get(flow) ?? [],
    ...fingerprints(facts),
    sameJa4: same.all,
    sameJa4Malicious: same.malicious,
    ...names(facts),
    certificate: certificate(certificateOf(facts)),
    facts: flowFacts(facts),
  };
}

type Facts = ReturnType<typeof factsOfRow>;

function fingerprints(facts: Facts): Pick<FlowDetail, 'ja3' | 'ja3s' | 'ja4' | 'ja3Retry' | 'ja4Retry'> {
  return {
    ja3: facts?.ja3 ?? null,
    ja3s: facts?.ja3s ?? null,
    ja4: facts?.ja4 ?? null,
    ja3Retry: facts?.retryJa3 ?? null,
    ja4Retry: facts?.retryJa4 ?? null,
  };
}

function names(facts: Facts): Pick<FlowDetail, 'httpHost' | 'httpUserAgent' | 'dnsQuery' | 'resolvedName'> {
  return {
    httpHost: facts?.http?.host ?? null,
    httpUserAgent: facts?.http?.userAgent ?? null,
    dnsQuery: facts?.dnsQuery ?? null,
    resolvedName: facts?.resolution?.name ?? null,
  };
}

function withJa4(s: CaptureSession, ja4: string): { all: number; malicious: number } {
  const found = { all: 0, malicious: 0 };
  for (let row = flowRow(0); row < s.analysis.flows.columns.count; row++) {
    if (factsOfRow(s.analysis, row)?.ja4 !== ja4) continue;
    found.all++;
    if (s.verdict[row] === 0) found.malicious++;
  }
  return found;
}

type Certificate = NonNullable<NonNullable<ReturnType<typeof factsOfRow>>['certificate']>;

function certificate(c: Certificate | null): CertificateSummary | null {
  return c === null
    ? null
    : {
        subject: c.subject,
        issuer: c.issuer,
        selfSigned: c.selfSigned,
        notBefore: c.notBefore,
        notAfter: c.notAfter,
        keyType: c.keyType,
        keyBits: c.keyBits,
        names: c.alternativeNames.slice(0, 20),
      };
}
