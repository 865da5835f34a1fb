// Contributions to a score as bars from a middle line: red to the right towards malice, green to the left away from it.
import type { ReactNode } from 'react';
import type { FeatureReason } from '../../contract/index.ts';
import { visible } from '../words/format.ts';
import { meaningOf, useWord, valueOf } from '../words/words.ts';

export function Contributions({ reasons }: { readonly reasons: readonly FeatureReason[] }): ReactNode {
  const word = useWord();
  const largest = Math.max(0.001, ...reasons.map((r) => Math.abs(r.contribution)));
  return (
    <ul className="contributions">
      {reasons.map((r) => {
        const share = (Math.abs(r.contribution) / largest) * 50;
        const said = word(r.contribution >= 0 ? 'raises' : 'lowers', { by: Math.abs(r.contribution).toFixed(2) });
        return (
          <li key={r.feature} title={`${visible(meaningOf(r.feature))} · ${said}`}>
            <span className="contribution-name">{visible(meaningOf(r.feature))}</span>
            <span className="contribution-value">{visible(valueOf(r))}</span>
            <span className="bar" role="img" aria-label={said}>
              <i
                className={r.contribution >= 0 ? 'up' : 'down'}
                style={{ left: `${r.contribution >= 0 ? 50 : 50 - share}%`, width: `${share}%` }}
              />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
