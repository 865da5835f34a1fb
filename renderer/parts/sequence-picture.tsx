// The first payload packets of a flow: up from the initiator, down from the responder, length on a root scale. Each
// leads to its packet.
import type { ReactNode } from 'react';
import { packetRow } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { count } from '../words/format.ts';
import { useWord } from '../words/words.ts';

const HEIGHT = 44;

export function SequencePicture({
  lengths,
  rows,
}: {
  readonly lengths: Int32Array;
  readonly rows: Uint32Array;
}): ReactNode {
  const word = useWord();
  if (lengths.length === 0) return <p className="note">{word('noPayload')}</p>;
  const largest = Math.sqrt(Math.max(1460, ...lengths.map(Math.abs)));
  return (
    <div className="sequence" role="group" aria-label={word('firstPackets')}>
      {Array.from(lengths, (length, i) => {
        const size = Math.max(3, (Math.sqrt(Math.abs(length)) / largest) * HEIGHT);
        const said = word(length >= 0 ? 'sentBytes' : 'answeredBytes', {
          n: count(Math.abs(length)),
          packet: count(rows[i]! + 1),
        });
        return (
          <button
            key={i}
            type="button"
            className={length >= 0 ? 'up' : 'down'}
            title={said}
            aria-label={said}
            onClick={() => goToPacket(packetRow(rows[i]!))}
          >
            <i style={{ height: size, top: length >= 0 ? HEIGHT - size : HEIGHT }} />
          </button>
        );
      })}
    </div>
  );
}
