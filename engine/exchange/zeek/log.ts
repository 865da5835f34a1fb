// One of Zeek's logs as a file: lines of a table of columns, with the header lines of its ASCII writer or as JSON.
import { join } from 'node:path';
import { WholeFile } from '../whole-file.ts';
import type { Stamp } from '../talks/stamp.ts';
import { cellText, type Column, EMPTY, jsonText, SET_SEPARATOR, UNSET } from './column.ts';

export type ZeekForm = 'tsv' | 'json';

/** @returns as `#open` has it, in UTC: the same capture gives the same file */
function openText({ seconds }: Stamp): string {
  const at = new Date(seconds * 1000);
  const text = Number.isNaN(at.getTime()) ? new Date(0).toISOString() : at.toISOString();
  return text.slice(0, 19).replace(/[T:]/g, '-');
}

export function headerLines<T>(path: string, columns: readonly Column<T>[], open: Stamp): string {
  return [
    '#separator \\x09',
    `#set_separator\t${SET_SEPARATOR}`,
    `#empty_field\t${EMPTY}`,
    `#unset_field\t${UNSET}`,
    `#path\t${path}`,
    `#open\t${openText(open)}`,
    `#fields\t${columns.map((c) => c.name).join('\t')}`,
    `#types\t${columns.map((c) => c.type).join('\t')}`,
    '',
  ].join('\n');
}

export function tsvLine<T>(columns: readonly Column<T>[], row: T): string {
  return columns.map((c) => cellText(c.type, c.of(row))).join('\t');
}

/** What is not set is left out. */
export function jsonLine<T>(columns: readonly Column<T>[], row: T): string {
  const parts: string[] = [];
  for (const c of columns) {
    const value = c.of(row);
    if (value !== null) parts.push(`${JSON.stringify(c.name)}:${jsonText(c.type, value)}`);
  }
  return `{${parts.join(',')}}`;
}

export class ZeekLog<T> {
  readonly file: WholeFile;
  readonly name: string;
  lines = 0;
  private readonly columns: readonly Column<T>[];
  private readonly form: ZeekForm;
  private begun = false;

  /** @param folder where `NAME.log` is written @throws WriteError */
  constructor(folder: string, name: string, columns: readonly Column<T>[], form: ZeekForm) {
    this.name = name;
    this.columns = columns;
    this.form = form;
    this.file = new WholeFile(join(folder, `${name}.log`));
  }

  /** Writes the header, once. @param open the first packet's time */
  begin(open: Stamp): void {
    if (this.begun) return;
    this.begun = true;
    if (this.form === 'tsv') this.file.write(headerLines(this.name, this.columns, open));
  }

  write(row: T): void {
    this.lines++;
    const line = this.form === 'tsv' ? tsvLine(this.columns, row) : jsonLine(this.columns, row);
    this.file.write(`${line}\n`);
  }

  /** @param close the last packet's time */
  end(close: Stamp): void {
    this.begin(close);
    if (this.form === 'tsv') this.file.write(`#close\t${openText(close)}\n`);
  }
}
