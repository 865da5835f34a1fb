// A filter as a list takes it: its plan, or the mistake in it; and what has to be there before the plan is asked.
import type { FilterProblem, Row } from '../../contract/index.ts';
import {
  type Asker,
  FilterError,
  type FilterPlan,
  type ListName,
  type ListRows,
  planFilter,
  type Subject,
} from '../filter/index.ts';
import type { TimeSlices } from './time-slices.ts';

/** What a list needs of its capture. */
export interface ListSource extends Subject {
  /** Makes the columns of features that a filter names. */
  prepare(features: readonly string[], turns: TimeSlices): Promise<void>;
  /** A file is being read: what Wireshark's engine says of it waits for its end. */
  readonly reading: boolean;
  /** Grows when verdicts, labels or marks change. */
  readonly revision: number;
}

/** How often it is looked whether a file has been read to its end, ms. */
const LOOK_AGAIN = 50;

/** @returns a plan, null where the filter is empty, or what is wrong with it */
export async function planned<L extends ListName>(
  filter: string,
  over: L,
  asker: Asker,
): Promise<{ readonly plan: FilterPlan<ListRows[L]> | null } | { readonly problem: FilterProblem }> {
  try {
    return { plan: await planFilter(filter, over, asker) };
  } catch (error) {
    if (error instanceof FilterError) return { problem: { at: error.at, length: error.length, message: error.said } };
    throw error;
  }
}

/** Makes features, and waits for the end of a file that the engine is asked about. */
export async function readyFor<R extends Row>(
  plan: FilterPlan<R>,
  source: ListSource,
  turns: TimeSlices,
): Promise<void> {
  await source.prepare(plan.features, turns);
  while (plan.leaves.length > 0 && source.reading) await turns.pause(LOOK_AGAIN);
}
