// Keywords that say what a rule is called and what it means.
import { type Message, say } from '../../contract/index.ts';
import { numberOf } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { partsOf, plainText } from './quoted.ts';
import { shown } from './syntax.ts';

const MAX_MSG = 2_000;
const MAX_METADATA = 256;

function whole(set: (b: Parameters<ReadKeyword>[0], n: number) => void, least: number, most: number): ReadKeyword {
  return (b, value, keyword) => {
    const n = numberOf((value ?? '').replaceAll('"', ''));
    if (n === null || n < least || n > most) return say('rule-number', { keyword, text: shown(value ?? '') });
    if (b.seen.has(keyword)) return say('rule-said-twice', { keyword });
    b.seen.add(keyword);
    set(b, n);
    return null;
  };
}

const msg: ReadKeyword = (b, value) => {
  const text = value === null ? null : plainText(value);
  if (text === null || text === '') return say('rule-quotes', { keyword: 'msg' });
  b.msg = shown(text.slice(0, MAX_MSG)) === text ? text : cleaned(text.slice(0, MAX_MSG));
  return null;
};

/** A text of a rule is shown on terminals and in windows: nothing in it moves a cursor or turns a direction. */
function cleaned(text: string): string {
  return UNCLEAN.test(text) ? text.replace(ALL_UNCLEAN, '·') : text;
}
const UNCLEAN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const ALL_UNCLEAN = new RegExp(UNCLEAN, 'g');

/** Pairs by their text: rules of a set say the same few thousand, and share them. Forgotten all at once when full. */
const pairs = new Map<string, readonly [string, string]>();
const MAX_PAIRS = 16_384;

function pairOf(part: string): readonly [string, string] {
  const known = pairs.get(part);
  if (known !== undefined) return known;
  const at = part.search(/\s/);
  const pair: readonly [string, string] =
    at < 0 ? [cleaned(part), ''] : [cleaned(part.slice(0, at)), cleaned(part.slice(at + 1).trim())];
  if (pairs.size >= MAX_PAIRS) pairs.clear();
  pairs.set(part, pair);
  return pair;
}

const metadata: ReadKeyword = (b, value) => {
  for (const part of partsOf(value ?? '')) {
    if (part !== '' && b.metadata.length < MAX_METADATA) b.metadata.push(pairOf(part));
  }
  return null;
};

const reference: ReadKeyword = (b, value) => {
  b.references.push(cleaned(value ?? ''));
  return null;
};

/** Features of a peer that we have too; a rule that requires another one is not for us. */
const VERSION = 9;

/** `requires: version >= 7, feature geoip`: a rule that asks for what we are not is left out, by name. */
const requires: ReadKeyword = (_b, value): Message | null => {
  for (const part of partsOf(value ?? '')) {
    const version = /^version\s*(.+)$/.exec(part);
    if (version !== null) {
      if (!versionFits(version[1]!)) return say('rule-requires', { what: shown(part) });
      continue;
    }
    if (/^keyword\s+/.test(part)) continue;
    if (/^feature\s+ja[34]$/.test(part)) continue;
    return say('rule-requires', { what: shown(part) });
  }
  return null;
};

/** Alternatives between `|`, each of several conditions. */
function versionFits(text: string): boolean {
  return text.split('|').some((one) => {
    const conditions = [...one.matchAll(/(<=|>=|<|>)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?/g)];
    if (conditions.length === 0) return false;
    return conditions.every(([, sign, major, minor, patch]) => {
      const asked = Number(major) * 1e6 + Number(minor ?? 0) * 1e3 + Number(patch ?? 0);
      const ours = VERSION * 1e6;
      return { '<': ours < asked, '<=': ours <= asked, '>': ours > asked, '>=': ours >= asked }[sign as '<'];
    });
  });
}

const target: ReadKeyword = (b, value, keyword) => {
  if (value !== 'src_ip' && value !== 'dest_ip') return say('rule-word', { keyword, word: shown(value ?? '') });
  b.target = value;
  return null;
};

const classtype: ReadKeyword = (b, value) => {
  b.classtype = cleaned((value ?? '').replaceAll('"', '').trim());
  return b.classtype === '' ? say('rule-word', { keyword: 'classtype', word: '' }) : null;
};

export const META_KEYWORDS: KeywordTable = {
  msg,
  sid: whole((b, n) => (b.sid = n), 1, 4_294_967_295),
  gid: whole((b, n) => (b.gid = n), 0, 4_294_967_295),
  rev: whole((b, n) => (b.rev = n), 0, 4_294_967_295),
  priority: whole((b, n) => (b.priority = n), 1, 255),
  classtype,
  reference,
  metadata,
  requires,
  target,
};
