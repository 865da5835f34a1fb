// A value as a list writes it, to a key: addresses to bytes, names and URLs to one way of writing them. What is no value
// of its type is refused with a reason.
import { domainToASCII } from 'node:url';
import { type Message, plainText, say } from '../../contract/index.ts';
import { IP4, IP6, ip4Word, maskBits, putIp } from './ip.ts';
import { type Key, MAX_VALUE } from './key.ts';
import { DIGEST_BYTES, type IndicatorType, kindOf, TYPE } from './types.ts';
import { urlText } from './url.ts';

/** Characters of a refused value that are told. */
const TOLD = 80;
/** Networks that hold more addresses than these bits leave are somebody's mistake. */
const LEAST_BITS = { [IP4]: 8, [IP6]: 16 } as const;
/** Hexadecimal digits of a serial number: shorter ones are everybody's. */
const LEAST_SERIAL = 8;
const MAX_SERIAL = 80;
const MAX_NAME = 253;
const MAX_LABEL = 63;

/** What characters a text has. */
const DIGIT = 1;
const HEX = 2;
const LETTER = 4;
const DOT = 8;
const DASH = 16;
const COLON = 64;
const SLASH = 128;
const PATTERN = 256;
const CONTROL = 512;
const OTHER = 1_024;
const WIDE = 2_048;

const CLASSES = Uint16Array.from({ length: 256 }, (_, c) => classOf(c));

function classOf(c: number): number {
  const character = String.fromCharCode(c);
  if (c <= 32 || c === 127) return CONTROL;
  if (c > 127) return WIDE;
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[a-f]/i.test(character)) return HEX;
  if (/[a-z]/i.test(character)) return LETTER;
  const at = '.-_:/'.indexOf(character);
  if (at >= 0) return [DOT, DASH, DASH, COLON, SLASH][at]!;
  return '^$\\()|+?*[]{}'.includes(character) ? PATTERN : OTHER;
}

const JA4 = /^[tqd](?:1[0-3]|[sd][123]|00)[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/;
/** Bits of hashes by their digits, where they are no type of ours. */
const OTHER_DIGESTS: ReadonlySet<number> = new Set([56, 96, 128]);

/**
 * Reads a value into `key`.
 * @param type what its list says it is: `hash` where only the length tells, null where only its shape does
 * @returns the type that it has, or why it is none
 */
export function readValue(said: string, type: IndicatorType | 'hash' | null, key: Key): IndicatorType | Message {
  if (said.length > MAX_VALUE) return say('indicator-long', { max: MAX_VALUE });
  const text = refanged(said);
  const has = charactersOf(text);
  if ((has & CONTROL) !== 0) return say('indicator-control');
  if (type === null) return byShape(text, has, key);
  if (type === 'hash') return byLength(text, key);
  return ofType(text, type, has, key);
}

function charactersOf(text: string): number {
  let has = 0;
  for (let i = 0; i < text.length; i++) has |= CLASSES[text.charCodeAt(i)] ?? WIDE;
  return has;
}

/** `hxxp://evil[.]example`, as reports write it so that nobody clicks on it. */
function refanged(text: string): string {
  const c = text.charCodeAt(0);
  const crossed = (c === 104 || c === 72) && /^hxxps?[:[]/i.test(text);
  if (!crossed && !text.includes('[')) return text;
  const plain = text.replaceAll('[.]', '.').replaceAll('[:]', ':').replaceAll('[://]', '://');
  return crossed ? plain.replace(/^hxxp/i, 'http') : plain;
}

function byShape(text: string, has: number, key: Key): IndicatorType | Message {
  if ((has & ~(DIGIT | DOT)) === 0) return ip4(text, key);
  if ((has & ~(DIGIT | HEX)) === 0) return byLength(text, key, 'digest');
  if ((has & (COLON | SLASH | PATTERN | OTHER)) === 0) {
    if (text.length === 36 && JA4.test(text)) return texted(key, TYPE.ja4, text, 'ja4');
    return (has & DOT) === 0 ? noValue(text) : domain(text, 'domain', has, key);
  }
  if (text.includes('://')) return url(text, key);
  const first = text.charCodeAt(0);
  // '=evil.example' is this name alone, '*.evil.example' and '.evil.example' it and all below it.
  if (first === 61) return domain(text.slice(1), 'exact-domain', charactersOf(text.slice(1)), key);
  if (text.startsWith('*.')) return domain(text.slice(2), 'domain', charactersOf(text.slice(2)), key);
  if ((has & SLASH) !== 0) return slashed(text, has, key);
  if ((has & COLON) !== 0) return coloned(text, has, key);
  return (has & PATTERN) === 0 ? noValue(text) : say('indicator-regex', { text: told(text) });
}

function ip4(text: string, key: Key): IndicatorType | Message {
  return address(text, key) ?? noValue(text);
}

function slashed(text: string, has: number, key: Key): IndicatorType | Message {
  const slash = text.indexOf('/');
  if (/^\d{1,3}$/.test(text.slice(slash + 1)) && putIp(text.slice(0, slash), key.bytes, 1) > 0)
    return network(text, key);
  if ((has & PATTERN) !== 0 && (text.startsWith('/') || text.startsWith('^') || text.includes('\\')))
    return say('indicator-regex', { text: told(text) });
  return slash > 0 ? url(text, key) : noValue(text);
}

function coloned(text: string, has: number, key: Key): IndicatorType | Message {
  const found = address(text, key);
  if (found !== null) return found;
  if ((has & ~(DIGIT | HEX | COLON)) === 0 && /^[0-9a-f]{2}(?::[0-9a-f]{2}){19,31}$/i.test(text))
    return byLength(text.replaceAll(':', ''), key, 'digest');
  if (/:\d{1,5}$/.test(text)) {
    const pair = portPair(text, key);
    if (typeof pair === 'string') return pair;
  }
  return (has & PATTERN) === 0 ? noValue(text) : say('indicator-regex', { text: told(text) });
}

/** A hash, of what its length tells. @param as what it is where its list does not say that it is a file's */
function byLength(text: string, key: Key, as?: 'digest'): IndicatorType | Message {
  for (const type of ['md5', 'sha1', 'sha256'] as const) {
    const found = as ?? type;
    if (key.hex(TYPE[found], text, DIGEST_BYTES[type]!)) return found;
  }
  if (OTHER_DIGESTS.has(text.length)) return say('indicator-digest', { text: told(text), bits: text.length * 4 });
  return noValue(text);
}

function ofType(text: string, type: IndicatorType, has: number, key: Key): IndicatorType | Message {
  switch (type) {
    case 'address':
    case 'network':
      return text.includes('/') ? network(text, key) : (address(text, key) ?? wrong(text, type));
    case 'port-pair':
      return portPair(text, key);
    case 'domain':
    case 'exact-domain':
      return named(text, type, has, key);
    case 'url':
      return url(text, key);
    case 'serial':
      return serial(text, key);
    case 'ja4': {
      const lower = text.toLowerCase();
      return JA4.test(lower) ? texted(key, TYPE.ja4, lower, 'ja4') : wrong(text, type);
    }
    case 'digest':
      return byLength(text, key, 'digest');
    default:
      return key.hex(TYPE[type], (has & COLON) === 0 ? text : text.replaceAll(':', ''), DIGEST_BYTES[type]!)
        ? type
        : wrong(text, type);
  }
}

/** A host is a name or an address, whatever its list calls it. */
function named(text: string, type: 'domain' | 'exact-domain', has: number, key: Key): IndicatorType | Message {
  if ((has & ~(DIGIT | DOT)) === 0) return address(text, key) ?? wrong(text, type);
  if (text.startsWith('=')) return domain(text.slice(1), 'exact-domain', has & ~OTHER, key);
  if (text.startsWith('*.')) return domain(text.slice(2), 'domain', charactersOf(text.slice(2)), key);
  if ((has & COLON) !== 0) return address(text, key) ?? wrong(text, type);
  return domain(text, type, has, key);
}

function address(text: string, key: Key): 'address' | null {
  const size = putIp(text, key.bytes, 0);
  if (size === 0) return null;
  key.type = TYPE.address;
  key.length = size;
  return 'address';
}

function network(text: string, key: Key): IndicatorType | Message {
  const slash = text.lastIndexOf('/');
  const size = putIp(text.slice(0, slash), key.bytes, 1);
  const said = text.slice(slash + 1);
  const bits = /^\d{1,3}$/.test(said) ? Number(said) : -1;
  if (size === 0 || bits < 0 || bits > size * 8) return wrong(text, 'network');
  if (bits === size * 8) return address(text.slice(0, slash), key)!;
  if (bits < LEAST_BITS[size]) return say('indicator-everything', { text: told(text) });
  maskBits(key.bytes, 1, size, bits);
  key.bytes[0] = bits;
  key.type = TYPE.network;
  key.length = size + 1;
  return 'network';
}

function portPair(text: string, key: Key): IndicatorType | Message {
  const form = /^\[?([0-9a-fA-F.:]+?)\]?[:|](\d{1,5})$/.exec(text);
  const port = form === null ? 0 : Number(form[2]);
  const size = form === null || port === 0 || port > 65_535 ? 0 : putIp(form[1]!, key.bytes, 0);
  // '::1:80' may be an address or an address with a port: that is written [::1]:80.
  if (size === 0 || (size === IP6 && !text.startsWith('[') && !text.includes('|'))) return wrong(text, 'port-pair');
  key.bytes[size] = port >>> 8;
  key.bytes[size + 1] = port;
  key.type = TYPE['port-pair'];
  key.length = size + 2;
  return 'port-pair';
}

function domain(text: string, type: 'domain' | 'exact-domain', has: number, key: Key): IndicatorType | Message {
  if ((has & PATTERN) !== 0) return say('indicator-regex', { text: told(text) });
  if ((has & (OTHER | COLON | SLASH)) !== 0)
    return text.includes('-') && /\d-\d/.test(text) ? range(text) : noValue(text);
  const written = (has & WIDE) === 0 ? text : domainToASCII(text);
  if (!key.lower(TYPE[type], written)) return wrong(text, type);
  const { bytes } = key;
  let { length } = key;
  if (bytes[length - 1] === 46) length--;
  const from = bytes[0] === 46 ? 1 : 0;
  if (from === 1) {
    bytes.copyWithin(0, 1, length);
    length--;
  }
  let label = 0;
  let dots = 0;
  let letters = false;
  for (let i = 0; i < length; i++) {
    const c = bytes[i]!;
    if (c === 46) {
      if (label === 0) return wrong(text, type);
      label = 0;
      dots++;
      letters = false;
      continue;
    }
    if (++label > MAX_LABEL) return wrong(text, type);
    if (c > 57) letters = true;
  }
  if (dots === 0 || label === 0 || !letters || length > MAX_NAME) return ranged(text) ?? wrong(text, type);
  key.length = length;
  return type;
}

function ranged(text: string): Message | null {
  const [from, to] = text.split('-');
  return to !== undefined && ip4Word(from!) >= 0 && ip4Word(to) >= 0 ? range(text) : null;
}

function range(text: string): Message {
  return say('indicator-range', { text: told(text) });
}

function url(text: string, key: Key): IndicatorType | Message {
  const written = urlText(text);
  return written !== null && key.text(TYPE.url, written) ? 'url' : wrong(text, 'url');
}

function serial(text: string, key: Key): IndicatorType | Message {
  const digits = text.replaceAll(':', '').toLowerCase().replace(/^0x/, '').replace(/^0+/, '');
  if (!/^[0-9a-f]*$/.test(digits) || digits.length > MAX_SERIAL) return wrong(text, 'serial');
  if (digits.length < LEAST_SERIAL) return say('indicator-short-serial', { text: told(text) });
  return texted(key, TYPE.serial, digits, 'serial');
}

function texted(key: Key, code: number, text: string, type: IndicatorType): IndicatorType {
  key.text(code, text);
  return type;
}

function noValue(text: string): Message {
  return say('indicator-no-value', { text: told(text) });
}

function wrong(text: string, type: IndicatorType): Message {
  const kind = kindOf(type);
  return say('indicator-wrong', { text: told(text), what: say(`indicator-${kind}`) });
}

/** The beginning of what is refused, as it may be shown. */
export function told(text: string): string {
  const plain = plainText(text.slice(0, TOLD));
  return text.length > TOLD ? `${plain}…` : plain;
}
