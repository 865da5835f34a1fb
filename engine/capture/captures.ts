// The folders of live captures: what each says of itself, those that were interrupted, and how many are kept.
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InterruptedCapture } from '../../contract/index.ts';
import { captureFiles, machineName, openCapture, SESSION_FILE } from '../read/index.ts';
import { FileLock, privateFolder, readPlain, writePlain } from '../store/index.ts';
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

/**
 * The host of a running capture holds this lock. It ends with the process, and other pid namespaces and machines see it
 * too.
 */
const LOCK_FILE = 'session.lock';
const LARGEST_RECORD = 65_536;

/** Locks of captures that this process runs, by folder. */
const held = new Map<string, FileLock>();

/**
 * Whether the process that captures is still there. A process of another machine or container cannot be asked, so the
 * age of its files decides.
 */
function alive(folder: string, record: SessionRecord, now = Date.now()): boolean {
  const lock = join(folder, LOCK_FILE);
  if (held.has(folder)) return true;
  try {
    if (existsSync(lock)) return FileLock.held(lock);
  } catch {
    /* it cannot be opened: what the record says counts */
  }
  // The capture is of a version without locks, or its disk supports none.
  if (record.machine !== '' && record.machine !== machineName()) {
    const touched = [folder, ...(captureFiles(folder) ?? [])].map(
      (f) => statSync(f, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    );
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
  writePlain(join(folder, SESSION_FILE), JSON.stringify(record, null, 1));
}

export function sessionRecord(folder: string): SessionRecord | null {
  const said = readPlain(join(folder, SESSION_FILE), LARGEST_RECORD);
  if (said.kind !== 'text') return null;
  try {
    const value = JSON.parse(said.text) as Partial<SessionRecord>;
    const { id, name, pid, started } = value;
    const whole =
      typeof id === 'string' && typeof name === 'string' && typeof pid === 'number' && typeof started === 'string';
    if (!whole) return null;
    const { filter, born, machine, state } = value;
    return {
      id,
      name,
      pid,
      started,
      filter: typeof filter === 'string' ? filter : '',
      born: typeof born === 'string' ? born : '',
      machine: typeof machine === 'string' ? machine : '',
      state: state === 'running' ? 'running' : 'complete',
    };
  } catch {
    return null;
  }
}

/** A folder that is not there yet, and the prefix of its segments. @param parent is made */
export function captureFolder(
  parent: string,
  source: CaptureSource,
  now: Date,
): { readonly folder: string; readonly prefix: string } {
  privateFolder(parent);
  const prefix =
    sourceName(source)
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 60) || 'capture';
  const stamp = now.toISOString().replaceAll(':', '').replace('T', ' ').slice(0, 21);
  return { folder: join(parent, `${prefix} ${stamp}`), prefix };
}

/** Says in the folder that it is being written, until this process ends or says that it is whole. */
export function beginRecord(folder: string, name: string, filter: string): void {
  try {
    const lock = FileLock.exclusive(join(folder, LOCK_FILE), 0);
    if (lock !== null) held.set(folder, lock);
  } catch {
    /* a disk without locks: process and birth tell */
  }
  write(folder, {
    id: randomUUID(),
    name,
    filter,
    started: new Date().toISOString(),
    pid: process.pid,
    born: bornOf(process.pid),
    machine: machineName(),
    state: 'running',
  });
}

/** Says that it is whole. */
export function endRecord(folder: string): void {
  try {
    const record = sessionRecord(folder);
    if (record !== null && record.state === 'running') write(folder, { ...record, state: 'complete' });
  } finally {
    held.get(folder)?.release();
    held.delete(folder);
  }
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

/**
 * Makes a capture that was interrupted whole again: its last segment, and the file of kept packets, end at a whole
 * block.
 * @returns false, and nothing is changed, where somebody else captures into it
 */
export async function mendCapture(folder: string, cacheFolder: string): Promise<boolean> {
  let lock: FileLock | null = null;
  try {
    lock = FileLock.exclusive(join(folder, LOCK_FILE), 0);
    if (lock === null) return false;
  } catch {
    /* a folder without locks */
  }
  try {
    const files = captureFiles(folder) ?? [];
    // Kept packets stand first and grow beside the last segment.
    const last = files.at(-1);
    for (const path of new Set([files[0], last])) if (path !== undefined) await mendSegment(path, cacheFolder);
    endRecord(folder);
    return true;
  } finally {
    lock?.release();
  }
}

/** Captures whose host is gone without having ended them, newest first. */
export function interruptedCaptures(parent: string): InterruptedCapture[] {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return [];
  }
  return names
    .flatMap((name): InterruptedCapture[] => {
      const path = join(parent, name);
      const record = sessionRecord(path);
      if (record === null || record.state !== 'running' || alive(path, record)) return [];
      const bytes = (captureFiles(path) ?? []).reduce(
        (sum, f) => sum + (statSync(f, { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
      return [{ path, name: record.name, started: record.started, bytes }];
    })
    .sort((a, b) => (a.started < b.started ? 1 : -1));
}

/** Removes the folder of a capture, and no other folder. */
export function discardCapture(parent: string, path: string): boolean {
  if (dirname(path) !== parent || sessionRecord(path) === null) return false;
  rmSync(path, { recursive: true, force: true });
  return true;
}

/** Removes the oldest captures to make room. One that is open, running or interrupted stays. */
export function pruneCaptures(parent: string, open: readonly string[]): void {
  const folders = readdirSync(parent)
    .map((name) => join(parent, name))
    .flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path, at: stat.mtimeMs, own: stat.isDirectory() ? 0 : stat.size }];
    })
    .sort((a, b) => b.at - a.at);
  let bytes = 0;
  folders.forEach(({ path, own }, i) => {
    bytes +=
      own + (captureFiles(path) ?? []).reduce((sum, f) => sum + (statSync(f, { throwIfNoEntry: false })?.size ?? 0), 0);
    if (!open.includes(path) && sessionRecord(path)?.state !== 'running' && (i >= KEPT_CAPTURES || bytes > KEPT_BYTES))
      rmSync(path, { recursive: true, force: true });
  });
}
