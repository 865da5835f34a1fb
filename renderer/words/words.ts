// Words in the language that is shown. Components use `useWord`, so that they change with it; what is painted by hand
// uses `word`.
import { useCallback } from 'react';
import {
  type AlertRow,
  type FeatureInfo,
  type FeatureReason,
  type FlowDetail,
  type FlowReasons,
  type Reason,
  type Settings,
  SUSPICIOUS_POINTS,
  english,
  ENGLISH,
  type Language,
  MALICIOUS_POINTS,
  type Message,
  type MessageKey,
  type PageLanguage,
  messageText,
  peerShown,
  valueText,
  type Suggestion,
} from '../../contract/index.ts';
import { useStore } from '../state/store.ts';
import { count, visible } from './format.ts';
import { en } from './en.ts';
import { fill, type Values } from './fill.ts';
import { MESSAGES_ZH } from './messages-zh.ts';
import { GROUPS, VALUES } from './phrases-zh.ts';
import { zh } from './zh.ts';

export type WordKey = keyof typeof en;

export function languageShown(settings: Settings | null): 'en' | 'zh' {
  const chosen = settings?.language ?? 'system';
  if (chosen !== 'system') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function chinese(): boolean {
  return languageShown(useStore.getState().settings) === 'zh';
}

export function word(key: WordKey, values?: Values): string {
  return fill((chinese() ? zh : en)[key], values);
}

export function useWord(): (key: WordKey, values?: Values) => string {
  const language = useStore((s) => languageShown(s.settings));
  return useCallback((key, values) => fill((language === 'zh' ? zh : en)[key], values), [language]);
}

const ENGLISH_PAGE: Language = { table: ENGLISH, comma: ', ' };
const CHINESE: Language = { table: MESSAGES_ZH, comma: '、' };

/** What the host said, in the language shown. */
export function sentence(said: Message): string {
  return chinese() ? messageText(said, CHINESE) : english(said);
}

/** What the host said, in the language shown, and again when that changes. */
export function useSentence(): (said: Message) => string {
  const language = useStore((s) => languageShown(s.settings));
  return useCallback((said) => (language === 'zh' ? messageText(said, CHINESE) : english(said)), [language]);
}

function featureOf(name: string): FeatureInfo | undefined {
  return useStore.getState().hello?.features.find((f) => f.name === name);
}

/** Meaning of a feature. */
export function meaningOf(feature: string): string {
  const known = featureOf(feature);
  if (known === undefined) return feature;
  return chinese() ? known.zh : known.en;
}

/** What a suggestion of the filter bar means; a feature's meaning is known here. */
export function suggestionDetail({ text, detail }: Suggestion): string {
  if (detail !== null) return sentence(detail);
  return text.startsWith('feature.') ? meaningOf(text.slice('feature.'.length)) : '';
}

/** The value of a reason. */
export function valueOf(reason: FeatureReason): string {
  const known = featureOf(reason.feature);
  return known === undefined ? '' : valueWithUnit(reason.value ?? NaN, known);
}

export function reasonText(reason: Reason): string {
  if (reason.by === 'rule') return sentence(reason.said);
  return `${meaningOf(reason.feature)}${chinese() ? '：' : ': '}${valueOf(reason)}`;
}

/** A value of a feature in the language shown; a class by its name. */
export function valueWithUnit(value: number, { unit, classes }: Pick<FeatureInfo, 'unit' | 'classes'>): string {
  const named = classes.find((c) => c.value === value);
  if (named !== undefined) return chinese() ? named.zh : named.en;
  return valueText(value, unit, chinese() ? VALUES : undefined);
}

export function groupName(group: string): string {
  return chinese() ? (GROUPS[group] ?? group) : group;
}

/** What a rule of evidence finds, in a few words; its own name where it is none of ours. */
export function ruleName(rule: string): string {
  const key = `rule-${rule}`;
  return Object.hasOwn(MESSAGES_ZH, key) ? sentence({ say: key as MessageKey }) : rule;
}

/** The language of pages that are written. */
export function reportLanguage(): PageLanguage {
  return chinese() ? { ...CHINESE, lang: 'zh-CN' } : { ...ENGLISH_PAGE, lang: 'en' };
}

export function ruleTitle(alert: AlertRow): string {
  return visible(sentence(alert.incident.title));
}

/** An incident's peer, as it may be painted. */
export function peerText(peer: string): string {
  const shown = peerShown(peer);
  return visible(typeof shown === 'string' ? shown : sentence(shown));
}

export function endText(reason: FlowDetail['endReason']): string {
  return word(`end.${reason ?? 'open'}`);
}

/** What the model says of a flow, as a sentence: a rank among ordinary flows, and the points that it adds. */
export function modelSentence(reasons: FlowReasons, { flow, incidents }: FlowDetail): string {
  const { rank, witness } = reasons;
  // Points of a checkpoint stand, also where the whole flow scores lower.
  const before = incidents.some((i) => i.evidence.some((e) => e.kind === 'model' && e.rows.includes(flow)));
  const none = before ? 'modelAddedBefore' : 'modelAddsNothing';
  const points = word(witness === 0 ? none : 'modelAdds', { n: count(witness) });
  if (rank === null) return points;
  const share = (rank * 100).toFixed(rank > 0.99 ? 2 : 0);
  return `${word('modelRank', { share })}${chinese() ? '' : ' '}${points}`;
}

/** The smallest change by which the model would add another number of points. */
export function flipSentence(reasons: FlowReasons): string {
  const { flip } = reasons;
  if (flip === null) return word('noFlip');
  const feature = featureOf(flip.feature);
  const meaning = meaningOf(flip.feature);
  const value = feature === undefined ? String(flip.value) : valueWithUnit(flip.value, feature);
  const what = chinese() ? `${meaning}为 ${value}` : `${meaning}: ${value}`;
  return word(flip.witness === 0 ? 'flipNone' : 'flip', { n: count(flip.witness), what });
}

/** What would change a flow's verdict: which evidence, were it gone, would take the incident below its threshold. */
export function changeSentence(detail: FlowDetail): string {
  const incident = detail.incidents[0];
  if (incident === undefined || incident.verdict === null)
    return incident === undefined
      ? word('changeNone')
      : word('changeFew', { n: count(SUSPICIOUS_POINTS - incident.points) });
  if (incident.inherited) return word('changeInherited');
  const { verdict } = incident;
  const threshold = verdict === 'malicious' ? MALICIOUS_POINTS : SUSPICIOUS_POINTS;
  const single = incident.evidence.filter((e) => e.without < threshold);
  if (single.length === 0) return word('changeSeveral');
  const what = single.map((e) => sentence(e.title)).join(chinese() ? '；' : '; ');
  return word(single.length === 1 ? 'changeWithout' : 'changeWithoutAny', { what, verdict: word(`as.${verdict}`) });
}
