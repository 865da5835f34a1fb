// Which rules of their files are asked, and how they are changed before: files of choices in the manner of
// suricata-update (disable.conf, enable.conf, drop.conf, modify.conf).
import { type Message, say } from '../../contract/index.ts';
import type { Pattern } from './pattern.ts';
import { patternOf, ruleMatcher, type RuleMatcher, shellWords, type WrittenRule } from './rule-lines.ts';
import { MAX_RULE, type RuleText } from './source.ts';
import { shown } from './syntax.ts';

export type ChoiceKind = 'disable' | 'enable' | 'drop' | 'modify';

/** A file of choices as it was read. */
export interface ChoiceText {
  readonly kind: ChoiceKind;
  readonly file: string;
  readonly text: string;
}

/** A line of such a file that says nothing that is understood. */
export interface WrongChoice {
  readonly file: string;
  readonly line: number;
  readonly why: Message;
}

/** Lines of one file, and of those with patterns that must be tried at every rule. */
const MAX_LINES = 200_000;
const MAX_ASKED = 2_000;
/** Characters of one line. */
const MAX_LINE = 65_536;
/** Places of one rule that one line changes. */
const MAX_PLACES = 1_000;

/** One line, and how many rules it was about. */
interface Choice {
  readonly file: string;
  readonly line: number;
  readonly said: string;
  readonly matcher: RuleMatcher;
  /** What it makes of a rule's text; of `disable` and `enable` nothing. */
  readonly change: ((text: string) => string) | null;
  used: number;
}

/** Choices of one kind: ids are looked up, the others asked one by one. */
class ChoiceList {
  private readonly byId = new Map<string, Choice>();
  private readonly asked: Choice[] = [];

  get count(): number {
    return this.asked.length;
  }

  add(choice: Choice): void {
    if (choice.matcher.ids === null || choice.change !== null) this.asked.push(choice);
    else for (const id of choice.matcher.ids) if (!this.byId.has(id)) this.byId.set(id, choice);
  }

  /** The first choice that is about a rule. */
  find(rule: WrittenRule): Choice | null {
    const { gid, sid, rev } = rule;
    const found =
      this.byId.get(`${gid}:${sid}`) ??
      this.byId.get(`${gid}:${sid}:${rev}`) ??
      this.asked.find((c) => c.matcher.matches(rule));
    if (found === undefined) return null;
    found.used++;
    return found;
  }

  *all(): Generator<Choice> {
    yield* this.asked;
    yield* new Set(this.byId.values());
  }
}

/** What becomes of one rule. */
export interface ChosenRule {
  readonly rule: RuleText;
  /** The last line that changed it, null where none did. */
  readonly changedBy: { readonly file: string; readonly line: number } | null;
}

export class RuleChoices {
  private readonly lists: Readonly<Record<ChoiceKind, ChoiceList>> = {
    disable: new ChoiceList(),
    enable: new ChoiceList(),
    drop: new ChoiceList(),
    modify: new ChoiceList(),
  };
  /** Rules that were switched off, switched on though they are commented out, and changed. */
  off = 0;
  on = 0;
  changed = 0;

  /** @returns choices, and lines of which none could be made */
  static of(texts: readonly ChoiceText[]): { readonly choices: RuleChoices; readonly wrong: readonly WrongChoice[] } {
    const choices = new RuleChoices();
    const wrong: WrongChoice[] = [];
    for (const { kind, file, text } of texts) {
      let line = 0;
      for (const raw of text.split('\n', MAX_LINES + 1)) {
        line++;
        const said = raw.trim();
        if (said === '' || said.startsWith('#')) continue;
        const why = line > MAX_LINES ? say('choice-many', { max: MAX_LINES }) : choices.read(kind, file, line, said);
        if (why !== null) wrong.push({ file, line, why });
      }
    }
    return { choices, wrong };
  }

  /** Whether rules that are commented out can be switched on. */
  get enables(): boolean {
    for (const _ of this.lists.enable.all()) return true;
    return false;
  }

  /** Lines that were about no rule. */
  unused(): readonly { readonly file: string; readonly line: number; readonly said: string }[] {
    return Object.values(this.lists).flatMap((list) =>
      [...list.all()].filter((c) => c.used === 0).map(({ file, line, said }) => ({ file, line, said })),
    );
  }

  /** @returns the rule as it is asked, null where it is not */
  chosen(rule: RuleText, file: string): ChosenRule | null {
    const written: WrittenRule = { file, text: rule.text, ...idOf(rule.text) };
    const isOff = rule.off === true;
    const disabled = !isOff && this.lists.disable.find(written) !== null;
    const enabled = (isOff || disabled) && this.lists.enable.find(written) !== null;
    if (disabled && !enabled) this.off++;
    if ((isOff || disabled) && !enabled) return null;
    if (isOff) this.on++;
    return this.asChanged(rule, written);
  }

  private asChanged(rule: RuleText, written: WrittenRule): ChosenRule {
    let { text } = rule;
    let by: Choice | null = null;
    const isSilent = /[;(]\s*noalert\s*;/.test(text);
    const drop = isSilent ? null : this.lists.drop.find(written);
    if (drop !== null) [text, by] = [text.replace(/^\w+/, 'drop'), drop];
    for (const choice of this.lists.modify.all()) {
      if (!choice.matcher.matches({ ...written, text })) continue;
      choice.used++;
      const next = choice.change!(text);
      if (next !== text) [text, by] = [next, choice];
    }
    if (by === null) return { rule, changedBy: null };
    this.changed++;
    const tooLong = rule.tooLong || text.length > MAX_RULE;
    return { rule: { ...rule, text: text.slice(0, MAX_RULE), tooLong }, changedBy: { file: by.file, line: by.line } };
  }

  private read(kind: ChoiceKind, file: string, line: number, said: string): Message | null {
    if (said.length > MAX_LINE) return say('choice-long', { max: MAX_LINE });
    const form = kind === 'modify' ? modification(said) : { of: said, change: null };
    if ('say' in form) return form;
    const matcher = ruleMatcher(form.of);
    if ('say' in matcher) return matcher;
    const list = this.lists[kind];
    if (matcher.ids === null && list.count >= MAX_ASKED) return say('choice-many-asked', { max: MAX_ASKED });
    list.add({ file, line, said: shown(said), matcher, change: form.change, used: 0 });
    return null;
  }
}

interface Modification {
  readonly of: string;
  readonly change: (text: string) => string;
}

/** `SID "from" "to"`, Oinkmaster's `modifysid SID "from" | "to"`, `metadata-add SID key value`. */
function modification(said: string): Modification | Message {
  const words = shellWords(said);
  if (words === null) return say('choice-quote');
  const [first, second, third, fourth] = words;
  if (first === 'metadata-add' && words.length === 4) {
    if (/[;,]/.test(third! + fourth!)) return say('choice-metadata');
    return { of: second!, change: (text) => text.replace(/;\s*\)\s*$/, () => `; metadata:${third} ${fourth};)`) };
  }
  if (first === 'modifysid' && words.length === 5 && fourth === '|') return replacing(second!, third!, words[4]!);
  return words.length === 3 ? replacing(first!, second!, third!) : say('choice-modify');
}

function replacing(of: string, from: string, to: string): Modification | Message {
  const pattern = patternOf(from, false);
  if ('say' in pattern) return pattern;
  return { of, change: (text) => replaced(text, pattern, to) };
}

/** Every place of a pattern, put in other words: `\1`, `\g<1>` and `${1}` stand for groups. */
function replaced(text: string, pattern: Pattern, to: string): string {
  const bytes = new Uint8Array(Buffer.from(text));
  const out: Uint8Array[] = [];
  let at = 0;
  let size = 0;
  for (let n = 0; n < MAX_PLACES && at <= bytes.length && size <= MAX_RULE * 2; n++) {
    const groups = pattern.spans(bytes, at);
    if (groups === null) break;
    const [from, end] = groups[0]!;
    const put = Buffer.from(filled(to, (g) => textAt(bytes, groups[g])));
    // What matches nothing takes the next byte along, as it stands.
    const next = end === from ? Math.min(end + 1, bytes.length) : end;
    out.push(bytes.subarray(at, from), put, bytes.subarray(end, next));
    size += from - at + put.length + next - end;
    if (next === at && end === from) return Buffer.concat(out).toString('utf8');
    at = next;
  }
  out.push(bytes.subarray(at));
  return Buffer.concat(out).toString('utf8');
}

function textAt(bytes: Uint8Array, span: readonly [number, number] | undefined): string {
  return span === undefined ? '' : Buffer.from(bytes.subarray(span[0], span[1])).toString('utf8');
}

function filled(to: string, group: (n: number) => string): string {
  return to.replace(/\\(\d{1,2})|\\g<(\d{1,2})>|\$\{(\d{1,2})\}/g, (_, a?: string, b?: string, c?: string) =>
    group(Number(a ?? b ?? c)),
  );
}

const GID = /[;(]\s*gid\s*:\s*(\d{1,10})\s*;/;
const SID = /[;(]\s*sid\s*:\s*(\d{1,10})\s*;/;
const REV = /[;(]\s*rev\s*:\s*(\d{1,10})\s*;/;

/** Ids as a rule writes them, whether the rest of it can be read or not. */
function idOf(text: string): { readonly gid: number; readonly sid: number | null; readonly rev: number } {
  const number = (form: RegExp): number | null => {
    const found = form.exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  return { gid: number(GID) ?? 1, sid: number(SID), rev: number(REV) ?? 0 };
}
