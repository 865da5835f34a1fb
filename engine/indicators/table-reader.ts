// Lists of lines: CSV with a line that names its columns (abuse.ch writes it as a comment), files of Zeek's intelligence
// framework, files of hosts, and plain lists of one value a line.
import { say } from '../../contract/index.ts';
import { type Columns, columnsOf } from './columns.ts';
import { cellsOf } from './csv.ts';
import { Beside, type Intake, type ListRead } from './intake.ts';
import { Lines, MAX_LINE } from './lines.ts';
import { confidenceOf, momentOf } from './said.ts';
import { type IndicatorType, typeNamed } from './types.ts';
import { told } from './value.ts';

/** Reads a file that comes in pieces. */
export interface ListReader {
  push(piece: string): void;
  end(): void;
}

const HASH = 35;
const QUOTE = 34;
/** Addresses by which files of hosts say that a name leads nowhere. */
const NOWHERE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]+([^\s#]+)/;
/** Names that such files give their own machine. */
const OWN = new Set(['localhost', 'localhost.localdomain', 'local', 'broadcasthost', 'ip6-localhost', '0.0.0.0']);

export class TableReader implements ListReader {
  private readonly intake: Intake;
  private readonly list: ListRead;
  private readonly lines: Lines;
  private readonly beside = new Beside();
  private columns: Columns | null = null;
  private comma = ',';
  /** What a comment says the hashes of a plain list are of. */
  private hashes: IndicatorType | null = null;
  private lost = false;

  constructor(intake: Intake, list: ListRead) {
    this.intake = intake;
    this.list = list;
    this.lines = new Lines(
      (line, n, wide) => this.line(line, n, wide),
      (n) => intake.refuse(n, say('indicator-long-line', { max: MAX_LINE })),
    );
  }

  push(piece: string): void {
    this.lines.push(piece);
  }

  end(): void {
    this.lines.end();
    this.list.format ??= 'plain';
  }

  private line(bytes: string, n: number, wide: boolean): void {
    const text = wide ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
    const line = text.trim();
    if (line === '') return;
    if (line.charCodeAt(0) === HASH) {
      this.comment(line);
      return;
    }
    if (this.columns !== null) {
      this.row(this.comma === '\t' ? text : line, this.columns, n);
      return;
    }
    if (/^(?:;|!|\/\/)/.test(line)) return;
    if (this.list.entries === 0 && this.list.refused === 0 && this.names(line)) return;
    this.plain(line, n);
  }

  /** The last comment before the values that names columns does so. */
  private comment(line: string): void {
    if (this.list.entries > 0) return;
    if (line.startsWith('#fields\t')) {
      const columns = columnsOf(line.slice('#fields\t'.length).split('\t'));
      if (columns !== null) this.begins({ ...columns, format: 'zeek' }, '\t');
      return;
    }
    const inside = line.replace(/^#+\s*/, '');
    if (/[,;\t]/.test(inside)) this.names(inside);
    if (this.columns !== null) return;
    if (/\bja3s\b/i.test(inside)) this.hashes = 'ja3s';
    else if (/\bja3\b/i.test(inside)) this.hashes = 'ja3';
    else if (/\bhassh/i.test(inside)) this.hashes = 'hassh';
  }

  private names(line: string): boolean {
    for (const comma of [',', '\t', ';']) {
      if (!line.includes(comma) && comma !== ',') continue;
      const cells = cellsOf(line, comma);
      const columns = cells === null ? null : columnsOf(cells);
      if (columns === null) continue;
      this.begins(columns, comma);
      return true;
    }
    return false;
  }

  private begins(columns: Columns, comma: string): void {
    this.columns = columns;
    this.comma = comma;
    this.list.format = columns.format;
  }

  private row(line: string, c: Columns, n: number): void {
    const cells = cellsOf(line, this.comma);
    if (cells === null) {
      this.intake.refuse(n, say('indicator-quote'));
      return;
    }
    this.besides(cells, c);
    if (c.value >= 0) {
      this.typed(cells, c, n);
      return;
    }
    let some = false;
    for (const { at, type } of c.values) {
      const text = cells[at] ?? '';
      if (isNone(text)) continue;
      some = true;
      const port = c.port >= 0 && type === 'address' ? (cells[c.port] ?? '') : '';
      const paired = port !== '' && port !== '0' && /^\d+$/.test(port) && !text.includes('/');
      if (paired) this.intake.add(`${text.includes(':') ? `[${text}]` : text}:${port}`, 'port-pair', n, this.beside);
      else this.intake.add(text, type, n, this.beside);
    }
    if (!some) this.few(cells, c.values[0]!.at, n);
  }

  private typed(cells: readonly string[], c: Columns, n: number): void {
    const text = cells[c.value] ?? '';
    if (text === '') {
      this.few(cells, c.value, n);
      return;
    }
    const name = c.type < 0 ? '' : (cells[c.type] ?? '');
    const type = name === '' ? null : typeNamed(name);
    if (name !== '' && type === null) this.intake.refuse(n, say('indicator-type', { type: told(name) }));
    else this.intake.add(text, type, n, this.beside);
  }

  private few(cells: readonly string[], at: number, n: number): void {
    this.intake.refuse(n, say('indicator-columns', { n: cells.length, at: at + 1 }));
  }

  private besides(cells: readonly string[], c: Columns): void {
    const beside = this.beside.clear();
    for (const at of c.notes) {
      const text = cells[at];
      if (text === undefined || isNone(text) || beside.note.includes(text)) continue;
      beside.note = beside.note === '' ? text : `${beside.note}, ${text}`;
    }
    if (c.source >= 0 && !isNone(cells[c.source] ?? '')) beside.source = cells[c.source]!;
    if (c.confidence >= 0) beside.confidence = confidenceOf(cells[c.confidence] ?? '');
    for (const at of c.firsts) beside.last = Math.max(beside.last, momentOf(cells[at] ?? ''));
    for (const at of c.lasts) beside.last = Math.max(beside.last, momentOf(cells[at] ?? ''));
    if (c.expires >= 0) beside.expires = momentOf(cells[c.expires] ?? '');
  }

  /** A line of a list without named columns. */
  private plain(line: string, n: number): void {
    const beside = this.beside.clear();
    const host = NOWHERE.exec(line);
    if (host !== null) {
      this.list.format ??= 'hosts';
      if (!OWN.has(host[1]!.toLowerCase())) this.intake.add(host[1]!, 'exact-domain', n, beside);
      return;
    }
    if (line.charCodeAt(0) === QUOTE) {
      const cells = cellsOf(line, ',');
      if (cells === null) this.intake.refuse(n, say('indicator-quote'));
      else this.loose(cells[0]!, cells.slice(1).join(', '), n);
      return;
    }
    const end = endOfValue(line);
    if (end === line.length) this.loose(line, '', n);
    else this.loose(line.slice(0, end), line.slice(end), n);
  }

  /** A value and what follows it: `value,comment`, or `type,value`. */
  private loose(value: string, rest: string, n: number): void {
    const { beside } = this;
    const after = rest === '' ? '' : rest.replace(/^[\s,;#]+/, '');
    if (after !== '' && !value.includes('.')) {
      const type = typeNamed(value);
      if (type !== null) {
        const end = endOfValue(after);
        beside.note = after.slice(end).replace(/^[\s,;#]+/, '');
        this.intake.add(after.slice(0, end), type, n, beside);
        return;
      }
    }
    beside.note = after;
    if (this.hashes !== null && /^[0-9a-f]{32}$/i.test(value)) this.intake.add(value, this.hashes, n, beside);
    else if (this.list.entries === 0 && !this.lost && isTable(value, after)) {
      this.lost = true;
      this.intake.refuse(n, say('indicator-no-columns'));
    } else this.intake.add(value, null, n, beside);
  }
}

/** Whether a line begins with a moment or a number, as tables do whose columns nobody names. */
function isTable(value: string, after: string): boolean {
  return after !== '' && (/^\d{4}-\d\d-\d\d$/.test(value) || /^\d{1,9}$/.test(value));
}

/** Where the value that a line begins with ends: at a blank, and but for URLs at a comma or semicolon. */
function endOfValue(line: string): number {
  const isUrl = line.includes('://');
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 32 || c === 9 || (!isUrl && (c === 44 || c === 59))) return i;
  }
  return line.length;
}

/** How publishers say nothing. */
function isNone(text: string): boolean {
  return text === '' || text === '-' || text === 'None' || text === 'none' || text === 'n/a' || text === 'null';
}
