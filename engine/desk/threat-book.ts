// Threat rules of the running Sightline: which files a person names, what was read of them, which rules are switched
// off, and the own ones. They are read by the thread that asks them; captures that are open ask those that hold then.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Message,
  say,
  saidBy,
  THREAT_WISH,
  type ThreatFile,
  type ThreatState,
  type ThreatWish,
} from '../../contract/index.ts';
import { log } from '../log/index.ts';
import { type RuleFacts, readRules, type RuleVariables, ruleVariables } from '../rules/index.ts';
import { readPlain } from '../store/index.ts';
import { type RuleFeed, RuleThread, type RulesRead } from '../workers/index.ts';
import { isObject, readJson, writeJson } from './memory.ts';
import { OwnRules } from './own-rules.ts';
import { Refused } from './refused.ts';

const FILE = 'threat.json';
const NOTHING: ThreatWish = { rules: [], indicators: [], variables: [] };
const UNREAD: RulesRead = { files: [], unread: [], refused: [], facts: [] };
const MAX_LISTED = 1_000;
const LARGEST = 268_435_456;
/** Files that are watched; of a folder with more the folder alone. */
const MAX_WATCHED = 2_000;

interface Kept {
  readonly wish: ThreatWish;
  /** `gid:sid` of rules that are switched off. */
  readonly off: readonly string[];
}

function isKept(value: unknown): value is Kept {
  return (
    isObject(value) &&
    THREAT_WISH.check(value['wish'], 'wish') === null &&
    Array.isArray(value['off']) &&
    value['off'].every((id) => typeof id === 'string' && /^\d{1,10}:\d{1,10}$/.test(id))
  );
}

export class ThreatBook {
  readonly own: OwnRules;
  /** Rises with each set of rules that holds. */
  version = 0;
  /** Other rules hold: captures that are open are asked anew. */
  onChanged: () => void = () => undefined;
  private folder: string;
  private readonly note: (message: Message) => void;
  private kept: Kept;
  private thread: RuleThread | null = null;
  private read: RulesRead = UNREAD;
  private reading: Promise<void> = Promise.resolve();
  private under = 0;
  /** Sizes and times of what was read. */
  private seen = '';

  /** @param ways folder of the profile in use @param dataFolder where the own rules are */
  constructor(ways: string, dataFolder: string, note: (message: Message) => void) {
    this.folder = ways;
    this.note = note;
    this.own = new OwnRules(join(dataFolder, 'rules', 'own.rules'));
    this.kept = this.readKept();
    this.load();
  }

  get wish(): ThreatWish {
    return this.kept.wish;
  }

  get facts(): readonly RuleFacts[] {
    return this.read.facts;
  }

  /** Files are read. */
  get busy(): boolean {
    return this.under > 0;
  }

  /** Resolves when what was wished last has been read. */
  get settled(): Promise<void> {
    return this.reading;
  }

  /** Another profile is in use. */
  use(ways: string): void {
    if (ways === this.folder) return;
    this.folder = ways;
    this.kept = this.readKept();
    this.load();
  }

  /** Has the rules asked of a capture's file; null where there is none to ask. */
  feed(path: string, cacheFolder: string): RuleFeed | null {
    return this.thread?.run({ path, cacheFolder }) ?? null;
  }

  set(wish: ThreatWish): void {
    const known = this.variablesOf(wish);
    if ('why' in known) throw new Refused('refused', say('rules-odd-variable', { name: known.name, why: known.why }));
    this.keep({ ...this.kept, wish });
  }

  switch(gid: number, sid: number, on: boolean): void {
    const id = `${gid}:${sid}`;
    const others = this.kept.off.filter((o) => o !== id);
    this.keep({ ...this.kept, off: on ? others : [...others, id] });
  }

  /** What is wrong with one rule that somebody writes; null where it can be asked. */
  check(text: string): Message | null {
    const read = this.readOne(text);
    return 'say' in read ? read : null;
  }

  /** @returns what is wrong, or the rule that is an own one from now on */
  keepRule(text: string): Message | { readonly gid: number; readonly sid: number } {
    const rule = this.readOne(text);
    if ('say' in rule) return rule;
    const { gid, sid } = rule;
    const other = this.read.facts.find((f) => f.sid === sid && f.gid === gid && f.file !== this.own.path);
    if (other !== undefined) return say('threat-sid-taken', { sid, file: other.file, line: other.line });
    this.own.put(gid, sid, text.trim());
    this.load();
    return { gid, sid };
  }

  deleteRule(gid: number, sid: number): void {
    if (!this.own.remove(gid, sid)) throw new Refused('not-found', say('threat-no-rule', { sid }));
    this.load();
  }

  /** A free id for a rule of one's own. */
  freeSid(): number {
    const taken = new Set(this.read.facts.map((f) => f.sid));
    let sid = 1_000_001;
    while (taken.has(sid)) sid++;
    return sid;
  }

  /** Reads the files again, whatever they are. */
  load(): void {
    this.under++;
    const { thread: before } = this;
    const paths = [...this.kept.wish.rules, ...(existsSync(this.own.path) ? [this.own.path] : [])];
    const { off } = this.kept;
    this.seen = this.look();
    const variables = this.kept.wish.variables.map(({ name, value }) => [name, value] as const);
    this.thread = paths.length === 0 ? null : new RuleThread({ paths, variables, off });
    const { thread } = this;
    this.reading = (thread === null ? Promise.resolve(UNREAD) : thread.read)
      .then(
        (read) => {
          if (this.thread === thread) this.read = read;
        },
        (error: unknown) => this.note(say('threat-unread', { why: saidBy(error) })),
      )
      .then(() => {
        this.under--;
        if (this.thread !== thread) return;
        this.version++;
        log('desk', () => `${this.read.facts.length} rules of ${this.read.files.length} files`);
        this.onChanged();
      })
      .then(() => before?.close());
  }

  /** Files that a person edits are read again when they have changed. */
  lookAround(): void {
    if (this.busy || this.kept.wish.rules.length === 0) return;
    if (this.look() !== this.seen) this.load();
  }

  state(): Omit<ThreatState, 'matched' | 'matchedCount' | 'met' | 'slow' | 'lists' | 'entries' | 'expired'> {
    const { facts, refused } = this.read;
    const off = new Set(this.kept.off);
    return {
      wish: this.kept.wish,
      busy: this.busy,
      files: this.kept.wish.rules.map((path) => this.fileState(path)),
      rules: facts.length,
      off: [...off].map((id) => {
        const [gid, sid] = id.split(':').map(Number) as [number, number];
        return { gid, sid, msg: this.read.off?.find((f) => f.gid === gid && f.sid === sid)?.msg ?? '' };
      }),
      refused: refused.length,
      refusedLines: refused.slice(0, MAX_LISTED),
      ownFile: this.own.path,
      own: [...facts, ...(this.read.off ?? [])]
        .filter((f) => f.file === this.own.path)
        .map(({ gid, sid, rev, msg }) => ({ gid, sid, rev, msg })),
    };
  }

  /** A rule as it is written. */
  textOf(gid: number, sid: number): { text: string; file: string; line: number; own: boolean } {
    const facts = [...this.read.facts, ...(this.read.off ?? [])].find((f) => f.gid === gid && f.sid === sid);
    const text = facts === undefined ? null : ruleAt(facts);
    if (facts === undefined || text === null) throw new Refused('not-found', say('threat-no-rule', { sid }));
    return { text, file: facts.file, line: facts.line, own: facts.file === this.own.path };
  }

  async close(): Promise<void> {
    await this.thread?.close();
    this.thread = null;
  }

  private readOne(text: string): Message | { readonly gid: number; readonly sid: number } {
    const variables = this.variablesOf(this.kept.wish);
    if ('why' in variables) return variables.why;
    const { rules, refused } = readRules(text, this.own.path, variables);
    if (refused[0] !== undefined) return refused[0].why;
    if (rules.length !== 1) return say('threat-one-rule');
    return rules[0]!;
  }

  /** What rules of the wish may name; or what is wrong with one of them. */
  get variables(): RuleVariables | { readonly name: string; readonly why: Message } {
    return this.variablesOf(this.kept.wish);
  }

  private variablesOf(wish: ThreatWish): RuleVariables | { readonly name: string; readonly why: Message } {
    return ruleVariables(wish.variables.map(({ name, value }) => [name, value] as const));
  }

  private fileState(path: string): ThreatFile {
    const within = (file: string): boolean => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`);
    const wrong = this.read.unread.find((u) => within(u.path))?.why ?? null;
    if (this.busy && !this.read.files.some(within))
      return { path, used: null, refused: null, format: null, wrong: null };
    return {
      path,
      used: this.read.facts.filter((f) => within(f.file)).length,
      refused: this.read.refused.filter((r) => within(r.file)).length,
      format: null,
      wrong,
    };
  }

  private keep(kept: Kept): void {
    this.kept = kept;
    for (const note of writeJson(join(this.folder, FILE), 'threat-not-written', kept)) this.note(note);
    this.load();
  }

  private readKept(): Kept {
    const { value, notes } = readJson(join(this.folder, FILE), say('what-threat'), isKept);
    for (const said of notes) this.note(said);
    return value ?? { wish: NOTHING, off: [] };
  }

  /** What can be told of files without reading them. */
  private look(): string {
    const paths = [...this.kept.wish.rules, ...this.read.files.slice(0, MAX_WATCHED), this.own.path];
    return paths
      .map((path) => {
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? '-' : `${stat.size} ${stat.mtimeMs}`;
      })
      .join('\n');
  }
}

/** The text of a rule in its file, null where the file holds another one there by now. */
function ruleAt({ file, line, sid }: RuleFacts): string | null {
  const said = readPlain(file, LARGEST);
  if (said.kind !== 'text') return null;
  const lines = said.text.split('\n');
  let text = '';
  for (let at = line - 1; at < lines.length; at++) {
    const part = lines[at]!.trim();
    text += part.endsWith('\\') ? part.slice(0, -1) : part;
    if (!part.endsWith('\\')) break;
  }
  return new RegExp(`[;(]\\s*sid\\s*:\\s*${sid}\\s*;`).test(text) ? text : null;
}

