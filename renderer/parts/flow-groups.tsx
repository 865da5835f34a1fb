// Flows grouped by up to three facts, with what was chosen to be measured of each group; a group leads to its flows.
import type { ReactNode } from 'react';
import { FACETS, type FacetName, GROUP_MEASURES, MAX_BY } from '../../contract/index.ts';
import { useGroups } from '../state/groups.ts';
import { groupSource } from '../state/stat-source.ts';
import { useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { useWord, type WordKey } from '../words/words.ts';
import { StatTable } from './stat-table.tsx';

export function FlowGroups(): ReactNode {
  const word = useWord();
  const { by, measure, distinct, set } = useGroups();
  const displayed = useStatistics((s) => s.displayed);
  const among = useStore((s) => s.views?.flows.filter ?? '');
  // A fact more than there are, so that another can be chosen.
  const places = [...by, ...(by.length < MAX_BY ? [null] : [])];
  const choose = (at: number, facet: FacetName | null): void =>
    set({ by: [...by.slice(0, at), ...(facet === null ? [] : [facet]), ...by.slice(at + 1)] });
  return (
    <>
      <div className="stats-bar group-bar">
        {places.map((chosen, at) => (
          <label key={at}>
            <span>{word(at === 0 ? 'groups.by' : 'groups.then')}</span>
            <FacetSelect
              chosen={chosen}
              none={word(at === 0 && by.length === 0 ? 'groups.all' : 'groups.none')}
              without={by.filter((facet) => facet !== chosen)}
              choose={(facet) => choose(at, facet)}
            />
          </label>
        ))}
        <label>
          <span>{word('groups.measure')}</span>
          <select
            className="field"
            value={measure}
            onChange={(e) => set({ measure: e.target.value as typeof measure })}
          >
            {GROUP_MEASURES.map((m) => (
              <option key={m} value={m}>
                {word(`groups.measure.${m}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{word('groups.distinct')}</span>
          <FacetSelect
            chosen={distinct}
            none={word('groups.none')}
            without={[]}
            choose={(facet) => set({ distinct: facet })}
          />
        </label>
      </div>
      <StatTable
        source={groupSource({ by, measure, distinct }, displayed, among)}
        title={word('stats.groups')}
        none={displayed ? 'groups.noneDisplayed' : 'groups.noFlows'}
        counted="groups.rows"
        opens="flows"
      />
    </>
  );
}

function FacetSelect(p: {
  readonly chosen: FacetName | null;
  readonly none: string;
  readonly without: readonly FacetName[];
  readonly choose: (facet: FacetName | null) => void;
}): ReactNode {
  const word = useWord();
  return (
    <select
      className="field"
      value={p.chosen ?? ''}
      onChange={(e) => p.choose(e.target.value === '' ? null : (e.target.value as FacetName))}
    >
      <option value="">{p.none}</option>
      {FACETS.filter((facet) => !p.without.includes(facet)).map((facet) => (
        <option key={facet} value={facet}>
          {word(facetWord(facet))}
        </option>
      ))}
    </select>
  );
}

export function facetWord(facet: FacetName): WordKey {
  return `stats.c.flow.${facet}`;
}
