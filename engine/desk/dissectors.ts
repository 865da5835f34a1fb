// Preferences of dissectors and ports that are decoded as something: listed from the engine, kept for the user, told to
// every dissect process.
import { join } from 'node:path';
import {
  type DecodeTable,
  type Message,
  type PreferencePage,
  type PreferenceRow,
  type Request,
  say,
} from '../../contract/index.ts';
import { type DecodeAs, type DeepWork, type EnginePreference, type Preference, unfit } from '../dissect/index.ts';
import { isObject, readJson, writeJson } from './memory.ts';

const FILE = 'dissectors.json';
const MAX_ENTRIES = 2000;

interface Kept {
  readonly preferences: readonly Preference[];
  readonly decodeAs: readonly DecodeAs[];
}

export class Dissectors {
  private path: string;
  private readonly deep: DeepWork;
  private readonly note: (message: Message) => void;
  /** As the engine has them by itself. */
  private known: Promise<readonly EnginePreference[]> | null = null;

  constructor(dataFolder: string, deep: DeepWork, note: (message: Message) => void) {
    this.path = join(dataFolder, FILE);
    this.deep = deep;
    this.note = note;
    const kept = this.read();
    if (kept !== null) deep.setup.change(kept);
  }

  /** Those of another folder from now on; dissect processes start anew where that makes a difference. */
  use(folder: string): void {
    this.path = join(folder, FILE);
    const { preferences, decodeAs } = this.read() ?? { preferences: [], decodeAs: [] };
    const { setup } = this.deep;
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    if (same(preferences, setup.preferences) && same(decodeAs, setup.decodeAs)) return;
    setup.change({ preferences, decodeAs });
  }

  private read(): Kept | null {
    const { value, notes } = readJson(this.path, say('what-dissectors'), isKept);
    for (const said of notes) this.note(said);
    return value === null ? null : { preferences: value.preferences, decodeAs: value.decodeAs };
  }

  async page({ search, only, from, count }: Request<'preferences'>): Promise<PreferencePage> {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const now = new Map(this.deep.setup.preferences.map(([m, n, v]) => [`${m}.${n}`, v]));
    const all = (await this.engine()).filter((p) => {
      if (p.kind === 'ports') return false;
      if (only === 'changed' && !now.has(`${p.module}.${p.name}`)) return false;
      const said = `${p.module}.${p.name} ${p.protocol} ${p.title} ${p.description}`.toLowerCase();
      return words.every((word) => said.includes(word));
    });
    return { total: all.length, changed: now.size, rows: all.slice(from, from + count).map((p) => row(p, now)) };
  }

  /** @returns what is wrong with the value, null where it is used from now on */
  async prefer({ module, name, value }: Request<'prefer'>): Promise<Message | null> {
    const known = (await this.engine()).find((p) => p.module === module && p.name === name);
    if (known === undefined) return say('no-such-preference', { name: `${module}.${name}` });
    const { setup } = this.deep;
    const others = setup.preferences.filter(([m, n]) => m !== module || n !== name);
    if (value === null || value === known.value) {
      if (others.length < setup.preferences.length) this.keep({ preferences: others, decodeAs: setup.decodeAs });
      return null;
    }
    const wrong = unfit(known, value);
    if (wrong !== null) return say('preference-wrong', { value, why: wrong });
    const { problem } = await this.deep.alone(() => this.deep.ask({ do: 'prefer', module, name, value }));
    if (problem !== null) return say('preference-wrong', { value, why: problem });
    this.keep({ preferences: [...others, [module, name, value]], decodeAs: setup.decodeAs });
    return null;
  }

  async decodeTable(): Promise<DecodeTable> {
    const protocols = (await this.engine())
      .filter((p) => p.kind === 'ports')
      .map((p) => ({ table: p.name, module: p.module, title: p.protocol }));
    return { entries: this.deep.setup.decodeAs, protocols };
  }

  /** @returns what is wrong, null where it is so from now on */
  async decodeAs({ table, port, module }: Request<'decodeAs'>): Promise<Message | null> {
    const { setup } = this.deep;
    const others = setup.decodeAs.filter((d) => d.table !== table || d.port !== port);
    if (module === null) {
      if (others.length < setup.decodeAs.length) this.keep({ preferences: setup.preferences, decodeAs: others });
      return null;
    }
    const { protocols } = await this.decodeTable();
    if (!protocols.some((p) => p.table === table && p.module === module))
      return say('cannot-decode-as', { module, table });
    this.keep({ preferences: setup.preferences, decodeAs: [...others, { table, port, module }] });
    return null;
  }

  /** The engine's list with its own values: asked of a process before anything of the user's is told to it. */
  private engine(): Promise<readonly EnginePreference[]> {
    this.known ??= this.deep.originals().catch((error: unknown) => {
      this.known = null;
      throw error;
    });
    return this.known;
  }

  private keep(kept: Kept): void {
    this.deep.setup.change(kept);
    for (const said of writeJson(this.path, 'dissectors-not-written', { version: 1, ...kept })) this.note(said);
  }
}

function row(p: EnginePreference, now: ReadonlyMap<string, string>): PreferenceRow {
  const changed = now.get(`${p.module}.${p.name}`);
  return { ...p, original: p.value, value: changed ?? p.value, changed: changed !== undefined };
}

function isKept(v: unknown): v is Kept {
  if (!isObject(v)) return false;
  const { preferences, decodeAs } = v;
  if (!Array.isArray(preferences) || !Array.isArray(decodeAs)) return false;
  if (preferences.length > MAX_ENTRIES || decodeAs.length > MAX_ENTRIES) return false;
  return preferences.every(isPreference) && decodeAs.every(isDecodeAs);
}

function isPreference(v: unknown): v is Preference {
  return Array.isArray(v) && v.length === 3 && v.every((part) => typeof part === 'string' && part.length <= 2000);
}

function isDecodeAs(v: unknown): v is DecodeAs {
  if (!isObject(v)) return false;
  const { table, port, module } = v;
  return (
    typeof table === 'string' &&
    typeof module === 'string' &&
    Number.isInteger(port) &&
    Number(port) >= 0 &&
    Number(port) < 65_536
  );
}
