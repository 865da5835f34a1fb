// How well the source of a flow can be told from its features: what a model could learn of laboratories in place of
// malice. Captures are held out whole, so that a flow is never told by others of its capture.
import type { SourceAudit } from '../../contract/index.ts';
import { binColumns, type Binned, MISSING_BIN } from './bins.ts';
import { classOf, type ClassForest, growClasses } from './class-forest.ts';
import { seeded, shuffle } from './random.ts';

/** Vectors with where they come from. */
export interface SourceFlows {
  readonly rows: number;
  readonly stride: number;
  readonly x: Float32Array;
  readonly source: Int32Array;
  readonly capture: Int32Array;
  readonly sourceNames: readonly string[];
}

/** Parts that captures are dealt to; each is held out once. */
const PARTS = 5;
/** A source of fewer captures is left out: with one held out nothing of it would be known. */
const FEWEST_CAPTURES = 3;
/** Flows of one source at most, so that none is told by being large; and of all sources. */
const PER_SOURCE = 200;
const MOST_FLOWS = 6_000;
const TREES = 40;
const SEED = 3;
/** How often sources are dealt anew among captures. */
const DEALS = 2;
/** Features that are listed. */
const LISTED = 20;
/** Bins by which a feature alone tells, and one more for missing values. */
const BINS = 32;

interface Prepared {
  readonly flows: SourceFlows;
  /** Rows that take part, and of each its source among those that do, and its part. */
  readonly rows: Int32Array;
  readonly y: Int32Array;
  readonly part: Int32Array;
  readonly sources: readonly number[];
  readonly captures: number;
}

/** All features by their places: names, and the groups that they belong to. */
export interface FeatureNames {
  readonly names: readonly string[];
  readonly groups: readonly string[];
}

/** @param places of the features that a model has @returns null where fewer than two sources have enough captures */
export function auditSources(flows: SourceFlows, places: Int32Array, features: FeatureNames): SourceAudit | null {
  const p = prepare(flows);
  if (p.sources.length < 2) return null;
  const all = Int32Array.from({ length: flows.stride }, (_, i) => i);
  const binned = binnedOf(p, places);
  const own = held(p, binned);
  const everything = places.length === flows.stride ? own : held(p, binnedOf(p, all));
  const largest = Math.max(...p.sources.map((_, s) => p.y.filter((y) => y === s).length));
  const told = own.said.filter((s, i) => s === p.y[i]).length;
  return {
    features: places.length,
    flows: p.rows.length,
    captures: p.captures,
    sources: p.sources.length,
    left: new Set(flows.source.subarray(0, flows.rows)).size - p.sources.length,
    perSource: PER_SOURCE,
    right: told / p.rows.length,
    largest: largest / p.rows.length,
    dealt: dealtAnew(p, binned),
    everything: { features: flows.stride, right: share(everything.said, p.y) },
    bySource: p.sources.map((source, s) => sourceFigures(flows.sourceNames, source, p, own.said, s)),
    byGroup: groupFigures(p, binned, own.forests, { places, features, told }),
    byFeature: featureFigures(p, binned, own.forests, { places, features, told }),
  };
}

/** Flows that take part: of sources with enough captures, evenly over these. */
function prepare(flows: SourceFlows): Prepared {
  const bySource = new Map<number, Map<number, number[]>>();
  for (let r = 0; r < flows.rows; r++) {
    const captures = bySource.get(flows.source[r]!) ?? new Map<number, number[]>();
    bySource.set(flows.source[r]!, captures);
    const list = captures.get(flows.capture[r]!);
    if (list) list.push(r);
    else captures.set(flows.capture[r]!, [r]);
  }
  const sources = [...bySource.keys()].filter((s) => bySource.get(s)!.size >= FEWEST_CAPTURES).sort((a, b) => a - b);
  const most = Math.min(PER_SOURCE, Math.floor(MOST_FLOWS / Math.max(1, sources.length)));
  const rows: number[] = [];
  const y: number[] = [];
  const part: number[] = [];
  const captures = new Set<number>();
  for (const [s, source] of sources.entries()) {
    const lists = [...bySource.get(source)!.values()];
    const order = shuffle([...lists.keys()], seeded(SEED));
    let taken = 0;
    for (let round = 0; taken < most && lists.some((list) => list.length > round); round++)
      for (let c = 0; c < order.length && taken < most; c++) {
        const row = lists[order[c]!]![round];
        if (row === undefined) continue;
        rows.push(row);
        y.push(s);
        part.push(c % PARTS);
        captures.add(flows.capture[row]!);
        taken++;
      }
  }
  return {
    flows,
    rows: Int32Array.from(rows),
    y: Int32Array.from(y),
    part: Int32Array.from(part),
    sources,
    captures: captures.size,
  };
}

/** Only rows that take part, in their order. */
function binnedOf({ flows, rows }: Prepared, places: Int32Array): Binned {
  const x = new Float32Array(rows.length * flows.stride);
  rows.forEach((r, i) => x.set(flows.x.subarray(r * flows.stride, (r + 1) * flows.stride), i * flows.stride));
  return binColumns(x, rows.length, flows.stride, places);
}

interface Held {
  /** What a forest that never saw the flow's capture says, and the forest of each part. */
  readonly said: Int32Array;
  readonly forests: readonly ClassForest[];
}

function held(p: Prepared, binned: Binned, y = p.y, part = p.part): Held {
  const said = new Int32Array(p.rows.length);
  const all = Int32Array.from(p.rows, (_, i) => i);
  const forests: ClassForest[] = [];
  for (let n = 0; n < PARTS; n++) {
    const inside = all.filter((i) => part[i] !== n);
    const forest = growClasses(binned, y, p.sources.length, inside, { trees: TREES, seed: SEED });
    for (const i of all) if (part[i] === n) said[i] = classOf(forest, binned, i);
    forests.push(forest);
  }
  return { said, forests };
}

function share(said: Int32Array, y: Int32Array): number {
  return said.filter((s, i) => s === y[i]).length / y.length;
}

/** Share that is told right where the sources of captures are dealt anew: what is told by chance. */
function dealtAnew(p: Prepared, binned: Binned): number {
  const random = seeded(SEED);
  const captureOf = Array.from(p.rows, (r) => p.flows.capture[r]!);
  const captures = [...new Set(captureOf)];
  const first = new Map(captures.map((c) => [c, captureOf.indexOf(c)]));
  let sum = 0;
  for (let n = 0; n < DEALS; n++) {
    const order = shuffle(captures.slice(), random);
    const from = new Map(captures.map((c, i) => [c, first.get(order[i]!)!]));
    const y = Int32Array.from(captureOf, (c) => p.y[from.get(c)!]!);
    const part = Int32Array.from(captureOf, (c) => p.part[from.get(c)!]!);
    sum += share(held(p, binned, y, part).said, y);
  }
  return sum / DEALS;
}

function sourceFigures(
  names: readonly string[],
  source: number,
  p: Prepared,
  said: Int32Array,
  s: number,
): SourceAudit['bySource'][number] {
  const own = [...p.y.keys()].filter((i) => p.y[i] === s);
  const votes = new Map<number, number>();
  for (const i of own) if (said[i] !== s) votes.set(said[i]!, (votes.get(said[i]!) ?? 0) + 1);
  const other = [...votes].sort((a, b) => b[1] - a[1])[0];
  return {
    source: names[source]!,
    flows: own.length,
    right: own.filter((i) => said[i] === s).length,
    takenFor: other === undefined ? null : names[p.sources[other[0]]!]!,
  };
}

interface Told {
  readonly places: Int32Array;
  readonly features: FeatureNames;
  /** Flows that are told right with all of the model's features. */
  readonly told: number;
}

/** What is lost where the values of a whole group of features are dealt anew: single ones stand in for each other. */
function groupFigures(p: Prepared, binned: Binned, forests: readonly ClassForest[], o: Told): SourceAudit['byGroup'] {
  const groupOf = Array.from(o.places, (place) => o.features.groups[place]!);
  return [...new Set(groupOf)]
    .map((group) => {
      const columns = Uint8Array.from(groupOf, (g) => (g === group ? 1 : 0));
      const right = withoutColumns(p, binned, forests, columns);
      const features = columns.reduce((n, one) => n + one, 0);
      return { group, features, lost: (o.told - right) / p.rows.length };
    })
    .sort((a, b) => b.lost - a.lost);
}

/** What each feature tells alone, and what is lost where its values are dealt anew among the flows held out. */
function featureFigures(
  p: Prepared,
  binned: Binned,
  forests: readonly ClassForest[],
  o: Told,
): SourceAudit['byFeature'] {
  const alone = Array.from(o.places, (_, column) => aloneRight(p, binned, column));
  const order = [...alone.keys()].sort((a, b) => alone[b]! - alone[a]! || a - b).slice(0, LISTED);
  return order.map((column) => {
    const columns = new Uint8Array(binned.columns);
    columns[column] = 1;
    const right = withoutColumns(p, binned, forests, columns);
    return {
      feature: o.features.names[o.places[column]!]!,
      alone: alone[column]! / p.rows.length,
      lost: (o.told - right) / p.rows.length,
    };
  });
}

/** Flows told right by one column: the source that its bin most often has among captures that are not held out. */
function aloneRight(p: Prepared, binned: Binned, column: number): number {
  const classes = p.sources.length;
  const bins = BINS + 1;
  const counts = new Int32Array(PARTS * bins * classes);
  const all = new Int32Array(bins * classes);
  const finer = Math.max(BINS, binned.edges[column]!.length + 1);
  const binOf = (i: number): number => {
    const bin = binned.data[column * binned.rows + i]!;
    return bin === MISSING_BIN ? BINS : Math.floor((bin * BINS) / finer);
  };
  for (let i = 0; i < p.rows.length; i++) {
    const at = binOf(i) * classes + p.y[i]!;
    counts[p.part[i]! * bins * classes + at]!++;
    all[at]!++;
  }
  let right = 0;
  for (let i = 0; i < p.rows.length; i++) {
    const at = binOf(i) * classes;
    const own = p.part[i]! * bins * classes + at;
    let best = 0;
    let most = -1;
    for (let c = 0; c < classes; c++) {
      const n = all[at + c]! - counts[own + c]!;
      if (n > most) {
        most = n;
        best = c;
      }
    }
    if (best === p.y[i]) right++;
  }
  return right;
}

/** Flows told right where a flow has another one's values in some columns. */
function withoutColumns(p: Prepared, binned: Binned, forests: readonly ClassForest[], columns: Uint8Array): number {
  let right = 0;
  for (let n = 0; n < PARTS; n++) {
    const rows = [...p.part.keys()].filter((i) => p.part[i] === n);
    const others = shuffle(rows.slice(), seeded(SEED));
    for (const [i, row] of rows.entries())
      if (classOf(forests[n]!, binned, row, { columns, row: others[i]! }) === p.y[row]) right++;
  }
  return right;
}
