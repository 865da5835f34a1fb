// Unique values: what flows have of every fact, the most frequent or the rarest first. Each value leads to its flows and
// packets. By keys: arrows go from value to value, Enter shows its flows, Shift+Enter its packets.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FactValue, FactValues, UniqueValues as Values } from '../../contract/index.ts';
import { showFlows, showPackets } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { useCounting } from '../state/counting.ts';
import { saveBlob } from '../state/download.ts';
import { filterItems } from '../state/filter-menu.ts';
import { openGroups, useGroups } from '../state/groups.ts';
import { act, isEcho, isMenuKey, openMenuFor, type Point } from '../state/menu.ts';
import { useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { useSentence, useWord } from '../words/words.ts';
import { CountingNote } from './counting-note.tsx';
import { facetWord } from './flow-groups.tsx';
import { moveFocus } from './roving.ts';
import { factText } from './stat-cells.ts';

/** Values of a fact that are shown at once. */
const SHOWN = 12;

export function UniqueValues(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const { rare, set } = useGroups();
  const displayed = useStatistics((s) => s.displayed);
  const among = useStore((s) => (displayed ? (s.views?.flows.filter ?? '') : ''));
  const done = useStore((s) => s.session?.phase === 'done');
  const counting = useCounting();
  const { ask } = counting;
  const [values, setValues] = useState<Values | null>(null);
  const [turn, setTurn] = useState(0);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    void ask('uniqueValues', { displayed, rare, count: SHOWN }).then((found) => {
      if (found !== null) setValues(found);
    });
  }, [ask, displayed, rare, among, done, turn]);
  const save = async (): Promise<void> => {
    const made = await ask('uniqueValuesCsv', { displayed, rare });
    if (made !== null)
      saveBlob(new Blob([made.bytes as Uint8Array<ArrayBuffer>], { type: 'text/csv' }), 'unique-values.csv');
  };
  return (
    <div className="stats-graph">
      <div className="stats-bar">
        <div className="segmented" role="group" aria-label={word('values.order')}>
          {[false, true].map((first) => (
            <button
              key={String(first)}
              type="button"
              aria-pressed={first === rare}
              onClick={() => set({ rare: first })}
            >
              {word(first ? 'values.rare' : 'values.frequent')}
            </button>
          ))}
        </div>
        <span className="dim">{word('values.hint')}</span>
      </div>
      {values?.note ? <p className="stat-note">{sentence(values.note)}</p> : null}
      <CountingNote counting={counting} again={() => setTurn(turn + 1)} />
      {values !== null && values.facts.length === 0 ? (
        <p className="stat-none">{word(displayed ? 'groups.noneDisplayed' : 'groups.noFlows')}</p>
      ) : null}
      <div className="stats-scroll" ref={box} onKeyDown={(event) => moveFocus(event, box.current)}>
        <div className="value-cards">
          {values?.facts.map((fact, k) => (
            <Fact key={fact.facet} fact={fact} flows={values.flows} first={k === 0} displayed={displayed} />
          ))}
        </div>
      </div>
      <footer className="stat-foot">
        <span className="dim stat-count">
          {values === null ? '' : word('values.counted', { n: values.facts.length, flows: values.flows })}
        </span>
        <span className="stat-space" />
        <button
          type="button"
          className="button"
          disabled={(values?.facts.length ?? 0) === 0}
          onClick={() => void save()}
        >
          {word('values.save')}
        </button>
      </footer>
    </div>
  );
}

function Fact(p: {
  readonly fact: FactValues;
  readonly flows: number;
  /** One place of the page is reached by Tab, all others by arrows. */
  readonly first: boolean;
  readonly displayed: boolean;
}): ReactNode {
  const word = useWord();
  const { fact } = p;
  const most = Math.max(...fact.values.map((v) => v.flows));
  return (
    <section className="stats-card value-card" aria-labelledby={`fact-${fact.facet}`}>
      <h3 id={`fact-${fact.facet}`}>
        <span>{word(facetWord(fact.facet))}</span>
        <span className="dim">{word('values.of', { n: fact.distinct, flows: fact.flows })}</span>
      </h3>
      <ul>
        {fact.values.map((value, i) => (
          <li key={value.text}>
            <Value fact={fact} value={value} most={most} tab={p.first && i === 0} displayed={p.displayed} />
          </li>
        ))}
      </ul>
      <button type="button" className="link-button" tabIndex={-1} onClick={() => openGroups(fact.facet, p.displayed)}>
        {fact.distinct > fact.values.length ? word('values.all', { n: fact.distinct }) : word('values.table')}
      </button>
    </section>
  );
}

function Value(p: {
  readonly fact: FactValues;
  readonly value: FactValue;
  readonly most: number;
  readonly tab: boolean;
  readonly displayed: boolean;
}): ReactNode {
  const word = useWord();
  const { value, fact } = p;
  const text = factText(fact.facet, value.text);
  const flows = (): void => void showFlows(value.filter);
  const packets = (): void => void showPackets(value.filter);
  const menu = (element: Element, point: Point | null): void =>
    openMenuFor(element, point, {
      label: word('values.menu'),
      items: [
        act('host.flows', flows, 'Enter'),
        act('host.packets', packets, 'Shift+Enter'),
        act('values.table', () => openGroups(fact.facet, p.displayed)),
        { kind: 'line' },
        ...filterItems(value.filter),
        { kind: 'line' },
        act('menu.copy.value', () => copyText(text)),
        act('menu.copy.filter', () => copyText(value.filter)),
      ],
    });
  return (
    <button
      type="button"
      className="value-row"
      tabIndex={p.tab ? 0 : -1}
      title={text}
      disabled={value.filter === ''}
      onClick={flows}
      onKeyDown={(event) => {
        if (isMenuKey(event)) menu(event.currentTarget, null);
        else if (event.key === 'Enter' && event.shiftKey) packets();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!isEcho(event)) menu(event.currentTarget, { x: event.clientX, y: event.clientY });
      }}
    >
      <i className="stat-bar" style={{ width: `${(100 * value.flows) / p.most}%` }} aria-hidden="true" />
      <span className="value-text">{text}</span>
      <span className="value-count">{count(value.flows)}</span>
    </button>
  );
}
