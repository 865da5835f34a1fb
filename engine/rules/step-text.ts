// Steps and numbers of a rule as the rule language writes them, for those who are shown what came of each.
import type { NumberTest } from './integers.ts';
import type { ContentStep, NumberPlace, Step, Threshold, Value } from './signature.ts';
import { shown } from './syntax.ts';

/** Bytes that are shown of one pattern or buffer. */
const MAX_SHOWN = 48;
/** What would end a pattern, or an option, or begin bytes in hexadecimal. */
const SPECIAL = new Set([...'"|;:\\'].map((c) => c.charCodeAt(0)));

/** Bytes as a `content` writes them: what is no plain character stands between pipes. */
export function bytesText(bytes: Uint8Array): string {
  let out = '';
  let inHex = false;
  for (const b of bytes.subarray(0, MAX_SHOWN)) {
    const plain = b >= 0x20 && b < 0x7f && !SPECIAL.has(b);
    if (plain === inHex) out += '|';
    else if (!plain) out += ' ';
    inHex = !plain;
    out += plain ? String.fromCharCode(b) : b.toString(16).padStart(2, '0');
  }
  if (inHex) out += '|';
  return bytes.length > MAX_SHOWN ? `${out}…` : out;
}

function valueText(v: Value): string {
  return typeof v === 'number' ? String(v) : `variable ${v.slot + 1}`;
}

const SIGNS = { equal: '', other: '!', less: '<', atMost: '<=', more: '>', atLeast: '>=' } as const;

export function testText(test: NumberTest): string {
  switch (test.is) {
    case 'between':
      return `${test.low}<>${test.high}`;
    case 'outside':
      return `!${test.low}<>${test.high}`;
    case 'masked':
      return `&0x${test.mask.toString(16)}${test.not ? '!=' : '='}0x${test.value.toString(16)}`;
    case 'anyOf':
      return `${test.not ? '!' : ''}[${test.tests.map(testText).join(',')}]`;
    default:
      return `${SIGNS[test.is]}${test.value}`;
  }
}

export function thresholdText(t: Threshold): string {
  const rest = t.type === 'backoff' ? `multiplier ${t.multiplier}` : `seconds ${t.seconds}`;
  const said = `track ${t.track}, count ${t.count}, ${rest}`;
  return t.type === 'detection_filter' ? `detection_filter:${said}` : `threshold:type ${t.type}, ${said}`;
}

function contentText(s: ContentStep): string {
  const places = (['offset', 'depth', 'distance', 'within'] as const).flatMap((name) => {
    const value = s[name];
    return value === null ? [] : [`${name}:${valueText(value)}`];
  });
  const words = [s.nocase ? ['nocase'] : [], s.startsWith ? ['startswith'] : [], s.endsWith ? ['endswith'] : []].flat();
  return [`content:${s.negated ? '!' : ''}"${bytesText(s.bytes)}"`, ...words, ...places].join('; ');
}

function placeWords(s: NumberPlace): string[] {
  return [
    s.relative ? ['relative'] : [],
    s.endian === 'big' ? [] : [s.endian],
    s.text === null ? [] : ['string', s.text],
    s.mask === null ? [] : [`bitmask 0x${s.mask.toString(16)}`],
  ].flat();
}

/** A step as an option of a rule, without its end. */
export function stepText(s: Step): string {
  switch (s.step) {
    case 'content':
      return contentText(s);
    case 'pcre':
      return `pcre:${s.negated ? '!' : ''}"${shown(s.said)}"`;
    case 'byte_test': {
      const operator = `${s.negated ? '!' : ''}${s.operator}`;
      return `byte_test:${[valueText(s.bytes), operator, valueText(s.value), valueText(s.offset), ...placeWords(s)].join(',')}`;
    }
    case 'byte_jump':
      return `byte_jump:${[
        valueText(s.bytes),
        valueText(s.offset),
        ...placeWords(s),
        ...(s.multiplier === 1 ? [] : [`multiplier ${s.multiplier}`]),
        ...(s.align ? ['align'] : []),
        ...(s.from === 'here' ? [] : [`from_${s.from}`]),
        ...(s.postOffset === 0 ? [] : [`post_offset ${valueText(s.postOffset)}`]),
      ].join(',')}`;
    case 'byte_extract':
      return `byte_extract:${[valueText(s.bytes), valueText(s.offset), `variable ${s.into + 1}`, ...placeWords(s)].join(',')}`;
    case 'byte_math':
      return `byte_math:bytes ${valueText(s.bytes)}, offset ${valueText(s.offset)}, oper ${s.operator}, rvalue ${valueText(
        s.operand,
      )}, result variable ${s.into + 1}`;
    case 'isdataat':
      return `isdataat:${s.negated ? '!' : ''}${valueText(s.at)}${s.relative ? ',relative' : ''}`;
    case 'bsize':
      return `bsize:${testText(s.test)}`;
    case 'entropy':
      return `entropy:${s.bytes === 0 ? '' : `bytes ${s.bytes}, `}offset ${s.offset}`;
    case 'base64_decode':
      return `base64_decode${s.relative ? ':relative' : ''}`;
    case 'dataset':
      return `dataset:${s.operation},${shown(s.set)}`;
    case 'datarep':
      return `datarep:${shown(s.set)},${testText(s.test)}`;
  }
}
