// The evidence of an incident: a sentence each with its points, and the way to the packets and bytes that show it.
import type { ReactNode } from 'react';
import { type EvidenceRow, type IncidentRow, TECHNIQUES } from '../../contract/index.ts';
import { goToPacket, showPackets } from '../state/actions.ts';
import { count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { evidenceFilter } from './evidence-filter.ts';

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
  const beside = shown.filter((e) => !e.counts && e.points > 0);
  const piece = (e: EvidenceRow): ReactNode => <Piece key={e.rule} evidence={e} incident={incident} />;
  return (
    <ul className="evidence-list">
      {shown.filter((e) => e.counts).map(piece)}
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
      {beside.length === 0 ? null : <li className="dim">{word('besideHead')}</li>}
      {beside.map(piece)}
      {shown.filter((e) => !e.counts && e.points === 0).map(piece)}
      {rest > 0 ? <li className="dim">{word('moreEvidence', { n: count(rest) })}</li> : null}
    </ul>
  );
}

function Piece({
  evidence: e,
  incident,
}: {
  readonly evidence: EvidenceRow;
  readonly incident: IncidentRow;
}): ReactNode {
  const word = useWord();
  const first = e.packets[0];
  const about = [
    e.flows > 1 ? word('inFlows', { n: count(e.flows) }) : '',
    e.technique === null ? '' : `ATT&CK ${e.technique} ${TECHNIQUES[e.technique]}`,
  ].filter(Boolean);
  return (
    <li className={e.counts ? 'counts' : 'beside'} title={e.points === 0 ? word('factHint') : undefined}>
      <span className="points">{pointsOf(e)}</span>
      <span>
        {visible(sentence(e.said))} {about.length === 0 ? null : <span className="dim">{about.join(' · ')} </span>}
        <span className="ways">
          <button type="button" className="link-button" onClick={() => void showPackets(evidenceFilter(e, incident))}>
            {word('showPackets')}
          </button>
          {first === undefined ? null : (
            <button type="button" className="link-button" onClick={() => goToPacket(first)}>
              {word('showBytes')}
            </button>
          )}
        </span>
      </span>
    </li>
  );
}

/** Points that are in the sum stand with a plus, others in brackets; a fact has none. */
function pointsOf(e: EvidenceRow): string {
  if (e.points === 0) return '·';
  return e.counts ? `+${e.points}` : `(${e.points})`;
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
