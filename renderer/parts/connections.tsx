// The graph of connections: hosts or services as circles, flows between them as lines, and beside it a list that tells
// the same and is walked by keys: arrows go on, Enter shows the flows, Shift+Enter the packets.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import {
  CONNECTION_NODES,
  CONNECTION_WEIGHTS,
  type ConnectionsPage,
  type ConnectionWeight,
  textAt,
  VERDICT_OPEN,
  VERDICTS,
} from '../../contract/index.ts';
import { showFlows, showPackets } from '../state/actions.ts';
import { useConnections } from '../state/connections.ts';
import { useCounting } from '../state/counting.ts';
import { useStatistics } from '../state/statistics.ts';
import { useStore } from '../state/store.ts';
import { bytes, count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { savePicture } from './connection-files.ts';
import { edgeWidths, HEIGHT, layout, type Place, WIDTH } from './connection-layout.ts';
import { placeNames } from './connection-names.ts';
import { CountingNote } from './counting-note.tsx';
import { moveFocus } from './roving.ts';

const CHOICES = [20, 50, 100, 200] as const;
/** Nodes that have their name beside them; the others when they are chosen. */
const NAMED = 40;
const LONGEST_NAME = 28;
/** On the screen, px; in a picture that is drawn smaller, names are as large all the same. */
const NAME_SIZE = 11;
const LARGEST_NAME = 40;

interface Drawn {
  readonly page: ConnectionsPage;
  readonly places: readonly Place[];
}

export function Connections(): ReactNode {
  const word = useWord();
  const { nodes, weight, most, set } = useConnections();
  const displayed = useStatistics((s) => s.displayed);
  const among = useStore((s) => (displayed ? (s.views?.flows.filter ?? '') : ''));
  const done = useStore((s) => s.session?.phase === 'done');
  const counting = useCounting();
  const { ask } = counting;
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [chosen, setChosen] = useState(0);
  const [turn, setTurn] = useState(0);
  const picture = useRef<SVGSVGElement>(null);
  useEffect(() => {
    let wanted = true;
    void ask('connections', { nodes, weight, displayed, most }).then(async (page) => {
      if (page === null || !wanted) return;
      const places = await layout(page, weight, () => wanted);
      if (places === null) return;
      setDrawn({ page, places });
      setChosen(0);
    });
    return () => {
      wanted = false;
    };
  }, [ask, nodes, weight, displayed, most, among, done, turn]);
  const page = drawn?.page ?? null;
  const empty = page !== null && page.nodeFlows.length === 0;
  return (
    <div className="stats-graph">
      <div className="stats-bar group-bar">
        <Choice label={word('connections.nodes')} all={CONNECTION_NODES} now={nodes} set={(v) => set({ nodes: v })} />
        <Choice
          label={word('connections.weight')}
          all={CONNECTION_WEIGHTS}
          now={weight}
          set={(v) => set({ weight: v })}
        />
        <label>
          <span>{word('connections.most')}</span>
          <select className="field" value={most} onChange={(e) => set({ most: Number(e.target.value) })}>
            {CHOICES.map((n) => (
              <option key={n} value={n}>
                {n}
              </option>
            ))}
          </select>
        </label>
      </div>
      <CountingNote counting={counting} again={() => setTurn(turn + 1)} />
      {empty ? <p className="stat-none">{word(displayed ? 'groups.noneDisplayed' : 'groups.noFlows')}</p> : null}
      {drawn === null || empty ? null : (
        <div className="connections">
          <Picture drawn={drawn} weight={weight} chosen={chosen} choose={setChosen} svg={picture} />
          <ConnectionList page={drawn.page} chosen={chosen} choose={setChosen} />
        </div>
      )}
      <footer className="stat-foot">
        <span className="dim stat-count">
          {page === null
            ? ''
            : word('connections.counted', { n: page.nodeFlows.length, lines: page.from.length, flows: page.counted })}
          {page === null || page.leftNodes === 0
            ? ''
            : ` ${word('connections.left', { n: page.leftNodes, flows: page.leftFlows })}`}
        </span>
        <span className="stat-space" />
        {(['png', 'svg'] as const).map((as) => (
          <button
            key={as}
            type="button"
            className="button"
            disabled={drawn === null || empty}
            onClick={() => void savePicture(picture.current!, as)}
          >
            {as.toUpperCase()}
          </button>
        ))}
      </footer>
    </div>
  );
}

function Choice<T extends 'hosts' | 'services' | 'bytes' | 'flows'>(p: {
  readonly label: string;
  readonly all: readonly T[];
  readonly now: T;
  readonly set: (value: T) => void;
}): ReactNode {
  const word = useWord();
  return (
    <div className="segmented" role="group" aria-label={p.label}>
      {p.all.map((value) => (
        <button key={value} type="button" aria-pressed={value === p.now} onClick={() => p.set(value)}>
          {word(`connections.${value}`)}
        </button>
      ))}
    </div>
  );
}

/** What a line or a circle is coloured by. */
function verdictClass(verdict: number): string {
  return verdict === VERDICT_OPEN ? 'open' : (VERDICTS[verdict] ?? 'open');
}

/** What a node is called: the host's name or address, with the protocol of a service. */
function nodeName(page: ConnectionsPage, i: number): string {
  const host = visible(textAt(page.name, i) || textAt(page.address, i));
  const service = textAt(page.service, i);
  return service === '' ? host : `${service} · ${host}`;
}

function shortName(page: ConnectionsPage, i: number): string {
  const name = nodeName(page, i);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function Picture(p: {
  readonly drawn: Drawn;
  readonly weight: ConnectionWeight;
  readonly chosen: number;
  readonly choose: (node: number) => void;
  readonly svg: React.RefObject<SVGSVGElement | null>;
}): ReactNode {
  const word = useWord();
  const { page, places } = p.drawn;
  const size = useNameSize(p.svg);
  const widths = edgeWidths(page, p.weight);
  const near = new Set([p.chosen]);
  for (const [i, from] of page.from.entries()) {
    if (from === p.chosen) near.add(page.to[i]!);
    if (page.to[i] === p.chosen) near.add(from);
  }
  const names = places.map((_, i) => (i < NAMED || near.has(i) ? shortName(page, i) : ''));
  const lines = Array.from(page.from, (from, i) => [from, page.to[i]!] as const);
  const namePlaces = placeNames(places, names, size, p.chosen, lines);
  return (
    <svg
      ref={p.svg}
      className="connection-picture"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={word('connections.picture', { n: page.nodeFlows.length, lines: page.from.length })}
    >
      {Array.from(page.from, (from, i) => {
        const [a, b] = [places[from]!, places[page.to[i]!]!];
        const on = from === p.chosen || page.to[i] === p.chosen;
        return (
          <line
            key={`${from} ${page.to[i]!}`}
            className={`edge ${verdictClass(page.verdict[i]!)}${on ? ' on' : ''}`}
            x1={a.x}
            y1={a.y}
            x2={b.x}
            y2={b.y}
            strokeWidth={widths[i]}
            onDoubleClick={() => void showFlows(textAt(page.filter, i))}
          >
            <title>
              {`${nodeName(page, from)} – ${nodeName(page, page.to[i]!)}: ${count(page.flows[i]!)}, ${bytes(page.bytes[i]!)}`}
            </title>
          </line>
        );
      })}
      {places.map((place, i) => (
        <g
          key={i}
          className={`node${i === p.chosen ? ' chosen' : ''}${textAt(page.service, i) === '' ? '' : ' service'}`}
          onClick={() => p.choose(i)}
          onDoubleClick={() => void showFlows(textAt(page.nodeFilter, i))}
        >
          <title>{nodeName(page, i)}</title>
          <circle className={verdictClass(page.nodeVerdict[i]!)} cx={place.x} cy={place.y} r={place.radius} />
        </g>
      ))}
      {/* Names lie over all lines and circles. */}
      {namePlaces.map((at, i) =>
        at === null ? null : (
          <text
            key={i}
            className="node-name"
            x={at.x}
            y={at.y}
            textAnchor={at.anchor}
            dominantBaseline="hanging"
            style={{ fontSize: `${size}px` }}
          >
            {names[i]}
          </text>
        ),
      )}
    </svg>
  );
}

/** Size of names in units of the picture, as it is drawn. */
function useNameSize(svg: React.RefObject<SVGSVGElement | null>): number {
  const [size, setSize] = useState(NAME_SIZE);
  useEffect(() => {
    const element = svg.current!;
    const measure = (): void => {
      const scale = Math.min(element.clientWidth / WIDTH, element.clientHeight / HEIGHT);
      if (scale > 0) setSize(Math.max(NAME_SIZE, Math.min(LARGEST_NAME, NAME_SIZE / scale)));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [svg]);
  return size;
}

/** Every node with its flows and bytes, and of the chosen one those that it speaks with. */
function ConnectionList(p: {
  readonly page: ConnectionsPage;
  readonly chosen: number;
  readonly choose: (node: number) => void;
}): ReactNode {
  const word = useWord();
  const { page, chosen } = p;
  const list = useRef<HTMLUListElement>(null);
  const edges = [...page.from.keys()].filter((i) => page.from[i] === chosen || page.to[i] === chosen);
  edges.sort((a, b) => page.bytes[b]! - page.bytes[a]!);
  useEffect(() => {
    // What was pressed in the picture is brought into sight.
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const row = (o: {
    readonly key: string;
    readonly text: string;
    readonly filter: string;
    readonly flows: number;
    readonly size: number;
    readonly verdict: number;
    readonly node?: number;
    readonly tab: boolean;
  }): ReactNode => (
    <li key={o.key}>
      <button
        type="button"
        className="value-row"
        title={o.text}
        tabIndex={o.tab ? 0 : -1}
        aria-current={o.node === undefined ? undefined : o.node === chosen}
        onFocus={() => o.node !== undefined && p.choose(o.node)}
        onDoubleClick={() => void showFlows(o.filter)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          event.stopPropagation();
          void (event.shiftKey ? showPackets(o.filter) : showFlows(o.filter));
        }}
      >
        <i className={`swatch-verdict ${verdictClass(o.verdict)}`} aria-hidden="true" />
        <span className="value-text">{o.text}</span>
        <span className="value-count">{count(o.flows)}</span>
        <span className="value-count connection-bytes">{bytes(o.size)}</span>
      </button>
    </li>
  );
  return (
    <div className="connection-lists">
      <h3>{word('connections.list')}</h3>
      <ul ref={list} onKeyDown={(event) => moveFocus(event, list.current)} tabIndex={-1}>
        {Array.from(page.nodeFlows, (flows, i) =>
          row({
            key: String(i),
            text: nodeName(page, i),
            filter: textAt(page.nodeFilter, i),
            flows,
            size: page.nodeBytes[i]!,
            verdict: page.nodeVerdict[i]!,
            node: i,
            tab: i === chosen,
          }),
        )}
      </ul>
      <h3>{word('connections.peers', { name: nodeName(page, chosen) })}</h3>
      <Peers>
        {edges.map((i, at) =>
          row({
            key: `peer ${i}`,
            text: nodeName(page, page.from[i] === chosen ? page.to[i]! : page.from[i]!),
            filter: textAt(page.filter, i),
            flows: page.flows[i]!,
            size: page.bytes[i]!,
            verdict: page.verdict[i]!,
            tab: at === 0,
          }),
        )}
      </Peers>
      <div className="connection-acts">
        <button type="button" className="button" onClick={() => void showFlows(textAt(page.nodeFilter, chosen))}>
          {word('host.flows')}
        </button>
        <button type="button" className="button" onClick={() => void showPackets(textAt(page.nodeFilter, chosen))}>
          {word('host.packets')}
        </button>
      </div>
    </div>
  );
}

function Peers({ children }: { readonly children: ReactNode }): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  return (
    <ul ref={list} className="connection-peers" onKeyDown={(event) => moveFocus(event, list.current)} tabIndex={-1}>
      {children}
    </ul>
  );
}
