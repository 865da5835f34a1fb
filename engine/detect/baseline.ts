// 'Learn my network': thresholds out of the user's own ordinary traffic, by protocol group (docs/detection.md,
// section 7).
import { hash } from 'node:crypto';
import type { Model, Thresholds } from './model-type.ts';
import { isRankTable, rankOf, rankTable } from './ranks.ts';
import type { Baseline } from './verdict.ts';

export interface BaselineGroup {
  readonly flows: number;
  /** Raw scores at the quantiles in `BASELINE_QUANTILES`, trimmed. */
  readonly malicious: number;
  readonly suspicious: number;
  readonly median: number;
  readonly novelty: number;
  /** Raw scores of its ordinary flows at RANK_STEPS; absent in baselines of before. */
  readonly ranks?: readonly number[];
}

export interface BaselineDocument {
  readonly format: 'sightline-baseline';
  readonly version: 1;
  readonly learned: string;
  readonly files: readonly { readonly file: string; readonly flows: number; readonly left_out: number }[];
  readonly model: string;
  readonly groups: Readonly<Record<string, BaselineGroup>>;
}

/** Flows a group needs before its own thresholds are believed; below, the group leans on all groups together. */
const MIN_FLOWS = 30;
const TRIM = 0.005;

/** @param scores by group: raw scores and novelty of ordinary flows, those that were raised already left out */
export function learnBaseline(
  model: Model,
  scores: ReadonlyMap<string, { readonly raw: number[]; readonly novelty: number[] }>,
  files: BaselineDocument['files'],
  now: Date,
): BaselineDocument {
  const groups: Record<string, BaselineGroup> = {};
  const all = { raw: [] as number[], novelty: [] as number[] };
  for (const [group, s] of scores) {
    for (let i = 0; i < s.raw.length; i++) {
      all.raw.push(s.raw[i]!);
      all.novelty.push(s.novelty[i]!);
    }
    if (s.raw.length > 0) groups[group] = summary(s.raw, s.novelty);
  }
  if (all.raw.length > 0) groups['all'] = summary(all.raw, all.novelty);
  return { format: 'sightline-baseline', version: 1, learned: now.toISOString(), files, model: model.sha256, groups };
}

function summary(raw: readonly number[], novelty: readonly number[]): BaselineGroup {
  const sorted = Float64Array.from(raw).sort();
  // Ordinary traffic may contain some malice, so its highest 0.5 % of scores are left out once there are enough flows.
  const kept = sorted.subarray(0, Math.max(1, sorted.length - Math.floor(sorted.length * TRIM)));
  const at = (rate: number): number => kept[Math.max(0, kept.length - 1 - Math.floor(rate * kept.length))]!;
  return {
    flows: raw.length,
    malicious: at(2e-3),
    suspicious: at(1e-2),
    median: kept[kept.length >> 1]!,
    ranks: rankTable(kept),
    novelty: Float64Array.from(novelty).sort()[Math.floor(novelty.length * 0.995)] ?? Infinity,
  };
}

/** @returns null where the text is no whole baseline: a threshold that is no number would silently judge nothing */
export function loadBaseline(text: string): BaselineDocument | null {
  try {
    const doc = JSON.parse(text) as BaselineDocument;
    if (doc.format !== 'sightline-baseline' || doc.version !== 1 || typeof doc.model !== 'string') return null;
    if (typeof doc.groups !== 'object' || doc.groups === null || Array.isArray(doc.groups)) return null;
    return Object.values(doc.groups).every(wholeGroup) ? doc : null;
  } catch {
    return null;
  }
}

function wholeGroup(g: BaselineGroup): boolean {
  // JSON has no infinity: a novelty without a limit is stored as null.
  const numbers = [g.flows, g.malicious, g.suspicious, g.median].every(
    (v) => typeof v === 'number' && Number.isFinite(v),
  );
  const ranks = g.ranks === undefined || isRankTable(g.ranks);
  return numbers && ranks && g.flows >= 0 && (g.novelty === null || typeof g.novelty === 'number');
}

/** A baseline for verdicts. One that was learned with another model is not used. */
export function ownBaseline(model: Model, doc: BaselineDocument): Baseline | null {
  if (doc.model !== model.sha256) return null;
  const pick = (group: string): BaselineGroup | undefined => {
    const own = doc.groups[group];
    return own && own.flows >= MIN_FLOWS ? own : doc.groups['all'];
  };
  return {
    name: `own:${hash('sha256', JSON.stringify(doc), 'hex').slice(0, 8)}`,
    learned: true,
    thresholds(group): Thresholds {
      const g = pick(group);
      return g
        ? { malicious: g.malicious, suspicious: g.suspicious, flows: g.flows }
        : { malicious: Infinity, suspicious: Infinity, flows: 0 };
    },
    noveltyLimit: (group) =>
      Math.max(model.novelty[group] ?? model.novelty['all'] ?? Infinity, pick(group)?.novelty ?? 0),
    rank: (group, raw) => {
      const table = pick(group)?.ranks;
      return table === undefined ? NaN : rankOf(table, raw);
    },
  };
}
