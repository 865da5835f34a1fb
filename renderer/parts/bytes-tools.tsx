// What can be done with the bytes shown: as hexadecimal or as bits, and saved.
import type { ReactNode } from 'react';
import { saveField } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';

export function BytesTools({
  as,
  setAs,
  source,
  from,
  to,
}: {
  readonly as: 'hex' | 'bits';
  readonly setAs: (as: 'hex' | 'bits') => void;
  readonly source: number;
  /** The bytes of the field that is selected; without one, all. */
  readonly from: number;
  readonly to: number;
}): ReactNode {
  const word = useWord();
  const packet = useStore((s) => s.packet);
  return (
    <>
      <button
        type="button"
        className="link-button"
        aria-pressed={as === 'bits'}
        onClick={() => setAs(as === 'bits' ? 'hex' : 'bits')}
      >
        {word('bits')}
      </button>
      <button
        type="button"
        className="link-button"
        disabled={packet === null}
        onClick={() => {
          if (packet !== null) void saveField(packet, source, from, to);
        }}
      >
        {word('saveBytes')}
      </button>
    </>
  );
}
