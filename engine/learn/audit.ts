// What a model's figures are worth: with labels dealt by chance, and TLS flows family by family.
import { type EvaluationOptions, runSplit, type SplitScores, SUBSETS } from './evaluate.ts';
import type { Examples } from './examples.ts';
import { auc, shareAbove, thresholdAt } from './metrics.ts';
import { seeded } from './random.ts';

/** Labels dealt anew among the captures that have some: whole captures get another capture's label. */
export function permuted(e: Examples, seed: number): Examples {
  const random = seeded(seed);
  const captures = [...new Set(e.capture.filter((_, r) => e.label[r]! < 2))];
  const first = new Map<number, number>();
  for (let r = 0; r < e.rows; r++)
    if (e.label[r]! < 2) first.set(e.capture[r]!, Math.max(first.get(e.capture[r]!) ?? 0, e.label[r]!));
  const labels = captures.map((c) => first.get(c)!);
  for (let i = labels.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [labels[i], labels[j]] = [labels[j]!, labels[i]!];
  }
  const dealt = new Map(captures.map((c, i) => [c, labels[i]!]));
  return { ...e, label: e.label.map((l, r) => (l < 2 ? dealt.get(e.capture[r]!)! : l)) };
}

export interface ChanceFigures {
  readonly auc: number;
  /** Of flows at a threshold that 1 % of the flows called benign exceed. */
  readonly recall: number;
}

/** What is measured where labels mean nothing, sources left out: an AUC far from a half would be a leak. */
export async function chanceFigures(e: Examples, o: EvaluationOptions, seed = 5): Promise<ChanceFigures> {
  const dealt = permuted(e, seed);
  const { raw } = await runSplit(dealt, 'source', o, () => {});
  const rows = [...raw.keys()].filter((r) => dealt.label[r]! < 2 && raw[r] === raw[r]);
  const of = (label: number): number[] => rows.filter((r) => dealt.label[r] === label).map((r) => raw[r]!);
  return {
    auc: auc(
      rows.map((r) => raw[r]!),
      rows.map((r) => dealt.label[r]!),
    ),
    recall: shareAbove(of(1), thresholdAt(of(0), 0.01)),
  };
}

export interface FamilyRecall {
  readonly family: string;
  readonly flows: number;
  readonly recall: number;
}

/** Malicious TLS flows over what 1 % of all benign TLS flows exceed, by family; sources left out. Most flows first. */
export function tlsByFamily(e: Examples, s: SplitScores): FamilyRecall[] {
  const tls = SUBSETS['TLS flows']!;
  const benign: number[] = [];
  const by = new Map<number, number[]>();
  for (let r = 0; r < e.rows; r++) {
    const raw = s.raw[r]!;
    if (!tls(e, r) || raw !== raw) continue;
    if (e.label[r] === 0) benign.push(raw);
    if (e.label[r] !== 1) continue;
    const list = by.get(e.family[r]!);
    if (list) list.push(raw);
    else by.set(e.family[r]!, [raw]);
  }
  if (benign.length === 0) return [];
  const threshold = thresholdAt(benign, 0.01);
  return [...by]
    .map(([f, raw]) => ({ family: e.familyNames[f]!, flows: raw.length, recall: shareAbove(raw, threshold) }))
    .sort((a, b) => b.flows - a.flows || (a.family < b.family ? -1 : 1));
}

export interface CapturesRaised {
  readonly malicious: number;
  readonly ofMalicious: number;
  readonly benign: number;
  readonly ofBenign: number;
}

/** Captures with a malicious flow over the foreign threshold, and captures of ordinary flows only with any flow over it. */
export function capturesRaised(e: Examples, s: SplitScores): CapturesRaised {
  const foreign = s.foreign.get('all flows')!;
  const malicious = new Set<number>();
  const captures = new Set<number>();
  const raised = new Set<number>();
  for (let r = 0; r < e.rows; r++) {
    if (e.label[r] === 1) malicious.add(e.capture[r]!);
    if (s.raw[r] === s.raw[r] && e.label[r]! < 2) captures.add(e.capture[r]!);
  }
  for (let r = 0; r < e.rows; r++) {
    const counts = e.label[r] === (malicious.has(e.capture[r]!) ? 1 : 0);
    if (counts && s.raw[r]! > foreign[r]!) raised.add(e.capture[r]!);
  }
  const count = (of: ReadonlySet<number>, bad: boolean): number =>
    [...of].filter((c) => captures.has(c) && malicious.has(c) === bad).length;
  return {
    malicious: count(raised, true),
    ofMalicious: count(captures, true),
    benign: count(raised, false),
    ofBenign: count(captures, false),
  };
}
