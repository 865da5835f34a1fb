// What a rule is made from, as the open capture has it.
import { type FlowRow, type Request, say } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP, IPPROTO_UDP, MARK_REVERSE } from '../decode/index.ts';
import type { HttpFacts } from '../protocols/index.ts';
import { makeRule, MAX_CONTENT, RuleRunner, rulesTogether, type RuleSubject, type Signature } from '../rules/index.ts';
import { factsOfRow, flowAppName } from '../session/index.ts';
import { Refused } from './refused.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';
import { packetsOfFlow, shownPackets } from './threat-explain.ts';

const TRANSPORTS: ReadonlyMap<number, 'tcp' | 'udp'> = new Map([
  [IPPROTO_TCP, 'tcp'],
  [IPPROTO_UDP, 'udp'],
]);

type Source = Request<'makeRule'>['source'];

/** @param sid a free one @returns the rule's text @throws Refused where nothing of the kind is there */
export function madeRule(s: CaptureSession, source: Source, sid: number): string {
  const subject = subjectOf(s, source);
  if (subject === null) throw new Refused('not-found', say('threat-nothing-there'));
  return makeRule(subject, sid);
}

function subjectOf(s: CaptureSession, source: Source): RuleSubject | null {
  const { packets } = s.analysis;
  if (source.packet !== null && source.packet >= packets.count) return null;
  if (source.flow !== null && source.flow >= s.analysis.flows.columns.count) return null;
  if (source.of === 'bytes') return bytesOf(s, source);
  const flow = source.flow ?? (source.packet === null ? null : packets.flowOf(source.packet));
  return flow === null ? null : ofFlow(s, flow, source.of);
}

function bytesOf(s: CaptureSession, { packet, offset, length }: Source): RuleSubject | null {
  if (packet === null) return null;
  const bytes = s.bytes(packet).subarray(offset, offset + Math.min(length, MAX_CONTENT));
  if (bytes.length === 0) return null;
  const flow = s.analysis.packets.flowOf(packet);
  const c = s.analysis.flows.columns;
  const protocol = flow === null ? -1 : c.ipProtocol[flow]!;
  const transport = TRANSPORTS.get(protocol) ?? 'ip';
  const marks = s.analysis.packets.chunk(packet).marks[inChunk(packet)]!;
  const toServer = (marks & MARK_REVERSE) === 0;
  const port = flow !== null && transport !== 'ip' && c.hasPorts[flow] === 1 ? c.responderPort[flow]! : null;
  const established = flow !== null && c.gradeOf(flow) !== 'midstream';
  return { of: 'bytes', bytes, transport, side: { toServer, port, established } };
}

function ofFlow(s: CaptureSession, flow: FlowRow, of: Exclude<Source['of'], 'bytes'>): RuleSubject | null {
  const facts = factsOfRow(s.analysis, flow);
  switch (of) {
    case 'address':
      return { of, address: s.analysis.addresses.text(s.analysis.flows.columns.responderOf(flow)) };
    case 'server-name': {
      const name = facts?.serverName ?? facts?.tls?.client?.serverName ?? null;
      return name === null ? null : { of, name, quic: flowAppName(s.analysis, flow) === 'QUIC' };
    }
    case 'dns-name': {
      const name = facts?.dnsQuery ?? null;
      return name === null ? null : { of, name };
    }
    case 'host':
    case 'url':
      return ofRequest(facts?.http ?? null, of);
    case 'certificate': {
      const certificate = facts?.certificate ?? null;
      return certificate === null ? null : { of, serial: certificate.serial, subject: certificate.subject };
    }
    case 'ja3':
    case 'ja3s':
    case 'ja4':
    case 'hassh':
      return ofFingerprint(s, flow, of);
  }
}

function ofFingerprint(s: CaptureSession, flow: FlowRow, of: 'ja3' | 'ja3s' | 'ja4' | 'hassh'): RuleSubject | null {
  const facts = factsOfRow(s.analysis, flow);
  if (of !== 'hassh') {
    const value = facts?.[of] ?? null;
    return value === null ? null : { of, value, quic: flowAppName(s.analysis, flow) === 'QUIC' };
  }
  const client = facts?.ssh?.[0].hassh ?? null;
  const value = client ?? facts?.ssh?.[1].hassh ?? null;
  return value === null ? null : { of, value, server: client === null };
}

function ofRequest(http: HttpFacts | null, of: 'host' | 'url'): RuleSubject | null {
  if (http === null) return null;
  const host = http.host === null ? null : hostOnly(http.host);
  if (of === 'host') return host === null ? null : { of, host };
  return http.target === '' ? null : { of, host, uri: http.target };
}

/** Suricata's http.host has no port. */
function hostOnly(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}

/** Whether a rule matches in the flow of what it was made from, or at its packet where that has none. */
export async function matchesSource(
  s: CaptureSession,
  rule: Signature,
  { packet, flow }: Source,
  turns: TimeSlices,
): Promise<boolean> {
  const { packets } = s.analysis;
  const of = flow ?? (packet === null ? null : packets.flowOf(packet));
  const { rules, sets } = rulesTogether([{ rules: [rule], refused: [] }]);
  let matched = false;
  const runner = new RuleRunner(rules, () => (matched = true), { sets });
  for await (const captured of shownPackets(s, of === null ? [packet!] : packetsOfFlow(s, of, Infinity), turns)) {
    runner.packet(captured);
    if (matched) return true;
  }
  runner.finish();
  return matched;
}
