// Packets: the list with its alerts, and below it tree, bytes and the flow of what is selected.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flowRow, type FlowRow, NO_FLOW_ROW, type PacketPage, packetRow, PLACE_ALERT } from '../../contract/index.ts';
import { allowAlert, applyFilter, jump, openFlow } from '../state/actions.ts';
import { selectLater, selectRow } from '../state/selection.ts';
import { keepPlace, remembered, scrollPlace, useStore } from '../state/store.ts';
import { Grid, type GridHandle } from '../list/grid.tsx';
import { PAGE, Pages } from '../list/pages.ts';
import { client } from '../wire/client.ts';
import { sentence, useWord } from '../words/words.ts';
import { ColumnHeads, useColumnWidths, type Column } from './columns.tsx';
import { DetailPanes } from './detail-panes.tsx';
import { alertIn, packetPainter, type PainterState } from './packet-painter.ts';
import { labelMenu } from '../parts/label-menu.tsx';
import { stripJump } from '../parts/time-strip.tsx';
import { treeFocus } from '../parts/tree-pane.tsx';
import { Empty } from '../parts/empty.tsx';
import { EvidenceBar } from '../parts/evidence-bar.tsx';

export const PACKET_ROW = 22;
const SCROLL_BAR = 12;
const PADDING = 16;

/** Width of a character in the list's font, px. */
function characterWidth(): number {
  const g = document.createElement('canvas').getContext('2d')!;
  g.font = "12.5px 'JetBrains Mono Variable', ui-monospace, monospace";
  return g.measureText('0'.repeat(100)).width / 100;
}

const COLUMNS: readonly Column[] = [
  { id: 'verdict', title: 'column.verdict', width: 26 },
  { id: 'no', title: 'column.no', width: 70, right: true },
  { id: 'time', title: 'column.time', width: 104, right: true },
  { id: 'source', title: 'column.source', width: 132 },
  { id: 'destination', title: 'column.destination', width: 132 },
  { id: 'protocol', title: 'column.protocol', width: 76 },
  { id: 'length', title: 'column.length', width: 66, right: true },
  { id: 'info', title: 'column.info', width: 120, grow: true },
];

export function Packets(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.packets ?? null);
  const settings = useStore((s) => s.settings);
  const selectedRow = useStore((s) => s.packet);
  const selectedAlert = useStore((s) => s.alert);
  const finding = useStore((s) => s.finding);
  const grid = useRef<GridHandle>(null);
  const painterState = useRef<PainterState>({
    time: 'relative',
    first: session.first,
    columns: COLUMNS.map(() => 40),
    evidence: null,
  });
  const evidence = useStore((s) => s.evidence);
  const lit = useMemo(() => (evidence === null ? null : new Set(evidence.rows)), [evidence]);
  painterState.current.evidence = lit;
  painterState.current.time = settings?.time ?? 'relative';
  painterState.current.first = session.first;
  const painter = useMemo(() => packetPainter(painterState.current), []);
  const generation = useRef(0);
  generation.current = view?.generation ?? 0;
  const pages = useMemo(
    () =>
      new Pages<PacketPage>(
        (from) => client.ask('packets', { from, count: PAGE, generation: generation.current }),
        () => grid.current?.repaint(),
      ),
    [session.session],
  );
  const widths = useColumnWidths('packets', COLUMNS);
  const list = useRef<HTMLDivElement>(null);
  const place = useRef(-1);
  const moves = useRef(0);
  const [, redraw] = useState(0);
  const again = (): void => redraw((n) => n + 1);
  const alertsBefore = useRef<{ readonly key: string; readonly places: Uint32Array }>({
    key: '',
    places: new Uint32Array(0),
  });

  // What the host says has changed is asked for again; what is in sight stays where it is.
  useEffect(() => {
    if (view === null) return;
    const key = `${session.session} ${view.filter} ${JSON.stringify(view.sort)}`;
    if (alertsBefore.current.key === key) {
      const top = (grid.current?.top ?? 0) / PACKET_ROW;
      const inserted = below(view.alertPlaces, top) - below(alertsBefore.current.places, top);
      if (inserted > 0) grid.current?.shift(inserted);
      if (place.current >= 0)
        place.current += below(view.alertPlaces, place.current) - below(alertsBefore.current.places, place.current);
    } else if (alertsBefore.current.key !== '') {
      place.current = -1;
      void bringIntoSight();
    }
    alertsBefore.current = { key, places: view.alertPlaces };
    pages.refresh();
    grid.current?.repaint();
  }, [view?.generation, view?.places, session.revision, session.session]);
  // As in Wireshark, a file opens with its first packet selected; a live capture leaves the choice to the user.
  useEffect(() => {
    if (
      session.source !== 'live' &&
      useStore.getState().packet === null &&
      (view?.places ?? 0) > 0 &&
      place.current < 0
    )
      select(0, null, false);
  }, [session.session, (view?.places ?? 0) > 0]);
  useEffect(() => {
    const measure = (): void => {
      const taken = COLUMNS.reduce((sum, c) => sum + (c.grow ? 0 : widths.width(c)), SCROLL_BAR);
      painterState.current.columns = COLUMNS.map((c) =>
        Math.max(
          1,
          Math.floor(
            ((c.grow ? (list.current?.clientWidth ?? 0) - taken : widths.width(c)) - PADDING) / characterWidth(),
          ),
        ),
      );
      grid.current?.repaint();
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(list.current!);
    void document.fonts.ready.then(measure);
    return () => watch.disconnect();
  }, [widths.style['--columns' as keyof typeof widths.style]]);
  useEffect(() => grid.current?.repaint(), [lit, settings?.time, settings?.language, session.firstTime]);

  // The selection is a packet and not a place; its place in the list is asked for when it is not known.
  const bringIntoSight = async (): Promise<void> => {
    const { packet } = useStore.getState();
    if (packet === null) return;
    const mine = moves.current;
    const found = await client.ask('place', { which: 'packets', row: packet }).catch(() => null);
    jump.wanted = null;
    // A user who has scrolled meanwhile is not moved back.
    if (found === null || mine !== moves.current || useStore.getState().packet !== packet) return;
    place.current = found.exact ? found.place : -1;
    grid.current?.centre(found.place);
    grid.current?.repaint();
    again();
  };
  useEffect(() => {
    jump.packet = () => void bringIntoSight();
    stripJump.to = (at) => grid.current?.setTop(at * PACKET_ROW);
    const was = remembered();
    // Back from another view or after a reload the list is where it was, unless a packet is wanted.
    if (jump.wanted === null && was?.session === session.session && was.view === 'packets' && was.top > 0)
      grid.current?.setTop(was.top);
    else void bringIntoSight();
    if (was !== null && was.packet !== null && was.session === session.session)
      void client.ask('place', { which: 'packets', row: was.packet }).then(
        (p) => {
          if (moves.current > 0) return;
          place.current = p.exact ? p.place : -1;
          grid.current?.repaint();
          again();
        },
        () => undefined,
      );
    grid.current?.focus();
    return () => {
      jump.packet = stripJump.to = () => undefined;
    };
  }, []);

  const select = (at: number, target: HTMLElement | null, byUser = true): void => {
    moves.current++;
    place.current = at;
    again();
    const found = pages.at(at);
    if (found !== null && found.page.generation === generation.current) {
      act(found.page, found.index, target, byUser);
      return;
    }
    // Its page is under way, or still that of the order before: what stands there now is asked for.
    const page = client.ask('packets', { from: at, count: 1, generation: generation.current });
    selectLater(
      'packets',
      page,
      (p) => flowIn(p, 0),
      (p) => {
        if (p.row.length > 0) act(p, 0, target, byUser);
      },
    );
  };
  const act = (page: PacketPage, index: number, target: HTMLElement | null, byUser: boolean): void => {
    const alert = alertIn(page, index);
    selectRow(
      packetRow(page.row[index]!),
      page.kind[index] === PLACE_ALERT ? page.alert[index]! : null,
      flowIn(page, index),
      byUser,
    );
    keepPlace();
    const action = target?.closest<HTMLElement>('[data-action]')?.dataset['action'];
    if (alert !== null && action === 'flow') openFlow(alert.flow);
    if (alert !== null && action === 'allow') void allowAlert(alert, true);
    if (alert !== null && action === 'label') labelMenu.open(alert.flow, target!);
  };
  const open = (at: number): void => {
    const found = pages.at(at);
    if (found === null) {
      treeFocus.ask();
      return;
    }
    if (found.page.kind[found.index] === PLACE_ALERT) openFlow(flowRow(found.page.flow[found.index]!));
    else treeFocus.ask();
  };
  const keys = (event: KeyboardEvent): boolean => {
    // An alert's actions by key: Enter opens its flow, A allows it.
    if (event.key.toLowerCase() !== 'a' || event.ctrlKey || selectedAlert === null) return false;
    const found = pages.at(place.current);
    const alert = found === null ? null : alertIn(found.page, found.index);
    if (alert === null) return false;
    void allowAlert(alert, true);
    return true;
  };

  const empty = view?.filter ? (
    <Empty
      text={word('noMatch', { filter: view.filter })}
      action={word('clearFilter')}
      onAction={() => void applyFilter('')}
    />
  ) : (
    <Empty
      text={
        session.message !== null
          ? sentence(session.message)
          : word(
              session.phase === 'live'
                ? 'waitingForPackets'
                : session.phase === 'reading'
                  ? 'readingFirst'
                  : 'noPackets',
            )
      }
    />
  );
  return (
    <div className="split">
      {evidence === null ? null : <EvidenceBar evidence={evidence} />}
      <div className="list packets" style={widths.style} ref={list}>
        <ColumnHeads which="packets" columns={COLUMNS} sort={view?.sort ?? null} widths={widths} />
        <Grid
          id="packets"
          label={word('packets')}
          places={view?.places ?? 0}
          rowHeight={PACKET_ROW}
          pages={pages}
          painter={painter}
          selected={selectedRow === null && !finding ? -1 : place.current}
          follow={session.phase === 'live' && view?.sort === null}
          handle={grid}
          empty={empty}
          onSelect={(at, e) => select(at, e.target)}
          onOpen={open}
          onTop={(top) => {
            scrollPlace.top = top;
            keepPlace();
          }}
          onKey={keys}
        />
      </div>
      <DetailPanes />
    </div>
  );
}

/** The flow of a row of a page, null where it has none. */
function flowIn(page: PacketPage, index: number): FlowRow | null {
  const flow = page.flow[index] ?? NO_FLOW_ROW;
  return flow === NO_FLOW_ROW ? null : flowRow(flow);
}

/** How many of the places lie before a position. */
function below(places: Uint32Array, position: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
