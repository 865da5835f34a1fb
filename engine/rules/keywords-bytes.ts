// byte_test, byte_jump, byte_extract and byte_math: numbers out of buffers.
import { type Message, say } from '../../contract/index.ts';
import type { Open, RuleBuilder } from './builder.ts';
import { numberOf } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { partsOf } from './quoted.ts';
import type { ByteJumpStep, ByteMathStep, ByteTestStep, Endian, NumberPlace } from './signature.ts';
import { shown } from './syntax.ts';

type Place = Open<NumberPlace>;

/** Words that all four share. @returns whether the word was one of them, or what is wrong */
function placeWord(place: Place, word: string): boolean | Message {
  const [name, ...rest] = word.split(/\s+/);
  const value = rest.join(' ');
  switch (name) {
    case 'relative':
      place.relative = true;
      return true;
    case 'big':
    case 'little':
    case 'dce':
      place.endian = name;
      return true;
    case 'endian':
      if (!['big', 'little', 'dce'].includes(value)) return say('rule-word', { keyword: 'endian', word: shown(value) });
      place.endian = value as Endian;
      return true;
    case 'hex':
    case 'dec':
    case 'oct':
      place.text = name;
      return true;
    case 'string':
      if (value !== '' && !['hex', 'dec', 'oct'].includes(value))
        return say('rule-word', { keyword: 'string', word: shown(value) });
      place.text = value === '' ? 'dec' : (value as 'hex' | 'dec' | 'oct');
      return true;
    case 'bitmask': {
      const mask = numberOf(value);
      if (mask === null || mask > 0xffff_ffff) return say('rule-number', { keyword: 'bitmask', text: shown(value) });
      place.mask = mask;
      return true;
    }
    default:
      return false;
  }
}

function place(): Place {
  return { bytes: 0, offset: 0, relative: false, endian: 'big', text: null, mask: null };
}

/** Binary numbers have at most 8 bytes, written ones 23 digits. */
function wrongWidth(p: Place, keyword: string, least: number): Message | null {
  if (typeof p.bytes !== 'number') return null;
  const most = p.text === null ? 8 : 23;
  return p.bytes < least || p.bytes > most ? say('rule-width', { keyword, n: p.bytes, least, most }) : null;
}

function set(b: RuleBuilder, p: Place, field: 'bytes' | 'offset', text: string, keyword: string): Message | null {
  const v = b.value(text);
  if (v === null || (field === 'bytes' && typeof v === 'number' && v < 0))
    return say('rule-number', { keyword, text: shown(text) });
  p[field] = v;
  return null;
}

const byteTest: ReadKeyword = (b, value) => {
  const keyword = 'byte_test';
  const [bytes, sign, against, offset, ...words] = partsOf(value ?? '');
  if (offset === undefined) return say('rule-few-parts', { keyword, n: 4 });
  const p = place();
  const wrong = set(b, p, 'bytes', bytes!, keyword) ?? set(b, p, 'offset', offset, keyword);
  if (wrong !== null) return wrong;
  for (const word of words) {
    const taken = placeWord(p, word);
    if (taken !== true) return taken === false ? say('rule-word', { keyword, word: shown(word) }) : taken;
  }
  const form = /^(!?)\s*(<=|>=|<|>|=|&|\^)?$/.exec(sign!);
  if (form === null || sign === '') return say('rule-word', { keyword, word: shown(sign!) });
  const other = b.value(against!);
  if (other === null) return say('rule-number', { keyword, text: shown(against!) });
  const operator = (form[2] ?? '=') as ByteTestStep['operator'];
  const narrow = wrongWidth(p, keyword, 1);
  if (narrow !== null) return narrow;
  b.add({ step: 'byte_test', ...p, operator, value: other, negated: form[1] === '!' }, p.relative);
  return null;
};

const byteJump: ReadKeyword = (b, value) => {
  const keyword = 'byte_jump';
  const [bytes, offset, ...words] = partsOf(value ?? '');
  if (offset === undefined) return say('rule-few-parts', { keyword, n: 2 });
  const p = place();
  const wrong = set(b, p, 'bytes', bytes!, keyword) ?? set(b, p, 'offset', offset, keyword);
  if (wrong !== null) return wrong;
  const step: Open<ByteJumpStep> = {
    step: 'byte_jump',
    ...p,
    multiplier: 1,
    align: false,
    from: 'here',
    postOffset: 0,
  };
  for (const word of words) {
    const problem = jumpWord(b, step, word);
    if (problem !== null) return problem;
  }
  const narrow = wrongWidth(step, keyword, 0);
  if (narrow !== null) return narrow;
  b.add(step, step.relative);
  return null;
};

function jumpWord(b: RuleBuilder, step: Open<ByteJumpStep>, word: string): Message | null {
  const keyword = 'byte_jump';
  const [name, number] = word.split(/\s+/);
  if (name === 'align') step.align = true;
  else if (name === 'from_beginning') step.from = 'beginning';
  else if (name === 'from_end') step.from = 'end';
  else if (name === 'multiplier') {
    const n = numberOf(number ?? '');
    if (n === null || n < 1 || n > 65_535) return say('rule-number', { keyword: name, text: shown(word) });
    step.multiplier = n;
  } else if (name === 'post_offset') {
    const v = b.value(number ?? '');
    if (v === null) return say('rule-number', { keyword: name, text: shown(word) });
    step.postOffset = v;
  } else {
    const taken = placeWord(step, word);
    if (taken !== true) return taken === false ? say('rule-word', { keyword, word: shown(word) }) : taken;
  }
  return null;
}

const byteExtract: ReadKeyword = (b, value) => {
  const keyword = 'byte_extract';
  const [bytes, offset, name, ...words] = partsOf(value ?? '');
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return say('rule-few-parts', { keyword, n: 3 });
  const p = place();
  const wrong = set(b, p, 'bytes', bytes!, keyword) ?? set(b, p, 'offset', offset!, keyword);
  if (wrong !== null) return wrong;
  let multiplier = 1;
  let align: 0 | 2 | 4 = 0;
  for (const word of words) {
    const [first, number] = word.split(/\s+/);
    const n = numberOf(number ?? '');
    if (first === 'multiplier' && n !== null) multiplier = n;
    else if (first === 'align' && (n === 2 || n === 4)) align = n;
    else {
      const taken = placeWord(p, word);
      if (taken !== true) return taken === false ? say('rule-word', { keyword, word: shown(word) }) : taken;
    }
  }
  const narrow = wrongWidth(p, keyword, 1);
  if (narrow !== null) return narrow;
  const into = b.variable(name);
  if (into === null) return say('rule-many-variables');
  b.add({ step: 'byte_extract', ...p, multiplier, align, into }, p.relative);
  return null;
};

const OPERATORS: readonly string[] = ['+', '-', '*', '/', '<<', '>>'];

const byteMath: ReadKeyword = (b, value) => {
  const keyword = 'byte_math';
  const p = place();
  const said = new Map<string, string>();
  for (const part of partsOf(value ?? '')) {
    const [name, ...rest] = part.split(/\s+/);
    if (['bytes', 'offset', 'oper', 'rvalue', 'result'].includes(name!)) {
      if (said.has(name!)) return say('rule-said-twice', { keyword: name! });
      said.set(name!, rest.join(' '));
      continue;
    }
    const taken = placeWord(p, part);
    if (taken !== true) return taken === false ? say('rule-word', { keyword, word: shown(part) }) : taken;
  }
  const [operator, result] = [said.get('oper') ?? '', said.get('result') ?? ''];
  if (!OPERATORS.includes(operator)) return say('rule-word', { keyword, word: shown(operator) });
  if (!/^[A-Za-z_]\w*$/.test(result)) return say('rule-few-parts', { keyword, n: 5 });
  const wrong =
    set(b, p, 'bytes', said.get('bytes') ?? '', keyword) ?? set(b, p, 'offset', said.get('offset') ?? '', keyword);
  if (wrong !== null) return wrong;
  const operand = b.value(said.get('rvalue') ?? '');
  if (operand === null) return say('rule-number', { keyword, text: shown(said.get('rvalue') ?? '') });
  const narrow = wrongWidth(p, keyword, 1);
  if (narrow !== null) return narrow;
  const into = b.variable(result);
  if (into === null) return say('rule-many-variables');
  b.add({ step: 'byte_math', ...p, operator: operator as ByteMathStep['operator'], operand, into }, p.relative);
  return null;
};

export const BYTE_KEYWORDS: KeywordTable = {
  byte_test: byteTest,
  byte_jump: byteJump,
  byte_extract: byteExtract,
  byte_math: byteMath,
};
