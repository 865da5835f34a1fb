// Profiles: each is a folder with the files that the window keeps of the user's ways, the default one the data folder
// itself. Which is used is a small file. A profile travels as one JSON file; what comes from elsewhere is held to the
// same shapes as what is read from the disk, and names no file of this machine.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  colorfiltersOf,
  DEFAULT_PROFILE,
  errorText,
  isProfileName,
  type Layout,
  LAYOUT_SHAPE,
  MAX_PROFILE_NAME,
  MAX_PROFILES,
  type Message,
  parseColorfilters,
  type ProfileState,
  say,
} from '../../contract/index.ts';
import { plainReason, readPlain, writePlain } from '../store/index.ts';
import { isObject, readJson, writeJson } from './memory.ts';
import { Refused } from './refused.ts';

const FOLDER = 'profiles';
const NOW = 'profile.json';
const LAYOUT = 'layout.json';
/** Wireshark's own file: text, where the others are JSON. */
const COLOURS = 'colorfilters';
/** What a profile consists of. A new file of the user's ways is one more line. */
const FILES = ['settings.json', 'filters.json', 'dissectors.json', 'threat.json', COLOURS, LAYOUT] as const;
const FORM = 'sightline-profile';
/** What windows call the default one. */
const DEFAULT_NAMES = ['default', '默认'];
const LARGEST = 16 * 1024 * 1024;
/** What is of this machine, its network and what was looked for on it: it neither leaves with a profile nor comes in. */
const OF_HERE: Readonly<Partial<Record<(typeof FILES)[number], readonly string[]>>> = {
  'settings.json': ['placesFile', 'networksFile', 'hostsFile', 'network', 'notify'],
  'filters.json': ['history'],
  'threat.json': ['rules', 'indicators', 'allow', 'variables'],
};

export class Profiles {
  /** The name of the one in use. */
  now: string;
  private readonly dataFolder: string;

  /** @param note says what a person must know of the files */
  constructor(dataFolder: string, note: (message: Message) => void) {
    this.dataFolder = dataFolder;
    const { value, notes } = readJson(join(dataFolder, NOW), say('what-profile'), isObject);
    for (const said of notes) note(said);
    const known = value?.['name'];
    this.now = typeof known === 'string' && this.names().includes(known) ? known : DEFAULT_PROFILE;
  }

  /** Where the files of the one in use are. */
  get folder(): string {
    return this.folderOf(this.now);
  }

  state(): ProfileState {
    return { now: this.now, names: this.names() };
  }

  names(): string[] {
    try {
      return readdirSync(join(this.dataFolder, FOLDER), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && isProfileName(entry.name))
        .map((entry) => entry.name)
        .sort((a, b) => a.localeCompare(b));
    } catch {
      return [];
    }
  }

  /**
   * What a window had open while another one switched is not written over the other profile.
   * @param name whose it is, null for whichever is in use
   */
  wantInUse(name: string | null): void {
    if (name === null || name === this.now) return;
    throw new Refused('refused', name === DEFAULT_PROFILE ? say('profile-of-default') : say('profile-other', { name }));
  }

  /** @returns what a person must know where it could not be remembered */
  use(name: string): Message[] {
    this.want(name);
    this.now = name;
    return writeJson(join(this.dataFolder, NOW), 'profile-not-written', { name });
  }

  layout(): Layout | null {
    const fits = (v: unknown): v is Layout => LAYOUT_SHAPE.check(v, 'layout') === null;
    return readJson(join(this.folder, LAYOUT), say('what-layout'), fits).value;
  }

  keepLayout(layout: Layout): Message[] {
    return writeJson(join(this.folder, LAYOUT), 'profile-not-written', layout);
  }

  create(name: string): void {
    this.wantNew(name);
    this.doing(() => mkdirSync(this.folderOf(name), { recursive: true, mode: 0o700 }));
  }

  copy(from: string, to: string): void {
    this.want(from);
    this.wantNew(to);
    this.fill(to, (file) => textOf(join(this.folderOf(from), file)));
  }

  /** The one in use stays in use. */
  rename(from: string, to: string): Message[] {
    this.wantOwn(from);
    if (from.toLowerCase() !== to.toLowerCase()) this.wantNew(to);
    else if (!isProfileName(to)) throw new Refused('refused', say('profile-name', { name: to, max: MAX_PROFILE_NAME }));
    this.doing(() => renameSync(this.folderOf(from), this.folderOf(to)));
    return this.now === from ? this.use(to) : [];
  }

  delete(name: string): void {
    this.wantOwn(name);
    this.doing(() => rmSync(this.folderOf(name), { recursive: true, force: true }));
  }

  /** A profile as one file. */
  write(name: string, path: string): void {
    this.want(name);
    const files: Record<string, unknown> = {};
    for (const file of FILES) {
      const text = textOf(join(this.folderOf(name), file));
      if (text === null) continue;
      const value = file === COLOURS ? text : parsed(text);
      if (value !== null) files[file] = typeof value === 'string' ? value : travelling(file, value);
    }
    this.doing(() => writePlain(path, JSON.stringify({ form: FORM, version: 1, name, files }, null, 1)));
  }

  /** @returns the name that it has here */
  read(path: string): string {
    const text = textOf(path);
    const said = text === null ? null : parsed(text);
    const files = said?.['form'] === FORM && said['version'] === 1 ? said['files'] : null;
    if (!isObject(files)) throw new Refused('refused', say('no-profile-file', { path }));
    const name = this.freeName(said!['name']);
    this.wantNew(name);
    this.fill(name, (file) => {
      const value = Object.hasOwn(files, file) ? files[file] : null;
      // What is no rule of colours does not come along.
      if (file === COLOURS) return typeof value === 'string' ? rulesOnly(value) : null;
      if (!isObject(value)) return null;
      return JSON.stringify(travelling(file, value), null, 1);
    });
    return name;
  }

  /** As it was called where it comes from, with a number where that is taken. */
  private freeName(called: unknown): string {
    const wanted = typeof called === 'string' && isProfileName(called) ? called : 'Profile';
    for (let i = 1; ; i++) {
      const name = i === 1 ? wanted : `${wanted.slice(0, MAX_PROFILE_NAME - 4)} ${i}`;
      if (!this.taken(name)) return name;
    }
  }

  private fill(name: string, textFor: (file: (typeof FILES)[number]) => string | null): void {
    const folder = this.folderOf(name);
    this.doing(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const file of FILES) {
        const text = textFor(file);
        if (text !== null) writePlain(join(folder, file), text);
      }
    });
  }

  private folderOf(name: string): string {
    return name === DEFAULT_PROFILE ? this.dataFolder : join(this.dataFolder, FOLDER, name);
  }

  private want(name: string): void {
    if (name === DEFAULT_PROFILE) return;
    const there = isProfileName(name) && statSync(this.folderOf(name), { throwIfNoEntry: false })?.isDirectory();
    if (there !== true) throw new Refused('not-found', say('no-such-profile', { name }));
  }

  private wantOwn(name: string): void {
    if (name === DEFAULT_PROFILE) throw new Refused('refused', say('profile-default'));
    this.want(name);
  }

  private wantNew(name: string): void {
    if (!isProfileName(name)) throw new Refused('refused', say('profile-name', { name, max: MAX_PROFILE_NAME }));
    if (this.taken(name)) throw new Refused('refused', say('profile-there', { name }));
    if (this.names().length >= MAX_PROFILES)
      throw new Refused('refused', say('too-many-profiles', { max: MAX_PROFILES }));
  }

  /** Some disks take two names that differ in case for one. */
  private taken(name: string): boolean {
    const plain = name.toLowerCase();
    return (
      DEFAULT_NAMES.includes(plain) ||
      existsSync(this.folderOf(name)) ||
      this.names().some((other) => other.toLowerCase() === plain)
    );
  }

  private doing(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new Refused('failed', say('profile-not-done', { why: plainReason(errorText(error)) }));
    }
  }
}

function textOf(path: string): string | null {
  const said = readPlain(path, LARGEST);
  return said.kind === 'text' ? said.text : null;
}

/** A file of a profile that goes elsewhere, or comes from there. */
function travelling(file: (typeof FILES)[number], value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => OF_HERE[file]?.includes(key) !== true));
}

function rulesOnly(text: string): string | null {
  const { rules } = parseColorfilters(text);
  return rules.length === 0 ? null : colorfiltersOf(rules);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
