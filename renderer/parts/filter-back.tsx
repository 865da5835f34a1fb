// The text behind a filter's field: the same as in the field, with its mistake underlined.
import type { ReactNode, Ref } from 'react';
import type { FilterProblem } from '../../contract/index.ts';

export function FilterBack({
  text,
  problem,
  box,
}: {
  readonly text: string;
  /** Null where nothing is wrong, or nothing is known yet. */
  readonly problem: FilterProblem | null;
  readonly box?: Ref<HTMLDivElement>;
}): ReactNode {
  const end = problem === null ? 0 : problem.at + Math.max(1, problem.length);
  return (
    <div className="filter-back" ref={box} aria-hidden="true">
      {problem === null ? (
        text
      ) : (
        <>
          {text.slice(0, problem.at)}
          <mark>{text.slice(problem.at, end) || ' '}</mark>
          {text.slice(end)}
        </>
      )}
    </div>
  );
}

/** The class of a filter bar. @param known false while nothing is known of the text */
export function filterClass(known: boolean, invalid: boolean): string {
  if (!known) return 'filter-bar';
  return invalid ? 'filter-bar invalid' : 'filter-bar valid';
}
