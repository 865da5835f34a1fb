// Says which feature's packets and bytes are highlighted, with a button that ends it.
import type { ReactNode } from 'react';
import { type FeatureEvidence, packetRow } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { meaningOf, useWord } from '../words/words.ts';

export function EvidenceBar({ evidence }: { readonly evidence: FeatureEvidence }): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const bytes = evidence.rangeFrom.reduce((sum, from, i) => sum + evidence.rangeTo[i]! - from, 0);
  return (
    <div className="evidence-bar" role="status">
      <span className="evidence-mark" aria-hidden="true" />
      <span>{evidence.total === 1 ? word('evidenceOne') : word('evidenceOf', { n: count(evidence.total) })}</span>
      <button type="button" className="link-button" onClick={() => goToPacket(packetRow(evidence.rows[0]!))}>
        {meaningOf(evidence.feature)}
      </button>
      {bytes > 0 ? <span className="dim">{word('evidenceBytes', { n: count(bytes) })}</span> : null}
      <button type="button" className="link-button evidence-done" onClick={() => set({ evidence: null })}>
        {word('evidenceDone')}
      </button>
    </div>
  );
}
