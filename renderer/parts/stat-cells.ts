// Values of statistics as people read them.
import { type StatColumn, type StatKind, type StatPage, textAt } from '../../contract/index.ts';
import { nameOf, serviceOf } from '../state/names.ts';
import type { CellName } from '../views/named-cells.ts';
import { bitRate, count, moment, seconds, visible } from '../words/format.ts';
import { word, type WordKey } from '../words/words.ts';

const ADDRESSES: ReadonlySet<string> = new Set(['addressA', 'addressB', 'address', 'client', 'server']);
const PORTS: ReadonlySet<string> = new Set(['portA', 'portB', 'port']);

/** What a row of a table is about: the address of one of its cells, '' for other cells. */
export function addressIn(page: StatPage, id: string, index: number): string {
  const column = page.columns.find((c) => c.id === id);
  return column?.texts && ADDRESSES.has(id) ? textAt(column.texts, index) : '';
}

/** The name that stands for an address, null where none does: the page of names shows the addresses themselves. */
export function namedIn(table: string, page: StatPage, id: string, index: number): CellName | null {
  const address = table === 'resolved' ? '' : addressIn(page, id, index);
  const named = address === '' ? null : nameOf(address);
  return named === null ? null : { ...named, address };
}

/** A cell's text as it is shown: names stand for addresses and ports where the settings say so. */
export function shownText(table: string, page: StatPage, id: string, index: number): string {
  const column = page.columns.find((c) => c.id === id);
  if (column === undefined) return '';
  const named = namedIn(table, page, id, index);
  if (named !== null) return named.name;
  if (id === 'nameBy') return word(`names.by.${textAt(column.texts!, index)}` as WordKey);
  const transport = /^(?:conv|end)-(tcp|udp|sctp)$/.exec(table)?.[1];
  const port = transport !== undefined && PORTS.has(id) ? column.numbers?.[index] : undefined;
  const service = port === undefined ? '' : serviceOf(transport!, port);
  return service === '' ? cellText(column, index) : service;
}

/** A cell's text. @param index row within the page */
export function cellText(column: StatColumn, index: number): string {
  if (column.texts !== null) {
    const text = textAt(column.texts, index);
    if (!column.id.startsWith('flow.')) return visible(text);
    return text === '' ? word('stats.missing') : factText(column.id.slice('flow.'.length), text);
  }
  const value = column.numbers![index]!;
  return value === value ? numberText(value, column.kind) : word('stats.missing');
}

const JUDGED: ReadonlySet<string> = new Set(['malicious', 'suspicious', 'unfamiliar', 'benign', 'open', 'unsure']);

/** A value of a fact of flows: verdicts and labels are words of ours, which a filter has in English. */
export function factText(facet: string, text: string): string {
  const ours = (facet === 'verdict' || facet === 'label') && JUDGED.has(text);
  return ours ? word(`as.${text}` as WordKey) : visible(text);
}

function numberText(value: number, kind: StatKind): string {
  switch (kind) {
    case 'text':
    case 'number':
      return String(value);
    case 'count':
    case 'bytes':
      return count(value);
    case 'seconds':
      return value.toFixed(6);
    case 'duration':
      return seconds(value);
    case 'rate':
      return bitRate(value / 8);
    case 'percent':
      return value.toFixed(2);
    case 'decimal':
      return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    case 'moment':
      return moment(value);
  }
}

/** Widths of columns by what they hold, px; texts of the first column take what is left. */
export function columnWidth(column: StatColumn): string {
  const wide: Readonly<Record<string, string>> = {
    summary: 'minmax(220px, 3fr)',
    question: 'minmax(260px, 3fr)',
    request: 'minmax(260px, 3fr)',
    serverName: 'minmax(240px, 2fr)',
    codes: 'minmax(200px, 2fr)',
    protocol: 'minmax(200px, 1.5fr)',
    severity: '90px',
    group: '110px',
    service: 'minmax(90px, 1fr)',
    lengths: 'minmax(140px, 1fr)',
    distinct: 'minmax(76px, 0.7fr)',
    malicious: 'minmax(76px, 0.7fr)',
    suspicious: 'minmax(84px, 0.7fr)',
    least: 'minmax(76px, 0.8fr)',
    most: 'minmax(76px, 0.8fr)',
  };
  const own = wide[column.id];
  if (own !== undefined) return own;
  if (column.kind === 'text') return 'minmax(140px, 1.4fr)';
  if (/AB$|BA$/.test(column.id)) return 'minmax(112px, 0.9fr)';
  if (column.kind === 'moment') return '166px';
  if (column.kind === 'number') return 'minmax(62px, 0.6fr)';
  return 'minmax(88px, 0.9fr)';
}
