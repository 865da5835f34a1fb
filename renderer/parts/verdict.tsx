// A verdict as a chip or a dot. A word or a shape stands beside its colour, for those who do not see colours.
import type { ReactNode } from 'react';
import type { Verdict } from '../../contract/index.ts';
import { count } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export const VERDICT_CLASSES = ['malicious', 'suspicious', 'unfamiliar', 'benign'] as const;

export function Chip({
  verdict,
  points = 0,
}: {
  readonly verdict: Verdict | null;
  /** Of its gravest incident; 0 is not shown. */
  readonly points?: number;
}): ReactNode {
  const word = useWord();
  return (
    <span className={`chip ${verdict ?? 'open'}`}>
      {word(`verdict.${verdict ?? 'open'}`)}
      {points > 0 ? ` ${word('nPoints', { n: count(points) })}` : ''}
    </span>
  );
}

/** Number of a verdict in pages to the class of its dot. */
export function dotClass(verdict: number): string {
  return verdict === 254 ? 'dot none' : `dot ${VERDICT_CLASSES[verdict] ?? 'open'}`;
}
