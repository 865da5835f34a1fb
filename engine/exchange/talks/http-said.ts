// One request with its answer, read out of a transaction of HTTP.
import { type Transaction, type TransactionSide, textOf } from '../../rules/index.ts';
import type { FileSaid } from './file-said.ts';
import type { Stamp } from './stamp.ts';

const MAX_FIELDS = 256;

export interface HttpMessage {
  /** `HTTP/1.1`, '' where it was not said. */
  readonly protocol: string;
  /** Fields as they were sent, in their order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Bytes of the body with its coding undone, and as they were sent. */
  readonly body: number;
  readonly sent: number;
  readonly files: readonly FileSaid[];
}

export interface HttpSaid {
  /** `http1`, `http2`. */
  readonly application: string;
  /** When its first line was there. */
  readonly at: Stamp;
  /** From 1: its place on the connection. */
  readonly depth: number;
  readonly method: string | null;
  readonly target: string | null;
  readonly host: string | null;
  readonly status: number | null;
  readonly reason: string | null;
  /** Null where none was seen. */
  readonly request: HttpMessage | null;
  readonly answer: HttpMessage | null;
}

/** @param files those of the two sides */
export function httpSaid(
  t: Transaction,
  at: Stamp,
  depth: number,
  files: readonly [readonly FileSaid[], readonly FileSaid[]],
): HttpSaid {
  const [there, back] = t.sides;
  const method = first(there, 'http.method');
  const status = first(back, 'http.stat_code');
  return {
    application: t.application,
    at,
    depth,
    method,
    target: first(there, 'http.uri.raw'),
    host: first(there, 'http.host.raw'),
    status: status === null ? null : Number(status.slice(0, 9)),
    reason: first(back, 'http.stat_msg'),
    request: method === null ? null : messageOf(there, 'http.request_header', files[0]),
    answer: back.progress === 0 ? null : messageOf(back, 'http.response_header', files[1]),
  };
}

/** @returns the first value of a field, in whatever case its name was sent; null without */
export function fieldOf(message: HttpMessage | null, name: string): string | null {
  return message?.fields.find(([known]) => known.toLowerCase() === name)?.[1] ?? null;
}

function messageOf(side: TransactionSide, each: string, files: readonly FileSaid[]): HttpMessage {
  const lines = (side.values(each) ?? []).slice(0, MAX_FIELDS).map(textOf);
  const sent = side.numbers('filesize')?.[0] ?? 0;
  return {
    protocol: first(side, 'http.protocol') ?? '',
    fields: lines.map(fieldIn),
    body: files.length === 1 ? files[0]!.size : sent,
    sent,
    files,
  };
}

function fieldIn(line: string): readonly [string, string] {
  // Pseudo fields of HTTP/2 begin with a colon.
  const colon = line.indexOf(':', 1);
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function first(side: TransactionSide, buffer: string): string | null {
  const value = side.values(buffer)?.[0];
  return value === undefined ? null : textOf(value);
}
