// Indicators of lists that were met, as evidence: one kind a family, so that several entries and several lists that
// name the same thing do not add up, and a listed peer beside what we found by ourselves does.
//
// An entry of little confidence, or one that nobody has seen for a year, says one point less; both, two points less
// (docs/evidence.md has the table).
import { type IndicatorKind, type Message, type PlainKey, say } from '../../contract/index.ts';
import type { Kind, Met, Rule } from './rule.ts';

type IndicatorFamily = Extract<Kind, 'indicator-contact' | 'indicator-fingerprint' | 'indicator-file'>;
type Points = Rule['points'];

/** By kind: family, points, and what the rule is called in a few words. */
const KINDS: Readonly<Record<IndicatorKind, readonly [IndicatorFamily, Points, PlainKey, PlainKey]>> = {
  address: ['indicator-contact', 1, 'rule-indicator-address', 'indicator-address'],
  network: ['indicator-contact', 1, 'rule-indicator-network', 'indicator-network'],
  'port-pair': ['indicator-contact', 2, 'rule-indicator-port-pair', 'indicator-port-pair'],
  domain: ['indicator-contact', 2, 'rule-indicator-domain', 'indicator-domain'],
  url: ['indicator-contact', 3, 'rule-indicator-url', 'indicator-url'],
  certificate: ['indicator-fingerprint', 3, 'rule-indicator-certificate', 'indicator-certificate'],
  serial: ['indicator-fingerprint', 2, 'rule-indicator-serial', 'indicator-serial'],
  ja3: ['indicator-fingerprint', 1, 'rule-indicator-ja3', 'indicator-ja3'],
  ja3s: ['indicator-fingerprint', 1, 'rule-indicator-ja3s', 'indicator-ja3s'],
  ja4: ['indicator-fingerprint', 1, 'rule-indicator-ja4', 'indicator-ja4'],
  hassh: ['indicator-fingerprint', 1, 'rule-indicator-hassh', 'indicator-hassh'],
  file: ['indicator-file', 3, 'rule-indicator-file', 'indicator-file'],
};
export const INDICATOR_KINDS = Object.keys(KINDS) as readonly IndicatorKind[];

/** By how many points less than its kind's an entry says. */
const ENDINGS = ['', '-weak', '-faint'] as const;

/** Below this much confidence an entry says less. */
const SURE = 50;
/** Seconds after which an entry that nobody has seen since says less. */
const OLD = 365 * 86_400;

/** Of a kind with few points no rule is told apart that would say nothing either way. */
function rulesOf(kind: IndicatorKind): readonly Rule[] {
  const [family, points, title] = KINDS[kind];
  return ENDINGS.slice(0, points + 1).map((ending, less): Rule => ({
    name: `indicator-${kind}${ending}`,
    kind: family,
    points: Math.max(0, points - less) as Points,
    title,
  }));
}

const RULES = new Map(INDICATOR_KINDS.map((kind) => [kind, rulesOf(kind)]));

/** Every rule of indicators: their names are stable. */
export const INDICATOR_RULES: readonly Rule[] = [...RULES.values()].flat();

/**
 * @param last seconds since the epoch when somebody saw it last, as its lists say; 0 where none says
 * @param seconds of the packet that met it
 */
export function indicatorRule(kind: IndicatorKind, confidence: number, last: number, seconds: number): Rule {
  const rules = RULES.get(kind)!;
  const less = (confidence < SURE ? 1 : 0) + (last > 0 && seconds - last > OLD ? 1 : 0);
  return rules[Math.min(less, rules.length - 1)]!;
}

/** What was met, as a sentence. */
export function indicatorSaid({ kind, value, seen, lists, note }: Met): Message {
  // Where the list has it as it was seen, once is enough.
  if (seen === value)
    return note === ''
      ? say('ev-indicator-itself', { seen, lists })
      : say('ev-indicator-itself-note', { seen, lists, note });
  const what = say(KINDS[kind][3]);
  if (note === '') return say('ev-indicator', { seen, lists, what, value });
  return say('ev-indicator-note', { seen, lists, what, value, note });
}
