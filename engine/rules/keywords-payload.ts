// Keywords that look for bytes: content with its modifiers, pcre, isdataat, sizes, base64.
import { type Message, say } from '../../contract/index.ts';
import { plainContent } from './content-step.ts';
import type { Open, RuleBuilder } from './builder.ts';
import { bufferOfLetter } from './buffers.ts';
import { small } from './find-bytes.ts';
import { numberOf, numberTest } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { rulePattern } from './pattern.ts';
import { contentBytes, partsOf, quotedOf } from './quoted.ts';
import type { ContentStep, Step, Value } from './signature.ts';
import { shown } from './syntax.ts';

/** As far as distance and within reach. */
const MAX_REACH = 1_048_576;

const content: ReadKeyword = (b, value) => {
  const q = value === null ? null : quotedOf(value);
  if (q === null || !q.quoted) return say('rule-quotes', { keyword: 'content' });
  const bytes = contentBytes(q.text);
  if (!(bytes instanceof Uint8Array)) return bytes;
  b.add(plainContent(bytes, q.negated));
  return null;
};

/** A modifier with a number or a variable, of the content before it. */
function placed(field: 'offset' | 'depth' | 'distance' | 'within', relative: boolean): ReadKeyword {
  return (b, value, name) => {
    const c = b.lastContent();
    if (c === null) return say('rule-no-content', { keyword: name });
    const v = value === null ? null : b.value(value);
    if (v === null) return say('rule-number', { keyword: name, text: shown(value ?? '') });
    if (typeof v === 'number' && (Math.abs(v) > MAX_REACH || (v < 0 && field !== 'distance')))
      return say('rule-number', { keyword: name, text: shown(value ?? '') });
    if (c[field] !== null) return say('rule-said-twice', { keyword: name });
    if (c.startsWith) return say('rule-not-together', { one: 'startswith', other: name });
    if (relative ? c.offset !== null || c.depth !== null : c.distance !== null || c.within !== null)
      return say('rule-not-together', { one: relative ? 'offset, depth' : 'distance, within', other: name });
    if (field === 'within' && v === 0) return say('rule-number', { keyword: name, text: '0' });
    if ((field === 'within' || field === 'depth') && typeof v === 'number' && v < c.bytes.length)
      return say('rule-shorter', { keyword: name, n: v, length: c.bytes.length });
    c[field] = v;
    return null;
  };
}

function modifier(change: (c: Open<ContentStep>, value: string | null) => Message | null, valued = false): ReadKeyword {
  return (b, value, name) => {
    const c = b.lastContent();
    if (c === null) return say('rule-no-content', { keyword: name });
    if (!valued && value !== null) return say('rule-no-value', { keyword: name });
    return change(c, value);
  };
}

const nocase = modifier((c) => {
  c.nocase = true;
  c.bytes = c.bytes.map(small);
  return null;
});

const startswith = modifier((c) => {
  if (c.offset !== null || c.depth !== null || c.distance !== null || c.within !== null)
    return say('rule-not-together', { one: 'startswith', other: ['offset', 'depth', 'distance', 'within'] });
  c.startsWith = true;
  return null;
});

const fastPattern = modifier((c, value) => {
  if (value === null) c.fastPattern = 'this';
  else if (value === 'only') c.fastPattern = 'only';
  else {
    const [offset, length] = partsOf(value).map(numberOf);
    if (offset === undefined || length === undefined || offset === null || length === null || length === 0)
      return say('rule-number', { keyword: 'fast_pattern', text: shown(value) });
    if (offset + length > c.bytes.length)
      return say('rule-shorter', { keyword: 'fast_pattern', n: c.bytes.length, length: offset + length });
    c.fastPattern = { offset, length };
  }
  return c.negated && (c.offset !== null || c.depth !== null || c.distance !== null || c.within !== null)
    ? say('rule-not-together', { one: 'content:!', other: 'fast_pattern' })
    : null;
}, true);

/** Letters that say how a pattern is read; the others name a buffer. */
const PATTERN_LETTERS = new Set('ismxAEGROB');

const pcre: ReadKeyword = (b, value) => {
  const q = value === null ? null : quotedOf(value);
  if (q === null) return say('rule-quotes', { keyword: 'pcre' });
  const form = /^\/(.*)\/([A-Za-z]*)\s*(?:,.*)?$/s.exec(q.text);
  if (form === null) return say('rule-pcre-form');
  const letters = form[2]!;
  const buffers = [...letters].filter((l) => !PATTERN_LETTERS.has(l));
  if (buffers.length > 1) return say('rule-pcre-letters', { letters });
  const has = (letter: string): boolean => letters.includes(letter);
  if (has('x')) return say('rule-pcre-letters', { letters: 'x' });
  // A semicolon and a quote are escaped for the rule, not for the pattern; RE2 takes an escaped one for itself as well.
  const pattern = rulePattern(Buffer.from(form[1]!, 'utf8').toString('latin1'), {
    ignoreCase: has('i'),
    dotAll: has('s'),
    lines: has('m'),
    anchored: has('A'),
    ungreedy: has('G'),
  });
  if ('say' in pattern) return pattern;
  const step: Open<Step> = { step: 'pcre', pattern, negated: q.negated, relative: has('R'), said: q.text };
  const letter = buffers[0];
  if (letter === undefined) {
    b.add(step, has('R'));
    return null;
  }
  const buffer = bufferOfLetter(letter);
  if (buffer === null) return say('rule-pcre-letters', { letters: letter });
  return b.addTo(buffer.name, buffer.applications, buffer.side, step);
};

const isdataat: ReadKeyword = (b, value) => {
  const text = value ?? '';
  const negated = text.startsWith('!');
  const [place, ...words] = partsOf(negated ? text.slice(1) : text);
  const at = b.value(place ?? '');
  if (at === null || (typeof at === 'number' && (at < 0 || at > 65_535)))
    return say('rule-number', { keyword: 'isdataat', text: shown(text) });
  const unknown = words.find((w) => w !== 'relative' && w !== 'rawbytes');
  if (unknown !== undefined) return say('rule-word', { keyword: 'isdataat', word: shown(unknown) });
  const relative = words.includes('relative');
  b.add({ step: 'isdataat', at, relative, negated }, relative);
  return null;
};

const bsize: ReadKeyword = (b, value) => {
  const test = value === null ? null : numberTest(value);
  if (test === null) return say('rule-number', { keyword: 'bsize', text: shown(value ?? '') });
  if (b.openList.buffer === null) return say('rule-no-buffer', { keyword: 'bsize' });
  b.add({ step: 'bsize', test });
  return null;
};

const absent: ReadKeyword = (b, value) => {
  if (b.openList.buffer === null || b.openList.steps.length > 0) return say('rule-no-buffer', { keyword: 'absent' });
  if (value !== null && value !== 'or_else') return say('rule-word', { keyword: 'absent', word: shown(value) });
  b.openList.absent = value === null ? 'yes' : 'orElse';
  return null;
};

const base64Decode: ReadKeyword = (b, value) => {
  let bytes: number | null = null;
  let offset = 0;
  let relative = false;
  for (const part of value === null || value === '' ? [] : partsOf(value)) {
    const [word, number] = part.split(/\s+/);
    const n = number === undefined ? null : numberOf(number);
    if (word === 'relative' && number === undefined) relative = true;
    else if (word === 'bytes' && n !== null) bytes = n;
    else if (word === 'offset' && n !== null) offset = n;
    else return say('rule-word', { keyword: 'base64_decode', word: shown(part) });
  }
  b.add({ step: 'base64_decode', bytes, offset, relative, steps: [] }, relative);
  return null;
};

const base64Data: ReadKeyword = (b) => (b.enterDecoded() ? null : say('rule-nothing-decoded'));

const entropy: ReadKeyword = (b, value) => {
  let bytes = 0;
  let offset = 0;
  let passes: ((entropy: number) => boolean) | null = null;
  for (const part of partsOf(value ?? '')) {
    const form = /^(bytes|offset|value)\s*(.+)$/.exec(part);
    if (form === null) return say('rule-word', { keyword: 'entropy', word: shown(part) });
    if (form[1] === 'value') passes = entropyTest(form[2]!);
    else {
      const n = numberOf(form[2]!);
      if (n === null) return say('rule-number', { keyword: 'entropy', text: shown(part) });
      if (form[1] === 'bytes') bytes = n;
      else offset = n;
    }
  }
  if (passes === null) return say('rule-number', { keyword: 'entropy', text: shown(value ?? '') });
  b.add({ step: 'entropy', bytes, offset, passes });
  return null;
};

function entropyTest(text: string): ((entropy: number) => boolean) | null {
  const range = /^(!?)\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)$/.exec(text);
  if (range !== null) {
    const [low, high] = [Number(range[2]), Number(range[3])];
    return (e) => (e > low && e < high) !== (range[1] === '!');
  }
  const one = /^(<=|>=|!=|<|>|=)?\s*(\d+(?:\.\d+)?)$/.exec(text);
  if (one === null) return null;
  const n = Number(one[2]);
  const tests: Readonly<Record<string, (e: number) => boolean>> = {
    '<': (e) => e < n,
    '<=': (e) => e <= n,
    '>': (e) => e > n,
    '>=': (e) => e >= n,
    '!=': (e) => e !== n,
    '=': (e) => e === n,
  };
  return tests[one[1] ?? '=']!;
}

/** A buffer's own steps cannot be compared with what another buffer holds. */
export function isVariable(v: Value | null): boolean {
  return v !== null && typeof v !== 'number';
}

const nothing: ReadKeyword = () => null;

export const PAYLOAD_KEYWORDS: KeywordTable = {
  content,
  uricontent: (b, value, name) => content(b, value, name) ?? b.moveLast('http.uri', ['http1', 'http2'], 'toServer'),
  nocase,
  rawbytes: nothing,
  offset: placed('offset', false),
  depth: placed('depth', false),
  distance: placed('distance', true),
  within: placed('within', true),
  startswith,
  endswith: modifier((c) => {
    c.endsWith = true;
    return null;
  }),
  fast_pattern: fastPattern,
  pcre,
  isdataat,
  bsize,
  absent,
  base64_decode: base64Decode,
  base64_data: base64Data,
  entropy,
  pkt_data: (b: RuleBuilder) => b.enter(null, [], 'both'),
  prefilter: nothing,
};
