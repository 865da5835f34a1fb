// Rules and indicators: what is loaded, what matched, what could not be read, and what a person turned off or wrote. Each
// row leads to its packets.
import { useEffect, type ReactNode } from 'react';
import type { ThreatState } from '../../contract/index.ts';
import { CostTable, NeverTable, quietCount } from '../parts/threat-costs.tsx';
import { MetTable, OffTable, OwnTable, RefusedTable, MatchedTable } from '../parts/threat-pages.tsx';
import { ThreatSources } from '../parts/threat-sources.tsx';
import { useThreatState } from '../parts/use-threats.ts';
import { openThreats, reloadThreats, saveEve, THREAT_PAGES, type ThreatPage, useThreats } from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export function RulesView(): ReactNode {
  const word = useWord();
  const state = useThreatState();
  const wanted = useThreats((s) => s.page);
  const find = useThreats((s) => s.find);
  const open = useStore((s) => s.session !== null);
  const page = wanted ?? firstPage(state);
  // The page stays as it was chosen first: rules that are loaded do not take it away.
  const known = state !== null;
  useEffect(() => {
    if (known && wanted === null) useThreats.setState({ page });
  }, [known, wanted, page]);
  const title = word(`threat.page.${page}`);
  return (
    <div className="stats threats">
      <nav className="stats-nav" aria-label={word('threat.pages')}>
        {THREAT_PAGES.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={one === page ? 'page' : undefined}
            onClick={() => openThreats(one)}
          >
            <span>{word(`threat.page.${one}`)}</span>
            <Figure page={one} state={state} />
          </button>
        ))}
      </nav>
      <section className="stats-page" aria-label={title}>
        <header className="stats-head">
          <h2>{title}</h2>
          {state?.busy === true ? (
            <span className="threat-busy dim" role="status">
              <progress aria-label={word('threat.busy')} />
              {word('threat.busy')}
            </span>
          ) : null}
          <span className="threat-actions">
            <button type="button" className="button" disabled={state === null} onClick={() => void reloadThreats()}>
              {word('threat.reload')}
            </button>
            <button
              type="button"
              className="button"
              disabled={!open}
              title={word('threat.eveHint')}
              onClick={() => void saveEve()}
            >
              {word('threat.eve')}
            </button>
          </span>
        </header>
        {state === null ? (
          <p className="note pad">{word('threat.reading')}</p>
        ) : (
          <Page key={`${page} ${find}`} page={page} state={state} find={find} />
        )}
      </section>
    </div>
  );
}

/** Whoever has nothing loaded begins with the sources. */
function firstPage(state: ThreatState | null): ThreatPage {
  return state === null || state.files.length + state.lists.length + state.own.length === 0 ? 'sources' : 'matched';
}

function Page(p: { readonly page: ThreatPage; readonly state: ThreatState; readonly find: string }): ReactNode {
  switch (p.page) {
    case 'sources':
      return <ThreatSources state={p.state} />;
    case 'matched':
      return <MatchedTable state={p.state} find={p.find} />;
    case 'met':
      return <MetTable state={p.state} find={p.find} />;
    case 'refused':
      return <RefusedTable state={p.state} find={p.find} />;
    case 'off':
      return <OffTable state={p.state} />;
    case 'own':
      return <OwnTable state={p.state} />;
    case 'slow':
      return <CostTable state={p.state} />;
    case 'never':
      return <NeverTable state={p.state} />;
  }
}

/** How many rows a page has, beside its name. */
function Figure({ page, state }: { readonly page: ThreatPage; readonly state: ThreatState | null }): ReactNode {
  const open = useStore((s) => s.session !== null);
  const n = state === null ? 0 : rowsOf(page, state, open);
  return n === 0 ? null : <b className={page === 'refused' ? 'refused' : undefined}>{count(n)}</b>;
}

function rowsOf(page: ThreatPage, state: ThreatState, open: boolean): number {
  switch (page) {
    case 'sources':
      return state.files.length + state.lists.length + state.allows.length;
    case 'matched':
      return state.matchedCount;
    case 'met':
      return state.met.length;
    case 'refused':
      return state.refused;
    case 'off':
      return state.off.length;
    case 'own':
      return state.own.length;
    case 'slow':
      return state.slow ?? 0;
    case 'never':
      return open ? quietCount(state.rules, state.matchedCount) : 0;
  }
}
