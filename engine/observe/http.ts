// Exchanges of HTTP/1: requests and answers in pairs, the first bytes of what they carry, and searches through requests.
import { inflateRawSync, inflateSync, gunzipSync, constants } from 'node:zlib';
import { latin1 } from '../decode/index.ts';
import { copied, type Notes } from './facts.ts';
import { added } from './short-list.ts';
import { Gathered } from './gathered.ts';
import { type HttpHead } from './http-head.ts';
import { type BodyKind, HttpSide } from './http-side.ts';
import { agentPattern, linePatterns, MAX_BODY_TEXT, MAX_EXPLOIT_TEXT, textPatterns } from './patterns.ts';
import { type ByteSink } from './stream.ts';
import {
  type HttpExchange,
  type HttpRequest,
  type HttpResponse,
  MAX_BODY,
  MAX_EXCHANGES,
  MAX_RAW_BODY,
  NO_BYTES,
} from './types.ts';

const MAX_WAITING = 1_000;
const ENTROPY_BYTES = 2_048;
/**
 * Coded bytes that are undone, in steps until they give 512: the last are enough for any text, behind the largest tables
 * of codes (RFC 1951, 3.2.7).
 */
const STEPS = [256, 512, 1_024] as const;
/** What gives more at a step is packed to cost much: then so few are undone that they cannot (at most 1,032 to 1). */
const MAX_OUTPUT = 65_536;
const FEWEST = 48;
const INFLATE = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_OUTPUT, chunkSize: 1_024 };

export class HttpConnection {
  readonly sides: readonly [ByteSink, ByteSink];
  private readonly notes: Notes;
  private readonly requests: HttpSide;
  private readonly answers: HttpSide;
  /** Exchanges whose answer has not come, the oldest first. */
  private readonly waiting: HttpExchange[] = [];
  private asking: HttpExchange | null = null;
  private askingEncoding: string | null = null;
  private readonly askingBody = new Gathered(MAX_RAW_BODY);
  private askingPacket = -1;
  private answering: HttpExchange | null = null;
  private readonly answerBody = new Gathered(MAX_RAW_BODY);
  private searched = 0;

  constructor(notes: Notes) {
    this.notes = notes;
    this.requests = new HttpSide({
      head: (h, text, seconds, packet) => this.asked(h, text, seconds, packet),
      body: (b, at, end, packet) => {
        if (this.askingBody.add(b, at, end)) this.askingPacket = packet;
      },
      bodyDone: () => this.askedAll(),
      bodyFull: () => this.askingBody.full,
    });
    this.answers = new HttpSide({
      head: (h, _text, seconds, packet) => this.answered(h, seconds, packet),
      body: (b, at, end) => this.answerBody.add(b, at, end),
      bodyDone: () => this.answeredAll(),
      bodyFull: () => this.answerBody.full,
    });
    this.sides = [this.requests, this.answers];
  }

  get deaf(): boolean {
    return this.requests.deaf && this.answers.deaf;
  }

  /** Bytes of heads and bodies that are gathered. */
  get holds(): number {
    return this.requests.holds + this.answers.holds + this.askingBody.holds + this.answerBody.holds;
  }

  finish(): void {
    this.askedAll();
    this.answeredAll();
    this.requests.finish();
    for (const e of this.waiting) e.done = true;
    this.waiting.length = 0;
  }

  private asked(h: HttpHead, text: string, seconds: number, packet: number): BodyKind | null {
    const request = h.request(seconds, packet);
    if (request === null) return null;
    const exchange: HttpExchange = { request, response: null, done: false };
    this.notes.observed.httpRequests++;
    this.keep(exchange);
    this.waiting.push(exchange);
    if (this.waiting.length > MAX_WAITING) this.waiting.shift()!.done = true;
    this.search(h, text, packet, request);
    this.asking = exchange;
    this.askingEncoding = h.lower('content-encoding');
    this.askingBody.drop();
    if (h.chunked) return 'chunks';
    return Math.max(0, h.length);
  }

  private search(h: HttpHead, text: string, packet: number, request: HttpRequest): void {
    if (this.searched > MAX_EXPLOIT_TEXT) return;
    this.searched += text.length;
    for (const p of linePatterns) this.notes.search(p, h.line, packet, 0);
    for (const p of textPatterns) this.notes.search(p, text, packet, 0);
    if (request.agent !== null) this.notes.search(agentPattern, request.agent, packet, 0);
  }

  private askedAll(): void {
    const e = this.asking;
    if (e === null || e.request === null) return;
    const raw = this.askingBody.bytes;
    e.request.body = undone(raw, this.askingEncoding);
    if (raw.length > 0 && this.searched <= MAX_EXPLOIT_TEXT) {
      const text = latin1(raw, 0, Math.min(raw.length, MAX_BODY_TEXT));
      this.searched += text.length;
      for (const p of textPatterns) this.notes.search(p, text, this.askingPacket, 0);
    }
    this.askingBody.drop();
    this.asking = null;
  }

  private answered(h: HttpHead, seconds: number, packet: number): BodyKind | null {
    const { status } = h;
    if (status < 0) return null;
    if (status >= 100 && status < 200 && status !== 101) return 0;
    const exchange = this.waiting.shift() ?? { request: null, response: null, done: false };
    if (exchange.request === null) this.keep(exchange);
    const response: HttpResponse = {
      packet,
      seconds,
      status,
      contentType: h.lower('content-type'),
      contentLength: h.length,
      encoding: h.lower('content-encoding'),
      body: NO_BYTES,
      rawBytes: 0,
      entropy: 0,
    };
    exchange.response = response;
    this.answering = exchange;
    this.answerBody.drop();
    const method = exchange.request?.method ?? '';
    if (status === 101 || (method === 'CONNECT' && status < 300)) {
      exchange.done = true;
      this.requests.silence();
      return 'tunnel';
    }
    if (method === 'HEAD' || status === 204 || status === 304) return 0;
    if (h.chunked) return 'chunks';
    return h.length < 0 ? 'until close' : h.length;
  }

  private answeredAll(): void {
    const e = this.answering;
    if (e === null || e.response === null) return;
    this.fill(e.response);
    this.answerBody.drop();
    // An answer may come before its request has ended.
    e.done = true;
    this.answering = null;
  }

  private fill(r: HttpResponse): void {
    const raw = this.answerBody.bytes;
    if (raw.length === r.rawBytes) return;
    r.rawBytes = raw.length;
    r.entropy = entropyOf(raw.subarray(0, ENTROPY_BYTES));
    r.body = undone(raw, r.encoding);
  }

  private keep(e: HttpExchange): void {
    const { observed } = this.notes;
    if (observed.http.length < MAX_EXCHANGES) observed.http = added(observed.http, e);
  }
}

/** @returns the first 512 bytes of a body after its coding is undone; as they came where that fails */
function undone(raw: Uint8Array, encoding: string | null): Uint8Array {
  if (raw.length > 0 && encoding !== null) {
    const plain = inflated(raw, encoding);
    if (plain !== null) return copied(plain, 0, MAX_BODY);
  }
  return copied(raw, 0, MAX_BODY);
}

function inflated(raw: Uint8Array, encoding: string): Uint8Array | null {
  let plain: Uint8Array | null = null;
  for (const step of STEPS) {
    const more = attempt(raw.subarray(0, step), encoding);
    if (more === null) break;
    plain = more;
    if (plain.length >= MAX_BODY || raw.length <= step) break;
  }
  return plain ?? attempt(raw.subarray(0, FEWEST), encoding);
}

/** @returns null where the bytes are not of the coding, or give more than is wanted of any */
function attempt(raw: Uint8Array, encoding: string): Uint8Array | null {
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(raw, INFLATE);
    if (encoding !== 'deflate') return null;
    // Some servers send deflate without the head of zlib (RFC 9110, 8.4.1.2).
    return (raw[0]! & 15) === 8 ? inflateSync(raw, INFLATE) : inflateRawSync(raw, INFLATE);
  } catch {
    return null;
  }
}

const counts = new Uint16Array(256);
/** n times the binary logarithm of n. */
const SURPRISE = Float64Array.from({ length: ENTROPY_BYTES + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));

/** @param b at most ENTROPY_BYTES @returns bits a byte */
function entropyOf(b: Uint8Array): number {
  const { length } = b;
  if (length === 0) return 0;
  counts.fill(0);
  for (let i = 0; i < length; i++) counts[b[i]!]!++;
  let sum = 0;
  for (let i = 0; i < 256; i++) sum += SURPRISE[counts[i]!]!;
  return (SURPRISE[length]! - sum) / length;
}
