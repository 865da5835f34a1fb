// Nothing to show: why, and the next step.
import type { ReactNode } from 'react';
import type { SessionState } from '../../contract/index.ts';
import { applyFilter } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { sentence, useWord } from '../words/words.ts';

export function Empty({
  text,
  action,
  onAction,
}: {
  readonly text: string;
  readonly action?: string;
  readonly onAction?: () => void;
}): ReactNode {
  return (
    <div className="empty">
      <p>{text}</p>
      {action === undefined ? null : (
        <button type="button" className="button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}

/** A list without rows: its filter lets none through, or none has come. */
export function EmptyList({
  filter,
  nothing,
}: {
  readonly filter: string;
  readonly nothing: 'noPackets' | 'noFlows' | 'noAlerts' | 'noHosts';
}): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  if (filter !== '')
    return (
      <Empty text={word('noMatch', { filter })} action={word('clearFilter')} onAction={() => void applyFilter('')} />
    );
  return <Empty text={session.message === null ? word(waitsFor(session.phase, nothing)) : sentence(session.message)} />;
}

function waitsFor<T extends string>(
  phase: SessionState['phase'],
  nothing: T,
): T | 'waitingForPackets' | 'readingFirst' {
  if (phase === 'live') return 'waitingForPackets';
  return phase === 'reading' ? 'readingFirst' : nothing;
}
