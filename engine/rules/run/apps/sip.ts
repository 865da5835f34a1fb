// SIP (RFC 3261) as rules see it: every message is a transaction of its own.
import { ApplicationReader, Gathered, textOf } from '../application.ts';
import { HEADED } from '../transaction.ts';
import { tellSdp } from './sdp.ts';

/** Bytes of one message over TCP. */
const MAX_MESSAGE = 65_536;
const MAX_FIELDS = 256;

/** Names and their short forms (RFC 3261, 7.3.3). */
const FIELDS: Readonly<Record<string, string>> = {
  from: 'sip.from',
  f: 'sip.from',
  to: 'sip.to',
  t: 'sip.to',
  via: 'sip.via',
  v: 'sip.via',
  'user-agent': 'sip.user_agent',
  'content-type': 'sip.content_type',
  c: 'sip.content_type',
  'content-length': 'sip.content_length',
  l: 'sip.content_length',
};

export class SipReader extends ApplicationReader {
  readonly name = 'sip';
  private readonly overTcp: boolean;
  private readonly waiting = [new Gathered(), new Gathered()] as const;

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (!this.overTcp) {
      this.message(side, data);
      return;
    }
    const waiting = this.waiting[side];
    waiting.add(data);
    for (;;) {
      const all = waiting.all();
      let skip = 0;
      while (skip < all.length && (all[skip] === 13 || all[skip] === 10)) skip++;
      if (skip > 0) {
        waiting.drop(skip);
        continue;
      }
      const size = sizeOf(all);
      if (size === null || size > all.length) {
        if (all.length > MAX_MESSAGE) waiting.clear();
        return;
      }
      const message = all.slice(0, size);
      waiting.drop(size);
      this.message(side, message);
    }
  }

  override gap(side: 0 | 1): void {
    this.waiting[side].clear();
  }

  private message(dir: 0 | 1, bytes: Uint8Array): void {
    const text = textOf(bytes);
    const end = headEnd(text);
    const lineEnd = /\r?\n/.exec(text);
    const line = lineEnd === null ? text : text.slice(0, lineEnd.index);
    const response = /^(SIP\/\d\.\d)[ \t]+(\d{3})[ \t]*(.*)$/.exec(line);
    const request = response === null ? /^([!-~]+)[ \t]+([!-~]+)[ \t]+(SIP\/\d\.\d)$/.exec(line) : null;
    const t = this.open();
    const side = t.sides[dir];
    if (response === null && request === null) {
      t.event('sip.invalid_data', dir);
      t.finish();
      return;
    }
    if (response !== null) {
      side.setText('sip.response_line', line);
      side.setText('sip.protocol', response[1]!);
      side.setText('sip.stat_code', response[2]!);
      side.setText('sip.stat_msg', response[3]!);
    } else if (request !== null) {
      side.setText('sip.request_line', line);
      side.setText('sip.method', request[1]!);
      side.setText('sip.uri', request[2]!);
      side.setText('sip.protocol', request[3]!);
    }
    const afterLine = lineEnd === null ? text.length : lineEnd.index + lineEnd[0].length;
    const head = text.slice(afterLine, end.from);
    const type = tellFields(head, (name, value) => side.addText(name, value));
    const body = text.slice(end.to);
    side.reach(HEADED);
    if (body !== '' && /^application\/sdp\b/i.test(type)) tellSdp(side, body);
    const kind = response === null ? 'request' : 'response';
    side.set('frame.sip.pdu', bytes);
    side.set(`frame.sip.${kind}.line`, bytes.subarray(0, afterLine));
    side.set(`frame.sip.${kind}.headers`, bytes.subarray(afterLine, end.from));
    if (body !== '') side.set(`frame.sip.${kind}.body`, bytes.subarray(end.to));
    t.finish();
  }
}

/** @returns places of the end of the last field, and of the first byte behind the empty line */
function headEnd(text: string): { readonly from: number; readonly to: number } {
  const found = /\r?\n\r?\n/.exec(text);
  if (found === null) return { from: text.length, to: text.length };
  const eol = found[0].indexOf('\n') + 1;
  return { from: found.index + eol, to: found.index + found[0].length };
}

/** @returns bytes of the message that stands first; null where its head is not all there */
function sizeOf(all: Uint8Array): number | null {
  const text = textOf(all.subarray(0, MAX_MESSAGE));
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return null;
  const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,7})/im.exec(text.slice(0, end.index));
  return end.index + end[0].length + (length === null ? 0 : Number(length[1]));
}

/** @returns the type of the body */
function tellFields(head: string, tell: (buffer: string, value: string) => void): string {
  let type = '';
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/, MAX_FIELDS)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const buffer = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (buffer === undefined) continue;
    if (buffer === 'sip.content_type') type = value;
    tell(buffer, value);
  }
  return type;
}
