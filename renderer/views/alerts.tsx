// Incidents: what evidence adds up to, per initiator and peer, the gravest first; below the list the one that is looked
// at, with its evidence, what people did with it, and the way to its packets. Several are chosen and treated together.
import { useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import {
  flowRow,
  GROUPINGS,
  type IncidentPage,
  PLACE_GROUP,
  PLACE_INCIDENT,
  textAt,
  type SessionState,
} from '../../contract/index.ts';
import { Grid } from '../list/grid.tsx';
import type { GridHandle, SelectHow } from '../list/grid-body.ts';
import { PAGE, Pages } from '../list/pages.ts';
import { InspectorDivider } from '../parts/divider.tsx';
import { Empty, EmptyList } from '../parts/empty.tsx';
import { IncidentCard } from '../parts/incident-card.tsx';
import { LearnOffer } from '../parts/learn.tsx';
import { openFlow } from '../state/actions.ts';
import {
  allowDialog,
  chooseAll,
  chooseIncident,
  chooseSet,
  fold,
  goToIncident,
  group,
  saveIncidentReport,
  toggleChosen,
  useIncidents,
  withSubject,
} from '../state/incidents.ts';
import { openMenuFor, type Point } from '../state/menu.ts';
import { selectFlow } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { ColumnHeads, type Column } from './columns.tsx';
import { incidentItems, meanAlone } from './incident-menu.ts';
import { incidentPainter } from './incident-painter.ts';
import { useShownColumns } from './shown-columns.ts';

const ROW = 28;

const COLUMNS: readonly Column[] = [
  { id: 'gravity', title: 'column.gravity', width: 74 },
  { id: 'state', title: 'column.state', width: 116 },
  { id: 'evidence', title: 'column.evidence', width: 100, grow: true },
  { id: 'host', title: 'column.host', width: 138 },
  { id: 'peer', title: 'column.peer', width: 150 },
  { id: 'flows', title: 'column.flows', width: 60, right: true },
  { id: 'time', title: 'column.began', width: 164 },
  { id: 'last', title: 'column.lastSeen', width: 164 },
  { id: 'tags', title: 'column.tags', width: 96 },
];
/** Columns that need a wider window, px. */
const WIDE: Readonly<Record<string, number>> = { last: 1300, time: 1080, tags: 860, flows: 760 };

export function Alerts(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.incidents ?? null);
  // The first look is at what there is now: the host tells of the list a moment later.
  const nothing = session.alerts === 0 && (view?.places ?? 0) === 0 && (view?.filter ?? '') === '';
  if (!nothing) return <IncidentList />;
  return (
    <div className="alerts" role="region" aria-label={word('alerts')}>
      <Empty text={word(noAlerts(session.phase))} />
      <LearnOffer />
    </div>
  );
}

function noAlerts(phase: SessionState['phase']): 'noAlertsYet' | 'noAlertsLive' | 'noAlerts' {
  if (phase === 'reading') return 'noAlertsYet';
  return phase === 'live' ? 'noAlertsLive' : 'noAlerts';
}

function IncidentList(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const view = useStore((s) => s.views?.incidents ?? null);
  const inspector = useStore((s) => s.panes.inspector);
  const language = useStore((s) => s.settings?.language);
  const alert = useIncidents((s) => s.alert);
  const chosen = useIncidents((s) => s.chosen);
  const grid = useRef<GridHandle>(null);
  const painter = useMemo(() => incidentPainter((n) => useIncidents.getState().chosen.has(n)), []);
  const generation = useRef(0);
  generation.current = view?.generation ?? 0;
  /** Has the first row be looked at, unless one is. */
  const first = useRef<() => void>(() => undefined);
  const pages = useMemo(
    () =>
      new Pages<IncidentPage>(
        (from) => client.ask('incidents', { from, count: PAGE, generation: generation.current }),
        () => {
          grid.current?.repaint();
          first.current();
        },
      ),
    [],
  );
  const { columns, widths, style, without } = useShownColumns('incidents', COLUMNS, WIDE);
  const [place, setPlace] = useState(-1);
  const at = useRef(-1);
  at.current = place;
  /** Where a run of chosen ones begins. */
  const anchor = useRef(-1);
  const moves = useRef(0);

  /** The head of a group is at hand; then no incident takes its place when the list is made anew. */
  const onHead = useRef(false);

  const look = (to: number): void => {
    moves.current++;
    setPlace(to);
    at.current = to;
    const found = pages.at(to);
    onHead.current = false;
    if (found === null || found.page.generation !== generation.current) {
      void client.ask('incidents', { from: to, count: 1, generation: generation.current }).then(
        (p) => {
          if (at.current === to) onHead.current = lookAt(p, 0);
        },
        () => undefined,
      );
    } else onHead.current = lookAt(found.page, found.index);
  };
  const select = (to: number, target: HTMLElement | null, pressed: SelectHow): void => {
    // Keys that choose are those of `key`; others only move.
    const how = target === null ? 'only' : pressed;
    const found = pages.at(to);
    if (
      found !== null &&
      found.page.kind[found.index] === PLACE_GROUP &&
      (target?.closest('.i-gravity') ?? null) !== null
    )
      void fold(textAt(found.page.group, found.index), found.page.folded[found.index] === 0);
    if (how === 'extend') void chooseRun(anchor.current < 0 ? at.current : anchor.current, to);
    else {
      anchor.current = to;
      if (how === 'toggle') chooseAt(pages, to);
    }
    look(to);
  };
  first.current = () => {
    if (at.current >= 0 || useIncidents.getState().alert !== null) return;
    const found = pages.at(0);
    if (found !== null) look(found.page.kind[0] === PLACE_GROUP && found.page.kind[1] === PLACE_INCIDENT ? 1 : 0);
  };
  // What is looked at stays looked at when the order changes.
  const find = useEffectEvent(async (): Promise<void> => {
    const wanted = useIncidents.getState().alert;
    const mine = moves.current;
    if (onHead.current && at.current < (useStore.getState().views?.incidents.places ?? 0)) return;
    if (wanted === null) {
      setPlace(-1);
      at.current = -1;
      first.current();
      return;
    }
    const found = await client.ask('incidentPlace', { alert: wanted }).catch(() => null);
    if (found === null || mine !== moves.current) return;
    setPlace(found.place);
    at.current = found.place;
    if (found.place < 0 && (useStore.getState().views?.incidents.places ?? 0) > 0) {
      chooseIncident(null, null);
      first.current();
    } else if (found.place >= 0) grid.current?.reveal(found.place);
  });
  useEffect(() => {
    pages.refresh();
    grid.current?.repaint();
    void find();
  }, [pages, view?.generation, view?.places, session.revision]);
  useEffect(() => grid.current?.repaint(), [chosen, language]);
  useEffect(() => {
    // Label keys mean the incident that is looked at, which may be so since before another view was.
    selectFlow(useIncidents.getState().flow);
    grid.current?.focus();
  }, [pages]);

  const menu = (to: number, target: HTMLElement, point: Point | null): void => {
    const found = pages.at(to);
    if (found === null) return;
    if (found.page.kind[found.index] === PLACE_INCIDENT) meanAlone(found.page.row[found.index]!);
    look(to);
    openMenuFor(target, point, { label: word('incident.list'), items: incidentItems(found.page, found.index) });
  };
  const keys = (event: KeyboardEvent): boolean => {
    const done = key(event, { at: at.current, pages, look, anchor, places: view?.places ?? 0 });
    if (done) event.preventDefault();
    return done;
  };
  return (
    <div className="split alerts" role="region" aria-label={word('alerts')}>
      <IncidentBar />
      <div className={`list incidents ${without}`} style={style}>
        <ColumnHeads which="incidents" columns={columns} sort={view?.sort ?? null} widths={widths} />
        <Grid
          id="incidents"
          label={word('incident.list')}
          places={view?.places ?? 0}
          rowHeight={ROW}
          pages={pages}
          painter={painter}
          selected={place}
          follow={false}
          handle={grid}
          empty={<EmptyList filter={view?.filter ?? ''} nothing="noAlerts" />}
          onSelect={select}
          onOpen={(to) => {
            const found = pages.at(to);
            if (found !== null) openPlace(found.page, found.index);
            // A key may come before the row that it means.
            else
              void client.ask('incidents', { from: to, count: 1, generation: generation.current }).then(
                (p) => {
                  if (at.current === to) openPlace(p, 0);
                },
                () => undefined,
              );
          }}
          onTop={() => undefined}
          onKey={keys}
          onMenu={menu}
        />
      </div>
      <InspectorDivider />
      <div className="incident-detail" style={{ height: `min(${inspector}px, 58vh)` }}>
        {alert === null ? (
          <p className="note pad">{word('incident.pick')}</p>
        ) : (
          <IncidentCard key={alert} alert={alert} />
        )}
      </div>
    </div>
  );
}

/** @returns whether the head of a group stands there */
function lookAt(page: IncidentPage, index: number): boolean {
  if (index >= page.row.length) return false;
  if (page.kind[index] === PLACE_GROUP) return true;
  chooseIncident(page.row[index]!, flowRow(page.flow[index]!));
  return false;
}

/** An incident's flow, or the incidents of a group. */
function openPlace(page: IncidentPage, index: number): void {
  if (index >= page.row.length) return;
  if (page.kind[index] === PLACE_GROUP) void fold(textAt(page.group, index), page.folded[index] === 0);
  else openFlow(flowRow(page.flow[index]!));
}

function chooseAt(pages: Pages<IncidentPage>, place: number): void {
  const found = pages.at(place);
  if (found !== null && found.page.kind[found.index] !== PLACE_GROUP) toggleChosen(found.page.row[found.index]!);
}

async function chooseRun(from: number, to: number): Promise<void> {
  const first = Math.max(0, Math.min(from, to));
  const answer = await client.ask('incidentNumbers', { from: first, count: Math.abs(to - from) + 1 }).catch(() => null);
  if (answer !== null) chooseSet(answer.numbers);
}

interface Keys {
  readonly at: number;
  readonly places: number;
  readonly pages: Pages<IncidentPage>;
  readonly anchor: { current: number };
  readonly look: (place: number) => void;
}

/** Keys of the list beside those that every list has. @returns whether it was one */
function key(event: KeyboardEvent, { at, places, pages, anchor, look }: Keys): boolean {
  const control = event.ctrlKey || event.metaKey;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey && (name === 'ArrowDown' || name === 'ArrowUp')) {
    if (anchor.current < 0) anchor.current = Math.max(0, at);
    const to = Math.max(0, Math.min(places - 1, at + (name === 'ArrowDown' ? 1 : -1)));
    void chooseRun(anchor.current, to);
    look(to);
    return true;
  }
  if (control) {
    if (name !== 'a') return false;
    void chooseAll();
    return true;
  }
  if (event.altKey) return false;
  anchor.current = -1;
  const found = at < 0 ? null : pages.at(at);
  const isGroup = found !== null && found.page.kind[found.index] === PLACE_GROUP;
  switch (name) {
    case ' ':
      chooseAt(pages, at);
      return true;
    case 'Escape':
      if (useIncidents.getState().chosen.size === 0) return false;
      chooseSet([]);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      if (!isGroup) return false;
      void fold(textAt(found.page.group, found.index), name === 'ArrowLeft');
      return true;
    case 's':
      withSubject('incident-state')();
      return true;
    case 't':
      withSubject('incident-tag')();
      return true;
    case 'n':
      withSubject('incident-note')();
      return true;
    case 'a':
      void allowDialog();
      return true;
    case 'r':
      void saveIncidentReport();
      return true;
    case 'p': {
      const { alert } = useIncidents.getState();
      if (alert !== null) void goToIncident(alert);
      return true;
    }
    default:
      return false;
  }
}

/** Above the list: how it is grouped, and what can be done with those chosen. */
function IncidentBar(): ReactNode {
  const word = useWord();
  const by = useIncidents((s) => s.by);
  const chosen = useIncidents((s) => s.chosen);
  const set = useStore((s) => s.set);
  return (
    <div className="incident-bar" role="group" aria-label={word('alerts')}>
      <span id="incident-group">{word('incident.group')}</span>
      <div className="segmented" role="group" aria-labelledby="incident-group">
        {GROUPINGS.map((g) => (
          <button key={g} type="button" aria-pressed={by === g} onClick={() => void group(g)}>
            {word(`incident.group.${g}`)}
          </button>
        ))}
      </div>
      {chosen.size === 0 ? (
        <span className="dim keys-hint">{word('incident.keys')}</span>
      ) : (
        <>
          <b role="status">{word('incident.chosen', { n: chosen.size })}</b>
          <button type="button" className="button" onClick={withSubject('incident-state')}>
            {word('incident.state')}
          </button>
          <button type="button" className="button" onClick={withSubject('incident-tag')}>
            {word('incident.tag')}
          </button>
          <button type="button" className="button" onClick={withSubject('incident-note')}>
            {word('incident.note')}
          </button>
          <button type="button" className="link-button" onClick={() => chooseSet([])}>
            {word('incident.chosenNone')}
          </button>
        </>
      )}
      <span className="gap" />
      <button type="button" className="button" onClick={() => set({ dialog: 'allow-rules' })}>
        {word('allow.rules')}
      </button>
      <button type="button" className="button" onClick={() => void saveIncidentReport()} title={word('report.make')}>
        {word('report.short')} {chosen.size === 0 ? '' : `(${count(chosen.size)})`}
      </button>
    </div>
  );
}
