// The boolean skeleton of a filter in Wireshark's 4.4 grammar: or, xor, and, not, parentheses. What stands between them
// (a relation, a field, a function, arithmetic) is kept as a piece of the text: only Wireshark's engine knows all of it.
import { say } from '../../contract/index.ts';
import { FilterError } from './lexer.ts';

/** A part of the text, from `from` to before `to`. */
interface Piece {
  readonly from: number;
  readonly to: number;
}

export type Skeleton =
  | (Piece & { readonly kind: 'or' | 'xor' | 'and'; readonly left: Skeleton; readonly right: Skeleton })
  | (Piece & { readonly kind: 'not'; readonly inner: Skeleton })
  | (Piece & { readonly kind: 'leaf' });

/** The text does not follow the skeleton: whether it is a filter at all, the engine says. */
export class NoSkeleton extends Error {}

interface Sign extends Piece {
  readonly kind:
    | 'or'
    | 'xor'
    | 'and'
    | 'not'
    | 'open'
    | 'close'
    | 'in'
    | 'word'
    | 'other'
    | 'inner-open'
    | 'inner-close';
}

const KEYWORDS: ReadonlyMap<string, Sign['kind']> = new Map([
  ['or', 'or'],
  ['||', 'or'],
  ['xor', 'xor'],
  ['^^', 'xor'],
  ['and', 'and'],
  ['&&', 'and'],
  ['not', 'not'],
  ['!', 'not'],
  ['in', 'in'],
  ['(', 'open'],
  [')', 'close'],
  ['{', 'inner-open'],
  ['[', 'inner-open'],
  ['}', 'inner-close'],
  [']', 'inner-close'],
]);
/** Quoted texts, raw ones, characters; words with what Wireshark's lexer lets stand in them; signs of two and of one. */
const SIGN =
  /[rR]"(?:[^"\\]|\\[^])*"|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[\w.:\u0080-\uffff-]+|\|\||&&|\^\^|[=!~<>]=+|[^]/y;
const MAX_DEPTH = 100;

function signs(source: string): Sign[] {
  const out: Sign[] = [];
  let at = 0;
  while (at < source.length) {
    SIGN.lastIndex = at;
    const [text] = SIGN.exec(source)!;
    const from = at;
    at += text.length;
    if (/^\s$/.test(text)) continue;
    if (text === '"' || text === "'") throw new FilterError(from, source.length - from, say('text-not-closed'));
    const kind = KEYWORDS.get(text) ?? (/^[\w]/.test(text) ? 'word' : 'other');
    out.push({ kind, from, to: at });
  }
  return out;
}

/** @returns null for an empty text @throws NoSkeleton @throws FilterError where a text is not closed or nested too deep */
export function skeletonOf(source: string): Skeleton | null {
  const list = signs(source);
  if (list.length === 0) return null;
  const parser = new SkeletonParser(list);
  return parser.whole();
}

class SkeletonParser {
  private readonly list: readonly Sign[];
  private i = 0;
  private depth = 0;

  constructor(list: readonly Sign[]) {
    this.list = list;
  }

  whole(): Skeleton {
    const made = this.level(0);
    if (this.i < this.list.length) throw new NoSkeleton();
    return made;
  }

  private kind(ahead = 0): Sign['kind'] | 'end' {
    return this.list[this.i + ahead]?.kind ?? 'end';
  }

  private level(n: number): Skeleton {
    const kind = (['or', 'xor', 'and'] as const)[n];
    if (kind === undefined) return this.not();
    let left = this.level(n + 1);
    while (this.kind() === kind) {
      this.i++;
      const right = this.level(n + 1);
      left = { kind, left, right, from: left.from, to: right.to };
    }
    return left;
  }

  private not(): Skeleton {
    const sign = this.list[this.i];
    if (sign === undefined) throw new NoSkeleton();
    if (++this.depth > MAX_DEPTH) throw new FilterError(sign.from, 1, say('nested-too-deep', { max: MAX_DEPTH }));
    try {
      if (sign.kind === 'not') {
        this.i++;
        const inner = this.not();
        return { kind: 'not', inner, from: sign.from, to: inner.to };
      }
      return sign.kind === 'open' ? this.group(sign.from) : this.leaf();
    } finally {
      this.depth--;
    }
  }

  private group(from: number): Skeleton {
    this.i++;
    const inner = this.level(0);
    if (this.kind() !== 'close') throw new NoSkeleton();
    const { to } = this.list[this.i++]!;
    return { ...inner, from, to };
  }

  private leaf(): Skeleton {
    const from = this.list[this.i]!.from;
    let inside = 0;
    let to = from;
    for (; this.i < this.list.length; this.i++) {
      const kind = this.kind();
      const belongs = inside > 0 || (kind === 'not' && this.kind(1) === 'in') || !this.ends(kind, to === from);
      if (!belongs) break;
      if (kind === 'inner-open' || kind === 'open') inside++;
      if (kind === 'inner-close' || kind === 'close') inside--;
      ({ to } = this.list[this.i]!);
    }
    if (to === from || inside > 0) throw new NoSkeleton();
    return { kind: 'leaf', from, to };
  }

  /** Whether a sign cannot stand in a relation. A parenthesis may, behind the name of a function. */
  private ends(kind: Sign['kind'] | 'end', first: boolean): boolean {
    if (kind === 'open') return first || this.kind(-1) !== 'word';
    return kind === 'or' || kind === 'xor' || kind === 'and' || kind === 'close' || (kind === 'not' && !first);
  }
}
