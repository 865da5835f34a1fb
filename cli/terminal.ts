// The command line's one way out: every line that reaches a terminal or a pipe goes through here and is cleaned.
// Lines are lists of pieces, so that no text of a packet or a file name can begin a line, a colour or a title.
import { plainJson, plainText } from '../contract/index.ts';

const COLOURS = { red: 31, amber: 33, violet: 35, green: 32, grey: 90, bold: 1 } as const;
export type Colour = keyof typeof COLOURS;

export interface Painted {
  readonly text: string;
  readonly colour: Colour;
}
export type Piece = string | Painted;
/** One line of output, whatever its pieces hold. */
export type Line = Piece | readonly Piece[];
/** A line that has been cleaned; only this file makes them. */
export type CleanLine = string & { readonly __clean: true };

const { stdout, stderr } = process;
/** Widths of a terminal that does not say how wide it is. */
const USUAL_WIDTH = 120;
const WIPE = '\r\x1b[K';

export const terminal = {
  /** Results are shown to a person. */
  get shown(): boolean {
    return stdout.isTTY === true;
  },
  /** Words (stderr) are shown to a person. */
  get spoken(): boolean {
    return stderr.isTTY === true;
  },
  get width(): number {
    return stdout.isTTY === true ? stdout.columns || USUAL_WIDTH : Infinity;
  },
};

let statusUp = false;
let gone = false;
let broken = false;

stdout.on('error', (error: NodeJS.ErrnoException) => {
  gone = true;
  // A reader that went away (head) is no error.
  if (error.code === 'EPIPE') return;
  broken = true;
  process.exitCode = 2;
  say(`sightline: the output cannot be written: ${error.message}`);
});
// Nobody reads stderr any more, so there is nobody to tell.
stderr.on('error', () => undefined);

/** Nobody reads our results any more. */
export function outputGone(): boolean {
  return gone;
}

/** Results were lost on their way out: a full disk, not a reader that went away. */
export function outputBroken(): boolean {
  return broken;
}

export function paint(text: string, colour: Colour): Painted {
  return { text, colour };
}

function piece(p: Piece, colourful: boolean): string {
  if (typeof p === 'string') return plainText(p);
  const text = plainText(p.text);
  return colourful ? `\x1b[${COLOURS[p.colour]}m${text}\x1b[0m` : text;
}

/** A line as it is written, without its end. */
export function cleanLine(line: Line, colourful: boolean): CleanLine {
  const pieces = typeof line === 'string' || 'text' in line ? [line] : line;
  return pieces.map((p) => piece(p, colourful)).join('') as CleanLine;
}

/**
 * Cells of a line with a separator between them, which may be a tab.
 * @param before a mark that begins a file
 */
export function joinedLine(cells: readonly string[], separator: string, before: '' | '\ufeff' = ''): CleanLine {
  const between = separator === '\t' ? separator : plainText(separator);
  return `${before}${cells.map(plainText).join(between)}` as CleanLine;
}

/**
 * A record on one line, the same for a program and harmless for a terminal.
 * @param before of a list that stands on several lines
 */
export function jsonLine(value: unknown, before: '' | '[' | ',' = ''): CleanLine {
  return `${before}${plainJson(value)}` as CleanLine;
}

function colourful(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}

/** Results, one line each, to stdout. */
export function printAll(lines: readonly Line[]): void {
  const colours = colourful(stdout);
  writeResults(lines.map((l) => cleanLine(l, colours)));
}

export function print(...lines: readonly Line[]): void {
  printAll(lines);
}

export function printJson(value: unknown): void {
  writeResults([jsonLine(value)]);
}

/** @returns false when the reader is slower than we are: wait for `onResults('drain')` */
export function writeResults(lines: readonly CleanLine[]): boolean {
  if (lines.length === 0 || gone) return true;
  wipeStatus();
  return stdout.write(`${lines.join('\n')}\n`);
}

export function onResults(event: 'drain' | 'close' | 'error', heard: () => void): void {
  stdout.on(event, heard);
}

/** Words, one line each, to stderr. */
export function say(...lines: readonly Line[]): void {
  wipeStatus();
  const colours = colourful(stderr);
  stderr.write(lines.map((l) => `${cleanLine(l, colours)}\n`).join(''));
}

/** One line on a terminal that the next one replaces; nothing in a pipe. */
export function status(text: string): void {
  if (!terminal.spoken) return;
  const width = Math.max(20, stderr.columns || USUAL_WIDTH);
  const clean = plainText(text);
  stderr.write(`${WIPE}${clean.length < width ? clean : `${clean.slice(0, width - 2)}…`}`);
  statusUp = true;
}

export function wipeStatus(): void {
  if (!statusUp) return;
  statusUp = false;
  stderr.write(WIPE);
}
