// Mail (RFC 5322, RFC 2045 to 2047) as rules see it: fields of its head, and its files with their codings undone.
import { hash } from 'node:crypto';
import { ascii, textOf } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';
import { type CarriedFile, tellFiles } from './files.ts';

const MAX_PARTS = 256;
const MAX_DEPTH = 8;
const MAX_URLS = 256;
const MAX_FIELDS = 512;
/** RFC 2046, 5.1.1 allows 70; beyond this it is told as an event. */
const LONG_BOUNDARY = 254;

interface Entity {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const NAMED: Readonly<Record<string, string>> = {
  from: 'email.from',
  to: 'email.to',
  cc: 'email.cc',
  subject: 'email.subject',
  date: 'email.date',
  'message-id': 'email.message_id',
  'x-mailer': 'email.x_mailer',
};

/** @param bytes of the whole mail, or of what there is of it */
export function tellMail(side: TransactionSide, bytes: Uint8Array): void {
  const mail = entityOf(textOf(bytes));
  for (const [name, value] of mail.fields) {
    if (name === 'received') side.addText('email.received', value);
    const buffer = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (buffer !== undefined) side.setText(buffer, value);
  }
  side.later('email.body_md5', () => [ascii(hash('md5', ascii(mail.body.replace(/\r?\n$/, '')), 'hex'))]);
  const files: CarriedFile[] = [];
  const texts: string[] = [];
  collect(mail, files, texts, { left: MAX_PARTS }, 0);
  const type = mail.fields.find(([name]) => name === 'content-type')?.[1] ?? '';
  if ((parameter(type, 'boundary') ?? '').length > LONG_BOUNDARY) side.event('smtp.mime_long_boundary');
  if (files.length > 0) tellFiles(side, files);
  const urls = texts.flatMap((text) => [...text.matchAll(/\bhttps?:\/\/([^\s"'<>\\]+)/gi)].map((m) => m[1]!));
  for (const url of urls.slice(0, MAX_URLS)) side.addText('email.url', url.toLowerCase());
}

function entityOf(text: string): Entity {
  const empty = /^\r?\n/.exec(text) ?? /\r?\n\r?\n/.exec(text);
  const head = empty === null ? text : text.slice(0, empty.index);
  const body = empty === null ? '' : text.slice(empty.index + empty[0].length);
  const fields: [string, string][] = [];
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/, MAX_FIELDS)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return { fields, body };
}

function collect(e: Entity, files: CarriedFile[], texts: string[], parts: { left: number }, depth: number): void {
  if (parts.left-- <= 0 || depth > MAX_DEPTH) return;
  const field = (name: string): string => e.fields.find(([n]) => n === name)?.[1] ?? '';
  const type = field('content-type');
  const boundary = /^multipart\//i.test(type) ? parameter(type, 'boundary') : null;
  if (boundary !== null && boundary !== '') {
    for (const part of partsOf(e.body, boundary, parts.left)) collect(entityOf(part), files, texts, parts, depth + 1);
    return;
  }
  const bytes = decoded(e.body, field('content-transfer-encoding').toLowerCase());
  const disposition = field('content-disposition');
  const name = parameter(disposition, 'filename') ?? parameter(type, 'name');
  if (name !== null || /^attachment/i.test(disposition)) {
    files.push({ name: name ?? '', bytes, size: bytes.length });
    return;
  }
  if (/^message\/rfc822/i.test(type)) collect(entityOf(textOf(bytes)), files, texts, parts, depth + 1);
  else if (type === '' || /^text\//i.test(type)) texts.push(textOf(bytes));
}

function partsOf(body: string, boundary: string, most: number): readonly string[] {
  const mark = `--${boundary}`;
  const parts: string[] = [];
  let at = body.startsWith(mark) ? 0 : body.indexOf(`\n${mark}`) + 1;
  while (parts.length < most && body.startsWith(mark, at) && !body.startsWith(`${mark}--`, at)) {
    const from = body.indexOf('\n', at);
    if (from < 0) break;
    const next = body.indexOf(`\n${mark}`, from);
    parts.push(body.slice(from + 1, next < 0 ? body.length : next).replace(/\r$/, ''));
    if (next < 0) break;
    at = next + 1;
  }
  return parts;
}

/** A parameter of a field (RFC 2045, 5.1; RFC 2231 for those in another character set). */
function parameter(field: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}(\\*?)\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(field);
  if (found === null) return null;
  const value = found[2] ?? found[3] ?? '';
  if (found[1] === '') return value;
  return value
    .replace(/^[^']*'[^']*'/, '')
    .replace(/%([0-9a-f]{2})/gi, (_w, h: string) => String.fromCharCode(Number.parseInt(h, 16)));
}

function decoded(body: string, coding: string): Uint8Array {
  if (coding === 'base64') return new Uint8Array(Buffer.from(body, 'base64'));
  if (coding !== 'quoted-printable') return ascii(body);
  const text = body
    .replace(/[ \t]*\r?$/gm, (end) => (end.endsWith('\r') ? '\r' : ''))
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_w, h: string) => String.fromCharCode(Number.parseInt(h, 16)));
  return ascii(text);
}
