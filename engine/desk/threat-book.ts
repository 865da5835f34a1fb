// What threat rules and lists are asked, for all tabs: what a person named, what was read of it, what is switched off.
// Files are watched and read again when they have changed; every open capture hears of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { log } from '../log/index.ts';
import {
  type AllowedIndicator,
  type Message,
  type RefusedLine,
  type RefusedReason,
  type RuleId,
  saidBy,
  say,
  THREAT_WISH,
  type ThreatWish,
} from '../../contract/index.ts';
import { IndicatorSet, listStamp, loadIndicators } from '../indicators/index.ts';
import { refusedBy, type RuleVariables, someOfEach, ruleVariables } from '../rules/index.ts';
import {
  isYaml,
  readSuricataFile,
  type RulesRead,
  ruleStamp,
  RuleThread,
  type RuleWish,
  type SuricataFile,
} from '../workers/index.ts';
import { isObject, readJson, writeJson } from './memory.ts';
import { OwnAllowed } from './own-allowed.ts';
import { OwnRules } from './own-rules.ts';
import { Refused } from './refused.ts';

const NOTHING: ThreatWish = { rules: [], indicators: [], allow: [], variables: [] };
const FILE = 'threat.json';
/** Ids from here on are for everybody's own rules. */
const FIRST_OWN = 1_000_001;
/** Reasons of refusals that are told. */
const MOST_REASONS = 50;
/** Lines that are told, and those of each reason that are told for sure. */
const MOST_LINES = 1_000;
const LINES_OF_REASON = 15;
const NO_RULES: RulesRead = { files: [], unread: [], refused: [], facts: [], off: [] };

/** What a capture that is opened is asked. */
export interface AskedThreats {
  readonly rules: RuleWish | null;
  readonly lists: IndicatorSet | null;
  /** Another one where rules are other ones. */
  readonly rulesKey: string;
}

export class ThreatBook {
  wish: ThreatWish;
  readonly own: OwnRules;
  readonly allowed: OwnAllowed;
  /** What was read last; null before the first time. */
  read: RulesRead | null = null;
  lists: IndicatorSet | null = null;
  /** Why rules and entries are refused, the most frequent first. */
  reasons: readonly RefusedReason[] = [];
  /** Some lines of each reason, in the order in which they were read. */
  refusedLines: readonly RefusedLine[] = [];
  /** Resolves when lists were read that were named when Sightline started. */
  readonly ready: Promise<void>;
  /** What each suricata.yaml among the paths says. */
  private configs: ReadonlyMap<string, SuricataFile | Message> = new Map();
  private forced = 0;
  private folder: string;
  private readonly note: (message: Message) => void;
  private readonly changed: () => void;
  private ruleStamp = '';
  private listStamp = '';
  /** Reads that are under way: the newest counts. */
  private ruleTurn = 0;
  private listTurn = 0;
  private reading = 0;
  private readonly threads = new Set<RuleThread>();
  private closed = false;

  /**
   * @param folder of the profile in use
   * @param note says what a person must know
   * @param changed hears that other rules or entries are to be asked
   */
  constructor(dataFolder: string, folder: string, note: (message: Message) => void, changed: () => void) {
    this.own = new OwnRules(dataFolder);
    this.allowed = new OwnAllowed(dataFolder);
    this.folder = folder;
    this.note = note;
    this.changed = changed;
    this.wish = this.kept();
    this.ready = this.readLists();
    void this.readRules();
  }

  get busy(): boolean {
    return this.reading > 0;
  }

  /** Files and folders of rules, the own ones last. */
  get rulePaths(): readonly string[] {
    return existsSync(this.own.path) ? [...this.wish.rules, this.own.path] : this.wish.rules;
  }

  /** Files and folders of entries that never hit, the own ones last. */
  get allowPaths(): readonly string[] {
    return existsSync(this.allowed.path) ? [...this.wish.allow, this.allowed.path] : this.wish.allow;
  }

  /** What a thread is told to read; null where there is nothing. */
  get ruleWish(): RuleWish | null {
    const paths = this.rulePaths.flatMap((path) => this.filesOf(path));
    if (paths.length === 0) return null;
    return { paths, variables: this.saidVariables, off: this.own.off() };
  }

  /** Files and folders that a path stands for: those that a suricata.yaml names, or itself. */
  filesOf(path: string): readonly string[] {
    const config = this.configs.get(path);
    if (config === undefined) return [path];
    return 'say' in config ? [] : config.rules;
  }

  /** Why nothing of a suricata.yaml could be read; null for any other path. */
  wrongOf(path: string): Message | null {
    const config = this.configs.get(path);
    return config !== undefined && 'say' in config ? config : null;
  }

  /** Those of configurations first: the later one counts. */
  private get saidVariables(): readonly (readonly [name: string, value: string])[] {
    const ofFiles = [...this.configs.values()].flatMap((config) => ('say' in config ? [] : config.variables));
    return [...ofFiles, ...this.wish.variables.map(({ name, value }): [string, string] => [name, value])];
  }

  get asked(): AskedThreats {
    const lists = this.lists !== null && this.lists.entries > 0 ? this.lists : null;
    const named = this.oddVariable === null ? this.ruleWish : null;
    // Hashes of files are made by whoever asks rules.
    const files = lists?.wantsFiles === true;
    const rules = named === null && !files ? null : { ...(named ?? { paths: [], variables: [] }), files };
    const rulesKey = rules === null ? '' : `${this.forced} ${JSON.stringify(rules)} ${this.stampOfRules()}`;
    return { rules, lists, rulesKey };
  }

  get variables(): RuleVariables {
    const known = ruleVariables(this.saidVariables);
    if (!('why' in known)) return known;
    const own = ruleVariables([]);
    return 'why' in own ? { addresses: new Map(), ports: new Map() } : own;
  }

  /** What is wrong with a variable that was said; null where all can be used. */
  get oddVariable(): Message | null {
    const known = ruleVariables(this.saidVariables);
    return 'why' in known ? say('rules-odd-variable', { name: known.name, why: known.why }) : null;
  }

  /** Another profile is used. */
  use(folder: string): void {
    this.folder = folder;
    this.wish = this.kept();
    void this.reload();
  }

  /** Resolves when what is wished was read. */
  async set(wish: ThreatWish): Promise<void> {
    const before = this.wish;
    this.wish = wish;
    for (const note of writeJson(join(this.folder, FILE), 'threat-not-written', wish)) this.note(note);
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    await Promise.all([
      same([before.rules, before.variables], [wish.rules, wish.variables]) ? null : this.readRules(),
      same([before.indicators, before.allow], [wish.indicators, wish.allow]) ? null : this.readLists(),
    ]);
  }

  async switch(id: RuleId, on: boolean): Promise<void> {
    this.own.switch(id, on);
    await this.readRules();
  }

  /** A value never hits, or may again. @throws Refused where it is none */
  async allow(indicator: AllowedIndicator, on: boolean): Promise<void> {
    const line = this.allowed.set(indicator, on);
    await this.readLists();
    const refused = this.lists?.refused.find((one) => one.file === this.allowed.path && one.line === line);
    if (refused === undefined || line === 0) return;
    this.allowed.set(indicator, false);
    await this.readLists();
    throw new Refused('refused', refused.why);
  }

  /** Reads all again, whether it has changed or not. */
  async reload(): Promise<void> {
    this.forced++;
    await Promise.all([this.readRules(), this.readLists()]);
  }

  /** Reads again what has changed on the disk. */
  look(): void {
    if (this.closed || this.busy) return;
    if (this.stampOfRules() !== this.ruleStamp) void this.readRules();
    if (this.stampOfLists() !== this.listStamp) void this.readLists();
  }

  async readRules(): Promise<void> {
    const turn = ++this.ruleTurn;
    this.ruleStamp = this.stampOfRules();
    const read = await this.doing(async () => {
      await this.readConfigs();
      this.ruleStamp = this.stampOfRules();
      const wish = this.ruleWish;
      return wish === null ? NO_RULES : this.readIn(wish);
    });
    if (read === null || turn !== this.ruleTurn || this.closed) return;
    this.read = read;
    this.countReasons();
    log(
      'desk',
      () => `threat rules: ${read.facts.length} read, ${read.refused.length} refused, ${read.off.length} off`,
    );
    this.changed();
  }

  private countReasons(): void {
    const all: readonly RefusedLine[] = [
      ...(this.read?.refused ?? []),
      ...(this.lists?.refused ?? []).map(({ file, line, why }) => ({ file, line, sid: null, why })),
    ];
    this.reasons = refusedBy(all).slice(0, MOST_REASONS);
    this.refusedLines = someOfEach(all, MOST_LINES, LINES_OF_REASON);
  }

  /** A free id for a rule of one's own. */
  freeSid(): number {
    const taken = new Set([...(this.read?.facts ?? []), ...(this.read?.off ?? [])].map((f) => f.sid));
    let sid = FIRST_OWN;
    while (taken.has(sid)) sid++;
    return sid;
  }

  close(): void {
    this.closed = true;
    for (const thread of this.threads) void thread.close();
  }

  private async readConfigs(): Promise<void> {
    const read = new Map<string, SuricataFile | Message>();
    for (const path of this.wish.rules.filter(isYaml)) read.set(path, await readSuricataFile(path));
    this.configs = read;
  }

  private async readLists(): Promise<void> {
    const turn = ++this.listTurn;
    const { indicators } = this.wish;
    const allow = this.allowPaths;
    this.listStamp = this.stampOfLists();
    const stopped = (): boolean => this.closed || turn !== this.listTurn;
    const lists = await this.doing(() => loadIndicators(indicators, { allow }, stopped));
    if (lists === null || stopped()) return;
    this.lists = lists;
    this.countReasons();
    this.changed();
  }

  private async readIn(wish: RuleWish): Promise<RulesRead> {
    const thread = new RuleThread(wish);
    this.threads.add(thread);
    try {
      return await thread.read;
    } finally {
      this.threads.delete(thread);
      await thread.close();
    }
  }

  private async doing<T>(work: () => Promise<T>): Promise<T | null> {
    this.reading++;
    try {
      return await work();
    } catch (error) {
      if (!this.closed) this.note(say('threat-rules-lost', { why: saidBy(error) }));
      return null;
    } finally {
      this.reading--;
    }
  }

  private stampOfRules(): string {
    return ruleStamp([...this.rulePaths, ...[...this.configs.keys()].flatMap((path) => this.filesOf(path))]);
  }

  private stampOfLists(): string {
    return this.wish.indicators.length + this.wish.allow.length === 0
      ? ''
      : listStamp(this.wish.indicators) + listStamp(this.allowPaths);
  }

  private kept(): ThreatWish {
    const fits = (v: unknown): v is ThreatWish =>
      isObject(v) && THREAT_WISH.check({ ...NOTHING, ...v }, 'threat') === null;
    const { value, notes } = readJson(join(this.folder, FILE), say('what-threat'), fits);
    for (const said of notes) this.note(said);
    return { ...NOTHING, ...value };
  }
}
