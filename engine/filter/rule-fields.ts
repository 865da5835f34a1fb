// Threat rules that matched: at a packet, and of a flow all of them. There are as many values as there are rules.
import { type Row, say } from '../../contract/index.ts';
import type { Field, FieldMeaning } from './field.ts';
import type { Getters } from './getters.ts';
import type { HitRule, Subject } from './subject.ts';

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

export const RULE_FIELDS: readonly Field[] = [
  numberField('sid', 'field-rule-sid', (rule) => rule.sid),
  numberField('gid', 'field-rule-gid', (rule) => rule.gid),
  textField('msg', 'field-rule-msg', (rule) => rule.msg),
  textField('class', 'field-rule-class', (rule) => rule.classtype),
  numberField('priority', 'field-rule-priority', (rule) => rule.priority),
];
