// Macros of a display filter, as Wireshark 4.4 writes them out before anything else looks at the filter:
// ${name}, ${name:first;second}, ${name;first;second}, $name(first,second). Each character of what comes out knows which
// part of the text it stands for, so that a mistake is told at its place.
// Rules: epan/dfilter/dfilter-macro.c of Wireshark 4.4.
import { macroArguments, MACRO_PARAMETER, type Message, nearest, say } from '../../contract/index.ts';
import { FilterError } from './lexer.ts';

/** Text of each macro by its name. */
export type Macros = ReadonlyMap<string, string>;
export const NO_MACROS: Macros = new Map();

export interface Expanded {
  readonly text: string;
  /** A mistake in `text` as one of the filter that was typed. */
  placed(error: FilterError): FilterError;
}

/** Macros that stand for macros, as deep as Wireshark goes. */
const MAX_DEPTH = 31;
const MAX_LENGTH = 65_536;
/** What stands in braces and is no macro: a field of the selected packet, or its raw value. */
const REFERENCE = /@?[\w-]*\.[\w.-]*[#}]|@[\w-]+[#}]/y;

/** @throws FilterError at the macro that is not there, or is used otherwise than it was defined */
export function expandMacros(source: string, macros: Macros): Expanded {
  let text = Traced.of(source);
  for (let depth = 0; source.includes('$'); depth++) {
    if (depth > MAX_DEPTH) throw new FilterError(0, source.length, say('macro-too-deep', { max: MAX_DEPTH }));
    const pass = new Pass(text, macros);
    pass.run();
    text = pass.out;
    if (!pass.changed) break;
  }
  return {
    text: text.toString(),
    placed: ({ at, length, said }) => {
      const place = text.origin(at, at + Math.max(1, length));
      // Behind the last character something is missing.
      return place === null ? new FilterError(source.length, 1, said) : new FilterError(place.at, place.length, said);
    },
  };
}

/** A text that knows for each character which part of the filter it came from, `from` to before `to`. */
class Traced {
  private text = '';
  private readonly from: number[] = [];
  private readonly to: number[] = [];

  static of(source: string): Traced {
    const made = new Traced();
    for (let i = 0; i < source.length; i++) made.add(source[i]!, i, i + 1);
    return made;
  }

  toString(): string {
    return this.text;
  }

  get length(): number {
    return this.text.length;
  }

  add(sign: string, from: number, to: number): void {
    if (this.text.length >= MAX_LENGTH)
      throw new FilterError(from, to - from, say('macro-too-long', { max: MAX_LENGTH }));
    this.text += sign;
    this.from.push(from);
    this.to.push(to);
  }

  /** Takes over a part of another one. */
  take(other: Traced, begin: number, end: number): void {
    for (let i = begin; i < end; i++) this.add(other.text[i]!, other.from[i]!, other.to[i]!);
  }

  /** What stands for a part of the text in the filter; null for what stands behind its end. */
  origin(begin: number, end: number): { readonly at: number; readonly length: number } | null {
    let at = Infinity;
    let last = 0;
    for (let i = begin; i < Math.min(end, this.length); i++) {
      at = Math.min(at, this.from[i]!);
      last = Math.max(last, this.to[i]!);
    }
    return at === Infinity ? null : { at, length: last - at };
  }
}

/** Writes out the macros of a text once. What comes out may have macros again. */
class Pass {
  readonly out = new Traced();
  changed = false;
  private readonly traced: Traced;
  private readonly text: string;
  private readonly macros: Macros;
  private at = 0;

  constructor(traced: Traced, macros: Macros) {
    this.traced = traced;
    this.text = traced.toString();
    this.macros = macros;
  }

  run(): void {
    while (this.at < this.text.length) {
      const begin = this.at;
      if (this.text[begin] !== '$' || !this.macro(begin)) {
        this.out.take(this.traced, begin, begin + 1);
        this.at = begin + 1;
      }
    }
  }

  /** @returns whether a macro stands there; it is written out then */
  private macro(begin: number): boolean {
    if (this.text[begin + 1] === '{') {
      REFERENCE.lastIndex = begin + 2;
      if (REFERENCE.test(this.text)) return false;
      const name = this.name(begin + 2);
      const sign = this.text[this.at];
      if (sign === undefined) this.wrong(begin, this.at, say('macro-not-closed', { sign: '}' }));
      if (sign === '}') this.write(begin, name, []);
      else if (sign === ':' || sign === ';') this.write(begin, name, this.parameters(begin, '}'));
      else this.wrong(this.at, this.at + 1, say('macro-odd-name', { sign: sign! }));
      return true;
    }
    const name = this.name(begin + 1);
    const sign = this.text[this.at];
    if (name === '' || (sign !== '(' && sign !== '{')) return false;
    this.write(begin, name, this.parameters(begin, sign === '(' ? ')' : '}'));
    return true;
  }

  private name(from: number): string {
    const [name] = /^[A-Za-z0-9_]*/.exec(this.text.slice(from))!;
    this.at = from + name.length;
    return name;
  }

  /** Arguments up to a sign that closes; a backslash takes the meaning from the sign behind it. */
  private parameters(begin: number, close: string): Traced[] {
    const all: Traced[] = [];
    let one = new Traced();
    for (let i = this.at + 1; i < this.text.length; i++) {
      const sign = this.text[i]!;
      if (sign === '\\') {
        if (++i < this.text.length) one.take(this.traced, i, i + 1);
        continue;
      }
      if (sign !== ';' && sign !== ',' && sign !== close) {
        one.take(this.traced, i, i + 1);
        continue;
      }
      this.at = i;
      if (sign === close && all.length === 0 && one.length === 0) return all;
      if (one.length === 0) this.wrong(i, i + 1, say('macro-argument-empty'));
      all.push(one);
      if (sign === close) return all;
      one = new Traced();
    }
    return this.wrong(begin, this.text.length, say('macro-not-closed', { sign: close }));
  }

  /** @param begin where the macro begins; `at` is its last sign */
  private write(begin: number, name: string, parameters: readonly Traced[]): void {
    const end = ++this.at;
    const body = this.macros.get(name);
    if (body === undefined) {
      const near = nearest(name, [...this.macros.keys()]);
      this.wrong(
        begin,
        end,
        near === null ? say('macro-not-there', { name }) : say('macro-not-there-near', { name, near }),
      );
    }
    const wanted = macroArguments(body!);
    if (wanted !== parameters.length)
      this.wrong(begin, end, say('macro-arguments', { name, wanted, given: parameters.length }));
    const whole = this.traced.origin(begin, end)!;
    const own = (part: string): void => {
      for (let i = 0; i < part.length; i++) this.out.add(part[i]!, whole.at, whole.at + whole.length);
    };
    let at = 0;
    for (const found of body!.matchAll(MACRO_PARAMETER)) {
      if (found[1] === undefined) continue;
      own(body!.slice(at, found.index));
      const parameter = parameters[Number(found[1]) - 1];
      if (parameter !== undefined) this.out.take(parameter, 0, parameter.length);
      at = found.index + found[0].length;
    }
    own(body!.slice(at));
    this.changed = true;
  }

  private wrong(begin: number, end: number, said: Message): never {
    const place = this.traced.origin(begin, Math.max(end, begin + 1));
    throw new FilterError(place?.at ?? 0, place?.length ?? 1, said);
  }
}
