// A row of the packet list: nine cells, or one alert. Written by hand into recycled elements; texts only, never markup.
import {
  FLAG_DAMAGED,
  FLAG_IGNORED,
  FLAG_MARKED,
  PLACE_ALERT,
  textAt,
  type AlertRow,
  type PacketPage,
  type Settings,
  FLAG_GONE,
  FLAG_UNREADABLE,
} from '../../contract/index.ts';
import { fit } from '../list/fit.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { dotClass } from '../parts/verdict.tsx';
import { count, packetTime, visible } from '../words/format.ts';
import { ruleTitle, sentence, word } from '../words/words.ts';
import type { RowText, SightTexts } from '../list/sight-texts.ts';
import { rowColours, type RowColours } from './row-colours.ts';
import { numberAt } from './row-numbers.ts';

export interface PainterState {
  time: Settings['time'];
  /** The list is the whole capture in its order: the places of its alerts. Null where a place tells no packet. */
  alerts: Uint32Array | null;
  first: { readonly seconds: number; readonly nanoseconds: number };
  /** Characters that each cell holds, in the order of the cells. */
  columns: readonly number[];
  /** What the dissection engine says of rows. */
  readonly texts: SightTexts;
  /** Rows have the colours of Wireshark's rules. */
  colours: boolean;
  dark: boolean;
  /** Rows that are lit up, null when none are. */
  evidence: ReadonlySet<number> | null;
}

const CELLS = ['dot', 'no', 'time', 'source', 'destination', 'protocol', 'length', 'info'] as const;
const DECODED = Symbol('decoded');

/** Texts of a page, each decoded when its row is first drawn. */
class Decoded {
  private readonly page: PacketPage;
  private readonly known: (readonly [string, string, string, string, AlertRow | null])[] = [];

  constructor(page: PacketPage) {
    this.page = page;
  }

  row(
    i: number,
  ): readonly [source: string, destination: string, protocol: string, info: string, alert: AlertRow | null] {
    const { page } = this;
    return (this.known[i] ??=
      page.kind[i] === PLACE_ALERT
        ? ['', '', '', '', JSON.parse(textAt(page.info, i)) as AlertRow]
        : [
            visible(textAt(page.source, i)),
            visible(textAt(page.destination, i)),
            textAt(page.protocol, i),
            visible(textAt(page.info, i)),
            null,
          ]);
  }
}

function decoded(page: PacketPage): Decoded {
  const holder = page as { [DECODED]?: Decoded };
  return (holder[DECODED] ??= new Decoded(page));
}

/** What stands in Info: of the packet, or why there is nothing of it. */
function shownInfo(flags: number, info: string): string {
  if ((flags & FLAG_IGNORED) !== 0) return word('ignoredPacket');
  if ((flags & FLAG_GONE) !== 0) return sentence({ say: 'segment-gone' });
  return (flags & FLAG_UNREADABLE) !== 0 ? sentence({ say: 'bytes-gone' }) : info;
}

export function alertIn(page: PacketPage, index: number): AlertRow | null {
  return decoded(page).row(index)[4];
}

export function packetPainter(state: PainterState): RowPainter<PacketPage> {
  return {
    build(row) {
      for (const cell of CELLS) {
        const span = document.createElement('span');
        span.className = `c-${cell}`;
        span.setAttribute('role', 'gridcell');
        row.append(span);
      }
      const alert = document.createElement('span');
      alert.className = 'c-alert';
      alert.setAttribute('role', 'gridcell');
      for (const part of ['dot malicious', 'alert-title', 'alert-score', 'alert-why', 'alert-actions']) {
        const span = document.createElement('span');
        span.className = part;
        alert.append(span);
      }
      for (const action of ['flow', 'label', 'allow'] as const) {
        const button = document.createElement('button');
        button.type = 'button';
        button.tabIndex = -1;
        button.dataset['action'] = action;
        alert.lastElementChild!.append(button);
      }
      row.append(alert);
    },
    paint(row, place, page, index, selected) {
      const cells = row.children;
      const kind = (name: string, on: boolean): void => {
        if (row.classList.contains(name) !== on) row.classList.toggle(name, on);
      };
      kind('selected', selected);
      if (page === null) {
        colour(row, null);
        for (const name of ['alert', 'marked', 'ignored', 'source-row']) kind(name, false);
        text(cells[1]!, numberAt(place, state.alerts));
        for (let i = 2; i < 8; i++) text(cells[i]!, '');
        className(cells[0]!.firstElementChild ?? dotIn(cells[0]!), 'dot none');
        return;
      }
      const [source, destination, ownProtocol, ownInfo, alert] = decoded(page).row(index);
      kind('alert', alert !== null);
      kind('source-row', alert === null && state.evidence !== null && state.evidence.has(page.row[index]!));
      if (alert !== null) {
        colour(row, null);
        kind('marked', false);
        kind('ignored', false);
        kind('suspicious', alert.verdict !== 'malicious');
        const [dot, title, value, why, actions] = cells[8]!.children;
        className(dot!, `dot ${alert.verdict}`);
        text(title!, ruleTitle(alert));
        text(value!, word('nPoints', { n: count(alert.incident.points) }));
        text(why!, alertWhy(alert));
        text(actions!.children[0]!, word('openFlow'));
        text(actions!.children[1]!, word('labelMore'));
        text(actions!.children[2]!, word('allowMore'));
        return;
      }
      const flags = page.flags[index]!;
      const said = (flags & NOT_DISSECTED) === 0 ? state.texts.of(page.row[index]!) : null;
      const { protocol, info } = said ?? { protocol: ownProtocol, info: ownInfo };
      colour(row, state.colours ? coloursOf(said, state.dark) : null);
      kind('marked', (flags & FLAG_MARKED) !== 0);
      kind('ignored', (flags & FLAG_IGNORED) !== 0);
      kind('damaged', (flags & FLAG_DAMAGED) !== 0);
      className(cells[0]!.firstElementChild ?? dotIn(cells[0]!), dotClass(page.verdict[index]!));
      text(cells[1]!, count(page.row[index]! + 1));
      text(
        cells[2]!,
        fit(
          packetTime(state.time, page.seconds[index]!, page.nanoseconds[index]!, state.first, page.delta[index]!),
          state.columns[2]!,
        ),
      );
      text(cells[3]!, fit(source, state.columns[3]!));
      text(cells[4]!, fit(destination, state.columns[4]!));
      text(cells[5]!, fit(protocol, state.columns[5]!));
      className(cells[5]!, protocol.startsWith('TLS') || protocol === 'QUIC' ? 'c-protocol tls' : 'c-protocol');
      text(cells[6]!, count(page.length[index]!));
      text(cells[7]!, fit(shownInfo(flags, info), state.columns[7]!));
    },
  };
}

/** Rows whose bytes nobody can read, or nobody wants to. */
const NOT_DISSECTED = FLAG_IGNORED | FLAG_GONE | FLAG_UNREADABLE;

function coloursOf(said: RowText | null, dark: boolean): RowColours | null {
  return said === null ? null : rowColours(said.background, said.foreground, dark);
}

/** The colours that each row's element has. */
const coloured = new WeakMap<HTMLElement, RowColours | null>();

function colour(row: HTMLElement, to: RowColours | null): void {
  const has = coloured.get(row) ?? null;
  if (has === to) return;
  coloured.set(row, to);
  if ((has === null) !== (to === null)) row.classList.toggle('coloured', to !== null);
  if (to === null) return;
  row.style.setProperty('--row-ground', to.background);
  row.style.setProperty('--row-text', to.text);
}

export function alertWhy(alert: AlertRow): string {
  return alert.incident.evidence
    .filter((e) => e.counts)
    .map((e) => visible(sentence(e.said)))
    .join(' · ');
}

function dotIn(cell: Element): Element {
  const dot = document.createElement('i');
  cell.append(dot);
  return dot;
}

function text(element: Element, value: string): void {
  const node = element.firstChild;
  if (node === null) element.append(value);
  else if (node.nodeValue !== value) node.nodeValue = value;
}

function className(element: Element, value: string): void {
  if (element.className !== value) element.className = value;
}
