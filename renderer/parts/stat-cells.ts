// Values of statistics as people read them.
import { type StatColumn, type StatKind, textAt } from '../../contract/index.ts';
import { bitRate, count, moment, seconds, visible } from '../words/format.ts';
import { word } from '../words/words.ts';

/** A cell's text. @param index row within the page */
export function cellText(column: StatColumn, index: number): string {
  if (column.texts !== null) {
    const text = visible(textAt(column.texts, index));
    return text === '' && column.id.startsWith('flow.') ? word('stats.missing') : text;
  }
  const value = column.numbers![index]!;
  return value === value ? numberText(value, column.kind) : word('stats.missing');
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
      return value.toFixed(2);
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
