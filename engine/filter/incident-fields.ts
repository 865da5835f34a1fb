// Fields of incidents. They hold for the flows of an incident; in the list of incidents a flow is of one incident only.
import { type FlowRow, INCIDENT_STATES, say } from '../../contract/index.ts';
import { RULE_TABLE } from '../evidence/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import type { Getters, Some } from './getters.ts';
import type { JudgedIncident } from './judged.ts';
import type { Subject } from './subject.ts';

/** Whether a value of any incident of a flow passes. */
function some<T>(s: Subject, of: (incident: JudgedIncident) => readonly T[]): Some<FlowRow, T> {
  return (flow, test) => s.judged?.(flow).some((i) => of(i).some((value) => test(value))) ?? false;
}

function field(
  name: string,
  meaning: FieldMeaning,
  flow: (s: Subject) => Getters<FlowRow>,
  values?: readonly string[],
): Field {
  const { kind } = KINDS[name] ?? { kind: 'text' as const };
  const known = values === undefined ? {} : { values };
  return { name: `incident.${name}`, kind, meaning: say(meaning), changes: true, flow, ...known };
}

const KINDS: Readonly<Record<string, { readonly kind: Field['kind'] }>> = {
  number: { kind: 'number' },
  points: { kind: 'number' },
  host: { kind: 'address' },
  allowed: { kind: 'flag' },
};

function texts(
  name: string,
  meaning: FieldMeaning,
  of: (incident: JudgedIncident) => readonly string[],
  values?: readonly string[],
): Field {
  return field(name, meaning, (s) => ({ kind: 'text', some: some(s, of) }), values);
}

export const INCIDENT_FIELDS: readonly Field[] = [
  field('number', 'field-incident-number', (s) => ({ kind: 'number', some: some(s, (i) => [i.number]) })),
  field('points', 'field-incident-points', (s) => ({ kind: 'number', some: some(s, (i) => [i.points]) })),
  field('host', 'field-incident-host', (s) => ({
    kind: 'address',
    some: (flow, test) => s.judged?.(flow).some((i) => test.id(i.host)) ?? false,
  })),
  field('allowed', 'field-incident-allowed', (s) => ({ kind: 'flag', some: some(s, (i) => [Number(i.allowed)]) })),
  texts('peer', 'field-incident-peer', (i) => [i.peer, ...i.names]),
  texts('gravity', 'field-incident-gravity', (i) => [i.gravity], ['malicious', 'suspicious']),
  texts('state', 'field-incident-state', (i) => [i.state], INCIDENT_STATES),
  texts('tag', 'field-incident-tag', (i) => i.tags),
  texts('note', 'field-incident-note', (i) => i.notes),
  texts(
    'rule',
    'field-incident-rule',
    (i) => i.rules,
    RULE_TABLE.map((rule) => rule.name),
  ),
  texts('technique', 'field-incident-technique', (i) => i.techniques),
];
