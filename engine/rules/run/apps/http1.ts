// HTTP/1 (RFC 9112) as rules see it: a transaction is a request and its answer.
import { keyed } from '../../../../contract/index.ts';
import { ApplicationReader, ascii, Gathered, textOf } from '../application.ts';
import { beginsAnswer, BodyReader, type BodyLength, STATUS, uncoded } from './http-body.ts';
import { FileDigest, tellHashes } from './files.ts';
import { requestOddities, responseOddities } from './http-events.ts';
import { multipartFiles } from './multipart.ts';
import { normalUri } from './http-uri.ts';
import { DONE, HEADED, STARTED, type Transaction, type TransactionSide } from '../transaction.ts';

/** Bytes of a head; a longer one is taken as it is up to here. */
const MAX_HEAD = 65_536;
const MAX_FIELD = 18_000;
/** Codings of one body, one on the other; more are told as an event. */
const MAX_LAYERS = 2;

interface Message {
  readonly at: Transaction;
  readonly side: TransactionSide;
  body: BodyReader | null;
  codings: string;
  /** Bytes of the body when it was shown last. */
  shownAt: number;
  /** Fields by their name in small letters. */
  readonly fields: Map<string, string>;
}

interface Begun {
  readonly t: Transaction;
  readonly words: ReturnType<typeof requestWords>;
}

export class Http1Reader extends ApplicationReader {
  readonly name = 'http1';
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly now: [Message | null, Message | null] = [null, null];
  /** Requests without an answer yet. */
  private readonly asked: Transaction[] = [];
  private readonly methods: string[] = [];
  /** A request whose fields are still to come. */
  private begun: Begun | null = null;
  private tunnel = false;
  /** Bytes of answers were never seen, and where the next one begins is not known. */
  private lost = false;
  private lastFileName = '';
  /** The exchange that was told to go on. */
  private continued: Transaction | null = null;
  /** The exchange whose answer had no body. */
  private answered: Transaction | null = null;

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.tunnel) {
      if (this.successor !== null) this.waiting[side].add(data);
      return;
    }
    const message = this.now[side];
    const waiting = this.waiting[side];
    let rest = data;
    if (waiting.length === 0 && message !== null && message.body !== null && message.body.digest !== null) {
      // Bytes of a file go into its hashes from where they lie.
      rest = data.subarray(message.body.take(data));
      if (message.body.done) this.finish(side, message);
    }
    waiting.add(rest);
    while (this.step(side));
  }

  override gap(side: 0 | 1, count: number): void {
    const message = this.now[side];
    if (message?.body?.length.is === 'counted')
      message.body.length.left = Math.max(0, message.body.length.left - count);
    else this.waiting[side].clear();
    if (side === 0) return;
    if (message?.body?.length.is === 'loose') this.finish(1, message);
    if (this.now[1] === null) this.lost = true;
  }

  override leftover(side: 0 | 1): Uint8Array {
    return this.tunnel ? this.waiting[side].all() : new Uint8Array(0);
  }

  override end(side: 0 | 1): void {
    if (
      side === 1 &&
      this.now[1] === null &&
      this.waiting[1].length > 0 &&
      !this.tunnel &&
      !beginsAnswer(this.waiting[1].all())
    ) {
      this.bare(this.waiting[1]);
      while (this.step(1));
    }
    if (this.now[side] === null) this.now[side] = this.headSoFar(side);
    const message = this.now[side];
    if (message !== null) this.finish(side, message);
  }

  /** A head that nothing follows any more, as far as it came. */
  private headSoFar(side: 0 | 1): Message | null {
    const bytes = this.waiting[side].all();
    if (this.tunnel || bytes.length === 0) return null;
    if (side === 0 ? this.begun === null : !beginsAnswer(bytes) || !bytes.includes(10)) return null;
    const head = bytes.slice(0, bytes.lastIndexOf(10) + 1);
    this.waiting[side].clear();
    return side === 0 ? this.request(head, head.length) : this.response(head, head.length);
  }

  /** @returns whether there may be more */
  private step(side: 0 | 1): boolean {
    const waiting = this.waiting[side];
    if (waiting.length === 0) return false;
    const message = this.now[side];
    if (message !== null) return this.body(side, message);
    return this.head(side, waiting);
  }

  private head(side: 0 | 1, waiting: Gathered): boolean {
    let bytes = waiting.all();
    let skip = 0;
    while (skip < bytes.length && isBetween(bytes[skip]!, side === 1)) skip++;
    if (skip > 0) {
      waiting.drop(skip);
      bytes = waiting.all();
    }
    if (side === 1 && this.lost) {
      const at = textOf(bytes).indexOf('HTTP/1.');
      waiting.drop(at < 0 ? Math.max(0, bytes.length - STATUS.length) : at);
      if (at < 0) return false;
      this.lost = false;
      bytes = waiting.all();
    }
    if (side === 1 && !beginsAnswer(bytes)) {
      const feed = bytes.indexOf(10);
      // A line of something else may stand before the answer's own.
      if (feed < 0 || feed + STATUS.length >= bytes.length) return false;
      if (!beginsAnswer(bytes.subarray(feed + 1))) return this.bare(waiting);
      waiting.drop(feed + 1);
      bytes = waiting.all();
    }
    const end = headEnd(bytes);
    if (end === null) {
      if (side === 0 && this.begun === null && bytes.includes(10)) this.begun = this.requestLine(bytes);
      if (bytes.length > MAX_HEAD) waiting.clear();
      return false;
    }
    const head = bytes.slice(0, end.to);
    const message = side === 0 ? this.request(head, end.from) : this.response(head, end.from);
    waiting.drop(end.to);
    if (message === null) return !this.tunnel;
    this.now[side] = message;
    if (message.body!.done && !this.reopens(side, message)) this.finish(side, message);
    return true;
  }

  /** Whether bytes behind the body of an answer belong to it: nothing else begins with them. */
  private reopens(side: 0 | 1, message: Message): boolean {
    const left = this.waiting[side].all();
    if (side === 0 || left.every((c) => c <= 32) || beginsAnswer(left.subarray(left.findIndex((c) => c > 32))))
      return false;
    message.body!.reopen();
    return true;
  }

  /** An answer without a head is all body, as of HTTP/0.9, and so is what follows one that said it had none. */
  private bare(waiting: Gathered): boolean {
    const t = this.asked.shift() ?? this.answered ?? this.open();
    this.methods.shift();
    const side = t.sides[1];
    const message = { at: t, side, body: new BodyReader({ is: 'toEnd' }), codings: '', shownAt: 0, fields: new Map() };
    this.now[1] = message;
    return waiting.length > 0;
  }

  /** The first line of a request can be asked about before its fields have come. */
  private requestLine(head: Uint8Array): Begun {
    const t = this.open();
    const side = t.sides[0];
    const lineEnd = head.indexOf(10);
    const line = trimLine(head.subarray(0, lineEnd < 0 ? head.length : lineEnd));
    const words = requestWords(line);
    side.set('http.request_line', line);
    side.setText('http.method', words.method);
    side.set('http.uri.raw', words.target);
    side.set('http.uri', normalUri(words.target));
    if (words.protocol !== '') side.setText('http.protocol', words.protocol);
    this.lastFileName = fileNameOf(textOf(words.target));
    if (/%25[0-9a-f]{2}/i.test(textOf(words.target))) side.event('http.double_encoded_uri');
    side.reach(STARTED);
    return { t, words };
  }

  private request(head: Uint8Array, fieldsEnd: number): Message {
    const { t, words } = this.begun ?? this.requestLine(head);
    this.begun = null;
    const side = t.sides[0];
    const lineEnd = head.indexOf(10);
    const fields = setFields(side, head, lineEnd + 1, fieldsEnd, 'http.request_header');
    if (isLong(fields)) side.event('http.request_field_too_long');
    hostOf(side, fields, textOf(words.target));
    side.set('http.start', head);
    laterEvents(side, () => requestOddities(textOf(head)));
    const credentials = fields.get('authorization');
    if (credentials !== undefined && !/^(?:basic|digest|bearer)\b/i.test(credentials))
      side.event('http.request_auth_unrecognized');
    side.reach(HEADED);
    this.asked.push(t);
    this.methods.push(words.method);
    const length = bodyLength(fields, false, words.method);
    return {
      at: t,
      side,
      body: new BodyReader(length, this.digestOf(fields)),
      codings: fields.get('content-encoding') ?? '',
      shownAt: 0,
      fields,
    };
  }

  private response(head: Uint8Array, fieldsEnd: number): Message | null {
    const lineEnd = answerLineEnd(head);
    const line = trimLine(head.subarray(0, lineEnd < 0 ? head.length : lineEnd));
    const form = /^(HTTP\/\S*)\s+(\d+)\s?(.*)$/s.exec(textOf(line));
    const asked = this.asked.shift();
    const t = asked ?? this.open();
    const method = this.methods.shift() ?? '';
    const side = t.sides[1];
    if (asked === undefined) side.event('http.unable_to_match_response_to_request');
    side.set('http.response_line', line);
    const code = form === null ? 0 : Number(form[2]);
    if (form !== null) {
      side.setText('http.protocol', form[1]!);
      side.setText('http.stat_code', form[2]!);
      side.setText('http.stat_msg', form[3]!);
    }
    side.reach(STARTED);
    if (code === 100) {
      if (this.continued === t) side.event('http.100_continue_already_seen');
      this.continued = t;
      // The answer itself follows.
      this.asked.unshift(t);
      this.methods.unshift(method);
      return null;
    }
    const fields = setFields(side, head, lineEnd + 1, fieldsEnd, 'http.response_header', ANSWER_LINES);
    side.set('http.start', head);
    laterEvents(side, () => responseOddities(textOf(head)));
    if (isLong(fields)) side.event('http.response_field_too_long');
    if ((fields.get('content-encoding') ?? '').split(',').length > MAX_LAYERS)
      for (const either of [0, 1] as const) t.event('http.too_many_encoding_layers', either);
    side.reach(HEADED);
    if (code === 101 || (method === 'CONNECT' && code >= 200 && code < 300)) {
      this.tunnel = true;
      const upgrade = (fields.get('upgrade') ?? '').toLowerCase();
      this.successor = upgrade.includes('h2c') ? 'http2' : null;
      if (upgrade.includes('websocket')) this.successor = 'websocket';
      side.reach(DONE);
      t.sides[0].reach(DONE);
      return null;
    }
    const bare = method === 'HEAD' || code === 204 || code === 304 || (code >= 100 && code < 200);
    const length: BodyLength = bare ? { is: 'none' } : bodyLength(fields, true, method);
    this.answered = bare && method !== 'HEAD' ? t : null;
    return {
      at: t,
      side,
      body: new BodyReader(length, this.digestOf(fields)),
      codings: fields.get('content-encoding') ?? '',
      shownAt: 0,
      fields,
    };
  }

  /** A body without codings is a file as it is; one in parts is several. */
  private digestOf(fields: ReadonlyMap<string, string>): FileDigest | null {
    const coded = (fields.get('content-encoding') ?? '') !== '';
    const parts = /^\s*multipart\//i.test(fields.get('content-type') ?? '');
    return this.digests && !coded && !parts ? new FileDigest() : null;
  }

  private body(side: 0 | 1, message: Message): boolean {
    const waiting = this.waiting[side];
    const taken = message.body!.take(waiting.all());
    if (taken > 0) {
      waiting.drop(taken);
      // A body is looked at as it doubles: each look begins at its first byte.
      if (message.body!.size >= message.shownAt * 2) this.show(side, message);
    }
    if (!message.body!.done) return false;
    if (!this.reopens(side, message)) this.finish(side, message);
    return true;
  }

  /** What of the body is there already can be looked into. */
  private show(side: 0 | 1, message: Message): void {
    if (message.body!.digest !== null) return;
    const raw = message.body!.bytes();
    if (raw.length === 0) return;
    message.shownAt = message.body!.size;
    const plain = message.codings === '' ? raw : uncoded(raw, message.codings);
    if (side === 0) {
      message.side.set('http.request_body', raw);
      const files = multipartFiles(raw, message.fields.get('content-type') ?? '');
      if (files === null) message.side.set('file.data', plain);
      for (const [i, file] of (files ?? []).entries()) {
        if (i === 0) message.side.set('file.data', file.bytes);
        else message.side.add('file.data', file.bytes);
        if (i === 0) message.side.setText('file.name', file.name);
        else message.side.addText('file.name', file.name);
      }
      if (files === null) message.side.setText('file.name', this.lastFileName);
      return;
    }
    message.side.set('http.response_body', plain);
    message.side.set('file.data', plain);
    message.side.setText('file.name', dispositionName(message.fields) ?? this.lastFileName);
  }

  private finish(side: 0 | 1, message: Message): void {
    this.show(side, message);
    if (message.body?.extended === true)
      message.side.event(side === 0 ? 'http.request_chunk_extension' : 'http.response_chunk_extension');
    if (message.body?.unsized === true)
      message.side.event(side === 0 ? 'http.invalid_request_chunk_len' : 'http.invalid_response_chunk_len');
    if (message.body !== null && message.body.size > 0) {
      message.side.number('filesize', message.body.size);
      const files = message.side.values('file.data') ?? [];
      const whole = message.body.size === message.body.bytes().length;
      if (message.body.digest !== null) {
        const name = side === 1 ? dispositionName(message.fields) : null;
        message.side.setText('file.name', name ?? this.lastFileName);
        message.body.digest.tell(message.side);
      } else if (whole)
        tellHashes(
          message.side,
          files.map((bytes) => ({ bytes, size: bytes.length })),
        );
    }
    this.complete(message.at, side);
    this.now[side] = null;
  }
}

function laterEvents(side: TransactionSide, make: () => ReadonlySet<string>): void {
  side.laterEvents(() => [...make()].map((name) => `http.${name}`));
}

/** @returns the place after the last field, and the one after the empty line */
function headEnd(bytes: Uint8Array): { readonly from: number; readonly to: number } | null {
  for (let at = bytes.indexOf(10); at >= 0 && at < MAX_HEAD; at = bytes.indexOf(10, at + 1)) {
    const [one, two, three] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    if (one === 10) return { from: at + 1, to: at + 2 };
    if (one === 13 && two === 10) return { from: at + 1, to: at + 3 };
    // Clients also take these for an empty line: a blank alone, and a second carriage return after a bare line feed.
    if ((one === 32 || one === 9) && two === 10 && three !== undefined && three !== 10)
      return { from: at + 1, to: at + 3 };
    if (one === 13 && two === 13 && three === 10 && bytes[at - 1] !== 13) {
      const to = at + 4;
      return { from: at + 1, to: bytes[to] === 13 && bytes[to + 1] === 10 ? to + 2 : to };
    }
  }
  return null;
}

/** Whether a field is longer than servers take (libhtp: 18,000 bytes). */
function isLong(fields: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of fields) if (name.length + value.length > MAX_FIELD) return true;
  return false;
}

/** What may stand between two messages. */
function isBetween(c: number, isAnswer: boolean): boolean {
  return c === 13 || c === 10 || (isAnswer && (c === 32 || c === 9));
}

function trimLine(line: Uint8Array): Uint8Array {
  return line.length > 0 && line[line.length - 1] === 13 ? line.slice(0, -1) : line.slice();
}

function requestWords(line: Uint8Array): {
  readonly method: string;
  readonly target: Uint8Array;
  readonly protocol: string;
} {
  const text = textOf(line);
  const form = /^(\S+)[ \t]+(.*?)(?:[ \t]+(HTTP\/\S*))?[ \t]*$/s.exec(text);
  if (form === null) return { method: text.trim(), target: new Uint8Array(0), protocol: '' };
  return { method: form[1]!, target: ascii(form[2]!), protocol: form[3] ?? '' };
}

export const NAMED: Readonly<Record<string, string>> = keyed({
  'user-agent': 'http.user_agent',
  accept: 'http.accept',
  'accept-encoding': 'http.accept_enc',
  'accept-language': 'http.accept_lang',
  referer: 'http.referer',
  connection: 'http.connection',
  'content-type': 'http.content_type',
  'content-length': 'http.content_len',
  server: 'http.server',
  location: 'http.location',
});

/** Reads fields into buffers. @returns them by name in small letters, values of one name joined */
export function setFields(
  side: TransactionSide,
  head: Uint8Array,
  from: number,
  to: number,
  each: string,
  lineBreaks = /\n/,
): Map<string, string> {
  const raw = textOf(head.subarray(from, to));
  const fields = new Map<string, string>();
  const names = new Map<string, string>();
  // A line that begins with white space goes on with the one before (RFC 9112, 5.2).
  for (const line of unfolded(raw, lineBreaks)) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text === '') continue;
    const colon = text.indexOf(':');
    const name = (colon < 0 ? text : text.slice(0, colon)).replaceAll('\0', '').trim();
    const value = colon < 0 ? '' : text.slice(colon + 1).trim();
    const small = name.toLowerCase();
    const before = fields.get(small);
    if (!names.has(small)) names.set(small, name);
    fields.set(small, before === undefined ? value : `${before}, ${value}`);
  }
  applyFields(side, fields, names, raw, each);
  return fields;
}

/** Lines of a head; one that goes on is part of the line before, but with a colon in an answer a field of its own. */
function unfolded(raw: string, lineBreaks: RegExp): readonly string[] {
  const isAnswer = lineBreaks === ANSWER_LINES;
  const lines: string[] = [];
  for (const line of raw.split(lineBreaks)) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    const before = lines.at(-1);
    const isField = isAnswer && text.includes(':') && before?.includes(':') === true;
    const goesOn = before !== undefined && /^[ \t]/.test(text) && !isField;
    if (goesOn) lines[lines.length - 1] += ` ${text.trimStart()}`;
    else if (text !== '' || !isAnswer) lines.push(text);
  }
  return lines;
}

/** Clients take a lone carriage return in an answer's head for the end of a line. */
const ANSWER_LINES = /\r\n|\n|\r/;

function answerLineEnd(head: Uint8Array): number {
  const feed = head.indexOf(10);
  const end = head.indexOf(13);
  return end >= 0 && end < feed && head[end + 1] !== 10 ? end : feed;
}

function applyFields(
  side: TransactionSide,
  fields: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
  raw: string,
  each: string,
): void {
  const lines: string[] = [];
  for (const [small, value] of fields) {
    const line = `${names.get(small)!}: ${value}`;
    const isCookie = small === 'cookie' || small === 'set-cookie';
    if (isCookie) side.setText('http.cookie', value);
    else lines.push(line);
    side.addText(each, line);
    const buffer = NAMED[small];
    if (buffer !== undefined) side.setText(buffer, value);
  }
  if (fields.size === 0) return;
  if (lines.length > 0) side.setText('http.header', `${lines.join('\r\n')}\r\n`);
  side.setText('http.header.raw', `${raw}\r\n`);
  side.setText('http.header_names', `\r\n${[...names.values()].join('\r\n')}\r\n\r\n`);
}

/** The host of the target counts before that of the field, in small letters and without its port. */
export function hostOf(side: TransactionSide, fields: ReadonlyMap<string, string>, target: string): void {
  const inTarget = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
  const raw = inTarget ?? fields.get('host');
  if (raw === undefined) return;
  side.setText('http.host.raw', raw);
  const host = raw
    .replace(/^[^@]*@/, '')
    .replace(/:\d*$/, '')
    .replace(/\.$/, '');
  side.setText('http.host', host.toLowerCase());
}

function bodyLength(fields: ReadonlyMap<string, string>, isAnswer: boolean, method: string): BodyLength {
  // Whoever reads leniently finds the word in anything.
  if (/chunked/i.test((fields.get('transfer-encoding') ?? '').replaceAll('\0', ''))) return { is: 'chunked' };
  const said = /^\s*(\d{1,15})\s*(?:[,;]|$)/.exec(fields.get('content-length') ?? '');
  if (said !== null) return { is: 'counted', left: Number(said[1]) };
  return isAnswer && method !== 'HEAD' ? { is: 'toEnd' } : { is: 'none' };
}

function fileNameOf(target: string): string {
  return (
    target
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? ''
  );
}

function dispositionName(fields: ReadonlyMap<string, string>): string | null {
  const said = fields.get('content-disposition');
  const found = said === undefined ? null : /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(said);
  return found === null ? null : (found[1] ?? found[2] ?? null);
}
