// Objects out of a JSON text that comes in pieces, one after the other: those that stand in arrays of certain names, at
// any depth. So a bundle of gigabytes is read without being held, a broken object loses itself alone, and each has its
// line. The texts around them that a reader wants (an event's title) are told too.
import { type Message, say } from '../../contract/index.ts';

/** How deep objects and arrays may lie in each other. */
export const MAX_DEPTH = 64;
/** Bytes of one object. */
export const MAX_OBJECT = 4_194_304;
const MAX_TEXT = 4_096;

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COLON = 58;
const COMMA = 44;
const NEWLINE = 10;

export interface JsonTaker {
  /** Names of arrays whose objects are wanted; '' for an array that is the whole text. */
  readonly arrays: ReadonlySet<string>;
  /** @param array its name @param line at which the object begins, from 1 */
  object(array: string, object: Readonly<Record<string, unknown>>, line: number): void;
  /** A text outside of such objects. @param within name of the object that has it */
  text(within: string, name: string, text: string): void;
  refuse(line: number, why: Message): void;
}

/** An object or array that is open: the name under which it stands. */
interface Open {
  readonly list: boolean;
  readonly name: string;
}

export class JsonPieces {
  private readonly taker: JsonTaker;
  private readonly open: Open[] = [];
  private line = 1;
  private over = false;
  /** A text that is being read, and whether its last character was a backslash. */
  private inText = false;
  private escapes = false;
  private text = '';
  /** The name that was read last in the innermost object, and whether its value follows. */
  private name = '';
  private valued = false;
  /** The object that is held, from which depth on, and where it began. */
  private held: string[] | null = null;
  private heldBytes = 0;
  private heldFrom = 0;
  private heldLine = 0;
  private any = false;

  constructor(taker: JsonTaker) {
    this.taker = taker;
  }

  /** @param piece bytes as Latin-1 */
  push(piece: string): void {
    if (this.over) return;
    let from = 0;
    for (let i = 0; i < piece.length && !this.over; i++) {
      if (this.inText) {
        i = this.goOnText(piece, i);
        continue;
      }
      const c = piece.charCodeAt(i);
      switch (c) {
        case NEWLINE:
          this.line++;
          break;
        case QUOTE:
          this.inText = true;
          this.text = '';
          break;
        case OPEN:
        case OPEN_LIST:
          if (this.opens(c === OPEN_LIST)) from = i;
          break;
        case CLOSE:
        case CLOSE_LIST:
          if (this.closes(c === CLOSE_LIST) && this.held !== null) {
            this.hold(piece.slice(from, i + 1));
            this.give();
          }
          break;
        case COLON:
          this.valued = true;
          break;
        case COMMA:
          this.valued = false;
          break;
        default:
          // A number, true, false, null, blanks: what they are is seen where they are held.
          if (this.open.length === 0 && c > 32) this.fail(say('indicator-json'));
      }
    }
    if (this.held !== null && !this.over) this.hold(piece.slice(from));
  }

  end(): void {
    if (this.over) return;
    if (this.open.length > 0 || this.inText) this.taker.refuse(this.line, say('indicator-json-ends'));
    else if (!this.any) this.taker.refuse(0, say('indicators-empty'));
  }

  /** @returns where the text, or the piece, ends */
  private goOnText(piece: string, from: number): number {
    if (this.escapes) {
      this.escapes = false;
      this.keep(piece.slice(from, from + 1));
      return from;
    }
    let end = from;
    let c = 0;
    for (; end < piece.length; end++) {
      c = piece.charCodeAt(end);
      if (c === QUOTE || c === BACKSLASH) break;
    }
    if (end < piece.length && c === BACKSLASH) {
      this.keep(piece.slice(from, end + 1));
      this.escapes = true;
      return end;
    }
    this.keep(piece.slice(from, end));
    if (end < piece.length) {
      this.inText = false;
      this.said();
    }
    return end;
  }

  private keep(part: string): void {
    if (this.held === null && this.text.length <= MAX_TEXT) this.text += part;
  }

  /** A whole text: a name, or a value. */
  private said(): void {
    if (this.held !== null) return;
    const top = this.open.at(-1);
    if (top === undefined) this.fail(say('indicator-json'));
    else if (!top.list && !this.valued) this.name = this.text.length > MAX_TEXT ? '' : this.text;
    else if (!top.list && this.text.length <= MAX_TEXT) {
      const text = parsed(`"${this.text}"`);
      if (typeof text === 'string') this.taker.text(top.name, this.name, text);
    }
  }

  /** @returns whether an object begins that is held */
  private opens(list: boolean): boolean {
    const { open } = this;
    if (open.length >= MAX_DEPTH) {
      this.fail(say('indicator-json-deep', { max: MAX_DEPTH }));
      return false;
    }
    const top = open.at(-1);
    this.any = true;
    const named = top !== undefined && !top.list ? this.name : '';
    open.push({ list, name: list || top?.list !== true ? named : top.name });
    this.valued = false;
    if (list || this.held !== null || top?.list !== true || !this.taker.arrays.has(top.name)) return false;
    this.held = [];
    this.heldBytes = 0;
    this.heldFrom = open.length;
    this.heldLine = this.line;
    return true;
  }

  /** @returns whether the object that is held is whole */
  private closes(list: boolean): boolean {
    const top = this.open.pop();
    if (top === undefined || top.list !== list) {
      this.fail(say('indicator-json'));
      return false;
    }
    return this.held !== null && this.open.length < this.heldFrom;
  }

  private hold(part: string): void {
    this.heldBytes += part.length;
    if (this.heldBytes <= MAX_OBJECT) this.held!.push(part);
    else this.held!.length = 0;
  }

  private give(): void {
    const { taker, heldLine } = this;
    const bytes = this.held!.join('');
    this.held = null;
    if (this.heldBytes > MAX_OBJECT) {
      taker.refuse(heldLine, say('indicator-json-large', { max: MAX_OBJECT }));
      return;
    }
    const object = parsed(bytes);
    if (typeof object !== 'object' || object === null) taker.refuse(heldLine, say('indicator-json'));
    else taker.object(this.open.at(-1)!.name, object as Readonly<Record<string, unknown>>, heldLine);
  }

  private fail(why: Message): void {
    this.over = true;
    this.held = null;
    this.taker.refuse(this.line, why);
  }
}

/** @param bytes as Latin-1 @returns undefined for what is no JSON */
function parsed(bytes: string): unknown {
  try {
    return JSON.parse(/[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes);
  } catch {
    return undefined;
  }
}

/** A text of an object, '' where it has none of that name. */
export function textIn(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

export function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((v): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null);
}
