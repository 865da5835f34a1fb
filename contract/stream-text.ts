// A stream as lines of text: what the window shows and what is saved are the same.
import type { StreamPage } from './session.ts';

/** Text, hexadecimal with text beside it, an array of C, hexadecimal alone, base64, UTF-8, and bytes as they are. */
export const STREAM_FORMS = ['text', 'hex', 'c', 'hexonly', 'base64', 'utf8', 'raw'] as const;
export type StreamForm = (typeof STREAM_FORMS)[number];

/** One line of a stream, and where it comes from. */
export interface StreamLine {
  readonly direction: number;
  readonly row: number;
  readonly text: string;
  /** It goes on the line before. */
  readonly goesOn: boolean;
}

type Add = (text: string, goesOn?: boolean, row?: number) => void;

/** Characters of a line; longer ones go on in the next. */
const COLUMNS = 110;
const A_LINE = 16;
const BASE64_LINE = 57;

/**
 * @param form of those that are lines: `raw` is bytes
 * @param missing says that bytes are missing in the capture
 */
export function streamLines(
  s: StreamPage,
  form: Exclude<StreamForm, 'raw'>,
  side: number | null,
  missing: (bytes: number) => string,
): StreamLine[] {
  const lines: StreamLine[] = [];
  // Letters of UTF-8 may be cut between pieces, so that each side has a decoder of its own.
  const decoders = [new TextDecoder('utf-8'), new TextDecoder('utf-8')];
  const sent = [0, 0];
  const counts = [0, 0];
  /** The last line has not ended: what the same side says next goes on it. */
  let open = false;
  eachPiece(s, (part, direction, row, _from, gap) => {
    if (side !== null && direction !== side) return;
    const add: Add = (text, goesOn = false, of = row) => void lines.push({ direction, row: of, text, goesOn });
    if (gap > 0) {
      add(missing(gap));
      open = false;
    }
    if (form === 'text' || form === 'utf8') {
      const said =
        form === 'text'
          ? latinText(part)
          : decoders[direction]!.decode(part, { stream: true }).replace(UNSEEN, '\u{FFFD}');
      // A packet ends where it happens to: its end is no end of a line. The line that it left open is taken back, so
      // that a CR LF that was cut in two is one again.
      const begun = open && lines.at(-1)?.direction === direction ? lines.pop()! : null;
      open = textLines(said, begun, add);
    } else if (form === 'hex') hexLines(part, sent[direction]!, add);
    else if (form === 'c') cLines(part, direction, counts[direction]!++, add);
    else if (form === 'hexonly') cutLine(hexOf(part, ''), COLUMNS - (COLUMNS % 2), add);
    else for (let at = 0; at < part.length; at += BASE64_LINE) add(base64(part.subarray(at, at + BASE64_LINE)));
    sent[direction]! += part.length;
  });
  return lines;
}

/** Signs that are not letters: of control but tab, and those that turn the direction of writing. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Calls for each piece of a stream, in its order. */
export function eachPiece(
  s: StreamPage,
  take: (part: Uint8Array, direction: number, row: number, from: number, gap: number) => void,
): void {
  let from = 0;
  for (let i = 0; i < s.ends.length; i++) {
    take(s.bytes.subarray(from, s.ends[i]), s.direction[i]!, s.rows[i]!, from, s.gaps[i]!);
    from = s.ends[i]!;
  }
}

/** The lines as they are in a file: whole, where the window cuts them to its width. */
export function wholeLines(lines: readonly StreamLine[]): StreamLine[] {
  const parts: StreamLine[][] = [];
  for (const line of lines)
    if (line.goesOn && parts.length > 0) parts.at(-1)!.push(line);
    else parts.push([line]);
  return parts.map((part) => ({ ...part[0]!, text: part.map((line) => line.text).join('') }));
}

/** The bytes of a stream, of one side or of both. */
export function streamBytes(s: StreamPage, side: number | null): Uint8Array {
  if (side === null) return s.bytes;
  const parts: Uint8Array[] = [];
  eachPiece(s, (part, direction) => {
    if (direction === side) parts.push(part);
  });
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Adds the lines of a text.
 * @param begun the line that it goes on, which is added again with it
 * @returns the last line has not ended
 */
function textLines(said: string, begun: StreamLine | null, add: Add): boolean {
  const texts = `${begun?.text ?? ''}${said}`.split(/\r?\n/);
  texts.forEach((text, i) => {
    const on = i === 0 ? begun : null;
    // Nothing after the last line end is no line, nor is the rest of a long line that was only its CR.
    if (text === '' && (i === texts.length - 1 || on?.goesOn === true)) return;
    cutLine(text, COLUMNS, (part, goesOn) => {
      if (goesOn === true || on === null) add(part, goesOn);
      else add(part, on.goesOn, on.row);
    });
  });
  return texts.at(-1) !== '';
}

function cutLine(line: string, width: number, add: Add): void {
  for (let at = 0; at === 0 || at < line.length; at += width) add(line.slice(at, at + width), at > 0);
}

/** ASCII as it is with its line ends and tabs, a dot for every other byte. */
function latinText(part: Uint8Array): string {
  let text = '';
  for (let at = 0; at < part.length; at += 8192) {
    const piece = part.subarray(at, at + 8192);
    text += String.fromCharCode(...piece.map((b) => (isText(b) ? b : DOT)));
  }
  return text;
}

const DOT = 46;

function isText(b: number): boolean {
  return (b >= 32 && b < 127) || b === 9 || b === 10 || b === 13;
}

function hexOf(part: Uint8Array, between: string): string {
  return Array.from(part, (b) => b.toString(16).padStart(2, '0')).join(between);
}

function hexLines(part: Uint8Array, from: number, add: Add): void {
  for (let at = 0; at < part.length; at += A_LINE) {
    const line = part.subarray(at, at + A_LINE);
    const letters = Array.from(line, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    add(`${(from + at).toString(16).padStart(8, '0')}  ${hexOf(line, ' ').padEnd(48)} ${letters}`);
  }
}

/** As Wireshark writes it: `peer0_0[]` is the first piece of the client. */
function cLines(part: Uint8Array, direction: number, nth: number, add: Add): void {
  add(`char peer${direction}_${nth}[] = { /* ${part.length} bytes */`);
  for (let at = 0; at < part.length; at += 8) {
    const line = part.subarray(at, at + 8);
    const last = at + 8 >= part.length;
    add(`${Array.from(line, (b) => `0x${b.toString(16).padStart(2, '0')}`).join(', ')}${last ? ' };' : ','}`);
  }
}

function base64(part: Uint8Array): string {
  return btoa(String.fromCharCode(...part));
}
