// http.log (Zeek: base/protocols/http). A line a request with its answer.
import { byteText } from '../talks/byte-text.ts';
import type { FileSaid } from '../talks/file-said.ts';
import { fieldOf, type HttpMessage, type HttpSaid } from '../talks/http-said.ts';
import { nameOf, type TalkEnds } from '../talks/walk.ts';
import type { Column } from './column.ts';
import { endColumns } from './ends.ts';

export interface HttpLine {
  readonly ends: TalkEnds;
  readonly said: HttpSaid;
}

const PROXY = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-from',
  'client-ip',
  'via',
  'xroxy-connection',
  'proxy-connection',
];
/** Files of one side that are named. */
const MAX_FILES = 15;

export function fileId(ends: TalkEnds, depth: number, dir: 0 | 1, place: number): string {
  return nameOf('F', `${ends.uid} ${depth} ${dir} ${place}`);
}

/** A name that the message itself gives its file, not the last part of an address. */
function givenName(message: HttpMessage | null): string | null {
  const said = fieldOf(message, 'content-disposition');
  const found = said === null ? null : /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(said);
  return found === null ? null : byteText(found[1] ?? found[2] ?? '');
}

/** A file's own name: of a body in parts each part has one. */
export function fileName(message: HttpMessage | null, file: FileSaid): string | null {
  const inParts = /^\s*multipart\//i.test(fieldOf(message, 'content-type') ?? '');
  return inParts ? byteText(file.name) || null : givenName(message);
}

/** `%41` is what it stands for; a sign that does not fit stays. */
function unescaped(target: string): string {
  return byteText(
    target.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

function field(message: HttpMessage | null, name: string): string | null {
  const value = fieldOf(message, name);
  return value === null ? null : byteText(value);
}

/** User and password of basic authentication (RFC 7617); the password is never written. */
function userOf(message: HttpMessage | null): string | null {
  const said = fieldOf(message, 'authorization') ?? fieldOf(message, 'proxy-authorization');
  const coded = said === null ? null : /^basic\s+(\S+)/i.exec(said);
  if (said === null || coded === null) return null;
  const plain = Buffer.from(coded[1]!, 'base64').toString('latin1');
  const colon = plain.indexOf(':');
  return colon < 0 ? `<problem-decoding> (${byteText(said)})` : byteText(plain.slice(0, colon));
}

function proxied(message: HttpMessage | null): readonly string[] | null {
  const known = (message?.fields ?? []).filter(([name]) => PROXY.includes(name.toLowerCase()));
  return known.length === 0
    ? null
    : known.map(([name, value]) => `${byteText(name.toUpperCase())} -> ${byteText(value)}`);
}

function versionOf({ said }: HttpLine): string | null {
  const text = /^HTTP\/(\d+(?:\.\d+)?)/.exec(said.answer?.protocol ?? '')?.[1];
  return text ?? null;
}

type Side = (line: HttpLine) => HttpMessage | null;

function filesOf(side: Side, of: (file: FileSaid, line: HttpLine, place: number) => string | null) {
  return (line: HttpLine): readonly string[] | null => {
    const files = (side(line)?.files ?? []).slice(0, MAX_FILES);
    const texts = files.flatMap((file, i) => of(file, line, i) ?? []);
    return texts.length === 0 ? null : texts;
  };
}

function fileColumns(prefix: 'orig' | 'resp', dir: 0 | 1): Column<HttpLine>[] {
  const side: Side = ({ said }) => (dir === 0 ? said.request : said.answer);
  return [
    {
      name: `${prefix}_fuids`,
      type: 'vector[string]',
      of: filesOf(side, (_, { ends, said }, i) => fileId(ends, said.depth, dir, i)),
    },
    {
      name: `${prefix}_filenames`,
      type: 'vector[string]',
      of: filesOf(side, (file, line) => fileName(side(line), file)),
    },
    { name: `${prefix}_mime_types`, type: 'vector[string]', of: filesOf(side, (file) => file.mime) },
  ];
}

export const HTTP: readonly Column<HttpLine>[] = [
  { name: 'ts', type: 'time', of: ({ said }) => said.at },
  ...endColumns<HttpLine>(),
  { name: 'trans_depth', type: 'count', of: ({ said }) => said.depth },
  { name: 'method', type: 'string', of: ({ said }) => (said.method === null ? null : byteText(said.method)) },
  { name: 'host', type: 'string', of: ({ said }) => field(said.request, 'host') },
  { name: 'uri', type: 'string', of: ({ said }) => (said.target === null ? null : unescaped(said.target)) },
  { name: 'referrer', type: 'string', of: ({ said }) => field(said.request, 'referer') },
  { name: 'version', type: 'string', of: versionOf },
  { name: 'user_agent', type: 'string', of: ({ said }) => field(said.request, 'user-agent') },
  { name: 'origin', type: 'string', of: ({ said }) => field(said.request, 'origin') },
  { name: 'request_body_len', type: 'count', of: ({ said }) => said.request?.body ?? 0 },
  { name: 'response_body_len', type: 'count', of: ({ said }) => said.answer?.body ?? 0 },
  { name: 'status_code', type: 'count', of: ({ said }) => said.status },
  {
    name: 'status_msg',
    type: 'string',
    of: ({ said }) => (said.reason === null ? null : byteText(said.reason) || '<empty>'),
  },
  // An answer of the hundreds is passed over: what counts is the one that follows.
  { name: 'info_code', type: 'count', of: () => null },
  { name: 'info_msg', type: 'string', of: () => null },
  { name: 'tags', type: 'set[enum]', of: () => [] },
  { name: 'username', type: 'string', of: ({ said }) => userOf(said.request) },
  { name: 'password', type: 'string', of: () => null },
  { name: 'proxied', type: 'set[string]', of: ({ said }) => proxied(said.request) },
  ...fileColumns('orig', 0),
  ...fileColumns('resp', 1),
];
