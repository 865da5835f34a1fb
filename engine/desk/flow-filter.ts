// The filter of a list that is made of flows: incidents and hosts are filtered by theirs.
import type { FilterProblem, FlowRow, Message } from '../../contract/index.ts';
import {
  type Asker,
  flowAnswers,
  FilterError,
  type FilterPlan,
  planFilter,
  type Predicate,
  type Subject,
} from '../filter/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

/** How often it is looked whether a file has been read to its end, ms. */
const LOOK_AGAIN = 50;

export type FlowPlan = FilterPlan<FlowRow> | null;

/** A filter as it is answered, or the mistake in it. */
export async function planned(
  filter: string,
  asker: Asker,
): Promise<{ readonly plan: FlowPlan } | { readonly problem: FilterProblem }> {
  try {
    return { plan: await planFilter(filter, 'flows', asker) };
  } catch (error) {
    if (error instanceof FilterError) return { problem: { at: error.at, length: error.length, message: error.said } };
    throw error;
  }
}

/**
 * What tells whether flows pass.
 * @param subject the capture, or as a part of it sees it
 * @throws SaidError where Wireshark's engine is needed and cannot answer
 */
export async function flowTest(
  plan: NonNullable<FlowPlan>,
  s: CaptureSession,
  asker: Asker,
  turns: TimeSlices,
  subject: Subject = s,
): Promise<{ readonly passes: Predicate<FlowRow>; readonly partial: Message | null }> {
  await s.prepare(plan.features, turns);
  while (plan.leaves.length > 0 && s.reading) await turns.pause(LOOK_AGAIN);
  const { answers, partial } = await flowAnswers(plan, s, asker, turns);
  return { passes: plan.answered(subject, answers, false), partial };
}
