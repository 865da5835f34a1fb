// Labelled captures to examples for training: all flows as vectors, with labels, sources and families by number.
import { type Message, SaidError, say } from '../../contract/index.ts';
import { FEATURE_COUNT, FEATURES, robustFeatures } from '../features/index.ts';
import { type Examples, mergeDuplicates, pick } from '../learn/index.ts';
import {
  BACKGROUND,
  collectFlows,
  flowLabelsOf,
  type LabelledCapture,
  readBackgroundNames,
  trustOf,
} from '../session/index.ts';
import { sourceFamily } from './groups.ts';

/** Flows of each class below which nothing can be learned. */
const FEWEST = 10;

/** What is learned from. */
export interface Lesson {
  readonly captures: number;
  readonly sources: readonly string[];
  /** Flows after near-duplicates were merged, and all of them. */
  readonly examples: Examples;
  readonly whole: Examples;
  /** Places of the features that a model may see. */
  readonly places: Int32Array;
  readonly benign: number;
  readonly malicious: number;
  readonly background: number;
  /** Flows that were near-duplicates of others. */
  readonly merged: number;
  /** Captures that could not be read. */
  readonly unreadable: readonly string[];
}

export interface LessonOptions {
  /** Folders of the captures: their flow-labels.csv and background-names.txt count. */
  readonly folders: readonly string[];
  readonly cacheFolder: string;
  /** All features that may be taught, or those that say nothing of a laboratory. */
  readonly set: 'full' | 'robust';
  readonly progress?: (done: number, all: number) => void;
}

/** Places of the features of a set. */
export function featurePlaces(set: 'full' | 'robust'): Int32Array {
  const robust = robustFeatures();
  const wanted = (f: (typeof FEATURES)[number]): boolean =>
    set === 'full' ? f.kind !== 'context' : robust.has(f.name);
  return Int32Array.from(FEATURES.flatMap((f, i) => (wanted(f) ? [i] : [])));
}

/** @throws SaidError for labels that cannot be read, and for too few flows */
export async function readLesson(captures: readonly LabelledCapture[], o: LessonOptions): Promise<Lesson> {
  const flowLabels = flowLabelsOf(o.folders);
  const flows = await collectFlows(
    captures,
    { backgroundNames: o.folders.flatMap((f) => readBackgroundNames(f)), flowLabels },
    o.cacheFolder,
    (n) => o.progress?.(n, captures.length),
  );
  const places = featurePlaces(o.set);
  const sources = [...new Set(captures.map((c) => sourceFamily(c.source)))];
  const families = [...new Set(captures.map((c) => c.family))];
  const sourceOf = captures.map((c) => sources.indexOf(sourceFamily(c.source)));
  const familyOf = captures.map((c) => families.indexOf(c.family));
  const whole: Examples = {
    rows: flows.rows,
    stride: FEATURE_COUNT,
    x: flows.vectors,
    label: Uint8Array.from(flows.label),
    capture: Int32Array.from(flows.capture),
    source: Int32Array.from(flows.capture, (c) => sourceOf[c]!),
    family: Int32Array.from(flows.capture, (c) => familyOf[c]!),
    group: Uint8Array.from(flows.group),
    tcp: Uint8Array.from(flows.tcp, (t) => (t ? 1 : 0)),
    trust: Float64Array.from(captures, (c) => trustOf(c, flowLabels)),
    sourceNames: sources,
    familyNames: families,
  };
  const examples = pick(whole, mergeDuplicates(whole, places));
  const labelled = (label: number): number => examples.label.filter((l) => l === label).length;
  const [benign, malicious, background] = [labelled(0), labelled(1), labelled(BACKGROUND)];
  if (benign < FEWEST || malicious < FEWEST)
    throw new SaidError(say('lab-too-little', { benign, malicious, least: FEWEST }));
  return {
    captures: captures.length,
    sources,
    examples,
    whole,
    places,
    benign,
    malicious,
    background,
    merged: flows.rows - examples.rows,
    unreadable: flows.unreadable,
  };
}

/** What was learned from, in a sentence. */
export function lessonText(l: Lesson): Message {
  const { benign, malicious, background } = l;
  return say('lab-lesson', { flows: l.whole.rows, kept: l.examples.rows, benign, malicious, background });
}
