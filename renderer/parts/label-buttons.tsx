// Benign, malicious, unsure: what the user says of a flow. The one that is set is pressed; pressing it again takes it
// away.
import type { ReactNode } from 'react';
import { type FlowRow, type Label, LABELS } from '../../contract/index.ts';
import { setLabel } from '../state/actions.ts';
import { useWord } from '../words/words.ts';

export function LabelButtons({ flow, label }: { readonly flow: FlowRow; readonly label: Label | null }): ReactNode {
  const word = useWord();
  return (
    <div className="labels" role="group" aria-label={word('labelFlow')}>
      {LABELS.map((l) => (
        <button
          key={l}
          type="button"
          className={`button label-${l}`}
          aria-pressed={label === l}
          onClick={() => void setLabel(flow, label === l ? null : l)}
        >
          {word(`label.${l}`)}
        </button>
      ))}
    </div>
  );
}
