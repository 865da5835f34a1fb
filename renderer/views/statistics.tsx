// Statistics: a list of pages, and the page. Every row and every point of a graph leads back to packets.
import type { ReactNode } from 'react';
import { STAT_LAYERS } from '../../contract/index.ts';
import { FlowSequence } from '../parts/flow-sequence.tsx';
import { Connections } from '../parts/connections.tsx';
import { FlowGroups } from '../parts/flow-groups.tsx';
import { IoGraph } from '../parts/io-graph.tsx';
import { LiveRatesPage } from '../parts/live-rates.tsx';
import { Properties } from '../parts/properties.tsx';
import { StatTable } from '../parts/stat-table.tsx';
import { TcpGraphs } from '../parts/tcp-graphs.tsx';
import { UniqueValues } from '../parts/unique-values.tsx';
import { tableSource } from '../state/stat-source.ts';
import { OF_FLOWS, STAT_PAGES, type StatPageName, tableOf, useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { visible } from '../words/format.ts';
import { useWord, type WordKey } from '../words/words.ts';

/** Pages of all of the capture, whatever the list shows. */
const WHOLE_PAGES: ReadonlySet<StatPageName> = new Set<StatPageName>(['properties', 'io', 'tcp', 'rates', 'resolved']);

export function StatisticsView(): ReactNode {
  const word = useWord();
  const s = useStatistics();
  const table = tableOf(s);
  const among = useStore((state) => state.views?.packets.filter ?? '');
  const title = word(`stats.${s.page}`);
  return (
    <div className="stats">
      <nav className="stats-nav" aria-label={word('stats.pages')}>
        {STAT_PAGES.map((page) => (
          <button
            key={page}
            type="button"
            aria-current={page === s.page ? 'page' : undefined}
            onClick={() => s.set({ page })}
          >
            {word(`stats.${page}`)}
          </button>
        ))}
      </nav>
      <section className="stats-page" aria-label={title}>
        <header className="stats-head">
          <h2>{title}</h2>
          <Tabs />
          {WHOLE_PAGES.has(s.page) ? null : <Displayed />}
        </header>
        {table === null ? (
          <OtherPage />
        ) : (
          <StatTable
            key={table}
            source={tableSource(table, s.displayed && !WHOLE_PAGES.has(s.page), among)}
            title={title}
            none={s.displayed ? 'stats.noneDisplayed' : 'stats.none'}
            tcp={table === 'conv-tcp'}
            {...(table === 'expert' ? { counted: 'stats.entries' } : {})}
            {...(s.page === 'dns' || s.page === 'http' || s.page === 'tls' ? { note: word('stats.answerTimes') } : {})}
          />
        )}
      </section>
    </div>
  );
}

function OtherPage(): ReactNode {
  const page = useStatistics((s) => s.page);
  if (page === 'io') return <IoGraph />;
  if (page === 'tcp') return <TcpGraphs />;
  if (page === 'sequence') return <FlowSequence />;
  if (page === 'rates') return <LiveRatesPage />;
  if (page === 'connections') return <Connections />;
  if (page === 'groups') return <FlowGroups />;
  if (page === 'values') return <UniqueValues />;
  return <Properties />;
}

/** The kinds of a page that has several. */
function Tabs(): ReactNode {
  const word = useWord();
  const { page, layer, servers, set } = useStatistics();
  if (page === 'conversations' || page === 'endpoints')
    return (
      <div className="segmented" role="group" aria-label={word('stats.tabs')}>
        {STAT_LAYERS.map((l) => (
          <button key={l} type="button" aria-pressed={l === layer} onClick={() => set({ layer: l })}>
            {word(`stats.layer.${l}`)}
          </button>
        ))}
      </div>
    );
  if (page !== 'dns' && page !== 'http') return null;
  return (
    <div className="segmented" role="group" aria-label={word('stats.tabs')}>
      {[false, true].map((second) => (
        <button
          key={String(second)}
          type="button"
          aria-pressed={second === servers}
          onClick={() => set({ servers: second })}
        >
          {word(`stats.tab.${page}${second ? '-servers' : ''}` as WordKey)}
        </button>
      ))}
    </div>
  );
}

function Displayed(): ReactNode {
  const word = useWord();
  const { page, displayed, set } = useStatistics();
  const flows = OF_FLOWS.includes(page);
  const filter = useStore((s) => s.views?.[flows ? 'flows' : 'packets'].filter ?? '');
  const none = word(flows ? 'groups.displayedNone' : 'stats.displayedNone');
  return (
    <label className="stats-displayed" title={filter === '' ? none : visible(filter)}>
      <input type="checkbox" checked={displayed} onChange={(e) => set({ displayed: e.target.checked })} />
      <span>{word(flows ? 'groups.displayed' : 'stats.displayed')}</span>
      {filter === '' ? null : <code>{visible(filter)}</code>}
    </label>
  );
}
