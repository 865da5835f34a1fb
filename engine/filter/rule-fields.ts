// Threat rules that matched, and entries of lists that were met: at a packet, and of a flow all of them. There are as many
// values as there are rules or entries.
import { type PacketRow, type Row, say } from '../../contract/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import type { Getters } from './getters.ts';
import type { HitRule, MetEntry, Subject } from './subject.ts';

type RulesOf<R extends Row> = (s: Subject, row: R) => readonly HitRule[];

const ofPacket = (s: Subject, row: Parameters<NonNullable<Subject['hits']>['ofPacket']>[0]): readonly HitRule[] =>
  s.hits?.ofPacket(row) ?? [];
const ofFlow = (s: Subject, row: Parameters<NonNullable<Subject['hits']>['ofFlow']>[0]): readonly HitRule[] =>
  s.hits?.ofFlow(row) ?? [];

function numbers<R extends Row>(of: RulesOf<R>, value: (rule: HitRule) => number): (s: Subject) => Getters<R> {
  return (s) => ({ kind: 'number', some: (row, test) => of(s, row).some((rule) => test(value(rule))) });
}

function texts<R extends Row>(of: RulesOf<R>, value: (rule: HitRule) => string | null): (s: Subject) => Getters<R> {
  return (s) => ({
    kind: 'text',
    some: (row, test) =>
      of(s, row).some((rule) => {
        const text = value(rule);
        return text !== null && test(text);
      }),
  });
}

function numberField(name: string, meaning: FieldMeaning, value: (rule: HitRule) => number): Field {
  const [packet, flow] = [numbers(ofPacket, value), numbers(ofFlow, value)];
  return { name: `rule.${name}`, kind: 'number', meaning: say(meaning), changes: true, packet, flow };
}

function textField(name: string, meaning: FieldMeaning, value: (rule: HitRule) => string | null): Field {
  const [packet, flow] = [texts(ofPacket, value), texts(ofFlow, value)];
  return { name: `rule.${name}`, kind: 'text', meaning: say(meaning), changes: true, packet, flow };
}

function metAt(s: Subject, row: PacketRow): readonly MetEntry[] {
  if (s.met === undefined) return [];
  const flow = s.analysis.packets.flowOf(row);
  return flow === null ? [] : s.met.of(flow, row);
}

function metField(name: string, meaning: FieldMeaning, values: (entry: MetEntry) => readonly string[]): Field {
  return {
    name: `indicator.${name}`,
    kind: 'text',
    meaning: say(meaning),
    changes: true,
    packet: (s) => ({
      kind: 'text',
      some: (row, test) => metAt(s, row).some((entry) => values(entry).some((value) => test(value))),
    }),
    flow: (s) => ({
      kind: 'text',
      some: (flow, test) => s.met?.of(flow).some((entry) => values(entry).some((value) => test(value))) ?? false,
    }),
  };
}

export const RULE_FIELDS: readonly Field[] = [
  numberField('sid', 'field-rule-sid', (rule) => rule.sid),
  numberField('gid', 'field-rule-gid', (rule) => rule.gid),
  textField('msg', 'field-rule-msg', (rule) => rule.msg),
  textField('class', 'field-rule-class', (rule) => rule.classtype),
  numberField('priority', 'field-rule-priority', (rule) => rule.priority),
  metField('list', 'field-indicator-list', (entry) => entry.lists),
  metField('value', 'field-indicator-value', (entry) => [entry.value]),
];
