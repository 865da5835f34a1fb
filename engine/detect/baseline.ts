// 'Learn my network': thresholds out of the user's own ordinary traffic, by protocol group, and what is known of the
// network itself. Two baselines of one network can be put together.
import { hash } from 'node:crypto';
import type { Model, Thresholds } from './model-type.ts';
import { bothCounts, isCount, isNetwork, type NetworkFacts, NetworkNotes } from './network.ts';
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
  /** The scores that it was made of, in short; absent in baselines of before. */
  readonly sketch?: ScoreSketch;
}

/** Raw scores in short: the highest as they are, the others evenly picked out of all of them, ascending. */
export interface ScoreSketch {
  readonly top: readonly number[];
  readonly body: readonly number[];
}

export interface BaselineDocument {
  readonly format: 'sightline-baseline';
  /** 1: without what is known of the network. */
  readonly version: 1 | 2;
  readonly learned: string;
  readonly files: readonly { readonly file: string; readonly flows: number; readonly left_out: number }[];
  readonly model: string;
  readonly groups: Readonly<Record<string, BaselineGroup>>;
  readonly network?: NetworkFacts;
}

/** Flows a group needs before its own thresholds are believed; below, the group leans on all groups together. */
const MIN_FLOWS = 30;
/** Of fewer flows nobody can say what 0.2 % of them exceed: the witness then has one point at most. */
const RARE_FLOWS = 500;
const TRIM = 0.005;
/** Scores that a sketch has of each part. */
const SKETCH = 512;
/** A table of quantiles of before stands for a sketch. */
const SMALL_TABLE = 8;
/** Flows of a group that count when two baselines are put together, and files that are remembered. */
const MOST_FLOWS = 1_000_000;
const MAX_FILES = 1_000;

/**
 * @param scores by group: raw scores and novelty of ordinary flows, those that were raised already left out
 * @param network what else was learned of it
 */
export function learnBaseline(
  model: Model,
  scores: ReadonlyMap<string, { readonly raw: number[]; readonly novelty: number[] }>,
  files: BaselineDocument['files'],
  now: Date,
  network: NetworkFacts = new NetworkNotes().facts(),
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
  const learned = now.toISOString();
  return { format: 'sightline-baseline', version: 2, learned, files, model: model.sha256, groups, network };
}

function summary(raw: readonly number[], novelty: readonly number[]): BaselineGroup {
  const sorted = Float64Array.from(raw).sort();
  const limit = Float64Array.from(novelty).sort()[Math.floor(novelty.length * 0.995)] ?? Infinity;
  return groupOf(sorted, raw.length, limit, sketchOf(sorted));
}

/** @param sorted scores, or a picture of them @param flows that they stand for */
function groupOf(sorted: Float64Array, flows: number, novelty: number, sketch: ScoreSketch): BaselineGroup {
  // Ordinary traffic may contain some malice, so its highest 0.5 % of scores are left out once there are enough flows.
  const kept = sorted.subarray(0, Math.max(1, sorted.length - Math.floor(sorted.length * TRIM)));
  const at = (rate: number): number => kept[Math.max(0, kept.length - 1 - Math.floor(rate * kept.length))]!;
  return {
    flows,
    malicious: at(2e-3),
    suspicious: at(1e-2),
    median: kept[kept.length >> 1]!,
    ranks: rankTable(kept),
    sketch,
    novelty,
  };
}

function sketchOf(sorted: Float64Array): ScoreSketch {
  const cut = Math.max(0, sorted.length - SKETCH);
  const n = Math.min(cut, SKETCH);
  const body = Array.from({ length: n }, (_, i) => sorted[Math.floor(((i + 0.5) / n) * cut)]!);
  return { top: Array.from(sorted.subarray(cut)), body };
}

/** Scores that a group's sketch stands for, each as often as it counts; null for a group of before without any. */
function scoresOf(g: BaselineGroup): Float64Array | null {
  const { top, body } = g.sketch ?? { top: [], body: g.ranks ?? [] };
  if (top.length + body.length === 0 || (g.sketch === undefined && body.length < SMALL_TABLE)) return null;
  const rest = body.length === 0 ? 0 : Math.max(0, Math.min(g.flows, MOST_FLOWS) - top.length);
  const all = new Float64Array(rest + top.length);
  for (let i = 0; i < rest; i++) all[i] = body[Math.floor(((i + 0.5) / rest) * body.length)]!;
  all.set(top, rest);
  return all.sort();
}

/** Ordinary flows that a baseline was made of. */
export function learnedFlows(doc: BaselineDocument): number {
  return doc.groups['all']?.flows ?? 0;
}

/** How a group's thresholds moved when two baselines were put together. */
export interface Drift {
  readonly group: string;
  readonly before: BaselineGroup;
  readonly after: BaselineGroup;
}

export interface Merged {
  readonly document: BaselineDocument;
  readonly drift: readonly Drift[];
  /** Peers and server names that the older one did not have. */
  readonly newPeers: readonly string[];
  readonly newNames: readonly string[];
}

/** Two baselines of one network as one. @returns null where they were learned with different models */
export function mergeBaselines(old: BaselineDocument, fresh: BaselineDocument): Merged | null {
  if (old.model !== fresh.model) return null;
  const groups: Record<string, BaselineGroup> = {};
  const drift: Drift[] = [];
  for (const name of new Set([...Object.keys(old.groups), ...Object.keys(fresh.groups)])) {
    const before = old.groups[name];
    const more = fresh.groups[name];
    const after = before !== undefined && more !== undefined ? mergedGroup(before, more) : (more ?? before)!;
    groups[name] = after;
    if (before !== undefined && more !== undefined) drift.push({ group: name, before, after });
  }
  const notes = new NetworkNotes();
  if (old.network !== undefined) notes.merge(old.network);
  if (fresh.network !== undefined) notes.merge(fresh.network);
  const known = new Set(Object.keys(old.network?.peers ?? {}));
  const names = new Set(old.network?.serverNames ?? []);
  return {
    document: {
      ...fresh,
      version: 2,
      files: [...old.files, ...fresh.files].slice(-MAX_FILES),
      groups,
      network: notes.facts(),
    },
    drift,
    newPeers: Object.keys(fresh.network?.peers ?? {}).filter((p) => !known.has(p)),
    newNames: (fresh.network?.serverNames ?? []).filter((n) => !names.has(n)),
  };
}

function mergedGroup(a: BaselineGroup, b: BaselineGroup): BaselineGroup {
  const [x, y] = [scoresOf(a), scoresOf(b)];
  // Of what was learned before quantiles were kept nothing but the thresholds is known: the newer ones hold.
  if (x === null || y === null) return { ...b, flows: bothCounts(a.flows, b.flows) };
  const all = new Float64Array(x.length + y.length);
  all.set(x);
  all.set(y, x.length);
  all.sort();
  // Of two limits the wider one: what either saw is familiar.
  const novelty = Math.max(a.novelty ?? Infinity, b.novelty ?? Infinity);
  return groupOf(all, bothCounts(a.flows, b.flows), novelty, sketchOf(all));
}

/** @returns null where the text is no whole baseline: a threshold that is no number would silently judge nothing */
export function loadBaseline(text: string): BaselineDocument | null {
  try {
    const doc = JSON.parse(text) as BaselineDocument;
    if (doc.format !== 'sightline-baseline' || typeof doc.model !== 'string') return null;
    if (doc.version !== 1 && doc.version !== 2) return null;
    if (typeof doc.learned !== 'string' || !isFiles(doc.files)) return null;
    if (doc.network !== undefined && !isNetwork(doc.network)) return null;
    if (typeof doc.groups !== 'object' || doc.groups === null || Array.isArray(doc.groups)) return null;
    return Object.values(doc.groups).every(wholeGroup) ? doc : null;
  } catch {
    return null;
  }
}

function wholeGroup(g: BaselineGroup): boolean {
  // JSON has no infinity: a novelty without a limit is stored as null.
  const numbers = [g.malicious, g.suspicious, g.median].every((v) => typeof v === 'number' && Number.isFinite(v));
  const ranks = g.ranks === undefined || isRankTable(g.ranks);
  const sketch = g.sketch === undefined || (isScores(g.sketch.top) && isScores(g.sketch.body));
  return numbers && ranks && sketch && isCount(g.flows) && (g.novelty === null || typeof g.novelty === 'number');
}

function isScores(list: readonly number[]): boolean {
  return Array.isArray(list) && list.length <= SKETCH && list.every((v) => typeof v === 'number' && Number.isFinite(v));
}

function isFiles(list: unknown): boolean {
  return Array.isArray(list) && list.every((f) => typeof f === 'object' && f !== null && 'file' in f && 'flows' in f);
}

/** Two points need a score that is rare here and not ordinary on other networks either. */
function twoPoints(g: BaselineGroup, elsewhere: number): number {
  return g.flows < RARE_FLOWS ? Infinity : Math.max(g.malicious, elsewhere);
}

/** Whether thresholds that were learned hold with a model: scores of another one are no scores of this one. */
export function isOfModel(doc: BaselineDocument, model: Model): boolean {
  return doc.model === model.sha256;
}

/** A baseline for verdicts. One that was learned with another model is not used. */
export function ownBaseline(model: Model, doc: BaselineDocument): Baseline | null {
  if (!isOfModel(doc, model)) return null;
  const pick = (group: string): BaselineGroup | undefined => {
    const own = doc.groups[group];
    return own && own.flows >= MIN_FLOWS ? own : doc.groups['all'];
  };
  const elsewhere = (group: string): number => (model.thresholds[group] ?? model.thresholds['all'])?.suspicious ?? 0;
  return {
    name: `own:${hash('sha256', JSON.stringify(doc), 'hex').slice(0, 8)}`,
    learned: true,
    thresholds(group): Thresholds {
      const g = pick(group);
      return g
        ? { malicious: twoPoints(g, elsewhere(group)), suspicious: g.suspicious, flows: g.flows }
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
