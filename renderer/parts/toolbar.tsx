// The toolbar: what is captured, how to stop it, what to open, the filter across, the palette.
import { useEffect, useState, type ReactNode } from 'react';
import type { SessionState } from '../../contract/index.ts';
import { control, openDialog, show } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { closeShown } from '../state/tabs.ts';
import { clock } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { CaptureFilter } from './capture-filter.tsx';
import { FilterBar } from './filter-bar.tsx';
import { SavedFilters } from './saved-filters.tsx';

export function Toolbar(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session);
  const view = useStore((s) => s.view);
  const set = useStore((s) => s.set);
  const mac = useStore((s) => s.hello?.platform === 'darwin');
  const live = session?.source === 'live';
  const running = live && (session.phase === 'live' || session.phase === 'paused');
  return (
    <header className="toolbar">
      <h1 className="brand">
        <button type="button" onClick={() => show('start')} title={word('startPage')}>
          Sightline
        </button>
      </h1>
      {session === null ? null : (
        <div className="toolbar-group" role="group" aria-label={word('captureControls')}>
          <span
            className={`button quiet source${running && session.phase === 'live' ? ' running' : ''}`}
            title={session.path}
          >
            {running ? <i className={`dot ${session.phase === 'live' ? 'malicious' : 'open'}`} /> : null}
            <span className="source-name">{live ? session.interface : session.name}</span>
            {running ? <Elapsed since={session.started ?? 0} /> : null}
          </span>
          {live ? <CaptureButtons phase={session.phase} mac={mac} /> : null}
          {live && !running ? (
            <button type="button" className="button" onClick={() => set({ dialog: 'save' })}>
              {word('saveMore')}
            </button>
          ) : null}
          {running ? null : (
            <button type="button" className="button" onClick={closeShown}>
              {word('close')}
            </button>
          )}
        </div>
      )}
      <button type="button" className="button" onClick={() => void openDialog()} title={mac ? '⌘O' : 'Ctrl+O'}>
        {word('openMore')}
      </button>
      {session === null || view === 'start' ? <CaptureFilter /> : <FilterBar />}
      {session === null || view === 'start' ? null : <SavedFilters />}
      <button type="button" className="button quiet" onClick={() => set({ dialog: 'palette' })} title={word('palette')}>
        {mac ? '⌘K' : 'Ctrl K'}
      </button>
    </header>
  );
}

/** Pause and stop of a capture that runs; start again of one that was stopped. */
function CaptureButtons({ phase, mac }: { readonly phase: SessionState['phase']; readonly mac: boolean }): ReactNode {
  const word = useWord();
  const keys = mac ? '⌘E' : 'Ctrl+E';
  if (phase !== 'live' && phase !== 'paused')
    return (
      <button type="button" className="button" onClick={() => void control('restart')} title={keys}>
        ↻ {word('restart')}
      </button>
    );
  const paused = phase === 'paused';
  return (
    <>
      <button type="button" className="button" onClick={() => void control(paused ? 'resume' : 'pause')}>
        {paused ? `▶ ${word('resume')}` : `❚❚ ${word('pause')}`}
      </button>
      <button type="button" className="button" onClick={() => void control('stop')} title={keys}>
        <i className="square" /> {word('stop')}
      </button>
    </>
  );
}

function Elapsed({ since }: { readonly since: number }): ReactNode {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span className="elapsed"> · {clock(now / 1000 - since)}</span>;
}
