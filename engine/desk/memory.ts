// What the window remembers between runs in small files of the user's data folder: how each is read and written, and
// settings and recent captures themselves.
import { join } from 'node:path';
import {
  errorText,
  type RecentCapture,
  type Request,
  SETTING_SHAPES,
  type Settings,
  type Message,
  say,
} from '../../contract/index.ts';
import { DEFAULT_TIMEOUTS, type FlowTimeouts } from '../flow/index.ts';
import { plainReason, readPlain, setAside, writePlain } from '../store/index.ts';

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  language: 'system',
  time: 'relative',
  tcpTimeout: DEFAULT_TIMEOUTS.tcpEstablished,
  udpTimeout: DEFAULT_TIMEOUTS.udp,
  otherTimeout: DEFAULT_TIMEOUTS.other,
  columns: [],
  flowColumns: [],
  statColumns: [],
  colours: true,
  macNames: true,
  networkNames: false,
  portNames: false,
  hostsFile: '',
  vlan: false,
  network: '',
  notify: false,
  notifySound: false,
  notifyRate: 0,
  placesFile: '',
  networksFile: '',
};
const MAX_RECENT = 12;
const LARGEST = 1024 * 1024;

/** What was read, and what a person must know of it. */
export interface Remembered<T> {
  readonly value: T;
  readonly notes: readonly Message[];
}

/**
 * @param fits whether the JSON has the right form; another is set aside, so that the next change does not write over it
 */
export function readJson<T>(
  path: string,
  what: Message,
  fits: (value: unknown) => value is T,
  limit = LARGEST,
): { readonly value: T | null; readonly notes: Message[] } {
  const said = readPlain(path, limit);
  if (said.kind === 'none') return { value: null, notes: [] };
  if (said.kind === 'text') {
    try {
      const value: unknown = JSON.parse(said.text);
      if (fits(value)) return { value, notes: [] };
    } catch {
      /* said below */
    }
  }
  const why = said.kind === 'odd' ? said.message : say('it-is-damaged');
  const aside = setAside(path);
  const unread = { what, path, why };
  return {
    value: null,
    notes: [aside === null ? say('kept-file-unreadable', unread) : say('kept-file-set-aside', { ...unread, aside })],
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Settings by the ranges that the window itself is held to; one that does not fit is as it is by default, and is named.
 */
export function readSettings(folder: string): Remembered<Settings> {
  const { value: known, notes } = readJson(join(folder, 'settings.json'), say('what-settings'), isObject);
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const key of Object.keys(SETTING_SHAPES) as (keyof typeof SETTING_SHAPES)[]) {
    if (known === null || !Object.hasOwn(known, key)) continue;
    const said = known[key];
    const problem = said === null ? say('setting-is-nothing', { key }) : SETTING_SHAPES[key].check(said, key);
    if (problem === null) settings[key] = said;
    else notes.push(say('setting-not-used', { key, problem, value: String(DEFAULT_SETTINGS[key]) }));
  }
  return { value: settings as unknown as Settings, notes };
}

/** @returns the settings as they are from now on; the note tells where they could not be written */
export function changeSettings(folder: string, before: Settings, change: Request<'settings'>): Remembered<Settings> {
  const value = { ...before, ...Object.fromEntries(Object.entries(change).filter(([, v]) => v !== null)) } as Settings;
  return { value, notes: writeJson(join(folder, 'settings.json'), 'settings-not-written', value) };
}

export function timeoutsOf(s: Settings): FlowTimeouts {
  return { ...DEFAULT_TIMEOUTS, tcpEstablished: s.tcpTimeout, udp: s.udpTimeout, other: s.otherTimeout, vlan: s.vlan };
}

/** Recent captures; an entry that cannot be read is left out and reported. */
export function readRecent(folder: string): Remembered<RecentCapture[]> {
  const { value: known, notes } = readJson(join(folder, 'recent.json'), say('what-recent'), (v): v is unknown[] =>
    Array.isArray(v),
  );
  const recent = (known ?? []).flatMap((r): RecentCapture[] => entry(r));
  const odd = (known ?? []).length - recent.length;
  if (odd > 0) notes.push(say('recent-entries-odd', { odd }));
  return { value: recent.slice(0, MAX_RECENT), notes };
}

function entry(r: unknown): RecentCapture[] {
  if (!isObject(r)) return [];
  const { path, name, opened } = r;
  if (typeof path !== 'string' || typeof name !== 'string') return [];
  const count = (v: unknown): number => (typeof v === 'number' && Number.isSafeInteger(v) && v >= 0 ? v : 0);
  const at = typeof opened === 'string' && !Number.isNaN(Date.parse(opened)) ? opened : new Date(0).toISOString();
  return [
    {
      path,
      name,
      packets: count(r['packets']),
      flows: count(r['flows']),
      malicious: count(r['malicious']),
      suspicious: count(r['suspicious']),
      opened: at,
    },
  ];
}

export function remember(
  folder: string,
  before: readonly RecentCapture[],
  capture: RecentCapture,
): Remembered<RecentCapture[]> {
  // Another window's process may have added to it.
  const known = readRecent(folder).value;
  const others = [...known, ...before.filter((b) => !known.some((k) => k.path === b.path))].filter(
    (r) => r.path !== capture.path,
  );
  const value = [capture, ...others].slice(0, MAX_RECENT);
  return { value, notes: writeJson(join(folder, 'recent.json'), 'recent-not-written', value) };
}

type NotWritten =
  `${'settings' | 'recent' | 'places' | 'filters' | 'dissectors' | 'tabs' | 'profile' | 'threat'}-not-written`;

/** @returns what a person must know where it could not be written */
export function writeJson(path: string, failed: NotWritten, value: unknown, indent = 1): Message[] {
  try {
    writePlain(path, JSON.stringify(value, null, indent));
    return [];
  } catch (error) {
    return [say(failed, { why: plainReason(errorText(error)) })];
  }
}
