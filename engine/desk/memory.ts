// What the window remembers between runs: settings and recent captures, two small files in the user's data folder.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecentCapture, Request, Settings } from '../../contract/index.ts';
import { DEFAULT_TIMEOUTS, type FlowTimeouts } from '../flow/index.ts';
import { DEFAULT_FALSE_ALARMS } from './threshold.ts';

export const DEFAULT_SETTINGS: Settings = { theme: 'system', language: 'system', time: 'relative', tcpTimeout: DEFAULT_TIMEOUTS.tcpEstablished, udpTimeout: DEFAULT_TIMEOUTS.udp, otherTimeout: DEFAULT_TIMEOUTS.other, vlan: false, falseAlarms: DEFAULT_FALSE_ALARMS };
const MAX_RECENT = 12;

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function writeJson(folder: string, name: string, value: unknown): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(`${path}.new`, JSON.stringify(value, null, 1), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function readSettings(folder: string): Settings {
  const known = readJson(join(folder, 'settings.json'));
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  if (typeof known === 'object' && known !== null) {
    for (const [key, value] of Object.entries(known)) if (key in settings && typeof value === typeof settings[key]) settings[key] = value;
  }
  return settings as unknown as Settings;
}

export function changeSettings(folder: string, before: Settings, change: Request<'settings'>): Settings {
  const after = { ...before, ...Object.fromEntries(Object.entries(change).filter(([, v]) => v !== null)) } as Settings;
  writeJson(folder, 'settings.json', after);
  return after;
}

export function timeoutsOf(s: Settings): FlowTimeouts {
  return { ...DEFAULT_TIMEOUTS, tcpEstablished: s.tcpTimeout, udp: s.udpTimeout, other: s.otherTimeout, vlan: s.vlan };
}

export function readRecent(folder: string): RecentCapture[] {
  const known = readJson(join(folder, 'recent.json'));
  return Array.isArray(known) ? known.filter((r): r is RecentCapture => typeof r === 'object' && r !== null && typeof (r as RecentCapture).path === 'string' && typeof (r as RecentCapture).name === 'string').slice(0, MAX_RECENT) : [];
}

export function remember(folder: string, capture: RecentCapture): RecentCapture[] {
  const recent = [capture, ...readRecent(folder).filter((r) => r.path !== capture.path)].slice(0, MAX_RECENT);
  writeJson(folder, 'recent.json', recent);
  return recent;
}
