// Records of flows and alerts as the window shows them.
import {
  type AlertRow,
  type CertificateSummary,
  type FlowDetail,
  type FlowRow,
  flowRow,
  type Label,
  LABELS,
  type Verdict,
  VERDICTS,
} from '../../contract/index.ts';
import { communityId, OPEN } from '../flow/index.ts';
import { factsOfRow, flowAppName, flowId, flowName, transportName } from '../session/index.ts';
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

/** What an alert is allowed by: the rule and whom the flow went to, by name where it has one. */
export function alertKey(s: CaptureSession, alert: Alert): string {
  return `${alert.rule} ${flowName(factsOfRow(s.analysis, alert.flow)) ?? ends(s, alert.flow).responder}`;
}

export function alertRow(s: CaptureSession, alert: Alert, allowed: boolean): AlertRow {
  const { flow } = alert;
  return {
    ...alert,
    flowId: flowId(s.analysis, flow),
    app: flowAppName(s.analysis, flow),
    ...ends(s, flow),
    name: flowName(factsOfRow(s.analysis, flow)),
    label: labelOf(s, flow),
    allowed,
  };
}

export function flowDetail(s: CaptureSession, flow: FlowRow): FlowDetail {
  const a = s.analysis;
  const c = a.flows.columns;
  const facts = factsOfRow(a, flow);
  const verdict: Verdict | null = VERDICTS[s.verdict[flow]!] ?? null;
  const start = c.startSeconds[flow]! + c.startNanoseconds[flow]! / 1e9;
  const ruled = s.ruleOf.get(flow);
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
    score: verdict === null ? null : s.score[flow]!,
    rule: ruled?.rule ?? 'model',
    ruleSaid: ruled?.said ?? null,
    evidence: ruled?.evidence ?? [],
    label: labelOf(s, flow),
    checkpoints: s.checkpoints.get(flow) ?? [],
    ...fingerprints(facts),
    sameJa4: same.all,
    sameJa4Malicious: same.malicious,
    ...names(facts),
    certificate: certificate(facts?.tls?.certificate ?? facts?.certificate ?? null),
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
