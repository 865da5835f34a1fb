// What the engine and its hosts do, in lines, for somebody who looks for a fault: on stderr for the areas that
// SIGHTLINE_DEBUG names (read,capture; all means every one of them), and all of them in a file where a window keeps one
// (`kept.ts`). Nothing is made or written otherwise.
import { writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { plainText } from '../../contract/index.ts';
import { KeptLog } from './kept.ts';

/** Areas that have lines: rooms of the engine by their names, and the hosts. */
export const LOG_AREAS = [
  'read',
  'flow',
  'session',
  'workers',
  'store',
  'capture',
  'dissect',
  'desk',
  'web',
  'electron',
  'platform',
] as const;
export type LogArea = (typeof LOG_AREAS)[number];

export type Log = (area: LogArea, text: () => string) => void;

const STDERR = 2;
/** Values of SIGHTLINE_DEBUG that mean every area. */
const ALL = new Set(['all', '*', '1']);

/**
 * Makes a log for what SIGHTLINE_DEBUG says.
 * @param asked areas with commas between them, or undefined for none
 * @param write takes one whole line with its end
 * @param main says what is wrong with `asked`; threads of the same process would repeat it
 */
export function logger(asked: string | undefined, write: (line: string) => void, main = true): Log {
  const names = (asked ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const all = names.some((name) => ALL.has(name));
  const on = new Set<string>(all ? LOG_AREAS : names);
  const unknown = names.filter((name) => !ALL.has(name) && !(LOG_AREAS as readonly string[]).includes(name));
  if (main && unknown.length > 0)
    write(plainText(`SIGHTLINE_DEBUG has no area ${unknown.join(', ')}; areas: ${LOG_AREAS.join(', ')}, all`) + '\n');
  return (area, text) => {
    if (!on.has(area)) return;
    const stamp = new Date().toISOString().slice(11, 23);
    const place = threadId === 0 ? `${process.pid}` : `${process.pid}.${threadId}`;
    for (const line of text().split('\n')) write(`${stamp} ${place} ${area}: ${plainText(line)}\n`);
  };
}

/** An error with its stack, and the errors that caused it. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}

/** Written at once, so that the last line before a crash is there, in threads too. */
function toStderr(line: string): void {
  try {
    writeSync(STDERR, line);
  } catch {
    /* Nobody reads, or the pipe is full: a log never disturbs what it tells of. */
  }
}

const toTerminal = logger(process.env['SIGHTLINE_DEBUG'], toStderr, threadId === 0);
let kept: { readonly file: KeptLog; readonly log: Log } | null = null;

/** One line for an area, where SIGHTLINE_DEBUG names it or a log is kept; `text` is called only then. */
export const log: Log = (area, text) => {
  toTerminal(area, text);
  kept?.log(area, text);
};

/** From now on every line of this thread is kept in a folder. */
export function keepLog(folder: string): void {
  const file = new KeptLog(folder);
  kept = { file, log: logger('all', (line) => file.add(line)) };
}

/** What is kept, '' where nothing is. */
export function keptLog(): string {
  return kept?.file.text() ?? '';
}
