// A row of the packet list: nine cells, or one alert. Written by hand into recycled elements; texts only, never markup.
import {
  FLAG_COMMENT,
  FLAG_DAMAGED,
  FLAG_IGNORED,
  FLAG_MARKED,
  FLAG_REFERENCE,
  PLACE_ALERT,
  PLACE_RULE,
  textAt,
  textReader,
  type AlertRow,
  type PacketPage,
  type RuleRow,
  type Settings,
  FLAG_GONE,
  FLAG_UNREADABLE,
} from '../../contract/index.ts';
import type { ColourMatches } from '../list/colour-matches.ts';
import { fit } from '../list/fit.ts';
import { drawnRow, type DrawnRow } from '../list/drawn-row.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { nameOf } from '../state/names.ts';
import { dotClass } from '../parts/verdict.tsx';
import { count, packetTime, visible } from '../words/format.ts';
import { ruleTitle, sentence, word } from '../words/words.ts';
import type { RowText, SightTexts } from '../list/sight-texts.ts';
import { conversationColours, rowColours, type RowColours } from './row-colours.ts';
import type { Align } from './column-settings.ts';
import { engineName, isOfCapture, markNamed, type CellName } from './named-cells.ts';
import { numberAt } from './row-numbers.ts';

export interface PaintedColumn {
  readonly id: string;
  readonly align: Align;
  readonly grow: boolean;
  /** Index among the values of fields, null for a column of the product's own. */
  readonly field: number | null;
  /** Characters that the cell holds. */
  readonly characters: number;
}

export interface PainterState {
  time: Settings['time'];
  /** The list is the whole capture in its order: the places of its alerts. Null where a place tells no packet. */
  alerts: Uint32Array | null;
  /** The cells of a row, in their order. */
  columns: readonly PaintedColumn[];
  /** What the dissection engine says of rows. */
  readonly texts: SightTexts;
  /** Rows have the colours of Wireshark's rules. */
  colours: boolean;
  /** Rows that the user gave a colour for a while. */
  readonly matches: ColourMatches;
  dark: boolean;
  /** Rows that are lit up, null when none are. */
  evidence: ReadonlySet<number> | null;
}

type RowRead = readonly [
  source: string,
  destination: string,
  protocol: string,
  info: string,
  alert: AlertRow | null,
  rule: RuleRow | null,
];

const DECODED = Symbol('decoded');
type Reader = (i: number) => string;

/** Texts of a page, each decoded when its row is first drawn. */
class Decoded {
  private readonly page: PacketPage;
  private readonly known: RowRead[] = [];
  private readers: readonly ((i: number) => string)[] | null = null;

  constructor(page: PacketPage) {
    this.page = page;
  }

  row(i: number): RowRead {
    return (this.known[i] ??= this.made(i));
  }

  private made(i: number): RowRead {
    const { page } = this;
    if (page.kind[i] === PLACE_ALERT) return ['', '', '', '', JSON.parse(textAt(page.info, i)) as AlertRow, null];
    if (page.kind[i] === PLACE_RULE) return ['', '', '', '', null, JSON.parse(textAt(page.info, i)) as RuleRow];
    this.readers ??= [page.source, page.destination, page.protocol, page.info].map(textReader);
    const [source, destination, protocol, info] = this.readers as [Reader, Reader, Reader, Reader];
    return [visible(source(i)), visible(destination(i)), protocol(i), visible(info(i)), null, null];
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

/** The rule that a row tells of, null for packets and incidents. */
export function ruleIn(page: PacketPage, index: number): RuleRow | null {
  return decoded(page).row(index)[5];
}

export function packetPainter(state: PainterState): RowPainter<PacketPage> {
  // Which cells there are stays; how many characters each holds follows the list's width.
  const shown = drawnRow(state.columns.length);
  return {
    drawing: {
      kinds: KINDS,
      cells: state.columns.length,
      draws: (page, index) => alertIn(page, index) === null && ruleIn(page, index) === null,
      draw: (to, place, page, index, selected) => {
        if (page === null) sayWaiting(to, place, state.columns, state.alerts);
        else sayPacket(to, page, index, state.columns, state);
        if (selected) to.kinds |= SELECTED;
      },
    },
    build(row) {
      for (const [i, column] of state.columns.entries()) {
        const span = document.createElement('span');
        span.className = cellClass(column);
        span.dataset['column'] = column.id;
        span.setAttribute('role', 'gridcell');
        if (column.grow) span.style.flex = '1';
        else span.style.width = `var(--w${i})`;
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
        for (const name of ['alert', 'rule', 'source-row']) kind(name, false);
        sayWaiting(shown, place, state.columns, state.alerts);
        writeRow(row, shown);
        for (const [i, column] of state.columns.entries()) if (isAddress(column)) markNamed(cells[i]!, null);
        return;
      }
      const alert = alertIn(page, index);
      const rule = alert === null ? ruleIn(page, index) : null;
      kind('alert', alert !== null || rule !== null);
      kind('rule', rule !== null);
      kind(
        'source-row',
        alert === null && rule === null && state.evidence !== null && state.evidence.has(page.row[index]!),
      );
      if (alert !== null || rule !== null) {
        colour(row, null);
        kind('marked', false);
        kind('ignored', false);
        kind('commented', false);
        kind('suspicious', alert === null ? rule!.priority === 2 : alert.verdict !== 'malicious');
        kind('minor', alert === null && rule!.priority > 2);
        if (alert === null) paintRule(row.lastElementChild!, rule!);
        else paintAlert(row.lastElementChild!, alert);
        return;
      }
      const said = sayPacket(shown, page, index, state.columns, state);
      writeRow(row, shown);
      for (const [i, column] of state.columns.entries())
        if (isAddress(column)) markNamed(cells[i]!, cellName(page, index, column.id, said));
    },
  };
}

/** What a row says and looks like, for its element and for the picture of a list that moves. */
function sayPacket(
  to: DrawnRow,
  page: PacketPage,
  index: number,
  columns: readonly PaintedColumn[],
  state: PainterState,
): RowText | null {
  const flags = page.flags[index]!;
  const said = textsOf(page, index, state);
  to.colours = coloursIn(page, index, state, said);
  to.kinds =
    ((flags & FLAG_MARKED) !== 0 ? MARKED : 0) |
    ((flags & FLAG_IGNORED) !== 0 ? IGNORED : 0) |
    ((flags & FLAG_COMMENT) !== 0 ? COMMENTED : 0) |
    ((flags & FLAG_DAMAGED) !== 0 ? DAMAGED : 0) |
    (state.evidence?.has(page.row[index]!) === true ? SOURCE : 0) |
    (to.colours === null ? 0 : COLOURED);
  for (let i = 0; i < to.cells.length; i++) {
    const column = columns[i]!;
    const cell = to.cells[i]!;
    if (column.id === 'verdict') {
      cell.className = cellClass(column);
      cell.mark = dotClass(page.verdict[index]!);
      continue;
    }
    if (isAddress(column)) {
      const name = cellName(page, index, column.id, said);
      cell.text = fit(name?.name ?? decoded(page).row(index)[column.id === 'source' ? 0 : 1], column.characters);
      cell.className = name !== null && isOfCapture(name) ? `${cellClass(column)} named` : cellClass(column);
      continue;
    }
    const text = cellText(page, index, column, state, said);
    cell.text = column.id === 'no' || column.id === 'length' ? text : fit(text, column.characters);
    cell.className = column.id === 'protocol' ? protocolClass(column, text) : cellClass(column);
  }
  return said;
}

/** A row whose page is under way shows its number. */
function sayWaiting(to: DrawnRow, place: number, columns: readonly PaintedColumn[], alerts: Uint32Array | null): void {
  to.kinds = 0;
  to.colours = null;
  for (let i = 0; i < to.cells.length; i++) {
    const column = columns[i]!;
    const cell = to.cells[i]!;
    cell.className = cellClass(column);
    cell.text = column.id === 'no' ? numberAt(place, alerts) : '';
    cell.mark = column.id === 'verdict' ? 'dot none' : '';
  }
}

/** The class that each cell's element was given. */
const written = new WeakMap<Element, string>();

/** Writes a row into its element, but for whether it is selected. */
function writeRow(row: HTMLElement, { kinds, colours, cells }: DrawnRow): void {
  for (let bit = 1; bit < KINDS.length; bit++) {
    const name = KINDS[bit]!;
    const on = ((kinds >> bit) & 1) === 1;
    if (name !== 'coloured' && row.classList.contains(name) !== on) row.classList.toggle(name, on);
  }
  colour(row, colours);
  for (let i = 0; i < cells.length; i++) {
    const element = row.children[i]!;
    const cell = cells[i]!;
    if (written.get(element) !== cell.className) {
      element.className = cell.className;
      written.set(element, cell.className);
    }
    if (cell.mark === '') text(element, cell.text);
    else className(element.firstElementChild ?? dotIn(element), cell.mark);
  }
}

function paintAlert(cell: Element, alert: AlertRow): void {
  const [dot, title, value, why, actions] = cell.children;
  className(dot!, `dot ${alert.verdict}`);
  text(dot!, '');
  text(title!, ruleTitle(alert));
  delete (title as HTMLElement).dataset['action'];
  text(value!, word('nPoints', { n: count(alert.incident.points) }));
  text(why!, alertWhy(alert));
  button(actions!.children[0]!, 'flow', word('openFlow'));
  button(actions!.children[1]!, 'label', word('labelMore'));
  button(actions!.children[2]!, 'allow', word('allowMore'));
}

function paintRule(cell: Element, rule: RuleRow): void {
  const [mark, title, sid, why, actions] = cell.children;
  className(mark!, `threat-priority priority-${Math.min(4, rule.priority)}`);
  text(mark!, String(rule.priority));
  button(title!, 'rule', visible(rule.msg));
  text(sid!, rule.gid === 1 ? String(rule.sid) : `${rule.gid}:${rule.sid}`);
  const times = rule.matches > 1 ? word('threat.row.matches', { n: rule.matches }) : '';
  text(why!, [visible(rule.classtype ?? ''), times].filter(Boolean).join(' · '));
  button(actions!.children[0]!, 'rule', word('threat.rule.show'));
  button(actions!.children[1]!, 'rule-bytes', word('threat.bytes'));
  button(actions!.children[2]!, 'rule-off', word('threat.rule.off'));
}

function button(element: Element, action: string, said: string): void {
  (element as HTMLElement).dataset['action'] = action;
  text(element, said);
}

/** Classes of rows, in the order of their bits. */
const KINDS = ['selected', 'marked', 'ignored', 'commented', 'damaged', 'source-row', 'coloured'] as const;
const SELECTED = 1;
const MARKED = 2;
const IGNORED = 4;
const COMMENTED = 8;
const DAMAGED = 16;
const SOURCE = 32;
const COLOURED = 64;

const classes = new WeakMap<PaintedColumn, string>();

function cellClass(column: PaintedColumn): string {
  const known = classes.get(column);
  if (known !== undefined) return known;
  const { id, align, field } = column;
  const name = id === 'verdict' ? 'c-dot' : `c-${field === null ? id : 'field'}`;
  const made = align === 'start' || id === 'verdict' ? name : `${name} align-${align}`;
  classes.set(column, made);
  return made;
}

function protocolClass(column: PaintedColumn, protocol: string): string {
  const name = cellClass(column);
  return protocol.startsWith('TLS') || protocol === 'QUIC' ? `${name} tls` : name;
}

/** What the engine says of a row, null where it says nothing. */
export function textsOf(page: PacketPage, index: number, state: PainterState): RowText | null {
  return (page.flags[index]! & NOT_DISSECTED) === 0 ? state.texts.of(page.row[index]!) : null;
}

/** As Wireshark writes it: a time reference has no time of its own. */
function timeText(page: PacketPage, index: number, how: Settings['time']): string {
  if (how === 'relative' && (page.flags[index]! & FLAG_REFERENCE) !== 0) return '*REF*';
  return packetTime(how, page.seconds[index]!, page.nanoseconds[index]!, page.relative[index]!, page.delta[index]!);
}

function isAddress({ id, field }: Pick<PaintedColumn, 'id' | 'field'>): boolean {
  return field === null && (id === 'source' || id === 'destination');
}

/** The address of a cell, as the filter language writes it; '' for another cell. */
export function cellAddress(page: PacketPage, index: number, id: string): string {
  if (id !== 'source' && id !== 'destination') return '';
  return textAt(id === 'source' ? page.source : page.destination, index);
}

/** What stands for an address. The engine has named those of Ethernet with the rest of the row. */
function cellName(page: PacketPage, index: number, id: string, said: RowText | null): CellName | null {
  const [source, destination] = decoded(page).row(index);
  const address = id === 'source' ? source : destination;
  const byEngine = said === null ? null : engineName(address, id === 'source' ? said.source : said.destination);
  const named = byEngine ?? nameOf(address);
  return named === null ? null : { ...named, address };
}

/** The whole text of a cell. */
export function cellText(
  page: PacketPage,
  index: number,
  { id, field }: Pick<PaintedColumn, 'id' | 'field'>,
  state: PainterState,
  said: RowText | null,
): string {
  if (field !== null) {
    const value = said?.values[field] ?? '';
    return said?.partial === true && value !== '' ? `≈ ${value}` : value;
  }
  const [source, destination, protocol, info] = decoded(page).row(index);
  switch (id) {
    case 'no':
      return count(page.row[index]! + 1);
    case 'time':
      return timeText(page, index, state.time);
    case 'source':
    case 'destination':
      return cellName(page, index, id, said)?.name ?? (id === 'source' ? source : destination);
    case 'protocol':
      return said?.protocol ?? protocol;
    case 'length':
      return count(page.length[index]!);
    case 'info':
      return shownInfo(page.flags[index]!, said?.info ?? info);
    default:
      return '';
  }
}

function coloursIn(page: PacketPage, index: number, state: PainterState, said: RowText | null): RowColours | null {
  const own = state.matches.of(page.row[index]!);
  if (own !== null) return conversationColours(own, state.dark);
  return state.colours && said !== null ? rowColours(said.background, said.foreground, state.dark) : null;
}

/** Rows whose bytes nobody can read, or nobody wants to. */
const NOT_DISSECTED = FLAG_IGNORED | FLAG_GONE | FLAG_UNREADABLE;

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
