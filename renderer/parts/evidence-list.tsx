// The evidence of an incident: a sentence each with its points, and the way to the packets and bytes that show it.
import type { ReactNode } from 'react';
import type { EvidenceRow, IncidentRow } from '../../contract/index.ts';
import { goToPacket, showPackets } from '../state/actions.ts';
import { count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';

/** Packets of a piece of evidence that a filter names one by one. */
const NAMED = 40;

/** @param limit pieces of evidence that are shown; facts of 0 points come last */
export function EvidenceList({
  incident,
  limit = Infinity,
}: {
  readonly incident: IncidentRow;
  readonly limit?: number;
}): ReactNode {
  const word = useWord();
  const shown = incident.evidence.slice(0, limit);
  const rest = incident.evidence.length - shown.length;
  return (
    <ul className="evidence-list">
      {shown.map((e) => (
        <Piece key={e.rule} evidence={e} />
      ))}
      {incident.corrections.map((said, i) => (
        <li key={`c${i}`} className="correction">
          <span className="points">±</span>
          <span>{sentence(said)}</span>
        </li>
      ))}
      {incident.inherited ? (
        <li className="correction">
          <span className="points">=</span>
          <span>{word('inherited')}</span>
        </li>
      ) : null}
      {rest > 0 ? <li className="dim">{word('moreEvidence', { n: count(rest) })}</li> : null}
    </ul>
  );
}

function Piece({ evidence: e }: { readonly evidence: EvidenceRow }): ReactNode {
  const word = useWord();
  const first = e.packets[0];
  return (
    <li className={e.counts ? 'counts' : 'beside'} title={e.counts ? undefined : word('countsNot')}>
      <span className="points">{pointsOf(e)}</span>
      <span>
        {visible(sentence(e.said))}{' '}
        <span className="dim">
          {e.flows > 1 ? word('inFlows', { n: count(e.flows) }) : ''}
          {e.technique === null ? '' : ` · ATT&CK ${e.technique}`}
        </span>{' '}
        <button type="button" className="link-button" onClick={() => void showPackets(filterOf(e))}>
          {word('showPackets')}
        </button>{' '}
        {first === undefined ? null : (
          <button type="button" className="link-button" onClick={() => goToPacket(first)}>
            {word('showBytes')}
          </button>
        )}
      </span>
    </li>
  );
}

/** Points that are in the sum stand with a plus, others in brackets; a fact has none. */
function pointsOf(e: EvidenceRow): string {
  if (e.points === 0) return '·';
  return e.counts ? `+${e.points}` : `(${e.points})`;
}

/** The packets that show it; where none is named, those of the flows that carry it. */
function filterOf(e: EvidenceRow): string {
  if (e.packets.length === 0) return `flow.rule == "${e.rule}"`;
  const numbers = e.packets.slice(0, NAMED).map((p) => String(p + 1));
  return numbers.length === 1 ? `frame.number == ${numbers[0]}` : `frame.number in {${numbers.join(', ')}}`;
}

/** Points as they stand beside a verdict. */
export function Points({ incident }: { readonly incident: Pick<IncidentRow, 'points' | 'verdict'> }): ReactNode {
  const word = useWord();
  return (
    <span className={`chip ${incident.verdict ?? 'open'}`}>
      {word(`verdict.${incident.verdict ?? 'fact'}`)} {word('nPoints', { n: count(incident.points) })}
    </span>
  );
}
