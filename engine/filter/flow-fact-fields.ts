// Further fields of flows: what handshakes say, tags that people gave, and where the ends are as files of theirs say.
import { type AddressId, type FlowRow, type HostPlace, say } from '../../contract/index.ts';
import { type FlowFacts, TLS_SUITES, TLS_VERSIONS } from '../protocols/index.ts';
import { transportName } from '../session/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import { fact } from './flow-fields.ts';
import { type Getters, text } from './getters.ts';
import type { Subject } from './subject.ts';

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}`;
}

function versionOf(f: FlowFacts): string | null {
  const version = f.tls?.server?.selectedVersion ?? f.tlsVersion;
  return version < 0 ? null : (TLS_VERSIONS[version] ?? hex(version));
}

function suiteOf(f: FlowFacts): string | null {
  const suite = f.tls?.server?.suite ?? f.tlsSuite;
  return suite < 0 ? null : (TLS_SUITES[suite] ?? hex(suite));
}

/** Both ends of a flow, one where it talks with itself. */
function ends(s: Subject, flow: FlowRow): readonly AddressId[] {
  const c = s.analysis.flows.columns;
  const [a, b] = [c.initiatorOf(flow), c.responderOf(flow)];
  return a === b ? [a] : [a, b];
}

/** What the files of places say of either end. */
function place(name: string, meaning: FieldMeaning, of: (place: HostPlace) => string | null): Field {
  return {
    name: `flow.${name}`,
    kind: 'text',
    meaning: say(meaning),
    changes: true,
    flow: (s) => ({
      kind: 'text',
      some: (flow, test) => {
        for (const end of ends(s, flow)) {
          const known = s.placeOf?.(end) ?? null;
          const value = known === null ? null : of(known);
          if (value !== null && test(value)) return true;
        }
        return false;
      },
    }),
  };
}

export const FLOW_FACT_FIELDS: readonly Field[] = [
  {
    name: 'flow.host',
    kind: 'address',
    meaning: say('field-flow-host'),
    flow: (s): Getters<FlowRow> => ({
      kind: 'address',
      some: (flow, test) => ends(s, flow).some((end) => test.id(end)),
    }),
  },
  {
    name: 'flow.transport',
    kind: 'text',
    meaning: say('field-flow-transport'),
    flow: (s) => text((flow) => transportName(s.analysis.flows.columns.ipProtocol[flow]!)),
  },
  {
    name: 'flow.tag',
    kind: 'text',
    meaning: say('field-flow-tag'),
    changes: true,
    flow: (s) => ({ kind: 'text', some: (flow, test) => (s.tagsOf?.(flow) ?? []).some((tag) => test(tag)) }),
  },
  fact('tls.version', 'field-tls-version', versionOf),
  fact('tls.suite', 'field-tls-suite', suiteOf),
  fact('alpn', 'field-alpn', (f) => f.tls?.server?.alpn ?? f.alpn),
  fact('ssh.client', 'field-ssh-client', (f) => f.ssh?.[0].banner),
  fact('ssh.server', 'field-ssh-server', (f) => f.ssh?.[1].banner),
  fact('hassh', 'field-hassh', (f) => f.ssh?.[0].hassh),
  fact('hassh_server', 'field-hassh-server', (f) => f.ssh?.[1].hassh),
  place('country', 'field-country', (p) => p.country ?? p.code),
  place('asn', 'field-asn', (p) => (p.asn === null ? null : `AS${p.asn}`)),
  place('as_org', 'field-as-org', (p) => p.organisation),
];
