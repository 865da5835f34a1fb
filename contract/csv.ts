// Comma-separated values (RFC 4180), one quoting for all that is copied and saved.
import { plainText } from './plain.ts';

/** What spreadsheets begin a formula with, full-width forms included, also behind blanks and what cannot be seen. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * One cell. Texts come from packets: one that a spreadsheet would take for a formula has an apostrophe before it, and
 * what a terminal would obey is a dot. Numbers stay numbers.
 */
export function csvCell(text: string): string {
  const harmless = plainText(FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(',');
}
