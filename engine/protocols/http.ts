// HTTP/1 heads (RFC 9112): the start line and the few fields that facts need. Reads at most 16 KiB.
import { latin1 } from '../decode/index.ts';

export interface HttpHead {
  request: boolean;
  /** The start line as it was sent. */
  line: string;
  method: string;
  target: string;
  status: number;
  host: string | null;
  userAgent: string | null;
  contentLength: number;
  chunked: boolean;
  contentType: string | null;
  upgrade: boolean;
  close: boolean;
  /** Offset after the empty line, or -1 while the head is not whole. */
  bodyAt: number;
  /** Header fields, at most 127. */
  fields: number;
}

export const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'M-SEARCH',
  'NOTIFY',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'REPORT',
  'SEARCH',
  'RPC_IN_DATA',
  'RPC_OUT_DATA',
  'BPROPFIND',
  'CCM_POST',
  'ICY',
  'MERGE',
  'CHECKOUT',
  'MKACTIVITY',
  'PURGE',
  'POLL',
  'BMOVE',
  'BCOPY',
  'LINK',
  'UNLINK',
  'BITS_POST',
]);
const MAX_HEAD = 16_384;

/** A cheap look before anything is decoded. */
export function looksLikeHttp(b: Uint8Array, at: number, length: number): boolean {
  if (length < 8) return false;
  if (b[at] === 0x48 && b[at + 1] === 0x54 && b[at + 2] === 0x54 && b[at + 3] === 0x50 && b[at + 4] === 0x2f)
    return true;
  if (b[at]! < 0x41 || b[at]! > 0x5a) return false;
  let i = 1;
  while (
    i < 16 &&
    i < length &&
    ((b[at + i]! >= 0x41 && b[at + i]! <= 0x5a) || b[at + i] === 0x5f || b[at + i] === 0x2d)
  )
    i++;
  if (i >= length || b[at + i] !== 0x20) return false;
  return METHODS.has(latin1(b, at, at + i));
}

/** Whether the empty line that ends a head is there. */
export function endsHead(b: Uint8Array, at: number, end: number): boolean {
  const bytes = Buffer.from(b.buffer, b.byteOffset + at, end - at);
  return bytes.includes('\r\n\r\n') || bytes.includes('\n\n');
}

/** @returns null when the start line is not HTTP */
export function parseHttp(b: Uint8Array, at: number, end: number): HttpHead | null {
  const text = latin1(b, at, Math.min(end, at + MAX_HEAD));
  const headEnd = text.indexOf('\r\n\r\n');
  const bareEnd = headEnd < 0 ? text.indexOf('\n\n') : -1;
  const stop = headEnd >= 0 ? headEnd : bareEnd;
  const head = stop >= 0 ? text.slice(0, stop) : text;
  const lines = head.split(/\r?\n/);
  const first = lines[0]!;
  const out: HttpHead = {
    request: true,
    line: first,
    method: '',
    target: '',
    status: 0,
    host: null,
    userAgent: null,
    contentLength: -1,
    chunked: false,
    contentType: null,
    upgrade: false,
    close: false,
    bodyAt: stop >= 0 ? at + stop + (headEnd >= 0 ? 4 : 2) : -1,
    fields: 0,
  };
  const response = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(first);
  if (response) {
    out.request = false;
    out.status = Number(response[1]);
    out.target = first.slice(0, 200);
  } else {
    const space = first.indexOf(' ');
    if (space <= 0 || !METHODS.has(first.slice(0, space))) return null;
    out.method = first.slice(0, space);
    out.target = first.slice(space + 1).replace(/ HTTP\/\d(\.\d)?$/, '');
  }
  for (let i = 1; i < lines.length && i < 128; i++) {
    field(lines[i]!, out);
    out.fields = i;
  }
  return out;
}

function field(line: string, out: HttpHead): void {
  const colon = line.indexOf(':');
  if (colon <= 0) return;
  const value = line.slice(colon + 1).trim();
  switch (line.slice(0, colon).toLowerCase()) {
    case 'host':
      out.host = value.slice(0, 255);
      break;
    case 'user-agent':
      out.userAgent = value.slice(0, 512);
      break;
    case 'content-length':
      out.contentLength = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      break;
    case 'transfer-encoding':
      out.chunked = value.toLowerCase().includes('chunked');
      break;
    case 'content-type':
      out.contentType = value.slice(0, 128).toLowerCase();
      break;
    case 'upgrade':
      out.upgrade = true;
      break;
    case 'connection':
      out.close = value.toLowerCase() === 'close';
      break;
  }
}
