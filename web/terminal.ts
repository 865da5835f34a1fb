// What the served window says on the terminal that started it, cleaned: messages carry file names.
import { plainText } from '../contract/index.ts';

/** Words, one line each, to stderr. */
export function say(...lines: readonly string[]): void {
  process.stderr.write(lines.map((l) => `${plainText(l)}\n`).join(''));
}

/** What was asked for, one line each, to stdout. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((l) => `${plainText(l)}\n`).join(''));
}
