// Models that never saw the sources that they judge: whole sources are dealt out to folds.
import { type Ensemble, rankTable, type Thresholds } from '../detect/index.ts';
import { crossScores, fit, INNER_FOLDS, type TreeEvaluation } from './evaluate.ts';
import type { Examples } from './examples.ts';
import { thresholdAt } from './metrics.ts';
import { foldOf } from './source-folds.ts';

export interface FoldOptions extends TreeEvaluation {
  readonly folds: number;
  /** Protocol groups by number. */
  readonly groupNames: readonly string[];
  readonly progress: (done: number) => void;
}

/** A model of all sources but those of one fold. */
export interface Fold {
  readonly fold: number;
  /** Numbers of the sources that it did not see. */
  readonly sources: readonly number[];
  readonly ensemble: Ensemble;
  /** From benign flows that inner folds held out. */
  readonly thresholds: Record<string, Thresholds>;
  readonly ranks: Record<string, number[]>;
}

const MIN_BENIGN = 100;

/** @yields a fold as soon as it is trained; a fold without both classes on its training side is left out */
export async function* trainFolds(e: Examples, o: FoldOptions): AsyncGenerator<Fold> {
  const place = foldOf(e, o.folds);
  const all = Int32Array.from({ length: e.rows }, (_, i) => i);
  for (let fold = 0; fold < o.folds; fold++) {
    const inside = all.filter((r) => place(e.source[r]!) !== fold);
    if (![0, 1].every((label) => inside.some((r) => e.label[r] === label))) continue;
    const dealt = foldOf(e, INNER_FOLDS, inside);
    const inner = await crossScores(e, inside, (r) => dealt(e.source[r]!), o);
    const thresholds: Record<string, Thresholds> = {};
    const ranks: Record<string, number[]> = {};
    for (const [g, name] of [...o.groupNames.entries(), [-1, 'all'] as const]) {
      const benign = inside.filter(
        (r) => e.label[r] === 0 && (g < 0 || e.group[r] === g) && inner.raw[r] === inner.raw[r],
      );
      if (benign.length === 0 || (benign.length < MIN_BENIGN && g >= 0)) continue;
      const raw = Float64Array.from(benign, (r) => inner.raw[r]!);
      thresholds[name] = {
        malicious: thresholdAt(raw, 1e-3),
        suspicious: thresholdAt(raw, 1e-2),
        flows: benign.length,
      };
      ranks[name] = rankTable(raw);
    }
    const ensemble = await fit(e, inside, o);
    const sources = [...new Set(e.source)].filter((s) => place(s) === fold);
    o.progress(fold + 1);
    yield { fold, sources, ensemble, thresholds, ranks };
  }
}
