// Keywords of flows and of what is remembered: flow, flowbits, flowint, xbits, thresholds.
import { keyed, type Message, say } from '../../contract/index.ts';
import type { RuleBuilder } from './builder.ts';
import { numberOf, numberTest } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { partsOf } from './quoted.ts';
import type { BitChange, BitTest, CounterTest, PacketAsk, Threshold } from './signature.ts';
import { shown } from './syntax.ts';

const FLOW_WORDS: Readonly<Record<string, (b: RuleBuilder) => void>> = keyed({
  to_server: (b) => (b.flow.direction = 'toServer'),
  from_client: (b) => (b.flow.direction = 'toServer'),
  to_client: (b) => (b.flow.direction = 'toClient'),
  from_server: (b) => (b.flow.direction = 'toClient'),
  established: (b) => (b.flow.established = 'yes'),
  not_established: (b) => (b.flow.established = 'no'),
  stateless: (b) => (b.flow.stateless = true),
  only_stream: (b) => (b.flow.stream = 'only'),
  no_stream: (b) => (b.flow.stream = 'no'),
  only_frag: (b) => (b.flow.fragments = 'only'),
  no_frag: (b) => (b.flow.fragments = 'no'),
});
/** Words that exclude each other. */
const FLOW_GROUPS: readonly (readonly string[])[] = [
  ['to_server', 'from_client', 'to_client', 'from_server'],
  ['established', 'not_established', 'stateless'],
  ['only_stream', 'no_stream'],
  ['only_frag', 'no_frag'],
];

const flow: ReadKeyword = (b, value) => {
  const said = partsOf(value ?? '').map((w) => w.toLowerCase());
  for (const word of said) {
    const set = FLOW_WORDS[word];
    if (set === undefined) return say('rule-word', { keyword: 'flow', word: shown(word) });
    const group = FLOW_GROUPS.find((g) => g.includes(word))!;
    const other = said.find((w) => w !== word && group.includes(w));
    if (other !== undefined) return say('rule-not-together', { one: word, other });
    set(b);
  }
  return null;
};

const NAME = /^[^\s,;:|]+$/;

const flowbits: ReadKeyword = (b, value) => {
  const keyword = 'flowbits';
  const [command, names, ...rest] = partsOf(value ?? '');
  if (command === 'noalert' && names === undefined) {
    b.silent = true;
    return null;
  }
  if (names === undefined || rest.length > 0) return say('rule-few-parts', { keyword, n: 2 });
  return bitsOf(b, keyword, 'flow', command!, names, 0);
};

function bitsOf(
  b: RuleBuilder,
  keyword: string,
  scope: BitTest['scope'],
  command: string,
  names: string,
  seconds: number,
): Message | null {
  const list = names.split('|').map((n) => n.trim());
  if (list.some((n) => !NAME.test(n))) return say('rule-word', { keyword, word: shown(names) });
  switch (command) {
    case 'isset':
    case 'isnotset':
      b.bits.push({ scope, names: list, any: list.length > 1, not: command === 'isnotset' });
      return null;
    case 'set':
    case 'unset':
    case 'toggle': {
      if (list.length > 1) return say('rule-word', { keyword, word: shown(names) });
      const change: BitChange = { scope, name: list[0]!, change: command, seconds };
      b.bitChanges.push(change);
      return null;
    }
    default:
      return say('rule-word', { keyword, word: shown(command) });
  }
}

/** Seconds that a bit holds where the rule does not say. */
const BIT_SECONDS = 30;

const xbits: ReadKeyword = (b, value, keyword) => {
  const [command, name, track, expire, ...rest] = partsOf(value ?? '');
  if (command === 'noalert' && name === undefined) {
    b.silent = true;
    return null;
  }
  const of = /^track\s+(ip_src|ip_dst|ip_pair|tx)$/.exec(track ?? '');
  if (name === undefined || of === null || rest.length > 0) return say('rule-few-parts', { keyword, n: 3 });
  const until = expire === undefined ? BIT_SECONDS : numberOf(/^expire\s+(.+)$/.exec(expire)?.[1] ?? '');
  if (until === null || (until === 0 && expire !== undefined))
    return say('rule-number', { keyword, text: shown(expire ?? '') });
  return bitsOf(b, keyword, of[1] as BitTest['scope'], command!, name, until);
};

const hostbits: ReadKeyword = (b, value, keyword) => {
  const [command, name, direction] = partsOf(value ?? '');
  if (name === undefined) return say('rule-few-parts', { keyword, n: 2 });
  if (direction === 'both') return say('rule-word', { keyword, word: 'both' });
  return bitsOf(b, keyword, direction === 'dst' ? 'ip_dst' : 'ip_src', command!, name, BIT_SECONDS);
};

const COUNTER_TESTS = new Set<string>(['<', '<=', '==', '!=', '>=', '>']);

const flowint: ReadKeyword = (b, value) => {
  const keyword = 'flowint';
  const [name, operator, operand, ...rest] = partsOf(value ?? '');
  if (name === undefined || operator === undefined || rest.length > 0 || !NAME.test(name))
    return say('rule-few-parts', { keyword, n: 3 });
  if (operator === 'isset' || operator === 'notset' || operator === 'isnotset') {
    b.counters.push({ name, test: operator === 'isset' ? 'isset' : 'notset', value: 0 });
    return null;
  }
  if (operand === undefined || !NAME.test(operand)) return say('rule-few-parts', { keyword, n: 3 });
  const other = numberOf(operand) ?? operand;
  if (COUNTER_TESTS.has(operator)) {
    b.counters.push({ name, test: operator as CounterTest['test'], value: other });
    return null;
  }
  if (operator !== '=' && operator !== '+' && operator !== '-')
    return say('rule-word', { keyword, word: shown(operator) });
  b.counterChanges.push({ name, change: operator, value: other });
  return null;
};

const THRESHOLD_WORDS: ReadonlySet<string> = new Set(['type', 'track', 'count', 'seconds', 'multiplier', 'unique_on']);
const TRACKS: readonly string[] = ['by_src', 'by_dst', 'by_both', 'by_rule', 'by_flow'];
const TYPES: readonly string[] = ['limit', 'threshold', 'both', 'backoff'];

function isUnique(text: string | null, type: string): text is Threshold['unique'] {
  return text === null || (type === 'detection_filter' && (text === 'src_port' || text === 'dst_port'));
}

const threshold: ReadKeyword = (b, value, keyword) => {
  const said = new Map<string, string>();
  for (const part of partsOf(value ?? '')) {
    const [name, v, ...rest] = part.split(/\s+/);
    if (!THRESHOLD_WORDS.has(name!) || v === undefined || rest.length > 0)
      return say('rule-word', { keyword, word: shown(part) });
    if (said.has(name!)) return say('rule-said-twice', { keyword: name! });
    said.set(name!, v);
  }
  const type = keyword === 'detection_filter' ? keyword : said.get('type');
  const track = said.get('track');
  if (type !== 'detection_filter' && !TYPES.includes(type ?? ''))
    return say('rule-word', { keyword, word: shown(type ?? '') });
  if (track === undefined || !TRACKS.includes(track)) return say('rule-word', { keyword, word: shown(track ?? '') });
  const count = numberOf(said.get('count') ?? '');
  const seconds = type === 'backoff' ? 0 : secondsOf(said.get('seconds') ?? '');
  const multiplier = numberOf(said.get('multiplier') ?? '0');
  const narrow = type === 'backoff' && multiplier !== null && multiplier < 2;
  if (count === null || count === 0 || seconds === null || multiplier === null || narrow)
    return say('rule-number', { keyword, text: shown(value ?? '') });
  if (b.threshold !== null) return say('rule-said-twice', { keyword });
  const unique = said.get('unique_on') ?? null;
  if (!isUnique(unique, type!)) return say('rule-word', { keyword, word: shown(`unique_on ${unique}`) });
  const of = { type: type as Threshold['type'], track: track as Threshold['track'], count, seconds, multiplier };
  b.threshold = { ...of, unique };
  return null;
};

/** Seconds, or minutes and hours by their letter. */
function secondsOf(text: string): number | null {
  const form = /^(\d+)\s*([smh])?$/.exec(text);
  if (form === null) return null;
  const seconds = Number(form[1]) * { s: 1, m: 60, h: 3600 }[form[2] ?? 's']!;
  return seconds > 0 ? seconds : null;
}

const noalert: ReadKeyword = (b) => {
  b.silent = true;
  return null;
};

const streamSize: ReadKeyword = (b, value) => {
  const keyword = 'stream_size';
  const [side, operator, number, ...rest] = partsOf(value ?? '');
  if (!['server', 'client', 'both', 'either'].includes(side!) || rest.length > 0)
    return say('rule-word', { keyword, word: shown(value ?? '') });
  const test = numberTest(number === undefined ? (operator ?? '') : `${operator}${number}`);
  if (test === null) return say('rule-number', { keyword, text: shown(value ?? '') });
  const ask: PacketAsk = { of: 'streamSize', side: side as 'server', test };
  b.packetTests.push({ keyword, said: value ?? '', ask });
  return null;
};

/** Numbers of the flow so far, as of the packet that is looked at. */
const flowNumber: ReadKeyword = (b, value, keyword) => {
  const text = value ?? '';
  const [side, rest] = partsOf(text).length > 1 ? partsOf(text) : ['', text];
  const field = ['toserver', 'toclient', 'either'].includes(side!) ? `${keyword}_${side}` : keyword;
  const test = numberTest(rest!);
  if (test === null || (side !== '' && field === keyword)) return say('rule-number', { keyword, text: shown(text) });
  b.packetTests.push({ keyword, said: text, ask: { of: 'number', field, test } });
  return null;
};

/** Words that only say what is stored or done beside an alert: the alert is the same without. */
const beside: ReadKeyword = () => null;

const bypass: ReadKeyword = (b) => {
  b.bypass = true;
  return null;
};

export const FLOW_KEYWORDS: KeywordTable = {
  tag: beside,
  filestore: beside,
  'tls.store': beside,
  ftpbounce: (b) => {
    b.fields.push({ field: 'ftp.bounce', test: { is: 'equal', value: 1 }, of: 'any', part: null, side: 'either' });
    return b.narrow(['ftp']);
  },
  nfq_set_mark: beside,
  bypass,
  flow,
  flowbits,
  xbits,
  hostbits,
  flowint,
  threshold,
  detection_filter: threshold,
  noalert,
  alert: (b, value) => {
    if (value !== null) return say('rule-word', { keyword: 'alert', word: shown(value) });
    b.silent = false;
    b.aloud = true;
    return null;
  },
  stream_size: streamSize,
  'flow.age': flowNumber,
  'flow.pkts': flowNumber,
  'flow.bytes': flowNumber,
  'flow.pkts_toserver': flowNumber,
  'flow.pkts_toclient': flowNumber,
  'flow.bytes_toserver': flowNumber,
  'flow.bytes_toclient': flowNumber,
};
