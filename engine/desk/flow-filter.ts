// The filter of a list that is made of flows: incidents and hosts are filtered by theirs.
import type { FilterProblem, FlowRow, Message } from '../../contract/index.ts';
import { type Asker, flowAnswers, type FilterPlan, type Predicate, type Subject } from '../filter/index.ts';
import { planned as plannedOver, readyFor, type TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';

export type FlowPlan = FilterPlan<FlowRow> | null;

/** A filter as it is answered, or the mistake in it. */
export function planned(
  filter: string,
  asker: Asker,
): Promise<{ readonly plan: FlowPlan } | { readonly problem: FilterProblem }> {
  return plannedOver(filter, 'flows', asker);
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
  await readyFor(plan, s, turns);
  const { answers, partial } = await flowAnswers(plan, s, asker, turns);
  return { passes: plan.answered(subject, answers, false), partial };
}
