// Hosts: one row an address, the gravest first; below the list what is known of the one that is looked at.
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import type { HostPage } from '../../contract/index.ts';
import { Grid } from '../list/grid.tsx';
import type { GridHandle } from '../list/grid-body.ts';
import { PAGE, Pages } from '../list/pages.ts';
import { InspectorDivider } from '../parts/divider.tsx';
import { EmptyList } from '../parts/empty.tsx';
import { HostCard } from '../parts/host-card.tsx';
import { showFlows } from '../state/actions.ts';
import { hostFilter, useHosts } from '../state/hosts.ts';
import { openMenuFor, type Point } from '../state/menu.ts';
import { selectFlow } from '../state/selection.ts';
import { useNames } from '../state/names.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { useWord } from '../words/words.ts';
import { ColumnHeads, type Column } from './columns.tsx';
import { hostItems } from './host-menu.ts';
import { hostPainter } from './host-painter.ts';
import { useShownColumns } from './shown-columns.ts';

const ROW = 28;

const COLUMNS: readonly Column[] = [
  { id: 'points', title: 'column.gravity', width: 108 },
  { id: 'address', title: 'column.address', width: 206 },
  { id: 'name', title: 'column.names', width: 130, grow: true },
  { id: 'apps', title: 'column.apps', width: 134 },
  { id: 'offers', title: 'column.offers', width: 140 },
  { id: 'flows', title: 'column.flows', width: 68, right: true },
  { id: 'peers', title: 'column.peers', width: 64, right: true },
  { id: 'packets', title: 'column.packetsAll', width: 80, right: true },
  { id: 'bytesIn', title: 'column.bytesIn', width: 80, right: true },
  { id: 'bytesOut', title: 'column.bytesOut', width: 84, right: true },
  { id: 'first', title: 'column.began', width: 164 },
  { id: 'last', title: 'column.lastSeen', width: 164 },
  { id: 'place', title: 'column.place', width: 150 },
];
/** Columns that need a wider window, px. */
const WIDE: Readonly<Record<string, number>> = {
  first: 1560,
  last: 1300,
  place: 1200,
  apps: 1100,
  packets: 1100,
  offers: 900,
  peers: 760,
};
const NO_PLACES: readonly string[] = ['place'];

export function Hosts(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.hosts ?? null);
  const inspector = useStore((s) => s.panes.inspector);
  const language = useStore((s) => s.settings?.language);
  const files = useStore((s) => `${s.settings?.placesFile ?? ''}${s.settings?.networksFile ?? ''}`);
  const host = useHosts((s) => s.host);
  const names = useNames((s) => s.version);
  const grid = useRef<GridHandle>(null);
  const generation = useRef(0);
  generation.current = view?.generation ?? 0;
  /** Of a list that nobody has looked at yet the host tells nothing; the first page does. */
  const [there, setThere] = useState(0);
  const places = Math.max(view?.places ?? 0, view?.generation === 1 ? there : 0);
  /** Has the first row be looked at, unless one is. */
  const first = useRef<() => void>(() => undefined);
  const pages = useMemo(
    () =>
      new Pages<HostPage>(
        async (from) => {
          const page = await client.ask('hosts', { from, count: PAGE, generation: generation.current });
          setThere(page.places);
          return page;
        },
        () => {
          grid.current?.repaint();
          first.current();
        },
      ),
    [],
  );
  const { columns, widths, style, without } = useShownColumns('hosts', COLUMNS, WIDE, files === '' ? NO_PLACES : []);
  const [place, setPlace] = useState(-1);
  const at = useRef(-1);
  at.current = place;
  const look = (to: number): void => {
    setPlace(to);
    at.current = to;
    const found = pages.at(to);
    if (found !== null) useHosts.setState({ host: found.page.row[found.index]! });
    else
      void client.ask('hosts', { from: to, count: 1, generation: generation.current }).then(
        (p) => {
          if (at.current === to && p.row.length > 0) useHosts.setState({ host: p.row[0]! });
        },
        () => undefined,
      );
  };
  first.current = () => {
    if (at.current < 0 && useHosts.getState().host === null && pages.at(0) !== null) look(0);
  };
  const find = useEffectEvent(async (): Promise<void> => {
    const { host: wanted } = useHosts.getState();
    if (wanted === null) {
      setPlace(-1);
      first.current();
      return;
    }
    const found = await client.ask('hostAt', { host: wanted }).catch(() => null);
    if (found === null) return;
    setPlace(found.place);
    if (found.place >= 0) grid.current?.reveal(found.place);
  });
  useEffect(() => {
    // The first look has the host make the list.
    pages.at(0);
    // Label keys mean a flow, and no flow is chosen here.
    selectFlow(null);
    grid.current?.focus();
  }, [pages]);
  useEffect(() => {
    pages.refresh();
    grid.current?.repaint();
    void find();
  }, [pages, view?.generation, places, session.revision, files]);
  useEffect(() => grid.current?.repaint(), [language, names]);
  const menu = (to: number, target: HTMLElement, point: Point | null): void => {
    const found = pages.at(to);
    if (found === null) return;
    look(to);
    openMenuFor(target, point, { label: word('hosts'), items: hostItems(found.page, found.index) });
  };
  return (
    <div className="split">
      <div className={`list hosts-list ${without}`} style={style}>
        <ColumnHeads which="hosts" columns={columns} sort={view?.sort ?? null} widths={widths} />
        <Grid
          id="hosts"
          label={word('hosts')}
          places={places}
          rowHeight={ROW}
          pages={pages}
          painter={hostPainter}
          selected={place}
          follow={false}
          handle={grid}
          empty={<EmptyList filter={view?.filter ?? ''} nothing="noHosts" />}
          onSelect={look}
          onOpen={(to) => {
            const found = pages.at(to);
            if (found !== null) void openFlowsOf(found.page, found.index);
          }}
          onTop={() => undefined}
          onMenu={menu}
        />
      </div>
      <InspectorDivider />
      <div className="host-detail" style={{ height: `min(${inspector}px, 58vh)` }} tabIndex={-1}>
        {host === null ? <p className="note pad">{word('host.pick')}</p> : <HostCard key={host} host={host} />}
      </div>
    </div>
  );
}

function openFlowsOf(page: HostPage, index: number): Promise<void> {
  return showFlows(hostFilter(page, index));
}
