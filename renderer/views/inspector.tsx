// The inspector of one flow: the evidence, what the model adds, what would change it, its verdict over time, its first packets, its facts, all
// features.
import type { ReactNode } from 'react';
import type { FlowDetail, FlowReasons, FlowRow } from '../../contract/index.ts';
import { applyFilter, save, showPackets } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { Contributions } from '../parts/contributions.tsx';
import { EvidenceList, Points } from '../parts/evidence-list.tsx';
import { FeatureTable } from '../parts/feature-table.tsx';
import { MakeRule } from '../parts/make-rule.tsx';
import { LabelButtons } from '../parts/label-buttons.tsx';
import { SequencePicture } from '../parts/sequence-picture.tsx';
import { FlowThreats } from '../parts/threat-list.tsx';
import { FlowTags } from '../parts/tags-dialog.tsx';
import { useFlow } from '../parts/use-flow.ts';
import { Chip } from '../parts/verdict.tsx';
import { VerdictOverTime } from '../parts/verdict-over-time.tsx';
import { bytes, count, day, moment, seconds, visible, zone } from '../words/format.ts';
import {
  changeSentence,
  endText,
  flipSentence,
  groupName,
  modelSentence,
  sentence,
  useWord,
  type WordKey,
} from '../words/words.ts';

const REASONS = 8;

export function Inspector({ flow }: { readonly flow: FlowRow | null }): ReactNode {
  const word = useWord();
  const { detail, reasons, problem } = useFlow(flow);
  const set = useStore((s) => s.set);
  const shown = told(reasons);
  if (detail === null)
    return (
      <p className="note pad">
        {problem === null ? word(flow === null ? 'selectFlow' : 'readingFlow') : sentence(problem)}
      </p>
    );
  return (
    <>
      <section className="inspect-why" aria-label={word('why')} tabIndex={0}>
        <div className="card-head">
          <h2 className="big" title={word('flowNHint')}>
            {word('flowN', { n: count(detail.id) })}
          </h2>
          <Chip verdict={detail.verdict} points={detail.points} />
          <span className="chip grade">{word(`grade.${detail.grade}`)}</span>
        </div>
        <p className="ends">
          {detail.initiator} → {detail.responder}
        </p>
        <p className="meta">
          {[
            detail.app,
            word('nPackets', { n: count(detail.packetsForward + detail.packetsReverse) }),
            bytes(detail.bytesForward + detail.bytesReverse),
            seconds(detail.duration),
            endText(detail.endReason),
            `${moment(detail.start)} ${zone(detail.start)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <h3>{word('why')}</h3>
        {detail.incidents.length === 0 ? (
          <p className="meta">{word(detail.verdict === 'unfamiliar' ? 'noEvidenceUnfamiliar' : 'noEvidence')}</p>
        ) : (
          detail.incidents.map((i) => (
            <section key={`${i.id} ${i.peer}`} className="flow-incident">
              <p>
                <Points incident={i} /> {visible(sentence(i.title))}
              </p>
              <EvidenceList incident={i} />
            </section>
          ))
        )}
        <p className="meta">{changeSentence(detail)}</p>
        <FlowThreats key={`threats ${detail.flow}`} flow={detail.flow} full />
        <h3>{word('modelSays')}</h3>
        {reasons === null ? (
          <p className="note">{problem === null ? word('explaining') : sentence(problem)}</p>
        ) : (
          <>
            <p className="meta">
              {modelSentence(reasons, detail)}{' '}
              {reasons.contributions ? flipSentence(reasons) : word('noContributions', { raw: signed(reasons.raw) })}
            </p>
            {reasons.contributions ? (
              <>
                <Contributions reasons={shown} />
                <p className="meta">
                  {word('rawScore', {
                    raw: signed(reasons.raw),
                    base: signed(reasons.base),
                    n: shown.length,
                    rest: reasons.smaller + reasons.reasons.length - shown.length,
                  })}
                </p>
                <h3>{word('byGroup')}</h3>
                <ul className="groups">
                  {reasons.groups.map((g) => (
                    <li key={g.group}>
                      <span>{groupName(g.group)}</span>
                      <span className={g.contribution >= 0 ? 'up' : 'down'}>{signed(g.contribution)}</span>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
            <p className="meta">
              {word(thresholdWord(reasons.threshold), {
                at: reasons.threshold.one === null ? '–' : signed(reasons.threshold.one),
              })}
            </p>
            <VerdictOverTime detail={detail} />
          </>
        )}
      </section>
      <section className="inspect-middle" aria-label={word('facts')} tabIndex={0}>
        <h3>
          {word('firstPackets')}{' '}
          <span className="legend">
            <span>
              <i className="swatch initiator" /> {word('initiator')}
            </span>{' '}
            <span>
              <i className="swatch responder" /> {word('responder')}
            </span>
          </span>
        </h3>
        {reasons === null ? (
          <p className="note">{word('readingFlow')}</p>
        ) : (
          <SequencePicture lengths={reasons.sequence} rows={reasons.sequenceRows} />
        )}
        <Facts detail={detail} />
        <div className="card-actions">
          <LabelButtons flow={detail.flow} label={detail.label} />
          <FlowTags flow={detail.flow} tags={detail.tags} />
          <button type="button" className="button" onClick={() => set({ dialog: 'stream' })}>
            {word('followStream')}
          </button>
          <button type="button" className="button" onClick={() => void showPackets(`flow.id == ${detail.id}`)}>
            {word('showPackets')}
          </button>
          <MakeRule detail={detail} />
          <button type="button" className="button" onClick={() => void save('flows')}>
            {word('exportMore')}
          </button>
        </div>
      </section>
      <section className="inspect-features" aria-label={word('features')}>
        {reasons === null ? (
          <p className="note">{word('readingFlow')}</p>
        ) : (
          <FeatureTable reasons={reasons} flowId={detail.id} />
        )}
      </section>
    </>
  );
}

function Facts({ detail }: { readonly detail: FlowDetail }): ReactNode {
  const word = useWord();
  const c = detail.certificate;
  const facts: [string, string | null][] = [
    // A host or a question is named by its own line.
    [word('fact.name'), [detail.httpHost, detail.dnsQuery].includes(detail.name) ? null : detail.name],
    [word('fact.resolved'), detail.resolvedName === detail.name ? null : detail.resolvedName],
    ['JA3', detail.ja3],
    ['JA3S', detail.ja3s],
    ['JA4', detail.ja4],
    [word('fact.ja3Retry'), detail.ja3Retry],
    [word('fact.ja4Retry'), detail.ja4Retry],
    [word('fact.subject'), c?.subject ?? null],
    [word('fact.issuer'), c?.selfSigned ? word('fact.selfSigned') : (c?.issuer ?? null)],
    [word('fact.validity'), c === null ? null : `${day(c.notBefore)} – ${day(c.notAfter)}`],
    [word('fact.key'), c === null ? null : `${c.keyType.toUpperCase()} ${c.keyBits}`],
    [word('fact.host'), detail.httpHost],
    [word('fact.agent'), detail.httpUserAgent],
    [word('fact.query'), detail.dnsQuery],
    ...detail.facts
      .filter((f) => !(f.name === 'resolution' && detail.name === null))
      .map((f): [string, string] => [word(`fact.${f.name}`), f.value]),
    [word('fact.community'), detail.communityId],
  ];
  return (
    <>
      <h3>{word('facts')}</h3>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{visible(value!)}</dd>
            </div>
          ))}
      </dl>
      {detail.ja4 === null || detail.sameJa4 < 2 ? null : (
        <p className="meta">
          {word('sameJa4', { n: count(detail.sameJa4), malicious: count(detail.sameJa4Malicious) })}{' '}
          <button type="button" className="link-button" onClick={() => void applyFilter(`flow.ja4 == "${detail.ja4}"`)}>
            {word('show')}
          </button>
        </p>
      )}
    </>
  );
}

/** The weightiest of what the model's features say, without those that are missing. */
function thresholdWord({ learned, measured }: FlowReasons['threshold']): WordKey {
  if (learned) return 'againstOwn';
  return measured ? 'againstForeign' : 'againstNothing';
}

function told(reasons: FlowReasons | null): FlowReasons['reasons'] {
  return (reasons?.reasons ?? []).filter((r) => r.value !== null).slice(0, REASONS);
}

function signed(n: number): string {
  return `${n < 0 ? '−' : '+'}${Math.abs(n).toFixed(2)}`;
}
