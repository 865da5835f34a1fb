// Fields of flows, the ones that only Sightline knows. Each holds for every packet of its flow.
import {
  CAPTURE_GRADES,
  END_REASONS,
  type FlowRow,
  LABELS,
  NO_LABEL,
  VERDICT_OPEN,
  VERDICTS,
  say,
} from '../../contract/index.ts';
import { RULE_TABLE } from '../evidence/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import { factsOfRow, flowAppName } from '../session/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import { flag, type Getters, number, type NumberOf, text, type TextOf } from './getters.ts';
import type { Subject } from './subject.ts';

type Columns = Subject['analysis']['flows']['columns'];

function fact(name: string, meaning: FieldMeaning, pick: (facts: FlowFacts) => string | null | undefined): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning: say(meaning),
    changes: true,
    flow: (s) =>
      text((flow) => {
        const facts = factsOfRow(s.analysis, flow);
        return facts === null ? null : pick(facts);
      }),
  };
}

function counted(
  name: string,
  meaning: FieldMeaning,
  of: (c: Columns, flow: FlowRow) => number,
  changes = true,
): Field {
  return {
    name: `flow.${name}`,
    kind: 'number',
    meaning: say(meaning),
    changes,
    flow: (s) => {
      const c = s.analysis.flows.columns;
      return number((flow) => of(c, flow));
    },
  };
}

function word(
  name: string,
  meaning: FieldMeaning,
  values: readonly string[] | null,
  of: (s: Subject) => TextOf<FlowRow>,
): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning: say(meaning),
    changes: true,
    ...(values === null ? {} : { values }),
    flow: (s) => text(of(s)),
  };
}

function figure(
  name: string,
  kind: 'number' | 'flag',
  meaning: FieldMeaning,
  of: (s: Subject) => NumberOf<FlowRow>,
): Field {
  return {
    name: `flow.${name}`,
    kind,
    meaning: say(meaning),
    changes: true,
    flow: (s) => (kind === 'flag' ? flag(of(s)) : number(of(s))),
  };
}

function end(name: string, meaning: FieldMeaning, column: 'initiator' | 'responder'): Field {
  return {
    name: `flow.${name}`,
    kind: 'address',
    meaning: say(meaning),
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
  counted('id', 'field-flow-number', (c, flow) => c.firstPacket[flow]! + 1, false),
  word(
    'verdict',
    'field-verdict',
    [...VERDICTS, 'open'],
    (s) => (flow) => (s.verdict[flow] === VERDICT_OPEN ? 'open' : VERDICTS[s.verdict[flow]!]),
  ),
  figure('score', 'number', 'field-score', (s) => (flow) => s.score[flow]!),
  word(
    'label',
    'field-label',
    [...LABELS, 'none'],
    (s) => (flow) => (s.label[flow] === NO_LABEL ? 'none' : LABELS[s.label[flow]!]),
  ),
  {
    name: 'flow.rule',
    kind: 'text',
    meaning: say('field-rule'),
    values: RULE_TABLE.map((rule) => rule.name),
    changes: true,
    flow: (s) => ({ kind: 'text', some: (flow, test) => s.rules(flow).some((rule) => test(rule)) }),
  },
  {
    name: 'flow.incident',
    kind: 'number',
    meaning: say('field-incident'),
    changes: true,
    flow: (s) => ({ kind: 'number', some: (flow, test) => s.incidents(flow).some((id) => test(id)) }),
  },
  figure('points', 'number', 'field-points', (s) => (flow) => s.points(flow)),
  word('app', 'field-app', null, (s) => (flow) => flowAppName(s.analysis, flow)),
  fact('server_name', 'field-server-name', (f) => f.serverName ?? f.tls?.client?.serverName),
  fact('ja3', 'field-ja3', (f) => f.ja3),
  fact('ja3s', 'field-ja3s', (f) => f.ja3s),
  fact('ja4', 'field-ja4', (f) => f.ja4),
  fact('certificate.subject', 'field-subject', (f) => f.certificate?.subject),
  fact('certificate.issuer', 'field-issuer', (f) => f.certificate?.issuer),
  figure('certificate.self_signed', 'flag', 'field-self-signed', (s) => (flow) => {
    const certificate = factsOfRow(s.analysis, flow)?.certificate;
    return certificate ? Number(certificate.selfSigned) : NaN;
  }),
  fact('dns.name', 'field-dns-name', (f) => f.dnsQuery),
  fact('http.host', 'field-http-host', (f) => f.http?.host),
  fact('http.user_agent', 'field-http-agent', (f) => f.http?.userAgent),
  fact('http.method', 'field-http-method', (f) => f.http?.method),
  figure(
    'http.status',
    'number',
    'field-http-status',
    (s) => (flow) => factsOfRow(s.analysis, flow)?.http?.status || NaN,
  ),
  end('initiator', 'field-initiator', 'initiator'),
  end('responder', 'field-responder', 'responder'),
  { name: 'flow.vlan', kind: 'number', meaning: say('field-flow-vlan'), changes: true, flow: vlans },
  counted('port', 'field-flow-port', (c, flow) => (c.hasPorts[flow] === 1 ? c.responderPort[flow]! : NaN), false),
  counted('packets', 'field-packets-both', (c, flow) => c.packetsForward[flow]! + c.packetsReverse[flow]!),
  counted('bytes', 'field-bytes-both', (c, flow) => c.bytesForward[flow]! + c.bytesReverse[flow]!),
  counted('packets_fwd', 'field-packets-fwd', (c, flow) => c.packetsForward[flow]!),
  counted('packets_rev', 'field-packets-rev', (c, flow) => c.packetsReverse[flow]!),
  counted('bytes_fwd', 'field-bytes-fwd', (c, flow) => c.bytesForward[flow]!),
  counted('bytes_rev', 'field-bytes-rev', (c, flow) => c.bytesReverse[flow]!),
  counted('start', 'field-flow-start', (c, flow) => c.startSeconds[flow]! + c.startNanoseconds[flow]! / 1e9, false),
  counted(
    'duration',
    'field-flow-duration',
    (c, flow) =>
      c.endSeconds[flow]! - c.startSeconds[flow]! + (c.endNanoseconds[flow]! - c.startNanoseconds[flow]!) / 1e9,
  ),
  word('end', 'field-flow-end', END_REASONS, (s) => (flow) => END_REASONS[s.analysis.flows.columns.endReason[flow]!]),
  word(
    'grade',
    'field-flow-grade',
    CAPTURE_GRADES,
    (s) => (flow) => CAPTURE_GRADES[s.analysis.flows.columns.grade[flow]!],
  ),
];
