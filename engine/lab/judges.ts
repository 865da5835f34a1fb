// Which model and which baseline judge a capture, and how a report tells it.
import { type Message, type PlainKey, SaidError, say } from '../../contract/index.ts';
import type { BaselineDocument, Model } from '../detect/index.ts';
import type { LabelledCapture } from '../session/index.ts';
import { runThread, type Told } from './thread.ts';
import { sourceFamily } from './groups.ts';
import type { LeftOutOptions } from './left-out.ts';
import type { LeftOutAnswer } from './left-out-worker.ts';

/** With what one capture is judged. */
export interface JudgedWith {
  /** A model file. */
  readonly model: string;
  /** Whether the model adds its point. */
  readonly witness: boolean;
  /** The own network's; null is the foreign one. */
  readonly baseline: BaselineDocument | null;
  /** Files and folders of threat rules that are asked beside; none without. */
  readonly rules?: readonly string[];
}

export interface Judges {
  /** Name of the model, null where no single one adds a point. */
  readonly model: string | null;
  readonly told: Message;
  /** Places of the features that its models have; null where none adds a point. */
  readonly features: Int32Array | null;
  readonly of: (capture: LabelledCapture) => JudgedWith;
}

/** One model judges all, whatever it has seen. */
export function asItIs(file: string, model: Pick<Model, 'name' | 'places'>, told: PlainKey): Judges {
  const judged: JudgedWith = { model: file, witness: true, baseline: null };
  return { model: model.name, told: say(told), features: model.places, of: () => judged };
}

/** @param file of any model: its point is left out */
export function byRulesAlone(file: string): Judges {
  const judged: JudgedWith = { model: file, witness: false, baseline: null };
  return { model: null, told: say('lab-point-none'), features: null, of: () => judged };
}

/** Judges made of the captures themselves, and what a terminal tells of it. */
export interface LeftOutJudges extends Judges {
  readonly lesson: Message;
  readonly unreadable: readonly string[];
}

/**
 * Each capture is judged by a model that never saw its source.
 * @param spare a model file for captures of sources without such a model: they are judged by rules alone
 * @returns null where there are too few sources
 * @throws SaidError for too few flows @throws the signal's reason
 */
export async function byLeftOut(o: LeftOutOptions, spare: string, told: Told): Promise<LeftOutJudges | null> {
  const made = await runThread(
    import.meta.url,
    'left-out-worker',
    o,
    (answer: LeftOutAnswer) => {
      if ('problem' in answer) throw new SaidError(answer.problem);
      if ('made' in answer) return { result: answer.made };
      told.progress(answer.doing, answer.done, answer.all);
      return null;
    },
    told.signal,
  );
  if (made === null) return null;
  const { files, baselines } = made;
  const without = o.captures.filter((c) => !files.has(sourceFamily(c.source))).length;
  const key = o.own ? 'lab-point-own' : 'lab-point-left-out';
  return {
    model: null,
    told: without === 0 ? say(key) : say('lab-point-some', { point: say(key), without }),
    of: (capture) => {
      const file = files.get(sourceFamily(capture.source));
      return { model: file ?? spare, witness: file !== undefined, baseline: baselines.get(capture.path) ?? null };
    },
    features: made.places,
    lesson: made.told,
    unreadable: made.unreadable,
  };
}
