// Packets: the list with its alerts, and below it tree, bytes and the flow of what is selected.
import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { flowRow, type FlowRow, NO_FLOW_ROW, type PacketPage, packetRow, PLACE_PACKET } from '../../contract/index.ts';
import { openFlow, say } from '../state/actions.ts';
import { allowDialog } from '../state/incidents.ts';
import { showPicked, type PickedRows } from '../state/marks.ts';
import { focusTree, openLabelMenu, sightRequest, taken, useSightRequest } from '../state/requests.ts';
import { selectLater, selectRow } from '../state/selection.ts';
import { showMatchAt, showRule, switchRule } from '../state/threat.ts';
import { keepPlace, remembered, useStore } from '../state/store.ts';
import { Grid } from '../list/grid.tsx';
import type { GridHandle, SelectHow } from '../list/grid-body.ts';
import { Picked } from '../list/picked.ts';
import { copyRows, type CopiedRows } from '../state/copy.ts';
import { PAGE, Pages } from '../list/pages.ts';
import { client } from '../wire/client.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import { copiedRows } from './copied-rows.ts';
import { DetailPanes } from './detail-panes.tsx';
import { characterWidth, PADDING, usePacketPainter } from './packet-cells.ts';
import type { ListColumn } from './list-columns.ts';
import { ListHeads } from './list-heads.tsx';
import { usePacketColumns } from './packet-columns.ts';
import { alertItems, packetItems } from './packet-menu.ts';
import { alertIn, cellText, ruleIn, textsOf } from './packet-painter.ts';
import { type MenuItem, openMenuFor, type Point } from '../state/menu.ts';
import { lowerBound } from './row-numbers.ts';
import { useColourMatches, usePacketTexts } from './row-texts.ts';
import { EmptyList } from '../parts/empty.tsx';
import { ruleRowItems } from '../parts/threat-list.tsx';
import { EvidenceBar } from '../parts/evidence-bar.tsx';

export const PACKET_ROW = 22;

export function Packets(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.packets ?? null);
  const evidence = useStore((s) => s.evidence);
  const nothing = useStore((s) => s.packet === null && !s.finding);
  const set = useStore((s) => s.set);
  const grid = useRef<GridHandle>(null);
  const list = useRef<HTMLDivElement>(null);
  const columns = usePacketColumns(view?.sort ?? null);
  const matches = useColourMatches(grid);
  const { texts, partial, onSight } = usePacketTexts(grid, list, columns.fields, (rows) => matches.see(rows));
  const { painter, state } = usePacketPainter(list, grid, columns, texts, matches);
  const { pages, place, select, picked, generation } = usePacketRows(grid);
  const pickedNow = (): PickedRows => ({
    count: picked.count,
    ranges: picked.pieces(Infinity, Infinity),
    generation: generation.current,
  });
  useEffect(() => showPicked(pickedNow));
  const copied = (): Promise<CopiedRows> => copiedRows(state, columns, picked, generation.current);

  const open = (at: number): void => {
    const found = pages.at(at);
    const rule = found === null ? null : ruleIn(found.page, found.index);
    if (rule !== null) showRule(rule, rule.packet);
    else if (found !== null && found.page.kind[found.index] !== PLACE_PACKET)
      openFlow(flowRow(found.page.flow[found.index]!));
    else focusTree();
  };
  const pick = (at: number, target: HTMLElement | null, how: SelectHow): void => {
    if (how === 'toggle') picked.toggle(at);
    else if (how === 'extend') picked.extend(at);
    else picked.only(at);
    select(at, target);
    grid.current?.repaint();
  };
  const keys = (event: KeyboardEvent): boolean => {
    if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      copyRows(copied(), 'text');
      return true;
    }
    // An alert's actions by key: Enter opens its flow, A allows it.
    if (event.key.toLowerCase() !== 'a' || event.ctrlKey || useStore.getState().alert === null) return false;
    const found = pages.at(place.current);
    const alert = found === null ? null : alertIn(found.page, found.index);
    if (alert === null) return false;
    void allowDialog(alert.number);
    return true;
  };
  const menu = (at: number, target: HTMLElement, point: Point | null): void => {
    const found = pages.at(at);
    if (found === null) return;
    if (!picked.has(at)) picked.only(at);
    if (at !== place.current) select(at, null);
    const alert = alertIn(found.page, found.index);
    const rule = ruleIn(found.page, found.index);
    const id = target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? 'source';
    const column = state.columns.find((c) => c.id === id) ?? state.columns[0]!;
    const itemsOf = (): readonly MenuItem[] => {
      if (rule !== null) return ruleRowItems(rule);
      if (alert !== null) return alertItems(alert);
      return packetItems({ ...found, state, column, copied, picked: pickedNow() });
    };
    const cell = point === null ? (target.querySelector(`[data-column="${column.id}"]`) ?? target) : target;
    openMenuFor(cell, point, { label: word('packets'), items: itemsOf() });
  };
  const fitColumn = (c: ListColumn): void => {
    const cells = list.current?.querySelectorAll<HTMLElement>(`.grid-row:not([hidden]) [data-column="${c.id}"]`) ?? [];
    const first = Math.floor((grid.current?.top ?? 0) / PACKET_ROW);
    const column = state.columns.find((painted) => painted.id === c.id)!;
    const shownTexts = Array.from(cells, (_, i) => {
      const found = pages.at(first + i);
      return found === null || found.page.kind[found.index] !== PLACE_PACKET
        ? ''
        : cellText(found.page, found.index, column, state, textsOf(found.page, found.index, state));
    });
    const longest = Math.max(c.title.length + 2, ...shownTexts.map((t) => t.length));
    columns.resize(c.id, longest * characterWidth() + PADDING + 2, true);
  };
  return (
    <div className="split">
      {evidence === null ? null : <EvidenceBar evidence={evidence} />}
      <div className="list packets" style={columns.style} ref={list}>
        <ListHeads
          columns={columns}
          note={partial ? { column: 'info', text: word('partialTree'), title: word('partialRowsHint') } : null}
          fit={fitColumn}
        />
        <Grid
          id="packets"
          label={word('packets')}
          places={view?.places ?? 0}
          rowHeight={PACKET_ROW}
          pages={pages}
          painter={painter}
          selected={nothing ? -1 : place.current}
          follow={session.phase === 'live' && view?.sort === null}
          handle={grid}
          empty={<EmptyList filter={view?.filter ?? ''} nothing="noPackets" />}
          onSelect={pick}
          also={(at) => picked.has(at)}
          onOpen={open}
          onTop={(top) => {
            set({ packetsTop: top });
            keepPlace();
          }}
          onSight={(first, end) => onSight(pages, first, end)}
          onKey={keys}
          onMenu={menu}
        />
      </div>
      <DetailPanes />
    </div>
  );
}

interface PacketRows {
  readonly pages: Pages<PacketPage>;
  /** Place of the row selected, or -1 while it is not known. */
  readonly place: RefObject<number>;
  readonly select: (at: number, target: HTMLElement | null) => void;
  /** Places selected together, while the order is this one. */
  readonly picked: Picked;
  /** Of the list's order. */
  readonly generation: RefObject<number>;
}

/** The list's pages and the place of what is selected, which moves as alerts come in between. */
function usePacketRows(grid: RefObject<GridHandle | null>): PacketRows {
  const { session, source, revision } = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.packets ?? null);
  const wanted = useSightRequest('packets');
  const wantedTop = useStore((s) => s.requests.top);
  const generation = useRef(0);
  generation.current = view?.generation ?? 0;
  const pages = useMemo(
    () =>
      new Pages<PacketPage>(
        (from) => client.ask('packets', { from, count: PAGE, generation: generation.current }),
        () => grid.current?.repaint(),
      ),
    [grid],
  );
  const place = useRef(-1);
  const picked = useMemo(() => new Picked(), []);
  const moves = useRef(0);
  const [, redraw] = useState(0);
  const again = (): void => redraw((n) => n + 1);
  const alertsBefore = useRef<{ readonly key: string; readonly places: Uint32Array }>({
    key: '',
    places: new Uint32Array(0),
  });

  const select = (at: number, target: HTMLElement | null, byUser = true): void => {
    moves.current++;
    place.current = at;
    again();
    const found = pages.at(at);
    if (found !== null && found.page.generation === generation.current) {
      choose(found.page, found.index, target, byUser);
      return;
    }
    // Its page is under way, or still that of the order before: what stands there now is asked for.
    const page = client.ask('packets', { from: at, count: 1, generation: generation.current });
    selectLater(
      'packets',
      page,
      (p) => flowIn(p, 0),
      (p) => {
        if (p.row.length > 0) choose(p, 0, target, byUser);
        // The order changed while it was under way.
        if (place.current < 0) void findSelected();
      },
    );
  };
  // The selection is a packet and not a place; its place in the list is asked for when it is not known.
  const findSelected = async (): Promise<void> => {
    const { packet } = useStore.getState();
    if (packet === null) return;
    const mine = moves.current;
    const request = sightRequest('packets');
    const found = await client.ask('place', { which: 'packets', row: packet }).catch(() => null);
    if (request !== null) taken('sight', request);
    // A user who has scrolled meanwhile is not moved back.
    if (found === null || mine !== moves.current) return;
    // A row that was pressed in the order before is known only now: its place is looked for in the order of now.
    if (useStore.getState().packet !== packet) return findSelected();
    place.current = found.exact ? found.place : -1;
    if (found.exact && !picked.has(found.place)) picked.only(found.place);
    if (request !== null && !found.exact) say(wordNow('packetHidden', { n: packet + 1 }));
    grid.current?.centre(found.place);
    grid.current?.repaint();
    again();
  };

  // What the host says has changed is asked for again; what is in sight stays where it is.
  const takeChanges = useEffectEvent(() => {
    if (view === null) return;
    const key = `${view.filter} ${JSON.stringify(view.sort)}`;
    const before = alertsBefore.current;
    if (before.key === key) {
      const top = (grid.current?.top ?? 0) / PACKET_ROW;
      const inserted = lowerBound(view.alertPlaces, top) - lowerBound(before.places, top);
      if (inserted > 0) grid.current?.shift(inserted);
      // Places of several rows do not follow alerts that come between them.
      if (view.alertPlaces.length !== before.places.length && picked.count > 1) picked.clear();
      if (place.current >= 0)
        place.current += lowerBound(view.alertPlaces, place.current) - lowerBound(before.places, place.current);
    } else if (before.key !== '') {
      place.current = -1;
      picked.clear();
      void findSelected();
    }
    alertsBefore.current = { key, places: view.alertPlaces };
    pages.refresh();
    grid.current?.repaint();
  });
  useEffect(() => takeChanges(), [view?.generation, view?.places, revision]);
  // As in Wireshark, a file opens with its first packet selected; a live capture leaves the choice to the user.
  const hasRows = (view?.places ?? 0) > 0;
  const selectFirst = useEffectEvent(() => {
    if (source !== 'live' && useStore.getState().packet === null && place.current < 0) {
      picked.only(0);
      select(0, null, false);
    }
  });
  useEffect(() => {
    if (hasRows) selectFirst();
  }, [hasRows]);
  const comeOnScreen = useEffectEvent(() => {
    const was = remembered();
    const same = was?.session === session ? was : null;
    // Back from another view or after a reload the list is where it was, unless a packet is wanted.
    if (wanted === null && same !== null && same.view === 'packets' && same.top > 0) grid.current?.setTop(same.top);
    else if (wanted === null) void findSelected();
    if (same !== null && same.packet !== null)
      void client.ask('place', { which: 'packets', row: same.packet }).then(
        (p) => {
          if (moves.current > 0) return;
          place.current = p.exact ? p.place : -1;
          grid.current?.repaint();
          again();
        },
        () => undefined,
      );
    grid.current?.focus();
  });
  useEffect(() => comeOnScreen(), []);
  const bringIntoSight = useEffectEvent(() => void findSelected());
  useEffect(() => {
    if (wanted !== null) bringIntoSight();
  }, [wanted]);
  useEffect(() => {
    if (wantedTop === null) return;
    grid.current?.setTop(wantedTop.place * PACKET_ROW);
    taken('top', wantedTop);
  }, [grid, wantedTop]);
  return { pages, place, select, picked, generation };
}

/** Selects a row of a page, and does what was pressed in it. */
function choose(page: PacketPage, index: number, target: HTMLElement | null, byUser: boolean): void {
  const alert = alertIn(page, index);
  selectRow(
    packetRow(page.row[index]!),
    page.kind[index] === PLACE_PACKET ? null : page.alert[index]!,
    flowIn(page, index),
    byUser,
  );
  keepPlace();
  const action = target?.closest<HTMLElement>('[data-action]')?.dataset['action'];
  if (alert !== null && action === 'flow') openFlow(alert.flow);
  if (alert !== null && action === 'allow') void allowDialog(alert.number);
  if (alert !== null && action === 'label') openLabelMenu(alert.flow, target!);
  const rule = ruleIn(page, index);
  if (rule !== null && action === 'rule') showRule(rule, rule.packet);
  if (rule !== null && action === 'rule-bytes') void showMatchAt(rule, rule.packet);
  if (rule !== null && action === 'rule-off') void switchRule(rule, false);
}

/** The flow of a row of a page, null where it has none. */
function flowIn(page: PacketPage, index: number): FlowRow | null {
  const flow = page.flow[index] ?? NO_FLOW_ROW;
  return flow === NO_FLOW_ROW ? null : flowRow(flow);
}
