// One direction of HTTP/1 as a stream: heads, and bodies by length, by chunks or until the end (RFC 9112, 6).
import { latin1 } from '../decode/index.ts';
import { HttpHead } from './http-head.ts';

const MAX_HEAD = 16_384;
const MAX_LINE = 1_024;
/** Of a body without an end of its own. */
const MAX_IDLE = 2 ** 30;

/** How a body ends: by count, by chunks, or with the connection. `tunnel`: nothing more of HTTP follows. */
export type BodyKind = number | 'chunks' | 'until close' | 'tunnel';

export interface HttpEvents {
  /** @returns how the body ends, or null where this is no head of HTTP */
  head(head: HttpHead, text: string, seconds: number, packet: number): BodyKind | null;
  body(b: Uint8Array, at: number, end: number, packet: number): void;
  bodyDone(): void;
  /** As much of the body as is wanted has come. */
  bodyFull(): boolean;
}

type Where = 'head' | 'counted' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'until close' | 'lost' | 'deaf';

export class HttpSide {
  private where: Where = 'head';
  private text = '';
  private left = 0;
  /** Of the last bytes of a head that is not whole. */
  private seconds = 0;
  private packet = -1;
  private readonly events: HttpEvents;

  constructor(events: HttpEvents) {
    this.events = events;
  }

  get deaf(): boolean {
    return this.where === 'deaf';
  }

  silence(): void {
    this.where = 'deaf';
  }

  bytes(b: Uint8Array, from: number, end: number, seconds: number, packet: number): void {
    let at = from;
    // A head is only looked for at the start of a segment once the place in the stream is lost.
    if (this.where === 'lost' && startsHttp(b, at, end)) this.where = 'head';
    while (at < end) {
      switch (this.where) {
        case 'lost':
        case 'deaf':
          return;
        case 'until close':
          this.events.body(b, at, end, packet);
          return;
        case 'counted':
        case 'chunk':
          at = this.counted(b, at, end, packet);
          break;
        case 'head':
          at = this.heading(b, at, end, seconds, packet);
          break;
        case 'chunk size':
        case 'chunk end':
        case 'trailer':
          at = this.lineOf(b, at, end);
          break;
      }
    }
  }

  /** Bytes of a body behind what is wanted of it, but for the last, which ends it. */
  get idle(): number {
    if (this.where === 'until close') return this.events.bodyFull() ? MAX_IDLE : 0;
    return (this.where === 'counted' || this.where === 'chunk') && this.events.bodyFull() ? this.left - 1 : 0;
  }

  passed(count: number): void {
    if (this.where !== 'until close') this.left -= count;
  }

  /** Bytes of a head or line that is not whole. */
  get holds(): number {
    return this.text.length;
  }

  /** Nothing more comes: a head that was cut is read as far as it came. */
  finish(): void {
    if (this.where === 'head') this.cut();
  }

  private cut(): void {
    const { text } = this;
    this.text = '';
    if (text === '' || !text.includes('\n')) return;
    const kind = this.events.head(
      new HttpHead(text.slice(0, text.lastIndexOf('\n') + 1)),
      text,
      this.seconds,
      this.packet,
    );
    if (kind !== null) this.events.bodyDone();
  }

  gap(count: number): void {
    switch (this.where) {
      case 'until close':
      case 'deaf':
      case 'lost':
        return;
      case 'counted':
      case 'chunk':
        if (count <= this.left) {
          this.left -= count;
          if (this.left === 0) this.ended();
          return;
        }
    }
    if (this.where === 'head') this.cut();
    else this.events.bodyDone();
    this.text = '';
    this.where = 'lost';
  }

  private counted(b: Uint8Array, at: number, end: number, packet: number): number {
    const take = Math.min(this.left, end - at);
    this.events.body(b, at, at + take, packet);
    this.left -= take;
    if (this.left === 0) this.ended();
    return at + take;
  }

  private ended(): void {
    if (this.where === 'chunk') {
      this.where = 'chunk end';
      return;
    }
    this.where = 'head';
    this.events.bodyDone();
  }

  private heading(b: Uint8Array, at: number, end: number, seconds: number, packet: number): number {
    // Empty lines before a head are allowed (2.2).
    if (this.text === '' && (b[at] === 13 || b[at] === 10)) return at + 1;
    const before = this.text.length;
    const added = latin1(b, at, Math.min(end, at + MAX_HEAD - before));
    this.text += added;
    const close = headEnd(this.text, Math.max(0, before - 3));
    if (close < 0) {
      this.seconds = seconds;
      this.packet = packet;
      if (this.text.length >= MAX_HEAD) {
        this.cut();
        this.lose();
      }
      return at + added.length;
    }
    const text = this.text.slice(0, close);
    this.text = '';
    const kind = this.events.head(new HttpHead(text), text, seconds, packet);
    if (kind === null) this.lose();
    else this.begin(kind);
    return at + close - before;
  }

  private begin(kind: BodyKind): void {
    if (kind === 'chunks') this.where = 'chunk size';
    else if (kind === 'until close') this.where = 'until close';
    else if (kind === 'tunnel') this.where = 'deaf';
    else if (kind > 0) {
      this.left = kind;
      this.where = 'counted';
    } else this.events.bodyDone();
  }

  private lose(): void {
    this.text = '';
    this.where = 'lost';
  }

  private lineOf(b: Uint8Array, at: number, end: number): number {
    const lf = b.subarray(at, end).indexOf(10);
    const stop = lf < 0 ? end : at + lf + 1;
    this.text += latin1(b, at, Math.min(stop, at + MAX_LINE));
    if (this.text.length > MAX_LINE) {
      this.events.bodyDone();
      this.lose();
      return end;
    }
    if (lf >= 0) {
      const line = this.text.trim();
      this.text = '';
      this.line(line);
    }
    return stop;
  }

  private line(line: string): void {
    if (this.where === 'chunk end') {
      this.where = 'chunk size';
      return;
    }
    if (this.where === 'trailer') {
      if (line !== '') return;
      this.where = 'head';
      this.events.bodyDone();
      return;
    }
    const size = /^([0-9a-fA-F]{1,8})\s{0,8}(?:;|$)/.exec(line);
    if (size === null) {
      this.events.bodyDone();
      this.lose();
      return;
    }
    this.left = Number.parseInt(size[1]!, 16);
    this.where = this.left === 0 ? 'trailer' : 'chunk';
  }
}

/** @returns the offset after the empty line that ends a head, -1 without */
function headEnd(text: string, from: number): number {
  for (let p = text.indexOf('\n', from); p >= 0; p = text.indexOf('\n', p + 1)) {
    if (text[p + 1] === '\n') return p + 2;
    if (text[p + 1] === '\r' && text[p + 2] === '\n') return p + 3;
  }
  return -1;
}

/** As numbers: every connection is asked. */
const STARTS: ReadonlySet<number> = new Set(
  (
    'GET |POST|HEAD|PUT |DELE|OPTI|PATC|CONN|TRAC|PROP|HTTP|RPC_|LOCK|UNLO|MKCO|COPY|MOVE|REPO|SEAR|NOTI|SUBS|UNSU|' +
    'BITS|M-SE|CCM_'
  )
    .split('|')
    .map((text) => Buffer.from(text, 'latin1').readInt32BE(0)),
);

/** Whether bytes start as a request or an answer of HTTP/1 does. */
export function startsHttp(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && STARTS.has((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!);
}
