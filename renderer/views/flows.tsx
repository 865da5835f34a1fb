// Flows: the gravest first, and below it the inspector of the one selected.
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import { type FlowPage, flowRow, type FlowRow } from '../../contract/index.ts';
import { showPackets } from '../state/actions.ts';
import { taken, useSightRequest } from '../state/requests.ts';
import { chosenByUser, selectFlow, selectLater } from '../state/selection.ts';
import { useNames } from '../state/names.ts';
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
import { useFlowColumns } from './flow-columns.ts';
import type { RareColumn } from './column-settings.ts';
import { type FlowCell, flowPainter, flowText } from './flow-painter.ts';
import { characterWidth, PADDING } from './packet-cells.ts';
import { ListHeads } from './list-heads.tsx';
import type { ListColumn } from './list-columns.ts';
import { Inspector } from './inspector.tsx';

const FLOW_ROW = 28;
/** What a chip has around its text, px. */
const CHIP = 18;

export function Flows(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.flows ?? null);
  const selected = useStore((s) => s.flow);
  const inspector = useStore((s) => s.panes.inspector);
  const language = useStore((s) => s.settings?.language);
  const wanted = useSightRequest('flows');
  const grid = useRef<GridHandle>(null);
  const list = useRef<HTMLDivElement>(null);
  const [rare, setRare] = useState<ReadonlySet<RareColumn>>(new Set());
  const columns = useFlowColumns(view?.sort ?? null, rare);
  const names = useNames((s) => s.version);
  // Cells are made anew where another column, another order or another alignment is shown.
  const made = JSON.stringify(columns.shown.map(({ id, align, grow }): FlowCell => ({ id, align, grow })));
  const character = useMemo(() => characterWidth(), []);
  const widths = useRef<ReadonlyMap<string, number>>(new Map());
  widths.current = new Map(columns.shown.map((c) => [c.id, Math.floor((c.width - PADDING) / character)]));
  const painter = useMemo(
    () =>
      flowPainter(
        JSON.parse(made) as FlowCell[],
        (id) => widths.current.get(id) ?? Infinity,
        (column) => setRare((known) => (known.has(column) ? known : new Set(known).add(column))),
      ),
    [made],
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
  const place = useRef(-1);
  /** The selected flow is to be brought into sight: kept while the list does not know it yet. */
  const sought = useRef(false);
  const moves = useRef(0);
  const [, redraw] = useState(0);

  const select = (at: number): void => {
    moves.current++;
    sought.current = false;
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
    if (centre) sought.current = true;
    const mine = moves.current;
    const found = await client.ask('place', { which: 'flows', row: flow }).catch(() => null);
    if (found === null || mine !== moves.current) return;
    place.current = found.exact ? found.place : -1;
    if (sought.current && found.exact) {
      sought.current = false;
      grid.current?.reveal(found.place);
    }
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
  useEffect(() => grid.current?.repaint(), [language, names, columns.template]);
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
    const cell = target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? 'responder';
    openMenuFor(target, point, { label: word('flows'), items: flowItems(found.page, found.index, cell) });
  };
  const fitColumn = (c: ListColumn): void => {
    const first = Math.floor((grid.current?.top ?? 0) / FLOW_ROW);
    const many = Math.ceil((list.current?.clientHeight ?? 0) / FLOW_ROW);
    const lengths = Array.from({ length: many }, (_, i) => {
      const found = pages.at(first + i);
      return found === null ? 0 : flowText(found.page, found.index, c.id).length;
    });
    const room = c.id === 'verdict' ? CHIP : 2;
    columns.resize(c.id, Math.max(c.title.length + 2, ...lengths) * characterWidth() + PADDING + room, true);
  };
  return (
    <div className="split">
      <div className="list flows" style={columns.style} ref={list}>
        <ListHeads columns={columns} note={null} fit={fitColumn} />
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
      <div className="inspector" style={{ height: `min(${inspector}px, 100vh - 240px)` }}>
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
