// Trains and measures a model of labelled captures, and repeats the original project's measurement.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { english, EXIT, SaidError } from '../contract/index.ts';
import {
  FEATURES,
  labelledFolder,
  type LabelledCapture,
  makeModel,
  onnxModel,
  treesOnnx,
  parseLocalTime,
  PROTOCOL_GROUPS,
  readLabels,
  writeWhole,
} from '../engine/host.ts';
import {
  ALL_SUBSETS,
  type Audit,
  BOOSTING_DEFAULTS,
  capturesRaised,
  chanceFigures,
  type EvaluationOptions,
  type Examples,
  type Experiment,
  FIGURE_TITLES,
  figureRows,
  figures,
  featurePlaces,
  finalModel,
  FOREST_DEFAULTS,
  type Lesson,
  lessonText,
  isOfNetwork,
  finalPerceptron,
  type Method,
  PERCEPTRON_DEFAULTS,
  perceptronOnnx,
  modelCard,
  originalTable,
  raisedText,
  readLesson,
  runSplit,
  type Split,
  type SplitScores,
  type SubsetFigures,
  tlsByFamily,
  Trainer,
  type TrainOptions,
} from '../engine/host-learn.ts';
import { print, printAll, say, UsageError, type Folders } from './context.ts';
import { sayReading, sayUnread } from './labelled.ts';
import { table } from './table.ts';
import { status, wipeStatus } from './terminal.ts';
import { readRows } from './imported-rows.ts';

export interface TrainCommandOptions {
  readonly benign: readonly string[];
  readonly malicious: readonly string[];
  readonly method: Method | 'perceptron';
  readonly threads: number;
  readonly seed: number;
  readonly output: string | null;
  readonly evaluate: boolean;
  readonly experiments: string | null;
  readonly note: string;
  readonly features: 'full' | 'robust';
  readonly split: Split | 'all';
}

const SPLITS = ['source', 'family', 'capture'] as const;

/** The settings that the shipped model was chosen with; see models/experiments.jsonl for what else was tried. */
function settings(method: Method, seed: number): TrainOptions {
  if (method === 'boosting') return { ...BOOSTING_DEFAULTS, seed };
  return { ...FOREST_DEFAULTS, method, seed, trees: 120, maxDepth: 10, minChild: 3, columnShare: 0.1 };
}

function evaluationOf(o: TrainCommandOptions, places: Int32Array, trainer: Trainer): EvaluationOptions {
  const taught = { places, perCapture: 300 };
  if (o.method === 'perceptron') return { ...taught, options: { ...PERCEPTRON_DEFAULTS, seed: o.seed } };
  return { ...taught, train: trainer.train.bind(trainer), options: settings(o.method, o.seed) };
}

/** Reads labelled captures, measures a method on them, and makes a model of them. @returns the exit code */
export async function train(folderPaths: readonly string[], o: TrainCommandOptions, folders: Folders): Promise<number> {
  const captures: LabelledCapture[] = [
    ...folderPaths.flatMap((f) => readLabels(f)),
    ...o.benign.flatMap((f) => labelledFolder(f, 'benign')),
    ...o.malicious.flatMap((f) => labelledFolder(f, 'malicious')),
  ];
  if (captures.length === 0)
    throw new UsageError('train needs a folder with labels.csv, or --benign FOLDER and --malicious FOLDER');
  if (o.method === 'perceptron' && o.output !== null && !isOnnxName(o.output))
    throw new UsageError('a network is written as ONNX: --output FILE.onnx');
  const started = performance.now();
  sayReading(captures);
  const lesson = await readLesson(captures, { folders: folderPaths, cacheFolder: folders.cache, set: o.features });
  sayUnread(lesson.unreadable);
  say(english(lessonText(lesson)));
  const { examples, places } = lesson;
  const before = o.experiments === null ? [] : lastReadings(o.experiments, o.method, places.length);
  const trainer = new Trainer(o.threads);
  const evaluation = evaluationOf(o, places, trainer);
  const measured = o.evaluate ? await measure(examples, evaluation, o) : { splits: [], audit: null };
  if (o.output !== null) {
    const seconds = (): number => (performance.now() - started) / 1000;
    await writeModel(o.output, o, lesson, evaluation, { ...measured, before, seconds });
  }
  await trainer.close();
  return EXIT.clean;
}

interface Measured {
  readonly splits: SplitResult[];
  readonly audit: Audit | null;
}

interface SplitResult {
  readonly split: Split;
  readonly figures: Map<string, SubsetFigures>;
}

/** Measures a method with each source, family and capture left out once, and prints the figures. */
async function measure(examples: Examples, evaluation: EvaluationOptions, o: TrainCommandOptions): Promise<Measured> {
  let audit: Audit | null = null;
  const splits: SplitResult[] = [];
  for (const split of SPLITS) {
    if (o.split !== 'all' && o.split !== split) continue;
    if (split === 'source' && examples.sourceNames.length < 3) {
      say('Fewer than three sources: nothing can be said of networks that were not seen.');
      continue;
    }
    const scores = await runSplit(examples, split, evaluation, (done, all) => {
      status(`${split} left out: ${done} of ${all}`);
    });
    wipeStatus();
    const result = new Map(ALL_SUBSETS.map((subset) => [subset, figures(examples, scores, subset)]));
    splits.push({ split, figures: result });
    if (split === 'source' && !isOfNetwork(evaluation)) audit = await audited(examples, scores, evaluation, o);
    print('', `${split} left out`);
    const columns = FIGURE_TITLES.map((title) => ({ title }));
    printAll(table(columns, figureRows(result)));
    if (split === 'source') print(`Captures raised: ${raisedText(capturesRaised(examples, scores))}.`);
    if (o.experiments !== null) noteExperiment(o.experiments, split, result, evaluation, o);
  }
  return { splits, audit };
}

/** What is said of the source split: the other set of features, TLS by family, chance. */
async function audited(
  examples: Examples,
  scores: SplitScores,
  evaluation: EvaluationOptions,
  o: TrainCommandOptions,
): Promise<Audit> {
  const set = o.features === 'robust' ? 'full' : 'robust';
  const places = featurePlaces(set);
  const other = await runSplit(examples, 'source', { ...evaluation, places }, (done, all) => {
    status(`source left out, ${set} set: ${done} of ${all}`);
  });
  status('labels by chance');
  const chance = await chanceFigures(examples, evaluation);
  wipeStatus();
  return {
    captures: capturesRaised(examples, scores),
    families: tlsByFamily(examples, scores),
    chance,
    other: {
      set,
      features: places.length,
      captures: capturesRaised(examples, other),
      figures: new Map(ALL_SUBSETS.map((subset) => [subset, figures(examples, other, subset)])),
      families: tlsByFamily(examples, other),
    },
  };
}

function noteExperiment(
  file: string,
  split: Split,
  result: ReadonlyMap<string, SubsetFigures>,
  evaluation: EvaluationOptions,
  o: TrainCommandOptions,
): void {
  const experiment = {
    at: new Date().toISOString(),
    split,
    method: o.method,
    options: evaluation.options,
    features: evaluation.places.length,
    note: o.note,
    figures: Object.fromEntries([...result].map(([k, f]) => [k, compact(f)])),
  };
  appendFileSync(file, `${JSON.stringify(experiment)}\n`);
}

/** Trains on everything and writes the model, and beside it the card that says what it was measured to do. */
async function writeModel(
  output: string,
  o: TrainCommandOptions,
  lesson: Lesson,
  evaluation: EvaluationOptions,
  told: {
    readonly splits: SplitResult[];
    readonly audit: Audit | null;
    readonly before: Experiment[];
    readonly seconds: () => number;
  },
): Promise<void> {
  const { examples, places, captures, benign, malicious, background } = lesson;
  const sources = [...lesson.sources];
  const created = new Date().toISOString().slice(0, 10);
  const features = [...places].map((p) => FEATURES[p]!.name);
  const training = { captures, sources, flows: examples.rows, benign, malicious, background };
  const made = await modelFile(output, examples, evaluation, { created, seed: o.seed, features, training });
  const { name } = made;
  mkdirSync(dirname(output), { recursive: true });
  await writeWhole(output, made.data);
  const card = output.replace(/\.(json|onnx)$/, '') + '.md';
  await writeWhole(
    card,
    modelCard({
      name,
      method: o.method,
      created,
      sha256: made.sha256,
      captures,
      sources,
      features: places.length,
      flows: { benign, malicious, background, merged: lesson.merged },
      seconds: told.seconds(),
      splits: told.splits,
      audit: told.audit,
      before: told.before,
    }),
  );
  const size = (made.data.length / 1e6).toFixed(1);
  print('', `Model ${output} (${size} MB, SHA-256 ${made.sha256.slice(0, 16)}…), card ${card}`);
}

function isOnnxName(path: string): boolean {
  return path.toLowerCase().endsWith('.onnx');
}

interface ModelFile {
  readonly name: string;
  readonly data: string | Uint8Array;
  readonly sha256: string;
}

/** Trains on everything: trees as JSON or ONNX, by the file's name; a network as ONNX. */
async function modelFile(
  output: string,
  examples: Examples,
  evaluation: EvaluationOptions,
  told: {
    readonly created: string;
    readonly seed: number;
    readonly features: readonly string[];
    readonly training: Readonly<Record<string, unknown>>;
  },
): Promise<ModelFile> {
  const month = told.created.slice(0, 7);
  if (isOfNetwork(evaluation)) {
    const name = `sightline-perceptron-${month}`;
    const { network, thresholds, ranks } = await finalPerceptron(examples, evaluation, PROTOCOL_GROUPS);
    return onnxFileOf(name, perceptronOnnx(network, { name, features: told.features, thresholds, ranks }));
  }
  const name = `sightline-${month}`;
  const { options } = evaluation;
  const parts = await finalModel(examples, evaluation, PROTOCOL_GROUPS);
  const training = { ...told.training, options };
  const { model, text } = makeModel({ ...told, ...parts, name, method: options.method, training });
  return isOnnxName(output) ? onnxFileOf(name, treesOnnx(model)) : { name, data: text, sha256: model.sha256 };
}

/** @throws SaidError where it could not be read again */
function onnxFileOf(name: string, data: Uint8Array): ModelFile {
  const read = onnxModel(data, null, name);
  if (!read.ok) throw new SaidError(read.message);
  return { name, data, sha256: read.model.sha256 };
}

/** The last reading of each split of a method with another number of features. */
function lastReadings(file: string, method: string, features: number): Experiment[] {
  if (!existsSync(file)) return [];
  const all = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Experiment)
    .filter((e) => e.method === method && e.features !== features);
  return SPLITS.flatMap((split) => all.findLast((e) => e.split === split) ?? []);
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
    `${result.pairs} host pairs: ${result.good} good, ${result.bad} bad. ` +
      '40 % held out (seed 666), 5-fold scores on the held part, weighted.',
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
    'These figures are not accuracy on traffic that anyone will meet: good and bad were recorded in two different ' +
      'places, so that one split on a count of ICMPv6 packets already tells them apart. The table measures where ' +
      'the data was recorded.',
  );
  for (const p of problems) say(p);
  return problems.length > 0 ? EXIT.error : EXIT.clean;
}
