// The status bar: how much there is, what was found, what was lost, and what the verdicts stand on. Counts are filters.
import type { ReactNode } from 'react';
import type { SessionState } from '../../contract/index.ts';
import { applyFilter, changeSettings, show } from '../state/actions.ts';
import { useProfiles } from '../state/profile-in-use.ts';
import { openProfileMenu, profileName } from '../state/profiles.ts';
import { useStore } from '../state/store.ts';
import { bytes, count, hours as hoursText } from '../words/format.ts';
import { languageShown, sentence, useWord } from '../words/words.ts';

const TOLD = ['malicious', 'suspicious'] as const;

export function StatusBar(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session);
  const view = useStore((s) => s.view);
  const hello = useStore((s) => s.hello);
  const settings = useStore((s) => s.settings);
  const job = useStore((s) => s.job);
  const filter = (verdict: string): void => {
    if (view === 'alerts' || view === 'lab' || view === 'rules' || view === 'start') show('flows');
    void applyFilter(`flow.verdict == ${verdict}`);
  };
  return (
    <footer className="status">
      {session === null ? (
        <span>{word('nothingLeaves')}</span>
      ) : (
        <>
          <span>
            <b>{count(session.packets)}</b> {word('packetsWord')}
          </span>
          <span>
            <b>{count(session.flows)}</b> {word('flowsWord')}
          </span>
          {TOLD.map((v) => (
            <button
              key={v}
              type="button"
              className={`status-button ${session.incidents[v] === 0 ? 'none' : v}`}
              title={word('filterBy', { filter: `flow.verdict == ${v}` })}
              onClick={() => filter(v)}
            >
              <i className={`dot ${v}`} /> {count(session.incidents[v])}{' '}
              {word(`${session.incidents[v] === 1 ? 'incident' : 'incidents'}.${v}`)}
            </button>
          ))}
          {session.source === 'live' ? (
            <span className={session.drops.kernel + session.drops.interface > 0 ? 'warn' : ''}>
              {word('dropped')} {word('kernel')} <b>{count(session.drops.kernel)}</b> · {word('interface')}{' '}
              <b>{count(session.drops.interface)}</b> · {word('behind')}{' '}
              <b>{session.drops.behind === 0 ? '0' : bytes(session.drops.behind)}</b>
              {session.firstOnDisk > 0 ? (
                <span className="dim" title={word('ringFrom', { n: count(session.firstOnDisk + 1) })}>
                  {' '}
                  · {word('ringShort')} <b>{count(session.firstOnDisk + 1)}</b>
                </span>
              ) : null}
            </span>
          ) : null}
          {session.learning === null ? null : <Learning {...session.learning} />}
          {session.phase === 'reading' ? (
            <span className="reading" role="status">
              {word('reading', { share: Math.floor(session.progress * 100) })}
              <progress
                max={1}
                value={session.progress}
                aria-label={word('reading', { share: Math.floor(session.progress * 100) })}
              />
            </span>
          ) : null}
          {job === null ? null : (
            <span className="reading" role="status">
              {job.text}{' '}
              <button type="button" className="link-button" onClick={job.cancel}>
                {word('cancel')}
              </button>
            </span>
          )}
          {session.message === null || session.packets === 0 ? null : (
            <span className="warn ellipsis" title={sentence(session.message)}>
              {sentence(session.message)}
            </span>
          )}
        </>
      )}
      <span className="status-right">
        {hello === null ? null : <StandsOn />}
        {hello === null ? null : <ProfileButton />}
        <span className="languages" role="group" aria-label={word('language')}>
          {(['en', 'zh'] as const).map((l) => (
            <button
              key={l}
              type="button"
              className="status-button"
              lang={l}
              aria-pressed={languageShown(settings) === l}
              onClick={() => void changeSettings({ language: l })}
            >
              {l === 'en' ? 'English' : '中文'}
            </button>
          ))}
        </span>
      </span>
    </footer>
  );
}

/** The profile in use; its menu has the others. */
function ProfileButton(): ReactNode {
  const word = useWord();
  const now = useProfiles((s) => s.now);
  return (
    <button
      type="button"
      id="profile-button"
      className="status-button"
      aria-haspopup="menu"
      title={word('profiles.hint')}
      onClick={openProfileMenu}
    >
      {word('profiles.now', { name: profileName(now) })}
    </button>
  );
}

/** The first hours of a live capture that are waited for. */
function Learning({ hours, lasted, ready }: NonNullable<SessionState['learning']>): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  return (
    <button
      type="button"
      className={`status-button${ready ? ' ready' : ''}`}
      title={word('learnNetwork')}
      onClick={() => set({ dialog: 'learn' })}
    >
      {ready ? word('learn.readyShort') : word('learn.learning', { lasted: hoursText(lasted), hours })}
    </button>
  );
}

/** What verdicts stand on: of what is open, else of what is opened next. */
function StandsOn(): ReactNode {
  const word = useWord();
  const model = useStore((s) => s.hello?.model);
  const judged = useStore((s) => s.session?.judged);
  const chosen = useStore((s) => s.settings?.network ?? '');
  const set = useStore((s) => s.set);
  if (model === undefined) return null;
  const { learned, network } = judged ?? { learned: model.learned, network: chosen };
  const against = network === '' ? word('ownNetwork') : word('namedNetwork', { name: network });
  return (
    <button
      type="button"
      className="status-button"
      onClick={() => set({ dialog: 'settings' })}
      title={word(learned ? 'againstOwnShort' : 'againstForeignShort')}
    >
      {word('model')} {model.name} · {learned ? against : word('foreignNetwork')}
    </button>
  );
}
