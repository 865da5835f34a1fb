// What goes to the clipboard, and rows of a list as text, CSV and JSON.
import { csvLine } from '../../contract/index.ts';
import { word } from '../words/words.ts';
import { say } from './actions.ts';

export const ROW_FORMATS = ['text', 'csv', 'json'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export interface CopiedRows {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** @param said when it is there */
export function copyText(text: string, said = word('copied')): void {
  void navigator.clipboard.writeText(text).then(
    () => say(said),
    () => say(word('copyFailed'), true),
  );
}

/** Rows that may be on their way still. */
export function copyRows(rows: Promise<CopiedRows>, format: RowFormat): void {
  void rows.then(
    (there) => copyText(formatRows(there, format)),
    () => say(word('copyFailed'), true),
  );
}

function formatRows({ titles, rows }: CopiedRows, format: RowFormat): string {
  switch (format) {
    case 'text':
      return rows.map((row) => row.join('\t')).join('\n');
    case 'csv':
      return [titles, ...rows].map(csvLine).join('\n');
    case 'json':
      return JSON.stringify(
        rows.map((row) => Object.fromEntries(titles.map((title, i) => [title, row[i]!]))),
        null,
        1,
      );
  }
}
