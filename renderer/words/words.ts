// Words in the language that is shown. Components use `useWord`, so that they change with it; what is painted by hand uses `word`.
import { useCallback } from 'react';
import type { AlertRow, FlowDetail, FlowReasons, Reason, Settings } from '../../contract/index.ts';
import { useStore } from '../state/store.ts';
import { count } from './format.ts';
import { en } from './en.ts';
import { GROUPS, SENTENCES, translated, VALUES } from './phrases-zh.ts';
import { zh } from './zh.ts';

export type WordKey = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

export function languageShown(settings: Settings | null): 'en' | 'zh' {
  const chosen = settings?.language ?? 'system';
  return chosen === 'system' ? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en') : chosen;
}

function chinese(): boolean {
  return languageShown(useStore.getState().settings) === 'zh';
}

export function word(key: WordKey, values?: Values): string {
  return fill((chinese() ? zh : en)[key], values);
}

function fill(text: string, values?: Values): string {
  return values === undefined
    ? text
    : text.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const v = values[name];
        return v === undefined ? whole : typeof v === 'number' ? count(v) : v;
      });
}

export function useWord(): (key: WordKey, values?: Values) => string {
  const language = useStore((s) => languageShown(s.settings));
  return useCallback((key, values) => fill((language === 'zh' ? zh : en)[key], values), [language]);
}

/** What the engine said, in the language shown where it is known there. */
export function sentence(said: string): string {
  return chinese() ? translated(said, SENTENCES) : said;
}

/** Meaning of a feature or of a rule, without its value. @param said 'meaning: value' or the meaning alone */
export function meaningOf(feature: string, said: string): string {
  const { hello } = useStore.getState();
  const known = hello?.features.find((f) => f.name === feature);
  const meaning = known?.meaning ?? said;
  if (!chinese()) return known?.unit === 'class' ? meaning.replace(CLASSES, '') : meaning;
  return known?.zh ?? translated(meaning, SENTENCES);
}

/** The value of a reason, as the engine wrote it, units in the language shown. */
export function valueOf(reason: Reason): string {
  const known = useStore.getState().hello?.features.find((f) => f.name === reason.feature);
  if (known === undefined) return '';
  return reason.value === null
    ? inLanguage('missing')
    : (classOf(known.meaning, known.unit, reason.value) ??
        inLanguage(reason.text.startsWith(`${known.meaning}: `) ? reason.text.slice(known.meaning.length + 2) : ''));
}

export function reasonText(reason: Reason): string {
  const value = valueOf(reason);
  const meaning = meaningOf(reason.feature, reason.text);
  return value === '' ? meaning : `${meaning}${chinese() ? '：' : ': '}${value}`;
}

const CLASSES = /:? ?\(?[01] \S.*?(\)|(?=, fwd|, rev)|$)/;

/** Meanings of classes name them: '0 well-known, 1 registered'. @returns the name of this one */
function classOf(meaning: string, unit: string, value: number): string | null {
  if (unit !== 'class') return null;
  const names = new Map(
    [...(CLASSES.exec(meaning)?.[0] ?? '').matchAll(/(\d) ([^,()]+)/g)].map((m) => [Number(m[1]), m[2]!.trim()]),
  );
  const name = names.get(value);
  return name === undefined ? null : inLanguage(name);
}

export function valueWithUnit(value: number, unit: string, meaning = ''): string {
  if (value !== value) return inLanguage('missing');
  if (unit === 'flag') return inLanguage(value === 1 ? 'yes' : 'no');
  const name = classOf(meaning, unit, value);
  if (name !== null) return name;
  if (unit === 's' && value !== 0 && Math.abs(value) < 1)
    return Math.abs(value) < 1e-3
      ? `${Number((value * 1e6).toPrecision(3))} µs`
      : `${Number((value * 1e3).toPrecision(3))} ms`;
  if (unit === 'share') return `${(value * 100).toFixed(Math.abs(value) < 0.1 && value !== 0 ? 1 : 0)} %`;
  const text =
    Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return unit === 'class' || unit === 'version' || unit === 'count' ? text : inLanguage(`${text} ${unit}`);
}

function inLanguage(value: string): string {
  return chinese()
    ? (VALUES[value] ??
        value
          .split(' ')
          .map((part) => VALUES[part] ?? part)
          .join(' '))
    : value;
}

export function groupName(group: string): string {
  return chinese() ? (GROUPS[group] ?? group) : group;
}

export function ruleTitle(alert: AlertRow): string {
  if (alert.rule === 'port-scan') return word('scanTitle', { initiator: alert.initiator.replace(/:\d+$/, '') });
  const verdict = word(`verdict.${alert.verdict}`);
  return word('alertTitle', { id: count(alert.flowId), verdict: chinese() ? verdict : verdict.toLowerCase() });
}

export function endText(reason: FlowDetail['endReason']): string {
  return word(`end.${reason ?? 'open'}`);
}

/** The smallest change that would make another verdict, as a sentence. */
export function flipSentence(reasons: FlowReasons, detail: FlowDetail): string {
  if (detail.rule !== 'model' && (detail.verdict === 'malicious' || detail.verdict === 'suspicious'))
    return word('flipRule');
  const { flip } = reasons;
  if (flip === null) return word('noFlip');
  const verdict = word(`verdict.${flip.verdict}`);
  const [meaning, value] = [
    flip.text.slice(0, flip.text.lastIndexOf(': ')),
    flip.text.slice(flip.text.lastIndexOf(': ') + 2),
  ];
  const said = chinese()
    ? (useStore.getState().hello?.features.find((f) => f.meaning === meaning)?.zh ?? meaning)
    : meaning;
  return word('flip', {
    verdict: chinese() ? verdict : verdict.toLowerCase(),
    what: chinese() ? `${said}为 ${inLanguage(value)}` : `${said}: ${value}`,
  });
}
