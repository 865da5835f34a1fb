// The text of a threat rule in its parts, for the eye: its header, and its options one by one. What a rule means is the
// engine's to say.
import type { HeldText } from '../../contract/index.ts';

export interface RuleParts {
  /** What stands before the brackets; all of a text that has none. */
  readonly head: string;
  /** Each without its semicolon, such as `content:"abc"`. */
  readonly options: readonly string[];
}

/** Semicolons end options, but for those in quotes and behind a backslash. */
export function ruleParts(text: string): RuleParts {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return { head: text.trim(), options: [] };
  const options: string[] = [];
  let from = open + 1;
  let quoted = false;
  for (let i = from; i < close; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (c === ';' && !quoted) {
      options.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  options.push(text.slice(from, close).trim());
  return { head: text.slice(0, open).trim(), options: options.filter((option) => option !== '') };
}

/** An option as its keyword and what it is set to, '' for nothing. */
export function keywordOf(option: string): { readonly keyword: string; readonly value: string } {
  const at = option.indexOf(':');
  if (at < 0) return { keyword: option, value: '' };
  return { keyword: option.slice(0, at).trim(), value: option.slice(at + 1).trim() };
}

/** What options of a keyword are set to, in their order. */
export function valuesOf({ options }: RuleParts, keyword: string): string[] {
  return options
    .map(keywordOf)
    .filter((option) => option.keyword === keyword)
    .map(({ value }) => value);
}

/** A reference as people write it: `cve,2021-44228` is CVE-2021-44228, `url,a.test/b` is a.test/b. */
export function referenceText(value: string): string {
  const at = value.indexOf(',');
  if (at < 0) return value;
  const system = value.slice(0, at).trim();
  const name = value.slice(at + 1).trim();
  if (system === 'url') return name;
  return system === 'cve' ? `CVE-${name.replace(/^cve-/i, '')}` : `${system} ${name}`;
}

/** What a buffer held, cut where something that was found begins or ends; places may overlap. */
export function heldParts({ held, marks }: Pick<HeldText, 'held' | 'marks'>): readonly HeldPart[] {
  const parts: HeldPart[] = [];
  const put = (from: number, to: number, found: boolean): void => {
    if (from < to) parts.push({ text: held.slice(from, to), found });
  };
  let at = 0;
  for (const { from, to } of marks.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    put(at, from, false);
    put(Math.max(at, from), Math.min(to, held.length), true);
    at = Math.max(at, Math.min(to, held.length));
  }
  put(at, held.length, false);
  return parts;
}

export interface HeldPart {
  readonly text: string;
  readonly found: boolean;
}
