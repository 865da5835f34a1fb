// The flow of the selected packet: verdict, ends, the evidence, labels.
import type { ReactNode } from 'react';
import { openFlow, showPackets } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { bytes, count, seconds, visible } from '../words/format.ts';
import { endText, modelSentence, sentence, useWord } from '../words/words.ts';
import { EvidenceList } from './evidence-list.tsx';
import { LabelButtons } from './label-buttons.tsx';
import { FlowThreats } from './threat-list.tsx';
import { FlowTags } from './tags-dialog.tsx';
import { useFlow } from './use-flow.ts';
import { Chip } from './verdict.tsx';

const SHOWN = 5;

export function FlowCard(): ReactNode {
  const word = useWord();
  const flow = useStore((s) => s.flow);
  const packet = useStore((s) => s.packet);
  const finding = useStore((s) => s.finding);
  const { detail, reasons, problem } = useFlow(packet === null ? null : flow);
  const nothing = flow === null ? word('noFlow') : word('readingFlow');
  const note = packet === null ? word('selectPacket') : nothing;
  const waiting = finding ? word('readingFlow') : note;
  return (
    <section className="pane flow-card" aria-label={word('flow')}>
      <header className="pane-head">
        <h2>{word('flow')}</h2>
      </header>
      <div className="pane-body pad" tabIndex={0} role="group" aria-label={word('flow')}>
        {detail === null ? (
          <p className="note">{problem === null ? waiting : sentence(problem)}</p>
        ) : (
          <>
            <div className="card-head">
              <Chip verdict={detail.verdict} points={detail.points} />
              <span className="chip grade">{word(`grade.${detail.grade}`)}</span>
              <button
                type="button"
                className="link-button right"
                title={word('flowNHint')}
                onClick={() => openFlow(detail.flow)}
              >
                {word('flowN', { n: count(detail.id) })} ›
              </button>
            </div>
            <p className="ends">
              {detail.initiator} → {detail.responder}
            </p>
            <p className="meta">
              {[
                detail.app,
                detail.name === null ? null : visible(detail.name),
                word('nPackets', { n: count(detail.packetsForward + detail.packetsReverse) }),
                bytes(detail.bytesForward + detail.bytesReverse),
                seconds(detail.duration),
                endText(detail.endReason),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {detail.incidents.slice(0, 1).map((i) => (
              <EvidenceList key={i.id} incident={i} limit={SHOWN} />
            ))}
            {detail.incidents.length > 0 ? null : (
              <p className="note">{word(detail.verdict === 'unfamiliar' ? 'noEvidenceUnfamiliar' : 'noEvidence')}</p>
            )}
            <FlowThreats key={`threats ${detail.flow}`} flow={detail.flow} full={false} />
            {reasons === null ? (
              <p className="note">{problem === null ? word('explaining') : sentence(problem)}</p>
            ) : (
              <p className="meta">{modelSentence(reasons, detail)}</p>
            )}
            <div className="card-actions">
              <LabelButtons flow={detail.flow} label={detail.label} />
              <FlowTags flow={detail.flow} tags={detail.tags} />
              <button type="button" className="button" onClick={() => void showPackets(`flow.id == ${detail.id}`)}>
                {word('showPackets')}
              </button>
            </div>
          </>
        )}
      </div>
    </section>
  );
}
