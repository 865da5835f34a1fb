// Tables of a measurement as English texts, which the command line, Markdown and HTML lay out.
import { english, type EvaluationReport, type ReportCell, type ReportTable, say } from '../../contract/index.ts';
import { shareText } from './goals.ts';
import { addedTable, reportTables } from './report-tables.ts';

/** One table: its title, sentences under it, heads, rows. */
export interface TextTable {
  readonly title: string;
  readonly note: string;
  readonly heads: readonly string[];
  /** By column: whether it holds numbers. */
  readonly numbers: readonly boolean[];
  readonly rows: readonly (readonly string[])[];
}

/** @param before of the same captures, where changes are told */
export function reportLines(r: EvaluationReport, before: EvaluationReport | null = null): TextTable[] {
  return reportTables(r, before).map(textTable);
}

/** What threat rules add; null where none were asked. */
export function addedLines(r: EvaluationReport): TextTable | null {
  const [table] = addedTable(r);
  return table === undefined ? null : textTable(table);
}

function textTable(t: ReportTable): TextTable {
  return {
    title: english(t.title),
    note: t.note === null ? '' : english(t.note),
    heads: t.columns.map((c) => (c.title === null ? '' : english(c.title))),
    numbers: t.columns.map((c) => c.numbers),
    rows: t.rows.map((row) => row.map(cellText)),
  };
}

export function cellText(cell: ReportCell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return String(cell);
  if ('say' in cell) return english(cell);
  if ('tone' in cell) return typeof cell.text === 'string' ? cell.text : english(cell.text);
  if ('names' in cell) return cell.names.map((n) => (n.points === null ? n.name : `${n.name} ${n.points}`)).join(', ');
  if ('feature' in cell) return cell.feature;
  if ('featureGroup' in cell) return cell.featureGroup;
  if ('sentences' in cell) return cell.sentences.map(english).join(' ');
  const said = english(say('lab-share', { n: cell.n, all: cell.of, share: shareText(cell.n, cell.of) }));
  if (cell.goal === null) return said;
  const { met, atLeast, share } = cell.goal;
  return `${said} ${met ? '✓' : '✗'} ${atLeast ? '≥' : '≤'} ${(share * 100).toFixed(0)} %`;
}
