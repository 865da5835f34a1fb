// The folders of live captures: what each says of itself, those that were interrupted, and how many are kept.
import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InterruptedCapture } from '../../contract/index.ts';
import { captureFiles, machineName, openCapture, SESSION_FILE } from '../read/index.ts';
import { type CaptureSource, sourceName } from './plan.ts';

export interface SessionRecord {
  readonly id: string;
  readonly name: string;
  readonly filter: string;
  readonly started: string;
  /** Who captured, so that a capture whose host is gone is known. */
  readonly pid: number;
  readonly born: string;
  /** On which machine, in which namespace of processes; '' in records of versions before this one. */
  readonly machine: string;
  readonly state: 'running' | 'complete';
}

/** Live captures that were not saved: the newest so many, of so many bytes. */
const KEPT_CAPTURES = 10;
const KEPT_BYTES = 16e9;
/** A capture of another machine that has not grown for so long is taken for interrupted, ms. */
const FOREIGN_QUIET = 600_000;

/** When a process began, in the system's own units; '' where it cannot be told. */
function bornOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Whether the process that captures is there. One of another machine or container cannot be asked: its files say. */
function alive(folder: string, record: SessionRecord, now = Date.now()): boolean {
  if (record.machine !== '' && record.machine !== machineName()) {
    const touched = [folder, ...(captureFiles(folder) ?? [])].map((f) => statSync(f, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return now - Math.max(...touched) < FOREIGN_QUIET;
  }
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return record.born === '' || record.born === bornOf(record.pid);
}

function write(folder: string, record: SessionRecord): void {
  const path = join(folder, SESSION_FILE);
  writeFileSync(`${path}.new`, JSON.stringify(record, null, 1), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function sessionRecord(folder: string): SessionRecord | null {
  try {
    const value = JSON.parse(readFileSync(join(folder, SESSION_FILE), 'utf8')) as Partial<SessionRecord>;
    return typeof value.id === 'string' && typeof value.name === 'string' && typeof value.pid === 'number' && typeof value.started === 'string' ? { filter: '', born: '', machine: '', state: 'complete', ...value } as SessionRecord : null;
  } catch {
    return null;
  }
}

/** A folder that is not there yet, and the prefix of its segments. @param parent is made */
export function captureFolder(parent: string, source: CaptureSource, now: Date): { readonly folder: string; readonly prefix: string } {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const prefix = sourceName(source).replace(/[^\w.-]+/g, '_').slice(0, 60) || 'capture';
  const stamp = now.toISOString().replaceAll(':', '').replace('T', ' ').slice(0, 21);
  return { folder: join(parent, `${prefix} ${stamp}`), prefix };
}

/** Says in the folder that it is being written. */
export function beginRecord(folder: string, name: string, filter: string): void {
  write(folder, { id: randomUUID(), name, filter, started: new Date().toISOString(), pid: process.pid, born: bornOf(process.pid), machine: machineName(), state: 'running' });
}

/** Says that it is whole. */
export function endRecord(folder: string): void {
  const record = sessionRecord(folder);
  if (record !== null && record.state === 'running') write(folder, { ...record, state: 'complete' });
}

/** Cuts off the block that a writer which was killed left in the middle. @returns bytes cut off */
export async function mendSegment(path: string, cacheFolder: string): Promise<number> {
  const opened = openCapture(path, { packet: () => undefined }, { cacheFolder });
  if (!opened.ok) return 0;
  try {
    while (await opened.reader.step());
    const ending = opened.reader.ending();
    const { offset } = opened.reader.stream;
    const size = statSync(path).size;
    if (ending.kind === 'ok' || offset === 0 || size <= offset) return 0;
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, offset);
    closeSync(fd);
    return size - offset;
  } finally {
    opened.reader.close();
  }
}

/** Makes a capture that was interrupted whole again: its last segment ends at a whole block. */
export async function mendCapture(folder: string, cacheFolder: string): Promise<void> {
  const last = captureFiles(folder)?.at(-1);
  if (last !== undefined) await mendSegment(last, cacheFolder);
  endRecord(folder);
}

/** Captures whose host is gone without having ended them, newest first. */
export function interruptedCaptures(parent: string): InterruptedCapture[] {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return [];
  }
  return names.flatMap((name): InterruptedCapture[] => {
    const path = join(parent, name);
    const record = sessionRecord(path);
    if (record === null || record.state !== 'running' || alive(path, record)) return [];
    const bytes = (captureFiles(path) ?? []).reduce((sum, f) => sum + (statSync(f, { throwIfNoEntry: false })?.size ?? 0), 0);
    return [{ path, name: record.name, started: record.started, bytes }];
  }).sort((a, b) => (a.started < b.started ? 1 : -1));
}

/** Removes a capture's folder; only one that is a capture's. */
export function discardCapture(parent: string, path: string): boolean {
  if (dirname(path) !== parent || sessionRecord(path) === null) return false;
  rmSync(path, { recursive: true, force: true });
  return true;
}

/** Old captures make room; one that is open, running or interrupted stays. */
export function pruneCaptures(parent: string, open: string | null): void {
  const folders = readdirSync(parent).map((name) => join(parent, name)).flatMap((path) => { const stat = statSync(path, { throwIfNoEntry: false }); return stat === undefined ? [] : [{ path, at: stat.mtimeMs, own: stat.isDirectory() ? 0 : stat.size }]; }).sort((a, b) => b.at - a.at);
  let bytes = 0;
  folders.forEach(({ path, own }, i) => {
    bytes += own + (captureFiles(path) ?? []).reduce((sum, f) => sum + (statSync(f, { throwIfNoEntry: false })?.size ?? 0), 0);
    if (path !== open && sessionRecord(path)?.state !== 'running' && (i >= KEPT_CAPTURES || bytes > KEPT_BYTES)) rmSync(path, { recursive: true, force: true });
  });
}
