// Keywords of applications: sticky buffers, old modifiers, numbers, transforms.
import { keyed, type Message, say } from '../../contract/index.ts';
import { plainContent } from './content-step.ts';
import { APPLICATIONS } from './applications.ts';
import type { RuleBuilder } from './builder.ts';
import { BUFFER_MODIFIERS, BUFFERS } from './buffers.ts';
import { FIELDS } from './fields.ts';
import { small } from './find-bytes.ts';
import { numberOf, numberTest } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { rulePattern } from './pattern.ts';
import { contentBytes, partsOf, plainText, quotedOf } from './quoted.ts';
import type { FieldOf, FieldTest } from './signature.ts';
import { shown } from './syntax.ts';
import type { Transform } from './transforms.ts';

/** Which side a keyword of both is of, where a rule for whole transactions says it. */
const SIDES: Readonly<Record<string, 'toServer' | 'toClient'>> = keyed({
  to_server: 'toServer',
  to_client: 'toClient',
});

const sticky: ReadKeyword = (b, value, keyword) => {
  const k = BUFFERS.get(keyword)!;
  if (value !== null && VALUED.has(keyword)) return valued(b, value, keyword);
  const said = k.side === 'both' ? SIDES[value ?? ''] : undefined;
  const only = value === null ? 'either' : said;
  if (only === undefined) return say('rule-no-value', { keyword });
  return b.enter(k.name, k.applications, k.side, only);
};

/** Keywords that name a value instead of opening a buffer: the older form of some. */
const VALUED: ReadonlySet<string> = new Set([
  'tls.subject',
  'tls.issuerdn',
  'tls.fingerprint',
  'ssh.softwareversion',
  'ssh.protoversion',
]);

function valued(b: RuleBuilder, value: string, keyword: string): Message | null {
  const q = quotedOf(value);
  const bytes = q === null ? say('rule-quotes', { keyword }) : contentBytes(q.text);
  if ('say' in bytes) return bytes;
  const k = BUFFERS.get(keyword)!;
  const isDigits = keyword === 'tls.fingerprint';
  const step = plainContent(isDigits ? bytes.map(small) : bytes, q!.negated);
  return b.addTo(k.name, k.applications, k.side, { ...step, nocase: isDigits });
}

const modifier: ReadKeyword = (b, value, keyword) => {
  if (value !== null) return say('rule-no-value', { keyword });
  const k = BUFFER_MODIFIERS.get(keyword)!;
  return b.moveLast(k.name, k.applications, k.side);
};

const FIELD_WORDS: Readonly<Record<string, FieldOf>> = {
  any: 'any',
  all: 'all',
  or_absent: 'anyOrAbsent',
  all_or_absent: 'allOrAbsent',
};

/** Which of several values a number is asked of. */
function fieldOf(word: string): FieldOf | null {
  if (Object.hasOwn(FIELD_WORDS, word)) return FIELD_WORDS[word]!;
  const place = /^(oob_or\s+)?(-?\d{1,6})$/.exec(word);
  if (place !== null) return { at: Number(place[2]), orBeyond: place[1] !== undefined };
  const passing = /^nb\s*(.+)$/.exec(word);
  const test = passing === null ? null : numberTest(passing[1]!);
  return test === null ? null : { passing: test };
}

/** A number of an application, with a place among several behind a comma. */
const field: ReadKeyword = (b, value, keyword) => {
  const k = FIELDS.get(keyword)!;
  const parts = partsOf(value ?? '');
  const side = (k.side === 'both' ? SIDES[parts[0]!] : undefined) ?? 'either';
  const [text, where, slice, ...rest] = side === 'either' ? parts : parts.slice(1);
  const count = /^count\s*(.+)$/.exec(text ?? '');
  const test = numberTest(count?.[1] ?? text ?? '', k.words);
  if (test === null || rest.length > 0) return say('rule-number', { keyword, text: shown(value ?? '') });
  let of: FieldOf = count === null ? 'any' : 'count';
  let part: FieldTest['part'] = null;
  for (const word of [where, slice]) {
    if (word === undefined) continue;
    const range = /^(-?\d{1,6}):(-?\d{1,6})$/.exec(word);
    const read: FieldOf | null = range === null ? fieldOf(word) : of;
    if (read === null) return say('rule-word', { keyword, word: shown(word) });
    of = read;
    if (range !== null) part = [Number(range[1]), Number(range[2])];
  }
  b.fields.push({ field: k.name, test, of, part, side });
  b.sides.add(side === 'either' ? k.side : side);
  return b.narrow(k.applications);
};

const urilen: ReadKeyword = (b, value) => {
  const [text, kind] = partsOf(value ?? '');
  const test = numberTest(text ?? '');
  if (test === null || (kind !== undefined && kind !== 'norm' && kind !== 'raw'))
    return say('rule-number', { keyword: 'urilen', text: shown(value ?? '') });
  const buffer = kind === 'raw' ? 'http.uri.raw' : 'http.uri';
  return b.addTo(buffer, ['http1', 'http2', 'doh2'], 'toServer', { step: 'bsize', test });
};

const SIDES_ASKED: Readonly<Record<string, 'either' | 'toServer' | 'toClient' | 'both' | 'final' | 'original'>> = keyed(
  {
    either: 'either',
    final: 'final',
    original: 'original',
    to_server: 'toServer',
    to_client: 'toClient',
    both: 'both',
    toserver: 'toServer',
    toclient: 'toClient',
  },
);

const appLayerProtocol: ReadKeyword = (b, value, keyword) => {
  const text = (value ?? '').trim();
  const not = text.startsWith('!');
  const [name, side = 'either', ...rest] = partsOf(not ? text.slice(1) : text).filter((word) => word !== 'exact');
  const names = APPLICATIONS[(name ?? '').toLowerCase()];
  const of = SIDES_ASKED[side];
  if (names === undefined || of === undefined || rest.length > 0)
    return say('rule-word', { keyword, word: shown(text) });
  b.packetTests.push({ keyword, said: text, ask: { of: 'application', names, not, side: of } });
  return null;
};

/** Adds a transform to the buffer that was opened last. */
function add(b: RuleBuilder, keyword: string, t: Transform): Message | null {
  const list = b.forTransform();
  if (list === null) return say('rule-no-buffer', { keyword });
  list.transforms.push(t);
  return null;
}

const plainTransform: ReadKeyword = (b, value, keyword) =>
  value === null ? add(b, keyword, { do: keyword as 'to_md5' }) : say('rule-no-value', { keyword });

const pcrexform: ReadKeyword = (b, value, keyword) => {
  const text = value === null ? null : (quotedOf(value)?.text ?? null);
  if (text === null) return say('rule-quotes', { keyword });
  const pattern = rulePattern(Buffer.from(text, 'utf8').toString('latin1'), {
    ignoreCase: false,
    dotAll: false,
    lines: false,
    anchored: false,
    ungreedy: false,
  });
  return 'say' in pattern ? pattern : add(b, keyword, { do: 'pcrexform', pattern });
};

const xor: ReadKeyword = (b, value, keyword) => {
  let from = 0;
  let key: Uint8Array | { bytes: number; offset: number } | null = null;
  for (const part of partsOf(value ?? '')) {
    const offset = /^offset\s+(\d+)$/.exec(part);
    const extract = /^extract\s+(\d+)\s+(\d+)$/.exec(part);
    const hex = /^"?((?:[0-9a-fA-F]{2})+)"?$/.exec(part);
    if (offset !== null) from = Number(offset[1]);
    else if (extract !== null) key = { bytes: Number(extract[1]), offset: Number(extract[2]) };
    else if (hex !== null) key = new Uint8Array(Buffer.from(hex[1]!, 'hex'));
    else return say('rule-word', { keyword, word: shown(part) });
  }
  return key === null ? say('rule-few-parts', { keyword, n: 1 }) : add(b, keyword, { do: 'xor', key, from });
};

const fromBase64: ReadKeyword = (b, value, keyword) => {
  let [bytes, offset, mode]: [number | null, number, 'rfc4648' | 'rfc2045' | 'strict'] = [null, 0, 'rfc4648'];
  for (const part of value === null || value === '' ? [] : partsOf(value)) {
    const [name, text = ''] = part.split(/[\s:]+/);
    const n = numberOf(text);
    if (name === 'bytes' && n !== null) bytes = n;
    else if (name === 'offset' && n !== null && n < 65_536) offset = n;
    else if (name === 'mode' && (text === 'rfc4648' || text === 'rfc2045' || text === 'strict')) mode = text;
    else return say('rule-word', { keyword, word: shown(part) });
  }
  return add(b, keyword, { do: 'from_base64', bytes, offset, mode });
};

const inflate: ReadKeyword = (b, value, keyword) => {
  const max = value === null ? 1024 : numberOf(/^max-size\s+(.+)$/.exec(value)?.[1] ?? '');
  if (max === null || max === 0 || max > 1_048_576) return say('rule-number', { keyword, text: shown(value ?? '') });
  return add(b, keyword, { do: keyword as 'gunzip', max });
};

const subslice: ReadKeyword = (b, value, keyword) => {
  const parts = partsOf(value ?? '').map((p) => p.replace(/^(?:offset|nbytes)\s+/, ''));
  const truncate = parts.at(-1) === 'truncate';
  const numbers = (truncate ? parts.slice(0, -1) : parts).map((p) => Number(/^-?\d{1,9}$/.exec(p)?.[0] ?? NaN));
  if (numbers.length < 1 || numbers.length > 2 || numbers.some(Number.isNaN))
    return say('rule-number', { keyword, text: shown(value ?? '') });
  return add(b, keyword, { do: 'subslice', offset: numbers[0]!, bytes: numbers[1] ?? null, truncate });
};

/** Words of `dataset` and `datarep` that say how a set is filled. */
function setText(b: RuleBuilder, name: string, words: readonly string[]): string | null {
  let type: string | null = null;
  let load: string | null = null;
  for (const word of words) {
    const form =
      /^(type|load|state|save|memcap|hashsize|format|value_key|array_key|enrichment_key|context_key)(?:\s+(.+))?$/.exec(
        word,
      );
    if (form === null && !/^(remove_key)$/.test(word)) return word;
    if (form?.[1] === 'type') type = form[2] ?? null;
    if (form?.[1] === 'load' || form?.[1] === 'state') load = form[2] ?? null;
    if (form?.[1] === 'format' && form[2] !== 'csv') return word;
  }
  b.sets.push({ name, type, load });
  return null;
}

const dataset: ReadKeyword = (b, value, keyword) => {
  const [operation, name, ...words] = partsOf(value ?? '');
  if (!['isset', 'isnotset', 'set', 'unset'].includes(operation!) || name === undefined || plainText(name) === null)
    return say('rule-word', { keyword, word: shown(value ?? '') });
  if (b.openList.buffer === null) return say('rule-no-buffer', { keyword });
  const unknown = setText(b, name, words);
  if (unknown !== null) return say('rule-word', { keyword, word: shown(unknown) });
  b.add({ step: 'dataset', operation: operation as 'isset', set: name });
  return null;
};

const datarep: ReadKeyword = (b, value, keyword) => {
  const [name, operator, number, ...words] = partsOf(value ?? '');
  const test = numberTest(`${operator ?? ''}${number ?? ''}`);
  if (name === undefined || test === null) return say('rule-word', { keyword, word: shown(value ?? '') });
  if (b.openList.buffer === null) return say('rule-no-buffer', { keyword });
  const unknown = setText(b, name, words);
  if (unknown !== null) return say('rule-word', { keyword, word: shown(unknown) });
  b.add({ step: 'datarep', set: name, test });
  return null;
};

export const APP_KEYWORDS: KeywordTable = {
  ...Object.fromEntries([...BUFFERS.keys()].map((name) => [name, sticky])),
  ...Object.fromEntries([...BUFFER_MODIFIERS.keys()].map((name) => [name, modifier])),
  ...Object.fromEntries([...FIELDS.keys()].map((name) => [name, field])),
  urilen,
  'app-layer-protocol': appLayerProtocol,
  dotprefix: plainTransform,
  strip_whitespace: plainTransform,
  compress_whitespace: plainTransform,
  to_lowercase: plainTransform,
  to_uppercase: plainTransform,
  to_md5: plainTransform,
  to_sha1: plainTransform,
  to_sha256: plainTransform,
  url_decode: plainTransform,
  header_lowercase: plainTransform,
  strip_pseudo_headers: plainTransform,
  pcrexform,
  xor,
  from_base64: fromBase64,
  gunzip: inflate,
  zlib_deflate: inflate,
  subslice,
  dataset,
  datarep,
};
