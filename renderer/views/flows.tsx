// Flows: the gravest first, and below it the inspector of the one selected.
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import { type FlowPage, flowRow, type FlowRow } from '../../contract/index.ts';
import { showPackets } from '../state/actions.ts';
import { taken, useSightRequest } from '../state/requests.ts';
import { chosenByUser, selectFlow, selectLater } from '../state/selection.ts';
import { keepPlace, useStore } from '../state/store.ts';
import { Grid } from '../list/grid.tsx';
import type { GridHandle } from '../list/grid-body.ts';
import { PAGE, Pages } from '../list/pages.ts';
import { InspectorDivider } from '../parts/divider.tsx';
import { openMenuFor, type Point } from '../state/menu.ts';
import { flowItems } from './flow-menu.ts';
import { EmptyList } from '../parts/empty.tsx';
import { client } from '../wire/client.ts';
import { useWord } from '../words/words.ts';
import { ColumnHeads, useColumnWidths, type Column } from './columns.tsx';
import { flowPainter, type RareColumn } from './flow-painter.ts';
import { Inspector } from './inspector.tsx';

const FLOW_ROW = 28;

const COLUMNS: readonly Column[] = [
  { id: 'verdict', title: 'column.verdict', width: 108 },
  { id: 'score', title: 'column.score', width: 56, right: true },
  { id: 'initiator', title: 'column.initiator', width: 160 },
  { id: 'responder', title: 'column.responder', width: 160 },
  { id: 'app', title: 'column.app', width: 66 },
  { id: 'name', title: 'column.name', width: 90, grow: true },
  { id: 'label', title: 'column.label', width: 76 },
  { id: 'packets', title: 'column.packets', width: 72, right: true },
  { id: 'bytes', title: 'column.bytes', width: 70, right: true },
  { id: 'duration', title: 'column.duration', width: 78, right: true },
];

/** Shown once a flow was in sight that has something there: most captures have none. */
const RARE: Readonly<Record<RareColumn, Column>> = {
  tags: { id: 'tags', title: 'column.tags', width: 92 },
  vlan: { id: 'vlan', title: 'column.vlan', width: 60, right: true },
};
/** Others give up some of their width for them, so that a small window still shows all. */
const NARROWER: Readonly<Record<RareColumn | 'both', Readonly<Record<string, number>>>> = {
  vlan: { initiator: 153, responder: 153, packets: 60, duration: 68 },
  tags: { initiator: 136, responder: 136, packets: 60, duration: 68 },
  both: { initiator: 116, responder: 116, packets: 56, bytes: 66, duration: 66, label: 66 },
};

function columnsWith(tags: boolean, vlan: boolean): readonly Column[] {
  if (!tags && !vlan) return COLUMNS;
  const alone = tags ? 'tags' : 'vlan';
  const widths = NARROWER[tags && vlan ? 'both' : alone];
  return [
    ...COLUMNS.map((c) => ({ ...c, width: widths[c.id] ?? c.width })),
    ...(tags ? [RARE.tags] : []),
    ...(vlan ? [RARE.vlan] : []),
  ];
}

export function Flows(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.flows ?? null);
  const selected = useStore((s) => s.flow);
  const inspector = useStore((s) => s.panes.inspector);
  const language = useStore((s) => s.settings?.language);
  const wanted = useSightRequest('flows');
  const grid = useRef<GridHandle>(null);
  const [rare, setRare] = useState({ tags: false, vlan: false });
  const columns = useMemo(() => columnsWith(rare.tags, rare.vlan), [rare]);
  const painter = useMemo(
    () => flowPainter((column) => setRare((known) => (known[column] ? known : { ...known, [column]: true }))),
    [],
  );
  const generation = useRef(0);
  generation.current = view?.generation ?? 0;
  const pages = useMemo(
    () =>
      new Pages<FlowPage>(
        (from) => client.ask('flows', { from, count: PAGE, generation: generation.current }),
        () => grid.current?.repaint(),
      ),
    [],
  );
  const widths = useColumnWidths('flows', columns);
  const place = useRef(-1);
  const moves = useRef(0);
  const [, redraw] = useState(0);

  const select = (at: number): void => {
    moves.current++;
    place.current = at;
    redraw((n) => n + 1);
    const found = pages.at(at);
    if (found !== null && found.page.generation === generation.current) selectFlow(flowIn(found.page, found.index));
    else {
      const page = client.ask('flows', { from: at, count: 1, generation: generation.current });
      selectLater(
        'flows',
        page,
        (p) => flowIn(p, 0),
        (p) => selectFlow(flowIn(p, 0)),
      );
    }
    keepPlace();
  };
  const find = useEffectEvent(async (centre: boolean): Promise<void> => {
    const { flow, finding } = useStore.getState();
    if (finding) return;
    if (flow === null) {
      place.current = -1;
      return;
    }
    const mine = moves.current;
    const found = await client.ask('place', { which: 'flows', row: flow }).catch(() => null);
    if (found === null || mine !== moves.current) return;
    place.current = found.exact ? found.place : -1;
    if (centre && found.exact) grid.current?.reveal(found.place);
    grid.current?.repaint();
    redraw((n) => n + 1);
  });
  useEffect(() => {
    pages.refresh();
    grid.current?.repaint();
    void find(false);
  }, [pages, view?.generation, view?.places, session.revision]);
  // The first flow, which is the gravest, is chosen unless a packet or a flow was chosen before.
  const hasRows = (view?.places ?? 0) > 0;
  const selectFirst = useEffectEvent(() => {
    const { flow, finding } = useStore.getState();
    if (wanted === null && !finding && (flow === null || !chosenByUser())) select(0);
  });
  useEffect(() => {
    if (hasRows) selectFirst();
  }, [hasRows]);
  useEffect(() => void find(true), [selected]);
  useEffect(() => grid.current?.repaint(), [language]);
  useEffect(() => grid.current?.focus(), []);
  useEffect(() => {
    if (wanted === null) return;
    void find(true);
    taken('sight', wanted);
  }, [wanted]);

  const open = (at: number): void => {
    const found = pages.at(at);
    if (found !== null) void showPackets(`flow.id == ${found.page.id[found.index]!}`);
  };
  const menu = (at: number, target: HTMLElement, point: Point | null): void => {
    const found = pages.at(at);
    if (found === null) return;
    select(at);
    openMenuFor(target, point, { label: word('flows'), items: flowItems(found.page, found.index) });
  };
  return (
    <div className="split">
      <div className={`list flows${rare.vlan ? ' tagged' : ''}${rare.tags ? ' with-tags' : ''}`} style={widths.style}>
        <ColumnHeads which="flows" columns={columns} sort={view?.sort ?? null} widths={widths} />
        <Grid
          id="flows"
          label={word('flows')}
          places={view?.places ?? 0}
          rowHeight={FLOW_ROW}
          pages={pages}
          painter={painter}
          selected={place.current}
          follow={false}
          handle={grid}
          empty={<EmptyList filter={view?.filter ?? ''} nothing="noFlows" />}
          onSelect={(at) => select(at)}
          onOpen={open}
          onTop={() => undefined}
          onMenu={menu}
        />
      </div>
      <InspectorDivider />
      <div className="inspector" style={{ height: inspector }}>
        <Inspector flow={selected} />
      </div>
    </div>
  );
}

/** The flow at an index of a page, null beyond its end. */
function flowIn(page: FlowPage, index: number): FlowRow | null {
  const row = page.row[index];
  return row === undefined ? null : flowRow(row);
}
