// A verdict as a chip or a dot. A word or a shape stands beside its colour, for those who do not see colours.
import type { ReactNode } from 'react';
import type { Verdict } from '../../contract/index.ts';
import { score as scoreText } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export const VERDICT_CLASSES = ['malicious', 'suspicious', 'unfamiliar', 'benign'] as const;

export function Chip({
  verdict,
  score,
}: {
  readonly verdict: Verdict | null;
  readonly score?: number | null;
}): ReactNode {
  const word = useWord();
  return (
    <span className={`chip ${verdict ?? 'open'}`}>
      {word(`verdict.${verdict ?? 'open'}`)}
      {score !== undefined && score !== null ? ` ${scoreText(score)}` : ''}
    </span>
  );
}

/** Number of a verdict in pages to the class of its dot. */
export function dotClass(verdict: number): string {
  return verdict === 254 ? 'dot none' : `dot ${VERDICT_CLASSES[verdict] ?? 'open'}`;
}
