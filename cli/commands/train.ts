import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT } from '../../contract/index.ts';
import {
  BACKGROUND,
  collectFlows,
  FEATURE_COUNT,
  FEATURES,
  labelledFolder,
  type LabelledCapture,
  makeModel,
  parseLocalTime,
  PROTOCOL_GROUPS,
  readBackgroundNames,
  readLabels,
  writeWhole,
} from '../../engine/host.ts';
import {
  ALL_SUBSETS,
  BOOSTING_DEFAULTS,
  type EvaluationOptions,
  type Examples,
  type Experiment,
  FIGURE_TITLES,
  figureRows,
  figures,
  finalModel,
  FOREST_DEFAULTS,
  mergeDuplicates,
  type Method,
  modelCard,
  originalTable,
  pick,
  runSplit,
  type Split,
  type SubsetFigures,
  Trainer,
  type TrainOptions,
} from '../../engine/host-learn.ts';
import { print, printAll, say, UsageError, type Folders } from '../context.ts';
import { table } from '../table.ts';
import { status, wipeStatus } from '../terminal.ts';
import { readRows } from './exchange.ts';

export interface TrainCommandOptions {
  readonly benign: readonly string[];
  readonly malicious: readonly string[];
  readonly method: Method;
  readonly threads: number;
  readonly seed: number;
  readonly output: string | null;
  readonly evaluate: boolean;
  readonly experiments: string | null;
  readonly note: string;
}

/** The settings that the shipped model was chosen with; see models/experiments.jsonl for what else was tried. */
export function settings(method: Method, seed: number): TrainOptions {
  if (method === 'boosting') return { ...BOOSTING_DEFAULTS, seed };
  return { ...FOREST_DEFAULTS, method, seed, trees: 120, maxDepth: 10, minChild: 3, columnShare: 0.1 };
}

export async function train(folderPaths: readonly string[], o: TrainCommandOptions, folders: Folders): Promise<number> {
  const captures: LabelledCapture[] = [
    ...folderPaths.flatMap((f) => readLabels(f)),
    ...o.benign.flatMap((f) => labelledFolder(f, 'benign')),
    ...o.malicious.flatMap((f) => labelledFolder(f, 'malicious')),
  ];
  if (captures.length === 0)
    throw new UsageError('train needs a folder with labels.csv, or --benign FOLDER and --malicious FOLDER');
  const started = performance.now();
  say(`Reading ${captures.length} labelled captures…`);
  const flows = await collectFlows(
    captures,
    { backgroundNames: folderPaths.flatMap((f) => readBackgroundNames(f)) },
    folders.cache,
  );
  for (const path of flows.unreadable) say(`${path} cannot be read and is left out.`);
  const places = Int32Array.from(FEATURES.flatMap((f, i) => (f.kind === 'context' ? [] : [i])));
  const names = <K extends 'source' | 'family'>(k: K): string[] => [...new Set(captures.map((c) => c[k]))];
  const sources = names('source');
  const families = names('family');
  const whole: Examples = {
    rows: flows.rows,
    stride: FEATURE_COUNT,
    x: flows.vectors,
    label: Uint8Array.from(flows.label),
    capture: Int32Array.from(flows.capture),
    source: Int32Array.from(flows.capture, (c) => sources.indexOf(captures[c]!.source)),
    family: Int32Array.from(flows.capture, (c) => families.indexOf(captures[c]!.family)),
    group: Uint8Array.from(flows.group),
    tcp: Uint8Array.from(flows.tcp, (t) => (t ? 1 : 0)),
    sourceNames: sources,
  };
  const e = pick(whole, mergeDuplicates(whole, places));
  const of = (label: number): number => e.label.filter((l) => l === label).length;
  if (of(0) < 10 || of(1) < 10)
    throw new UsageError(
      `too little to learn from: ${of(0)} benign and ${of(1)} malicious flows; at least 10 of each are needed`,
    );
  say(
    `${flows.rows} flows, ${e.rows} after merging near-duplicates: ${of(0)} benign, ${of(1)} malicious, ${of(BACKGROUND)} background.`,
  );

  const before = o.experiments === null ? [] : lastReadings(o.experiments, o.method, places.length);
  const trainer = new Trainer(o.threads);
  const evaluation: EvaluationOptions = {
    train: (set, options) => trainer.train(set, options),
    options: settings(o.method, o.seed),
    places,
    weightPower: 0.6,
    perCapture: 300,
  };
  const splits: { split: Split; figures: Map<string, SubsetFigures> }[] = [];
  if (o.evaluate) {
    for (const split of ['source', 'family', 'capture'] as const) {
      if (split === 'source' && sources.length < 3) {
        say('Fewer than three sources: nothing can be said of networks that were not seen.');
        continue;
      }
      const scores = await runSplit(e, split, evaluation, (done, all) => {
        status(`${split} left out: ${done} of ${all}`);
      });
      wipeStatus();
      const result = new Map(ALL_SUBSETS.map((subset) => [subset, figures(e, scores, subset)]));
      splits.push({ split, figures: result });
      print('', `${split} left out`);
      printAll(
        table(
          FIGURE_TITLES.map((title) => ({ title })),
          figureRows(result),
        ),
      );
      if (o.experiments !== null)
        appendFileSync(
          o.experiments,
          `${JSON.stringify({ at: new Date().toISOString(), split, method: o.method, options: evaluation.options, features: places.length, note: o.note, figures: Object.fromEntries([...result].map(([k, f]) => [k, compact(f)])) })}\n`,
        );
    }
  }
  if (o.output !== null) {
    const parts = await finalModel(e, evaluation, PROTOCOL_GROUPS);
    const created = new Date().toISOString().slice(0, 10);
    const name = `sightline-${created.slice(0, 7)}`;
    const { model, text } = makeModel({
      name,
      method: o.method,
      created,
      seed: o.seed,
      features: [...places].map((p) => FEATURES[p]!.name),
      ...parts,
      training: {
        captures: captures.length,
        sources,
        flows: e.rows,
        benign: of(0),
        malicious: of(1),
        background: of(BACKGROUND),
        options: evaluation.options,
      },
    });
    mkdirSync(dirname(o.output), { recursive: true });
    await writeWhole(o.output, text);
    const card = o.output.replace(/\.json$/, '') + '.md';
    await writeWhole(
      card,
      modelCard({
        name,
        method: o.method,
        created,
        sha256: model.sha256,
        captures: captures.length,
        sources,
        features: places.length,
        flows: { benign: of(0), malicious: of(1), background: of(BACKGROUND), merged: flows.rows - e.rows },
        seconds: (performance.now() - started) / 1000,
        splits,
        before,
      }),
    );
    print(
      '',
      `Model ${o.output} (${(text.length / 1e6).toFixed(1)} MB, SHA-256 ${model.sha256.slice(0, 16)}…), card ${card}`,
    );
  }
  await trainer.close();
  return EXIT.clean;
}

/** The last reading of each split of a method with another number of features. */
function lastReadings(file: string, method: string, features: number): Experiment[] {
  if (!existsSync(file)) return [];
  const all = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Experiment)
    .filter((e) => e.method === method && e.features !== features);
  return (['source', 'family', 'capture'] as const).flatMap((split) => all.findLast((e) => e.split === split) ?? []);
}

function compact(f: SubsetFigures): unknown {
  return JSON.parse(JSON.stringify(f, (_, v: unknown) => (typeof v === 'number' ? Number(v.toFixed(4)) : v)));
}

/** Every method of the original's table, on its own data, features and protocol. */
export function trainOriginal(paths: readonly string[]): number {
  const { rows, problems } = readRows(paths);
  const result = originalTable(
    rows.map((r) => ({
      time: parseLocalTime(r.time),
      source: r.source,
      destination: r.destination,
      length: r.length,
      info: r.info,
      label: r.label,
    })),
  );
  print(
    `${result.pairs} host pairs: ${result.good} good, ${result.bad} bad. 40 % held out (seed 666), 5-fold scores on the held part, weighted.`,
  );
  const columns = [
    { title: 'Method' },
    { title: 'F1 %', right: true },
    { title: 'Precision %', right: true },
    { title: "README's F1", right: true },
    { title: "README's precision", right: true },
  ];
  printAll(
    table(
      columns,
      result.methods.map((m) => [
        m.name,
        m.f1.toFixed(2),
        m.precision.toFixed(2),
        m.old?.[0].toFixed(2) ?? '–',
        m.old?.[1].toFixed(2) ?? '–',
      ]),
    ),
  );
  print(
    'These figures are not accuracy on traffic that anyone will meet: good and bad were recorded in two different places, so that one split on a count of ICMPv6 packets already tells them apart. The table measures where the data was recorded.',
  );
  for (const p of problems) say(p);
  return problems.length > 0 ? EXIT.error : EXIT.clean;
}
