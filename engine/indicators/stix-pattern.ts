// Patterns of STIX 2.1 (OASIS, section 9), as far as each of their alternatives is one entry: comparisons of one object
// that are wanted together and are one value (an address with its port, hashes of one file), OR between them. What says
// more is refused whole: an entry that would match more than its author meant is worse than none.
import { type Message, say } from '../../contract/index.ts';
import { told } from './value.ts';
import type { IndicatorType } from './types.ts';

export interface PatternValue {
  readonly type: IndicatorType;
  readonly text: string;
}

const MAX_PATTERN = 65_536;
const MAX_COMPARISONS = 1_000;

type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number };

/** Blanks, a text in quotes, a path or word or number, a mark. */
const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|([A-Za-z_][\w-]*:[\w.'"*[\]-]+|[\w.-]+)|(!=|<=|>=|[[\]()=<>,]))/y;

interface Comparison {
  readonly path: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Comparisons that are wanted together. */
type Together = readonly Comparison[];

class Refused {
  readonly why: Message;
  constructor(why: Message) {
    this.why = why;
  }
}

/** @returns the entries that a pattern is, or why it is none */
export function patternValues(pattern: string): readonly PatternValue[] | Message {
  if (pattern.length > MAX_PATTERN) return say('stix-pattern-long', { max: MAX_PATTERN });
  try {
    return new PatternReader(tokensOf(pattern), pattern).alternatives().map(valueOf).flat();
  } catch (error) {
    if (error instanceof Refused) return error.why;
    throw error;
  }
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(pattern);
    if (found === null) {
      if (pattern.slice(at).trim() === '') break;
      throw new Refused(say('stix-pattern-form', { text: told(pattern.slice(at).trim()) }));
    }
    const [, text, word, mark] = found;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1'), at });
    else if (word !== undefined) pushWord(tokens, word, at);
    else tokens.push({ kind: 'mark', text: mark!, at });
  }
  return tokens;
}

/** The bracket that closes an observation may stand right behind a number. */
function pushWord(tokens: Token[], word: string, at: number): void {
  const bare = word.includes(':') ? word.replace(/\]+$/, '') : word;
  tokens.push({ kind: 'word', text: bare, at });
  for (let i = bare.length; i < word.length; i++) tokens.push({ kind: 'mark', text: ']', at });
}

class PatternReader {
  private readonly tokens: readonly Token[];
  private readonly pattern: string;
  private at = 0;
  private comparisons = 0;
  private depth = 0;

  constructor(tokens: readonly Token[], pattern: string) {
    this.tokens = tokens;
    this.pattern = pattern;
  }

  /** Observations with OR between them. */
  alternatives(): Together[] {
    const all = this.observations();
    if (this.at < this.tokens.length) {
      const word = this.tokens[this.at]!.text.toUpperCase();
      if (['WITHIN', 'REPEATS', 'START', 'STOP'].includes(word)) throw new Refused(say('stix-pattern-time', { word }));
      throw this.form();
    }
    return all;
  }

  private observations(): Together[] {
    const all = [...this.observation()];
    for (;;) {
      const word = this.tokens[this.at]?.text.toUpperCase();
      if (word === 'AND' || word === 'FOLLOWEDBY') throw new Refused(say('stix-pattern-both'));
      if (word !== 'OR') return all;
      this.at++;
      all.push(...this.observation());
    }
  }

  private observation(): Together[] {
    if (this.takes('(')) {
      this.deeper();
      const all = this.observations();
      this.wants(')');
      return all;
    }
    this.wants('[');
    const all = this.either();
    this.wants(']');
    return all;
  }

  /** Comparisons with OR between them; AND binds closer. */
  private either(): Together[] {
    const all = [...this.both()];
    while (this.takes('OR')) all.push(...this.both());
    return all;
  }

  private both(): Together[] {
    let all = this.comparison();
    while (this.takes('AND')) {
      const more = this.comparison();
      if (all.length * more.length > MAX_COMPARISONS)
        throw new Refused(say('stix-pattern-long', { max: MAX_COMPARISONS }));
      all = all.flatMap((one) => more.map((other) => [...one, ...other]));
    }
    return all;
  }

  private comparison(): Together[] {
    if (this.takes('(')) {
      this.deeper();
      const all = this.either();
      this.wants(')');
      return all;
    }
    const path = this.tokens[this.at++];
    if (path?.kind !== 'word' || !path.text.includes(':')) throw this.form(1);
    if (++this.comparisons > MAX_COMPARISONS) throw new Refused(say('stix-pattern-long', { max: MAX_COMPARISONS }));
    const operator = this.tokens[this.at++]?.text.toUpperCase() ?? '';
    if (operator === 'IN') return this.listed(path.text);
    if (!['=', 'ISSUBSET', 'LIKE'].includes(operator))
      throw new Refused(say('stix-pattern-operator', { operator: told(operator) }));
    return [[{ path: path.text, operator, values: [this.value()] }]];
  }

  private listed(path: string): Together[] {
    this.wants('(');
    const values = [this.value()];
    while (this.takes(',')) {
      values.push(this.value());
      if (values.length > MAX_COMPARISONS) throw new Refused(say('stix-pattern-long', { max: MAX_COMPARISONS }));
    }
    this.wants(')');
    return values.map((value) => [{ path, operator: '=', values: [value] }]);
  }

  private value(): string {
    const token = this.tokens[this.at++];
    if (token === undefined || token.kind === 'mark') throw this.form(1);
    return token.text;
  }

  private deeper(): void {
    if (++this.depth > 64) throw this.form();
  }

  private takes(text: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || token.kind === 'text' || token.text.toUpperCase() !== text) return false;
    this.at++;
    return true;
  }

  private wants(text: string): void {
    if (!this.takes(text)) throw this.form();
  }

  private form(back = 0): Refused {
    const token = this.tokens[this.at - back];
    return new Refused(
      say('stix-pattern-form', { text: told(this.pattern.slice(token?.at ?? this.pattern.length).trim()) }),
    );
  }
}

const HASHES: Readonly<Record<string, IndicatorType>> = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256' };
const STRONGEST: readonly IndicatorType[] = ['sha256', 'sha1', 'md5', 'certificate-sha256', 'certificate-sha1'];

/** What comparisons that are wanted together come to. */
function valueOf(together: Together): readonly PatternValue[] {
  const kinds = new Set(together.map((c) => c.path.slice(0, c.path.indexOf(':'))));
  if (kinds.size > 1) throw new Refused(say('stix-pattern-both'));
  if (kinds.has('network-traffic')) return [traffic(together)];
  const all = together.map(single);
  if (all.length === 1) return all;
  const hash = STRONGEST.map((type) => all.find((v) => v.type === type)).find((v) => v !== undefined);
  if (hash === undefined || !all.every((v) => STRONGEST.includes(v.type))) throw new Refused(say('stix-pattern-both'));
  return [hash];
}

function single({ path, operator, values }: Comparison): PatternValue {
  const text = values[0]!;
  switch (path) {
    case 'ipv4-addr:value':
    case 'ipv6-addr:value':
      if (operator === 'LIKE') break;
      return { type: text.includes('/') ? 'network' : 'address', text };
    case 'domain-name:value':
      if (operator === 'LIKE' && /^%\.[^%_]+$/.test(text)) return { type: 'domain', text: text.slice(2) };
      if (operator !== '=') break;
      return { type: 'exact-domain', text };
    case 'url:value':
      if (operator !== '=') break;
      return { type: 'url', text };
    case 'x509-certificate:serial_number':
      if (operator !== '=') break;
      return { type: 'serial', text };
    default:
      return hashed(path, operator, text);
  }
  throw new Refused(say('stix-pattern-operator', { operator }));
}

function hashed(path: string, operator: string, text: string): PatternValue {
  const form = /^(file|artifact|x509-certificate):hashes\.['"]?(MD5|SHA-1|SHA1|SHA-256|SHA256)['"]?$/i.exec(path);
  if (form === null) throw new Refused(say('stix-pattern-path', { path: told(path) }));
  if (operator !== '=') throw new Refused(say('stix-pattern-operator', { operator }));
  const type = HASHES[form[2]!.toUpperCase().replace(/^SHA-?/, 'SHA-')]!;
  if (form[1]!.toLowerCase() !== 'x509-certificate') return { type, text };
  if (type === 'md5') throw new Refused(say('stix-pattern-path', { path: told(path) }));
  return { type: type === 'sha1' ? 'certificate-sha1' : 'certificate-sha256', text };
}

/** An address that is spoken to, with its port where one is said. */
function traffic(together: Together): PatternValue {
  let address = '';
  let port = '';
  for (const { path, operator, values } of together) {
    const part = path.slice('network-traffic:'.length).replace(/^(?:dst|src)_/, '');
    if (operator !== '=') throw new Refused(say('stix-pattern-operator', { operator }));
    if (part === 'ref.value' && address === '') address = values[0]!;
    else if (part === 'port' && port === '') port = values[0]!;
    else if (part !== 'ref.type') throw new Refused(said(path));
  }
  if (address === '') throw new Refused(say('stix-pattern-path', { path: told(together[0]!.path) }));
  if (port === '')
    return /^[\d.]+$|:/.test(address) ? { type: 'address', text: address } : { type: 'exact-domain', text: address };
  return { type: 'port-pair', text: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}` };
}

function said(path: string): Message {
  return say('stix-pattern-path', { path: told(path) });
}
