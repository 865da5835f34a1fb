// Fields of flows, the ones that only Sightline knows. Each holds for every packet of its flow.
import {
  CAPTURE_GRADES,
  END_REASONS,
  type FlowRow,
  LABELS,
  NO_LABEL,
  VERDICT_OPEN,
  VERDICTS,
} from '../../contract/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import { factsOfRow, flowAppName } from '../session/index.ts';
import type { Field } from './field.ts';
import { flag, type Getters, number, type NumberOf, text, type TextOf } from './getters.ts';
import { RULES, type Subject } from './subject.ts';

type Columns = Subject['analysis']['flows']['columns'];

function fact(name: string, meaning: string, pick: (facts: FlowFacts) => string | null | undefined): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning,
    changes: true,
    flow: (s) =>
      text((flow) => {
        const facts = factsOfRow(s.analysis, flow);
        return facts === null ? null : pick(facts);
      }),
  };
}

function counted(name: string, meaning: string, of: (c: Columns, flow: FlowRow) => number, changes = true): Field {
  return {
    name: `flow.${name}`,
    kind: 'number',
    meaning,
    changes,
    flow: (s) => {
      const c = s.analysis.flows.columns;
      return number((flow) => of(c, flow));
    },
  };
}

function word(
  name: string,
  meaning: string,
  values: readonly string[] | null,
  of: (s: Subject) => TextOf<FlowRow>,
): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning,
    changes: true,
    ...(values === null ? {} : { values }),
    flow: (s) => text(of(s)),
  };
}

function figure(name: string, kind: 'number' | 'flag', meaning: string, of: (s: Subject) => NumberOf<FlowRow>): Field {
  return {
    name: `flow.${name}`,
    kind,
    meaning,
    changes: true,
    flow: (s) => (kind === 'flag' ? flag(of(s)) : number(of(s))),
  };
}

function end(name: string, meaning: string, column: 'initiator' | 'responder'): Field {
  return {
    name: `flow.${name}`,
    kind: 'address',
    meaning,
    flow: (s): Getters<FlowRow> => {
      const c = s.analysis.flows.columns;
      return {
        kind: 'address',
        some: (flow, test) => test.id(column === 'initiator' ? c.initiatorOf(flow) : c.responderOf(flow)),
      };
    },
  };
}

/** The places in which a flow keeps the VLAN ids of its packets; an id stands there plus one. */
function vlans(s: Subject): Getters<FlowRow> {
  const c = s.analysis.flows.columns;
  return {
    kind: 'number',
    some: (flow, test) => {
      for (let place = flow * VLANS_KEPT; place < (flow + 1) * VLANS_KEPT; place++) {
        if (c.vlans[place]! !== 0 && test(c.vlans[place]! - 1)) return true;
      }
      return false;
    },
  };
}

export const FLOW_FIELDS: readonly Field[] = [
  counted('id', 'number of the flow: its first packet', (c, flow) => c.firstPacket[flow]! + 1, false),
  word(
    'verdict',
    'verdict of the flow',
    [...VERDICTS, 'open'],
    (s) => (flow) => (s.verdict[flow] === VERDICT_OPEN ? 'open' : VERDICTS[s.verdict[flow]!]),
  ),
  figure('score', 'number', 'probability of malice, 0 to 1', (s) => (flow) => s.score[flow]!),
  word(
    'label',
    'what you said of the flow',
    [...LABELS, 'none'],
    (s) => (flow) => (s.label[flow] === NO_LABEL ? 'none' : LABELS[s.label[flow]!]),
  ),
  word('rule', 'what raised the verdict', RULES, (s) => (flow) => RULES[s.rule[flow]!]),
  word('app', 'application protocol by content', null, (s) => (flow) => flowAppName(s.analysis, flow)),
  fact('server_name', 'server name that the flow’s client asked for', (f) => f.serverName ?? f.tls?.client?.serverName),
  fact('ja3', 'JA3 of the client', (f) => f.ja3),
  fact('ja3s', 'JA3S of the server', (f) => f.ja3s),
  fact('ja4', 'JA4 of the client', (f) => f.ja4),
  fact('certificate.subject', 'subject of the server’s certificate', (f) => f.certificate?.subject),
  fact('certificate.issuer', 'issuer of the server’s certificate', (f) => f.certificate?.issuer),
  figure('certificate.self_signed', 'flag', 'subject and issuer of the certificate are the same', (s) => (flow) => {
    const certificate = factsOfRow(s.analysis, flow)?.certificate;
    return certificate ? Number(certificate.selfSigned) : NaN;
  }),
  fact('dns.name', 'name that the flow asked for', (f) => f.dnsQuery),
  fact('http.host', 'host of the flow’s first HTTP request', (f) => f.http?.host),
  fact('http.user_agent', 'user agent of the flow’s first HTTP request', (f) => f.http?.userAgent),
  fact('http.method', 'method of the flow’s first HTTP request', (f) => f.http?.method),
  figure(
    'http.status',
    'number',
    'status of the flow’s first HTTP answer',
    (s) => (flow) => factsOfRow(s.analysis, flow)?.http?.status || NaN,
  ),
  end('initiator', 'address that began the flow', 'initiator'),
  end('responder', 'address that answered', 'responder'),
  { name: 'flow.vlan', kind: 'number', meaning: 'a VLAN id of the flow’s packets', changes: true, flow: vlans },
  counted('port', 'port of the responder', (c, flow) => (c.hasPorts[flow] === 1 ? c.responderPort[flow]! : NaN), false),
  counted('packets', 'packets in both directions', (c, flow) => c.packetsForward[flow]! + c.packetsReverse[flow]!),
  counted('bytes', 'bytes in both directions', (c, flow) => c.bytesForward[flow]! + c.bytesReverse[flow]!),
  counted('packets_fwd', 'packets from the initiator', (c, flow) => c.packetsForward[flow]!),
  counted('packets_rev', 'packets from the responder', (c, flow) => c.packetsReverse[flow]!),
  counted('bytes_fwd', 'bytes from the initiator', (c, flow) => c.bytesForward[flow]!),
  counted('bytes_rev', 'bytes from the responder', (c, flow) => c.bytesReverse[flow]!),
  counted(
    'start',
    'first packet, seconds since 1970',
    (c, flow) => c.startSeconds[flow]! + c.startNanoseconds[flow]! / 1e9,
    false,
  ),
  counted(
    'duration',
    'seconds from first to last packet',
    (c, flow) =>
      c.endSeconds[flow]! - c.startSeconds[flow]! + (c.endNanoseconds[flow]! - c.startNanoseconds[flow]!) / 1e9,
  ),
  word(
    'end',
    'why the flow ended',
    END_REASONS,
    (s) => (flow) => END_REASONS[s.analysis.flows.columns.endReason[flow]!],
  ),
  word(
    'grade',
    'how much of the flow the capture saw',
    CAPTURE_GRADES,
    (s) => (flow) => CAPTURE_GRADES[s.analysis.flows.columns.grade[flow]!],
  ),
];
