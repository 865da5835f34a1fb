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
import { INDICATOR_RULES, RPC_INTERFACES, RULE_TABLE } from '../evidence/index.ts';
import { VLANS_KEPT } from '../flow/index.ts';
import { type FlowFacts, type SeenFacts, serverNameOf } from '../protocols/index.ts';
import { factsOfRow, flowAppName } from '../session/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import { flag, type Getters, number, type NumberOf, text, type TextOf } from './getters.ts';
import type { Subject } from './subject.ts';

type Columns = Subject['analysis']['flows']['columns'];

export function fact(
  name: string,
  meaning: FieldMeaning,
  pick: (facts: FlowFacts) => string | null | undefined,
): Field {
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

/** Texts of a flow, any of which may answer. */
function texts(name: string, meaning: FieldMeaning, of: (f: FlowFacts) => Iterable<string | null | undefined>): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning: say(meaning),
    changes: true,
    flow: (s) => ({
      kind: 'text',
      some: (flow, test) => {
        const facts = factsOfRow(s.analysis, flow);
        if (facts === null) return false;
        for (const value of of(facts)) if (value !== null && value !== undefined && test(value)) return true;
        return false;
      },
    }),
  };
}

function numbers(name: string, meaning: FieldMeaning, of: (seen: SeenFacts) => readonly number[]): Field {
  return {
    name: `flow.${name}`,
    kind: 'number',
    meaning: say(meaning),
    changes: true,
    flow: (s) => ({
      kind: 'number',
      some: (flow, test) => {
        const seen = factsOfRow(s.analysis, flow)?.seen ?? null;
        return seen !== null && of(seen).some((value) => test(value));
      },
    }),
  };
}

function smb(name: string, meaning: FieldMeaning, what: 'share' | 'pipe' | 'file'): Field {
  return texts(name, meaning, (f) => f.seen?.smb.filter((n) => n.what === what).map((n) => n.name) ?? []);
}

/** Names of an interface: by what evidence knows of it, and its UUID. */
function* interfaces(f: FlowFacts): Iterable<string> {
  for (const { uuid } of f.seen?.rpc ?? []) {
    yield uuid;
    const known = RPC_INTERFACES.get(uuid);
    if (known !== undefined) yield known.name;
  }
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
    values: [...RULE_TABLE, ...INDICATOR_RULES].map((rule) => rule.name),
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
  fact('server_name', 'field-server-name', serverNameOf),
  fact('ja3', 'field-ja3', (f) => f.ja3),
  fact('ja3s', 'field-ja3s', (f) => f.ja3s),
  fact('ja4', 'field-ja4', (f) => f.ja4),
  fact('certificate.subject', 'field-subject', (f) => f.certificate?.subject),
  fact('certificate.issuer', 'field-issuer', (f) => f.certificate?.issuer),
  fact('certificate.serial', 'field-serial', (f) => f.certificate?.serial),
  texts('certificate.name', 'field-certificate-name', (f) => f.certificate?.alternativeNames ?? []),
  figure('certificate.self_signed', 'flag', 'field-self-signed', (s) => (flow) => {
    const certificate = factsOfRow(s.analysis, flow)?.certificate;
    return certificate ? Number(certificate.selfSigned) : NaN;
  }),
  fact('dns.name', 'field-dns-name', (f) => f.dnsQuery),
  texts('dns.question', 'field-dns-question', (f) => f.seen?.questions ?? []),
  texts('http.host', 'field-http-host', (f) => [f.http?.host, ...(f.seen?.http.map((h) => h.host) ?? [])]),
  texts('http.user_agent', 'field-http-agent', (f) => [f.http?.userAgent, ...(f.seen?.http.map((h) => h.agent) ?? [])]),
  texts('http.request.uri', 'field-http-uri', (f) => f.seen?.http.map((h) => h.uri) ?? []),
  texts('http.request.method', 'field-http-any-method', (f) => f.seen?.http.map((h) => h.method) ?? []),
  numbers('http.response.code', 'field-http-code', (s) => s.http.map((h) => h.status).filter((code) => code > 0)),
  texts('http.content_type', 'field-http-type', (f) => f.seen?.http.map((h) => h.contentType) ?? []),
  fact('http.method', 'field-http-method', (f) => f.http?.method),
  figure(
    'http.status',
    'number',
    'field-http-status',
    (s) => (flow) => factsOfRow(s.analysis, flow)?.http?.status || NaN,
  ),
  texts('rpc.interface', 'field-rpc-interface', interfaces),
  numbers('rpc.operation', 'field-rpc-operation', (s) => s.rpc.map((c) => c.operation).filter((n) => n >= 0)),
  smb('smb.share', 'field-smb-share', 'share'),
  smb('smb.file', 'field-smb-file', 'file'),
  smb('smb.pipe', 'field-smb-pipe', 'pipe'),
  texts('mail.command', 'field-mail-command', (f) => f.seen?.commands ?? []),
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
