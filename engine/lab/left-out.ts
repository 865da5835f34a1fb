// Models that never saw the sources that they judge, made of the captures that are measured. They are kept in the cache
// by what they follow from, since the same captures give the same models.
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../contract/index.ts';
import { type BaselineDocument, learnBaseline, makeModel, type TreeModel } from '../detect/index.ts';
import { FEATURES, SCHEMA_HASH } from '../features/index.ts';
import { BOOSTING_DEFAULTS, type Examples, foldOf, scoreRows, trainFolds } from '../learn/index.ts';
import { type LabelledCapture, PROTOCOL_GROUPS, usableModel } from '../session/index.ts';
import { writePlain } from '../store/index.ts';
import { sourceFamily } from './groups.ts';
import { type Lesson, lessonText, readLesson } from './lesson.ts';
import { Trainer } from './trainer.ts';

/** How captures are weighed; another number where exampleWeights changes. */
const WEIGHING = 2;
const FOLDS = 6;
const SEED = 1;
/** Flows of one capture that are taught at most. */
const PER_CAPTURE = 300;
/** Sources below which none can be left out. */
const FEWEST_SOURCES = 3;
/** Ordinary flows of its other captures that a network's own baseline needs. */
const OWN_FLOWS = 30;

export interface LeftOutOptions {
  readonly folder: string;
  readonly captures: readonly LabelledCapture[];
  readonly cacheFolder: string;
  readonly threads: number;
  /** Whether each network gets a baseline of its own, from its other captures. */
  readonly own: boolean;
}

/** What came of it: plain data that travels between threads. */
export interface LeftOut {
  /** The file of the model that never saw a source, by the source. Without one a class lacks where it is left out. */
  readonly files: ReadonlyMap<string, string>;
  /** By the path of a capture. */
  readonly baselines: ReadonlyMap<string, BaselineDocument>;
  /** Places of the features that the models have. */
  readonly places: Int32Array;
  /** What was learned from, in a sentence, and captures that could not be read. */
  readonly told: Message;
  readonly unreadable: readonly string[];
}

/** @returns null where there are too few sources @throws SaidError for too few flows, and for labels that cannot be read */
export async function leaveOut(
  o: LeftOutOptions,
  progress: (doing: 'reading' | 'training', done: number, all: number) => void,
): Promise<LeftOut | null> {
  if (new Set(o.captures.map((c) => sourceFamily(c.source))).size < FEWEST_SOURCES) return null;
  const lesson = await readLesson(o.captures, {
    folders: [o.folder],
    cacheFolder: o.cacheFolder,
    set: 'robust',
    progress: (done, all) => progress('reading', done, all),
  });
  const { examples } = lesson;
  const kept = join(o.cacheFolder, 'lab', printOf(examples, lesson.places));
  const file = (fold: number): string => join(kept, `fold-${fold}.json`);
  const whole = join(kept, 'whole');
  if (!existsSync(whole)) {
    await train(lesson, o.threads, file, (done) => progress('training', done, FOLDS));
    writePlain(whole, '');
  }
  const place = foldOf(examples, FOLDS);
  const files = new Map<string, string>();
  for (const [source, name] of examples.sourceNames.entries()) {
    const path = file(place(source));
    if (existsSync(path)) files.set(name, path);
  }
  const baselines = o.own ? ownBaselines(lesson.whole, o.captures, files) : new Map<string, BaselineDocument>();
  const { places } = lesson;
  return { files, baselines, places, told: lessonText(lesson), unreadable: lesson.unreadable };
}

async function train(
  { examples, places }: Lesson,
  threads: number,
  file: (fold: number) => string,
  progress: (done: number) => void,
): Promise<void> {
  const trainer = new Trainer(threads);
  const options = {
    train: trainer.train.bind(trainer),
    options: { ...BOOSTING_DEFAULTS, seed: SEED },
    places,
    perCapture: PER_CAPTURE,
    folds: FOLDS,
    groupNames: PROTOCOL_GROUPS,
    progress,
  };
  try {
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
      writePlain(file(fold.fold), text);
    }
  } finally {
    await trainer.close();
  }
}

/** What each capture's network has as ordinary flows in its other captures. */
function ownBaselines(
  e: Examples,
  captures: readonly LabelledCapture[],
  files: ReadonlyMap<string, string>,
): Map<string, BaselineDocument> {
  const models = new Map<string, TreeModel>();
  for (const file of new Set(files.values())) {
    const model = usableModel(file);
    if (model.kind === 'trees') models.set(file, model);
  }
  const scores = { raw: new Float64Array(e.rows), novelty: new Float64Array(e.rows) };
  const ordinary = Array.from({ length: e.rows }, (_, r) => r).filter((r) => e.label[r] === 0);
  const found = new Map<string, BaselineDocument>();
  for (const [source, rows] of Map.groupBy(ordinary, (r) => e.source[r]!)) {
    const file = files.get(e.sourceNames[source]!);
    if (file === undefined) continue;
    const model = models.get(file)!;
    scoreRows(model.ensemble, e, Int32Array.from(rows), model.places, scores);
    for (const [index, capture] of captures.entries()) {
      if (e.sourceNames.indexOf(sourceFamily(capture.source)) !== source) continue;
      const others = rows.filter((r) => e.capture[r] !== index);
      if (others.length < OWN_FLOWS) continue;
      const groups = Map.groupBy(others, (r) => PROTOCOL_GROUPS[e.group[r]!]!);
      const scored = [...groups].map(([name, of]) => {
        const picked = (all: Float64Array): number[] => of.map((r) => all[r]!);
        return [name, { raw: picked(scores.raw), novelty: picked(scores.novelty) }] as const;
      });
      found.set(capture.path, learnBaseline(model, new Map(scored), [], new Date(0)));
    }
  }
  return found;
}

/** What the models follow from. */
function printOf(e: Examples, places: Int32Array): string {
  const what = [SCHEMA_HASH, e.rows, e.sourceNames.join(), places.join(), WEIGHING, e.trust.join(), FOLDS].join('|');
  const values = hash('sha1', e.x.subarray(0, e.rows * e.stride), 'hex').slice(0, 8);
  return hash('sha1', what, 'hex').slice(0, 12) + hash('sha1', e.label, 'hex').slice(0, 8) + values;
}
