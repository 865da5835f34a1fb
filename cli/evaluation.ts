// Measures the judgement on labelled captures: models with sources left out, tables, reports.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { english, EXIT, type EvaluationReport, type Message, SaidError, say as message } from '../contract/index.ts';
import {
  type BaselineDocument,
  FEATURES,
  learnBaseline,
  type LabelledCapture,
  makeModel,
  type Model,
  PROTOCOL_GROUPS,
  writeWhole,
} from '../engine/host.ts';
import {
  evaluateFolder,
  labelledCaptures,
  reportHtml,
  reportJson,
  reportLines,
  reportMarkdown,
  reportOf,
  sourceFamily,
} from '../engine/host-lab.ts';
import { type Examples, foldOf, scoreRows, Trainer, trainFolds } from '../engine/host-learn.ts';
import { print, printAll, say, UsageError, type Folders } from './context.ts';
import { chooseModel, DEFAULT_MODEL } from './models.ts';
import { table } from './table.ts';
import { status, wipeStatus } from './terminal.ts';
import { readLesson, settings } from './training.ts';

export interface EvaluationCall {
  readonly model: string | null;
  readonly rulesOnly: boolean;
  readonly shipped: boolean;
  readonly own: boolean;
  readonly source: string | null;
  readonly capture: string | null;
  readonly json: boolean;
  readonly markdown: string | null;
  readonly html: string | null;
  readonly threads: number;
}

/** How captures are weighed; another number where exampleWeights changes. */
const WEIGHING = 2;
const FOLDS = 6;
const SEED = 1;
/** Ordinary flows of its other captures that a network's own baseline needs. */
const OWN_FLOWS = 30;

/** Which model and which baseline judge a capture. */
interface Judges {
  readonly told: Message;
  readonly modelFor: (capture: LabelledCapture) => string;
  readonly baselineFor: (capture: LabelledCapture) => BaselineDocument | null;
}

export async function evaluate(paths: readonly string[], o: EvaluationCall, folders: Folders): Promise<number> {
  const [folder, ...more] = paths;
  if (folder === undefined || more.length > 0)
    throw new UsageError('evaluate needs one folder with labels.csv, or with folders goodx and badx of captures');
  const labelled = labelledCaptures(folder);
  if (!labelled.ok) throw new SaidError(labelled.message);
  const { captures } = labelled;
  if (!existsSync(join(folder, 'flow-labels.csv')))
    say(`${folder} has no flow-labels.csv, which names flows: each flow of a malicious capture counts as malicious.`);
  const judges = await judgesFor(folder, captures, o, folders);
  const results = await evaluateFolder({
    folder,
    captures,
    cacheFolder: folders.cache,
    threads: o.threads,
    rulesOnly: o.rulesOnly,
    modelFor: judges.modelFor,
    baselineFor: judges.baselineFor,
    wanted: (c) =>
      (o.source === null || sourceFamily(c.source) === o.source || c.source === o.source) &&
      (o.capture === null || c.path.includes(o.capture)),
    progress: (done, all) => status(`judged ${done} of ${all} captures`),
  });
  wipeStatus();
  if (results.length === 0) throw new UsageError('no capture with a label malicious or benign is wanted');
  const report = reportOf(results, {
    folder,
    made: new Date().toISOString(),
    model: chooseModel(o.model).name,
    witness: judges.told,
  });
  if (o.json) print(reportJson(report));
  else show(report);
  if (o.markdown !== null) await writeWhole(o.markdown, reportMarkdown(report));
  if (o.html !== null) await writeWhole(o.html, reportHtml(report));
  for (const path of report.unreadable) say(english(message('lab-capture-unread', { path })));
  return EXIT.clean;
}

function show(report: EvaluationReport): void {
  for (const t of reportLines(report)) {
    print('', t.title);
    if (t.note !== '') print(t.note);
    if (t.rows.length === 0) continue;
    printAll(
      table(
        t.heads.map((title) => ({ title })),
        t.rows.map((row) => [...row]),
      ),
    );
  }
}

async function judgesFor(
  folder: string,
  captures: readonly LabelledCapture[],
  o: EvaluationCall,
  folders: Folders,
): Promise<Judges> {
  const shipped = o.model ?? DEFAULT_MODEL;
  const none = { modelFor: () => shipped, baselineFor: () => null };
  if (o.rulesOnly) return { ...none, told: message('lab-point-none') };
  if (o.shipped) return { ...none, told: message('lab-point-shipped') };
  const lesson = await readLesson(captures, [folder], folders, 'robust');
  const { examples, whole, places } = lesson;
  if (examples.sourceNames.length < 3) {
    say("Fewer than three sources: none can be left out. The model's point is that of the model as it is.");
    return { ...none, told: message('lab-point-as-is') };
  }
  const place = foldOf(examples, FOLDS);
  const kept = join(folders.cache, 'lab', printOf(examples, places));
  mkdirSync(kept, { recursive: true });
  const trainer = new Trainer(o.threads);
  const models = new Map<number, Model>();
  const file = (fold: number): string => join(kept, `fold-${fold}.json`);
  const options = {
    train: (set: Parameters<Trainer['train']>[0], t: Parameters<Trainer['train']>[1]) => trainer.train(set, t),
    options: settings('boosting', SEED),
    places,
    perCapture: 300,
    folds: FOLDS,
    groupNames: PROTOCOL_GROUPS,
    progress: (done: number) => status(`trained ${done} of ${FOLDS} models with sources left out`),
  };
  const there = Array.from({ length: FOLDS }, (_, i) => i).every((fold) => existsSync(file(fold)));
  if (!there)
    for await (const fold of trainFolds(examples, options)) {
      const { text } = makeModel({
        name: `fold ${fold.fold}`,
        method: 'boosting',
        created: new Date().toISOString().slice(0, 10),
        seed: SEED,
        features: [...places].map((p) => FEATURES[p]!.name),
        ensemble: fold.ensemble,
        calibration: { raw: [0, 1], probability: [0, 1] },
        thresholds: fold.thresholds,
        novelty: {},
        reference: {},
        ranks: fold.ranks,
        training: {},
      });
      writeFileSync(file(fold.fold), text);
    }
  await trainer.close();
  wipeStatus();
  const foldFor = (c: LabelledCapture): number => place(examples.sourceNames.indexOf(sourceFamily(c.source)));
  for (let fold = 0; fold < FOLDS; fold++) if (existsSync(file(fold))) models.set(fold, chooseModel(file(fold)));
  const baselines = o.own ? ownBaselines(whole, captures, models, place) : new Map<string, BaselineDocument>();
  return {
    told: message(o.own ? 'lab-point-own' : 'lab-point-left-out'),
    modelFor: (c) => file(foldFor(c)),
    baselineFor: (c) => baselines.get(c.path) ?? null,
  };
}

/** What each capture's network has as ordinary flows in its other captures. */
function ownBaselines(
  e: Examples,
  captures: readonly LabelledCapture[],
  models: ReadonlyMap<number, Model>,
  place: (source: number) => number,
): Map<string, BaselineDocument> {
  const scores = { raw: new Float64Array(e.rows), novelty: new Float64Array(e.rows) };
  const bySource = new Map<number, number[]>();
  for (let r = 0; r < e.rows; r++) {
    if (e.label[r] !== 0) continue;
    const list = bySource.get(e.source[r]!);
    if (list) list.push(r);
    else bySource.set(e.source[r]!, [r]);
  }
  const found = new Map<string, BaselineDocument>();
  for (const [source, rows] of bySource) {
    const model = models.get(place(source));
    if (model === undefined) continue;
    scoreRows(model.ensemble, e, Int32Array.from(rows), model.places, scores);
    for (const [index, capture] of captures.entries()) {
      if (e.sourceNames.indexOf(sourceFamily(capture.source)) !== source) continue;
      const others = rows.filter((r) => e.capture[r] !== index);
      if (others.length < OWN_FLOWS) continue;
      const groups = new Map<string, { raw: number[]; novelty: number[] }>();
      for (const r of others) {
        const name = PROTOCOL_GROUPS[e.group[r]!]!;
        const group = groups.get(name) ?? { raw: [], novelty: [] };
        group.raw.push(scores.raw[r]!);
        group.novelty.push(scores.novelty[r]!);
        groups.set(name, group);
      }
      found.set(capture.path, learnBaseline(model, groups, [], new Date(0)));
    }
  }
  return found;
}

/** What the models follow from. */
function printOf(e: Examples, places: Int32Array): string {
  const what = [e.rows, e.sourceNames.join(), places.join(), WEIGHING, e.trust.join(), FOLDS].join('|');
  const values = hash('sha1', e.x.subarray(0, e.rows * e.stride), 'hex').slice(0, 8);
  return hash('sha1', what, 'hex').slice(0, 12) + hash('sha1', e.label, 'hex').slice(0, 8) + values;
}
